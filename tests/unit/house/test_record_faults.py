"""What is wrong with a record is named, and what is only unknown is tolerated."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import inspect as mi

from schemas.base import Record
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError, encode
from schemas.dead_letter import DeadLetter
from schemas.deletion import Deletion
from schemas.evaluation import Evaluation
from schemas.export import published_types
from schemas.feedback import Feedback
from schemas.incident import Transition, Volume
from schemas.mention import Author, Mention, MentionBatch
from schemas.model import Delta, ModelVersion
from schemas.notification import Notification, Snapshot
from schemas.report import BacktestReport
from schemas.source_status import SourceStatus
from schemas.webhook import WebhookNotice

T = datetime(2010, 3, 17, 9, tzinfo=UTC)

SAMPLES: dict[type, Record] = {
    type(record): record
    for record in (
        MentionBatch(
            brand="acme",
            source="x",
            seq=0,
            watermark=T,
            mentions=(Mention(id="7", created_at=T, text="no", author=Author(id="a")),),
        ),
        Bucket(brand="acme", start=T, width_s=10, watermark=T),
        Transition(
            incident="acme-1",
            seq=0,
            brand="acme",
            state="open",
            reason="surge",
            at=T,
            onset=T,
            severity=4,
            pattern="crisis",
            evidence=1.5,
            confidence=0.9,
            volume=Volume(
                last_10_min=90,
                last_hour=200,
                usual_per_hour=20,
                since_onset=90,
                return_period_s=1e6,
            ),
        ),
        ModelVersion(
            scope="acme",
            seq=0,
            at=T,
            digest="",
            delta=Delta(base="", tokenizer=1, steps=1, nudges=()),
        ),
        Feedback(id="1", brand="acme", at=T, by="ana", kind="ack"),
        Notification(
            sink="slack",
            incident="acme-1",
            brand="acme",
            at=T,
            reason="rings",
            told=Snapshot(seq=0, state="open", severity=4, last_hour=200, negative_share=0.5),
        ),
        Deletion(id="1", at=T, kind="post", subject="7", by="x"),
        SourceStatus(source="x", live=True, state="refused", since=T, at=T, because="http 403"),
        DeadLetter(
            at=T, origin="f:1", reason="invalid", detail="no", payload=b"x", payload_bytes=1
        ),
        BacktestReport(tocsin="0", model="m", files=("f",), lines=1, bad=0, unmatched=1, brands=()),
        Evaluation(
            tocsin="0",
            python="3",
            river="0",
            machine="m",
            at=T,
            seed=1,
            size="quick",
            left_out=(),
            targets=(),
            nab=None,
            quiet=None,
        ),
        WebhookNotice(
            id="acme-1/0",
            incident="acme-1",
            seq=0,
            brand="acme",
            name="Acme",
            reason="rings",
            loud=True,
            at=T,
            onset=T,
            level="ring",
            state="open",
            severity=4,
            severity_word="moderate",
            pattern="crisis",
            last_hour=200,
            negative_share=0.5,
            language="en",
            title="Acme: moderate (4/10), new",
            summary="",
            text="",
        ),
    )
}
RECORDS = list(SAMPLES)


def sample(record: type) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(encode(SAMPLES[record]))
    return plain


def test_there_is_a_sample_of_every_record() -> None:
    assert set(RECORDS) == {each for each in published_types() if issubclass(each, Record)}


@pytest.mark.parametrize("record", RECORDS)
def test_unknown_fields_are_tolerated(record: type) -> None:
    raw = json.dumps(sample(record) | {"of_tomorrow": {"x": [1]}}).encode()
    assert Decoder(record).decode(raw) == SAMPLES[record]


@pytest.mark.parametrize("record", RECORDS)
def test_every_missing_field_is_named(record: type) -> None:
    required = [f.encode_name for f in mi.type_info(record).fields if f.required]
    assert required
    for name in required:
        cut = {key: value for key, value in sample(record).items() if key != name}
        with pytest.raises(UnreadableError, match=f"missing required field `{name}`") as caught:
            Decoder(record).decode(json.dumps(cut).encode())
        assert caught.value.reason == "invalid"


def takes_any_object(kind: mi.Type) -> bool:
    if isinstance(kind, mi.UnionType):
        structs = [one for one in kind.types if isinstance(one, mi.StructType)]
        return any(not any(field.required for field in one.fields) for one in structs)
    return isinstance(kind, mi.StructType)


@pytest.mark.parametrize("record", RECORDS)
def test_every_wrong_field_is_named(record: type) -> None:
    wrong = {"never": "this"}
    for field in mi.type_info(record).fields:
        raw = json.dumps(sample(record) | {field.encode_name: wrong}).encode()
        if takes_any_object(field.type):
            continue  # an object may be right there; its own fields are named within it
        with pytest.raises(UnreadableError, match=rf"\$\.{field.encode_name}") as caught:
            Decoder(record).decode(raw)
        assert caught.value.reason == "invalid"


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("number", [0, 2, "1", None])
def test_another_schema_number_is_refused(record: type, number: object) -> None:
    raw = json.dumps(sample(record) | {"schema": number}).encode()
    with pytest.raises(UnreadableError) as caught:
        Decoder(record).decode(raw)
    assert caught.value.reason == "unknown_schema"


def batch(text: str) -> bytes:
    mention = {
        "id": "7",
        "created_at": "2010-03-17T09:00:00Z",
        "text": text,
        "author": {"id": "a"},
    }
    envelope = sample(MentionBatch) | {"mentions": [mention]}
    return json.dumps(envelope).encode()


def reason(raw: bytes, *, limit_bytes: int = 4_000_000) -> str:
    with pytest.raises(UnreadableError) as caught:
        Decoder(MentionBatch, limit_bytes=limit_bytes).decode(raw)
    return caught.value.reason


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0e", "\x1b", "\x1f"])
def test_control_characters_are_refused(character: str) -> None:
    assert reason(batch(f"a{character}b")) == "control_characters"


@pytest.mark.parametrize("text", ["a\nb\tc", "é \\u0000 as words", "\\\\u001f", "😀", "\x7f"])
def test_what_only_looks_like_a_control_character_is_not(text: str) -> None:
    assert Decoder(MentionBatch).decode(batch(text)).mentions[0].text == text


def test_a_null_byte_itself_is_no_json() -> None:
    assert reason(batch("here").replace(b"here", b"he\0re")) == "malformed_json"


@pytest.mark.parametrize("raw", [b"", b"{", b"null", b"[]", b'{"schema":1}x', b"\x00", b"[" * 9999])
def test_what_is_no_record_is_refused(raw: bytes) -> None:
    assert reason(raw) in {"malformed_json", "invalid"}


def test_bytes_that_are_no_utf8_are_refused() -> None:
    assert reason(batch("here").replace(b"here", b"\xff\xfe")) in {"not_utf8", "malformed_json"}


def test_a_text_that_is_no_post_is_refused_with_its_place() -> None:
    with pytest.raises(UnreadableError, match=r"length <= 30000 .*`\$\.mentions\[0\]\.text`"):
        Decoder(MentionBatch).decode(batch("x" * 30_001))


def test_too_many_bytes_are_not_even_parsed() -> None:
    assert reason(b"{" * 101, limit_bytes=100) == "too_large"


def test_a_naive_time_is_refused() -> None:
    raw = json.dumps(sample(Feedback) | {"at": "2010-03-17T09:00:00"}).encode()
    with pytest.raises(UnreadableError, match=r"timezone.*`\$\.at`"):
        Decoder(Feedback).decode(raw)


TIME = "9999-12-31T23:59:59-14:00"


@pytest.mark.parametrize(
    ("record", "path", "value"),
    [
        (MentionBatch, "watermark", TIME),
        (MentionBatch, "watermark", "0001-01-01T00:00:00+14:00"),
        (MentionBatch, "watermark", "2100-01-01T00:00:00Z"),
        (MentionBatch, "seq", 10**400),
        (MentionBatch, "mentions.0.created_at", TIME),
        (MentionBatch, "mentions.0.weight", 1e308),
        (MentionBatch, "mentions.0.weight", 2e12),
        (MentionBatch, "mentions.0.lang", "x" * 600_000),
        (MentionBatch, "mentions.0.author.handle", "x" * 400_000),
        (MentionBatch, "mentions.0.author.followers", 10**399),
        (MentionBatch, "mentions.0.author.created_at", TIME),
        (MentionBatch, "mentions.0.hashtags", ["a"] * 1_001),
        (Bucket, "start", TIME),
        (Bucket, "width_s", 10**25),
        (Bucket, "weighted", 1e300),
        (Bucket, "mentions", 10**15),
        (Bucket, "links", [["x" * 301, 1]]),
        (Transition, "at", "0001-01-01T00:00:00Z"),
        (Transition, "volume.last_hour", 1e300),
        (Transition, "volume.since_onset", 10**399),
        (Transition, "learned", {"budget": 0}),
        (Feedback, "until", TIME),
        (Feedback, "incident", "x" * 257),
        (ModelVersion, "at", TIME),
        (DeadLetter, "detail", "x" * 1_001),
    ],
)
def test_what_is_beyond_all_bounds_is_refused(record: type, path: str, value: object) -> None:
    fields = sample(record)
    at: Any = fields
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        at = at[step]
    at[last] = value
    with pytest.raises(UnreadableError) as caught:
        Decoder(record).decode(json.dumps(fields).encode())
    assert caught.value.reason == "invalid"


def test_records_cannot_be_changed() -> None:
    record = Decoder(Feedback).decode(encode(SAMPLES[Feedback]))
    with pytest.raises(AttributeError):
        record.brand = "other"  # type: ignore[misc]
