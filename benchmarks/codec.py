"""What a record costs: decode and encode a batch of 25 mentions, by msgspec and by others.

    python benchmarks/codec.py

``json + dataclasses`` builds the same objects by hand, with no check of any type. pydantic is
measured where it is installed (it is no dependency of ours). The best of several rounds,
which other work on the machine disturbs least.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from schemas.codec import Decoder, encode
from schemas.mention import Author, Mention, MentionBatch

ROUNDS = 40
TIMES = 100
NOON = datetime(2010, 3, 17, 12, tzinfo=UTC)
WORDS = [
    "they",
    "say",
    "the",
    "new",
    "bar",
    "is",
    "made",
    "of",
    "forest",
    "and",
    "nobody",
    "at",
    "the",
    "company",
    "wants",
    "to",
    "answer",
    "us",
]


def batch() -> MentionBatch:
    """Return 25 mentions of the usual length and shape."""
    return MentionBatch(
        brand="acme",
        source="x",
        seq=7,
        watermark=NOON,
        mentions=tuple(
            Mention(
                id=str(10_630_000_000 + number),
                created_at=NOON + timedelta(seconds=number / 4),
                text=" ".join(WORDS[(number + shift) % len(WORDS)] for shift in range(18))
                + " é #bar",
                author=Author(
                    id=str(9000 + number),
                    handle=f"person{number}",
                    followers=31 * number,
                    created_at=NOON - timedelta(days=400),
                ),
                lang="en",
                kind="repost" if number % 3 else "original",
                ref_id="10629999999" if number % 3 else "",
                hashtags=("bar",),
            )
            for number in range(25)
        ),
    )


@dataclass(frozen=True, slots=True)
class PlainAuthor:
    """``Author`` without checks."""

    id: str
    handle: str = ""
    followers: int = 0
    verified: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlainMention:
    """``Mention`` without checks."""

    id: str
    created_at: datetime
    text: str
    author: PlainAuthor
    lang: str = "und"
    kind: str = "original"
    ref_id: str = ""
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainBatch:
    """``MentionBatch`` without checks."""

    schema: int
    brand: str
    source: str
    seq: int
    watermark: datetime
    mentions: tuple[PlainMention, ...] = field(default=())


def plain_decode(raw: bytes) -> PlainBatch:
    """Build the dataclasses from what ``json`` gives."""
    found = json.loads(raw)
    moment = datetime.fromisoformat
    mentions = tuple(
        PlainMention(
            **{
                **each,
                "created_at": moment(each["created_at"]),
                "hashtags": tuple(each.get("hashtags", ())),
                "author": PlainAuthor(
                    **{**each["author"], "created_at": moment(each["author"]["created_at"])}
                ),
            }
        )
        for each in found.pop("mentions")
    )
    return PlainBatch(**{**found, "watermark": moment(found["watermark"])}, mentions=mentions)


def plain(value: object) -> object:
    """Say how ``json`` writes what it does not know; ``asdict`` is several times slower."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__slots__}


def plain_encode(value: PlainBatch) -> bytes:
    """Encode the dataclasses by ``json``."""
    return json.dumps(value, default=plain, separators=(",", ":")).encode()


def pydantic_pair() -> tuple[Callable[[bytes], object], Callable[[object], bytes]]:
    """Return decode and encode by pydantic's TypeAdapter, checks as strict as msgspec's."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - only where it is installed

    adapter = TypeAdapter(PlainBatch)
    return adapter.validate_json, partial(adapter.dump_json, exclude_defaults=True)


def microseconds(call: Callable[[], object]) -> float:
    """Return the time of one call in the best round."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for _ in range(TIMES):
            call()
        rounds.append((time.perf_counter() - begin) / TIMES * 1e6)
    return min(rounds)


def main() -> None:
    """Print a table."""
    value = batch()
    raw = encode(value)
    pairs: dict[str, tuple[Callable[[bytes], object], Callable[..., bytes]]] = {
        "msgspec": (Decoder(MentionBatch).decode, encode),
        "json + dataclasses": (plain_decode, plain_encode),
    }
    if find_spec("pydantic"):
        pairs["pydantic"] = pydantic_pair()
    print(f"a batch of {len(value.mentions)} mentions, {len(raw):,} bytes; µs a batch")
    print(f"{'':20}{'decode':>10}{'encode':>10}{'decode, ratio':>16}{'encode, ratio':>16}")
    first: tuple[float, float] | None = None
    for name, (decode, encoder) in pairs.items():
        record = decode(raw)
        times = (
            microseconds(lambda decode=decode: decode(raw)),
            microseconds(lambda encoder=encoder, record=record: encoder(record)),
        )
        first = first or times
        ratios = "".join(f"{mine / best:>15.1f}×" for mine, best in zip(times, first, strict=True))
        print(f"{name:20}{times[0]:>10.0f}{times[1]:>10.0f}{ratios}")


if __name__ == "__main__":
    main()
