"""What the false alarms of all brands add up to for one receiver."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agents.alerting.routing.model import Route, Routes
from schemas.brand import Brand

MONTHS_A_QUARTER = 3


class RingBudget(NamedTuple):
    """At most so many false rings a month reach ``receiver``, of so many brands.

    ``at_first``: it is told at first by one route at least; else only where nobody has it.
    """

    receiver: str
    brands: int
    rings_per_month: float
    at_first: bool


def budgets(routes: Routes, brands: Iterable[Brand]) -> tuple[RingBudget, ...]:
    """Return the budget of each receiver.

    Hours, severities, patterns and languages may keep a ring from a receiver; none is taken off for
    them, as nobody can say how false rings spread over them.
    """
    told: dict[str, list[float]] = {one.name: [] for one in routes.receivers}
    at_first: set[str] = set()
    for brand in brands:
        reached: set[str] = set()
        for route in _possible(routes.root, brand.id):
            at_first.update(route.receivers)
            reached.update(route.receivers)
            reached.update(name for step in route.escalate for name in step.receivers)
        for name in reached:
            told[name].append(brand.false_rings_per_quarter / MONTHS_A_QUARTER)
    return tuple(
        RingBudget(name, len(each), sum(each), name in at_first) for name, each in told.items()
    )


def _possible(route: Route, brand: str) -> Iterator[Route]:
    """Return the nodes that may take a ring of ``brand``, whatever else it is like."""
    for child in route.routes:
        if not child.match.fits_brand(brand) or child.match.level == "heads_up":
            continue
        yield from _possible(child, brand)
        always = child.match.only_brands and not (child.hours or child.outside)
        if always and not child.goes_on:
            return
    yield route
