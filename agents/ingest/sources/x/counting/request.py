"""``GET /2/tweets/counts/recent``: how many posts there were, by the hour, up to a week back."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import requests
import tweepy
from msgspec import Struct

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.client import SILENCE_S, RebasedSession, ended_by, user_agent
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.prices import Taken


class CountsError(RuntimeError):
    """X did not count; the message says what it said instead."""


class _Count(Struct, frozen=True):
    tweet_count: int


class _Answer(Struct, frozen=True):
    data: tuple[_Count, ...] = ()


_decode = msgspec.json.Decoder(_Answer).decode


class XCounts:
    """Asks X to count. Each request is paid for by the ``account``, and left out if it cannot be.

    Queries are those of recent search, of 512 characters at most. Counts match as search does:
    without reposts, and a word with and without its accents for the same.
    """

    def __init__(
        self, bearer_token: str, base_url: str, *, account: Account, timeout_s: float = SILENCE_S
    ) -> None:
        self._account = account
        self._client = tweepy.Client(bearer_token, return_type=requests.Response)
        self._client.session = RebasedSession(base_url, timeout_s)
        self._client.user_agent = user_agent()

    def answer(
        self, query: str, start: datetime | None = None, end: datetime | None = None
    ) -> bytes:
        """Return X's answer by the hour, of the last seven days unless told; or ``CountsError``."""
        one = Taken(requests=1)
        if not self._account.affords(one):
            raise CountsError("it is left out to save money")
        self._account.asked(one)
        try:
            answer: requests.Response = self._client.get_recent_tweets_count(
                query, granularity="hour", start_time=start, end_time=end
            )
        except tweepy.HTTPException as error:
            ended = ended_by(error.response)
            raise CountsError(f"{ended.short} {ended.detail}") from error
        except (requests.RequestException, OSError) as error:
            raise CountsError(shown(f"{type(error).__name__}: {error}")) from error
        return answer.content

    def within(self, queries: Sequence[str], start: datetime, end: datetime) -> int:
        """Return how many posts there were; of several queries the sum."""
        total = 0
        for query in queries:
            raw = self.answer(query, start, end)
            try:
                total += sum(one.tweet_count for one in _decode(raw).data)
            except msgspec.DecodeError as error:
                raise CountsError(f"an answer that makes no sense: {error}") from error
        return total
