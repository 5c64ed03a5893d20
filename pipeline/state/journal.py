"""The journal of one brand in a table: an entry for each record, and a checkpoint now and then.

What is to be written is prepared first, and written once nothing can fail any more: else a record
that fails half-way would leave half of itself behind. So the methods that check a size come before
those that write, and those that write raise nothing but what the table raises.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, MutableMapping
from typing import Final

from schemas.codec import UnreadableError

Table = MutableMapping[str, bytes]

LIMIT_BYTES: Final = 950_000
"""A record of a table, its key included: Kafka takes a million bytes unless told otherwise."""


def _none(_mark: int) -> bool:
    """No entry is needed once there is a checkpoint."""
    return False


class Journal:
    """Where the state of one brand survives a crash.

    An entry lies in a slot, which is held while the entry may be needed. The next entry takes the
    lowest slot that is free, so the table needs no deletions; what lies in a free slot is an entry
    that the owner recognises as an old one. The owner gives each entry a *mark*, a number by which
    it tells at the next checkpoint which entries are still needed.

    ``slots``: how many the table has for this brand. After a restart they are all free until
    ``resume`` says which ones are held.

    >>> table: dict[str, bytes] = {}
    >>> journal = Journal(table, 0, "acme")
    >>> for mark in (10, 20, 30):
    ...     journal.append(f"entry {mark}".encode(), mark)
    >>> journal.write_checkpoint(b"all until 20", still_needed=lambda mark: mark > 20)
    >>> journal.append(b"entry 40", 40)
    >>> sorted(table)
    ['0|acme', '0|acme|0', '0|acme|1', '0|acme|2']
    >>> journal.checkpoint(), journal.entries()[0], journal.entries()[2]
    (b'all until 20', b'entry 40', b'entry 30')
    """

    def __init__(self, table: Table, partition: int, brand: str, *, slots: int = 0) -> None:
        self._table = table
        self._key = f"{partition}|{brand}"
        self._held: dict[int, int] = {}
        self._free: list[int] = list(reversed(range(slots)))
        self.written_bytes = 0
        """Bytes of the entries since the last checkpoint; after a restart the owner sets it."""

    @property
    def slots(self) -> int:
        """How many slots there are, held and free."""
        return len(self._held) + len(self._free)

    @property
    def held(self) -> int:
        """How many slots are held."""
        return len(self._held)

    def checkpoint(self) -> bytes | None:
        """The last checkpoint; None where there is none yet."""
        return self._table.get(self._key)

    def entries(self) -> dict[int, bytes]:
        """All entries by slot, in order of slots; among them those that are not needed any more."""
        keys = {slot: f"{self._key}|{slot}" for slot in range(self.slots)}
        return {slot: self._table[key] for slot, key in keys.items() if key in self._table}

    def resume(self, held: Mapping[int, int]) -> None:
        """After a restart: go on with these slots held, by their marks, and all others free."""
        slots = self.slots
        self._held = dict(held)
        self._free = [slot for slot in reversed(range(slots)) if slot not in self._held]

    def check_entry(self, raw: bytes) -> None:
        """Check that Kafka would take this entry.

        Raises:
            UnreadableError: (``too_large``) it would not.
        """
        _check_fits(f"{self._key}|{self.slots}", raw)

    def check_checkpoint(self, raw: bytes) -> None:
        """Check that Kafka would take this checkpoint.

        Raises:
            UnreadableError: (``too_large``) it would not.
        """
        _check_fits(self._key, raw)

    def append(self, raw: bytes, mark: int = 0) -> None:
        """Write one entry: the single table write that a record costs."""
        slot = self._free.pop() if self._free else len(self._held)
        self._table[f"{self._key}|{slot}"] = raw
        self._held[slot] = mark
        self.written_bytes += len(raw)

    def rewrite(self, slot: int | None, raw: bytes) -> None:
        """Write an entry, or the checkpoint (None), anew: it says the same in other words."""
        self._table[self._key if slot is None else f"{self._key}|{slot}"] = raw

    def write_checkpoint(self, raw: bytes, *, still_needed: Callable[[int], bool] = _none) -> None:
        """Write the state, with all that the entries so far say, but those ``still_needed``.

        Slots are freed after the write: an entry may only be lost once a checkpoint has it.
        """
        self._table[self._key] = raw
        self.resume({slot: mark for slot, mark in self._held.items() if still_needed(mark)})
        self.written_bytes = 0


def journals_of(table: Table, partition: int) -> dict[str, Journal]:
    """The journals of all brands of which there is state of ``partition``, in order of brands.

    One pass over the keys of the table.

    >>> table = {"0!header": b"", "0": b"", "0|acme": b"", "0|acme|0": b"", "1|other|0": b""}
    >>> {brand: journal.slots for brand, journal in journals_of(table, 0).items()}
    {'acme': 1}
    """
    slots: defaultdict[str, int] = defaultdict(int)
    own = f"{partition}|"
    for key in table:
        if key.startswith(own):
            brand, _, slot = key.removeprefix(own).partition("|")
            slots[brand] = max(slots[brand], int(slot) + 1 if slot else 0)
    return {
        brand: Journal(table, partition, brand, slots=count)
        for brand, count in sorted(slots.items())
    }


def _check_fits(key: str, value: bytes) -> None:
    """Raise ``UnreadableError`` (``too_large``) where Kafka would not take this write of a table.

    Refused by Kafka, it would end the process, and again after each restart.
    """
    size = len(key.encode()) + len(value)
    if size > LIMIT_BYTES:
        detail = f"the state that it leads to takes {size} bytes, at most {LIMIT_BYTES} are written"
        raise UnreadableError("too_large", detail)
