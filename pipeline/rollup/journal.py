"""The entries of one brand in a table: one small write a record, and a checkpoint now and then.

A table is any mutable mapping of ``str`` to ``bytes``: Faust's in the worker, a ``dict`` in tests.
Keys are ``partition|brand`` for the checkpoint and ``partition|brand|slot`` for entries. A slot
whose entry is no longer needed is overwritten by a later one, so the table needs no deletions.
"""

from collections.abc import MutableMapping

import msgspec

from pipeline.faults import check_fits
from pipeline.rollup.brand import BrandRollup, Checkpoint
from pipeline.rollup.entry import Entry
from schemas.codec import UnreadableError, encode

Table = MutableMapping[str, bytes]

CHECKPOINT_BYTES = 16_000
"""Bytes of entries after which a checkpoint is due, unless the last checkpoint was larger.

It is what a quiet brand keeps at most, so ten thousand of them fit into memory."""

_read_entry = msgspec.json.Decoder(Entry).decode
_read_checkpoint = msgspec.json.Decoder(Checkpoint).decode


class Journal:
    """Where the state of one brand survives a crash.

    What is to be written is prepared first, and written once nothing can fail any more: else a
    record that fails half-way would leave half of itself behind.
    """

    def __init__(self, table: Table, key: str) -> None:
        self._table = table
        self._key = key
        self._last_start_s: dict[int, int] = {}
        self._free: list[int] = []
        self._due_bytes = CHECKPOINT_BYTES
        self._written_bytes = 0

    @property
    def checkpoint_due(self) -> bool:
        """Whether a checkpoint now costs less than what it lets go."""
        return self._written_bytes >= self._due_bytes

    @property
    def slots(self) -> list[int]:
        """Slots that hold an entry."""
        return list(self._last_start_s)

    def prepared_checkpoint(self, rollup: BrandRollup) -> bytes | None:
        """The state as it is now; None where Kafka would not take it: then the entries stay."""
        raw = encode(rollup.checkpoint())
        try:
            check_fits(self._key, raw)
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
        check_fits(f"{self._key}|{len(self._last_start_s)}", raw)
        return raw

    def append(self, entry: Entry, raw: bytes) -> None:
        """Write one entry: the single table write that a record costs."""
        slot = self._free.pop() if self._free else len(self._last_start_s)
        self._table[f"{self._key}|{slot}"] = raw
        self._last_start_s[slot] = entry.last_start_s
        self._written_bytes += len(raw)

    def write_checkpoint(self, raw: bytes, *, needed_from_s: int) -> None:
        """Write the state; entries that end before ``needed_from_s`` give up their slots."""
        self._table[self._key] = raw
        self._free = [
            slot for slot, start_s in self._last_start_s.items() if start_s < needed_from_s
        ]
        self._due_bytes = max(CHECKPOINT_BYTES, len(raw))
        self._written_bytes = 0

    def replay(self, rollup: BrandRollup, slots: list[int], *, dedup_s: int) -> int:
        """Bring ``rollup`` back to where the table left it; return ``sent_until_s``."""
        if self._key in self._table:
            rollup.restore(_read_checkpoint(self._table[self._key]))
        kept_until = rollup.offset
        entries = {slot: _read_entry(self._table[f"{self._key}|{slot}"]) for slot in slots}
        needed_from_s = rollup.closed_until_s - dedup_s
        sent_until_s = rollup.closed_until_s
        for slot, entry in sorted(entries.items(), key=lambda item: item[1].offset):
            rollup.fold(entry)
            sent_until_s = max(sent_until_s, entry.sent_until_s)
            self._last_start_s[slot] = entry.last_start_s
            if entry.offset < kept_until and entry.last_start_s < needed_from_s:
                self._free.append(slot)  # all that it says is in the checkpoint
        return sent_until_s
