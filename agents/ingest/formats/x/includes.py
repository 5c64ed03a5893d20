"""Recordings of API v2 in which users and quoted posts stand on a later line than the posts.

Some tools write the posts of a page first and what belongs to them after it. Posts of a line
without ``includes`` wait for it, within ``MOST_POSTS`` and ``MOST_BYTES``.
"""

from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.x import v2 as x_v2
from schemas.codec import UnreadableError
from schemas.mention import Mention

MOST_POSTS = 10_000
MOST_BYTES = 16_000_000

Found = Mention | UnreadableError | BadLine


class Recording:
    """Reads one recording of X API v2 line by line.

    ``brands``: ids of known brands; tags of rules that are none of them say nothing.
    """

    def __init__(self, path: Path, brands: Container[str] | None = None) -> None:
        self._path = path
        self._brands = brands
        self._waiting: list[tuple[int, bytes, x_v2.Response]] = []
        self._posts = 0
        self._bytes = 0
        self._wanted: set[str] = set()
        self._users: dict[str, x_v2.User] = {}
        self._others: dict[str, x_v2.PostOnX] = {}

    def read(self, number: int, raw: bytes) -> Iterable[Found]:
        """What a line holds, or what waited for it; raises ``UnreadableError`` without a post."""
        try:
            response = x_v2.response(raw)
        except UnreadableError:
            if self._waiting and (includes := x_v2.includes_in(raw)):
                self._note(includes)
            raise
        includes = response.page.includes
        if includes is not None:
            if self._waiting:
                self._note(includes)
            return response.mentions(brands=self._brands)
        if not self._lacks(response):
            return response.mentions(brands=self._brands)
        self._waiting.append((number, raw, response))
        self._posts += len(response.posts)
        self._bytes += len(raw)
        full = self._posts >= MOST_POSTS or self._bytes >= MOST_BYTES
        return self.rest() if full else ()

    def rest(self) -> Iterator[Mention | BadLine]:
        """What still waits, with what was told of it until now."""
        waiting, self._waiting = self._waiting, []
        self._posts = self._bytes = 0
        for number, raw, response in waiting:
            for found in response.mentions(
                brands=self._brands, users=self._users, others=self._others
            ):
                if isinstance(found, UnreadableError):
                    yield BadLine.of(self._path, number, raw, found)
                else:
                    yield found
        self._wanted.clear()
        self._users.clear()
        self._others.clear()

    def _lacks(self, response: x_v2.Response) -> bool:
        """Whether a later line could tell more of these posts; what, is noted."""
        lacking: list[x_v2.Id] = []
        for post in response.posts:
            if isinstance(post, UnreadableError):
                continue
            if post.author_id is not None and post.author is None:
                lacking.append(post.author_id)
            lacking += [one.id for one in post.referenced_tweets or () if one.text is None]
        self._wanted.update(map(str, lacking))
        return bool(lacking)

    def _note(self, includes: x_v2.Includes) -> None:
        """Keep what was waited for."""
        for user in includes.users:
            if str(user.id) in self._wanted:
                self._users[str(user.id)] = user
        for post in includes.tweets:
            if str(post.id) in self._wanted:
                self._others[str(post.id)] = post
