"""What the last week would have rung under other budgets, from the buckets that Kafka keeps.

A bucket says how many posts there were and of what kind, as they were found with the names of
then. So other budgets can be judged from it, and other names cannot.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from agents.web.editor.outline import JUDGE
from pipeline.apart import judged_as, named_part
from pipeline.detection.judge import Judge
from pipeline.detection.patterns.library import Library
from schemas.brand import Brand
from schemas.bucket import Bucket

WEEK_S: Final = 7 * 86_400
MOST: Final = 3
"""Brands that are judged for one preview; each takes some seconds."""

BUDGETS: Final = ("false_rings_per_quarter", "heads_up_per_week")
TELLING: Final = ("slack_channel", "alert_language", "alert_zone")
"""Fields that change where and how alerts are told, and not which."""

Kind = Literal["judged", "unknown", "counted", "apart", "told", "new", "gone", "many"]
"""``judged``: the week was judged. ``unknown``: nothing is kept of it. ``counted``: other posts
would be counted. ``apart``: it would be judged on other sources. ``told``: what rings stays.
``many``: more brands than one preview judges."""


class Past(NamedTuple):
    """What is kept of brands. ``newest_s``: when the newest bucket begins; None where none is.

    ``buckets``: those of a brand in order, as far back as they can be had; it may take long.
    """

    newest_s: Callable[[str], int | None]
    buckets: Callable[[str], Iterable[Bucket]]


class WeekRings(NamedTuple):
    """When it would have rung, and how many quiet lines there would have been."""

    rings: tuple[datetime, ...]
    heads_ups: int


class Rehearsed(NamedTuple):
    """What came of one brand. ``before`` and ``after``: the week under the old and new budgets.

    ``since`` and ``until``: the time that was judged; ``learnt_s``: how long before it the judge
    could learn what is usual.
    """

    brand: str
    kind: Kind
    before: WeekRings = WeekRings((), 0)
    after: WeekRings = WeekRings((), 0)
    since: datetime | None = None
    until: datetime | None = None
    learnt_s: float = 0.0


def rehearse(
    old: Mapping[str, Brand], new: Mapping[str, Brand], past: Past, library: Library
) -> list[Rehearsed]:
    """Say of each brand that is changed, new or gone what the last week tells of it."""
    found: list[Rehearsed] = []
    judged = 0
    for brand in [*new.values(), *(one for name, one in old.items() if name not in new)]:
        kind = kind_of(old.get(brand.id), new.get(brand.id))
        if kind == "judged":
            judged += 1
            if judged <= MOST:
                found.append(_judged(old[brand.id], brand, past, library))
                continue
            kind = "many"
        if kind is not None:
            found.append(Rehearsed(brand.id, kind))
    return found


def kind_of(old: Brand | None, new: Brand | None) -> Kind | None:
    """What can be said of a change, before anything is judged; None where nothing changes.

    >>> acme = Brand(id="acme", names=("Acme",))
    >>> kind_of(acme, Brand(id="acme", names=("Acme",), false_rings_per_quarter=2.0))
    'judged'
    >>> kind_of(acme, Brand(id="acme", names=("Acme", "Akme")))
    'counted'
    """
    if old is None or new is None:
        return "new" if old is None else "gone"
    fields = [name for name in Brand.__struct_fields__ if getattr(old, name) != getattr(new, name)]
    if not fields:
        return None
    if any(name not in (*BUDGETS, *TELLING, JUDGE) for name in fields):
        return "counted"
    if JUDGE in fields:
        return "apart"
    return "judged" if any(name in BUDGETS for name in fields) else "told"


def _judged(old: Brand, new: Brand, past: Past, library: Library) -> Rehearsed:
    """Learn what is usual up to a week ago, and judge the week twice from there."""
    newest_s = past.newest_s(old.id)
    if newest_s is None:
        return Rehearsed(old.id, "unknown")
    begin_s, first_s, last_s = newest_s - WEEK_S, -1, -1
    learning: dict[str, Judge] = {}
    lanes: dict[str, list[_Lane]] = {}
    for bucket in past.buckets(old.id):
        name = judged_as(old, bucket.apart)
        if name is None:
            continue
        start_s = int(bucket.start.timestamp())
        first_s = start_s if first_s < 0 else first_s
        known = learning.get(name) or _fresh(old, name, bucket.width_s, library)
        learning[name] = known
        if bucket.width_s != known.width_s:
            continue  # a worker refuses it as well
        if start_s < begin_s:
            known.update(bucket)
            continue
        if not lanes:
            begin_s = max(begin_s, first_s)
        if name not in lanes:
            lanes[name] = [_Lane(_forked(known, brand), begin_s) for brand in (old, new)]
        last_s = max(last_s, start_s + bucket.width_s)
        for lane in lanes[name]:
            lane.take(bucket)
    if not lanes:
        return Rehearsed(old.id, "unknown")
    before, after = (
        _together(lane.rung() for lane in each) for each in zip(*lanes.values(), strict=True)
    )
    since, until = (datetime.fromtimestamp(at_s, UTC) for at_s in (begin_s, last_s))
    return Rehearsed(old.id, "judged", before, after, since, until, begin_s - first_s)


def _fresh(brand: Brand, name: str, width_s: int, library: Library) -> Judge:
    return Judge(brand, width_s=width_s, library=library, apart=named_part(name)[1])


def _together(weeks: Iterable[WeekRings]) -> WeekRings:
    """What all judges of a brand said."""
    each = list(weeks)
    rings = sorted({ring for one in each for ring in one.rings})
    return WeekRings(tuple(rings), sum(one.heads_ups for one in each))


def _forked(learnt: Judge, brand: Brand) -> Judge:
    return Judge.load(
        learnt.dump(),
        brand,
        width_s=learnt.width_s,
        library=learnt.library,
        apart=learnt.apart,
    )


class _Lane:
    """A judge over the week, and what it said."""

    def __init__(self, judge: Judge, begin_s: int) -> None:
        self._judge = judge
        self._begin_s = begin_s
        self._rings: set[datetime] = set()
        self._heads_ups: set[str] = set()

    def take(self, bucket: Bucket) -> None:
        for told in self._judge.update(bucket):
            # What rang before the week is told again with each step, and is none of it.
            self._rings.update(
                ring.at for ring in told.rings if ring.at.timestamp() >= self._begin_s
            )
            if told.state == "noticed" and not told.refreshed:
                self._heads_ups.add(told.incident)

    def rung(self) -> WeekRings:
        return WeekRings(tuple(sorted(self._rings)), len(self._heads_ups))
