"""What was said lately about a brand: so that it is not said twice, and reposts have a text."""

from collections import OrderedDict, defaultdict
from typing import Final

from schemas.mention import Mention

MOST: Final = 50_000
"""Posts about a brand that are remembered: some 50 MB at most, as texts are short."""


class SaidChanges:
    """Remembers the changes that were said, by account, record and revision, and when they came.

    >>> said = SaidChanges(2)
    >>> [said.add(key, at) for at, key in enumerate(("a", "b", "a", "c", "b", "a"))]
    [True, True, False, True, False, True]
    >>> said.since(4)
    {'a': 5}
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._times_us: OrderedDict[str, int] = OrderedDict()

    def add(self, key: str, time_us: int) -> bool:
        """Note a change; return whether it is new."""
        if key in self._times_us:
            return False
        self._times_us[key] = time_us
        if len(self._times_us) > self._most:
            self._times_us.popitem(last=False)
        return True

    def since(self, time_us: int, most: int = 5_000) -> dict[str, int]:
        """Return the latest changes that came since then, in their order, ``most`` of them."""
        latest: list[tuple[str, int]] = []
        for key, at_us in reversed(self._times_us.items()):
            if at_us < time_us or len(latest) >= most:
                break
            latest.append((key, at_us))
        return dict(reversed(latest))


class Originals:
    """Remembers posts about a brand, by their address, for those who pass them on.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author
    >>> now = datetime(2026, 1, 5, tzinfo=UTC)
    >>> originals = Originals()
    >>> originals.add("at://a/1", Mention(id="1", created_at=now, text="", author=Author(id="a")))
    >>> originals.forget_author("a")
    >>> originals.get("at://a/1")
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._posts: OrderedDict[str, Mention] = OrderedDict()
        self._by_author: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, uri: str, mention: Mention) -> None:
        """Remember a post, or its newest version."""
        self._posts[uri] = mention
        self._posts.move_to_end(uri)
        self._by_author[mention.author.id].add(uri)
        if len(self._posts) > self._most:
            self.forget(next(iter(self._posts)))

    def get(self, uri: str) -> Mention | None:
        """Return a post, or None if it is not known."""
        return self._posts.get(uri)

    def forget(self, uri: str) -> None:
        """Forget a post that was deleted, if it is known."""
        post = self._posts.pop(uri, None)
        if post is None:
            return
        theirs = self._by_author[post.author.id]
        theirs.discard(uri)
        if not theirs:
            del self._by_author[post.author.id]

    def forget_author(self, did: str) -> None:
        """Forget the posts of an account that is gone."""
        for uri in tuple(self._by_author.get(did, ())):
            self.forget(uri)
