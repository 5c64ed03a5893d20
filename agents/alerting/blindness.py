"""Tells channels that brands are not heard, and that they are again."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Final, NamedTuple, Protocol, runtime_checkable
from urllib.parse import urlencode

from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.neutral import outside
from agents.alerting.sinks.base import SinkError
from agents.coverage.alarm import Blindness, changed, over, to_tell
from agents.coverage.troubles import recovered
from agents.coverage.verdict import Status, Trouble
from schemas.brand import Brand
from schemas.mention import Recovery
from schemas.source_status import SourceStatus

TURN_S: Final = 10.0
CALLED_S: Final = 1_800.0
"""After so long, those are called whom the routes call where nobody has an incident."""
LOOKS: Final = 3
_NAMES: Final = 3
_LONGEST_WAIT_S: Final = 300.0

log = logging.getLogger(__name__)


class BlindnessSink(Protocol):
    """Where it is told. Every method may raise a ``SinkError``; it is called again then."""

    def standing(self, channels: Iterable[str]) -> list[Blindness]:
        """What was told there and is not over, as far as the place remembers."""
        ...

    def tell(self, blindness: Blindness, text: str) -> None:
        """Say that brands are not heard."""
        ...

    def change(self, blindness: Blindness, text: str) -> None:
        """Say that they are still not heard, for another reason: the last of ``whys``."""
        ...

    def end(self, blindness: Blindness, text: str) -> None:
        """Say that they are again."""
        ...


class Caring(NamedTuple):
    """What those who cannot hear are told to do.

    ``under_way``: brands of which something goes on, which are looked at first. ``called``: who is
    called ``CALLED_S`` after it began, empty for nobody.
    """

    under_way: Callable[[], Collection[str]] = frozenset
    called: tuple[str, ...] = ()


@runtime_checkable
class Forgetful(Protocol):
    """A place that forgets what is not said again."""

    def again(self) -> None:
        """Say again what stands there."""
        ...


class BlindnessWatch(Thread):
    """Looks every ``TURN_S`` whether brands are heard, and has ``sink`` tell what changed.

    ``source``: what a source says of itself, where it says anything. ``only_channel``: where all
    brands are told of, in place of each brand's own. ``caring``: what people are told to do.
    ``may_tell``: whether it is this process's turn, where several share the alerts. What a place
    refuses for now is tried again, ever less often. ``crash`` is called with what ends the thread.
    """

    def __init__(
        self,
        sink: BlindnessSink,
        statuses: Callable[[datetime], Mapping[str, Status]],
        brands: Mapping[str, Brand],
        *,
        default_channel: str,
        limit_s: float,
        may_tell: Callable[[], bool],
        errored: Callable[[str], object],
        crash: Callable[[BaseException], object],
        source: Callable[[str], SourceStatus | None] = lambda _name: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock_s: Callable[[], float] = monotonic,
        only_channel: str = "",
        caring: Caring | None = None,
    ) -> None:
        super().__init__(name="blindness-watch", daemon=True)
        self._sink = sink
        self._statuses = statuses
        self._brands = brands
        self._channels = {
            brand.id: (
                only_channel or brand.slack_channel or default_channel,
                brand.alert_language,
            )
            for brand in brands.values()
        }
        self._limit = timedelta(seconds=limit_s)
        self._may_tell = may_tell
        self._errored = errored
        self._crash = crash
        self._source = source
        self._now = now
        self._clock_s = clock_s
        self._caring = caring or Caring()
        self._told: list[Blindness] | None = None
        self._due_s, self._failures = 0.0, 0
        self._halt = Event()

    def run(self) -> None:
        """Look until halted."""
        try:
            while not self._halt.wait(TURN_S):
                self.look()
        except Exception as error:  # noqa: BLE001 - handed on: a thread's own would go unseen
            self._crash(error)

    def halt(self) -> None:
        """Look no more."""
        self._halt.set()

    def look(self) -> None:
        """Look once, and tell what changed."""
        if self._clock_s() < self._due_s or not self._may_tell():
            return
        try:
            self._tell(self._statuses(self._now()))
        except SinkError as error:
            self._told = None  # what stands there is not certain now: it is asked again
            self._failures += 1
            wait_s = min(TURN_S * 2.0 ** min(self._failures, 10), _LONGEST_WAIT_S)
            self._due_s = self._clock_s() + wait_s
            self._errored(error.code)
            log.warning("blindness cannot be told now, again in %.0f s: %s", wait_s, error)
        else:
            self._failures = 0

    def _tell(self, statuses: Mapping[str, Status]) -> None:
        now = self._now()
        if self._told is None:
            channels = dict.fromkeys(channel for channel, _ in self._channels.values())
            self._told = self._sink.standing(channels)
        for blindness in over(statuses, self._told):
            known = [self._source(name) for name in blindness.sources]
            text = said_over(self._words(blindness), blindness, self._brands, now, known)
            self._sink.end(blindness, text)
            self._told.remove(blindness)
        for blindness in changed(statuses, self._told):
            text = said_changed(self._words(blindness), blindness, self._brands, now)
            self._sink.change(blindness, text)
            self._told = [blindness if one.id == blindness.id else one for one in self._told]
        for blindness in to_tell(statuses, self._told, self._channels, now=now, limit=self._limit):
            self._sink.tell(blindness, self._text(blindness, now))
            self._told.append(blindness)
        if isinstance(self._sink, Forgetful):
            self._sink.again()

    def _text(self, blindness: Blindness, now: datetime) -> str:
        words = self._words(blindness)
        return " ".join(
            [
                said(words, blindness, self._brands, now),
                *to_do(words, blindness, self._brands, self._caring, now),
            ]
        )

    def _words(self, blindness: Blindness) -> Words:
        brand = self._brands.get(blindness.brands[0]) if blindness.brands else None
        return words_of(brand) if brand else LANGUAGES["en"]


def said(words: Words, blindness: Blindness, brands: Mapping[str, Brand], now: datetime) -> str:
    """Say that brands are not heard, since when, why, and what it means."""
    return words.say(
        f"blind_{blindness.state}",
        brands=_names(blindness, brands),
        since=words.moment(blindness.since, beside=now),
        sources=outside(", ".join(blindness.sources)),
        why=_why(words, blindness.troubles, now),
    )


def said_changed(
    words: Words, blindness: Blindness, brands: Mapping[str, Brand], now: datetime
) -> str:
    """Say that brands are still not heard, and that the reason is another one now."""
    return words.say(
        "blind_changed",
        brands=_names(blindness, brands),
        since=words.moment(blindness.since, beside=now),
        why=_why(words, blindness.troubles, now),
    )


def to_do(
    words: Words,
    blindness: Blindness,
    brands: Mapping[str, Brand],
    caring: Caring,
    now: datetime,
) -> list[str]:
    """Say which brands to look at by hand first, and where; and who is called if it lasts."""
    under_way = caring.under_way()
    known = [brands[one] for one in blindness.brands if one in brands]
    known.sort(key=lambda brand: brand.id not in under_way)
    looks = [
        words.say(
            "look_under_way" if brand.id in under_way else "look_brand",
            brand=name_of(brand),
            links=" ".join(search_urls(brand, blindness.sources)),
        )
        for brand in known[:LOOKS]
    ]
    lines = []
    due = blindness.since + timedelta(seconds=CALLED_S)
    if caring.called and now < due:
        who = ", ".join(outside(one, 60) for one in caring.called)
        lines.append(words.say("called_if_lasts", who=who, time=words.time(due)))
    if looks:
        # Last, so that no full stop becomes a part of an address.
        lines.append(words.say("look_first", brands=words.texts["look_then"].join(looks)))
    return lines


def search_urls(brand: Brand, sources: Collection[str] = ()) -> list[str]:
    """Return where the newest posts about a brand are found by hand.

    ``sources``: those that are silent; none for all of them.

    >>> search_urls(Brand(id="kk", names=("Kit Kat",)), ("bluesky",))
    ['https://bsky.app/search?q=%22Kit+Kat%22']
    """
    names = " OR ".join(f'"{name}"' for name in brand.names[:_NAMES])
    found = []
    if not sources or any(one.startswith("x") for one in sources):
        found.append(f"https://x.com/search?{urlencode({'q': names, 'f': 'live'})}")
    if not sources or any(one.startswith("bluesky") for one in sources):
        first = f'"{brand.names[0] if brand.names else brand.id}"'
        found.append(f"https://bsky.app/search?{urlencode({'q': first})}")
    return found


def said_over(
    words: Words,
    blindness: Blindness,
    brands: Mapping[str, Brand],
    now: datetime,
    known: Iterable[SourceStatus | None] = (),
) -> str:
    """Say that they are heard again, and what was missed; ``known``: what its sources say now."""
    return words.say(
        _over_key(blindness, list(known)),
        sources=outside(", ".join(blindness.sources)),
        brands=_names(blindness, brands),
        since=words.moment(blindness.since, beside=now),
        now=words.moment(now),
        duration=words.duration((now - blindness.since).total_seconds()),
    )


_OVER: Final[Mapping[Recovery, str]] = {
    "none": "blind_over_lost",
    "originals_only": "blind_over_originals",
    "full": "blind_over_full",
}


def _over_key(blindness: Blindness, known: list[SourceStatus | None]) -> str:
    if blindness.state not in {"blind", "unheard"}:
        return "blind_over_late"
    said = [one for one in known if one is not None]
    if not said or len(said) < len(known):
        return "blind_over_lost"
    if all(one.state == "stopped" for one in said):
        return "blind_over_stopped"
    left = {recovered(one, blindness.since) for one in said}
    return next(text for kind, text in _OVER.items() if kind in left)


def _why(words: Words, troubles: Iterable[Trouble], now: datetime) -> str:
    """Return a sentence with why each source is not heard; nothing where nobody knows."""
    said = []
    for trouble in troubles:
        if trouble.why == "silent" and not trouble.because:
            continue  # this is what the sentence before says
        since = words.moment(trouble.since, beside=now) if trouble.since else "?"
        clause = words.say(f"why_{trouble.why}", source=outside(trouble.source, 60), since=since)
        if trouble.because:
            clause = words.say("why_quoted", why=clause, because=outside(trouble.because, 160))
        said.append(clause)
    return f" {'; '.join(said)}." if said else ""


def _names(blindness: Blindness, brands: Mapping[str, Brand]) -> str:
    return ", ".join(
        name_of(brands[one]) if one in brands else outside(one) for one in blindness.brands
    )
