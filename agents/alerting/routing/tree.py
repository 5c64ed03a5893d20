"""From an incident and a moment to who is told, and why: the tree of routes, walked.

As in Alertmanager: the first node below that fits takes the incident, and where it says so the ones
after it are asked as well; where none fits, the node itself takes it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from agents.alerting.routing.model import Route, Routes
from agents.alerting.routing.team import Team
from pipeline.phrase import Phrase, phrases
from schemas.incident import Transition


class RouteTurn(NamedTuple):
    """One receiver's turn.

    ``after_s``: seconds after the incident rang (or was noticed). ``first``: it is told whatever
    happens; else only where nobody has it by then. ``pings``: who is called, where the route says
    so. ``why``: the nodes that led there, from the root. ``team``: what the route says of the
    people.
    """

    receiver: str
    after_s: float
    first: bool
    pings: tuple[str, ...]
    repeat_s: float
    why: tuple[Phrase, ...]
    team: Team = Team()


def deliveries(routes: Routes, transition: Transition, now: datetime) -> tuple[RouteTurn, ...]:
    """Return who is told of an incident that rings (or is noticed) at ``now``, in their order.

    A receiver that several nodes tell at first is told once, at the earliest.
    """
    found: dict[tuple[str, float, bool], RouteTurn] = {}
    for path in _paths(routes, routes.root, transition, now):
        for one in _of(path, transition):
            found.setdefault((one.receiver, one.after_s, one.first), one)
    ordered = sorted(found.values(), key=lambda one: one.after_s)
    return tuple(_once_at_first(ordered))


def turns_of(receiver: str, found: Iterable[RouteTurn]) -> tuple[RouteTurn, ...]:
    """Return the turns of one receiver, in their order."""
    return tuple(one for one in found if one.receiver == receiver)


def told_at_first(route: Route) -> frozenset[str]:
    """Return the receivers that some route tells at first; others only where nobody has it.

    >>> from agents.alerting.routing.model import Escalation
    >>> phone = Escalation(after_s=600, receivers=("phone",))
    >>> told_at_first(Route(receivers=("comms",), escalate=(phone,)))
    frozenset({'comms'})
    """
    below = (told_at_first(one) for one in route.routes)
    return frozenset(route.receivers).union(*below)


def conditions(route: Route) -> Phrase:
    """Say what a node asks for, in words.

    >>> from agents.alerting.routing.model import Matcher
    >>> conditions(Route(match=Matcher(brands=("nestle",), severity_from=7), hours=("night",)))
    'brand nestle, severity from 7, within night'
    """
    match = route.match
    said: list[Phrase] = []
    if match.brands:
        said.append(Phrase("brand {names}", names=_either(match.brands)))
    if match.level:
        said.append(Phrase("level {level}", level=match.level))
    if match.severity_from > 1:
        said.append(Phrase("severity from {severity}", severity=match.severity_from))
    if match.severity_to < 10:  # noqa: PLR2004 - the scale's end
        said.append(Phrase("severity to {severity}", severity=match.severity_to))
    if match.patterns:
        said.append(Phrase("pattern {names}", names=_either(match.patterns)))
    if match.languages:
        said.append(Phrase("language {names}", names=_either(match.languages)))
    if match.sources:
        said.append(Phrase("source {names}", names=_either(match.sources)))
    if route.hours:
        said.append(Phrase("within {names}", names=_either(route.hours)))
    if route.outside:
        said.append(Phrase("outside {names}", names=phrases(Phrase(" and "), route.outside)))
    return phrases(", ", said) if said else Phrase("whatever no other takes")


def _either(names: Iterable[str]) -> Phrase:
    return phrases(Phrase(" or "), names)


def _paths(
    routes: Routes, route: Route, transition: Transition, now: datetime
) -> Iterator[tuple[Route, ...]]:
    taken = False
    for child in route.routes:
        if _fits(routes, child, transition, now):
            taken = True
            for path in _paths(routes, child, transition, now):
                yield (route, *path)
            if not child.goes_on:
                return
    if not taken:
        yield (route,)


def _fits(routes: Routes, route: Route, transition: Transition, now: datetime) -> bool:
    within = not route.hours or any(routes.hours[one].hold(now) for one in route.hours)
    beyond = any(routes.hours[one].hold(now) for one in route.outside)
    return within and not beyond and route.match.fits(transition)


def _of(path: tuple[Route, ...], transition: Transition) -> Iterator[RouteTurn]:
    route = path[-1]
    why = tuple(
        Phrase("{route}: {conditions}", route=one.title, conditions=conditions(one)) for one in path
    )
    repeat_s = route.repeat_s if transition.level == "ring" else 0.0
    for name in route.receivers:
        yield RouteTurn(name, route.group_wait_s, True, (), repeat_s, why, route.team)
    if transition.level != "ring":
        return
    for step in route.escalate:
        for name in step.receivers:
            yield RouteTurn(name, step.after_s, False, step.pings, repeat_s, why, route.team)


def _once_at_first(ordered: Iterable[RouteTurn]) -> Iterator[RouteTurn]:
    told: set[str] = set()
    for one in ordered:
        if one.first and one.receiver in told:
            continue
        if one.first:
            told.add(one.receiver)
        yield one
