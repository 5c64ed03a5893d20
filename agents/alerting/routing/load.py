"""The routes file: read, checked as a whole, every fault named with its line."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, time
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final, NamedTuple, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from msgspec.structs import replace

from agents.alerting.address import AddressError, check_address
from agents.alerting.routing.digests import DAYS as WEEKDAYS
from agents.alerting.routing.digests import DigestSchedule, Every
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
from pipeline.phrase import Phrase, phrases
from schemas.incident import Level

_TOP: Final = ("receivers", "hours", "route", "maintenance", "digests")
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
_LAST_HOUR: Final = 23
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
        top = YamlSection(root, _TOP, self.faults, Phrase("the file"))
        for key in ("receivers", "route"):
            if isinstance(root, yaml.MappingNode) and key not in top:
                self.faults.add(
                    1,
                    Phrase("there is no '{key}'", key=key),
                    Phrase("docs/guide/routes.md has an example"),
                )
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
        digests = tuple(
            read
            for position, node in enumerate(top.items("digests"), start=1)
            if (read := self._digest(node, position)) is not None
        )
        for name, receiver in self._receivers.items():
            if name not in self._used:
                self.faults.warn(
                    receiver.line,
                    Phrase("no route leads to receiver '{name}'", name=name),
                    Phrase("name it in a route"),
                )
        return Routes(
            receivers=tuple(self._receivers.values()),
            root=tree,
            hours=self._hours,
            maintenance=maintenance,
            digests=digests,
        )

    def _receiver(self, node: yaml.Node, position: int) -> None:
        section = YamlSection(
            node, ("name", *_KINDS), self.faults, Phrase("receiver {position}", position=position)
        )
        if not isinstance(node, yaml.MappingNode):
            return
        name = section.text("name")
        if name is None:
            if "name" not in section:
                self.faults.add(
                    section.line,
                    Phrase("{where} has no 'name'", where=section.where),
                    Phrase("give it one"),
                )
            return
        section.where = Phrase("receiver '{value}'", value=name.value)
        if not _NAME.fullmatch(name.value):
            self.faults.add(
                name.line,
                Phrase("'{value}' is no name of a receiver", value=name.value),
                Phrase("use lower-case letters, digits and '-', a letter first, at most 41"),
            )
        if name.value in self._receivers:
            first = self._receivers[name.value].line
            what = Phrase(
                "receiver '{value}' is there already, on line {first}",
                value=name.value,
                first=first,
            )
            self.faults.add(name.line, what, Phrase("give each a name of its own"))
        kinds = [kind for kind in _KINDS if kind in section]
        if len(kinds) != 1:
            what = Phrase(
                "{where} is {kinds}",
                where=section.where,
                kinds=phrases(Phrase(" and "), kinds) if kinds else Phrase("nothing"),
            )
            self.faults.add(
                section.line, what, Phrase("say one of {kinds}", kinds=", ".join(_KINDS))
            )
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
                what = Phrase("'url' of {where}: {what}", where=section.where, what=error.what)
                self.faults.add(url.line, what, error.do)
        if "url_from" in keys and ("url" in inner) == ("url_from" in inner):
            what = Phrase(
                "{where} has {addresses}",
                where=section.where,
                addresses=Phrase("two addresses") if "url" in inner else Phrase("no address"),
            )
            do = Phrase("write url_from: NAME, the variable of the environment that holds it")
            if "url" in keys:
                do = Phrase("{do}, or url", do=do)
            self.faults.add(section.line, what, do)
        if "secret_from" in keys and "secret_from" not in inner:
            self.faults.add(
                section.line,
                Phrase(
                    "{where} has no secret, so that anybody could write to yours",
                    where=section.where,
                ),
                Phrase("write secret_from: NAME, the variable of the environment that holds it"),
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
                Phrase(
                    "'{key}' of {where} is {value!r}",
                    key=key,
                    where=section.where,
                    value=found.value,
                ),
                Phrase(
                    "write the name of a variable of the environment that does not begin with "
                    "TOCSIN_"
                ),
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
                    Phrase("{value!r} is nobody whom Slack could call", value=one.value),
                    Phrase("write here, channel, a user group's id (S…) or a person's (U… or W…)"),
                )
        return tuple(one.value for one in found)

    def _window(self, node: yaml.Node, name: str) -> RouteHours:
        where = Phrase("hours '{name}'", name=name)
        section = YamlSection(node, ("days", "from", "to", "zone"), self.faults, where)
        days = self._chosen(section, "days", DAYS)
        zone = section.text("zone")
        if zone is None:
            if "zone" not in section:
                do = Phrase("write one, such as zone: Europe/Paris")
                self.faults.add(section.line, Phrase("{where} has no 'zone'", where=where), do)
        elif not _is_zone(zone.value):
            do = Phrase("write one of the time zone database, such as Europe/Paris")
            self.faults.add(
                zone.line, Phrase("there is no time zone '{value}'", value=zone.value), do
            )
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
            do = Phrase(
                'write a time of day in quotes, such as "07:30"; midnight at the end is "24:00"'
            )
            self.faults.add(
                found.line,
                Phrase(
                    "'{key}' of {where} is {value!r}",
                    key=key,
                    where=section.where,
                    value=found.value,
                ),
                do,
            )
            return default
        return minute

    def _route(self, node: yaml.Node, above: Route, *, at_root: bool = False) -> Route:
        where = Phrase("the route") if at_root else Phrase("a route")
        section = YamlSection(node, _ROUTE, self.faults, where)
        name = section.text("name")
        match = self._match(section)
        hours, outside = self._windows(section, "hours"), self._windows(section, "outside")
        if at_root and (match != Matcher() or hours or outside):
            self.faults.add(
                section.line,
                Phrase("the uppermost route does not take everything"),
                Phrase("put conditions into 'routes' below it, so that nothing is told to nobody"),
            )
        receivers = self._named(section, "receivers") or above.receivers
        if at_root and not receivers:
            self.faults.add(
                section.line,
                Phrase("the uppermost route has no receivers"),
                Phrase("list at least one"),
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
            do = Phrase(
                "write at most {most} characters: a name, or a role",
                most=_NAME_CHARACTERS,
            )
            self.faults.add(decides.line, Phrase("'decides' is too long to be a name"), do)
        for one in steps:
            if len(one.value) > _STEP_CHARACTERS:
                do = Phrase(
                    "write at most {most} characters: it is read at 3 a.m.",
                    most=_STEP_CHARACTERS,
                )
                self.faults.add(one.line, Phrase("a step of 'steps' is too long"), do)
        if len(steps) > _MOST_STEPS:
            do = Phrase("leave the {most} that come first", most=_MOST_STEPS)
            self.faults.add(steps[_MOST_STEPS].line, Phrase("'steps' has too many steps"), do)
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
                    Phrase(
                        "nothing comes here: the route on line {line} takes everything",
                        line=one.line,
                    ),
                    Phrase("put it before that one, or write continue: true there"),
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
                level.line,
                Phrase("there is no level '{value}'", value=level.value),
                Phrase("write heads_up or ring"),
            )
        low, high = (
            self._severity(match, "severity_from", _LOWEST),
            self._severity(match, "severity_to", _HIGHEST),
        )
        if low > high:
            self.faults.add(
                match.line,
                Phrase("no severity is from {low} to {high}", low=low, high=high),
                Phrase("swap them"),
            )
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
        do = (
            Phrase("did you mean '{close}'?", close=close[0])
            if close
            else Phrase("write the id of a brand, or a part with *")
        )
        self.faults.add(brand.line, Phrase("no brand has the id '{value}'", value=brand.value), do)

    def _severity(self, section: YamlSection, key: str, default: int) -> int:
        found = section.number(key)
        if found is None:
            return default
        if found.value not in range(_LOWEST, _HIGHEST + 1):
            do = Phrase("write a whole number from 1 to 10")
            self.faults.add(
                found.line, Phrase("'{key}' is {value}", key=key, value=found.value), do
            )
            return default
        return int(found.value)

    def _windows(self, section: YamlSection, key: str) -> tuple[str, ...]:
        found = self._texts(section, key)
        for one in found:
            if one.value not in self._hours:
                self.faults.add(
                    one.line,
                    Phrase("no hours '{value}'", value=one.value),
                    self._meant(one.value, self._hours),
                )
        return tuple(one.value for one in found if one.value in self._hours)

    def _named(self, section: YamlSection, key: str) -> tuple[str, ...]:
        found = self._texts(section, key)
        self._used.update(one.value for one in found)
        for one in found:
            if one.value not in self._receivers:
                do = self._meant(one.value, self._receivers)
                self.faults.add(one.line, Phrase("no receiver '{value}'", value=one.value), do)
        return tuple(dict.fromkeys(one.value for one in found))

    def _escalation(self, section: YamlSection) -> tuple[Escalation, ...]:
        steps: list[Escalation] = []
        for position, node in enumerate(section.items("escalate"), start=1):
            where = Phrase("step {position} of 'escalate'", position=position)
            step = YamlSection(node, ("after", "receivers", "ping"), self.faults, where)
            after_s = self._duration(step, "after", 0.0)
            receivers = self._named(step, "receivers")
            if isinstance(node, yaml.MappingNode) and not ("after" in step and receivers):
                do = Phrase("write after: 10m and receivers: [...]")
                self.faults.add(
                    step.line, Phrase("{where} does not say when or who", where=where), do
                )
            if steps and after_s <= steps[-1].after_s:
                self.faults.add(
                    step.line,
                    Phrase("{where} is not after the one before it", where=where),
                    Phrase("times count from the ring; write them in order"),
                )
            pings = self._pings(step, "ping") if "ping" in step else ()
            steps.append(Escalation(after_s=after_s, receivers=receivers, pings=pings))
        return tuple(steps)

    def _maintenance(self, node: yaml.Node, position: int) -> Maintenance | None:
        keys = ("name", "brand", "from", "to", "zone", "severity_from", "receivers")
        section = YamlSection(
            node, keys, self.faults, Phrase("maintenance {position}", position=position)
        )
        name = section.text("name")
        start, end = self._moment(section, "from"), self._moment(section, "to")
        brands = self._texts(section, "brand")
        for one in brands:
            self._check_brand(one)
        if name is None or start is None or end is None:
            if not {"name", "from", "to"} <= set(section.nodes):
                do = Phrase("write name, from, to and zone")
                self.faults.add(
                    section.line, Phrase("{where} is not complete", where=section.where), do
                )
            return None
        if end <= start:
            self.faults.add(
                section.line,
                Phrase("{where} ends before it begins", where=section.where),
                Phrase("swap them"),
            )
        return Maintenance(
            name=name.value,
            start=start,
            end=end,
            brands=tuple(one.value for one in brands),
            severity_from=self._severity(section, "severity_from", 7),
            receivers=self._named(section, "receivers"),
            line=section.line,
        )

    def _digest(self, node: yaml.Node, position: int) -> DigestSchedule | None:
        keys = ("name", "every", "on", "at", "zone", "brand", "receivers")
        section = YamlSection(
            node, keys, self.faults, Phrase("digest {position}", position=position)
        )
        name, zone, at = section.text("name"), section.text("zone"), section.text("at")
        every = self._one_of(section, "every", get_args(Every))
        day = self._one_of(section, "on", WEEKDAYS) if "on" in section else "mon"
        brands = self._texts(section, "brand")
        for one in brands:
            self._check_brand(one)
        receivers = self._named(section, "receivers")
        for receiver in receivers:
            known = self._receivers.get(receiver)
            if known is not None and known.kind == "alertmanager":
                do = Phrase("name another one: a digest is no alert that lasts")
                said = Phrase(
                    "{where} goes to alertmanager {receiver}",
                    where=section.where,
                    receiver=receiver,
                )
                self.faults.add(section.line, said, do)
        clock = _CLOCK.fullmatch(at.value) if at else None
        if name is None or not receivers or every is None or day is None:
            do = Phrase("write name, every, at, zone and receivers")
            self.faults.add(
                section.line, Phrase("{where} is not complete", where=section.where), do
            )
            return None
        if not _NAME.fullmatch(name.value):
            do = Phrase("use small letters, digits and hyphens")
            self.faults.add(
                name.line,
                Phrase("{where} is called {value!r}", where=section.where, value=name.value),
                do,
            )
        if zone is None or not _is_zone(zone.value):
            do = Phrase("write zone: Europe/Paris, or another of the time zone database")
            self.faults.add(
                section.line,
                Phrase("{where} has no time zone that is known", where=section.where),
                do,
            )
            return None
        if clock is None or int(clock[1]) > _LAST_HOUR:
            do = Phrase('write at: "08:00", in quotes')
            self.faults.add(
                section.line, Phrase("{where} has no time of day", where=section.where), do
            )
            return None
        return DigestSchedule(
            name=name.value,
            every=cast("Every", every),
            at=time(int(clock[1]), int(clock[2])),
            zone=zone.value,
            receivers=receivers,
            on=day,
            brands=tuple(one.value for one in brands),
            line=section.line,
        )

    def _one_of(self, section: YamlSection, key: str, known: tuple[str, ...]) -> str | None:
        """Return a word that is one of ``known``; else None, with a fault where it is another."""
        found = section.text(key)
        if found is None:
            return None
        if found.value not in known:
            do = Phrase("write one of {known}", known=", ".join(known))
            self.faults.add(
                found.line, Phrase("'{key}' is {value!r}", key=key, value=found.value), do
            )
            return None
        return found.value

    def _moment(self, section: YamlSection, key: str) -> datetime | None:
        found, zone = section.text(key), section.text("zone")
        if found is None:
            return None
        if zone is None or not _is_zone(zone.value):
            do = Phrase("write zone: Europe/Paris, or another of the time zone database")
            self.faults.add(
                section.line,
                Phrase("{where} has no time zone that is known", where=section.where),
                do,
            )
            return None
        try:
            read = datetime.fromisoformat(found.value)
        except ValueError:
            do = Phrase('write "2026-12-03 06:00", in quotes')
            self.faults.add(
                found.line, Phrase("'{key}' is {value!r}", key=key, value=found.value), do
            )
            return None
        return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone.value))

    def _duration(self, section: YamlSection, key: str, default: float) -> float:
        found = section.text(key)
        if found is None:
            return default
        read = _DURATION.fullmatch(found.value)
        if read is None:
            do = Phrase("write a number and s, m, h or d, such as 10m")
            self.faults.add(
                found.line, Phrase("'{key}' is {value!r}", key=key, value=found.value), do
            )
            return default
        return float(int(read[1]) * _UNITS[read[2]])

    def _chosen(self, section: YamlSection, key: str, among: Collection[str]) -> list[str]:
        found = section.texts(key)
        for one in found:
            if one.value not in among:
                do = Phrase("write some of {among}", among=", ".join(among))
                self.faults.add(
                    one.line, Phrase("'{value}' is none of '{key}'", value=one.value, key=key), do
                )
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
            return Phrase("did you mean '{close}'?", close=close[0])
        if known:
            return Phrase("known are {known}", known=", ".join(known))
        return Phrase("there are none in this file")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
