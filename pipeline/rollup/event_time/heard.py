"""What is known of each source of a brand, or of a partition: how far it got, and by which clock.

A watermark is a claim, made by the clock of whoever publishes. Two things hold it in check. A
record *arrives* at a time that Kafka keeps with it, the same whenever it is read again: nobody can
have heard what is said after that. And records lie in the partition in the order in which they
came: a source that spoke before another, and by its own account a minute after it, has another
clock.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from pipeline.rollup.rules import LIVE_WITHIN_S, RollupRules

LIVE_FOR_S = 86_400.0
"""It stays so for a day after; longer ago, it is no longer expected."""

SOURCES_KEPT = 20


class HeardSource(Struct, array_like=True):
    """One source, as of its newest record; an array in JSON.

    ``watermark_s``: how far it is believed to have got, never beyond arrival. ``arrived_s``: when
    its newest record came, 0 where that is not known. ``live_s``: when it last came with a
    watermark of the last hour; 0 for a replay. ``fresh``: its newest watermark is not older than
    a live source may be. ``ahead``: its newest watermark lies in the future. ``since_s``: of
    each other source, when that spoke first after this one's newest record, by the other's clock.
    ``denied_s``: of each source that spoke after this one and yet, by its own clock, clearly
    before: the time by this one's clock. ``first_s``: the first watermark that it came with.
    """

    watermark_s: float = 0.0
    arrived_s: float = 0.0
    live_s: float = 0.0
    fresh: bool = False
    ahead: bool = False
    since_s: dict[str, float] = field(default_factory=dict)
    denied_s: dict[str, float] = field(default_factory=dict)
    first_s: float = 0.0

    def is_live(self, now_s: float) -> bool:
        """Whether it counts as live at a time of arrival.

        >>> HeardSource(live_s=100.0).is_live(200.0), HeardSource().is_live(200.0)
        (True, False)
        """
        return self.live_s > 0.0 and self.live_s >= now_s - LIVE_FOR_S


Sources = dict[str, HeardSource]


def hear(
    sources: Sources, name: str, watermark_s: float, arrived_s: float, rules: RollupRules
) -> None:
    """Take in a record's claim; ``arrived_s`` is 0 where nobody knows when it came.

    >>> heard: Sources = {}
    >>> hear(heard, "x", 90.0, 100.0, RollupRules())
    >>> hear(heard, "wrong", 9999.0, 101.0, RollupRules())
    >>> heard["x"].watermark_s, heard["wrong"].watermark_s, heard["wrong"].ahead
    (90.0, 41.0, True)
    """
    one = sources.get(name)
    if one is None:
        if len(sources) >= SOURCES_KEPT:
            forget(sources, min(sources, key=lambda each: sources[each].arrived_s))
        one = sources[name] = HeardSource(first_s=min(watermark_s, arrived_s or watermark_s))
    if not arrived_s:
        one.watermark_s = max(one.watermark_s, watermark_s)
        return
    one.ahead = rules.is_ahead(watermark_s, arrived_s)
    # Who is ahead promises nothing; that it speaks tells no more than that time passes.
    believed_s = arrived_s - rules.ahead_s if one.ahead else min(watermark_s, arrived_s)
    if one.arrived_s > arrived_s + rules.ahead_s:  # its clock was set right: begin anew
        one.watermark_s = 0.0
        one.denied_s.clear()
    one.watermark_s = max(one.watermark_s, believed_s)
    one.arrived_s = arrived_s
    one.fresh = not one.ahead and believed_s >= arrived_s - rules.blind_after_s
    if not one.ahead and believed_s >= arrived_s - LIVE_WITHIN_S:
        one.live_s = arrived_s
    if len(sources) > 1:
        _compare(sources, name, one, rules)


def live_beside(sources: Sources, name: str, watermark_s: float, arrived_s: float) -> str:
    """The live source of a brand that ``name``, a replay, must not disturb; empty if there is none.

    >>> heard = {"x": HeardSource(live_s=9_900.0)}
    >>> live_beside(heard, "replay", 100.0, 10_000.0), live_beside(heard, "x", 100.0, 10_000.0)
    ('x', '')
    """
    if not arrived_s or watermark_s >= arrived_s - LIVE_WITHIN_S:
        return ""
    if name in sources and sources[name].is_live(arrived_s):
        return ""  # it was away, and tells what it heard meanwhile
    return next((each for each, one in sources.items() if one.is_live(arrived_s)), "")


def take_over(sources: Sources, name: str) -> None:
    """Where ``name`` is live now, forget the replays before it: their time is another."""
    one = sources[name]
    if len(sources) > 1 and one.live_s and one.live_s == one.arrived_s:
        for each in [each for each in sources if not sources[each].is_live(one.arrived_s)]:
            if sources[each].arrived_s and not sources[each].ahead:
                forget(sources, each)


def furthest(sources: Sources, partition: Mapping[str, HeardSource]) -> float:
    """The latest that any source of a brand is believed to have reached; nobody gets beyond it."""
    latest_s = 0.0
    for name, one in sources.items():
        latest_s = max(latest_s, one.watermark_s)
        if name in partition:
            latest_s = max(latest_s, partition[name].watermark_s)
    return latest_s


def merged(sources: Sources, partition: Mapping[str, HeardSource]) -> Sources:
    """The sources of a brand, with what they said to the whole partition besides."""
    if not any(name in partition for name in sources):
        return sources
    return {
        name: _newer(one, partition[name]) if name in partition else one
        for name, one in sources.items()
    }


def is_denied(sources: Mapping[str, HeardSource], name: str, rules: RollupRules) -> bool:
    """Whether more sources deny its clock than share it: with two, the one ahead is not believed.

    >>> fast = HeardSource(arrived_s=400.0, denied_s={"x": 400.0})
    >>> slow = HeardSource(arrived_s=100.0)
    >>> is_denied({"fast": fast, "x": slow}, "fast", RollupRules())
    True
    >>> other = HeardSource(arrived_s=399.0)
    >>> is_denied({"fast": fast, "x": slow, "y": other}, "fast", RollupRules())
    False
    """
    one = sources[name]
    if not one.denied_s:
        return False
    sharing = sum(
        each != name and abs(other.arrived_s - one.arrived_s) <= rules.ahead_s
        for each, other in sources.items()
    )
    return len(one.denied_s) > sharing


def is_silent(sources: Mapping[str, HeardSource], name: str, rules: RollupRules) -> bool:
    """Whether another has spoken for long, by its own clock, since this one did."""
    one = sources[name]
    return any(
        other.arrived_s - one.since_s.get(each, one.arrived_s) > rules.blind_after_s
        for each, other in sources.items()
        if each != name and not other.denied_s
    )


def _compare(sources: Sources, name: str, one: HeardSource, rules: RollupRules) -> None:
    """Note by whose clock this record came out of order, and who has been silent since when."""
    one.since_s.clear()
    for each, other in sources.items():
        if each == name or not other.arrived_s:
            continue
        other.since_s.setdefault(name, one.arrived_s)
        if other.arrived_s > one.arrived_s + rules.ahead_s:
            other.denied_s[name] = other.arrived_s
        else:
            other.denied_s.pop(name, None)
    for each in [each for each, at_s in one.denied_s.items() if _lapsed(at_s, one, rules)]:
        del one.denied_s[each]


def _lapsed(denied_s: float, one: HeardSource, rules: RollupRules) -> bool:
    """Whoever has fallen silent since denies nothing any more."""
    return one.arrived_s > denied_s + rules.blind_after_s


def forget(sources: Sources, name: str) -> None:
    """Know nothing of a source any more."""
    del sources[name]
    for other in sources.values():
        other.since_s.pop(name, None)
        other.denied_s.pop(name, None)


def _newer(brand: HeardSource, partition: HeardSource) -> HeardSource:
    newer = partition if partition.arrived_s >= brand.arrived_s else brand
    older = brand if newer is partition else partition
    since_s = newer.since_s
    if older.since_s:
        since_s = {
            each: max(newer.since_s.get(each, 0.0), older.since_s.get(each, 0.0))
            for each in newer.since_s.keys() | older.since_s.keys()
        }
    return HeardSource(
        watermark_s=max(brand.watermark_s, partition.watermark_s),
        arrived_s=newer.arrived_s,
        live_s=max(brand.live_s, partition.live_s),
        fresh=newer.fresh,
        ahead=newer.ahead,
        since_s=since_s,
        denied_s=older.denied_s | newer.denied_s if older.denied_s else newer.denied_s,
        first_s=min(brand.first_s, partition.first_s),
    )
