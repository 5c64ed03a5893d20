"""tweepy's clients, one request or one connection at a time: reconnecting is ours to decide.

tweepy 4.17 by itself reconnects without a pause after a clean close, repeats 401 and 403 for ever,
sleeps where nothing can wake it, follows redirects with the token, needs minutes for a line of
10 MB, and ends for good on a line that is no JSON or a rule without a tag. So every hook that ends
an attempt tells it to stop, lines are cut by ``lines_in`` and handed on unparsed.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import requests
import tweepy
import urllib3

from agents.ingest.sources.x.answers import budget_of, ending_of, message_of, shown
from agents.ingest.sources.x.connection import ConnectBudget, Ended
from agents.ingest.sources.x.lines import chunks_of, lines_in

_HARD_CODED = "https://api.twitter.com"
SILENCE_S = 21.0
"""X sends a keep-alive every 20 s; a connection that is silent for longer is dead."""

_FIELDS = {
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
    "expansions": ["referenced_tweets.id"],
}
_AUTHORS = ["author_id", "in_reply_to_user_id", "referenced_tweets.id.author_id"]


def fields(*, with_authors: bool = True) -> dict[str, list[str]]:
    """Return what to ask for of each post; X charges for each author that it adds."""
    expansions = _FIELDS["expansions"] + (_AUTHORS if with_authors else [])
    return {**_FIELDS, "expansions": expansions}


def user_agent() -> str:
    """Return how Tocsin calls itself."""
    return f"tocsin/{version('tocsin')}"


class RebasedSession(requests.Session):
    """A session that sends what tweepy addresses to its fixed host to ``base_url`` instead.

    No answer, and no byte of a stream, for ``timeout_s`` is an error. Redirects are not followed:
    the token is meant for this address only. ``latest`` is the newest response, whose headers
    tweepy does not hand on; ``also`` are parameters that tweepy does not know.
    """

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__()
        self._timeout_s = timeout_s
        self._base_url = base_url.rstrip("/")
        self.also: Mapping[str, str] = {}
        self.latest: requests.Response | None = None

    def request(  # type: ignore[override]  # noqa: D102 - as the parent
        self,
        method: str,
        url: str,
        **kwargs: Any,  # noqa: ANN401 - handed on as they are
    ) -> requests.Response:
        kwargs["timeout"] = self._timeout_s
        kwargs["allow_redirects"] = False
        kwargs["params"] = {**(kwargs.get("params") or {}), **self.also}
        url = self._base_url + url.removeprefix(_HARD_CODED)
        response = super().request(method, url, **kwargs)
        if kwargs.get("stream"):
            response.iter_lines = lambda **_: lines_in(chunks_of(response))  # type: ignore[method-assign, assignment]
        self.latest = response
        return response


class XClient(tweepy.StreamingClient):  # type: ignore[misc]  # tweepy has no types
    """The filtered stream at ``base_url``.

    ``on_line`` gets every line as bytes, ``on_open`` is called with what is left of the connects
    when a connection stands, and ``on_alive`` at every keep-alive; all from the thread that called
    ``listen``.
    """

    def __init__(
        self,
        bearer_token: str,
        base_url: str,
        *,
        on_line: Callable[[bytes], None],
        on_open: Callable[[ConnectBudget | None], None],
        on_alive: Callable[[], None],
        silence_s: float = SILENCE_S,
    ) -> None:
        super().__init__(bearer_token)
        self.session = RebasedSession(base_url, silence_s)
        self.user_agent = user_agent()
        self._silence_s = silence_s
        self._on_line = on_line
        self._on_open = on_open
        self._on_alive = on_alive
        self._is_open = False
        self._is_over = False
        self._ended = Ended("network")
        self._told: Ended | None = None
        self._dropped: Ended | None = None

    def listen(self, *, with_authors: bool = True, **also: str) -> Ended:
        """Connect once, hand on lines until the connection ends, and say how it ended.

        ``also`` are further parameters of the request, by the names that X gives them.
        """
        self._is_open = False
        self._told = self._dropped = None
        self._ended = Ended("network", "no connection")
        self.session.also = also
        try:
            self.filter(**fields(with_authors=with_authors))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self._ended = Ended("network", shown(f"{type(error).__name__}: {error}"))
            if _is_timeout(error):
                what = f"silence: nothing came for {self._silence_s:.0f} s"
                self._ended = Ended("silent" if self._is_open else "network", what)
            elif self._is_open:
                self._ended = self._ended._replace(kind="dropped")
        return self._dropped or self._told or self._ended

    def hang_up(self) -> None:
        """End ``listen`` from another thread for good, at once if it is waiting for a line."""
        self._is_over = True
        self.drop()

    def drop(self, why: Ended | None = None) -> None:
        """End the connection that stands, from any thread; ``listen`` then says ``why``."""
        self._dropped = why
        self.disconnect()
        response = self.session.latest
        if response is not None and self._is_open:
            try:
                response.raw.shutdown()
            except (ValueError, RuntimeError, OSError):
                return  # it has ended already

    def on_data(self, raw_data: bytes) -> None:  # noqa: D102 - tweepy's hook
        self._told = message_of(raw_data)
        if self._told is None:
            self._on_line(raw_data)

    def on_keep_alive(self) -> None:  # noqa: D102 - tweepy's hook
        self._on_alive()

    def on_connect(self) -> None:  # noqa: D102 - tweepy's hook
        self._is_open = True
        if self._is_over:  # it was asked to end before it had begun
            self.disconnect()
        self._ended = Ended("dropped", "connection lost")
        headers = self.session.latest.headers if self.session.latest is not None else {}
        self._on_open(budget_of(headers))

    def on_closed(self, response: requests.Response) -> None:  # noqa: ARG002, D102 - tweepy's hook
        self._ended = Ended("dropped", "closed by X")
        self.disconnect()

    def on_connection_error(self) -> None:
        """Have tweepy's own handler raise what it has caught, so that ``listen`` can name it."""
        raise  # noqa: PLE0704 - it is called while an exception is handled

    def on_request_error(self, status_code: int) -> None:  # noqa: ARG002, D102 - tweepy's hook
        if self.session.latest is not None:
            self._ended = ended_by(self.session.latest)
        self.disconnect()

    def on_exception(self, exception: Exception) -> None:  # noqa: D102 - tweepy's hook
        raise exception


def ended_by(response: requests.Response) -> Ended:
    """Say what an answer of X means that is not what was asked for."""
    try:
        body = response.content
    except requests.RequestException:
        body = b""
    return ending_of(response.status_code, response.headers, body, response.reason or "")


def _is_timeout(error: BaseException) -> bool:
    """Whether nothing came for too long; requests wraps that once the headers are there."""
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    return isinstance(error, timeouts) or any(isinstance(one, timeouts) for one in error.args)
