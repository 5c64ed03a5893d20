"""What the judge says: every change in the life of an incident, with its reasons."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from schemas.base import (
    Amount,
    Counted,
    Identifier,
    Record,
    Reference,
    Total,
    UtcTime,
    Version,
    check_times,
)
from schemas.bucket import (
    MOST_LINES,
    MOST_WATCHED,
    BySource,
    Example,
    Gaps,
    Influencer,
    Names,
    Stories,
    Watched,
)
from schemas.feedback import Note
from schemas.network import Network

State = Literal[
    "noticed", "open", "escalating", "peaking", "fading", "resolved", "reopened", "dismissed"
]
"""``noticed``: a heads-up, which may ring yet. ``dismissed``: it is over and never rang."""

Level = Literal["heads_up", "ring"]
"""``heads_up``: worth a quiet line. ``ring``: people are woken."""

Nature = Literal["complaints", "outrage", "both", "unclear"]
"""What the excess is made of: complaints about product or service, words of outrage, or both."""

EpisodeKind = Literal["crisis", "harmless"]
Share = Annotated[float, Meta(ge=0, le=1)]
Factor = Annotated[float, Meta(gt=0, le=1)]
"""Something is made smaller by it, but not to nothing: it is divided by, too."""
Figure = Annotated[float, Meta(ge=-1e15, le=1e15)]
"""A figure of evidence: a share, a rate, a ratio, or log-odds."""
Name = Annotated[str, Meta(max_length=256)]
"""Of a rule, a feature or an episode."""
MOST_RINGS: Final = 200
MOST_EPISODES: Final = 1_000
"""Of a library; their names and doubts travel with a transition."""
MOST_HORIZONS: Final = 12
MOST_COURSE: Final = 100
Lines = Annotated[tuple[Counted, ...], Meta(max_length=MOST_LINES)]

Discount = Literal["few", "unseen", "impaired", "learning", "late"]
"""Why a probability is lowered: it rests on few mentions; a part of the time, or of the mentions,
was not seen; a source is blind, disbelieved or samples; the brand is still being learnt; it was
decided long after the time that it is about."""


class Reason(Struct, frozen=True, kw_only=True):
    """One feature's part in the judgement, in figures that wording turns into a sentence.

    ``code`` is a feature of the pattern match (``surge``, ``negative_shift``, …). ``value`` is what
    was seen, ``normal`` the brand's own normal where it has one, ``weight`` the feature's share of
    the log10 evidence: above zero speaks for a crisis, below for harmless.
    """

    code: Name
    value: Figure
    normal: Figure | None = None
    weight: Figure = 0.0
    detail: Annotated[str, Meta(max_length=1_000)] = ""


class Resemblance(Struct, frozen=True, kw_only=True):
    """How near the episode is to a named one of the library, and how far along it would be.

    ``title``: what a user's own episode is called; empty for those that Tocsin ships.
    """

    episode: Name
    kind: EpisodeKind
    distance: Amount
    phase: Share
    title: Annotated[str, Meta(max_length=1_000)] = ""


class Volume(Struct, frozen=True, kw_only=True):
    """How many, against how many usually, and how rare that is.

    ``return_period_s``: a level like this is exceeded once in so many seconds on this brand's own
    past, as far as it has one. Originals are all that is no repost; ``rare_originals`` says that it
    is their level that is so rare, more than that of all mentions.
    """

    last_10_min: Amount
    last_hour: Amount
    usual_per_hour: Amount
    since_onset: Total
    return_period_s: Amount
    originals_last_hour: Amount = 0.0
    usual_originals_per_hour: Amount = 0.0
    rare_originals: bool = False


class Completeness(Struct, frozen=True, kw_only=True):
    """What could be seen: share of the time since onset that is covered, gaps, blind sources.

    ``from_history``: what is usual for the brand is known from past counts that were handed in; it
    was not listened to for long enough to know its tone.
    ``late``, ``future``: shares of the mentions since it was noticed that were not counted, since
    they came too late, or bore a date that was still to come. ``quarantined``: sources whose clock
    was not believed for a while; a part of what they said is not counted.
    ``behind_s``: how long after ``at`` of its transition the worker decided, by the wall clock;
    more than a day is a replay or a long outage, and nothing tells which.
    """

    coverage: Share = 1.0
    gaps: Gaps = ()
    blind: Names = ()
    sampled: bool = False
    from_history: bool = False
    late: Share = 0.0
    behind_s: Amount = 0.0
    quarantined: Names = ()
    future: Share = 0.0


class Handling(Struct, frozen=True, kw_only=True):
    """In whose hands an incident is.

    ``acknowledged_at`` is when the person said so; ``acknowledged_severity`` the severity that they
    had seen. ``snoozed_until`` is set exactly while a snooze holds, in event time;
    ``snoozed_by`` and ``snoozed_severity`` are kept after it.
    """

    acknowledged_by: Reference = ""
    acknowledged_at: UtcTime | None = None
    acknowledged_severity: Annotated[int, Meta(ge=0, le=10)] = 0
    snoozed_by: Reference = ""
    snoozed_until: UtcTime | None = None
    snoozed_severity: Annotated[int, Meta(ge=0, le=10)] = 0

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(acknowledged_at=self.acknowledged_at, snoozed_until=self.snoozed_until)


class Learned(Struct, frozen=True, kw_only=True):
    """What false alarms that people marked still change for the brand; each fades with time.

    ``budget``: factor on the brand's ``false_rings_per_quarter``. ``weights``: factor on the weight
    of each episode of the library that is trusted less. ``lenient``: factor by which the budget is
    larger since people said that something should have rung.
    """

    budget: Factor = 1.0
    lenient: Annotated[float, Meta(ge=1, le=100)] = 1.0
    weights: Annotated[tuple[tuple[Name, Factor], ...], Meta(max_length=MOST_EPISODES)] = ()


class Wording(Struct, frozen=True, kw_only=True):
    """A text that was posted again and again; ``sample`` is one of them, where one was kept.

    ``copies``: posts that repeat it. ``sample`` comes from outside, as ``Example.text`` does;
    ``post`` and ``handle`` are of the post that it is from.
    """

    id: Name
    copies: Total
    sample: Annotated[str, Meta(max_length=1_000)] = ""
    post: Reference = ""
    handle: Reference = ""


class Automation(Struct, frozen=True, kw_only=True):
    """How much looks made by machines or to order, 0 to 1, and the shares it is made of.

    ``copied``: of posts that are no reposts, those with a wording posted before. ``young``: of
    mentions, those by accounts less than 30 days old. ``repeated``: those by authors who had
    spoken before. None where the source does not tell.
    """

    rating: Share
    copied: Share | None = None
    young: Share | None = None
    repeated: Share | None = None


class Reply(Struct, frozen=True, kw_only=True):
    """The brand's own posts since the onset, and how the talk went on. Rates: mentions an hour.

    ``at``: the first of them; ``last``: the newest; ``before``: the rate at the first;
    ``highest``: the highest since; ``now``: the present one.
    """

    at: UtcTime
    last: UtcTime
    posts: Total
    before: Amount
    highest: Amount
    now: Amount

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(at=self.at, last=self.last)

    @property
    def growth(self) -> float:
        """How many times the rate at the first reply was reached since; 0 if it is not known."""
        return self.highest / self.before if self.before else 0.0


class Drivers(Struct, frozen=True, kw_only=True):
    """Who and what carries the episode: top lists since its onset.

    ``influencers``: the authors with the most followers, and those whose posts were passed on most.
    """

    hashtags: Lines = ()
    links: Lines = ()
    handles: Lines = ()
    authors: Lines = ()
    languages: Lines = ()
    terms: Lines = ()
    influencers: Annotated[tuple[Influencer, ...], Meta(max_length=MOST_LINES)] = ()
    wordings: Annotated[tuple[Wording, ...], Meta(max_length=MOST_LINES)] = ()


class Horizon(Struct, frozen=True, kw_only=True):
    """Mentions expected within ``hours`` from now: the median, and two intervals around it.

    ``low`` to ``high`` holds in 8 cases of 10, ``likely_low`` to ``likely_high`` in 5.
    """

    hours: Annotated[int, Meta(ge=1, le=168)]
    mentions: Total
    low: Total
    high: Total
    likely_low: Total
    likely_high: Total


class Projection(Struct, frozen=True, kw_only=True):
    """Mentions expected in the next hour and day: the median, and an interval of 80 %.

    ``branching``: how many mentions one begets. ``growing``: it is rather more than 1 than not;
    such growth is carried on for half an hour only. ``horizons``: the same for several lengths,
    the shortest first, among them an hour and a day.
    """

    next_hour: Total
    next_hour_low: Total
    next_hour_high: Total
    next_day: Total
    next_day_low: Total
    next_day_high: Total
    branching: Amount = 0.0
    growing: bool = False
    horizons: Annotated[tuple[Horizon, ...], Meta(max_length=MOST_HORIZONS)] = ()


class Course(Struct, frozen=True, kw_only=True):
    """How many mentions came in each of the last stretches of ``step_s`` seconds.

    The last stretch ends at ``until``. What was not seen counts as nothing here;
    ``Completeness.gaps`` says when that was.
    """

    until: UtcTime
    step_s: Annotated[int, Meta(ge=1, le=86_400)]
    mentions: Annotated[tuple[Total, ...], Meta(max_length=MOST_COURSE)] = ()

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(until=self.until)


class TakenOff(Struct, frozen=True, kw_only=True):
    """What a probability was lowered by, as a share of certainty, and why."""

    code: Discount
    share: Share


class Ring(Struct, frozen=True, kw_only=True):
    """A moment at which people are woken."""

    at: UtcTime
    severity: Annotated[int, Meta(ge=1, le=10)]

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)


class Term(Struct, frozen=True, kw_only=True):
    """One term of ``Sighting.kind``: a share of what came on top, the usual one, and its part."""

    code: Name
    share: Share
    usual: Share
    weight: Figure


class Sighting(Struct, frozen=True, kw_only=True):
    """What a look found, in figures; of an incident that never rang, the look that came nearest.

    ``rarity`` (R): how far the independent critical voices lie beyond what this brand lives
    through, in Gumbel scales of its half days. ``kind`` (K): log-odds that what came on top is of
    the kind of a crisis; ``terms`` and a constant add up to that of this one look, ``kind`` is a
    mean over a few. ``seed``: how rare it is that a post which attacks so is passed on so. It rings
    when ``score`` reaches ``needed`` and either alone its least. ``score`` is ``rarity + 3 · kind``
    with at most 8 for the rarity and 4 for the kind. ``needed_rarity`` and ``needed_kind`` are what
    each has to reach while the other stays as it is; beyond 8 and 4, it alone can't. ``voices``:
    hostile ones of the last hour, ``usual_voices`` as many as are usual then. ``severity_low`` and
    ``severity_high``: bounds of the highest severity of the next hours, as far as that can be said.

    What would make a heads-up ring, posts being of the kind that they are now: ``ring_at_once``
    hostile voices in the last hour, if those that are missing come within minutes;
    ``ring_in_an_hour`` in the coming hour, if they come evenly; or the share ``ring_attacks`` of
    texts that attack, among as many voices as now; or that all goes on as it is for
    ``ring_lasting_s`` seconds. Each is None where no number would do, and in records of before
    December 2026.
    """

    at: UtcTime
    rarity: Figure = 0.0
    kind: Figure = 0.0
    seed: Figure = 0.0
    score: Figure = 0.0
    needed: Figure = 0.0
    needed_rarity: Figure = 0.0
    needed_kind: Figure = 0.0
    voices: Amount = 0.0
    usual_voices: Amount = 0.0
    terms: Annotated[tuple[Term, ...], Meta(max_length=20)] = ()
    severity_low: Annotated[float, Meta(ge=1, le=10)] = 1.0
    severity_high: Annotated[float, Meta(ge=1, le=10)] = 10.0
    ring_at_once: Total | None = None
    ring_in_an_hour: Total | None = None
    ring_attacks: Share | None = None
    ring_lasting_s: Total | None = None

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)


class Transition(Record, frozen=True, kw_only=True):
    """One step in the life of an incident; ``(incident, seq)`` is its identity.

    ``reason`` is the name of the rule that decided (the same word in log, metric and test).
    ``evidence`` is log10 of the odds crisis : harmless. ``confidence`` is the one probability that
    people are told: that it is a crisis. It is what the evidence alone would make it, less what is
    in ``taken_off``. ``at`` is event time: the end of the bucket
    that decided. ``by``, ``feedback`` and ``note`` are of the person whose feedback decided, if one
    did: these transitions are the audit trail. ``reply`` is None until the brand's own accounts
    post. ``projection`` is None where too little was said to project from, or a part of the last
    hour was not seen. ``stories``: up to three that carry it, with what was said since its onset;
    of one that began well before, since it was noticed. ``watched``: what the watch list came to
    since it was noticed, the newest last. ``level``: ``ring`` from
    ``rung_at`` on. ``heads_up_at``: when it was first worth a quiet line; ``rings``: every moment
    at which people are woken, the latest last, the first of them ``rung_at``. These two and
    ``sighting`` are empty in records of before December 2026.

    ``refreshed``: nothing was decided; the figures are stated anew, so that what stands in a
    channel or on the page stays true, and ``reason`` is that of the last step that was decided.
    ``course``: how it went in the last hours. ``sources``: those that were heard, or should have
    been, while it was under way. ``by_source``: which network brought how much since ten minutes
    before it was noticed. ``apart``: the one network that it is of, where each is judged by itself.
    """

    incident: Identifier
    seq: Total
    brand: Identifier
    state: State
    reason: Name
    at: UtcTime
    onset: UtcTime
    severity: Annotated[int, Meta(ge=1, le=10)]
    pattern: Name
    evidence: Figure
    confidence: Share
    peak: UtcTime | None = None
    rung_at: UtcTime | None = None
    volume: Volume
    negative_share: Share = 0.0
    usual_negative_share: Share = 0.0
    completeness: Completeness = Completeness()
    drivers: Drivers = Drivers()
    reasons: Annotated[tuple[Reason, ...], Meta(max_length=100)] = ()
    nearest: Annotated[tuple[Resemblance, ...], Meta(max_length=100)] = ()
    examples: Annotated[tuple[Example, ...], Meta(max_length=MOST_LINES)] = ()
    model: Version = ""
    by: Reference = ""
    feedback: Reference = ""
    note: Note = ""
    handling: Handling = Handling()
    learned: Learned = Learned()
    nature: Nature = "unclear"
    automation: Automation | None = None
    reply: Reply | None = None
    projection: Projection | None = None
    level: Level = "ring"
    heads_up_at: UtcTime | None = None
    rings: Annotated[tuple[Ring, ...], Meta(max_length=MOST_RINGS)] = ()
    sighting: Sighting | None = None
    stories: Stories = ()
    watched: Annotated[tuple[Watched, ...], Meta(max_length=MOST_WATCHED)] = ()
    refreshed: bool = False
    taken_off: Annotated[tuple[TakenOff, ...], Meta(max_length=10)] = ()
    course: Course | None = None
    sources: Names = ()
    by_source: BySource = ()
    apart: Network = ""

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(
            at=self.at,
            onset=self.onset,
            peak=self.peak,
            rung_at=self.rung_at,
            heads_up_at=self.heads_up_at,
        )
