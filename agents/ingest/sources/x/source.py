"""The source ``x``: what the filtered stream says, its gaps, and what was recovered of them."""

import logging
import queue
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from agents.deletions.events import gone_in
from agents.ingest.formats.x import v2 as x_v2
from agents.ingest.signs_of_life import SignsOfLife
from agents.ingest.source import Gone, Idle, Lost, Missed, Post, Reached, SourceEvent, Unreadable
from agents.ingest.sources.x.client import SILENCE_S
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.connection import DEFAULT, Ended, Kind, Policy
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.authors import Authors
from agents.ingest.sources.x.money.ladder import Rung
from agents.ingest.sources.x.money.saving import Saver, SaverWatch, rules_for
from agents.ingest.sources.x.money.usage import XUsage
from agents.ingest.sources.x.reader import CAPACITY, XReader
from agents.ingest.sources.x.recovery import Fetching, Recoverer, RecoveryOutcome
from agents.ingest.sources.x.rule_watch import LOOK_EVERY_S, RuleKeeper, RuleWatch
from agents.ingest.sources.x.rules import XRuleBook
from agents.ingest.sources.x.seen import Seen
from agents.ingest.sources.x.signals import (
    Alive,
    Disconnected,
    Overrun,
    RulesBack,
    RulesGone,
    Saving,
    Signal,
    StreamLine,
    StreamOpened,
)
from agents.ingest.sources.x.tags import brands_in, weight_of
from agents.ingest.sources.x.watch import ConnectionWatch
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause, Word
from pipeline.brands import Rule
from pipeline.brands.x_rules import RULES_LIMIT
from schemas.codec import UnreadableError
from schemas.mention import DETAIL_CHARACTERS, Gap
from schemas.mention import Cause as GapCause

log = logging.getLogger(__name__)

OWNER: Final = "tocsin"
_TURN_S: Final = 0.05
_BACKFILLED_WITHIN_S: Final = 60.0
"""A stream that is busy may bring nothing new for so long; then its backfill counts as over."""

_CAUSES: Final[dict[Kind, GapCause]] = {
    "limited": "rate_limit",
    "unpaid": "budget",
    "spent": "budget",
    "saving": "budget",
    "refused": "other",
    "rules": "other",
}
_WORDS: Final[dict[Kind, Word]] = {
    "refused": "source_refused",
    "unpaid": "out_of_money",
    "spent": "out_of_money",
    "rules": "rules_gone",
}
_PARTLY_EVERY: Final = timedelta(seconds=10)
"""While reposts are left out, so much time is stated as incomplete before it is promised."""


class XOptions(NamedTuple):
    """What the contract with X allows, and what the user wants.

    ``owner`` begins the tags of our rules; ``may_change_rules`` allows to put them right.
    ``backfill_minutes`` (Enterprise) is asked for after each gap. ``recover_within_s`` bounds the
    time that a recovery may hold up what comes meanwhile.
    """

    owner: str = OWNER
    may_change_rules: bool = True
    rules_cap: int = RULES_LIMIT
    look_every_s: float = LOOK_EVERY_S
    connections: int = 1
    backfill_minutes: int = 0
    recover_within_s: float = 60.0
    delay_s: float = 7.0
    silence_s: float = SILENCE_S


class _Opening(NamedTuple):
    """A connection that stands, and whose backfill is still to come."""

    at: datetime
    alive_at: datetime
    since: datetime


