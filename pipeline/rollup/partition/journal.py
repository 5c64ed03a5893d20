"""The journal of one brand of the roll-up: when a checkpoint is due, and which entries it replaces.

What the roll-up alone decides of the journal (``pipeline.state.journal``) is here. A checkpoint
costs many times what an entry does, so it is written when as many bytes of entries have gathered.
It holds everything but the contents of buckets that are open or may still change, so entries that
speak of these stay; so do those that tell a copy of a post from a late one.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import Raw

from pipeline.deletions.to_forget import ToForget
from pipeline.rollup.brand import BrandRollup, Checkpoint
from pipeline.rollup.entry import Entry
from pipeline.rollup.remembered import read_rest
from pipeline.state.journal import Journal
from schemas.bucket import Bucket
from schemas.codec import UnreadableError, encode

CHECKPOINT_BYTES = 16_000
"""Bytes of entries after which a checkpoint is due, unless the last checkpoint was larger.

It is what a quiet brand keeps at most, so ten thousand of them fit into memory."""

_read_entry = msgspec.json.Decoder(Entry).decode
_read_checkpoint = msgspec.json.Decoder(Checkpoint).decode


class Closed(NamedTuple):
    """A bucket that was handed out. ``after_s``: what closings until then led to is older."""

    bucket: Bucket
    after_s: int


def after(before_s: int, buckets: Iterable[Bucket]) -> list[Closed]:
    """Buckets of a closing, before which buckets had been closed until ``before_s``."""
    return [Closed(one, max(before_s, int(one.start.timestamp()))) for one in buckets]


class RollupJournal:
    """Entries and checkpoints of one brand's roll-up, in ``journal``."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._due_bytes = CHECKPOINT_BYTES

    @property
    def checkpoint_due(self) -> bool:
        """Whether a checkpoint now costs less than the entries that it replaces."""
        return self._journal.written_bytes >= self._due_bytes

    def prepared_checkpoint(self, rollup: BrandRollup) -> bytes | None:
        """The state as it is now; None where Kafka would not take it: then the entries stay."""
        raw = encode(rollup.checkpoint())
        try:
            self._journal.check_checkpoint(raw)
        except UnreadableError:
            self._due_bytes *= 2
            return None
        return raw

    def prepared(self, entry: Entry) -> bytes:
        """The bytes of an entry.

        Raises:
            UnreadableError: (``too_large``) Kafka would not take them.
        """
        raw = encode(entry)
        self._journal.check_entry(raw)
        return raw

    def append(self, raw: bytes, last_s: int) -> None:
        """Write one entry, ``prepared``, of which ``last_s`` is told."""
        self._journal.append(raw, last_s)

    def write_checkpoint(self, raw: bytes, *, needed_from_s: int) -> None:
        """Write the state; entries that end before ``needed_from_s`` give up their slots."""
        self._journal.write_checkpoint(raw, still_needed=lambda last_s: last_s >= needed_from_s)
        self._due_bytes = max(CHECKPOINT_BYTES, len(raw))

    def replay(self, rollup: BrandRollup, *, closing: bool = True) -> None:
        """Bring a new ``rollup`` to where the table left the brand.

        ``closing``: False leaves the buckets open that were closed since the last checkpoint.
        """
        for entry in self._restore(rollup, self._entries()):
            rollup.fold(entry, closing=closing)
        rollup.forget()

    def recover(self, rollup: BrandRollup) -> list[Closed]:
        """The same after a restart, which takes over the slots, too; what may not have been sent.

        A slot is free only where the checkpoint was written later than its entry: before that, an
        entry may be old and still the only one that says how far a source has got.
        """
        entries = self._entries()
        since = self._restore(rollup, entries)
        written_at, sent_until_s = rollup.offset, rollup.closed_until_s
        needed_from_s = rollup.needed_from_s
        raw = self._journal.entries()
        self._journal.written_bytes = sum(
            len(raw[slot]) for slot, entry in entries.items() if entry.offset >= written_at
        )
        self._journal.resume(
            {
                slot: entry.last_s
                for slot, entry in entries.items()
                if entry.offset >= written_at or entry.last_s >= needed_from_s
            }
        )
        sent_until_s = max([sent_until_s, *(one.sent_until_s for one in entries.values())])
        closed = []
        for entry in since:
            before_s = rollup.closed_until_s
            closed += after(before_s, rollup.fold(entry))
        rollup.forget()
        return [one for one in closed if one.after_s >= sent_until_s]

    def forget(self, gone: ToForget) -> int:
        """Write anew whatever holds what is to be forgotten; return how many records did.

        Also what lies in a free slot: nobody needs it, but it is there. An alias has nine
        characters, so what is written anew may be larger by a twentieth: Kafka takes that, too.
        """
        raw_checkpoint, raw_entries = self._journal.checkpoint(), self._journal.entries()
        held = [*raw_entries.values(), *([] if raw_checkpoint is None else [raw_checkpoint])]
        if not any(map(gone.is_in, held)):
            return 0
        changed = 0
        entries = self._entries()
        posts = set[str]().union(*(entry.posts_by(gone) for entry in entries.values()))
        checkpoint = None if raw_checkpoint is None else _read_checkpoint(raw_checkpoint)
        if checkpoint is not None:
            rest = read_rest(checkpoint.base.rest)
            gone = gone.and_more(posts | rest.posts_by(gone))
            rest.forget(gone)
            checkpoint.base.rest = Raw(encode(rest))
            raw = encode(checkpoint)
            if raw != raw_checkpoint:
                self._journal.rewrite(None, raw)
                changed += 1
        else:
            gone = gone.and_more(posts)
        for slot, entry in entries.items():
            entry.forget(gone)
            raw = encode(entry)
            if raw != raw_entries[slot]:
                self._journal.rewrite(slot, raw)
                changed += 1
        return changed

    def _restore(self, rollup: BrandRollup, entries: dict[int, Entry]) -> list[Entry]:
        """Take up the checkpoint, if there is one; the entries that are to be folded on top."""
        ordered = sorted(entries.values(), key=_order)
        raw = self._journal.checkpoint()
        if raw is None:
            return ordered
        checkpoint = _read_checkpoint(raw)
        place = bisect_right(ordered, checkpoint.order, key=_order)
        rollup.restore(checkpoint, ordered[:place])
        return ordered[place:]

    def _entries(self) -> dict[int, Entry]:
        return {slot: _read_entry(raw) for slot, raw in self._journal.entries().items()}


def _order(entry: Entry) -> tuple[int, int]:
    return entry.order
