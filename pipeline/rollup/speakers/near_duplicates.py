"""Whether two posts say the same in the same words: a fingerprint of the wording, cheap to take.

Links, handles, digits, spaces, punctuation, emoji and case (of a to z) are what a copy is varied
by; what is left of two copies is the same. Campaigns are found by near-duplicates in H. Gao et al.,
"Detecting and Characterizing Social Spam Campaigns" (IMC 2010); this is the cheapest form of it.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from zlib import crc32

from pipeline.rollup.speakers.memory import Memory

MOST_CHARACTERS: Final = 600
"""What comes after does not count: a bound on the time that one post can take."""
LEAST_BYTES: Final = 24
"""Shorter wordings coincide by chance: *so true*, *good morning all*."""
CAPACITY: Final = 20_000

_FOLDED: Final = bytes(range(256)).lower().translate(bytes.maketrans(b"\t\n\r\v\f", b"     "))
_NOISE: Final = bytes(byte for byte in range(128) if not ord("a") <= byte <= ord("z"))
_TYPOGRAPHIC: Final = b"\xe2\x80"  # U+2000 to U+203F: quotes, dashes, joiners; one byte follows
_EMOJI: Final = b"\xf0\x9f"  # two bytes follow
_BETWEEN: Final = b"  \xff"
"""Stands between texts: a byte that UTF-8 never has, after two spaces. A handle and a link that end
a text take one each."""


def fingerprint(text: str) -> int:
    """A 32-bit fingerprint of the wording of ``text``; 0 where it is too short to tell.

    >>> one = fingerprint("Nestlé, stop buying palm oil now! https://x.example/1 @a")
    >>> one == fingerprint("@bob NESTLé — STOP buying palm oil now 🔥🔥 http://y.example")
    True
    >>> fingerprint("So true @nestle")
    0
    """
    return fingerprints((text,))[0]


def fingerprints(texts: Iterable[str]) -> list[int]:
    """Fingerprints of the wordings of texts, in order: many together cost half as much each.

    >>> fingerprints(["So true @nestle", "Stop buying palm oil, Nestlé, now!"])
    [0, 4281854974]
    """
    raw = _BETWEEN.join([text[:MOST_CHARACTERS].encode("utf-8", "replace") for text in texts])
    raw = raw.translate(_FOLDED)
    if b"@" in raw:
        raw = _without_words(raw, b"@")
    if b"http" in raw:
        raw = _without_words(raw, b"http")
    if _TYPOGRAPHIC in raw:
        raw = _without_signs(raw, _TYPOGRAPHIC, 1)
    if _EMOJI in raw:
        raw = _without_signs(raw, _EMOJI, 2)
    wordings = raw.translate(None, _NOISE).split(b"\xff")
    return [crc32(one) or 1 if len(one) >= LEAST_BYTES else 0 for one in wordings]


def _without_words(raw: bytes, start: bytes) -> bytes:
    """Without what begins with ``start``, up to the next space."""
    pieces = raw.split(start)
    pieces[1:] = [piece.partition(b" ")[2] for piece in pieces[1:]]
    return b"".join(pieces)


def _without_signs(raw: bytes, start: bytes, length: int) -> bytes:
    """Without the characters that begin with ``start`` and go on for ``length`` bytes."""
    pieces = raw.split(start)
    pieces[1:] = [piece[length:] for piece in pieces[1:]]
    return b"".join(pieces)


class WordingMemory(Memory):
    """The wordings of the current day and of the day before, as fingerprints.

    At 20,000 a generation, one post in 100,000 is taken for a copy of another. Counted are the
    texts of each wording.
    """

    def copies(self, start_s: int, wordings: Mapping[int, int]) -> dict[int, int]:
        """How often each wording of the bucket at ``start_s`` repeats what was said; learn them.

        ``wordings``: fingerprint → posts. The first post of a wording is no copy.

        >>> memory = WordingMemory()
        >>> memory.copies(0, {7: 3, 8: 1}), memory.copies(10, {8: 2})
        ({7: 2}, {8: 2})
        """
        if not wordings:
            return {}
        self.turn(start_s, CAPACITY)
        repeated = {one: posts - self.is_new(one) for one, posts in wordings.items()}
        self.bound(CAPACITY)
        return {one: copies for one, copies in repeated.items() if copies}
