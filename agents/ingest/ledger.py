"""What became of every line of a recording: the figures add up, and are shown."""

from collections.abc import Callable, Sequence

from pipeline.phrase import Phrase
from pipeline.rollup.brand import counted_at_s
from schemas.mention import Mention

REMEMBERED_S = 3600
"""Of event time; an edited post has its last version within half an hour."""


class Ledger:
    """Counts lines, each under one heading. A line with several posts is as many lines.

    ``lines = mentions + duplicates + own + unreadable + unmatched + not_posts``. A post that names
    several brands is one line: a mention if it is one for any of them. A duplicate is what the
    worker takes for one: the same post, in the same bucket of ``width_s`` seconds. Posts come in
    the order of their time. ``is_own`` says whether a handle is a brand's own. ``missed`` counts
    posts that a recorded stream says it did not bring; they are no lines.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author
    >>> ledger = Ledger(lambda brand, handle: handle == brand)
    >>> def post(identity, handle):
    ...     author = Author(id="a", handle=handle)
    ...     return Mention(id=identity, created_at=datetime.now(UTC), text="no", author=author)
    >>> for identity, handle in (("1", "eve"), ("1", "eve"), ("2", "acme")):
    ...     ledger.post(post(identity, handle), ("acme",))
    >>> ledger.post(post("3", "eve"), ())
    >>> ledger.unreadable_line()
    >>> ledger.message(missed=1234)
    >>> ledger.words().split("; ")[0]
    '6 lines: 1 mention, 1 duplicate, 1 own, 1 could not be read, 1 named no brand, 1 no post'
    """

    def __init__(self, is_own: Callable[[str, str], bool], *, width_s: int = 10) -> None:
        self.lines = 0
        self.mentions = 0
        self.duplicates = 0
        self.own = 0
        self.unreadable = 0
        self.unmatched = 0
        self.not_posts = 0
        self.missed = 0
        self._is_own = is_own
        self._width_s = width_s
        self._turned_s = 0.0
        self._seen: set[tuple[str, str, int]] = set()
        self._seen_before: set[tuple[str, str, int]] = set()

    def post(self, mention: Mention, brands: Sequence[str]) -> None:
        """Count a post that was read, and the brands that it is about."""
        self.lines += 1
        if not brands:
            self.unmatched += 1
            return
        bucket = int(counted_at_s(mention) // self._width_s)
        self._turn(mention.created_at.timestamp())
        keys = [(brand, mention.identity, bucket) for brand in brands]
        new = [key for key in keys if key not in self._seen and key not in self._seen_before]
        self._seen.update(new)
        handle = mention.author.handle
        if not new:
            self.duplicates += 1
        elif handle and all(self._is_own(brand, handle) for brand, _, _ in new):
            self.own += 1
        else:
            self.mentions += 1

    def unreadable_line(self) -> None:
        """Count a line, or a post of one, that was set aside."""
        self.lines += 1
        self.unreadable += 1

    def message(self, missed: int = 0) -> None:
        """Count a line that is whole and no post, and how many posts it says were missed."""
        self.lines += 1
        self.not_posts += 1
        self.missed += missed

    def words(self) -> Phrase:
        """All figures, as a sentence without its end."""
        said = Phrase(
            "{lines}: {mentions}, {duplicates}, {own:,} own, {unreadable:,} could not be read, "
            "{unmatched:,} named no brand, {others}",
            lines=_many(self.lines, Phrase("line"), Phrase("lines")),
            mentions=_many(self.mentions, Phrase("mention"), Phrase("mentions")),
            duplicates=_many(self.duplicates, Phrase("duplicate"), Phrase("duplicates")),
            own=self.own,
            unreadable=self.unreadable,
            unmatched=self.unmatched,
            others=_many(self.not_posts, Phrase("no post"), Phrase("not posts")),
        )
        if not self.missed:
            return said
        return Phrase(
            "{said}; {missed:,} posts were missed, as the recording itself says",
            said=said,
            missed=self.missed,
        )

    def _turn(self, at_s: float) -> None:
        if at_s - self._turned_s >= REMEMBERED_S:
            self._seen_before = self._seen
            self._seen = set()
            self._turned_s = at_s


def _many(count: int, one: Phrase, several: Phrase) -> Phrase:
    return Phrase("{count:,} {what}", count=count, what=one if count == 1 else several)
