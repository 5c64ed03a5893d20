"""One POST to an address that somebody wrote down, and what its answer means for a sink.

Nothing is repeated here and no redirect is followed: what is posted bears a signature or a
password, and belongs to the address that was written down.
"""

import ipaddress
import math
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from copy import copy
from http.client import HTTPException
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

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


class AddressError(ValueError):
    """An address to which nothing may be posted: what is wrong with it, without the address."""


class Address:
    """Where something is posted to. What it holds may be a secret, so nothing shows it.

    Name and password in ``url`` are sent as HTTP's basic authentication.

    Raises:
        AddressError: it is no address, or one of another host that is not encrypted.
    """

    def __init__(self, url: str) -> None:
        check_address(url)
        parts = urlsplit(url)
        self.headers: dict[str, str] = {}
        if parts.username is not None:
            account = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self.headers["Authorization"] = f"Basic {b64encode(account.encode()).decode()}"
        self.url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def below(self, path: str) -> "Address":
        """Return the address of ``path`` below this one, with the same account."""
        other = copy(self)
        parts = urlsplit(self.url)
        other.url = urlunsplit(parts._replace(path=parts.path.rstrip("/") + path))
        return other

    def __repr__(self) -> str:
        """Only the host: paths of webhooks are secrets."""
        return f"Address({urlsplit(self.url).hostname})"


def check_address(url: str) -> None:
    """Raise ``AddressError`` where nothing may be posted to ``url``.

    >>> check_address("https://hooks.acme.example/tocsin")
    >>> check_address("http://127.0.0.1:9093")
    >>> check_address("http://hooks.acme.example/tocsin")
    Traceback (most recent call last):
        ...
    agents.alerting.sinks.http.AddressError: it is not encrypted; write https://
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError("it is no address; write https://host/path") from error
    if parts.scheme not in {"http", "https"} or not host or not _printable(url):
        raise AddressError("it is no address; write https://host/path")
    if parts.scheme == "http" and not is_loopback(host):
        raise AddressError("it is not encrypted; write https://")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, so that nobody else can read what goes there.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("10.0.0.7")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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


def _printable(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow none: it becomes an ``HTTPError``."""


_OPENER = urllib.request.build_opener(_NoRedirects)
