"""What the streams of X say beside posts: deletions, limits, disconnects, pages without posts.

Sources: Twitter API v1.1, streaming message types; X API v2, filtered and compliance streams.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from agents.ingest.formats.items import RecordedMessage

_V1 = (
    "delete",
    "scrub_geo",
    "status_withheld",
    "user_withheld",
    "warning",
    "event",
    "friends",
    "friends_str",
    "control",
    "direct_message",
)
_COMPLIANCE = (
    "delete",
    "edit",
    "tweet_edit",
    "withheld",
    "drop",
    "undrop",
    "scrub_geo",
    "user_delete",
    "user_undelete",
    "user_protect",
    "user_unprotect",
    "user_suspend",
    "user_unsuspend",
    "user_withheld",
    "user_profile_modification",
)
_DETAIL_CHARACTERS = 200


def message_in(line: dict[str, Any]) -> RecordedMessage | None:
    """The message in a line that holds no post; None if it is none that is known.

    >>> message_in({"limit": {"track": 12, "timestamp_ms": "1615798802000"}}).missed
    'X did not deliver 12 posts since it was connected'
    >>> message_in({"delete": {"status": {"id": 1}}}).what
    'delete'
    """
    if isinstance(limit := line.get("limit"), dict):
        total = limit.get("track")
        posts = total if isinstance(total, int) and total > 0 else 0
        missed = f"X did not deliver {posts:,} posts since it was connected"
        return RecordedMessage("limit", missed, _time(limit), posts)
    if isinstance(ended := line.get("disconnect"), dict):
        reason = str(ended.get("reason") or ended.get("code") or "no reason given")
        missed = f"X ended the connection: {reason[:_DETAIL_CHARACTERS]}"
        return RecordedMessage("disconnect", missed, _time(ended))
    for what in _V1:
        if what in line and "text" not in line:
            return RecordedMessage(what)
    data = line.get("data")
    if isinstance(data, dict) and "text" not in data:
        if isinstance(event := data.get("event_type"), str):
            return RecordedMessage(event[:_DETAIL_CHARACTERS])
        if what := next((what for what in _COMPLIANCE if what in data), ""):
            return RecordedMessage(what)
    return _without_posts(line)


def _without_posts(line: dict[str, Any]) -> RecordedMessage | None:  # noqa: PLR0911 - one a message
    """A response of API v2 that holds no post."""
    if line.get("data"):
        return None
    errors = line.get("errors")
    if isinstance(errors, list) and errors:
        first = errors[0] if isinstance(errors[0], dict) else {}
        title = str(first.get("title") or first.get("detail") or "an error")[:_DETAIL_CHARACTERS]
        if "disconnect" in title.lower() or "disconnect_type" in first:
            detail = str(first.get("detail") or title)[:_DETAIL_CHARACTERS]
            return RecordedMessage("disconnect", f"X ended the connection: {detail}")
        return RecordedMessage(f"error: {title}")
    if "title" in line and ("connection_issue" in line or "status" in line):
        return RecordedMessage(f"error: {str(line['title'])[:_DETAIL_CHARACTERS]}")
    if isinstance(line.get("includes"), dict):
        return RecordedMessage("includes without posts")
    if isinstance(line.get("meta"), dict) or line.get("data") == []:
        return RecordedMessage("a page without posts")
    return None


def _time(said: dict[str, Any]) -> datetime | None:
    try:
        milliseconds = int(said["timestamp_ms"])
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
