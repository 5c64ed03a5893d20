"""The judge of one brand with its journal, so that it survives a crash.

A judge's state is larger than a bucket. So a record costs one write of itself, as an entry, and
every ``RECORDS_PER_CHECKPOINT`` records one of the whole state in its place. Buckets and feedback
come from two topics, each with offsets of its own: the order in which they were applied is that of
the slots, which are taken one after another from the first one.
"""

from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from pipeline.deletions.records import bucket_without, posts_in_bucket, transition_without
from pipeline.deletions.to_forget import ToForget
from pipeline.detection.judge import Judge
from pipeline.detection.past import HistoryError
from pipeline.detection.patterns.library import Library
from pipeline.detection.state import JudgeState
from pipeline.state.header import Header, layout_of
from pipeline.state.journal import Journal
from schemas.brand import Brand
from schemas.bucket import Bucket, Example, Influencer, Story, StoryPost, Voices
from schemas.codec import Decoder, UnreadableError, encode
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.topics import JUDGE_TABLE

RECORDS_PER_CHECKPOINT = 16

_bucket = Decoder(Bucket)
_feedback = Decoder(Feedback)
_transition = Decoder(Transition)


class UnsayableError(RuntimeError):
    """A transition that is beyond the bounds of its own schema."""


class _Applied(Struct, array_like=True):
    """An entry: a record that was applied, as it came."""

    offset: int
    record: Raw
    feedback: bool = False


class _Checkpoint(Struct, array_like=True):
    """The state of a judge, and the offsets of the newest bucket and of the newest feedback."""

    offset: int
    judge: Raw
    unsent: list[Transition] = field(default_factory=list)
    heard: int = -1


def _likeness() -> bytes:
    at = datetime(2024, 3, 4, 17, tzinfo=UTC)
    story = Story(
        id="1709510625-1",
        started_s=1709510625,
        about=("nothing", "special"),
        texts=18,
        voices=1,
        negative=18,
        languages=(("en", 18),),
        growth=2.45,
        coherence=1.0,
        first=StoryPost(id="6", handle="6", at_s=1709510625),
        strongest=StoryPost(id="86", handle="86", at_s=1709514225, text="https://t.co/ the "),
    )
    example = Example(
        id="1366",
        handle="1366",
        followers=0,
        created_at=at,
        kind="repost",
        text="",
        p_negative=0.585,
        wording="947c406e",
        lang="en",
    )
    bucket = Bucket(
        brand="",
        start=at,
        width_s=10,
        watermark=at,
        mentions=1,
        weighted=1.0,
        originals=1,
        neutral=1,
        p_negative_sum=0.585,
        authors=1,
        new_authors=1,
        languages=(("en", 1),),
        hashtags=(("", 1),),
        links=(("https://", 1),),
        handles=(("", 1),),
        terms=(("nothing", 1), ("special", 1)),
        loudest=(("1366", 1),),
        reposted=(("1366", 1),),
        influencers=(Influencer(handle="1366", posts=1, followers=1, reposts=1),),
        compared=1,
        examples=(example,),
        stories=(story,),
        sources=("bluesky", "mastodon", "x"),
        voices=Voices(texts=1000, hostile=46, p_positive=70),
        model="tocsin-tweets+a72b9bb8",
    )
    return encode(_Applied(1382, Raw(encode(bucket))))


LIKENESS: Final = _likeness()
"""An entry like many others, made up: what most of them have in common (``pipeline.state.packed``).

It is never stored."""

STORED: Final = (_Checkpoint, _Applied, JudgeState, Bucket, Feedback)

_read_applied = msgspec.json.Decoder(_Applied).decode
_read_state = msgspec.json.Decoder(JudgeState).decode
_read_checkpoint = msgspec.json.Decoder(_Checkpoint).decode


def judge_header(width_s: int) -> Header:
    """The header of a partition's state, as this code writes it."""
    return Header(table=JUDGE_TABLE, width_s=width_s, layout=layout_of(STORED))


def forget(journal: Journal, gone: ToForget) -> int:
    """Write anew whatever of a journal holds what is to be forgotten; return how many records did.

    Also what lies in a free slot: nobody needs it, but it is there. No count moves.
    """
    raw_checkpoint, entries = journal.checkpoint(), journal.entries()
    held = [*entries.values(), *([] if raw_checkpoint is None else [raw_checkpoint])]
    if not any(map(gone.is_in, held)):
        return 0
    changed = 0
    applied = {slot: _read_applied(raw) for slot, raw in entries.items()}
    buckets = {
        slot: _bucket.decode(bytes(one.record)) for slot, one in applied.items() if not one.feedback
    }
    gone = gone.and_more(
        set[str]().union(*(posts_in_bucket(bucket, gone) for bucket in buckets.values()))
    )
    if raw_checkpoint is not None:
        state = _read_checkpoint(raw_checkpoint)
        judge = _read_state(state.judge)
        gone = gone.and_more(judge.posts_by(gone))
        judge.forget(gone)
        state.judge = Raw(encode(judge))
        state.unsent = [transition_without(one, gone) for one in state.unsent]
        raw = encode(state)
        if raw != raw_checkpoint:
            journal.rewrite(None, raw)
            changed += 1
    for slot, bucket in buckets.items():
        without = bucket_without(bucket, gone)
        if without is not bucket:
            one = applied[slot]
            journal.rewrite(slot, encode(_Applied(one.offset, Raw(encode(without)))))
            changed += 1
    return changed


