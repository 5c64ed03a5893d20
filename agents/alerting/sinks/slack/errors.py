"""What can go wrong between us and Slack, and what it means.

::

    SlackError(SinkError)
    ├── TryLaterError       Slack is away or asks for patience: a RetryableError
    ├── AccountError        the token is not accepted: an UnauthorizedError
    └── PlaceError          this channel or message is not accepted: a RejectedError
        ├── GoneError       the message to be changed is no longer there
        ├── SpentError      what a press allows was done already
        └── FormError       the message itself is refused
"""

import math
import re
from http.client import HTTPException

from slack_sdk.errors import SlackApiError

from agents.alerting.sinks.base import (
    RejectedError,
    RetryableError,
    SinkError,
    UnauthorizedError,
)

_RATE_LIMITED = 429
_SERVER_ERROR = 500
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_LATER = frozenset({
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "accesslimited", "team_added_to_org",
})  # fmt: skip
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_ACCOUNT = frozenset({
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired",
    "missing_scope", "no_permission", "not_allowed_token_type", "org_login_required",
    "ekm_access_denied", "two_factor_setup_required", "access_denied",
})  # fmt: skip
_GONE = frozenset({
    "message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed",
    "cannot_reply_to_message",
})  # fmt: skip
_SPENT = frozenset({"exchanged_trigger_id"})
_FORM = frozenset({
    "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long",
    "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large",
})  # fmt: skip
_PLACE = frozenset({
    "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "no_channel",
    "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "no_text",
    "method_not_supported_for_channel_type", "team_access_not_granted", "posting_to_channel_denied",
    "is_inactive", "message_limit_exceeded",
})  # fmt: skip


class SlackError(SinkError):
    """A call that Slack did not do. ``code``: its name, fit for a metric's label."""


class TryLaterError(SlackError, RetryableError):
    """Slack is away or asks for patience.

    ``after_s``: how long it asked us to wait, or 0. Where the app asks too much of Slack, each
    further call would only ask more: its limits are those of the whole app.
    """

    def __init__(self, code: str, detail: str = "", after_s: float = 0.0) -> None:
        RetryableError.__init__(self, code, detail, after_s=after_s, everywhere=code in _LIMITED)


class AccountError(SlackError, UnauthorizedError):
    """The token is not accepted: only an administrator can mend it."""


class PlaceError(SlackError, RejectedError):
    """The channel or the message is not accepted; another channel may be."""


class GoneError(PlaceError):
    """The message that was to be changed or answered is no longer there."""


class SpentError(PlaceError):
    """A press opens one form; this one did before: a second copy of it."""


class MessageFormError(PlaceError):
    """Slack refuses the message as it is built."""


def from_answer(error: SlackApiError) -> SlackError:
    """Turn Slack's refusal into what it means; an unknown code speaks for this place only."""
    answer = error.response
    headers = {name.lower(): value for name, value in answer.headers.items()}
    data = answer.data if isinstance(answer.data, dict) else {}
    said = str(data.get("error", ""))
    if answer.status_code == _RATE_LIMITED:
        return TryLaterError("ratelimited", after_s=_seconds(headers.get("retry-after", "")))
    if answer.status_code >= _SERVER_ERROR:
        return TryLaterError(f"http_{answer.status_code}")
    if not _CODE.fullmatch(said):
        # A proxy's page, or half an answer: nothing Slack says.
        return TryLaterError("not_json", f"HTTP {answer.status_code}")
    needed = f"needs {data['needed']}" if data.get("needed") else ""
    if said in _LATER:
        return TryLaterError(said, after_s=_seconds(headers.get("retry-after", "")))
    for codes, kind in (
        (_ACCOUNT, AccountError),
        (_GONE, GoneError),
        (_SPENT, SpentError),
        (_FORM, MessageFormError),
    ):
        if said in codes:
            return kind(said, needed)
    return PlaceError(said) if said in _PLACE else PlaceError("refused", said)


def from_network(error: OSError | HTTPException | UnicodeError) -> TryLaterError:
    """Turn a broken or unreadable connection into what it means."""
    reason = getattr(error, "reason", error)
    timed_out = isinstance(error, TimeoutError) or isinstance(reason, TimeoutError)
    return TryLaterError(
        "timeout" if timed_out else "connection", f"{type(error).__name__}: {reason}"
    )


def _seconds(text: str) -> float:
    """Read what Retry-After says; what is no number of seconds says nothing."""
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < math.inf else 0.0
