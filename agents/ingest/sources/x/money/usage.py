"""What X itself has counted: ``GET /2/usage/tweets``, which costs nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec
import requests
from msgspec import Struct

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.client import SILENCE_S, RebasedSession, ended_by, user_agent

_DAYS: Final = 31
"""A month, whatever its length."""


class UsageError(RuntimeError):
    """X did not say what was used; the message says what it said instead."""


class _Day(Struct, frozen=True):
    date: str = ""
    usage: int = 0


class _Project(Struct, frozen=True):
    usage: tuple[_Day, ...] = ()


class _Data(Struct, frozen=True):
    daily_project_usage: _Project = _Project()


class _Answer(Struct, frozen=True):
    data: _Data = _Data()


_decode = msgspec.json.Decoder(_Answer, strict=False).decode


def days_in(raw: bytes) -> dict[date, int]:
    """Return the posts that the project read, by day (UTC); raises ``UsageError``.

    >>> days_in(b'{"data": {"daily_project_usage": {"usage": '
    ...         b'[{"date": "2026-11-30T00:00:00.000Z", "usage": "40"}]}}}')
    {datetime.date(2026, 11, 30): 40}
    """
    try:
        days = _decode(raw).data.daily_project_usage.usage
        return {datetime.fromisoformat(one.date).date(): one.usage for one in days}
    except ValueError as error:  # msgspec's are, too
        raise UsageError(f"an answer that makes no sense: {shown(str(error))}") from error


class XUsage:
    """Asks what the project has used. tweepy 4.17 does not know the endpoint: its session does."""

    def __init__(self, bearer_token: str, base_url: str, *, timeout_s: float = SILENCE_S) -> None:
        self._session = RebasedSession(base_url, timeout_s)
        self._headers = {"Authorization": f"Bearer {bearer_token}", "User-Agent": user_agent()}

    def __call__(self) -> Mapping[date, int]:
        """Return the posts of each of the latest 31 days (UTC); raises ``UsageError``."""
        try:
            answer = self._session.request(
                "GET",
                "/2/usage/tweets",
                params={"days": str(_DAYS), "usage.fields": "daily_project_usage"},
                headers=self._headers,
            )
        except (requests.RequestException, OSError) as error:
            raise UsageError(shown(f"{type(error).__name__}: {error}")) from error
        if not answer.ok:
            ended = ended_by(answer)
            raise UsageError(f"{ended.short} {ended.detail}")
        return days_in(answer.content)
