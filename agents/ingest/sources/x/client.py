"""tweepy's streaming client, one connection at a time: reconnecting is ours to decide.

tweepy 4.17 by itself reconnects without a pause after a clean close, repeats 401 and 403 for ever,
sleeps where nothing can wake it, and ends for good on a line that is no JSON or a rule without a
tag. So every hook that ends an attempt tells it to stop, and lines are handed on unparsed.
"""

import json
from collections.abc import Callable
from importlib.metadata import version
from time import monotonic
from typing import Any

import requests
import tweepy

from agents.ingest.sources.x.backoff import Ended

_HARD_CODED = "https://api.twitter.com"
SILENCE_S = 21.0
"""X sends a keep-alive every 20 s; a connection that is silent for longer is dead."""

_SHOWN = 300

FIELDS = {
    "tweet_fields": [
        "author_id",
        "conversation_id",
        "created_at",
        "edit_history_tweet_ids",
        "entities",
        "in_reply_to_user_id",
        "lang",
        "note_tweet",
        "referenced_tweets",
    ],
    "user_fields": ["created_at", "public_metrics", "username", "verified"],
    "expansions": [
        "author_id",
        "in_reply_to_user_id",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
    ],
}


class RebasedSession(requests.Session):
    """A session that sends what tweepy addresses to its fixed host to ``base_url`` instead.

    No answer, and no byte of a stream, for ``timeout_s`` is an error. ``latest`` is the newest
    response, whose headers tweepy does not hand on.
    """

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__()
        self._timeout_s = timeout_s
        self._base_url = base_url.rstrip("/")
        self.latest: requests.Response | None = None

    def request(  # type: ignore[override]  # noqa: D102 - as the parent
        self,
        method: str,
        url: str,
        **kwargs: Any,  # noqa: ANN401 - handed on as they are
    ) -> requests.Response:
        kwargs["timeout"] = self._timeout_s
        url = self._base_url + url.removeprefix(_HARD_CODED)
        self.latest = super().request(method, url, **kwargs)
        return self.latest


class XClient(tweepy.StreamingClient):  # type: ignore[misc]  # tweepy has no types
    """The filtered stream at ``base_url``.

    ``on_line`` gets every line as bytes, ``on_open`` is called when a connection stands and
    ``on_alive`` at every keep-alive; all from the thread that called ``listen``.
    """

    def __init__(
        self,
        bearer_token: str,
        base_url: str,
        *,
        on_line: Callable[[bytes], None],
        on_open: Callable[[], None],
        on_alive: Callable[[], None],
        silence_s: float = SILENCE_S,
    ) -> None:
        super().__init__(bearer_token)
        self.session = RebasedSession(base_url, silence_s)
        self.user_agent = f"tocsin/{version('tocsin')}"
        self._on_line = on_line
        self._on_open = on_open
        self._on_alive = on_alive
        self._opened_s: float | None = None
        self._ended = Ended("network")

    def listen(self) -> Ended:
        """Connect once, hand on lines until the connection ends, and say how it ended."""
        self._opened_s = None
        self._ended = Ended("network", detail="connection failed")
        try:
            self.filter(**FIELDS)
        except requests.RequestException as error:
            self._ended = Ended("network", detail=f"{type(error).__name__}: {error}"[:_SHOWN])
        if self._opened_s is None:
            return self._ended
        return Ended("dropped", detail=self._ended.detail, stayed_s=monotonic() - self._opened_s)

    def hang_up(self) -> None:
        """End ``listen`` from another thread, at once if it is waiting for a line."""
        self.disconnect()
        response = self.session.latest
        if response is not None and self._opened_s is not None:
            try:
                response.raw.shutdown()
            except (ValueError, RuntimeError, OSError):
                return  # it has ended already

    def on_data(self, raw_data: bytes) -> None:  # noqa: D102 - tweepy's hook
        self._on_line(raw_data)

    def on_keep_alive(self) -> None:  # noqa: D102 - tweepy's hook
        self._on_alive()

    def on_connect(self) -> None:  # noqa: D102 - tweepy's hook
        self._opened_s = monotonic()
        self._ended = Ended("network", detail="connection lost")
        self._on_open()

    def on_closed(self, response: requests.Response) -> None:  # noqa: ARG002, D102 - tweepy's hook
        self._ended = Ended("network", detail="closed by X")
        self.disconnect()

    def on_connection_error(self) -> None:  # noqa: D102 - tweepy's hook
        self.disconnect()

    def on_request_error(self, status_code: int) -> None:  # noqa: D102 - tweepy's hook
        response = self.session.latest
        reset = response.headers.get("x-rate-limit-reset", "") if response is not None else ""
        self._ended = Ended(
            "http",
            status=status_code,
            detail=_explanation(response),
            retry_at_s=float(reset) if reset.isdigit() else None,
        )
        self.disconnect()

    def on_exception(self, exception: Exception) -> None:  # noqa: D102 - tweepy's hook
        raise exception


def _explanation(response: requests.Response | None) -> str:
    """What X says about its refusal, in one line."""
    if response is None:
        return ""
    try:
        told = json.loads(response.text)
        return str(told.get("detail") or told.get("title") or told)[:_SHOWN]
    except (ValueError, AttributeError, requests.RequestException):
        return response.reason or ""
