"""Buckets by a small generator of its own: talk with given shares at a given rate."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from math import exp, pi, sin
from typing import NamedTuple

from schemas.bucket import Bucket, Example

DAY_S = 86_400
HOUR_S = 3_600
START_S = 1_262_304_000


class Kind(NamedTuple):
    """Shares of mentions, and how they hang together. ``carrier``: share that carries one link."""

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
    authors: int = 100_000
    languages: tuple[tuple[str, float], ...] = (("en", 0.7), ("fr", 0.3))


CHATTER = Kind()


class Part(NamedTuple):
    """Talk of one kind at ``rate(t)`` mentions an hour, ``t`` in seconds since the start."""

    kind: Kind
    rate: object
    name: str = "chatter"


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
    rng = random.Random(seed)
    for offset_s in range(from_s, length_s, width_s):
        drawn = [(part, poisson(rng, part.rate(offset_s) * width_s / HOUR_S)) for part in parts]
        if any(count for _, count in drawn):
            yield bucket(drawn, rng, start_s + offset_s, width_s, brand)


def bucket(drawn, rng, start_s, width_s, brand):
    totals, tops = Counter(), {}
    examples = []
    at = datetime.fromtimestamp(start_s, tz=UTC)
    for part, count in drawn:
        kind = part.kind
        for _ in range(count):
            totals["mentions"] += 1
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
                totals[field] += rng.random() < getattr(kind, name)
            totals["sad_news"] += kind.sad > 0 and rng.random() < kind.sad
            carried = rng.random() < kind.carrier
            if carried or rng.random() < 0.3:
                page = part.name if carried else str(rng.randrange(500))
                tops.setdefault("links", Counter())[f"https://example.org/{page}"] += 1
            if repost:
                ref = part.name if rng.random() < kind.one_post else str(rng.randrange(300))
                tops.setdefault("reposted", Counter())[ref] += 1
            author = f"{part.name}{rng.randrange(kind.authors)}"
            tops.setdefault("loudest", Counter())[author] += 1
            language = rng.choices(*zip(*kind.languages, strict=True))[0]
            tops.setdefault("languages", Counter())[language] += 1
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
        authors=len(tops.get("loudest", ())),
        examples=tuple(sorted(examples, key=lambda e: -e.followers)[:3]),
        **totals,
        **{
            name: tuple(sorted(found.items(), key=lambda i: (-i[1], i[0]))[:10])
            for name, found in tops.items()
        },
    )
