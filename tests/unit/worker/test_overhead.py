"""What Faust does for each record that nothing here needs is not done."""

import asyncio

import pytest

from pipeline.worker.faust_fixes import BytesSchema
from schemas.topics import MENTIONS
from support.streams import record, worker_app


@pytest.mark.parametrize("raw", [b"{}", b"", None])
def test_a_record_is_handed_over_as_it_came(raw):
    app = worker_app()
    message = record(app, MENTIONS.name, 3, raw)
    event = asyncio.run(BytesSchema().compile(app)(message, propagate=True))
    assert (event.key, event.value, event.message) == (b"k", raw, message)


def test_faust_counts_and_times_nothing():
    app = worker_app()
    app.on_init_dependencies()
    assert list(app.sensors) == []
