"""Between the judge and the detector: voices of a bucket, bars of a brand, a look as a sighting."""

from datetime import UTC, datetime
from math import log
from typing import Final

from pipeline.detection.detector.detector import Look
from pipeline.detection.detector.levels import (
    KIND_WORTH,
    RING_KIND,
    RING_RARITY,
    Bar,
    bar_for,
    evidence,
    score,
)
from pipeline.detection.incident.episode import Finding
from schemas.brand import Brand
from schemas.bucket import Bucket, Voices
from schemas.incident import Sighting, Term

DECADE: Final = log(10)
HOSTILE_NEGATIVE: Final = 0.75
MILLI: Final = 1000
MOST: Final = 1e12


def voices_of(bucket: Bucket) -> Voices:
    """The voices of a bucket; where nobody counted them, its mentions stand for themselves.

    So it is with buckets of before December 2026, which do not tell what reposts are like.
    """
    if bucket.voices is not None:
        return bucket.voices
    mentions = bucket.mentions
    if not mentions:
        return Voices()
    texts = mentions - bucket.reposts
    share = texts / mentions
    negative = round(bucket.negative * share * MILLI)
    accusing = min(bucket.outrage + bucket.boycott + bucket.takedown, mentions)
    passed_on = bucket.negative * MILLI - negative
    return Voices(
        texts=texts * MILLI,
        negative=negative,
        positive=round(bucket.positive * share * MILLI),
        p_positive=round(bucket.positive * share * MILLI),
        accusing=round(accusing * share * MILLI),
        attacking=round(accusing * share * MILLI),
        fierce=round(accusing * share * MILLI / 2),
        hostile=round(bucket.negative * HOSTILE_NEGATIVE * MILLI),
        addressed=round(min(bucket.replies, texts) * MILLI),
        sad=round(bucket.sad_news * share * MILLI),
        complaint=round(bucket.complaint * share * MILLI),
        reposts=bucket.reposts * MILLI,
        reposts_negative=passed_on,
        reposts_attacking=round(accusing * (1 - share) * MILLI),
        cascade=max((count for _, count in bucket.reposted), default=0),
    )


def bar_of(brand: Brand, doubt: float) -> Bar:
    """How high the bars are for ``brand``.

    A budget that is half as large asks for what is half as frequent; so does a doubt (log10 of how
    much rarer) that people's false alarms taught.

    >>> brand = Brand(id="acme", names=("Acme",))
    >>> bar_of(brand, 0.0) == bar_for(0.5, 1.0)
    True
    >>> bar_of(brand, 1.0).ring > bar_of(brand, 0.0).ring
    True
    """
    rarer = doubt * DECADE
    bar = bar_for(brand.false_rings_per_quarter, brand.heads_up_per_week)
    return bar._replace(ring=bar.ring + rarer, heads_up=bar.heads_up + rarer)


def found(look: Look, bar: Bar) -> Finding:
    """A look as a transition states it."""
    severity = look.severity
    rarity, kind = look.rarity.total, look.kind
    return Finding(
        evidence=evidence(rarity, kind),
        severity=min(max(round(severity.now), 1), 10),
        sighting=Sighting(
            at=datetime.fromtimestamp(look.at_s, UTC),
            rarity=round(rarity, 2),
            kind=round(kind, 2),
            score=round(score(rarity, kind), 2),
            needed=round(bar.ring, 2),
            needed_rarity=round(max(bar.ring - score(0.0, kind), RING_RARITY), 2),
            needed_kind=round(max((bar.ring - score(rarity, 0.0)) / KIND_WORTH, RING_KIND), 2),
            seed=round(look.seed, 2),
            voices=round(min(look.voices, MOST), 1),
            usual_voices=round(min(look.usual_voices, MOST), 1),
            terms=tuple(
                Term(
                    code=one.code,
                    share=round(min(one.share, 1.0), 4),
                    usual=round(min(one.usual, 1.0), 4),
                    weight=round(one.weight, 2),
                )
                for one in look.told.composition.terms
            ),
            severity_low=severity.low,
            severity_high=severity.high,
            ring_at_once=look.missing.at_once,
            ring_in_an_hour=look.missing.in_an_hour,
            ring_attacks=look.missing.attacks,
            ring_lasting_s=look.missing.lasting_s,
        ),
    )
