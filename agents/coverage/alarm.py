"""When people are told that brands are not heard, and that they are again. Pure.

A brand that is not heard for longer than a limit is told of, once, together with the others of its
channel that fell silent in the same way; and once more when all of them are proven to be heard.
Being merely late (``behind``) is neither: it changes nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from agents.coverage.verdict import PROVEN, State, Status

MOST: Final = 50
"""Brands that one message is about; Slack keeps no more than 8,000 bytes beside a message."""

BLIND: Final = frozenset[State]({"blind", "unheard", "unjudged", "unread"})


class Blindness(Struct, frozen=True):
    """What a channel is told: that these brands are not heard since, and why."""

    channel: str
    brands: tuple[str, ...]
    state: State
    since: datetime
    sources: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The same for the same blindness, whoever tells of it and however often.

        >>> from datetime import UTC
        >>> Blindness("#a", ("acme",), "unheard", datetime(2026, 11, 29, 14, tzinfo=UTC)).id
        'acme|20261129T1400'
        """
        return f"{','.join(self.brands)}|{self.since:%Y%m%dT%H%M}"


def to_tell(
    statuses: Mapping[str, Status],
    told: Iterable[Blindness],
    channels: Mapping[str, tuple[str, str]],
    *,
    now: datetime,
    limit: timedelta,
) -> list[Blindness]:
    """Return what is to be told now: what is blind beyond ``limit``, and is not in ``told``.

    ``channels``: where each brand is told of, and in which language. A brand that nobody has ever
    heard is not told of: it has no time since when it is not heard, and the page shows it.
    """
    known = {brand for one in told for brand in one.brands}
    groups: dict[tuple[tuple[str, str], State, tuple[str, ...]], list[tuple[datetime, str]]] = {}
    for brand, status in statuses.items():
        if status.state not in BLIND or status.since is None or brand in known:
            continue
        if now - status.since > limit:
            key = (channels[brand], status.state, status.sources)
            groups.setdefault(key, []).append((status.since, brand))
    return [
        Blindness(channel, tuple(sorted(brand for _, brand in part)), state, min(part)[0], sources)
        for ((channel, _), state, sources), silent in groups.items()
        for part in (silent[start : start + MOST] for start in range(0, len(silent), MOST))
    ]


def over(statuses: Mapping[str, Status], told: Iterable[Blindness]) -> list[Blindness]:
    """Return what is over: all its brands that are still watched are proven to be heard."""
    return [
        one
        for one in told
        if all(statuses[brand].state in PROVEN for brand in one.brands if brand in statuses)
    ]
