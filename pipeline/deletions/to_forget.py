"""Which posts, accounts and links are to be forgotten."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeVar

import msgspec

from pipeline.deletions.alias import alias_of
from pipeline.deletions.many_names import ManyNames
from schemas.deletion import Deletion
from schemas.mention import Mention

Value = TypeVar("Value")

MOST_SOUGHT: Final = 20_000
"""So many names are sought in raw bytes; of more, each string is looked up."""

_JSON_STRING: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_POST_LINK: Final = re.compile(
    r"(?:\b(?:x|twitter)\.com/|/@|/users/|/profile/)(?P<author>[^/?#]+)"
    r"(?:/(?:status(?:es)?/|post/)?(?P<post>[^/?#]+))?"
)
"""Of X, Mastodon and Bluesky."""
_NAMED: Final = re.compile(r"https?://\S+|@[\w.-]+(?:@[\w.-]+)?")
"""What names a post or an account in a text."""
_ROOT: Final = ">"
"""Begins the keys by which stories know posts (``pipeline.stories.keys``)."""


def folded(name: str) -> str:
    """Return a handle as it is looked for, however it is written.

    >>> folded("@Ana")
    'ana'
    """
    return name.removeprefix("@").casefold()


def names_in_link(url: str) -> tuple[str, str]:
    """Return whose account and which post a link leads to; each is empty where it says nothing.

    >>> names_in_link("https://x.com/ana/status/7?s=20"), names_in_link("https://x.org/ana")
    (('ana', '7'), ('', ''))
    """
    found = _POST_LINK.search(url)
    return ("", "") if found is None else (found["author"], found["post"] or "")


class ToForget:
    """Takes deletions, in any order and any number of copies. Not safe for several threads.

    ``posts`` and ``authors``: what is to be forgotten besides, such as the posts of an account.

    >>> from datetime import UTC, datetime
    >>> gone = ToForget()
    >>> at = datetime(2026, 11, 30, tzinfo=UTC)
    >>> gone.take(Deletion(id="1", at=at, kind="author", subject="99", handle="@Ana", by="x"))
    >>> gone.author("ana"), gone.author("99"), gone.post("99"), len(gone)
    (True, True, False, 2)
    """

    def __init__(self, posts: Collection[str] = (), authors: Collection[str] = ()) -> None:
        self._posts = ManyNames()
        self._authors = ManyNames()
        self._more_posts = frozenset(posts)
        self._more_authors = frozenset(map(folded, authors))
        self._sought: set[bytes] | None = set()
        for post in self._more_posts:
            self._seek(post, _ROOT)
        for name in self._more_authors:
            self._seek(name, "@")

    def __len__(self) -> int:
        """How many names there are."""
        more = len(self._more_posts) + len(self._more_authors)
        return len(self._posts) + len(self._authors) + more

    def take(self, deletion: Deletion) -> None:
        """Note one."""
        if deletion.kind == "post":
            self._posts.add(deletion.subject)
            self._seek(deletion.subject, _ROOT)
            return
        for name in filter(None, (deletion.subject, deletion.handle)):
            self._authors.add(folded(name))
            self._seek(folded(name), "@")

    def and_more(self, posts: Collection[str], authors: Collection[str] = ()) -> "ToForget":
        """Return the same with some posts and accounts more."""
        if not (posts or authors):
            return self
        more = ToForget((*self._more_posts, *posts), (*self._more_authors, *authors))
        more._posts, more._authors = self._posts, self._authors
        if more._sought is not None:
            more._sought = None if self._sought is None else more._sought | self._sought
        return more

    def post(self, id_: str) -> bool:
        """Whether a post is to be forgotten; a later version of it bears its id before a ``#``."""
        if id_ in self._posts or id_ in self._more_posts:
            return True
        first, later, _ = id_.partition("#")
        return later != "" and (first in self._posts or first in self._more_posts)

    def author(self, name: str) -> bool:
        """Whether an account is to be forgotten, by its handle or its id."""
        if not name:
            return False
        name = folded(name)
        return name in self._authors or name in self._more_authors

    def has(self, post: str, author: str = "") -> bool:
        """Whether a post is to be forgotten, by its id or by who wrote it."""
        return self.post(post) or self.author(author)

    def link(self, url: str) -> bool:
        """Whether a link leads to such a post or account.

        >>> gone = ToForget({"7"})
        >>> gone.link("https://x.com/ana/status/7"), gone.link("https://x.com/ana/status/8")
        (True, False)
        """
        if self.post(url):
            return True
        author, post = names_in_link(url)
        return self.author(author) or (post != "" and self.post(post))

    def touches(self, mention: Mention) -> bool:
        """Whether something of a mention is to be forgotten."""
        author, ref, post = mention.author, mention.ref_id, mention.id
        return (
            self.post(post)
            or self.author(author.handle)
            or self.author(author.id)
            or (ref != "" and self.post(ref))
            or (mention.ref_author != "" and self.author(mention.ref_author))
            or any(map(self.author, mention.addressed))
            or any(map(self.link, mention.urls))
            or any(map(self.post, mention.edit_history))
        )

    def is_in(self, raw: bytes) -> bool:
        """Whether a string of some JSON may name what is to be forgotten.

        >>> ToForget({"7"}).is_in(b'{">7":1}'), ToForget({"7"}).is_in(b'["17"]')
        (True, False)
        """
        if self._sought is not None:
            # What stands between quotes, and what stands between those; a name has none in it.
            pieces = set(raw.lower().split(b'"'))
            return not pieces.isdisjoint(self._sought) or any(
                self._names(piece) for piece in pieces if b"/" in piece or b"#" in piece
            )
        for each in set(_JSON_STRING.findall(raw)):
            text: str = msgspec.json.decode(b'"' + each + b'"') if b"\\" in each else each.decode()
            name = text.removeprefix(_ROOT)
            if self.post(name) or self.author(name) or ("/" in name and self.link(name)):
                return True
        return False

    def _names(self, piece: bytes) -> bool:
        """Whether a link, or the id of a later version, names something that is sought."""
        sought = self._sought or ()
        first, later, _ = piece.removeprefix(_ROOT.encode()).partition(b"#")
        if later and first in sought:
            return True
        found = names_in_link(piece.decode(errors="replace")) if b"/" in piece else ()
        return any(name.encode() in sought for name in found if name)

    def _seek(self, name: str, mark: str) -> None:
        """Have a name sought in bytes, without case; ``mark`` may stand before it."""
        if self._sought is None:
            return
        if not name.isascii() or not {'"', "\\"}.isdisjoint(name) or len(self) > MOST_SOUGHT:
            self._sought = None
            return
        plain = name.lower().encode()
        self._sought |= {plain, mark.encode() + plain}

    def id_of(self, post: str) -> str:
        """Return the id of a post, or what stands in its place."""
        return alias_of(post) if self.post(post) else post

    def name_of(self, account: str) -> str:
        """Return the handle or id of an account, or what stands in its place."""
        return alias_of(account) if self.author(account) else account

    def text_of(self, text: str) -> str:
        """Return what somebody wrote, with an alias for each handle behind an ``@`` and each link.

        >>> ToForget({"7"}, {"@Ana"}).text_of("Ask @ana. See https://x.com/ana/status/7, and Ana!")
        'Ask ~328e31d1. See ~820051a5, and Ana!'
        """
        return _NAMED.sub(lambda found: self._named(found[0]), text) if len(self) else text

    def _named(self, word: str) -> str:
        name = word.rstrip(".,:;!?)-\"'»")
        made = self.name_of(name) if name.startswith("@") else self.url_of(name)
        return made + word[len(name) :]

    def url_of(self, link: str) -> str:
        """Return a link, or what stands in its place."""
        return alias_of(link) if self.link(link) else link


def renamed(table: Mapping[str, Value], name_of: Callable[[str], str]) -> dict[str, Value]:
    """Return a table by names with what ``name_of`` makes of each, in the same order.

    Where two names become one, counts are added; of anything else the first stays.

    >>> renamed({"a": 1, "b": 2, "A": 3}, str.upper)
    {'A': 4, 'B': 2}
    """
    found: dict[str, Any] = {}
    for name, value in table.items():
        new = name_of(name)
        if new not in found:
            found[new] = value
        elif isinstance(value, int | float):
            found[new] += value
    return found
