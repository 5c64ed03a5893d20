"""The texts of a bucket that may be read: a few of them, the same few in any order of arrival.

Of a bucket's texts those with the smallest lots are kept, a lot being a number that depends on the
post's id alone. The smallest of a union are among the smallest of each part, so parts of a bucket
can be added up. Given how many there are, they are a uniform sample (E. Cohen and H. Kaplan,
"Summarizing Data using Bottom-k Sketches", PODC 2007).
"""

import re
from bisect import insort
from datetime import UTC, datetime
from typing import Final
from zlib import crc32

from msgspec import Struct, field

from pipeline.deletions.to_forget import ToForget
from pipeline.reading.contract import Outputs
from pipeline.sentiment.api import Score
from pipeline.snowflake import posted_at_s
from schemas.mention import Kind, Mention

DRAWN: Final = 8
"""Texts of one bucket that are read at most; one more is kept, which tells how they were drawn."""
ROOTS: Final = 20
"""Reposted posts of one bucket whose text is kept."""
CHARACTERS: Final = 280
"""Of a text so much is read: it bounds the time that one can take."""
LOTS: Final = 1 << 32

_ODD: Final = 0x9E3779B1
_PASSED_ON: Final = re.compile(r"RT @\w{1,50}: ?")


class Candidate(Struct, array_like=True, frozen=True):
    """A post that may be read; of a repost, the post that it passes on."""

    lot: int
    id: str
    handle: str
    created_at: datetime
    text: str
    lang: str
    fast: Outputs
    kind: Kind = "original"
    followers: int = 0


class Offered(Struct, array_like=True):
    """``texts``: how many a bucket has, reposts left out, of which ``drawn`` have small lots.

    ``roots``: of posts that were reposted, in the order of lots that change with each bucket, so
    that none is left out for long.
    """

    texts: int = 0
    drawn: list[Candidate] = field(default_factory=list)
    roots: list[Candidate] = field(default_factory=list)

    def add(self, mention: Mention, score: Score, start_s: int) -> None:
        """Offer one post of the bucket at ``start_s``."""
        if mention.kind == "repost":
            self._add_root(mention, score, start_s)
            return
        self.texts += 1
        drawn, lot = self.drawn, lot_of(mention.identity)
        if len(drawn) > DRAWN and lot > drawn[-1].lot:
            return
        author = mention.author
        candidate = Candidate(
            lot,
            mention.id,
            author.handle or author.id,
            mention.created_at,
            mention.text[:CHARACTERS],
            mention.lang,
            fast_of(score),
            mention.kind,
            author.followers,
        )
        insort(drawn, candidate, key=_rank)
        del drawn[DRAWN + 1 :]

    def merge(self, other: "Offered") -> None:
        """Add what another part of the same bucket offers."""
        self.texts += other.texts
        if other.drawn:
            both = [*self.drawn, *other.drawn]
            self.drawn = _first(both, DRAWN + 1) if self.drawn else both
        if other.roots:
            found = [*self.roots, *other.roots]
            self.roots = _first(_longest(found), ROOTS) if self.roots else found

    def forget(self, gone: ToForget) -> None:
        """Let go of posts that are to be forgotten: they are not read."""
        self.drawn = [one for one in self.drawn if not gone.has(one.id, one.handle)]
        self.roots = [one for one in self.roots if not gone.has(one.id, one.handle)]

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        return {one.id for one in (*self.drawn, *self.roots) if gone.author(one.handle)}

    def _add_root(self, mention: Mention, score: Score, start_s: int) -> None:
        root, text = mention.ref_id, mention.text
        if not root:
            return
        lot = crc32(root.encode(), start_s & 0xFFFFFFFF) * _ODD % LOTS
        if len(self.roots) == ROOTS and lot > self.roots[-1].lot:
            return
        if text.startswith("RT @"):
            text = _PASSED_ON.sub("", text, count=1)
        text = text[:CHARACTERS]
        if not text.strip():
            return
        at_s = posted_at_s(root)
        created_at = mention.created_at if at_s is None else datetime.fromtimestamp(at_s, UTC)
        candidate = Candidate(
            lot, root, mention.ref_author, created_at, text, mention.lang, fast_of(score)
        )
        if candidate not in self.roots:
            self.roots = _first(_longest([*self.roots, candidate]), ROOTS)


def lot_of(identity: str) -> int:
    """Number from 0 to ``LOTS`` - 1 that a post draws, by its id alone.

    >>> lot_of("1212092628029698048") == lot_of("1212092628029698048") < LOTS
    True
    """
    # A checksum alone lies too evenly for ids that follow each other.
    mixed = crc32(identity.encode()) * _ODD % LOTS
    return (mixed ^ mixed >> 15) * _ODD % LOTS


def fast_of(score: Score) -> Outputs:
    """What fast reading says, in thousandths: sums of them depend on no order."""
    said = score.signals
    return round(said.attack, 3), round(said.complaint, 3), round(said.harm, 3)


def _rank(candidate: Candidate) -> tuple[int, str]:
    return candidate.lot, candidate.id


def _first(candidates: list[Candidate], most: int) -> list[Candidate]:
    return sorted(candidates, key=_rank)[:most]


def _longest(roots: list[Candidate]) -> list[Candidate]:
    """Each root once: of several reposts, the one that was cut short least."""
    found: dict[str, Candidate] = {}
    for one in roots:
        known = found.get(one.id)
        if known is None or _fuller(one) > _fuller(known):
            found[one.id] = one
    return list(found.values())


def _fuller(root: Candidate) -> tuple[int, str, float, str, str, Outputs]:
    at_s = root.created_at.timestamp()
    return len(root.text), root.text, -at_s, root.lang, root.handle, root.fast
