"""The JSON report of ``tocsin evaluate``."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemas.base import Record, UtcTime
from schemas.budgets import BudgetPart
from schemas.replays import ReplayPart
from schemas.worlds import WorldsPart

Count = Annotated[int, Meta(ge=0)]
Amount = Annotated[float, Meta(ge=0)]


class NabScores(Struct, frozen=True, kw_only=True):
    """NAB's score under its three profiles: 0 never speaks, 100 is perfect."""

    standard: float
    low_false_positives: float
    low_false_negatives: float


class NabWindow(Struct, frozen=True, kw_only=True):
    """A labelled stretch; both ends are inside."""

    first: UtcTime
    last: UtcTime


class NabSeries(Struct, frozen=True, kw_only=True):
    """One file. ``scored_from``: what lies before is not scored.

    ``highest``: the largest count of each of equally long parts of the file, for a picture.
    ``windows_left_out``: labelled, but begin in the part that is not scored.
    """

    name: str
    rows: Count
    first: UtcTime
    last: UtcTime
    scored_from: UtcTime
    windows: tuple[NabWindow, ...]
    windows_left_out: Count
    highest: tuple[float, ...]


class NabAlarms(Struct, frozen=True, kw_only=True):
    """What one detector did on one file. ``standard``: absent where there is no window."""

    series: str
    rung: tuple[UtcTime, ...]
    windows_found: Count
    false_alarms: Count
    standard: float | None


class NabDetector(Struct, frozen=True, kw_only=True):
    """One detector over all files.

    ``kind``: ``fixed`` runs at its textbook setting, ``tuned`` was given the threshold that scores
    best on these very files. Alarms in the part that is not scored are not counted.
    """

    name: str
    kind: Literal["tocsin", "fixed", "tuned"]
    scores: NabScores
    windows_found: Count
    false_alarms: Count
    threshold: float | None
    series: tuple[NabAlarms, ...]


class NabPart(Struct, frozen=True, kw_only=True):
    """Labelled series in NAB's form.

    ``source``: name of the directory. ``digest``: SHA-256 of its files, to know the data again.
    """

    source: str
    digest: str
    rows: Count
    windows: Count
    series: tuple[NabSeries, ...]
    detectors: tuple[NabDetector, ...]


class FalseAlarms(Struct, frozen=True, kw_only=True):
    """False alarms at one budget. All rates are a week and brand.

    ``stated``: the budget. ``observed``: ``alarms`` over ``brand_weeks``; ``low`` and ``high`` are
    its exact 95 % interval if alarms come by chance (Poisson).
    """

    stated: Amount
    alarms: Count
    brand_weeks: Amount
    observed: Amount
    low: Amount
    high: Amount


class QuietKind(Struct, frozen=True, kw_only=True):
    """Brands of one kind of noise and one size. ``mentions``: on average in five minutes."""

    noise: str
    mentions: Amount
    budgets: tuple[FalseAlarms, ...]


class QuietPart(Struct, frozen=True, kw_only=True):
    """Made-up series in which nothing happens: whatever rings is a false alarm."""

    brands: Count
    weeks: Count
    kinds: tuple[QuietKind, ...]
    together: tuple[FalseAlarms, ...]


class Target(Struct, frozen=True, kw_only=True):
    """A figure to reach. ``wanted`` in words, ``measured`` absent where there was nothing."""

    what: str
    wanted: str
    measured: float | None
    met: bool


class Evaluation(Record, frozen=True, kw_only=True):
    """Everything one evaluation found. A part that did not run is absent; ``left_out`` says why."""

    tocsin: str
    python: str
    river: str
    machine: str
    at: UtcTime
    seed: int
    size: str
    left_out: tuple[str, ...]
    targets: tuple[Target, ...]
    nab: NabPart | None
    quiet: QuietPart | None
    replays: ReplayPart | None = None
    worlds: WorldsPart | None = None
    budgets: BudgetPart | None = None
