"""The routes file: read, checked as a whole, every fault named with its line."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final, NamedTuple, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from msgspec.structs import replace

from agents.alerting.address import AddressError, check_address
from agents.alerting.routing.hours import DAYS, RouteHours
from agents.alerting.routing.model import (
    Escalation,
    Maintenance,
    Matcher,
    Receiver,
    ReceiverKind,
    Route,
    Routes,
)
from agents.alerting.routing.team import Team
from pipeline.brands.located_yaml import (
    Fault,
    FaultList,
    FaultsError,
    Located,
    YamlSection,
    compose,
)
from pipeline.detection.detector.severity import SeverityBand
from schemas.incident import Level

_TOP: Final = ("receivers", "hours", "route", "maintenance")
_KINDS: Final[tuple[ReceiverKind, ...]] = get_args(ReceiverKind)
_KIND_KEYS: Final[Mapping[ReceiverKind, tuple[str, ...]]] = {
    "slack": ("channel", "ping"),
    "webhook": ("url", "url_from", "secret_from"),
    "alertmanager": ("url", "url_from"),
    "apprise": ("url_from",),
    "console": (),
}
_MATCH: Final = (
    *("brand", "level", "severity_from", "severity_to", "pattern", "language", "source"),
)
_ROUTE: Final = (
    *("name", "match", "hours", "outside", "receivers", "continue", "group_wait", "repeat"),
    *("escalate", "decides", "steps", "routes"),
)
_BANDS: Final = {band.name.lower(): band for band in SeverityBand}
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
_DURATION: Final = re.compile(r"(\d{1,4})(s|m|h|d)")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_CLOCK: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_PING: Final = re.compile(r"here|channel|[SUW][A-Z0-9]{2,20}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOWEST, _HIGHEST = 1, 10
_NAME_CHARACTERS: Final = 80
_STEP_CHARACTERS: Final = 200
_MOST_STEPS: Final = 2


class RouteFaultsError(FaultsError):
    """All faults of a routes file at once."""


class RouteInspection(NamedTuple):
    """What a file holds: routes (None if there are faults), and all faults and warnings."""

    routes: Routes | None
    faults: tuple[Fault, ...]


def inspect_routes(text: str, brands: Collection[str] | None = None) -> RouteInspection:
    """Read a routes file; never raises for what is written in it.

    ``brands``: the ids of all brands, where they are known; a route to another one is a fault.
    """
    reader = _Reader(brands)
    routes = reader.read(text.removeprefix("\ufeff"))
    faults = reader.faults
    return RouteInspection(None if faults.errors else routes, tuple(sorted(faults.found)))


def load_routes(text: str, path: str, brands: Collection[str] | None = None) -> Routes:
    r"""Read a routes file; ``path`` is only for messages.

    Raises ``RouteFaultsError`` with every fault as ``file:line: what is wrong; what to do``.

    >>> load_routes("receivers: [{name: here, console: {}}]\nroute: {receivers: [here]}", "r.yaml")
    ... # doctest: +ELLIPSIS
    Routes(receivers=(Receiver(name='here', kind='console', ...
    >>> load_routes("receivers: [{name: here, console: {}}]\nroute: {receivers: [her]}", "r.yaml")
    Traceback (most recent call last):
        ...
    agents.alerting.routing.load.RouteFaultsError: r.yaml:2: no receiver 'her'; did you mean 'here'?
    """
    inspection = inspect_routes(text, brands)
    if inspection.routes is None:
        raise RouteFaultsError(path, [fault for fault in inspection.faults if not fault.warning])
    return inspection.routes


class _Reader:
    """Reads one file; what is wrong is kept in ``faults``."""

    def __init__(self, brands: Collection[str] | None) -> None:
        self.faults = FaultList()
        self._brands = brands
        self._receivers: dict[str, Receiver] = {}
        self._hours: dict[str, RouteHours] = {}
        self._used: set[str] = set()

    def read(self, text: str) -> Routes | None:
        root = compose(text, self.faults)
        if root is None:
            return None
        top = YamlSection(root, _TOP, self.faults, "the file")
        for key in ("receivers", "route"):
            if isinstance(root, yaml.MappingNode) and key not in top:
                self.faults.add(1, f"there is no '{key}'", "docs/guide/routes.md has an example")
        for position, node in enumerate(top.items("receivers"), start=1):
            self._receiver(node, position)
        hours = top.section("hours", ())
        for name, node in hours.nodes.items() if hours else ():
            self._hours[name] = self._window(node, name)
        tree = Route()
        if "route" in top:
            tree = self._route(top.nodes["route"], Route(), at_root=True)
        maintenance = tuple(
            found
            for position, node in enumerate(top.items("maintenance"), start=1)
            if (found := self._maintenance(node, position)) is not None
        )
        for name, receiver in self._receivers.items():
            if name not in self._used:
                self.faults.warn(
                    receiver.line, f"no route leads to receiver '{name}'", "name it in a route"
                )
        return Routes(
            receivers=tuple(self._receivers.values()),
            root=tree,
            hours=self._hours,
            maintenance=maintenance,
        )

    def _receiver(self, node: yaml.Node, position: int) -> None:
        section = YamlSection(node, ("name", *_KINDS), self.faults, f"receiver {position}")
        if not isinstance(node, yaml.MappingNode):
            return
        name = section.text("name")
        if name is None:
            if "name" not in section:
                self.faults.add(section.line, f"{section.where} has no 'name'", "give it one")
            return
        section.where = f"receiver '{name.value}'"
        if not _NAME.fullmatch(name.value):
            self.faults.add(
                name.line,
                f"'{name.value}' is no name of a receiver",
                "use lower-case letters, digits and '-', a letter first, at most 41",
            )
        if name.value in self._receivers:
            first = self._receivers[name.value].line
            what = f"receiver '{name.value}' is there already, on line {first}"
            self.faults.add(name.line, what, "give each a name of its own")
        kinds = [kind for kind in _KINDS if kind in section]
        if len(kinds) != 1:
            what = f"{section.where} is {'nothing' if not kinds else ' and '.join(kinds)}"
            self.faults.add(section.line, what, f"say one of {', '.join(_KINDS)}")
            return
        self._receivers[name.value] = self._of_kind(section, name.value, kinds[0])

    def _of_kind(self, section: YamlSection, name: str, kind: ReceiverKind) -> Receiver:
        keys = _KIND_KEYS[kind]
        node = section.nodes[kind]
        inner = YamlSection(node, keys or ("nothing",), self.faults, section.where)
        channel = inner.text("channel")
        url = inner.text("url")
        variables = {key: self._variable(inner, key) for key in ("url_from", "secret_from")}
        if url is not None:
            try:
                check_address(url.value)
            except AddressError as error:
                what, _, do = str(error).partition("; ")
                self.faults.add(url.line, f"'url' of {section.where}: {what}", do)
        if "url_from" in keys and ("url" in inner) == ("url_from" in inner):
            what = f"{section.where} has {'two addresses' if 'url' in inner else 'no address'}"
            do = "write url_from: NAME, the variable of the environment that holds it"
            self.faults.add(section.line, what, do + (", or url" if "url" in keys else ""))
        if "secret_from" in keys and "secret_from" not in inner:
            self.faults.add(
                section.line,
                f"{section.where} has no secret, so that anybody could write to yours",
                "write secret_from: NAME, the variable of the environment that holds it",
            )
        pings = inner.section("ping", tuple(_BANDS))
        return Receiver(
            name=name,
            kind=kind,
            channel=channel.value if channel else "",
            pings={_BANDS[band]: self._pings(pings, band) for band in pings.nodes} if pings else {},
            url=url.value if url else "",
            url_from=variables["url_from"],
            secret_from=variables["secret_from"],
            line=section.line,
        )

    def _variable(self, section: YamlSection, key: str) -> str:
        found = section.text(key)
        if found is None:
            return ""
        if not _VARIABLE.fullmatch(found.value) or found.value.startswith("TOCSIN_"):
            self.faults.add(
                found.line,
                f"'{key}' of {section.where} is {found.value!r}",
                "write the name of a variable of the environment that does not begin with TOCSIN_",
            )
        return found.value

    def _pings(self, section: YamlSection, key: str) -> tuple[str, ...]:
        """Read one id or a list of them."""
        node = section.nodes[key]
        listed = section.texts(key) if isinstance(node, yaml.SequenceNode) else [section.text(key)]
        found = [one for one in listed if one is not None]
        for one in found:
            if not _PING.fullmatch(one.value):
                self.faults.add(
                    one.line,
                    f"{one.value!r} is nobody whom Slack could call",
                    "write here, channel, a user group's id (S…) or a person's (U… or W…)",
                )
        return tuple(one.value for one in found)

    def _window(self, node: yaml.Node, name: str) -> RouteHours:
        where = f"hours '{name}'"
        section = YamlSection(node, ("days", "from", "to", "zone"), self.faults, where)
        days = self._chosen(section, "days", DAYS)
        zone = section.text("zone")
        if zone is None:
            if "zone" not in section:
                do = "write one, such as zone: Europe/Paris"
                self.faults.add(section.line, f"{where} has no 'zone'", do)
        elif not _is_zone(zone.value):
            do = "write one of the time zone database, such as Europe/Paris"
            self.faults.add(zone.line, f"there is no time zone '{zone.value}'", do)
        return RouteHours(
            days=frozenset(DAYS.index(day) for day in days or DAYS),
            start_min=self._clock(section, "from", 0),
            end_min=self._clock(section, "to", 24 * 60),
            zone=zone.value if zone and _is_zone(zone.value) else "UTC",
        )

    def _clock(self, section: YamlSection, key: str, default: int) -> int:
        found = section.text(key)
        if found is None:
            return default
        read = _CLOCK.fullmatch(found.value)
        minute = int(read[1]) * 60 + int(read[2]) if read else -1
        if not 0 <= minute <= 24 * 60:
            do = 'write a time of day in quotes, such as "07:30"; midnight at the end is "24:00"'
            self.faults.add(found.line, f"'{key}' of {section.where} is {found.value!r}", do)
            return default
        return minute

    def _route(self, node: yaml.Node, above: Route, *, at_root: bool = False) -> Route:
        where = "the route" if at_root else "a route"
        section = YamlSection(node, _ROUTE, self.faults, where)
        name = section.text("name")
        match = self._match(section)
        hours, outside = self._windows(section, "hours"), self._windows(section, "outside")
        if at_root and (match != Matcher() or hours or outside):
            self.faults.add(
                section.line,
                "the uppermost route does not take everything",
                "put conditions into 'routes' below it, so that nothing is told to nobody",
            )
        receivers = self._named(section, "receivers") or above.receivers
        if at_root and not receivers:
            self.faults.add(
                section.line, "the uppermost route has no receivers", "list at least one"
            )
        own = Route(
            line=section.line,
            name=name.value if name else "",
            match=match,
            hours=hours,
            outside=outside,
            receivers=receivers,
            goes_on=section.flag("continue", default=False),
            group_wait_s=self._duration(section, "group_wait", above.group_wait_s),
            repeat_s=self._duration(section, "repeat", above.repeat_s),
            escalate=self._escalation(section) if "escalate" in section else above.escalate,
            team=self._team(section, above.team),
        )
        below = tuple(self._route(each, own) for each in section.items("routes"))
        self._check_reached(below)
        return replace(own, routes=below)

    def _team(self, section: YamlSection, above: Team) -> Team:
        decides = section.text("decides")
        steps = self._texts(section, "steps")
        if decides is not None and len(decides.value) > _NAME_CHARACTERS:
            do = f"write at most {_NAME_CHARACTERS} characters: a name, or a role"
            self.faults.add(decides.line, "'decides' is too long to be a name", do)
        for one in steps:
            if len(one.value) > _STEP_CHARACTERS:
                do = f"write at most {_STEP_CHARACTERS} characters: it is read at 3 a.m."
                self.faults.add(one.line, "a step of 'steps' is too long", do)
        if len(steps) > _MOST_STEPS:
            do = f"leave the {_MOST_STEPS} that come first"
            self.faults.add(steps[_MOST_STEPS].line, "'steps' has too many steps", do)
        return Team(
            decides=decides.value if decides else above.decides,
            steps=tuple(one.value for one in steps) or above.steps,
        )

    def _check_reached(self, siblings: tuple[Route, ...]) -> None:
        """Warn of nodes that nothing can come to."""
        for one, after in pairwise(siblings):
            if one.match == Matcher() and not (one.hours or one.outside or one.goes_on):
                self.faults.warn(
                    after.line,
                    f"nothing comes here: the route on line {one.line} takes everything",
                    "put it before that one, or write continue: true there",
                )
                return

    def _match(self, section: YamlSection) -> Matcher:
        match = section.section("match", _MATCH)
        if match is None:
            return Matcher()
        brands = self._texts(match, "brand")
        for one in brands:
            self._check_brand(one)
        level = match.text("level")
        if level is not None and level.value not in get_args(Level):
            self.faults.add(
                level.line, f"there is no level '{level.value}'", "write heads_up or ring"
            )
        low, high = (
            self._severity(match, "severity_from", _LOWEST),
            self._severity(match, "severity_to", _HIGHEST),
        )
        if low > high:
            self.faults.add(match.line, f"no severity is from {low} to {high}", "swap them")
        return Matcher(
            brands=tuple(one.value for one in brands),
            level="heads_up" if level and level.value == "heads_up" else "ring" if level else None,
            severity_from=low,
            severity_to=high,
            patterns=tuple(one.value for one in self._texts(match, "pattern")),
            languages=tuple(one.value for one in self._texts(match, "language")),
            sources=tuple(one.value for one in self._texts(match, "source")),
        )

    def _check_brand(self, brand: Located[str]) -> None:
        if self._brands is None or any(fnmatchcase(one, brand.value) for one in self._brands):
            return
        close = get_close_matches(brand.value, list(self._brands), n=1)
        do = f"did you mean '{close[0]}'?" if close else "write the id of a brand, or a part with *"
        self.faults.add(brand.line, f"no brand has the id '{brand.value}'", do)

    def _severity(self, section: YamlSection, key: str, default: int) -> int:
        found = section.number(key)
        if found is None:
            return default
        if found.value not in range(_LOWEST, _HIGHEST + 1):
            do = "write a whole number from 1 to 10"
            self.faults.add(found.line, f"'{key}' is {found.value}", do)
            return default
        return int(found.value)

    def _windows(self, section: YamlSection, key: str) -> tuple[str, ...]:
        found = self._texts(section, key)
        for one in found:
            if one.value not in self._hours:
                self.faults.add(
                    one.line, f"no hours '{one.value}'", self._meant(one.value, self._hours)
                )
        return tuple(one.value for one in found if one.value in self._hours)

    def _named(self, section: YamlSection, key: str) -> tuple[str, ...]:
        found = self._texts(section, key)
        self._used.update(one.value for one in found)
        for one in found:
            if one.value not in self._receivers:
                do = self._meant(one.value, self._receivers)
                self.faults.add(one.line, f"no receiver '{one.value}'", do)
        return tuple(dict.fromkeys(one.value for one in found))

    def _escalation(self, section: YamlSection) -> tuple[Escalation, ...]:
        steps: list[Escalation] = []
        for position, node in enumerate(section.items("escalate"), start=1):
            where = f"step {position} of 'escalate'"
            step = YamlSection(node, ("after", "receivers", "ping"), self.faults, where)
            after_s = self._duration(step, "after", 0.0)
            receivers = self._named(step, "receivers")
            if isinstance(node, yaml.MappingNode) and not ("after" in step and receivers):
                do = "write after: 10m and receivers: [...]"
                self.faults.add(step.line, f"{where} does not say when or who", do)
            if steps and after_s <= steps[-1].after_s:
                self.faults.add(
                    step.line,
                    f"{where} is not after the one before it",
                    "times count from the ring; write them in order",
                )
            pings = self._pings(step, "ping") if "ping" in step else ()
            steps.append(Escalation(after_s=after_s, receivers=receivers, pings=pings))
        return tuple(steps)

    def _maintenance(self, node: yaml.Node, position: int) -> Maintenance | None:
        keys = ("name", "brand", "from", "to", "zone", "severity_from", "receivers")
        section = YamlSection(node, keys, self.faults, f"maintenance {position}")
        name = section.text("name")
        start, end = self._moment(section, "from"), self._moment(section, "to")
        brands = self._texts(section, "brand")
        for one in brands:
            self._check_brand(one)
        if name is None or start is None or end is None:
            if not {"name", "from", "to"} <= set(section.nodes):
                do = "write name, from, to and zone"
                self.faults.add(section.line, f"{section.where} is not complete", do)
            return None
        if end <= start:
            self.faults.add(section.line, f"{section.where} ends before it begins", "swap them")
        return Maintenance(
            name=name.value,
            start=start,
            end=end,
            brands=tuple(one.value for one in brands),
            severity_from=self._severity(section, "severity_from", 7),
            receivers=self._named(section, "receivers"),
            line=section.line,
        )

    def _moment(self, section: YamlSection, key: str) -> datetime | None:
        found, zone = section.text(key), section.text("zone")
        if found is None:
            return None
        if zone is None or not _is_zone(zone.value):
            do = "write zone: Europe/Paris, or another of the time zone database"
            self.faults.add(section.line, f"{section.where} has no time zone that is known", do)
            return None
        try:
            read = datetime.fromisoformat(found.value)
        except ValueError:
            do = 'write "2026-12-03 06:00", in quotes'
            self.faults.add(found.line, f"'{key}' is {found.value!r}", do)
            return None
        return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone.value))

    def _duration(self, section: YamlSection, key: str, default: float) -> float:
        found = section.text(key)
        if found is None:
            return default
        read = _DURATION.fullmatch(found.value)
        if read is None:
            do = "write a number and s, m, h or d, such as 10m"
            self.faults.add(found.line, f"'{key}' is {found.value!r}", do)
            return default
        return float(int(read[1]) * _UNITS[read[2]])

    def _chosen(self, section: YamlSection, key: str, among: Collection[str]) -> list[str]:
        found = section.texts(key)
        for one in found:
            if one.value not in among:
                do = f"write some of {', '.join(among)}"
                self.faults.add(one.line, f"'{one.value}' is none of '{key}'", do)
        return [one.value for one in found if one.value in among]

    def _texts(self, section: YamlSection, key: str) -> list[Located[str]]:
        """Read one text or a list of them."""
        if isinstance(section.nodes.get(key), yaml.ScalarNode):
            found = section.text(key)
            return [found] if found is not None else []
        return section.texts(key)

    def _meant(self, name: str, known: Collection[str]) -> str:
        close = get_close_matches(name, list(known), n=1)
        if close:
            return f"did you mean '{close[0]}'?"
        return f"known are {', '.join(known)}" if known else "there are none in this file"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