class XSource:
    """Says what comes from X's filtered stream; threads of its own read it (``XReader``).

    A line that is no post (a message of X, or no JSON) is unreadable, and the stream goes on. A
    post that comes twice is said once. Whatever was missed while no connection stood is fetched
    where ``recoverer`` or the backfill can, and said before the watermark passes it. The position
    is the time up to which everything was seen, and why no more was; the time since then is a gap
    of the next run. ``account`` counts what it costs, and decides what is asked for: a post of a
    sample bears its weight, and time without reposts is stated as incomplete. ``note`` is told
    all that is said. ``lines`` counts what came.
    """

    live = True

    def __init__(
        self,
        name: str,
        bearer_token: str,
        base_url: str,
        rules: Sequence[Rule],
        *,
        options: XOptions = XOptions(),  # noqa: B008 - it cannot change
        connects: ConnectLog | None = None,
        account: Account | None = None,
        note: Callable[[SourceEvent], None] = lambda _event: None,
        recoverer: Recoverer | None = None,
        now: Callable[[], datetime] = utc_now,
        policy: Policy = DEFAULT,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.lines = 0
        self._options = options
        self._recoverer = recoverer
        self._note = note
        self._clock_s = clock_s
        self._now = now
        self._brands = frozenset(rule.tag for rule in rules)
        self._watch = ConnectionWatch(delay_s=options.delay_s)
        self._signs = SignsOfLife(name, clock_s=clock_s)
        self._seen = Seen()
        self._authors = Authors()
        self._openings: dict[int, _Opening] = {}
        self._fetching: Fetching | None = None
        self._conclude: Callable[[RecoveryOutcome], Iterator[SourceEvent]] | None = None
        self._signals: queue.Queue[Signal] = queue.Queue(CAPACITY)
        self.account = account = account or Account(now=now)
        self._partly_since: datetime | None = None
        keeper = RuleKeeper(
            XRuleBook(bearer_token, base_url, timeout_s=options.silence_s),
            rules_for(rules, options.owner, account.rung),
            owner=options.owner,
            tell=self._signals.put,
            now=now,
            may_change=options.may_change_rules,
            cap=options.rules_cap,
        )
        self._rule_watch = RuleWatch(keeper, every_s=options.look_every_s)
        self._saver = Saver(
            account,
            keeper,
            rules,
            owner=options.owner,
            may_change_rules=options.may_change_rules,
            renew=self._renew,
            tell=self._signals.put,
            usage=XUsage(bearer_token, base_url, timeout_s=options.silence_s),
            now=now,
        )
        self._saver_watch = SaverWatch(self._saver)
        connects = connects or ConnectLog()
        self._readers = [
            XReader(
                bearer_token,
                base_url,
                signals=self._signals,
                keeper=keeper,
                connects=connects,
                account=account,
                now=now,
                by=by,
                policy=policy,
                silence_s=options.silence_s,
                backfill=options.backfill_minutes,
                missed_s=self._missed_s,
                on_open=self._rule_watch.wake,
            )
            for by in range(options.connections)
        ]

    def open(self, resume: bytes | None) -> None:
        """Begin to read; the time since an earlier run becomes a gap."""
        self._resume(resume)
        self._rule_watch.start()
        self._saver_watch.start()
        for reader in self._readers:
            reader.start()

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield what X says until ``stop``; what was read before that is not thrown away."""
        for event in self._events(stop):
            self._note(event)
            yield event

    def _events(self, stop: Event) -> Iterator[SourceEvent]:
        while not stop.is_set():
            if self._fetching is not None:
                yield from self._fetched(self._fetching.take(_TURN_S))
                continue
            try:
                signal = self._signals.get(timeout=_TURN_S)
            except queue.Empty:
                for reader in self._readers:
                    if reader.error:
                        raise reader.error from None
                yield Idle()
            else:
                yield from self._said(signal)
        if self._fetching is not None:
            return  # its gap is where the position stands, and the next run's
        for _ in range(self._signals.qsize()):
            yield from self._said(self._signals.get_nowait())

    def position(self) -> bytes | None:
        """Return up to when everything was seen, in ISO 8601, and why no more was."""
        complete_to = self._watch.complete_to
        if complete_to is None:
            return None
        parts = (complete_to.isoformat(), self._watch.cause, self._watch.detail)
        return " ".join(parts).rstrip().encode()

    def health(self) -> Cause | None:
        """Return for how long X was not heard, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Stop reading."""
        if self._fetching is not None:
            self._fetching.halt()
        self._rule_watch.halt()
        self._saver_watch.halt()
        for reader in self._readers:
            reader.halt()
        self.account.close()

    def _resume(self, kept: bytes | None) -> None:
        complete_to, cause, detail = _kept(kept)
        self._watch = ConnectionWatch(
            delay_s=self._options.delay_s, complete_to=complete_to, cause=cause, detail=detail
        )
        if not self.account.rung.has_reposts:
            self._partly_since = complete_to or self._now()

    def _renew(self, rung: Rung) -> None:
        for reader in self._readers:
            reader.renew(rung)

    def _missed_s(self) -> float | None:
        """For how long nothing was heard; None where nothing ever was. From any thread."""
        complete_to = self._watch.complete_to
        return None if complete_to is None else (self._now() - complete_to).total_seconds()

    def _said(self, signal: Signal) -> Iterator[SourceEvent]:
        match signal:
            case StreamLine():
                yield from self._came(signal)
            case Alive(at, by):
                self._heard()
                self._watch.alive(at, by)
                yield from self._backfilled(by, at, at)
                yield from self._reached()
            case StreamOpened(at, by, backfill_s):
                self._heard()
                yield from self._stands(at, by, timedelta(seconds=backfill_s))
            case Disconnected(ended, by, is_hopeless):
                yield from self._ended(ended, by, is_hopeless=is_hopeless)
            case RulesGone(since, detail):
                self._watch.blinded(since - self._watch.delay, f"rules: {detail}")
                self._signs.lost(detail, "rules_gone")
                yield Lost()
            case RulesBack(at):
                self._signs.heard()
                gap = self._watch.gap_if_sighted(at)
                yield from self._recover(gap, lambda: self._watch.sighted(at))
            case Saving(at, has_reposts, _):
                yield from self._partly(at)
                self._partly_since = None if has_reposts else self._partly_since or at
            case Overrun(lines, first, last):
                detail = f"{lines} lines came faster than they could be published"
                start = first - self._watch.delay
                yield Missed(Gap(start=start, end=last, cause="overload", detail=detail), lines)

    def _heard(self) -> None:
        """Note a sign of life; without its rules a connection stands, and delivers nothing."""
        if not self._watch.is_blind:
            self._signs.heard()

    def _came(self, line: StreamLine) -> Iterator[SourceEvent]:
        self._heard()
        self._watch.alive(line.at, line.by)
        newest = None
        for event in self._in_line(line.raw):
            yield event
            if isinstance(event, Post):
                newest = event.mention.created_at
        yield from self._backfilled(line.by, line.at, newest)
        yield from self._reached()

    def _stands(self, at: datetime, by: int, backfill: timedelta) -> Iterator[SourceEvent]:
        """A connection stands: what was missed before it is said or fetched first."""
        gap = self._watch.gap_before(at)
        if gap is not None and backfill:
            self._openings[by] = _Opening(at, at, at - backfill)
            return
        yield from self._recover(gap, lambda: self._watch.opened(at, by))

    def _backfilled(self, by: int, at: datetime, newest: datetime | None) -> Iterator[SourceEvent]:
        """See whether the backfill of a connection is over: older posts come before newer ones."""
        opening = self._openings.get(by)
        if opening is None:
            return
        opening = self._openings[by] = opening._replace(alive_at=at)
        is_late = (at - opening.at).total_seconds() >= _BACKFILLED_WITHIN_S
        if not is_late and (newest is None or newest < opening.at):
            return
        del self._openings[by]

        def conclude() -> Gap | None:
            gap = self._watch.opened(opening.at, by)
            self._watch.alive(opening.alive_at, by)
            return gap

        gap = self._watch.gap_before(opening.at)
        yield from self._recover(gap, conclude, backfilled_since=opening.since)

    def _recover(
        self,
        gap: Gap | None,
        conclude: Callable[[], Gap | None],
        *,
        backfilled_since: datetime | None = None,
    ) -> Iterator[SourceEvent]:
        """Fetch a gap, as far as nothing has filled it, and say what became of it.

        ``conclude`` notes that the stream is heard again, and returns the gap. Until then the
        position stays where it was, so that a crash meanwhile loses nothing without a word.
        """

        def concluded(outcome: RecoveryOutcome) -> Iterator[SourceEvent]:
            gap = conclude()
            if gap is not None:
                yield from map(Missed, _parts(gap, outcome, backfilled_since))
            yield from self._reached()

        end = gap.end if gap and backfilled_since is None else backfilled_since
        if gap is None or end is None or end <= gap.start or self._recoverer is None:
            yield from concluded(RecoveryOutcome("none", gap.end if gap else self._now()))
            return
        self._conclude = concluded
        self._fetching = self._fetch(self._recoverer, msgspec.structs.replace(gap, end=end))

    def _fetch(self, recoverer: Recoverer, gap: Gap) -> Fetching:
        return Fetching(
            recoverer, gap, most_s=self._options.recover_within_s, clock_s=self._clock_s
        )

    def _fetched(self, found: bytes | RecoveryOutcome | None) -> Iterator[SourceEvent]:
        if isinstance(found, RecoveryOutcome):
            conclude, self._fetching, self._conclude = self._conclude, None, None
            if conclude is not None:
                yield from conclude(found)
        elif found is not None:
            self._signs.heard()
            yield from self._in_line(found)
        else:
            yield Idle()

    def _ended(self, ended: Ended, by: int, *, is_hopeless: bool) -> Iterator[SourceEvent]:
        self._openings.pop(by, None)
        detail = f"{ended.short}: {ended.detail}" if ended.status else ended.detail
        if gap := self._watch.lost(_CAUSES.get(ended.kind, "disconnect"), detail, by):
            yield Missed(gap)
        if self._watch.is_heard:
            return
        has_word = is_hopeless or ended.kind == "rules"
        if has_word:
            self._signs.lost(ended.detail or ended.short, _WORDS.get(ended.kind))
        else:
            self._signs.lost(ended.short)
        yield Lost()

    def _in_line(self, raw: bytes) -> Iterator[SourceEvent]:
        self.lines += 1
        if gone := gone_in(raw):
            for kind, subject, cause in gone:
                self._authors.forget(subject)
                yield Gone(kind, subject, cause)
            return
        try:
            mentions = x_v2.parse(raw)
        except UnreadableError as error:
            log.warning("X sent no post: %s", error)
            yield Unreadable(raw, f"{self.name}:{self.lines}", error.reason, error.detail)
            return
        tags = _tags_in(raw)
        brands = [brand for brand in self._brands_in(tags) if brand in self._brands]
        weight = weight_of(tags, self._options.owner)
        for mention in {one.id: one for one in mentions}.values():
            if self._seen.add(mention.id):
                author = self._authors.known(mention.author)
                for brand in brands or ("",):
                    yield Post(
                        msgspec.structs.replace(mention, brand=brand, weight=weight, author=author)
                    )

    def _brands_in(self, tags: Sequence[str]) -> list[str]:
        """Brands whose rules matched; none where only rules of others did: the text decides."""
        owner = self._options.owner
        return list(dict.fromkeys(brand for tag in tags for brand in brands_in(tag, owner)))

    def _reached(self) -> Iterator[SourceEvent]:
        watermark = self._watch.watermark
        if watermark is None:
            return
        if self._partly_since is not None:
            if watermark - self._partly_since < _PARTLY_EVERY:
                return  # no promise before it is said what lacks
            yield from self._partly(watermark)
        yield Reached(watermark)

    def _partly(self, until: datetime) -> Iterator[SourceEvent]:
        """Say that reposts are left out, up to now."""
        since = self._partly_since
        if since is None or until <= since:
            return
        self._partly_since = until
        yield Missed(
            Gap(
                start=since,
                end=until,
                cause="budget",
                recovered="originals_only",
                detail="reposts are left out to save money",
            )
        )


class _Tagged(Struct, frozen=True):
    tag: str | None = None


class _Matched(Struct, frozen=True):
    matching_rules: tuple[_Tagged, ...] | None = None


_decode_matched = msgspec.json.Decoder(_Matched).decode


def _tags_in(raw: bytes) -> list[str]:
    try:
        return [rule.tag or "" for rule in _decode_matched(raw).matching_rules or ()]
    except msgspec.DecodeError:
        return []


def _parts(gap: Gap, outcome: RecoveryOutcome, backfilled_since: datetime | None) -> Iterator[Gap]:
    """A gap in parts, each with what was recovered of it."""
    replace = msgspec.structs.replace
    end = min(max(backfilled_since or gap.end, gap.start), gap.end)
    since = max(min(outcome.since, end), gap.start) if outcome.recovered != "none" else end
    detail = "; ".join(filter(None, (gap.detail, outcome.detail)))[:DETAIL_CHARACTERS]
    if gap.start < since or gap.start == gap.end:
        yield replace(gap, end=since, detail=detail)
    if since < end:
        yield replace(gap, start=since, end=end, recovered=outcome.recovered)
    if end < gap.end:
        yield replace(gap, start=end, recovered="full")


def _kept(position: bytes | None) -> tuple[datetime | None, GapCause, str]:
    """Return the time that an earlier run kept, and what ended it; None if it cannot be read."""
    if position is None:
        return None, "restart", ""
    try:
        time, _, why = position.decode().partition(" ")
        at = datetime.fromisoformat(time)
        cause, _, detail = why.partition(" ")
        known: GapCause = msgspec.convert(cause or "restart", GapCause)
    except (ValueError, msgspec.ValidationError):
        log.warning("The position kept is unreadable: what was missed since is not known")
        return None, "restart", ""
    return (at if at.tzinfo else None), known, detail
