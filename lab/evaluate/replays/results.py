"""What was replayed and what was found: plain records that become JSON as they are."""

from msgspec import Struct

from lab.evaluate.replays.contender import ContenderRing
from lab.evaluate.replays.intervals import Interval, Proportion
from lab.evaluate.replays.told import ToldIncident
from lab.evaluate.replays.world.episodes.truth import EpisodeTruth


class StretchHeard(Struct, frozen=True):
    """What one contender did in one stretch: its rings, in order of time, and its incidents."""

    contender: str
    rings: tuple[ContenderRing, ...]
    told: tuple[ToldIncident, ...] = ()


class EpisodeOutcome(Struct, frozen=True):
    """One episode laid over one brand. ``world`` names the brand and its past."""

    world: str
    seed: int
    size: float
    per_hour: float
    start_s: float
    truth: EpisodeTruth
    heard: tuple[StretchHeard, ...]


class QuietOutcome(Struct, frozen=True):
    """A brand's days with nothing but nuisances in them."""

    world: str
    seed: int
    size: float
    per_hour: float
    start_s: float
    days: int
    heard: tuple[StretchHeard, ...]


class Replayed(Struct, frozen=True):
    """Everything that was run, before anything is counted; ``storms`` are the real ones."""

    episodes: tuple[EpisodeOutcome, ...]
    quiet: tuple[QuietOutcome, ...]
    storms: tuple[EpisodeOutcome, ...] = ()


class PacedFigures(Struct, frozen=True):
    """The storms of Nestlé's pace, which have figures of their own to reach."""

    found: Proportion
    within_15_min: Proportion
    within_15_min_of_visible: Proportion
    an_hour_before_peak: Proportion
    delay_median_s: Interval
    after_visible_median_s: Interval
    lead_median_s: Interval


class FiguresLine(Struct, frozen=True):
    """One row of a table: a shape, or a size of brand.

    ``rung``: of its episodes, those that rang in their time. ``false_rings``: other rings in the
    same replays. ``delays_s``: of those in their time, the shortest first.
    """

    name: str
    kind: str
    rung: Proportion
    false_rings: int
    delays_s: tuple[float, ...]
    delay_median_s: float | None
    lead_median_s: float | None
    severity_median: float | None


class ContenderFigures(Struct, frozen=True):
    """All figures of one contender.

    ``precision``: right rings among all rings of the episodes' replays, crises and harmless as
    often as they were drawn. Delays count from onset,
    ``after_visible`` from when it could be seen. Leads
    count to the peak. ``false_per_quarter``: rings a brand in 90 quiet days.
    ``storms``: real ones, which are in no other figure.
    """

    contender: str
    recall: Proportion
    precision: Proportion
    harmless_rung: Proportion
    delay_median_s: Interval
    delay_90_s: Interval
    after_visible_median_s: Interval
    after_visible_90_s: Interval
    lead_median_s: Interval
    false_per_quarter: Interval
    quiet_quarters: float
    severity_crisis_median: float | None
    severity_harmless_median: float | None
    paced: PacedFigures
    by_shape: tuple[FiguresLine, ...]
    by_size: tuple[FiguresLine, ...]
    storms: tuple[FiguresLine, ...]
