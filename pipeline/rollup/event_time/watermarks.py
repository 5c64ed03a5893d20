"""How far event time has come: the minimum over the sources that are alive and believed."""

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.rollup.event_time.heard import HeardSource, is_denied, is_silent
from pipeline.rollup.rules import LIVE_WITHIN_S, RollupRules

FORGET_AFTER_S = 86_400.0
"""A source this far behind the furthest one is no longer expected, and no longer called blind."""


class EventTime(NamedTuple):
    """``watermark_s`` over the live sources; the names of live, blind and quarantined ones."""

    watermark_s: float
    live: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()


def progress(sources: Mapping[str, HeardSource], rules: RollupRules) -> EventTime:
    """Combine what the sources of a brand have said.

    A source that is more than ``blind_after_s`` behind the furthest one is *blind*: it is named,
    and does not hold the others back. But one that keeps speaking, and promises what is recent by
    its own clock, is not blind, whatever the clock of another makes of it. After a day
    (``FORGET_AFTER_S``) a blind one is not expected any more.

    A source that promises what is to come, or whose clock the others deny, is *quarantined*: it is
    named, and counts neither as the furthest nor as the slowest. Only where nobody else has spoken
    for ``blind_after_s`` does time go on with one that is ahead, at its times of arrival.

    >>> sources = {"x": HeardSource(100.0), "rss": HeardSource(95.0), "old": HeardSource(10.0)}
    >>> progress(sources, RollupRules(blind_after_s=60))
    EventTime(watermark_s=95.0, live=('rss', 'x'), blind=('old',), quarantined=())
    """
    if len(sources) == 1:
        ((name, one),) = sources.items()
        return EventTime(one.watermark_s, (name,), (), (name,) if one.ahead else ())
    if not sources:
        return EventTime(0.0)
    denied = {name for name in sources if is_denied(sources, name, rules)}
    if len(denied) == len(sources):
        denied = set()  # nobody is left to believe
    ahead = {name for name, one in sources.items() if one.ahead and name not in denied}
    pool = {name: one for name, one in sources.items() if name not in denied | ahead}
    furthest_s = max((one.watermark_s for one in pool.values()), default=0.0)
    if ahead and all(is_silent(sources, name, rules) for name in pool):
        pool = {name: one for name, one in sources.items() if name not in denied}
        furthest_s = max(one.watermark_s for one in pool.values())
    live = {
        name: one.watermark_s
        for name, one in pool.items()
        if one.watermark_s >= furthest_s - rules.blind_after_s
        or (one.fresh and not is_silent(sources, name, rules))
    }
    expected_s = furthest_s - FORGET_AFTER_S
    named_s = furthest_s - LIVE_WITHIN_S
    return EventTime(
        min(live.values()),
        tuple(sorted(live)),
        tuple(
            sorted(
                name
                for name, one in pool.items()
                if name not in live and one.watermark_s >= expected_s
            )
        ),
        tuple(sorted(name for name in denied | ahead if sources[name].watermark_s >= named_s)),
    )