class JudgeStep(NamedTuple):
    """What a record leads to, worked out and not yet written.

    ``raw``: the bytes of an entry, or of a checkpoint in its place.
    """

    transitions: list[Transition]
    raw: bytes
    is_checkpoint: bool


class BrandJudge:
    """The judge of ``brand`` as its ``journal`` left it. ``apart``: as of ``Judge``.

    ``unsent``: transitions that Kafka has not acknowledged, by incident and number. Where a record
    fails half-way, what is in memory may be torn; another ``BrandJudge`` of the same journal is as
    if the record had not come.
    """

    def __init__(
        self,
        brand: Brand,
        journal: Journal,
        *,
        width_s: int,
        library: Library | None = None,
        apart: str = "",
    ) -> None:
        self.journal = journal
        self.unsent: dict[tuple[str, int], Transition] = {}
        self._offset = -1
        self._feedback_offset = -1
        raw = journal.checkpoint()
        if raw is None:
            self._judge = Judge(brand, width_s=width_s, library=library, apart=apart)
        else:
            state = _read_checkpoint(raw)
            self._judge = Judge.load(
                bytes(state.judge), brand, width_s=width_s, library=library, apart=apart
            )
            self._offset, self._feedback_offset = state.offset, state.heard
            self.unsent = {(one.incident, one.seq): one for one in state.unsent}
        self._replay()

    @property
    def active(self) -> bool:
        """Whether something is under way, so that the passing of time matters."""
        return self._judge.active

    def apply_bucket(self, offset: int, raw: bytes, bucket: Bucket) -> JudgeStep | None:
        """Apply a bucket to what is in memory; None where it was applied before.

        Raises:
            UnreadableError: ``too_large`` or ``unusable_history``; nothing has changed then.
        """
        if offset <= self._offset:
            return None
        entry = self._entry(_Applied(offset, Raw(raw)))
        try:
            transitions = self._update(offset, bucket)
        except HistoryError as error:
            raise UnreadableError("unusable_history", str(error)) from error
        return self._step(transitions, entry)

    def apply_feedback(self, offset: int, raw: bytes, said: Feedback) -> JudgeStep | None:
        """Apply feedback to what is in memory; None where it was applied before.

        Raises:
            UnreadableError: ``too_large``, or as ``Judge.apply_feedback``; nothing has changed.
        """
        if offset <= self._feedback_offset:
            return None
        entry = self._entry(_Applied(offset, Raw(raw), feedback=True))
        return self._step(self._take_feedback(offset, said), entry)

    def write(self, step: JudgeStep) -> None:
        """The one write that a record costs."""
        if step.is_checkpoint:
            self.journal.write_checkpoint(step.raw)
        else:
            self.journal.append(step.raw)

    def acknowledge(self, transition: Transition) -> None:
        """Kafka has this transition: it need not be sent again."""
        self.unsent.pop((transition.incident, transition.seq), None)

    def _replay(self) -> None:
        """Apply what came after the checkpoint, in order of slots; only that holds its slot."""
        held = {}
        for slot, raw in self.journal.entries().items():
            one = _read_applied(raw)
            if one.offset <= (self._feedback_offset if one.feedback else self._offset):
                continue
            if one.feedback:
                self._take_feedback(one.offset, _feedback.decode(bytes(one.record)))
            else:
                self._update(one.offset, _bucket.decode(bytes(one.record)))
            held[slot] = 0
        self.journal.resume(held)

    def _entry(self, applied: _Applied) -> bytes:
        raw = encode(applied)
        self.journal.check_entry(raw)
        return raw

    def _step(self, transitions: list[Transition], entry: bytes) -> JudgeStep:
        for one in transitions:
            _check_readable(one)
        if self.journal.held < RECORDS_PER_CHECKPOINT:
            return JudgeStep(transitions, entry, is_checkpoint=False)
        state = _Checkpoint(
            self._offset,
            Raw(self._judge.dump()),
            list(self.unsent.values()),
            self._feedback_offset,
        )
        raw = encode(state)
        self.journal.check_checkpoint(raw)
        return JudgeStep(transitions, raw, is_checkpoint=True)

    def _update(self, offset: int, bucket: Bucket) -> list[Transition]:
        transitions = self._judge.update(bucket)
        self._offset = offset
        return self._keep(transitions)

    def _take_feedback(self, offset: int, said: Feedback) -> list[Transition]:
        transitions = self._judge.apply_feedback(said)
        self._feedback_offset = offset
        return self._keep(transitions)

    def _keep(self, transitions: list[Transition]) -> list[Transition]:
        self.unsent.update(((one.incident, one.seq), one) for one in transitions)
        return transitions


def _check_readable(told: Transition) -> None:
    """Raise ``UnsayableError`` where no reader could read what is to be said."""
    try:
        _transition.decode(encode(told))
    except UnreadableError as error:
        raise UnsayableError(f"{told.incident} {told.state}: {error.detail}") from error
