"""Who may say something on the page: whom the proxy names, from the page itself, and nobody else.

A form of another site that a browser is made to send bears that browser's login as well. So what
changes something has to come from this page (what the browser says of its origin), and to bring a
token that only this page hands out. A name in the request's ``Host`` that is not ours is refused,
or a stranger's site could point its own name here and read along.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

NAME_CHARACTERS: Final = 200

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_.-]+))(?::\d{1,5})?")


def user_of(said: Sequence[str]) -> str | None:
    """Who it is, from the values of the header that the proxy sets; None if that is not certain.

    Two values are as bad as none: one of them may be the visitor's own.

    >>> user_of(["ana@acme.example"])
    'ana@acme.example'
    >>> user_of(["ana", "eve"]) is None
    True
    """
    if len(said) != 1:
        return None
    name = said[0].strip()
    fine = 0 < len(name) <= NAME_CHARACTERS and name.isprintable()
    return name if fine else None


def bearer_of(said: Sequence[str], prefix: str) -> str | None:
    """The token of ours that the headers ``Authorization`` bring; None if there is none.

    A proxy may hand on a login of its own, Basic or Bearer, which is not for us to judge. Two
    headers are one token that is none.

    >>> bearer_of(["bearer tocsin_x"], "tocsin_"), bearer_of(["Bearer eyJ"], "tocsin_")
    ('tocsin_x', None)
    """
    found = [
        token.strip()
        for kind, _, token in (one.strip().partition(" ") for one in said)
        if kind.lower() == "bearer" and token.strip().lower().startswith(prefix)
    ]
    if not found:
        return None
    return found[0] if len(said) == 1 else prefix


def is_our_host(host: str, public: str) -> bool:
    """Whether ``Host`` is ours: that of the public address, an IP address, or this machine.

    >>> is_our_host("tocsin.acme.example", "https://tocsin.acme.example")
    True
    >>> is_our_host("evil.example", ""), is_our_host("127.0.0.1:8080", "")
    (False, True)
    """
    host = host.lower()
    if public and host == urlsplit(public.lower()).netloc:
        return True
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found["six"] or found["name"]
    if name == "localhost":
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_from_page(headers: Mapping[str, str], public: str) -> bool:
    """Whether a browser says that a form was sent from this page.

    >>> is_from_page({"Host": "10.0.0.7", "Origin": "http://evil.example"}, "")
    False
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    origin = origin.lower()
    host = headers.get("Host", "").lower()
    ours = {public.lower()} if public else {f"http://{host}", f"https://{host}"}
    return origin in ours


class Tokens:
    """Tokens for one user and one thing each. ``secret``: known to this process alone."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, user: str, about: str) -> str:
        """Return the token of ``user`` about something: an incident's forms, or what was kept."""
        said = f"{user}\n{about}".encode("utf-8", "replace")
        return hmac.new(self._secret, said, sha256).hexdigest()

    def fits(self, token: str, user: str, about: str) -> bool:
        """Whether ``token`` is that one."""
        made = self.make(user, about)
        return hmac.compare_digest(made.encode(), token.encode("utf-8", "replace"))
