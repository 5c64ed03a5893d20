"""Routes as data: receivers, the tree that leads to them, hours and maintenance windows."""

from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from agents.alerting.routing.digests import DigestSchedule
from agents.alerting.routing.hours import RouteHours
from agents.alerting.routing.team import Team
from pipeline.detection.detector.severity import SeverityBand
from pipeline.phrase import Phrase
from schemas.incident import Level, Transition

ReceiverKind = Literal["slack", "webhook", "alertmanager", "apprise", "console"]


class Receiver(Struct, frozen=True, kw_only=True):
    """One place where people, or machines of theirs, hear of incidents.

    ``name``: also in the notification log and in the consumer group. ``channel``: of Slack; empty
    for each brand's own. ``pings``: of Slack, who is called from which severity on, each as
    ``here``, ``channel``, a user group's id or a person's. ``url``, or ``url_from``, the variable
    of the environment that holds it, as ``secret_from`` holds a webhook's secret.
    """

    name: str
    kind: ReceiverKind
    channel: str = ""
    pings: Mapping[SeverityBand, tuple[str, ...]] = {}
    url: str = ""
    url_from: str = ""
    secret_from: str = ""
    line: int = 0

    def pinged(self, severity: int) -> tuple[str, ...]:
        """Return who is called at a severity: those of the highest band that it reaches.

        >>> pings = {SeverityBand.SERIOUS: ("here",), SeverityBand.SEVERE: ("S0NIGHT",)}
        >>> comms = Receiver(name="comms", kind="slack", pings=pings)
        >>> comms.pinged(8), comms.pinged(5), comms.pinged(2)
        (('S0NIGHT',), ('here',), ())
        """
        reached = [band for band in self.pings if band <= severity]
        return self.pings[max(reached)] if reached else ()


class Matcher(Struct, frozen=True, kw_only=True):
    """What an incident has to be; what is empty asks nothing.

    ``brands``, ``patterns`` and ``sources`` may hold ``*``; ``languages``: the one in which most of
    it is said; ``sources``: one of those that brought it.
    """

    brands: tuple[str, ...] = ()
    level: Level | None = None
    severity_from: int = 1
    severity_to: int = 10
    patterns: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def fits(self, transition: Transition) -> bool:
        """Whether the incident is so, as it stands after ``transition``."""
        spoken = transition.drivers.languages
        language = spoken[0][0] if spoken else ""
        return (
            self.fits_brand(transition.brand)
            and self.level in {None, transition.level}
            and self.severity_from <= transition.severity <= self.severity_to
            and _any(transition.pattern, self.patterns)
            and (not self.languages or language in self.languages)
            and (not self.sources or any(_any(one, self.sources) for one in transition.sources))
        )

    def fits_brand(self, brand: str) -> bool:
        """Whether a brand is meant."""
        return _any(brand, self.brands)

    @property
    def only_brands(self) -> bool:
        """Whether nothing but the brand is asked."""
        return self == Matcher(brands=self.brands)


class Escalation(Struct, frozen=True, kw_only=True):
    """Who is called ``after_s`` where nobody has it by then. ``pings``: in place of their own."""

    after_s: float
    receivers: tuple[str, ...]
    pings: tuple[str, ...] = ()


class Route(Struct, frozen=True, kw_only=True):
    """One node of the tree; what it does not say itself it has from the node above it.

    ``hours``: one of them must hold; ``outside``: none of them may. ``goes_on``: the nodes after it
    are asked, too. ``group_wait_s``: so long the first message waits, for what follows at once.
    ``repeat_s``: so often people are called again while nobody has it; 0 for never. ``team``: who
    decides, and what is done first.
    """

    line: int = 0
    name: str = ""
    match: Matcher = Matcher()
    hours: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    goes_on: bool = False
    group_wait_s: float = 0.0
    repeat_s: float = 0.0
    escalate: tuple[Escalation, ...] = ()
    team: Team = Team()
    routes: tuple["Route", ...] = ()

    @property
    def title(self) -> Phrase:
        """How it is called in explanations."""
        if self.name:
            return Phrase("route '{name}' on line {line}", name=self.name, line=self.line)
        return Phrase("route on line {line}", line=self.line)


class Maintenance(Struct, frozen=True, kw_only=True):
    """A planned time, such as a launch, in which little calls nobody.

    Below ``severity_from`` alerts are shown and nobody is called, reminded or called next.
    ``receivers`` hear when it begins and when it ends.
    """

    name: str
    start: datetime
    end: datetime
    brands: tuple[str, ...] = ()
    severity_from: int = 7
    receivers: tuple[str, ...] = ()
    line: int = 0

    def quiets(self, transition: Transition, now: datetime) -> bool:
        """Whether nobody is to be called of ``transition`` now."""
        return (
            self.start <= now < self.end
            and transition.severity < self.severity_from
            and self.means(transition.brand)
        )

    def means(self, brand: str) -> bool:
        """Whether it is about a brand."""
        return _any(brand, self.brands)


class Routes(Struct, frozen=True, kw_only=True):
    """The file as a whole; ``root`` takes whatever no other node takes."""

    receivers: tuple[Receiver, ...]
    root: Route
    hours: Mapping[str, RouteHours] = {}
    maintenance: tuple[Maintenance, ...] = ()
    digests: tuple[DigestSchedule, ...] = ()

    def receiver(self, name: str) -> Receiver:
        """Return the receiver of a name."""
        return next(one for one in self.receivers if one.name == name)


def _any(value: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(value, one) for one in patterns)
