"""One POST to an address that somebody wrote down, and what its answer means for a sink.

Nothing is repeated here and no redirect is followed: what is posted bears a signature or a
password, and belongs to the address that was written down.
"""

import math
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Final

from agents.alerting.address import Address
from agents.alerting.sinks.base import (
    RejectedError,
    RetryableError,
    SinkError,
    UnauthorizedError,
)

TIMEOUT_S: Final = 10.0
_ACCOUNT: Final = frozenset({401, 403, 407})
_LATER: Final = frozenset({408, 425, 429})
_RATE_LIMITED: Final = 429
_SERVER_ERROR: Final = 500


def post(
    address: Address, body: bytes, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S
) -> None:
    """Post ``body`` and return once it was taken (2xx).

    Raises:
        RetryableError: 408, 425, 429, 5xx, no connection, or no answer in time.
        UnauthorizedError: 401, 403, 407.
        RejectedError: anything else, redirects included.
    """
    _call(address, "POST", body, headers, timeout_s)


def is_there(address: Address, *, timeout_s: float = TIMEOUT_S) -> bool:
    """Whether something answers at ``address`` and does not ask us to come later.

    Raises:
        RetryableError, UnauthorizedError: as ``post``.
    """
    try:
        _call(address, "GET", None, {}, timeout_s)
    except RejectedError:
        # What takes posts need not answer a question; that it refuses one says that it is there.
        return True
    return True


def _call(
    address: Address,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    timeout_s: float,
) -> None:
    request = urllib.request.Request(  # noqa: S310 - check_address lets http and https through only
        address.url, data=body, headers={**address.headers, **headers}, method=method
    )
    try:
        with _OPENER.open(request, timeout=timeout_s):
            return
    except urllib.error.HTTPError as error:
        with error:
            after = error.headers.get("Retry-After", "")
            raise meaning(error.code, retry_after=after) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        code = "timeout" if isinstance(reason, TimeoutError) else "connection"
        raise RetryableError(code, type(reason).__name__) from error


def meaning(status: int, *, retry_after: str = "") -> SinkError:
    """Return what an HTTP status that is no success means for a sink.

    >>> meaning(429, retry_after="7").after_s, type(meaning(404)).__name__
    (7.0, 'RejectedError')
    """
    code = f"http_{status}"
    if status in _ACCOUNT:
        return UnauthorizedError(code)
    if status in _LATER or status >= _SERVER_ERROR:
        after_s = _seconds(retry_after)
        return RetryableError(code, after_s=after_s, everywhere=status == _RATE_LIMITED)
    return RejectedError(code)


def _seconds(text: str) -> float:
    """Read what Retry-After says; a date, or what is no number, says nothing."""
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < math.inf else 0.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow none: it becomes an ``HTTPError``."""


_OPENER = urllib.request.build_opener(_NoRedirects)
