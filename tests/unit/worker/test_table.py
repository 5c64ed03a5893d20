"""A table of state keeps what was written, packed or not, and lets it go with its partition."""

import asyncio
from types import SimpleNamespace

import pytest
from faust.types import TP

from schemas.topics import JUDGE_TABLE, ROLLUP_TABLE, changelog
from support.streams import worker_app

RAW = b'[7,{"schema":1,"brand":"acme","start":"2024-03-04T17:03:40Z","width_s":10}]' * 9


def table_of_a_worker(name: str):
    return worker_app().tables[name]


def recover(table, *pairs: tuple[str, bytes | None]) -> None:
    """Take up a changelog whose records all lie on partition 0, whatever their keys say."""
    events = [
        SimpleNamespace(key=key, value=raw, message=SimpleNamespace(value=raw, partition=0))
        for key, raw in pairs
    ]
    table.data.apply_changelog_batch(events, str, lambda value: value)


@pytest.mark.parametrize("name", [ROLLUP_TABLE, JUDGE_TABLE])
def test_keys_go_with_their_partition_recovered_or_set(name):
    async def run():
        table = table_of_a_worker(name)
        recover(table, ("0|acme", RAW), ("1|other", RAW), ("1|gone", RAW), ("1|gone", None))
        table.data["1|other|0"] = RAW
        table.data["0|acme|0"] = RAW
        assert dict(table.data.items()) == dict.fromkeys(
            ["0|acme", "1|other", "1|other|0", "0|acme|0"], RAW
        )
        await table.data.on_recovery_completed({TP(changelog(name).name, 1)}, set())
        return table

    table = asyncio.run(run())
    assert dict(table.data.items()) == {"1|other": RAW, "1|other|0": RAW}


def test_the_judges_table_is_packed_in_memory():
    table = table_of_a_worker(JUDGE_TABLE)
    table.data["0|acme|0"] = RAW
    assert table.get("0|acme|0") == RAW
    assert table.data.data.packed_bytes < len(RAW) / 2
