"""The judge of one brand: buckets in, transitions out. Pure, deterministic, exact to resume."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from pipeline.apart import NEW_FOR_S
from pipeline.detection.baseline.loudness import LoudnessMonitor
from pipeline.detection.detector.detector import Detector, Look
from pipeline.detection.detector.levels import Why
from pipeline.detection.feedback.handling import acknowledge, reopen, snooze, wake
from pipeline.detection.incident.assessment import assess
from pipeline.detection.incident.dismissal import why_harmless
from pipeline.detection.incident.episode import Episode, is_blind, unseen_s
from pipeline.detection.incident.finding import bar_of, found, voices_of
from pipeline.detection.incident.lifecycle import Pulse, advance, begin, ring
from pipeline.detection.incident.replies import rate, replies_since
from pipeline.detection.incident.rise import level_before, onset_of
from pipeline.detection.incident.transition import (
    Identity,
    Moment,
    course,
    identity,
    transition,
    utc,
)
from pipeline.detection.lighten import written
from pipeline.detection.past import measure, recall
from pipeline.detection.patterns.library import Library, load_library
from pipeline.detection.reasons import (
    FEEDBACK_RULES,
    WATCH_RULES,
    FeedbackRule,
    notice_rule,
    ring_rule,
)
from pipeline.detection.state import JudgeState
from pipeline.detection.window.recent import BLOCK_S, MINUTE_S, MINUTES_KEPT_S
from pipeline.detection.window.rows import nothing_of, row_of
from pipeline.forecast import project
from schemas.brand import Brand
from schemas.bucket import MOST_WATCHED, Bucket, Watched, WatchKind
from schemas.codec import UnreadableError
from schemas.feedback import Feedback
from schemas.incident import MOST_RINGS, Projection, Ring, State, Transition
from schemas.mention import ALL_BRANDS

TEN_MINUTES_S: Final = 600
HOUR_S: Final = 3600
UNSEEN_S: Final = 300
"""More than this unseen in the last hour, and no projection is made."""
REFRESH_S: Final = 300
"""How often the judgement of an incident that has rung is renewed."""
RESTATE_S: Final = 600
"""After so long without a word, the figures of what is under way are stated anew."""
REOPEN_S: Final = 24 * 3600
"""An incident that ended so recently is reopened rather than followed by another one."""
WATCHED_EVERY_S: Final = 3600
"""What the watch list tells is worth a quiet line so often at most."""

_decode = msgspec.json.Decoder(JudgeState).decode


class Judge:
    """Judges what is said about ``brand`` from its buckets of ``width_s`` seconds.

    ``library``: the reference episodes; without it, those that Tocsin ships. ``apart``: the one
    network that is judged, where each is on its own.
    """

    def __init__(
        self, brand: Brand, *, width_s: int, library: Library | None = None, apart: str = ""
    ) -> None:
        self.brand = brand
        self.apart = apart
        self.width_s = width_s
        self.library = library if library is not None else load_library()
        self._volume = LoudnessMonitor(width_s=width_s)
        self._state = JudgeState()
        self._detector = Detector(state=self._state.detector)

    @classmethod
    def load(
        cls,
        raw: bytes,
        brand: Brand,
        *,
        width_s: int,
        library: Library | None = None,
        apart: str = "",
    ) -> "Judge":
        """Go on from ``dump``; nothing tells that there was an interruption.

        Raises:
            ValueError: if ``raw`` is no such state, or one of another version or width.
        """
        judge = cls(brand, width_s=width_s, library=library, apart=apart)
        judge._state = _decode(raw)
        judge._detector = Detector(state=judge._state.detector)
        if judge._state.volume:
            judge._volume.load(judge._state.volume)
        return judge

    def dump(self) -> bytes:
        """The state as JSON; long names are forgotten where it would be too large to keep."""
        self._state.volume = self._volume.dump()
        return written(self._state)

    @property
    def active(self) -> bool:
        """Whether something is under way, so that the passing of time matters."""
        return self._state.episode is not None or bool(self._state.watched)

    def update(self, bucket: Bucket) -> list[Transition]:
        """Take the next bucket of the brand, or the clock of its partition (brand ``*``).

        A bucket that is not after the last one is a second copy and changes nothing, unless it is a
        revision: then it takes the place of what it was, and the next look is at what it says now.
        What was said before stands. Counts of the past teach what volume is usual, nothing else;
        what a network says that is new teaches what is usual once it joins.

        Raises:
            HistoryError: if a count of the past comes too late or is none.
        """
        state = self._state
        if bucket.brand == ALL_BRANDS:
            return self._pass_until(state.passed_until_s(bucket))
        if bucket.apart != self.apart:
            state.networks.meet(bucket, voices_of(bucket))
            return []
        if bucket.is_history:
            if recall(state, self._volume, bucket):
                start_s = int(bucket.start.timestamp())
                self._detector.recall(start_s, start_s + bucket.width_s, bucket.weighted)
            return []
        start_s = int(bucket.start.timestamp())
        if bucket.revision and state.first_s >= 0:
            return self._revise(bucket, start_s)
        if start_s <= state.start_s:
            return []
        for gap in bucket.gaps:
            self._detector.miss(int(gap.start.timestamp()), int(gap.end.timestamp()))
        self._hear(bucket, start_s)
        changes = self._pass_until(start_s)
        state.start_s = start_s
        state.now_s = max(state.now_s, start_s + self.width_s)
        state.sources = (*bucket.sources, *bucket.blind, *bucket.quarantined)
        self._take(bucket, start_s)
        return changes

    def apply_feedback(self, said: Feedback) -> list[Transition]:
        """Apply what a person said about an incident; return the step that tells what came of it.

        It takes effect at the judge's own event time. A second copy changes nothing; labels and
        notes are not for the judge. What is refused changes nothing, either.

        Raises:
            UnreadableError: ``unknown_incident``, ``incident_over``, or ``invalid`` for a snooze
                without a usable end.
        """
        state = self._state
        feedback, now_s, episode, who = state.feedback, state.now_s, state.episode, state.identity
        if said.kind in {"label", "note"} or said.id in feedback.heard:
            return []
        named = who is not None and who.incident == said.incident
        if who is None or episode is None or not named:
            told = feedback.afterwards(said, now_s)
        elif said.kind == "false_alarm":
            feedback.discount = feedback.discount.after_false_alarm(who.rang_as, now_s)
            over: State = "resolved" if who.rung_s else "dismissed"
            told = self._say(episode, now_s, over, "false_alarm", said)
            self._end(now_s)
        elif said.kind == "missed":
            if who.rung_s:
                raise UnreadableError("invalid", f"missed by {said.by}: {who.incident} did ring")
            feedback.discount = feedback.discount.after_missed(now_s)
            told = self._say(episode, now_s, episode.state, "missed", said)
        else:
            severity = episode.verdict.severity
            if said.kind == "ack":
                who.handling = acknowledge(who.handling, said, severity)
            else:
                who.handling = snooze(who.handling, said, severity, now_s)
            reason: FeedbackRule = "acknowledged" if said.kind == "ack" else "snoozed"
            told = self._say(episode, now_s, episode.state, reason, said)
        if named and told.reason == "false_alarm":
            state.identity = None  # what comes next is another incident, not this one again
        feedback.remember(said)
        return [told]

    def _revise(self, bucket: Bucket, start_s: int) -> list[Transition]:
        """Let a revision take the place of what was taken of its bucket, if it is newer.

        What is usual was learned of the minutes, and learns of the late posts in those to come; of
        blocks it is learned an hour later, as they are then.
        """
        state = self._state
        recent, end_s = state.recent, start_s + self.width_s
        known = recent.row(start_s)
        if start_s < recent.revisable_from_s or (known and known.revision >= bucket.revision):
            return []
        for gap in bucket.gaps:
            self._detector.miss(int(gap.start.timestamp()), int(gap.end.timestamp()))
        changes = self._pass_until(start_s)
        state.start_s = max(state.start_s, start_s)
        state.now_s = max(state.now_s, end_s)
        before = known or nothing_of(start_s)
        row = row_of(bucket, voices_of(bucket), start_s, blind=is_blind(bucket))
        told = {watched for one in recent.rows for watched in one.watched}
        recent.revise(bucket, row)
        if bucket.mentions:
            state.said_s = max(state.said_s, end_s)
        if start_s >= state.history_until_s:
            self._volume.late(row.weighted - before.weighted, row.written - before.written)
            self._detector.revise(start_s, row.beyond(before), voices_of(bucket))
        if state.episode is not None and end_s > state.episode.onset_s:
            state.episode.revise(row, before, bucket, end_s)
        if news := [one for one in bucket.watched if one not in told]:
            self._watch(news)
        return changes

    def _hear(self, bucket: Bucket, start_s: int) -> None:
        """Let what is usual follow the networks that come, fall silent and go."""
        state = self._state
        networks = state.networks
        for times, newcomer in networks.changes(bucket):
            grown = self._detector.grow(times, newcomer.voices, NEW_FOR_S)
            hours = NEW_FOR_S / HOUR_S
            self._volume.grow(times, newcomer.mentions / hours, newcomer.written / hours)
            state.baseline.grow(grown)
        for share in networks.silent.values():
            if 0.0 < share < 1.0:
                self._detector.miss(start_s, start_s + self.width_s, share)
        networks.learn(bucket, start_s)

    def _take(self, bucket: Bucket, start_s: int) -> None:
        """Count the bucket everywhere it counts."""
        state, episode = self._state, self._state.episode
        if state.first_s < 0:
            state.first_s = start_s
        blind, voices = is_blind(bucket), voices_of(bucket)
        incident = episode is not None and episode.life.state != "noticed"
        measure(state, self._volume, bucket, frozen=blind or incident)
        if bucket.mentions:
            state.said_s = state.now_s
        if start_s >= state.history_until_s:
            self._detector.take(start_s, voices, bucket.reading)
        row = row_of(bucket, voices, start_s, blind=blind)
        for block in state.recent.add(bucket, row):
            if block.blind or episode is not None or block.start_s < state.ended_s:
                state.baseline.skip(block.start_s + BLOCK_S)
            else:
                state.baseline.learn(block)
        if episode is not None:
            episode.add(bucket, state.now_s)
        if bucket.watched:
            self._watch(bucket.watched)

    def _watch(self, watched: Sequence[Watched]) -> None:
        """Take what the watch list told: it is said at the next look, which has the figures."""
        state = self._state
        if state.episode is not None:
            state.episode.watch(watched)
        elif state.watched or state.now_s - state.watched_s >= WATCHED_EVERY_S:
            state.watched_s = state.now_s
            state.watched = (*state.watched, *watched)[-MOST_WATCHED:]
            self._detector.keep_watch(state.now_s)

    def _begin(self, now_s: int) -> Episode:
        """Begin an episode noticed now, dated back to where its rise began."""
        state = self._state
        from_s = max(state.first_s, state.ended_s)
        onset = onset_of(state.recent, now_s, not_before_s=from_s, negative=True)
        since_s = onset.at_s - onset.at_s % BLOCK_S
        level = level_before(
            onset,
            from_s=max(from_s, now_s - MINUTES_KEPT_S),
            usual_per_hour=state.loudness.usual_per_hour,
            hours=state.baseline.hours,
        )
        episode = Episode(
            onset_s=onset.at_s,
            before=level.before,
            level=level.mean_hour,
            life=begin(now_s, onset.at_s),
            mentions=state.recent.mentions_between(onset.at_s, now_s),
            drivers=state.recent.window(since_s).top_k,
            influence=state.recent.influence(since_s),
            stories=state.recent.stories.since(onset.at_s),
            cell_s=now_s,
            learning=not state.baseline.acquainted,
            remembered=state.history_until_s > 0 and not state.baseline.acquainted,
            noticed_s=now_s,
            networks=state.recent.networks_since(onset.at_s),
        )
        state.minute_s = now_s - now_s % MINUTE_S + MINUTE_S
        state.episode = episode
        self._identify(episode, now_s)
        episode.watch(state.watched)
        state.watched = ()
        return episode

    def _see(self, seen: Look) -> list[Transition]:
        """What a look of the detector leads to."""
        state, step, now_s = self._state, seen.step, seen.at_s
        episode, watched = state.episode, state.watched
        if episode is None and step.why is None and not watched:
            return []
        if episode is None:
            episode = self._begin(now_s)
        episode.found = found(seen, self._detector.bar)
        nearer = not episode.rung and episode.found.short <= episode.nearest.short
        if step.why is not None or nearer:
            self._look(episode, now_s)
        if nearer:
            episode.nearest, episode.likeness = episode.found, episode.verdict
        if step.over:
            closed = self._close(episode, now_s)
            begun = seen._replace(step=step._replace(over=False))
            return [closed, *(self._see(begun) if step.why is not None else [])]
        if step.why is None:
            return [self._notice_watched(episode, now_s, watched[0].kind)] if watched else []
        if step.level == "heads_up":
            return [self._notice(episode, now_s, step.why)]
        if episode.rung:
            return [self._ring_again(episode, now_s)]
        return [self._ring(episode, now_s, step.why)]

    def _notice(self, episode: Episode, now_s: int, why: Why) -> Transition:
        """Write a quiet line."""
        rule = notice_rule(why, again=self._who.rung_s > 0)
        return self._say(episode, now_s, "noticed", rule)

    def _notice_watched(self, episode: Episode, now_s: int, kind: WatchKind) -> Transition:
        """Write a quiet line of what the watch list told."""
        episode.by_watch = True
        return self._say(episode, now_s, "noticed", WATCH_RULES[kind])

    def _notice_unseen(self, now_s: int) -> list[Transition]:
        """The same where there was no look: in its first hours nothing of a brand is rare yet."""
        watched = self._state.watched
        if not watched:
            return []
        episode = self._begin(now_s)
        self._look(episode, now_s)
        return [self._notice_watched(episode, now_s, watched[0].kind)]

    def _identify(self, episode: Episode, now_s: int) -> None:
        """Make the incident of a new episode, unless it is one again that has just ended."""
        who = self._state.identity
        if who is None or now_s - who.ended_s > REOPEN_S:
            who = self._state.identity = identity(self.brand.id, episode.onset_s, self.apart)
            who.noticed_s = now_s

    @property
    def _who(self) -> Identity:
        """The incident of the episode under way."""
        who = self._state.identity
        if who is None:  # pragma: no cover - an episode begins with its identity
            raise RuntimeError("an episode without identity")
        return who

    def _ring(self, episode: Episode, now_s: int, why: Why) -> Transition:
        """Wake people for the first time."""
        state = self._state
        episode.life = ring(episode.life, self._pulse(episode, now_s))
        self._date(episode, now_s)
        who = self._who
        self._wake(episode, now_s)
        if who.ended_s:
            reopen(who, episode.verdict.severity, now_s)
            who.ended_s = 0
            state.feedback.back(who.incident)
            return self._say(episode, now_s, "reopened", "renewed")
        who.rung_s = now_s
        who.rang_as = next((one.episode for one in episode.verdict.nearest), "")
        rule = ring_rule(why, learning=episode.learning, remembered=episode.remembered)
        return self._say(episode, now_s, "open", rule)

    def _ring_again(self, episode: Episode, now_s: int) -> Transition:
        """Wake people once more: something larger has begun."""
        self._wake(episode, now_s)
        return self._say(episode, now_s, "escalating", "larger")

    def _wake(self, episode: Episode, now_s: int) -> None:
        rings = self._who.rings
        rings.append(Ring(at=utc(now_s), severity=episode.found.severity))
        del rings[:-MOST_RINGS]

    def _close(self, episode: Episode, now_s: int) -> Transition:
        """End an episode: for hours nothing was rare."""
        if self._who.rung_s:
            episode.life = replace(episode.life, state="over")
            said = self._say(episode, now_s, "resolved", "back_to_normal")
        else:
            nearest = episode.nearest.sighting
            if nearest is None:  # pragma: no cover - whatever was noticed was looked at
                raise RuntimeError("an episode that nobody looked at")
            rule = why_harmless(nearest, learning=episode.learning, watched=episode.by_watch)
            said = self._say(episode, now_s, "dismissed", rule)
        self._end(now_s)
        return said

    def _date(self, episode: Episode, now_s: int) -> None:
        """Find the onset anew: now that it is a crisis, the rise of what is negative tells best."""
        state = self._state
        onset = onset_of(
            state.recent,
            now_s,
            not_before_s=max(state.first_s, state.ended_s),
            negative=True,
        )
        # Drivers and mentions were gathered from the first estimate on.
        episode.onset_s = max(episode.onset_s, onset.at_s)
        episode.replies = replies_since(state.recent, episode.onset_s, now_s)

    def _look(self, episode: Episode, now_s: int) -> None:
        """Explain what goes on by what it is like."""
        state = self._state
        weights = state.feedback.discount.weights(now_s)
        library = self.library.trusting(weights) if weights else self.library
        seen = assess(episode, state.recent, state.baseline, library=library, now_s=now_s)
        episode.looked_s = now_s
        if seen is not None:
            episode.verdict = seen
        else:  # too little to compare with the library; what the detector found stands all the same
            episode.verdict.evidence = episode.found.evidence
            episode.verdict.severity = episode.found.severity

    def _pass_until(self, until_s: int) -> list[Transition]:
        """Let time pass: looks of the detector, and the life of the episode minute by minute."""
        state = self._state
        changes: list[Transition] = []
        self._detector.bar = bar_of(self.brand, state.feedback.discount.margin(state.now_s))
        while True:
            look_s, minute_s = self._detector.next_s, state.minute_s
            if look_s <= until_s and (state.episode is None or look_s <= minute_s):
                state.now_s = max(state.now_s, int(look_s))
                for seen in self._detector.come_to(int(look_s)):
                    changes += self._see(seen)
                changes += self._notice_unseen(int(look_s))
            elif state.episode is not None and minute_s <= until_s:
                state.now_s = max(state.now_s, minute_s)
                state.minute_s += MINUTE_S
                changes += self._live(state.episode, minute_s)
            else:
                break
        state.now_s = max(state.now_s, until_s)
        return changes

    def _live(self, episode: Episode, now_s: int) -> list[Transition]:
        """What the life of the episode makes of a full minute."""
        state = self._state
        changes: list[Transition] = []
        pulse = self._pulse(episode, now_s)
        episode.replies.pace(pulse.rate)
        if now_s - episode.looked_s >= REFRESH_S and now_s - state.said_s < HOUR_S:
            self._look(episode, now_s)
        if not episode.rung:
            return self._restated(episode, now_s)
        rule = wake(self._who, episode.verdict.severity, now_s)
        if rule:
            changes.append(self._say(episode, now_s, episode.state, rule))
        life, change = advance(episode.life, pulse)
        if change is not None and change.state == "fading" and self._grows(episode, now_s):
            return changes or self._restated(episode, now_s)
        episode.life = life
        if change is not None:
            changes.append(self._say(episode, now_s, change.state, change.rule))
            if episode.life.state == "over":
                self._end(now_s)
        return changes or self._restated(episode, now_s)

    def _restated(self, episode: Episode, now_s: int) -> list[Transition]:
        """State the figures anew where they were last stated a while ago; nothing is decided."""
        if now_s - episode.told_s < RESTATE_S:
            return []
        return [self._say(episode, now_s, episode.told, episode.reason, refreshed=True)]

    def _grows(self, episode: Episode, now_s: int) -> bool:
        """Whether the projection says that it goes on growing: then nobody calls it fading."""
        to_come = self._project(episode, now_s)
        return to_come is not None and to_come.growing

    def _end(self, now_s: int) -> None:
        state = self._state
        state.episode = None
        state.ended_s = now_s

    def _say(
        self,
        episode: Episode,
        now_s: int,
        to: State,
        reason: str,
        by: Feedback | None = None,
        *,
        refreshed: bool = False,
    ) -> Transition:
        """The next transition of the incident under way; ``reason`` is the rule that decided."""
        state, who = self._state, self._who
        moment = self._moment(now_s)
        said = transition(
            moment,
            episode,
            episode.likeness if to == "dismissed" else episode.verdict,
            who=who,
            state=to,
            reason=reason,
            projection=self._project(episode, now_s),
            refreshed=refreshed,
        )
        episode.told_s, episode.told = now_s, to
        if reason not in FEEDBACK_RULES:
            episode.reason = reason
        said = state.feedback.beside(said, by, now_s)
        who.seq += 1
        if to == "resolved":
            who.ended_s = now_s
            who.mentions += episode.mentions
            state.feedback.over(said, who.rang_as)
        elif to == "dismissed":
            state.feedback.over(said, "")
            state.identity = None
        return said

    def _project(self, episode: Episode, now_s: int) -> Projection | None:
        """What is to come; a gap in the last hour would pass for a fall."""
        if unseen_s(episode.gaps, now_s - HOUR_S, now_s) > UNSEEN_S:
            return None
        state = self._state
        return project(
            state.recent.course(now_s), usual_per_minute=state.loudness.usual_per_hour / 60
        )

    def _moment(self, now_s: int) -> Moment:
        state = self._state
        until_s = now_s + -now_s % MINUTE_S
        return Moment(
            brand=self.brand.id,
            now_s=now_s,
            last_10_min=self._last(TEN_MINUTES_S, now_s),
            last_hour=self._last(HOUR_S, now_s),
            originals_last_hour=state.recent.originals_between(until_s - HOUR_S, until_s),
            usual=state.loudness,
            rate=self._rate(now_s),
            course=course(state.recent.course(now_s), now_s - now_s % MINUTE_S),
            apart=self.apart,
        )

    def _pulse(self, episode: Episode, now_s: int) -> Pulse:
        return Pulse(
            now_s=now_s,
            rate=self._rate(now_s),
            rate_hour=float(self._last(HOUR_S, now_s)),
            usual=max(episode.before * 60, self._state.loudness.usual_per_hour),
            replied_s=episode.replied_s,
        )

    def _rate(self, now_s: int) -> float:
        """Mentions an hour, the newest minute included."""
        return rate(self._state.recent, now_s + -now_s % MINUTE_S)

    def _last(self, length_s: int, now_s: int) -> int:
        """Mentions of the last so many seconds, in whole minutes, the newest one included."""
        until_s = now_s + -now_s % MINUTE_S
        return self._state.recent.mentions_between(until_s - length_s, until_s)
