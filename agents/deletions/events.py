"""What X says about deleted posts and accounts, in whichever of its streams. Pure.

Sources: X API v2, compliance streams and results of batch compliance jobs; X Activity API
(``post.delete``); v1.1, streaming messages.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.deletion import DeletionCause, DeletionKind

_POSTS: Final[Mapping[str, DeletionCause]] = {
    "delete": "deleted",
    "tweet_edit": "edited",
    "edit": "edited",
    "withheld": "withheld",
    "drop": "withheld",
}
_AUTHORS: Final[Mapping[str, DeletionCause]] = {
    "user_delete": "deleted",
    "user_protect": "protected",
    "user_suspend": "suspended",
    "user_withheld": "withheld",
}
_REASONS: Final[Mapping[str, DeletionCause | None]] = {
    "deleted": "deleted",
    "deactivated": "protected",
    "protected": "protected",
    "suspended": "suspended",
    "bounced": "withheld",
    "scrub_geo": None,
}
"""Of a batch job's results. Places are not kept, so there is nothing to take out of a post."""
_MOST_ID: Final = 64

ToForget = tuple[DeletionKind, str, DeletionCause]
"""Kind, id and cause of what is to be forgotten."""


def gone_in(raw: bytes) -> list[ToForget]:
    """Return what a line says must be forgotten; nothing where it says no such thing.

    What may come back, such as an account that is protected for a day, is not waited for: what is
    shown is forgotten, and what it says later is heard anew. An edit takes its earlier text away.

    >>> gone_in(b'{"data": {"delete": {"tweet": {"id": "6", "author_id": "3"}}}}')
    [('post', '6', 'deleted')]
    >>> gone_in(b'{"data": {"user_protect": {"user": {"id": "3"}}}}')
    [('author', '3', 'protected')]
    >>> gone_in(b'{"id": "6", "action": "delete", "reason": "suspended"}')
    [('post', '6', 'suspended')]
    >>> gone_in(b'{"data": {"id": "6", "text": "delete"}}')
    []
    """
    if b"delete" not in raw and not any(word.encode() in raw for word in (*_POSTS, *_AUTHORS)):
        return []
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    if not isinstance(line, dict):
        return []
    data = line.get("data", line)
    if not isinstance(data, dict) or "text" in data:
        return []
    found = [*_of_activity(data), *_of_compliance(data), *_of_batch(data)]
    return list(dict.fromkeys(found))


def _of_activity(data: Mapping[str, Any]) -> Iterator[ToForget]:
    if data.get("event_type") != "post.delete":
        return
    payload = data.get("payload")
    if isinstance(payload, dict):
        post = payload.get("post", payload.get("tweet", payload))
        for name in ("id", "post_id", "tweet_id"):
            if isinstance(post, dict) and (found := _id(post.get(name))):
                yield "post", found, "deleted"


def _of_batch(data: Mapping[str, Any]) -> Iterator[ToForget]:
    if data.get("action") != "delete":
        return
    reason = data.get("reason")
    cause = _REASONS.get(reason, "deleted") if isinstance(reason, str) else "deleted"
    if cause is not None and (found := _id(data.get("id"))):
        yield "post", found, cause


def _of_compliance(data: Mapping[str, Any]) -> Iterator[ToForget]:
    for what, cause in _POSTS.items():
        said = data.get(what)
        if isinstance(said, dict):
            # v1.1 says ``status``; an edit names the version that it replaces.
            post = said.get("tweet", said.get("status", {}))
            names = ("id", "id_str", "initial_tweet_id") if cause == "edited" else ("id", "id_str")
            for name in names:
                if isinstance(post, dict) and (found := _id(post.get(name))):
                    yield "post", found, cause
    for what, cause in _AUTHORS.items():
        said = data.get(what)
        if isinstance(said, dict):
            user = said.get("user", said)
            found = _id(user.get("id")) if isinstance(user, dict) else ""
            if found:
                yield "author", found, cause


def _id(value: object) -> str:
    found = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return found if found.isalnum() and len(found) <= _MOST_ID else ""
