"""Which posts and accounts are to be forgotten, and forgetting them in what is shown."""

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import TypeVar

from msgspec.structs import replace

from agents.deletions.many_names import ManyNames
from schemas.bucket import Example, Story, StoryPost, Watched
from schemas.deletion import Deletion
from schemas.incident import Drivers, Transition

Item = TypeVar("Item")


class Forgotten:
    """Takes deletions, in any order and any number of copies. Safe for several threads.

    A transition bears handles and no ids of accounts, so an account that is known by its id alone
    is found only where a source calls it by that id, as Bluesky does.
    """

    def __init__(self) -> None:
        self._posts = ManyNames()
        self._authors = ManyNames()
        self._lock = Lock()

    def take(self, deletion: Deletion) -> None:
        """Note one."""
        with self._lock:
            if deletion.kind == "post":
                self._posts.add(deletion.subject)
                return
            for name in filter(None, (deletion.subject, deletion.handle)):
                self._authors.add(folded(name))

    def has(self, post: str, handle: str = "") -> bool:
        """Whether a post is to be forgotten, by its id or by who wrote it."""
        with self._lock:
            return post in self._posts or (bool(handle) and folded(handle) in self._authors)

    def has_author(self, handle: str) -> bool:
        """Whether an account is to be forgotten."""
        with self._lock:
            return bool(handle) and folded(handle) in self._authors

    def shown(self, told: Transition) -> Transition:
        """Return a transition as it may be shown: counts and all else as they were.

        >>> from datetime import UTC, datetime
        >>> at = datetime(2026, 11, 30, tzinfo=UTC)
        >>> forgotten = Forgotten()
        >>> forgotten.take(Deletion(id="1", at=at, kind="author", subject="@Ana", by="x"))
        >>> forgotten.has_author("ana"), forgotten.has("7", "ben")
        (True, False)
        """
        if not (len(self._posts) or len(self._authors)):
            return told
        examples = self._examples(told.examples)
        gone = {one.wording for one in told.examples if one not in examples and one.wording}
        texts = {one.text for one in told.examples if one not in examples}
        found = replace(
            told,
            examples=examples,
            stories=self._stories(told.stories),
            drivers=self._drivers(told.drivers, gone, texts),
            watched=_kept(told.watched, self._keeps_watched),
        )
        return told if found == told else found

    def _examples(self, examples: tuple[Example, ...]) -> tuple[Example, ...]:
        return _kept(examples, lambda one: not self.has(one.id, one.handle))

    def _stories(self, stories: tuple[Story, ...]) -> tuple[Story, ...]:
        return tuple(
            replace(story, first=self._post(story.first), strongest=self._post(story.strongest))
            for story in stories
        )

    def _post(self, post: StoryPost | None) -> StoryPost | None:
        return None if post is not None and self.has(post.id, post.handle) else post

    def _drivers(self, drivers: Drivers, gone: set[str], texts: set[str]) -> Drivers:
        """Without the accounts, and without the samples of wordings that came from what is gone."""
        return replace(
            drivers,
            authors=_kept(drivers.authors, lambda line: not self.has_author(line[0])),
            handles=_kept(drivers.handles, lambda line: not self.has_author(line[0])),
            influencers=_kept(drivers.influencers, lambda one: not self.has_author(one.handle)),
            wordings=tuple(
                replace(one, sample="") if one.id in gone or one.sample in texts else one
                for one in drivers.wordings
            ),
        )

    def _keeps_watched(self, one: Watched) -> bool:
        return not self.has(one.post, one.handle)


def names_in(told: Transition) -> Iterator[str]:
    """Return the names of all that a deletion could take out of a transition, as ``names_of`` has.

    Some come more than once.
    """
    drivers = told.drivers
    for example in told.examples:
        yield from (example.id, _account(example.handle))
    for story in told.stories:
        for post in filter(None, (story.first, story.strongest)):
            yield from (post.id, _account(post.handle))
    for one in told.watched:
        yield from (one.post, _account(one.handle))
    yield from (_account(name) for name, _ in (*drivers.authors, *drivers.handles))
    yield from (_account(one.handle) for one in drivers.influencers)


def names_of(deletion: Deletion) -> tuple[str, ...]:
    """Return the names of what a deletion is about: a post by its id, an account behind an ``@``.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 30, tzinfo=UTC)
    >>> names_of(Deletion(id="1", at=at, kind="author", subject="@Ana", by="x"))
    ('@ana',)
    """
    if deletion.kind == "post":
        return (deletion.subject,)
    return tuple(_account(one) for one in (deletion.subject, deletion.handle) if one)


def _account(handle: str) -> str:
    return f"@{folded(handle)}"


def folded(name: str) -> str:
    """Return a handle as it is looked for, however it is written.

    >>> folded("@Ana")
    'ana'
    """
    return name.removeprefix("@").casefold()


def _kept(items: Iterable[Item], keeps: Callable[[Item], bool]) -> tuple[Item, ...]:
    return tuple(item for item in items if keeps(item))
