"""An address to which alerts may be posted: encrypted, or of this machine."""

import ipaddress
from base64 import b64encode
from copy import copy
from urllib.parse import unquote, urlsplit, urlunsplit

from pipeline.phrase import Phrase


class AddressError(ValueError):
    """An address to which nothing may be posted: what is wrong with it, without the address.

    ``do``: what to do about it.
    """

    def __init__(self, what: Phrase, do: Phrase) -> None:
        super().__init__(Phrase("{what}; {do}", what=what, do=do))
        self.what, self.do = what, do


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
    agents.alerting.address.AddressError: it is not encrypted; write https://
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(Phrase("it is no address"), Phrase("write https://host/path")) from error
    if parts.scheme not in {"http", "https"} or not host or not _printable(url):
        raise AddressError(Phrase("it is no address"), Phrase("write https://host/path"))
    if parts.scheme == "http" and not is_loopback(host):
        raise AddressError(Phrase("it is not encrypted"), Phrase("write https://"))


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, so that nobody else can read what goes there.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("10.0.0.7")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _printable(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url
