"""Every hour, and at the first start of a brand: what X counts."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Event, Thread
from typing import Final

import msgspec
from msgspec import Struct

from agents.ingest.sources.x.connect_log import KeptBytes
from agents.ingest.sources.x.counting.completeness import (
    HOUR,
    Tally,
    completeness,
    hour_of,
    remembered,
)
from agents.ingest.sources.x.counting.request import CountsError, XCounts

log = logging.getLogger(__name__)

SETTLED_S: Final = 600.0
"""After the end of an hour, until all of its posts are found."""
_LOOK_EVERY_S = 30.0


class KnownRatios(Struct):
    """What is kept across restarts: for each brand the ratios of its hours."""

    ratios: dict[str, list[float]] = {}


class Checks:
    """Compares what the stream delivered with what X counts, one hour after the other.

    ``queries`` are those of each brand. Brands of which nothing is ``kept`` are ``new``; where
    nothing is kept at all, ``was_heard`` tells whether there was a run before it was.
    """

    def __init__(
        self,
        counts: XCounts,
        queries: Mapping[str, Sequence[str]],
        tally: Tally,
        *,
        kept: KeptBytes,
        now: Callable[[], datetime],
        was_heard: bool = False,
    ) -> None:
        self.shares: dict[str, float] = {}
        self.counts = counts
        self.queries = queries
        self._tally = tally
        self._kept = kept
        self._now = now
        self._checked = hour_of(now())
        found = _found(kept.load())
        self._known = found or KnownRatios()
        known = queries.keys() if found is None and was_heard else self._known.ratios.keys()
        self.new = tuple(brand for brand in queries if brand not in known)

    def begin(self) -> None:
        """Note that all brands are known from now on."""
        for brand in self.queries:
            self._known.ratios.setdefault(brand, [])
        self._save()

    def look(self) -> None:
        """Compare the hour before this one, if that is to be done and all of it can be counted."""
        hour = hour_of(self._now()) - HOUR
        ended_s = (self._now() - hour - HOUR).total_seconds()
        if hour < self._checked or ended_s < SETTLED_S:
            return
        self._checked = hour + HOUR
        for brand, queries in self.queries.items():
            self._compare(brand, queries, hour)
        self._tally.forget(hour)
        self._save()

    def _compare(self, brand: str, queries: Sequence[str], hour: datetime) -> None:
        heard = self._tally.heard(brand, hour)
        if heard is None:
            self.shares.pop(brand, None)
            return
        try:
            counted = self.counts.within(queries, hour, hour + HOUR)
        except CountsError as error:
            self.shares.pop(brand, None)
            log.warning("X: what was said about %s is not counted: %s", brand, error)
            return
        ratios = self._known.ratios.get(brand, [])
        share = completeness(heard, counted, ratios)
        self._known.ratios[brand] = remembered(ratios, heard, counted)
        if share is None:
            self.shares.pop(brand, None)
            return
        self.shares[brand] = share
        log.info("X delivered %.0f %% of what it counts about %s", 100 * share, brand)

    def _save(self) -> None:
        self._kept.save(msgspec.json.encode(self._known))


class ChecksWatch(Thread):
    """Has the checks look twice a minute."""

    def __init__(self, checks: Checks, *, every_s: float = _LOOK_EVERY_S) -> None:
        super().__init__(name="x-counts", daemon=True)
        self._checks = checks
        self._every_s = every_s
        self._halt = Event()

    def run(self) -> None:
        """Look until halted."""
        while not self._halt.wait(self._every_s):
            try:
                self._checks.look()
            except Exception:
                log.exception("X: an hour could not be compared")

    def halt(self) -> None:
        """Stop looking."""
        self._halt.set()


def _found(raw: bytes | None) -> KnownRatios | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=KnownRatios)
    except msgspec.DecodeError:
        log.warning("What X was found to deliver is unreadable: it is learned anew")
        return None
