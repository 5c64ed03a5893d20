"""How a language says figures, times and sentences. The words themselves are data: en.py, fr.py."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from pipeline.detection.detector.severity import SeverityBand

Unit = Literal["share", "times", "count", "number", "none"]
"""How a value is said: 46 %, 3.4 times, 1,240, 1.7, or not at all."""

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86_400
_EXACT_BELOW = 10
_NEARLY_ALL = 99
_PERIODS = (("years", 365.25 * _DAY_S), ("months", 30.44 * _DAY_S), ("weeks", 7.0 * _DAY_S))
_LONGEST_PERIOD_S = 10 * 365.25 * _DAY_S
_BEYOND = 1e15
"""From here on a figure is a fault of somebody's, and no more than its size is said."""


class ReasonSentence(Struct, frozen=True):
    """What a reason is called in a sentence.

    ``text`` may use ``{value}``, ``{normal}`` and ``{detail}``. ``bare`` is said where the brand
    has no normal yet; it may use ``{value}`` and ``{detail}``.
    """

    unit: Unit
    text: str
    bare: str


class Words(Struct, frozen=True, kw_only=True):
    """One language. Every language has the same keys; a test holds it.

    ``texts``: templates by name; a name that ends in ``_one`` and ``_many`` is chosen by number.
    ``zone``: the time zone of those
    who read; times are said on its clocks.
    """

    code: str
    colon: str
    decimal: str
    thousands: str
    share: str
    clock: str
    months: tuple[str, ...]
    plural_from: float
    zero_is_singular: bool
    severities: Mapping[SeverityBand, str]
    states: Mapping[str, str]
    reasons: Mapping[str, ReasonSentence]
    rules: Mapping[str, str]
    patterns: Mapping[str, str]
    lessons: Mapping[str, str]
    waves: Mapping[str, str]
    languages: Mapping[str, str]
    causes: Mapping[str, str]
    recoveries: Mapping[str, str]
    texts: Mapping[str, str]
    zone: str = "UTC"

    def say(self, key: str, **fields: str) -> str:
        """Fill the template ``key``."""
        return self.texts[key].format(**fields)

    def count(self, key: str, number: float) -> str:
        """Fill the singular or plural form of ``key`` with ``{n}``."""
        singular = abs(number) < self.plural_from and (number == 1 or self.zero_is_singular)
        return self.say(f"{key}_{'one' if singular else 'many'}", n=self.number(number))

    def number(self, value: float) -> str:
        """Say a figure: whole from 10 upwards, one decimal below where it has one."""
        if abs(value) >= _BEYOND:  # an int may be beyond any float
            return "∞" if value > 0 else "\u2212∞"
        digits = 0 if abs(value) >= _EXACT_BELOW or float(value).is_integer() else 1
        whole, _, fraction = f"{value:,.{digits}f}".partition(".")
        whole = whole.replace(",", self.thousands).replace("-", "\u2212")
        return f"{whole}{self.decimal}{fraction}" if fraction.strip("0") else whole

    def about(self, value: float) -> str:
        """Say a figure that is no more exact than its first two digits."""
        if abs(value) >= _BEYOND:
            return self.number(value)
        digits = len(str(round(abs(value)))) - 2
        return self.number(round(value, -max(digits, 0)))

    def percent(self, share: float) -> str:
        """Say a share of 0 to 1 in per cent; what is neither 0 nor 100 % is not rounded to it."""
        percent = 100 * share
        if 0 < percent < 1:
            return "<\u00a0" + self.share.format("1")
        rounded = round(percent) if percent < _NEARLY_ALL else math.floor(percent)
        return self.share.format(rounded)

    def value(self, unit: Unit, value: float) -> str:
        """Say a reason's value in its unit."""
        if unit == "none":
            return ""
        if unit == "share":
            return self.percent(min(1.0, max(0.0, value)))
        if unit == "times":
            return self.count("times", value)
        return self.number(round(value) if unit == "count" else value)

    def day(self, at: datetime) -> str:
        """Say a date, with its year."""
        local = self.local(at)
        return f"{local.day}\u00a0{self.months[local.month - 1]}\u00a0{local.year}"

    def time(self, at: datetime) -> str:
        """Say a time of day, and on which clocks."""
        local = self.local(at)
        return self.clock.format(hour=local.hour, minute=local.minute, zone=local.tzname())

    def with_utc(self, at: datetime) -> str:
        """Say a time of day, with UTC beside it where the clocks are others.

        >>> from agents.alerting.i18n import ENGLISH
        >>> from msgspec.structs import replace
        >>> paris = replace(ENGLISH, zone="Europe/Paris")
        >>> paris.with_utc(datetime(2026, 11, 29, 1, 52, tzinfo=UTC))
        '02:52 CET (01:52 UTC)'
        """
        utc = self.clock.format(hour=_utc(at).hour, minute=_utc(at).minute, zone="UTC")
        said = self.time(at)
        return said if said == utc else f"{said} ({utc})"

    def local(self, at: datetime) -> datetime:
        """Return the same moment on the clocks of those who read."""
        utc = _utc(at)
        if self.zone == "UTC":
            return utc
        try:
            return utc.astimezone(ZoneInfo(self.zone))
        except (OverflowError, ZoneInfoNotFoundError):
            return utc

    def moment(self, at: datetime, *, beside: datetime | None = None) -> str:
        """Say date and time; only the time where ``beside`` is on the same day."""
        same = beside and self.local(beside).date() == self.local(at).date()
        return self.time(at) if same else f"{self.day(at)}, {self.time(at)}"

    def duration(self, seconds: float) -> str:
        """Say how long, in its two largest units."""
        minutes = max(0, round(seconds / _MINUTE_S))
        if minutes == 0 and seconds > 0:
            return self.count("seconds", max(1, round(seconds)))
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        if days:
            large = self.count("days", days)
            return f"{large} {self.count('hours', hours)}" if hours else large
        if hours:
            large = self.count("hours", hours)
            return f"{large} {self.count('minutes', minutes)}" if minutes else large
        return self.count("minutes", minutes)

    def period(self, seconds: float) -> str:
        """Say how rare a level is, as once in so much time; nothing is claimed past ten years."""
        if seconds >= _LONGEST_PERIOD_S or not math.isfinite(seconds):
            return self.say("rarer_than", period=self.count("years", 10))
        for unit, length_s in _PERIODS:
            if seconds >= 2 * length_s:
                return self.say("once_in", period=self.count(unit, round(seconds / length_s)))
        if seconds >= 2 * _DAY_S:
            return self.say("once_in", period=self.count("days", round(seconds / _DAY_S)))
        return self.say("once_in", period=self.duration(seconds))

    def severity(self, severity: int) -> str:
        """Return the word for a severity of 1 to 10."""
        return self.severities[SeverityBand.of(severity)]

    def pattern(self, name: str, title: str = "") -> str:
        """Return an episode's name as people know it: the title its owner gave, or ours.

        One that is not known keeps its own.
        """
        return title or self.patterns.get(name) or re.sub(r"[-_]+", " ", name).strip() or name

    def language(self, tag: str) -> str:
        """Return a language's name for its BCP 47 tag."""
        return self.languages.get(tag, tag)


def _utc(at: datetime) -> datetime:
    """The same moment in UTC; at the ends of the calendar, as it stands: only a fault says it."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return at.replace(tzinfo=UTC)
