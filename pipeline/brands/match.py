"""Which brands a post is about.

The text is folded once; each word is looked up in one table, in which every pattern of every
brand stands under its longest (so rarest) word. The cost hardly grows with the number of brands.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.brands.fold import hashtag_words, squashed, words
from pipeline.brands.languages import canonical_language, says_nothing
from pipeline.brands.spelling import Pattern, name_patterns
from schemas.brand import Brand, Brands
from schemas.mention import Mention

TEXTS_KNOWN: Final = 4_096
"""Texts of which a matcher remembers what they name: a post that is passed on comes many times."""

_NO_WORD = re.compile(r"[^a-z0-9]+")


class _Entry(NamedTuple):
    """A pattern as found from its anchor, the word number ``offset`` of it."""

    brand: int
    offset: int
    pattern: Pattern
    needed: frozenset[str]


_Table = dict[str, tuple[_Entry, ...]]


def _table(patterns: Iterable[tuple[int, Pattern]]) -> _Table:
    """Index patterns by their longest word."""
    entries: dict[str, list[_Entry]] = defaultdict(list)
    for brand, pattern in dict.fromkeys(patterns):
        anchor = max(pattern, key=len)
        entry = _Entry(brand, pattern.index(anchor), pattern, frozenset(pattern))
        entries[anchor].append(entry)
    return {anchor: tuple(found) for anchor, found in entries.items()}


def _find(table: _Table, found_words: list[str]) -> set[int]:
    """Brands of which a pattern occurs in ``found_words``."""
    hits: set[int] = set()
    distinct_words = set(found_words)
    for anchor in distinct_words & table.keys():
        for brand, offset, pattern, needed in table[anchor]:
            if len(pattern) == 1 or (
                needed <= distinct_words and _occurs(pattern, offset, found_words)
            ):
                hits.add(brand)
    return hits


def _occurs(pattern: Pattern, offset: int, found_words: list[str]) -> bool:
    """Whether ``pattern`` stands around one of the places of its anchor."""
    starts = (place - offset for place, word in enumerate(found_words) if word == pattern[offset])
    return any(
        start >= 0 and tuple(found_words[start : start + len(pattern)]) == pattern
        for start in starts
    )


def brand_patterns(brand: Brand) -> Iterable[Pattern]:
    """Every pattern of words that makes a post one about ``brand``."""
    for name in brand.names:
        yield from name_patterns(name)
    for tag in brand.hashtags:
        yield ("#", *words(tag))
    for handle in (*brand.handles, *brand.own_accounts):
        yield (f"@{handle.casefold()}",)


class BrandMatcher:
    """Brands in, brands of a mention out. Remembers texts, and nothing else of the stream.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author
    >>> cola = Brand(id="cola", names=("Coca-Cola", "$KO"), handles=("CocaCola",))
    >>> tree = Brand(id="nestle", names=("Nestlé",), exclude=("nestle down",))
    >>> matcher = BrandMatcher(Brands(brands=(cola, tree)))
    >>> def post(text):
    ...     return Mention(id="1", created_at=datetime.now(UTC), text=text, author=Author(id="a"))
    >>> matcher.match(post("NESTLE or #cocacola?"))
    ('cola', 'nestle')
    >>> matcher.match(post("we nestle down with a knockout"))
    ()
    """

    def __init__(self, brands: Brands) -> None:
        listed = brands.brands
        self._ids = tuple(brand.id for brand in listed)
        self._known = frozenset(self._ids)
        self._named = _table(
            (index, pattern)
            for index, brand in enumerate(listed)
            for pattern in brand_patterns(brand)
        )
        self._excluded = _table(
            (index, tuple(words(phrase)))
            for index, brand in enumerate(listed)
            for phrase in brand.exclude
        )
        self._languages = {
            index: frozenset(map(canonical_language, brand.languages))
            for index, brand in enumerate(listed)
            if brand.languages
        }
        own: dict[str, set[int]] = defaultdict(set)
        for index, brand in enumerate(listed):
            for handle in brand.own_accounts:
                own[handle.casefold()].add(index)
        self._own = dict(own)
        self._named_in = lru_cache(TEXTS_KNOWN)(self._find_named)
        self._own_accounts = {
            brand.id: frozenset(map(str.casefold, brand.own_accounts)) for brand in listed
        }

    def match(self, mention: Mention) -> tuple[str, ...]:
        """Ids of the brands that ``mention`` is about, in the order of the file.

        A mention that names its brand is of that brand if it is known, of none otherwise. Else a
        brand matches when the text, a hashtag, an addressed handle, the author of the post referred
        to or the text of a quoted post (so does X's stream) names it, no excluded word occurs and
        the language is one of its own (or unknown). What an own account posts always belongs to
        its brand.
        """
        if mention.brand:
            return (mention.brand,) if mention.brand in self._known else ()
        searched = _searched(mention)
        if mention.quoted_text:
            # A lone @ is a word of no pattern: nothing matches across it.
            searched = f"{searched} @ {mention.quoted_text}"
        hits = self._named_in(searched)
        if hits and self._languages and not says_nothing(mention.lang):
            language = canonical_language(mention.lang)
            hits = frozenset(
                hit for hit in hits if language in self._languages.get(hit, (language,))
            )
        if mention.author.handle and self._own:
            hits |= self._own.get(mention.author.handle.casefold(), frozenset())
        return tuple([self._ids[hit] for hit in sorted(hits)])

    def _find_named(self, text: str) -> frozenset[int]:
        """Brands that a text names, but for those of which an excluded word occurs."""
        found_words = words(text)
        hits = _find(self._named, found_words)
        if hits and self._excluded:
            hits -= _find(self._excluded, found_words)
        return frozenset(hits)

    def is_own(self, brand_id: str, author_handle: str) -> bool:
        """Whether ``author_handle`` is one of the brand's own accounts.

        >>> brand = Brand(id="nestle", names=("Nestlé",), own_accounts=("NestleFR",))
        >>> BrandMatcher(Brands(brands=(brand,))).is_own("nestle", "nestlefr")
        True
        """
        return author_handle.casefold() in self._own_accounts.get(brand_id, ())


class Rivals:
    """Finds the rivals of one brand, names and ``@`` handles, in what is said of it.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author
    >>> rivals = Rivals(("Danone", "@MarsGlobal"))
    >>> def post(text, handle="a"):
    ...     author = Author(id="a", handle=handle)
    ...     return Mention(id="1", created_at=datetime.now(UTC), text=text, author=author)
    >>> rivals.named_in(post("DANONÉ lied, and Nestlé?")), rivals.named_in(post("Nestlé lied"))
    (True, False)
    >>> rivals.named_in(post("Less sugar than Nestlé", handle="marsglobal"))
    True
    """

    def __init__(self, rivals: Iterable[str]) -> None:
        handles = [one[1:].casefold() for one in rivals if one.startswith("@")]
        names = [one for one in rivals if not one.startswith("@")]
        patterns = [(0, pattern) for name in names for pattern in name_patterns(name)]
        self._handles = frozenset(handles)
        self._named = _table([*patterns, *((0, (f"@{handle}",)) for handle in handles)])
        self._hints = tuple(dict.fromkeys([*map(_hint, names), *(f"@{one}" for one in handles)]))

    def named_in(self, mention: Mention) -> bool:
        """Whether a post names a rival as the brand itself would be named, or is by one."""
        if not self._named:
            return False
        handles = self._handles
        if handles and (
            mention.author.handle.casefold() in handles
            or mention.ref_author.casefold() in handles
            or (mention.addressed and not handles.isdisjoint(map(str.casefold, mention.addressed)))
        ):
            return True
        said = mention.text
        if mention.hashtags:
            said = " ".join((said, *mention.hashtags))
        said = squashed(said)
        # To fold a text into words costs more than all else here, and most name no rival.
        for hint in self._hints:
            if hint in said:
                return bool(_find(self._named, words(_searched(mention))))
        return False


def _hint(name: str) -> str:
    """The longest run of letters and digits of a squashed name; empty where none is ASCII."""
    return max(_NO_WORD.split(squashed(name)), key=len)


def _searched(mention: Mention) -> str:
    """The text and, as it may be cut, what the source says was in it."""
    text = mention.text
    if mention.hashtags:
        text = f"{text} #{' #'.join(mention.hashtags)}"
    if mention.addressed:
        text = f"{text} @{' @'.join(mention.addressed)}"
    if mention.ref_author:
        text = f"{text} @{mention.ref_author}"
    if "#" in text and (spelt := hashtag_words(text)):
        # A lone @ is a word of no pattern: nothing matches across it.
        text = f"{text} @ {' @ '.join(spelt)}"
    return text
