"""From records to rows. Pure."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline.deletions.to_forget import folded
from pipeline.detection.window.by_network import networks_of
from schemas.bucket import Bucket, Example, Story
from schemas.feedback import Feedback

Row = Mapping[str, Any]
"""Column by column; a database takes what types it has."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def count_row(bucket: Bucket, written_s: int) -> Row:
    """The counts of one bucket."""
    voices = bucket.voices
    return {
        "brand": bucket.brand,
        "start_s": int(bucket.start.timestamp()),
        "apart": bucket.apart,
        "revision": bucket.revision,
        "width_s": bucket.width_s,
        "mentions": bucket.mentions,
        "originals": bucket.originals,
        "negative": bucket.negative,
        "own": bucket.own,
        "weighted": bucket.weighted,
        "voices": voices.texts + voices.reposts if voices else 0,
        "attacking": voices.attacking + voices.reposts_attacking if voices else 0,
        "by_source": json.dumps(networks_of(bucket)) if bucket.by_source else "",
        "written_s": written_s,
    }


def gap_rows(bucket: Bucket, written_s: int) -> Iterator[Row]:
    """The gaps that a bucket states."""
    for gap in bucket.gaps:
        yield {
            "brand": bucket.brand,
            "start_s": int(gap.start.timestamp()),
            "source": ", ".join(bucket.sources)[:200] or "?",
            "end_s": int(gap.end.timestamp()),
            "cause": gap.cause,
            "recovered": gap.recovered,
            "written_s": written_s,
        }


def post_rows(bucket: Bucket, written_s: int) -> Iterator[Row]:
    """The posts that a bucket shows; ids from outside may be of any length up to the key's."""
    for post in bucket.examples:
        yield _post(bucket.brand, post, written_s)


def _post(brand: str, post: Example, written_s: int) -> Row:
    return {
        "brand": brand,
        "id": post.id,
        "at_s": int(post.created_at.timestamp()),
        "handle": post.handle,
        "author": folded(post.handle),
        "followers": post.followers,
        "kind": post.kind,
        "lang": post.lang,
        # PostgreSQL takes no NUL in a text.
        "text": post.text.replace("\0", ""),
        "p_negative": post.p_negative,
        "written_s": written_s,
    }


def story_rows(bucket: Bucket, written_s: int) -> Iterator[Row]:
    """The stories that a bucket tells, as of its end."""
    end_s = int(bucket.start.timestamp()) + bucket.width_s
    for story in bucket.stories:
        yield _story(bucket.brand, story, end_s, written_s)


def _story(brand: str, story: Story, end_s: int, written_s: int) -> Row:
    return {
        "brand": brand,
        "id": story.id,
        "started_s": story.started_s,
        "last_s": end_s,
        "about": json.dumps(story.about),
        "languages": json.dumps([name for name, _ in story.languages]),
        "texts": story.texts,
        "reposts": story.reposts,
        "voices": story.voices,
        "negative": story.negative,
        "attacks": story.attacks,
        "growth": story.growth,
        "written_s": written_s,
    }


def remark_row(said: Feedback, written_s: int) -> Row:
    """What a person said of an incident."""
    until_s = 0 if said.until is None else int(said.until.timestamp())
    return {
        "id": said.id,
        "brand": said.brand,
        "incident": said.incident,
        "at_us": micros(said.at),
        "by": said.by,
        "kind": said.kind,
        # PostgreSQL takes no NUL in a text.
        "note": said.note.replace("\0", ""),
        "task": said.task,
        "step": said.step or "",
        "until_s": until_s,
        "written_s": written_s,
    }


def micros(at: datetime) -> int:
    """Microseconds since 1970, exactly; a float of seconds is not.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, 7, tzinfo=UTC))
    1000007
    """
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(at_us: int) -> datetime:
    """The moment of such microseconds."""
    return _EPOCH + timedelta(microseconds=at_us)
