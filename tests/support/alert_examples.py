"""A crisis to tell, made up by the tests: shaped like 17 March 2010, with texts of our own."""

from datetime import datetime, timedelta

from schemas.brand import Brand
from schemas.bucket import Example
from schemas.incident import (
    Completeness,
    Drivers,
    Reason,
    Resemblance,
    Ring,
    Sighting,
    Term,
    Transition,
    Volume,
)
from schemas.mention import Gap

ONSET = datetime.fromisoformat("2010-03-17T09:10:00+00:00")

BRAND = Brand(id="nestle", names=("Nestlé", "Nestle"), slack_channel="#nestle-alerts")
MARQUE = Brand(id="nestle", names=("Nestlé",), slack_channel="#nestle-alerts", alert_language="fr")


def example(
    number: int = 1, text: str = "That video about palm oil. I will not buy it again."
) -> Example:
    return Example(
        id=f"17-{number}",
        handle=f"forest_watcher_{number}",
        followers=12_400 * number,
        created_at=ONSET + timedelta(minutes=11 + number),
        kind="original",
        text=text,
        p_negative=0.93,
    )


def sighting(**changes: object) -> Sighting:
    values: dict[str, object] = {
        "at": ONSET + timedelta(minutes=12),
        "rarity": 5.1,
        "kind": 1.4,
        "score": 9.3,
        "needed": 12.0,
        "needed_rarity": 7.8,
        "needed_kind": 2.3,
        "voices": 23.4,
        "usual_voices": 2.6,
        "ring_at_once": 46,
        "ring_in_an_hour": 48,
        "terms": (
            Term(code="attacking", share=0.31, usual=0.03, weight=1.9),
            Term(code="negative", share=0.62, usual=0.2, weight=0.7),
            Term(code="addressed", share=0.4, usual=0.14, weight=-1.1),
            Term(code="sad", share=0.02, usual=0.02, weight=0.0),
        ),
    }
    return Sighting(**{**values, **changes})  # type: ignore[arg-type]


def heads_up(**changes: object) -> Transition:
    """What was worth a quiet line half an hour before ``transition`` rang."""
    values: dict[str, object] = {
        "state": "noticed",
        "level": "heads_up",
        "reason": "rare_voices",
        "at": ONSET + timedelta(minutes=12),
        "heads_up_at": ONSET + timedelta(minutes=12),
        "rung_at": None,
        "sighting": sighting(),
    }
    return transition(**{**values, **changes})


def rung(**changes: object) -> Transition:
    """The same incident when it rings."""
    at = ONSET + timedelta(minutes=42)
    values: dict[str, object] = {
        "seq": 1,
        "heads_up_at": ONSET + timedelta(minutes=12),
        "rings": (Ring(at=at, severity=8),),
        "sighting": sighting(rarity=9.0, kind=2.0, score=15.0),
    }
    return transition(**{**values, **changes})


def transition(**changes: object) -> Transition:
    values: dict[str, object] = {
        "incident": "nestle-20100317T0910",
        "seq": 0,
        "brand": "nestle",
        "state": "open",
        "reason": "crisis_pattern",
        "at": ONSET + timedelta(minutes=42),
        "onset": ONSET,
        "severity": 8,
        "pattern": "nestle-greenpeace-2010",
        "evidence": 1.6,
        "confidence": 0.87,
        "rung_at": ONSET + timedelta(minutes=42),
        "volume": Volume(
            last_10_min=482.0,
            last_hour=1240.0,
            usual_per_hour=40.0,
            since_onset=1240,
            return_period_s=86_400 * 365 * 3.0,
        ),
        "negative_share": 0.46,
        "usual_negative_share": 0.18,
        "completeness": Completeness(
            coverage=0.93,
            gaps=(
                Gap(
                    start=ONSET + timedelta(minutes=20),
                    end=ONSET + timedelta(minutes=23),
                    cause="disconnect",
                    recovered="originals_only",
                ),
            ),
            blind=("rss",),
            sampled=False,
        ),
        "drivers": Drivers(
            hashtags=(("nestle", 410), ("palmoil", 388), ("killer", 120)),
            links=(("https://www.video.example/watch?v=fingers", 512),),
            authors=(("forest_watcher_1", 31),),
            handles=(("nestle", 230),),
            languages=(("en", 800), ("pt", 300), ("fr", 140)),
            terms=(("nestlé", 900), ("palm", 402), ("orangutan", 333)),
        ),
        "reasons": (
            Reason(code="surge", value=31.0, weight=0.6),
            Reason(code="negative_shift", value=0.46, normal=0.18, weight=0.5),
            Reason(
                code="concentration", value=0.41, normal=0.06, weight=0.3,
                detail="www.video.example/watch?v=fingers",
            ),
            Reason(code="course", value=1.6, weight=0.2),
            Reason(code="complaint", value=0.04, normal=0.11, weight=-0.1),
        ),
        "nearest": (
            Resemblance(
                episode="nestle-greenpeace-2010", kind="crisis", distance=0.31, phase=0.22
            ),
            Resemblance(episode="boycott-call", kind="crisis", distance=0.42, phase=0.3),
            Resemblance(episode="product-launch", kind="harmless", distance=1.3, phase=0.5),
        ),
        "examples": (
            example(1),
            example(2, "They had the film taken down?! Here is the copy. *Pass it on* <!channel>"),
        ),
        "model": "sentiment-1+0badf00d",
    }  # fmt: skip
    return Transition(**{**values, **changes})  # type: ignore[arg-type]
