"""Which posts and accounts are to be forgotten, and forgetting them in what is shown."""

from collections.abc import Iterator
from threading import Lock

from pipeline.deletions.records import transition_without
from pipeline.deletions.to_forget import ToForget, folded, names_in_link
from schemas.bucket import Example
from schemas.deletion import Deletion
from schemas.incident import Transition


class Forgotten:
    """Takes deletions, in any order and any number of copies. Safe for several threads.

    A transition bears handles and no ids of accounts, so an account that is known by its id alone
    is found only where a source calls it by that id, as Bluesky does.
    """

    def __init__(self) -> None:
        self._gone = ToForget()
        self._lock = Lock()

    def take(self, deletion: Deletion) -> None:
        """Note one."""
        with self._lock:
            self._gone.take(deletion)

    def has(self, post: str, handle: str = "") -> bool:
        """Whether a post is to be forgotten, by its id or by who wrote it."""
        with self._lock:
            return self._gone.has(post, handle)

    def has_author(self, handle: str) -> bool:
        """Whether an account is to be forgotten."""
        with self._lock:
            return self._gone.author(handle)

    def text_of(self, text: str) -> str:
        """Return what somebody wrote, as it may be shown."""
        with self._lock:
            return self._gone.text_of(text)

    def shown(self, told: Transition) -> Transition:
        """Return a transition as it may be shown: counts and all else as they were.

        >>> from datetime import UTC, datetime
        >>> at = datetime(2026, 11, 30, tzinfo=UTC)
        >>> forgotten = Forgotten()
        >>> forgotten.take(Deletion(id="1", at=at, kind="author", subject="@Ana", by="x"))
        >>> forgotten.has_author("ana"), forgotten.has("7", "ben")
        (True, False)
        """
        with self._lock:
            return transition_without(told, self._gone) if len(self._gone) else told


def names_in(told: Transition) -> Iterator[str]:
    """Return the names of all that a deletion could take out of a transition, as ``names_of`` has.

    Some come more than once.
    """
    drivers = told.drivers
    for example in told.examples:
        yield from names_of_post(example)
    for story in told.stories:
        for post in filter(None, (story.first, story.strongest)):
            yield from (*_versions(post.id), _account(post.handle))
    for one in told.watched:
        yield from (*_versions(one.post), _account(one.handle))
    yield from (_account(name) for name, _ in (*drivers.authors, *drivers.handles))
    yield from (_account(one.handle) for one in drivers.influencers)
    for wording in drivers.wordings:
        if wording.post:
            yield from (*_versions(wording.post), _account(wording.handle))
    details = [one.detail for one in told.reasons if one.detail]
    yield from (_account(one) for one in details if one[0] == "@")
    for link in (*(link for link, _ in drivers.links), *details):
        author, linked = names_in_link(link)
        yield from (*_versions(link), *filter(None, (linked, author and _account(author))))


def names_of_post(post: Example) -> tuple[str, ...]:
    """Return the names of a post that is shown, and of who wrote it."""
    return (*_versions(post.id), _account(post.handle))


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


def _versions(post: str) -> tuple[str, ...]:
    """Return the id of a post, and that of its first version, by which it may be deleted."""
    first, later, _ = post.partition("#")
    return (post, first) if later else (post,)


def _account(handle: str) -> str:
    return f"@{folded(handle)}"
