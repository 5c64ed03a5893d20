"""Worlds, our own and those by other hands, in the report of ``tocsin evaluate``."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemas.replays import Estimate, Share

Count = Annotated[int, Meta(ge=0)]


class WorldLevel(Struct, frozen=True, kw_only=True):
    """One world at one level: rings, or heads-ups.

    ``precision``: right ones among all, crises and harmless stretches as the world has them.
    ``quiet_per_quarter``, ``quiet_per_week``: false ones a brand where nothing happens.
    ``after_visible_s``: median from when a person could see the crisis. ``before_peak``: crises in
    which it came before the largest hour.
    """

    level: Literal["ring", "heads_up"]
    recall: Share
    precision: Share
    quiet_per_quarter: Estimate
    quiet_per_week: Estimate
    after_visible_s: Estimate
    before_peak: Share


class WorldFigures(Struct, frozen=True, kw_only=True):
    """One world. ``others``: stretches without a crisis, most of them with a harmless event.

    ``large_in_crises``: crises called 7 or more within six hours after they could be seen.
    ``large_elsewhere``: other stretches in which an incident was, within six hours of its first
    word.
    """

    name: str
    crises: Count
    others: Count
    quiet_quarters: float
    levels: tuple[WorldLevel, ...]
    large_in_crises: Share
    large_elsewhere: Share


class WorstLevel(Struct, frozen=True, kw_only=True):
    """The worst of each figure over all worlds; absent where none has it."""

    level: Literal["ring", "heads_up"]
    recall: float | None
    precision: float | None
    quiet_per_quarter: float | None
    quiet_per_week: float | None
    after_visible_s: float | None
    before_peak: float | None


class WorldsPart(Struct, frozen=True, kw_only=True):
    """Our own replays first, then worlds by other hands, judged by the same rules."""

    worlds: tuple[WorldFigures, ...]
    worst: tuple[WorstLevel, ...]
    large_in_crises: float | None
    large_elsewhere: float | None
