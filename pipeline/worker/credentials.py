"""How the worker's clients prove who they are: what Faust makes of a login to Kafka."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Protocol

from faust.auth import (
    AbstractTokenProvider,
    OAuthCredentials,
    SASLCredentials,
    SSLCredentials,
)
from faust.types.auth import CredentialsT


class Login(Protocol):
    """What a client needs to connect. ``agents.kafka.security`` has one."""

    @property
    def context(self) -> ssl.SSLContext | None:
        """Of TLS; None where the listener has none."""
        ...

    @property
    def mechanism(self) -> str:
        """Of SASL, empty where the listener asks for no login."""
        ...

    @property
    def username(self) -> str:
        """For PLAIN and SCRAM."""
        ...

    @property
    def plain_password(self) -> str:
        """For PLAIN and SCRAM."""
        ...

    @property
    def token(self) -> Callable[[], str] | None:
        """For OAUTHBEARER: returns a token that is valid now, and may take its time for it."""
        ...


class _Tokens(AbstractTokenProvider):  # type: ignore[misc]  # Faust ships without types
    """What aiokafka asks for a token. It is made in a thread: the event loop must not wait."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    async def token(self) -> str:
        return await asyncio.to_thread(self._token)


class _Passwords(SASLCredentials):  # type: ignore[misc]
    """A login whose ``password`` is that of now: ``faust_fixes.log_in_anew`` asks at each login."""

    def __init__(self, login: Login) -> None:
        self._login = login
        super().__init__(
            mechanism=login.mechanism, username=login.username, ssl_context=login.context
        )

    @property
    def password(self) -> str:
        return self._login.plain_password

    @password.setter
    def password(self, _none: None) -> None:
        """Faust sets what it was given, which is nothing."""


def credentials_of(login: Login | None) -> CredentialsT | None:
    """Return what Faust is told of a login; None for an open listener.

    >>> credentials_of(None) is None
    True
    """
    if login is None:
        return None
    if login.token is not None:
        return OAuthCredentials(oauth_cb=_Tokens(login.token), ssl_context=login.context)
    if login.mechanism:
        return _Passwords(login)
    return None if login.context is None else SSLCredentials(login.context)
