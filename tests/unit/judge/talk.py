"""Buckets by a small generator of its own: talk with given shares at a given rate."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from math import exp, pi, sin
from typing import NamedTuple
from zlib import crc32

from pipeline.rollup.speakers.memory import Memory
from pipeline.rollup.speakers.voices import (
    ACCUSING,
    ADDRESSED,
    COMPLAINT,
    GLAD,
    NEGATIVE,
    POSITIVE,
    REPOST,
    SAD,
    Voice,
    VoiceMemory,
)
from schemas.bucket import Bucket, Example

DAY_S = 86_400
HOUR_S = 3_600
START_S = 1_262_304_000


class Kind(NamedTuple):
    """Shares of mentions, and how they hang together. ``carrier``: share that carries one link.

    ``attack``: share that attacks the brand; None for whatever accuses or calls for a boycott.

    ``copied``: share of the posts that are no reposts with one and the same wording.
    """

    negative: float = 0.22
    positive: float = 0.28
    repost: float = 0.3
    reply: float = 0.25
    new: float = 0.6
    first: float = 0.3
    complaint: float = 0.06
    outrage: float = 0.02
    boycott: float = 0.002
    sad: float = 0.0
    carrier: float = 0.0
    one_post: float = 0.0
    copied: float = 0.0
    attack: float | None = None
    authors: int = 100_000
    languages: tuple[tuple[str, float], ...] = (("en", 0.7), ("fr", 0.3))


CHATTER = Kind()


class Part(NamedTuple):
    """Talk of one kind at ``rate(t)`` mentions an hour, ``t`` in seconds since the start."""

    kind: Kind
    rate: object
    name: str = "chatter"


class Voicing:
    """Counts voices as the roll-up does."""

    def __init__(self) -> None:
        self._rng = random.Random(5)
        self._voices = VoiceMemory()
        self._authors, self._wordings = Memory(), Memory()
        self.said: list[Voice] = []

    def hear(self, part, mood, author, *, repost, reply, ref, accusing, complaint, sad) -> None:
        rng = self._rng
        share = part.kind.attack
        attacks = accusing if share is None else rng.random() < share
        copied = not repost and rng.random() < part.kind.copied
        glad = GLAD if mood == "positive" else 0
        marks = {"negative": NEGATIVE, "positive": POSITIVE}.get(mood, 0) | glad
        for mark, on in (
            (REPOST, repost),
            (ADDRESSED, reply),
            (ACCUSING, accusing),
            (COMPLAINT, complaint),
            (SAD, sad),
        ):
            marks |= mark if on else 0
        voice = Voice(
            id=len(self.said),
            author=crc32(author.encode()),
            wording=crc32(part.name.encode()) if copied else 0,
            root=crc32(ref.encode()) if repost else 0,
            marks=marks,
            p_positive=800 if mood == "positive" else 100,
            attack=round(100 * rng.gauss(1.5 if attacks else -2.5, 0.8)),
            lang="en",
        )
        self.said.append(voice)

    def close(self, start_s):
        for memory in (self._authors, self._wordings):
            memory.turn(start_s, 100_000)
        for voice in self.said:
            self._authors.is_new(voice.author)
            self._wordings.is_new(voice.wording)
        said, self.said = self.said, []
        return self._voices.close(start_s, said, self._authors, self._wordings)


def poisson(rng: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def day(per_hour: float):
    """A rate with a rhythm of a day: three times as much in the evening as at night."""
    return lambda t: per_hour * (1 + 0.5 * sin(2 * pi * (t / DAY_S - 0.4)))


def burst(per_hour: float, *, at: float, rise_s: float, half_life_s: float, plateau_s: float = 0):
    """From ``at`` a linear rise, a plateau, an exponential fall."""

    def rate(t: float) -> float:
        since = t - at
        if since < 0:
            return 0.0
        if since < rise_s:
            return per_hour * since / rise_s
        if since < rise_s + plateau_s:
            return per_hour
        return per_hour * 0.5 ** ((since - rise_s - plateau_s) / half_life_s)

    return rate


def constant(per_hour: float):
    return lambda _t: per_hour


def buckets(
    parts: list[Part],
    *,
    length_s: int,
    seed: int = 1,
    width_s: int = 10,
    brand: str = "acme",
    start_s: int = START_S,
    from_s: int = 0,
) -> Iterator[Bucket]:
    """Buckets of ``[from_s, length_s)`` in which something was said, in order of time."""
    rng, voicing = random.Random(seed), Voicing()
    for offset_s in range(from_s, length_s, width_s):
        drawn = [(part, poisson(rng, part.rate(offset_s) * width_s / HOUR_S)) for part in parts]
        if any(count for _, count in drawn):
            yield bucket(drawn, rng, start_s + offset_s, width_s, brand, voicing)


def bucket(drawn, rng, start_s, width_s, brand, voicing):  # noqa: PLR0917 - of this file alone
    totals, top_k = Counter(), {}
    examples = []
    at = datetime.fromtimestamp(start_s, tz=UTC)
    for part, count in drawn:
        kind = part.kind
        for _ in range(count):
            totals["mentions"] += 1
            marked = {}
            ref = ""
            u = rng.random()
            mood = (
                "negative"
                if u < kind.negative
                else "positive"
                if u < kind.negative + kind.positive
                else "neutral"
            )
            totals[mood] += 1
            v = rng.random()
            repost = v < kind.repost
            totals[
                "reposts" if repost else "replies" if v < kind.repost + kind.reply else "originals"
            ] += 1
            for name, field in (
                ("new", "new_authors"),
                ("first", "first_person"),
                ("complaint", "complaint"),
                ("outrage", "outrage"),
                ("boycott", "boycott"),
            ):
                marked[field] = rng.random() < getattr(kind, name)
                totals[field] += marked[field]
            sad = kind.sad > 0 and rng.random() < kind.sad
            totals["sad_news"] += sad
            carried = rng.random() < kind.carrier
            if carried or rng.random() < 0.3:
                page = part.name if carried else str(rng.randrange(500))
                top_k.setdefault("links", Counter())[f"https://example.org/{page}"] += 1
            if repost:
                ref = part.name if rng.random() < kind.one_post else str(rng.randrange(300))
                top_k.setdefault("reposted", Counter())[ref] += 1
            author = f"{part.name}{rng.randrange(kind.authors)}"
            top_k.setdefault("loudest", Counter())[author] += 1
            voicing.hear(
                part,
                mood,
                author,
                repost=repost,
                reply=kind.repost <= v < kind.repost + kind.reply,
                ref=ref,
                accusing=marked["outrage"] or marked["boycott"],
                complaint=marked["complaint"],
                sad=sad,
            )
            language = rng.choices(*zip(*kind.languages, strict=True))[0]
            top_k.setdefault("languages", Counter())[language] += 1
            if not repost:
                examples.append(
                    Example(
                        id=f"{start_s}-{totals['mentions']}",
                        handle=author,
                        followers=rng.randrange(5000),
                        created_at=at,
                        kind="original",
                        text="…",
                        p_negative=0.9 if mood == "negative" else 0.1,
                    )
                )
    return Bucket(
        brand=brand,
        start=at,
        width_s=width_s,
        watermark=at,
        weighted=float(totals["mentions"]),
        authors=len(top_k.get("loudest", ())),
        voices=voicing.close(start_s),
        examples=tuple(sorted(examples, key=lambda e: -e.followers)[:3]),
        **totals,
        **{
            name: tuple(sorted(found.items(), key=lambda i: (-i[1], i[0]))[:10])
            for name, found in top_k.items()
        },
    )
