"""X as its documentation describes it, as a pure model: the time is handed in, nothing waits.

``support.x_server`` serves it over HTTP, and the storm of faults plays it in virtual time.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

WINDOW_S = 900.0
USD = {"posts": 0.005, "users": 0.010, "requests": 0.005, "owned": 0.001}
ALL_EXPANSIONS = (
    "author_id", "in_reply_to_user_id", "referenced_tweets.id", "referenced_tweets.id.author_id",
)  # fmt: skip


class Answer(NamedTuple):
    """An answer of X: 200 with an empty body stands for a stream that is open."""

    status: int
    body: dict
    headers: Mapping[str, str] = MappingProxyType({})


class XPost(NamedTuple):
    """A post: when it was written, and whether it repeats another, which search does not tell."""

    id: str
    at_s: float
    text: str = "Acme again"
    is_repost: bool = False

    def data(self) -> dict:
        data = {
            "id": self.id,
            "text": self.text,
            "author_id": "7",
            "created_at": datetime.fromtimestamp(self.at_s, UTC).isoformat(timespec="milliseconds"),
        }
        if self.is_repost:
            data["referenced_tweets"] = [{"type": "retweeted", "id": "1"}]
        return data

    def includes(self, expansions: Collection[str]) -> dict:
        """What X adds: the author, and of a repost the post that it repeats with its author."""
        users = [{"id": "7", "username": "fan"}] if "author_id" in expansions else []
        if not self.is_repost or "referenced_tweets.id" not in expansions:
            return {"users": users} if users else {}
        if "referenced_tweets.id.author_id" in expansions:
            users.append({"id": "8", "username": "voice"})
        repeated = {"id": "1", "text": self.text, "author_id": "8"}
        return {"tweets": [repeated], **({"users": users} if users else {})}


def delivers(rule: Mapping[str, str], post: XPost) -> bool:
    """Whether a rule lets a post through: a sample is drawn by the post, the same for all rules."""
    if post.is_repost and "-is:retweet" in rule["value"]:
        return False
    sample = re.search(r"sample:(\d+)", rule["value"])
    return sample is None or crc32(post.id.encode()) % 100 < int(sample[1])


class XWorld:
    """Connections, rules, posts and what is counted of them.

    ``broken`` is answered to every request for as long as it is set.
    """

    def __init__(
        self,
        *,
        connections_limit: int | None = None,
        connects_limit: int | None = None,
        rules_cap: int = 1000,
        rule_characters: int = 1024,
        search_lag_s: float = 10.0,
    ) -> None:
        self.connections_limit = connections_limit
        self.connects_limit = connects_limit
        self.rules_cap = rules_cap
        self.rule_characters = rule_characters
        self.search_lag_s = search_lag_s
        self.broken: Answer | None = None
        self.standing = 0
        self.connects_s: list[float] = []
        self.window_s = 0.0
        self.in_window = 0
        self.rules: list[dict[str, str]] = []
        self.posts: list[XPost] = []
        self.searches = 0
        self.read = Counter[str]()  # everything that was delivered: nothing is charged only once
        self.read_on = Counter[str]()  # posts, by day
        self._rule_number = 0

    # Connections

    def connect(self, now_s: float) -> Answer:
        """Ask for a connection; a 200 takes one of the places until ``leave``."""
        self.connects_s.append(now_s)
        headers = self._counted(now_s)
        if self.connects_limit is not None and self.in_window > self.connects_limit:
            return Answer(429, {"title": "Too Many Requests", "status": 429}, headers)
        if self.broken is not None:
            return self.broken._replace(headers={**headers, **self.broken.headers})
        if self.connections_limit is not None and self.standing >= self.connections_limit:
            told = {
                "title": "ConnectionException",
                "detail": "This stream is currently at the maximum allowed connection limit.",
                "connection_issue": "TooManyConnections",
                "type": "https://api.twitter.com/2/problems/streaming-connection",
            }
            return Answer(429, told, headers)
        self.standing += 1
        return Answer(200, {}, headers)

    def leave(self) -> None:
        """A connection ended, as X sees it."""
        self.standing -= 1

    def others_connect(self, count: int, now_s: float) -> None:
        """Other programs of the project use up connects."""
        for _ in range(count):
            self._counted(now_s)

    def most_connects(self) -> int:
        """The most connects of ours within any 15 minutes."""
        return max(
            (
                sum(1 for at_s in self.connects_s if first_s <= at_s <= first_s + WINDOW_S)
                for first_s in self.connects_s
            ),
            default=0,
        )

    def _counted(self, now_s: float) -> dict[str, str]:
        if self.connects_limit is None:
            return {}
        if now_s - self.window_s >= WINDOW_S:
            self.window_s, self.in_window = now_s, 0
        self.in_window += 1
        return {
            "x-rate-limit-limit": str(self.connects_limit),
            "x-rate-limit-remaining": str(max(self.connects_limit - self.in_window, 0)),
            "x-rate-limit-reset": str(int(self.window_s + WINDOW_S)),
        }

    # Rules

    def change_rules(self, asked: dict, *, dry_run: bool = False) -> Answer:
        """Add or delete rules."""
        if "delete" in asked:
            gone = set(asked["delete"]["ids"])
            if not dry_run:
                self.rules = [rule for rule in self.rules if rule["id"] not in gone]
            return Answer(200, {"meta": {"summary": {"deleted": len(gone)}}})
        if len(self.rules) + len(asked["add"]) > self.rules_cap:
            detail = f"Your App has exceeded the {self.rules_cap} rules it may have."
            return Answer(422, {"title": "RulesCapExceeded", "detail": detail})
        added, errors = [], []
        values = {rule["value"] for rule in self.rules}
        for rule in asked["add"]:
            if rule["value"] in values:
                errors.append({"title": "DuplicateRule", "value": rule["value"]})
            elif len(rule["value"]) > self.rule_characters:
                errors.append({"title": "Invalid Rule", "details": ["Rule is too long"]})
            else:
                values.add(rule["value"])
                self._rule_number += 1
                added.append({"id": f"r{self._rule_number}", **rule})
        if errors:
            return Answer(201, {"errors": errors, "meta": {"summary": {"invalid": len(errors)}}})
        if not dry_run:
            self.rules += added
        return Answer(201, {"data": added})

    # Posts

    def line(
        self, post: XPost, expansions: Collection[str] = (), now_s: float = 0.0
    ) -> bytes | None:
        """The line of a post in the stream; None if no rule is there to match it."""
        rules = [
            {"id": rule["id"], "tag": rule.get("tag", "")}
            for rule in self.rules
            if delivers(rule, post)
        ]
        if not rules:
            return None
        includes = post.includes(expansions)
        self._charge(now_s, 1 + len(includes.get("tweets", ())), len(includes.get("users", ())))
        added = {"includes": includes} if includes else {}
        return json.dumps({"data": post.data(), **added, "matching_rules": rules}).encode()

    def _charge(self, now_s: float, posts: int, users: int) -> None:
        self.read["posts"] += posts
        self.read["users"] += users
        self.read_on[datetime.fromtimestamp(now_s, UTC).date().isoformat()] += posts

    @property
    def bill_usd(self) -> float:
        """What all that was delivered costs."""
        return sum(USD[what] * count for what, count in self.read.items())

    def within(self, start_s: float, end_s: float) -> Iterable[XPost]:
        """All posts of a period, the oldest first."""
        return [post for post in self.posts if start_s <= post.at_s < end_s]

    def search(self, start_s: float, end_s: float, token: str, now_s: float) -> Answer:
        """One page of recent search: the newest first, and no reposts."""
        self.searches += 1
        if end_s > now_s - self.search_lag_s + 1:
            detail = "'end_time' must be a minimum of 10 seconds prior to the request time."
            return Answer(400, {"title": "Invalid Request", "detail": detail})
        found = [one for one in reversed(self.within(start_s, end_s)) if not one.is_repost]
        begin = int(token or 0)
        page = found[begin : begin + 100]
        meta: dict = {"result_count": len(page)}
        if begin + 100 < len(found):
            meta["next_token"] = str(begin + 100)
        self._charge(now_s, len(page), 0)
        body: dict = {"meta": meta}
        if page:
            body["data"] = [post.data() for post in page]
        return Answer(200, body)

    def mentions(self, start_s: float, since_id: str, token: str) -> Answer:
        """One page of what mentions the owner's account, the newest first."""
        after = int(since_id or 0)
        found = [one for one in self.posts if one.at_s >= start_s and int(one.id) > after][::-1]
        begin = int(token or 0)
        page = found[begin : begin + 100]
        self.read["owned"] += len(page)
        meta: dict = {"result_count": len(page)}
        if begin + 100 < len(found):
            meta["next_token"] = str(begin + 100)
        return Answer(200, {"meta": meta, **({"data": [p.data() for p in page]} if page else {})})

    def counts(self, start_s: float, end_s: float) -> Answer:
        """Posts by the hour, without reposts; the first and the last hour may be cut short."""
        self.read["requests"] += 1
        data, begin_s = [], start_s
        while begin_s < end_s:
            until_s = min(begin_s - begin_s % 3600 + 3600, end_s)
            found = [one for one in self.within(begin_s, until_s) if not one.is_repost]
            span = [datetime.fromtimestamp(at_s, UTC).isoformat() for at_s in (begin_s, until_s)]
            data.append({"start": span[0], "end": span[1], "tweet_count": len(found)})
            begin_s = until_s
        total = sum(one["tweet_count"] for one in data)
        return Answer(200, {"data": data, "meta": {"total_tweet_count": total}})

    def usage(self) -> Answer:
        """What was read, as ``/2/usage/tweets`` tells it."""
        days = [
            {"date": f"{day}T00:00:00.000Z", "usage": str(posts)}
            for day, posts in self.read_on.items()
        ]
        total = str(self.read["posts"])
        return Answer(
            200, {"data": {"project_usage": total, "daily_project_usage": {"usage": days}}}
        )
