"""Posts, stories and remarks, as they are looked for."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from msgspec import Struct
from sqlalchemy import Select, case, func, select

from agents.web.store.rows import moment
from agents.web.store.store import Store
from agents.web.store.tables import posts, remarks, stories
from pipeline.deletions.to_forget import folded

MOST: Final = 5_000
NEGATIVE: Final = 0.5
NOTES: Final = 200
"""Of one incident that are read at once: a page shows them all, of 1,000 characters each."""

STEPS: Final = 1_000
"""Of the tasks of one incident that are read at once; each says all of its task but who has it."""


class PostFilter(Struct, frozen=True, kw_only=True):
    """Which posts are wanted. Empty fields ask for all."""

    brand: str
    start_s: int
    end_s: int
    kind: str = ""
    lang: str = ""
    negative: bool = False
    followers: int = 0


class PostRow(NamedTuple):
    """One post. ``text`` and ``handle`` come from outside. ``followers``: 0 if not stated."""

    id: str
    at: datetime
    handle: str
    followers: int
    kind: str
    lang: str
    text: str
    p_negative: float


class AccountRow(NamedTuple):
    """Posts of one account among those that are kept. ``followers``: the most that were stated."""

    handle: str
    posts: int
    followers: int
    negative: int
    last: datetime


class StoryRow(NamedTuple):
    """One story, as it was last told. ``about`` comes from outside."""

    id: str
    started: datetime
    last: datetime
    about: tuple[str, ...]
    languages: tuple[str, ...]
    posts: int
    voices: int
    negative: int
    attacks: int
    growth: float


class Remark(NamedTuple):
    """What a person said of an incident: ``ack``, ``snooze``, ``false_alarm`` or ``note``.

    ``task``, ``step`` and ``until``: of a step of a task; else empty.
    """

    id: str
    at: datetime
    by: str
    kind: str
    note: str
    task: str = ""
    step: str = ""
    until: datetime | None = None


class Archive:
    """Answers out of ``store``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def posts(self, wanted: PostFilter, *, most: int = 50, skip: int = 0) -> list[PostRow]:
        """Posts, those with the most followers behind them first."""
        asked = (
            _where(select(posts), wanted)
            .order_by(posts.c.followers.desc(), posts.c.at_s.desc(), posts.c.id)
            .limit(min(most, MOST))
            .offset(skip)
        )
        return [
            PostRow(
                row.id, _at(row.at_s), row.handle, row.followers, row.kind, row.lang, row.text,
                row.p_negative,
            )
            for row in self._rows(asked)
        ]  # fmt: skip

    def how_many(self, wanted: PostFilter) -> int:
        """How many posts there are."""
        [row] = self._rows(_where(select(func.count()).select_from(posts), wanted))
        return int(row[0])

    def accounts(
        self, brand: str, start_s: int, end_s: int, *, of: Collection[str] = (), most: int = 8
    ) -> list[AccountRow]:
        """Accounts that posted, those with the most followers first.

        ``of``: only these, however they are written; empty for all.
        """
        wanted = PostFilter(brand=brand, start_s=start_s, end_s=end_s)
        reach = func.max(posts.c.followers)
        negative = func.sum(case((posts.c.p_negative >= NEGATIVE, 1), else_=0))
        columns: list[Any] = [
            func.max(posts.c.handle).label("handle"),
            func.count().label("posts"),
            reach.label("followers"),
            negative.label("negative"),
            func.max(posts.c.at_s).label("last_s"),
        ]
        asked = (
            _where(select(*columns), wanted)
            .where(posts.c.author != "")
            .group_by(posts.c.author)
            .order_by(reach.desc(), func.count().desc(), posts.c.author)
            .limit(most)
        )
        if of:
            asked = asked.where(posts.c.author.in_(sorted({folded(name) for name in of})))
        return [
            AccountRow(
                row.handle, int(row.posts), int(row.followers), int(row.negative), _at(row.last_s)
            )
            for row in self._rows(asked)
        ]

    def languages(self, brand: str, start_s: int, end_s: int) -> list[str]:
        """Languages of the posts, the most frequent first; ten at most."""
        wanted = PostFilter(brand=brand, start_s=start_s, end_s=end_s)
        asked = (
            _where(select(posts.c.lang), wanted)
            .group_by(posts.c.lang)
            .order_by(func.count().desc(), posts.c.lang)
            .limit(10)
        )
        return [row.lang for row in self._rows(asked)]

    def stories(self, brand: str, start_s: int, end_s: int, most: int = 8) -> list[StoryRow]:
        """Stories that were told within the time, the largest first."""
        asked = (
            select(stories)
            .where(stories.c.brand == brand, stories.c.last_s > start_s)
            .where(stories.c.last_s <= end_s)
            .order_by((stories.c.texts + stories.c.reposts).desc(), stories.c.id)
            .limit(most)
        )
        return [
            StoryRow(
                row.id, _at(row.started_s), _at(row.last_s), tuple(json.loads(row.about)),
                tuple(json.loads(row.languages)), row.texts + row.reposts, row.voices,
                row.negative, row.attacks, row.growth,
            )
            for row in self._rows(asked)
        ]  # fmt: skip

    def notes(self, incident: str, most: int = NOTES) -> list[Remark]:
        """Notes on an incident, the first first; of more than ``most``, the newest."""
        return self._remarks(_notes(select(remarks), incident), most)

    def task_steps(self, incident: str) -> list[Remark]:
        """Steps of the tasks of an incident, the first first; of more than ``STEPS``, the newest.

        In the order of their own times, and of their ids where these are equal: the order in which
        they were read is another one in each process.
        """
        asked = select(remarks).where(remarks.c.incident == incident, remarks.c.task != "")
        return self._remarks(asked, STEPS)

    def how_many_notes(self, incident: str) -> int:
        """How many notes there are on an incident."""
        [row] = self._rows(_notes(select(func.count()).select_from(remarks), incident))
        return int(row[0])

    def _remarks(self, asked: Select[Any], most: int) -> list[Remark]:
        newest = asked.order_by(remarks.c.at_us.desc(), remarks.c.id.desc()).limit(most)
        found = [
            Remark(
                row.id, moment(row.at_us), row.by, row.kind, row.note, row.task, row.step,
                _at(row.until_s) if row.until_s else None,
            )
            for row in self._rows(newest)
        ]  # fmt: skip
        return found[::-1]

    def _rows(self, asked: Select[Any]) -> Sequence[Any]:
        with self._store.reading() as connection:
            return connection.execute(asked).all()


def _notes(asked: Select[Any], incident: str) -> Select[Any]:
    c = remarks.c
    return asked.where(c.incident == incident, c.kind == "note", c.task == "")


def _where(asked: Select[Any], wanted: PostFilter) -> Select[Any]:
    asked = asked.where(
        posts.c.brand == wanted.brand,
        posts.c.at_s >= wanted.start_s,
        posts.c.at_s < wanted.end_s,
    )
    if wanted.followers:
        asked = asked.where(posts.c.followers >= wanted.followers)
    if wanted.kind:
        asked = asked.where(posts.c.kind == wanted.kind)
    if wanted.lang:
        asked = asked.where(posts.c.lang == wanted.lang)
    if wanted.negative:
        asked = asked.where(posts.c.p_negative >= NEGATIVE)
    return asked


def _at(time_s: int) -> datetime:
    return datetime.fromtimestamp(time_s, UTC)
