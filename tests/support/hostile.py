"""Records as an enemy, a fault or a version of tomorrow would write them; from a seed, or drawn.

``hostile_records(seed)`` goes on for ever: for loops that count in millions. ``hostile`` is the
same for hypothesis. Each record is one of the right shape in which some values were replaced by
hostile ones (too large, too small, too long, too deep, of another type, of another time), or bytes
that are no record at all. Some are valid all the same: extreme, yet within bounds.
"""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from hypothesis import strategies as st

from schemas.topics import BUCKETS, DEAD_LETTERS, FEEDBACK, INCIDENTS, MENTIONS, MODELS


class HostileRecord(NamedTuple):
    """What is on Kafka; ``value`` is None for a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None


T = "2010-03-17T09:00:07Z"
GAP = {"start": T, "end": T, "cause": "disconnect", "recovered": "none", "detail": ""}
EXAMPLE = {
    "id": "7",
    "handle": "bob",
    "followers": 9,
    "created_at": T,
    "kind": "original",
    "text": "no",
    "p_negative": 0.9,
    "wording": "000000ff",
    "lang": "en",
}

MENTION: dict[str, Any] = {
    "id": "7",
    "created_at": T,
    "text": "bad",
    "author": {"id": "a", "handle": "bob", "followers": 7, "verified": True, "created_at": T},
    "lang": "en",
    "kind": "repost",
    "ref_id": "6",
    "ref_author": "ann",
    "conversation_id": "5",
    "hashtags": ["x"],
    "urls": ["https://x.example"],
    "addressed": ["acme"],
    "edit_history": ["7", "8"],
    "weight": 1.0,
}

SHAPES: dict[str, dict[str, Any]] = {
    MENTIONS.name: {
        "schema": 1,
        "brand": "nestle",
        "source": "x",
        "seq": 0,
        "watermark": T,
        "mentions": [MENTION, MENTION | {"id": "9", "kind": "original"}],
        "gap": GAP,
    },
    BUCKETS.name: {
        "schema": 1,
        "brand": "nestle",
        "start": T,
        "width_s": 10,
        "watermark": T,
        "revision": 0,
        "mentions": 3,
        "weighted": 3.0,
        "originals": 1,
        "reposts": 1,
        "replies": 1,
        "own": 1,
        "negative": 2,
        "neutral": 1,
        "p_negative_sum": 1.5,
        "outrage": 1,
        "authors": 3,
        "new_authors": 2,
        "reach": 900,
        "languages": [["en", 3]],
        "hashtags": [["x", 2]],
        "links": [["https://x.example", 1]],
        "loudest": [["bob", 2]],
        "reposted": [["6", 1]],
        "influencers": [{"handle": "bob", "posts": 1, "followers": 9, "reposts": 1}],
        "wordings": [["000000ff", 2]],
        "examples": [EXAMPLE],
        "late": 1,
        "gaps": [GAP],
        "sources": ["x"],
        "blind": ["y"],
        "model": "m",
    },
    FEEDBACK.name: {
        "schema": 1,
        "id": "f1",
        "brand": "nestle",
        "at": T,
        "by": "ana",
        "kind": "label",
        "incident": "nestle-20100317T090000Z",
        "until": T,
        "mention_id": "7",
        "text": "no",
        "lang": "en",
        "label": "negative",
        "weak": False,
        "note": "",
    },
    INCIDENTS.name: {
        "schema": 1,
        "incident": "nestle-20100317T090000Z",
        "seq": 0,
        "brand": "nestle",
        "state": "open",
        "reason": "crisis_pattern",
        "at": T,
        "onset": T,
        "severity": 4,
        "pattern": "boycott-call",
        "evidence": 1.5,
        "confidence": 0.9,
        "peak": T,
        "rung_at": T,
        "volume": {
            "last_10_min": 90.0,
            "last_hour": 200.0,
            "usual_per_hour": 20.0,
            "since_onset": 90,
            "return_period_s": 1e6,
        },
        "negative_share": 0.7,
        "completeness": {"coverage": 1.0, "gaps": [GAP], "blind": ["y"], "behind_s": 2.0},
        "drivers": {"hashtags": [["x", 2]], "influencers": [{"handle": "bob", "followers": 9}]},
        "reasons": [{"code": "surge", "value": 9.0, "normal": 1.0, "weight": 0.4}],
        "nearest": [{"episode": "boycott-call", "kind": "crisis", "distance": 1.0, "phase": 0.1}],
        "examples": [EXAMPLE],
        "handling": {"acknowledged_by": "ana", "acknowledged_at": T, "snoozed_until": T},
        "learned": {"budget": 0.5, "weights": [["boycott-call", 0.5]]},
        "reply": {"at": T, "last": T, "posts": 1, "before": 1.0, "highest": 2.0, "now": 1.0},
        "projection": {
            "next_hour": 9,
            "next_hour_low": 5,
            "next_hour_high": 20,
            "next_day": 90,
            "next_day_low": 50,
            "next_day_high": 200,
        },
    },
    MODELS.name: {
        "schema": 1,
        "scope": "*",
        "seq": 0,
        "at": T,
        "digest": "",
        "delta": {"base": "", "tokenizer": 3, "steps": 100, "nudges": [["w:bad", 1, -1]]},
        "authors": [["ana", 3]],
        "disowned": [{"start": T, "end": T}],
    },
    DEAD_LETTERS.name: {
        "schema": 1,
        "at": T,
        "origin": "tocsin.mentions[0]@7",
        "reason": "invalid",
        "detail": "no",
        "payload": "eA==",
        "payload_bytes": 1,
    },
}

_DEEP, _HUGE, _INFINITE = "@deep@", "@huge@", "@infinite@"
_NUMBERS = (
    *(0, -1, 1, 2, 10_000, 10**10, 10**10 + 1, 10**12, 10**15, 10**15 + 1, 2**53 + 1),
    *(2**63 - 1, 2**63, 2**64, -(2**63), 10**25, 10**399, 0.5, -0.0, 1e-320, 2e12, 1e25, 1e308),
    *(-1e308, _HUGE, _INFINITE),
)
_TIMES = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59.999999Z"),
    *("1970-01-01T00:00:00Z", "1970-01-01T00:00:00+14:00", "2010-03-17T09:00:08+14:00"),
    *("2036-01-01T00:00:00Z", "2099-12-31T23:59:59Z", "2100-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-01-01"),
)
_TEXTS = (
    *("", " ", "*", "|", "a|1", "../..", "nestle", "kitkat", "nobody", "\x00", "\x1b[2J", "\u2028"),
    *("\ud800", "\udfff x", "é" * 36, "x" * 257, "#" * 301, "😀" * 256, "\\" * 300, '"' * 300),
    *("9" * 256, "٣" * 18, "RT @" * 9, "<!channel>", "İ" * 200),
)
_LONG = ("x" * 8_193, "😀" * 30_001, "x" * 400_000, "x" * 600_000)
_OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], [{}], {"a": {"a": 1}}, _DEEP)
_RARELY = 0.03


def hostile_records(seed: int, topics: tuple[str, ...] = tuple(SHAPES)) -> Iterator[HostileRecord]:
    """Endlessly many; the same for the same seed."""
    chance = random.Random(seed)
    while True:
        yield _record(chance, chance.choice(topics))


@st.composite
def hostile(draw: st.DrawFn, topic: str) -> HostileRecord:
    """One record for ``topic``."""
    return _record(draw(st.randoms(use_true_random=False)), topic)


def _record(chance: random.Random, topic: str) -> HostileRecord:
    if chance.random() < _RARELY:
        return HostileRecord(topic, b"nestle", None)
    if chance.random() < _RARELY:
        return HostileRecord(topic, b"nestle", chance.randbytes(chance.randrange(60)))
    record = deepcopy(SHAPES[topic])
    if "brand" in record:
        record["brand"] = chance.choice(("nestle", "nestle", "kitkat", "nobody", "*"))
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        _spoil(chance, record)
    value = json.dumps(record).encode()
    value = value.replace(b'"@deep@"', b"[" * 3_000 + b"]" * 3_000)
    value = value.replace(b'"@huge@"', b"9" * 400).replace(b'"@infinite@"', b"1e999")
    if chance.random() < _RARELY:
        at = chance.randrange(len(value))
        value = value[:at] + chance.choice((b"", b"\xff", b"\x00", b"}", b'"')) + value[at + 1 :]
    key = chance.choice((str(record.get("brand", "")).encode("utf-8", "replace"), b"", None))
    return HostileRecord(topic, key, value)


def _spoil(chance: random.Random, record: Any) -> None:
    """Replace one value somewhere in the record."""
    at = record
    while True:
        places = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not places:
            return
        place = chance.choice(places)
        if isinstance(at[place], dict | list) and chance.random() < 0.8:
            at = at[place]
            continue
        if isinstance(at, dict) and chance.random() < _RARELY:
            del at[place]
        else:
            at[place] = _hostile(chance, at[place])
        return


def _hostile(chance: random.Random, value: Any) -> Any:
    if chance.random() < 0.1:
        return deepcopy(chance.choice(_OTHERS))
    if isinstance(value, list) and value:
        return value * chance.choice((2, 21, 201, 1_001))
    if chance.random() < _RARELY / 3:
        return chance.choice(_LONG)
    if isinstance(value, str):
        return chance.choice(_TIMES if value == T else _TEXTS)
    return chance.choice(_NUMBERS)
