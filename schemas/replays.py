"""Crisis replays in the report of ``tocsin evaluate``."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class Share(Struct, frozen=True, kw_only=True):
    """``hits`` of ``of``, the share, and its 95 % interval; absent where there is nothing."""

    hits: Count
    of: Count
    share: float | None
    low: float | None
    high: float | None


class Estimate(Struct, frozen=True, kw_only=True):
    """A figure and its 95 % interval; absent where there was nothing to measure."""

    value: float | None
    low: float | None
    high: float | None


class ReplayPace(Struct, frozen=True, kw_only=True):
    """Storms of the pace of Nestlé's, which have figures of their own to reach.

    Two shares for each quarter of an hour: after onset, and after it could be seen.
    """

    found: Share
    within_15_min: Share
    within_15_min_of_visible: Share
    an_hour_before_peak: Share
    delay_median_s: Estimate
    after_visible_median_s: Estimate
    lead_median_s: Estimate


class ReplayLine(Struct, frozen=True, kw_only=True):
    """Episodes of one shape, of one size of brand, or one real storm.

    ``rung``: those that rang in their time, after ``delays_s`` from onset, the shortest first.
    ``false_rings``: other rings in the same replays.
    """

    name: str
    kind: Literal["crisis", "harmless"]
    rung: Share
    false_rings: Count
    delays_s: tuple[float, ...]
    delay_median_s: float | None
    lead_median_s: float | None


class ReplayFigures(Struct, frozen=True, kw_only=True):
    """One contender over all replays.

    ``precision``: right rings among all rings, with crises and harmless episodes as often as they
    were drawn. ``delay``: from onset to the ring; ``after_visible``: from when it could be seen;
    ``lead``: from the ring to the peak. ``false_per_quarter``: rings a brand in 90 quiet days.
    ``storms``: real ones, which are in no other figure.
    """

    contender: str
    recall: Share
    precision: Share
    harmless_rung: Share
    delay_median_s: Estimate
    delay_90_s: Estimate
    after_visible_median_s: Estimate
    after_visible_90_s: Estimate
    lead_median_s: Estimate
    false_per_quarter: Estimate
    paced: ReplayPace
    storms: tuple[ReplayLine, ...]


class ReplayPart(Struct, frozen=True, kw_only=True):
    """Seeded brands with crises and harmless episodes laid over them; Tocsin comes first.

    ``shapes``: the half that was run; tuning has seen ``development``. ``by_shape`` and
    ``by_size``: Tocsin's. ``brands``: those that episodes befell.
    """

    shapes: Literal["development", "held_out"]
    first_seed: Count
    brands: Count
    crises: Count
    harmless: Count
    quiet_quarters: float
    contenders: tuple[ReplayFigures, ...]
    by_shape: tuple[ReplayLine, ...]
    by_size: tuple[ReplayLine, ...]
