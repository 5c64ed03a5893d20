"""What a digest says: was it heard, what rang, what nearly did, how warm, the alarm's own record.

Pure: from figures to words. That nothing rang is said only where everything was heard to the end.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from agents.alerting.i18n import Words
from agents.alerting.message.model import HeadsUp
from agents.alerting.message.neutral import outside
from agents.alerting.message.tone import Tone
from pipeline.detection.incident.merge import Incident

RECORD_DAYS: Final = 30
LATE: Final = timedelta(minutes=10)
"""What is complete up to so long before the end is complete."""
_SHOWN: Final = 5
_WARMEST: Final = 3
_MARK: Final = "▤"


class BrandWarmth(Struct, frozen=True):
    """How much was said of a brand, as times of its usual; ``rivals``: the mean of theirs."""

    name: str
    times: float
    rivals: float | None = None


class DigestFigures(Struct, frozen=True, kw_only=True):
    """All that a digest rests on, of the brands and the time that it is about.

    ``complete_until``: up to when everything is counted and judged; None for never. ``heard``:
    share of the time that is in no gap. ``recent``: what rang in the last ``RECORD_DAYS`` days.
    ``allowed_per_month``: false rings that the budgets allow the receiver; None where that is not
    known.
    """

    since: datetime
    until: datetime
    complete_until: datetime | None
    brands: int
    posts: int
    heard: float
    incidents: Sequence[Incident]
    recent: Sequence[Incident] = ()
    allowed_per_month: float | None = None
    warmth: Sequence[BrandWarmth] = ()


def digest_of(words: Words, figures: DigestFigures, names: dict[str, str]) -> HeadsUp:
    """Return the digest. ``names``: of brands, by id."""
    rang = [one for one in figures.incidents if one.newest.level == "ring"]
    quiet = [one for one in figures.incidents if one.newest.level == "heads_up"]
    headline = words.say(
        "bulletin_headline",
        verdict=_verdict(words, figures, rang),
        posts=words.count("bulletin_posts", figures.posts),
        quiet=words.count("bulletin_heads_ups", len(quiet)),
    )
    lines = [
        words.say(
            "bulletin_span",
            since=words.moment(figures.since),
            until=words.moment(figures.until),
            brands=words.count("bulletin_brands", figures.brands),
        ),
        *_heard(words, figures),
        *_list(words, "bulletin_line_rang", rang, names),
        *_list(words, "bulletin_line_quiet", quiet, names),
        *_warmth(words, figures.warmth),
        _record(words, figures),
    ]
    return HeadsUp(
        tone=Tone.QUIET,
        brand="",
        headline=headline,
        lines=tuple(lines),
        mark=_MARK,
        summary=f"{_MARK} {headline}",
    )


def _verdict(words: Words, figures: DigestFigures, rang: Sequence[Incident]) -> str:
    if rang:
        return words.count("bulletin_rang", len(rang))
    return words.texts["bulletin_calm" if _is_complete(figures) else "bulletin_unsure"]


def _is_complete(figures: DigestFigures) -> bool:
    until = figures.complete_until
    return until is not None and until >= figures.until - LATE


def _heard(words: Words, figures: DigestFigures) -> list[str]:
    said = [words.say("bulletin_heard", share=words.percent(figures.heard))]
    if not _is_complete(figures):
        until = figures.complete_until
        key = "bulletin_incomplete" if until else "bulletin_never"
        said.append(words.say(key, moment=words.moment(until) if until else ""))
    return said


def _list(
    words: Words, key: str, incidents: Sequence[Incident], names: dict[str, str]
) -> list[str]:
    lines = [
        words.say(
            key,
            brand=names.get(one.newest.brand, outside(one.newest.brand)),
            moment=words.moment(one.rung_at or one.newest.heads_up_at or one.onset),
            worst=words.number(one.worst),
            like=words.pattern(one.newest.pattern),
        )
        for one in incidents[:_SHOWN]
    ]
    if more := len(incidents) - len(lines):
        lines.append(words.count("bulletin_more", more))
    return lines


def _warmth(words: Words, warmth: Sequence[BrandWarmth]) -> list[str]:
    warmest = sorted(warmth, key=lambda one: -one.times)[:_WARMEST]
    lines = []
    for one in warmest:
        times = words.number(round(one.times, 1))
        if one.rivals is None:
            lines.append(words.say("bulletin_warmth", brand=one.name, times=times))
        else:
            rivals = words.number(round(one.rivals, 1))
            lines.append(
                words.say("bulletin_warmth_rivals", brand=one.name, times=times, rivals=rivals)
            )
    return lines


def _record(words: Words, figures: DigestFigures) -> str:
    false = [
        one for one in figures.recent if any(step.reason == "false_alarm" for step in one.trail)
    ]
    fields = {
        "days": words.number(RECORD_DAYS),
        "rang": words.number(len(figures.recent)),
        "false": words.number(len(false)),
    }
    if figures.allowed_per_month is None:
        return words.say("bulletin_record", **fields)
    allowed = words.number(round(figures.allowed_per_month, 1))
    return words.say("bulletin_record_allowed", **fields, allowed=allowed)
