"""A day of mentions as the closed buckets that a judge of brands is given."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zlib import crc32

import numpy as np
from msgspec.structs import replace

from lab.evaluate.replays.top_k import TopKByBucket, top_k
from lab.evaluate.replays.world.brand import LANGUAGES
from lab.evaluate.replays.world.mentions import (
    BOYCOTT,
    COMPLAINT,
    FIRST_PERSON,
    NEGATIVE,
    NEUTRAL,
    NONE,
    ORIGINAL,
    OUTRAGE,
    POSITIVE,
    QUOTE,
    REPLY,
    REPOST,
    SAD_NEWS,
    TAKEDOWN,
    Bools,
    Floats,
    Ints,
    Mentions,
)
from lab.evaluate.replays.world.nuisances import Stretch
from lab.evaluate.replays.world.stream import Day
from lab.evaluate.replays.world.timing.rhythm import DAY_S
from pipeline.rollup.speakers.authors import AuthorMemory
from pipeline.rollup.speakers.near_duplicates import WordingMemory
from pipeline.rollup.speakers.voices import Voice, VoiceMemory, marks_of
from pipeline.sentiment.api import Score, Sentiment, TextSignals
from schemas.bucket import Bucket, Example
from schemas.mention import ALL_BRANDS, Gap, Kind

WIDTH_S: Final = 10
TICK_S: Final = 60
_SOURCE: Final = "replay"
_KINDS: Final[tuple[Kind, ...]] = ("original", "repost", "reply", "quote")
_TOP: Final = 10
_TOP_AUTHORS: Final = 5


class Packer:
    """Buckets of one brand; it remembers who spoke, and tells voices from echoes as life does."""

    def __init__(self, brand: str) -> None:
        self._brand = brand
        self._authors = AuthorMemory()
        self._wordings = WordingMemory()
        self._voices = VoiceMemory()
        self._gaps: list[Stretch] = []

    def pack(self, day: Day) -> Iterator[Bucket]:
        """Closed buckets in order of time, and a tick of the clock after each silent minute.

        In a gap the clock stands still: a source that is away promises nothing.
        """
        self._gaps = list(dict.fromkeys((*self._gaps, *day.gaps)))
        made = self._buckets(day.mentions)
        spoken = {int(bucket.start.timestamp()) // TICK_S for bucket in made}
        silent = [
            _tick(end_s)
            for end_s in range(day.start_s + TICK_S, day.start_s + DAY_S + 1, TICK_S)
            if (end_s - TICK_S) // TICK_S not in spoken
            and not any(one.start_s < end_s <= one.end_s for one in self._gaps)
        ]
        for bucket in sorted((*made, *silent), key=lambda one: one.start):
            yield self._with_gaps(bucket)

    def _with_gaps(self, bucket: Bucket) -> Bucket:
        """State the gaps that ended since the bucket before."""
        end_s = bucket.watermark.timestamp()
        over = [one for one in self._gaps if one.end_s <= end_s]
        if bucket.brand == ALL_BRANDS or not over:
            return bucket
        self._gaps = [one for one in self._gaps if one.end_s > end_s]
        gaps = tuple(
            Gap(start=_utc(one.start_s), end=_utc(one.end_s), cause="disconnect") for one in over
        )
        return replace(bucket, gaps=gaps)

    def _buckets(self, mentions: Mentions) -> list[Bucket]:
        said = mentions[~mentions["own"]]
        slots = (mentions["at_s"] // WIDTH_S).astype(np.int64)
        starts = np.unique(slots)
        if not len(starts):
            return []
        bucket = np.searchsorted(starts, slots[~mentions["own"]])
        own = np.searchsorted(starts, slots[mentions["own"]])
        columns = _columns(said, bucket, len(starts))
        columns["own"] = np.bincount(own, minlength=len(starts))
        whole = (
            values.tolist() if name in _FRACTIONS else values.astype(np.int64).tolist()
            for name, values in columns.items()
        )
        lists = _lists(said, bucket, len(starts))
        examples = _examples(said, bucket)
        times = [_utc(slot * WIDTH_S) for slot in starts.tolist()]
        width = timedelta(seconds=WIDTH_S)
        names = (*columns, *lists)
        rows = zip(*whole, *lists.values(), strict=True)
        spoken = self._spoken(said, bucket, starts * WIDTH_S)
        return [
            Bucket(
                brand=self._brand,
                start=time,
                width_s=WIDTH_S,
                watermark=time + width,
                sources=(_SOURCE,),
                model=_SOURCE,
                examples=examples.get(row, ()),
                **spoken[row],
                **dict(zip(names, values, strict=True)),
            )
            for row, (time, values) in enumerate(zip(times, rows, strict=True))
        ]

    def _spoken(self, said: Mentions, bucket: Ints, starts_s: Ints) -> list[dict[str, Any]]:
        """What only a memory can tell of each bucket, asked as the roll-up asks it."""
        order = np.argsort(bucket, kind="stable")
        edges = np.searchsorted(bucket[order], np.arange(len(starts_s) + 1)).tolist()
        voices = list(_voices(said[order]))
        authors = said["author"][order].tolist()
        found = []
        for start_s, (first, last) in zip(starts_s.tolist(), pairwise(edges), strict=True):
            spoken = voices[first:last]
            wordings = Counter(one.wording for one in spoken if one.wording)
            names = dict.fromkeys(map(_USER, authors[first:last]))
            new = self._authors.count_new(start_s, names)
            copies = self._wordings.copies(start_s, wordings)
            found.append(
                {
                    "new_authors": new,
                    "compared": wordings.total(),
                    "copied": sum(copies.values()),
                    "voices": self._voices.close(start_s, spoken, self._authors, self._wordings),
                }
            )
        return found


_USER: Final = "user{}".format
_SPOKEN: Final = (
    "id", "author", "wording", "root", "answers", "kind", "handle", "cues", "p_negative",
    "p_positive", "attack", "language",
)  # fmt: skip


def _voices(said: Mentions) -> Iterator[Voice]:
    """The voice of each mention, as the roll-up makes it of a post and its score."""
    columns = (said[name].tolist() for name in _SPOKEN)
    for (
        number, author, wording, root, answers, kind, handle, cues, negative, positive, attack,
        tongue,
    ) in zip(*columns, strict=True):  # fmt: skip
        repost = kind == REPOST
        of = root if repost else answers
        # A repost is addressed where it passes on what the brand said, which none does here.
        addressed = not repost and (handle == 0 or (kind == REPLY and answers == NONE))
        score = Score(
            Sentiment(negative, 1 - negative - positive, positive),
            TextSignals(cues, attack_logit=attack),
        )
        yield Voice(
            crc32(b"%d" % number),
            crc32(b"user%d" % author),
            0 if repost else wording & _PRINT,
            crc32(b"%d" % of) if of != NONE else 0,
            marks_of(score, repost=repost, addressed=addressed),
            round(positive * 1000),
            round(attack * 100),
            LANGUAGES[tongue],
        )


_PRINT: Final = 0xFFFF_FFFF
_SHOWN: Final = ("id", "author", "followers", "at_s", "kind", "p_negative")
_FRACTIONS: Final = {"weighted", "p_negative_sum"}


def _columns(said: Mentions, bucket: Ints, buckets: int) -> dict[str, Floats | Ints]:
    def total(values: Floats | Ints | Bools) -> Floats | Ints:
        return np.bincount(bucket, weights=values, minlength=buckets)

    kind, label, cues = said["kind"], said["label"], said["cues"]
    authors = np.unique(np.stack((bucket, said["author"])), axis=1)[0]
    return {
        "mentions": np.bincount(bucket, minlength=buckets),
        "weighted": total(said["weight"]),
        "originals": total(kind == ORIGINAL),
        "reposts": total(kind == REPOST),
        "replies": total(kind == REPLY),
        "quotes": total(kind == QUOTE),
        "negative": total(label == NEGATIVE),
        "neutral": total(label == NEUTRAL),
        "positive": total(label == POSITIVE),
        "p_negative_sum": total(said["p_negative"]),
        "outrage": total((cues & OUTRAGE) > 0),
        "boycott": total((cues & BOYCOTT) > 0),
        "complaint": total((cues & COMPLAINT) > 0),
        "first_person": total((cues & FIRST_PERSON) > 0),
        "sad_news": total((cues & SAD_NEWS) > 0),
        "takedown": total((cues & TAKEDOWN) > 0),
        "authors": np.bincount(authors, minlength=buckets),
        "reach": total(said["followers"]),
    }


def _lists(said: Mentions, bucket: Ints, buckets: int) -> dict[str, TopKByBucket]:
    def top(field: str, name: Callable[[int], str], most: int = _TOP) -> TopKByBucket:
        return top_k(bucket, said[field], buckets=buckets, most=most, name=name)

    words = said["terms"]
    return {
        "languages": top("language", LANGUAGES.__getitem__),
        "hashtags": top("hashtag", "tag{}".format),
        "links": top("link", "https://example.org/{}".format),
        "handles": top("handle", "handle{}".format),
        "loudest": top("author", _USER, _TOP_AUTHORS),
        "reposted": top("root", "{}".format, _TOP_AUTHORS),
        "terms": top_k(
            np.repeat(bucket, words.shape[1]),
            words.ravel(),
            buckets=buckets,
            most=_TOP,
            name="word{}".format,
        ),
    }


def _examples(said: Mentions, bucket: Ints) -> dict[int, tuple[Example, ...]]:
    """The post with the largest audience of each bucket that is not just a repost."""
    rows = np.flatnonzero(said["kind"] != REPOST)
    order = rows[np.lexsort((said["id"][rows], -said["followers"][rows], bucket[rows]))]
    places, first = np.unique(bucket[order], return_index=True)
    chosen = order[first]
    return {
        place: (
            Example(
                id=str(number),
                handle=f"user{author}",
                followers=followers,
                created_at=_utc(at_s),
                kind=_KINDS[kind],
                text="",
                p_negative=round(p_negative, 3),
            ),
        )
        for place, number, author, followers, at_s, kind, p_negative in zip(
            places.tolist(), *(said[name][chosen].tolist() for name in _SHOWN), strict=True
        )
    }


def _tick(end_s: int) -> Bucket:
    return Bucket(
        brand=ALL_BRANDS,
        start=_utc(end_s - WIDTH_S),
        width_s=WIDTH_S,
        watermark=_utc(end_s),
        sources=(_SOURCE,),
    )


def _utc(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
