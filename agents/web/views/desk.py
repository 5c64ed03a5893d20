"""What the pages are made of, and what several of them ask of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from agents.alerting.message.brands import entitled, name_of
from agents.alerting.message.compose import heads_up_of, message_of
from agents.coverage.troubles import StatusSaid
from agents.coverage.verdict import PROVEN, Status
from agents.web.playbooks import Playbooks
from agents.web.store.courses import Courses, Slot, UsualDay
from agents.web.store.posts import Archive
from agents.web.store.tables import HOUR_S
from agents.web.undelivered import Undelivered
from pipeline.detection.incident.merge import Incident
from pipeline.detection.patterns.library import ReferenceEpisode
from schemas.brand import Brand
from schemas.incident import Transition
from schemas.notification import Notification

OVER: Final = ("resolved", "dismissed")
DAY: Final = timedelta(days=1)
COMPARED: Final = 300
"""Brands that are compared with their usual on one page; of more, the loudest."""

_MINUTE_S: Final = 60

BrandOf = Callable[[Transition], Brand]
"""The brand of a transition, speaking the visitor's language."""

Failed = Callable[[Transition, Exception], object]
"""Is told of an incident of which no more than a line could be shown, and why."""


class Desk(NamedTuple):
    """``incidents``: the latest onset first. ``statuses``: by brand, whether it is heard.

    ``notified``: what each channel was told last of an incident. ``called``: brands by all that
    they are called, squashed.
    """

    brands: Mapping[str, Brand]
    find: BrandOf
    incidents: Sequence[Incident]
    statuses: Mapping[str, Status]
    sources: Sequence[StatusSaid]
    undelivered: Sequence[Undelivered]
    courses: Courses
    archive: Archive
    playbooks: Playbooks
    episodes: Mapping[str, ReferenceEpisode]
    now: datetime
    failed: Failed
    notified: Callable[[str], Sequence[Notification]] = lambda _incident: ()
    called: Mapping[str, Sequence[str]] = MappingProxyType({})

    def name(self, brand: str) -> str:
        """A brand's name as its owner writes it first."""
        known = self.brands.get(brand)
        return name_of(known) if known else name_of(Brand(id=brand, names=(brand,)))

    def title(self, told: Transition) -> str:
        """The brand that an incident is of, and its source where each is judged on its own."""
        return entitled(self.name(told.brand), told.apart)

    def until(self, brand: str) -> datetime:
        """Up to when its counts are complete: its own time, which in a replay is another one."""
        status = self.statuses.get(brand)
        return status.until if status is not None and status.until is not None else self.now

    def is_heard(self, brand: str) -> bool:
        """Whether silence of this brand means quiet."""
        status = self.statuses.get(brand)
        return status is not None and status.state in PROVEN

    def hour(self, brand: str) -> tuple[Slot, UsualDay]:
        """The last hour of a brand, and what is usual for it."""
        end_s = self.whole_minute(brand)
        slot = added(self.courses.course(brand, end_s - HOUR_S, end_s, _MINUTE_S))
        return slot, self.courses.usual(brand, end_s)

    def hours(self, compared: Collection[str] = ()) -> dict[str, tuple[Slot, UsualDay]]:
        """The last hour of all brands, and what is usual for them.

        Of more than ``COMPARED`` brands, that is told of those in ``compared`` alone.
        """
        few = len(self.brands) <= COMPARED
        ends: dict[int, list[str]] = {}
        for brand in self.brands:
            ends.setdefault(self.whole_minute(brand), []).append(brand)
        found: dict[str, tuple[Slot, UsualDay]] = {}
        for end_s, brands in ends.items():
            sums = self.courses.sums(end_s - HOUR_S, end_s, brands)
            for brand in brands:
                usual = few or brand in compared
                found[brand] = (
                    sums.get(brand, Slot(end_s - HOUR_S, HOUR_S)),
                    self.courses.usual(brand, end_s) if usual else UsualDay(),
                )
        return found

    def whole_minute(self, brand: str) -> int:
        """The last full minute of a brand, in seconds."""
        at_s = int(self.until(brand).timestamp())
        return at_s - at_s % _MINUTE_S

    def of_brand(self, brand: str) -> list[Incident]:
        """Its incidents and heads-ups, the latest first."""
        return [one for one in self.incidents if one.newest.brand == brand]


def is_ringing(incident: Incident) -> bool:
    """Whether it rang and is not over."""
    return incident.newest.level == "ring" and incident.newest.state not in OVER


def is_heads_up(incident: Incident) -> bool:
    """Whether it may ring yet."""
    return incident.newest.level == "heads_up" and incident.newest.state not in OVER


def is_cut(incident: Incident) -> bool:
    """Whether the first steps of its trail are not among those that are kept."""
    return bool(incident.trail) and incident.trail[0].seq > 0


def is_held(incident: Incident) -> bool:
    """Whether somebody has it, or it is to be quiet."""
    handling = incident.newest.handling
    return handling.acknowledged_at is not None or handling.snoozed_until is not None


def why_of(incident: Incident, brand: Brand) -> str:
    """In one line why it rings, or what a heads-up is about."""
    if incident.newest.level == "heads_up":
        told = heads_up_of(incident.newest, brand)
        return " ".join(told.lines[:2])
    return message_of(incident.newest, brand).why


def added(slots: Sequence[Slot]) -> Slot:
    """Several slots as one; there is at least one."""
    return Slot(
        slots[0].start_s,
        sum(slot.width_s for slot in slots),
        *(sum(values) for values in zip(*(slot[2:] for slot in slots), strict=True)),
    )
