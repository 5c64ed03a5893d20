"""When people are told that brands are not heard, and that they are again. Pure.

A brand that is not heard for longer than a limit is told of, once, together with the others of its
channel that fell silent in the same way; and once more when all of them are proven to be heard.
Where it is known which sources are silent, each is told of once, and is over when it is none of
them. Being merely late (``behind``) is neither: it changes nothing. Where the reason
becomes another one, which asks for something else to be done, that is told as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.coverage.verdict import PROVEN, State, Status, Trouble

MOST: Final = 50
"""Brands that one message is about; Slack keeps no more than 8,000 bytes beside a message."""

_ALL: Final = ""
"""Stands for all sources, where it is not known which."""

BLIND: Final = frozenset[State]({"blind", "unheard", "unjudged", "unread"})


class Blindness(Struct, frozen=True):
    """What a channel is told: that these brands are not heard since, and why.

    ``troubles`` say more of ``sources``; who was told before does not remember them. ``whys``: the
    reasons that were told, as ``source=why``.
    """

    channel: str
    brands: tuple[str, ...]
    state: State
    since: datetime
    sources: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    whys: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The same for the same blindness, whoever tells of it and however often.

        >>> from datetime import UTC
        >>> at = datetime(2026, 11, 29, 14, tzinfo=UTC)
        >>> Blindness("#a", ("acme",), "blind", at, ("x",)).id
        'acme|20261129T1400|x'
        """
        return f"{','.join(self.brands)}|{self.since:%Y%m%dT%H%M}|{','.join(self.sources)}"


def to_tell(
    statuses: Mapping[str, Status],
    told: Iterable[Blindness],
    channels: Mapping[str, tuple[str, str]],
    *,
    now: datetime,
    limit: timedelta,
) -> list[Blindness]:
    """Return what is to be told now: what is blind beyond ``limit``, and is not in ``told``.

    ``channels``: where each brand is told of, and in which language. A brand for which no source
    was ever started is not told of: it has no time since when it is not heard, and the page shows
    it.
    """
    known: dict[str, set[str]] = {}
    for one in told:
        for brand in one.brands:
            known.setdefault(brand, set()).update(one.sources or {_ALL})
    groups: dict[tuple[object, ...], list[tuple[str, Status]]] = {}
    for brand, status in statuses.items():
        news = _news(status, known.get(brand, set()), now - limit)
        if news is not None:
            whys = tuple(one._replace(since=None) for one in news.troubles)
            alike = (channels[brand], news.state, news.sources, whys)
            groups.setdefault(alike, []).append((brand, news))
    return [
        _together(channels[part[0][0]][0], part)
        for silent in groups.values()
        for part in (silent[start : start + MOST] for start in range(0, len(silent), MOST))
    ]


def over(statuses: Mapping[str, Status], told: Iterable[Blindness]) -> list[Blindness]:
    """Return what is over: all its brands that are still watched are proven to be heard.

    Of a source that others go on without: those are heard, and it is none of the silent ones.
    """
    return [
        one
        for one in told
        if all(_is_over(one, statuses[brand]) for brand in one.brands if brand in statuses)
    ]


def changed(statuses: Mapping[str, Status], told: Iterable[Blindness]) -> list[Blindness]:
    """Return those of ``told`` that last for another reason now, with that reason.

    A reason is told once, however often it comes and goes; a mere silence says nothing new.
    """
    found = []
    for one in told:
        troubles = {
            f"{trouble.source}={trouble.why}": trouble
            for brand in one.brands
            if brand in statuses and statuses[brand].state in BLIND
            for trouble in statuses[brand].troubles
            if trouble.why != "silent" and (not one.sources or trouble.source in one.sources)
        }
        news = {why: trouble for why, trouble in troubles.items() if why not in one.whys}
        if news:
            whys = (*one.whys, *news)
            found.append(replace(one, troubles=tuple(news.values()), whys=whys))
    return found


def _news(status: Status, known: set[str], before: datetime) -> Status | None:
    """Return what of a status is to be told: it began ``before``, and is not ``known``."""
    if status.state not in BLIND or status.since is None or _ALL in known:
        return None
    if not status.sources:
        return status if not known and status.since < before else None
    since = {one.source: one.since or status.since for one in status.troubles}
    news = tuple(
        name
        for name in status.sources
        if name not in known and since.get(name, status.since) < before
    )
    if not news:
        return None
    return status._replace(
        since=min(since.get(name, status.since) for name in news),
        sources=news,
        troubles=tuple(one for one in status.troubles if one.source not in known),
    )


def _together(channel: str, part: Sequence[tuple[str, Status]]) -> Blindness:
    brands, first = tuple(sorted(brand for brand, _ in part)), part[0][1]
    since = min(status.since for _, status in part if status.since is not None)
    whys = tuple(f"{one.source}={one.why}" for one in first.troubles)
    return Blindness(channel, brands, first.state, since, first.sources, first.troubles, whys)


def _is_over(told: Blindness, status: Status) -> bool:
    if status.state in PROVEN:
        return True
    apart = set(told.sources).isdisjoint(status.sources)
    return bool(told.sources) and status.state == "blind" and apart
