"""What is forgotten while posts are counted: every count stays, whatever ends the process when."""

from datetime import UTC, datetime
from typing import NamedTuple
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deletions.to_forget import ToForget
from pipeline.reading.rules import ReadingRules
from pipeline.rollup import RollupRules
from pipeline.rollup.partial import Partial
from pipeline.rollup.partition import journal
from pipeline.rollup.partition.shard import Shard
from pipeline.stories.keys import KeyedPost
from schemas.bucket import Bucket
from schemas.deletion import Deletion
from schemas.mention import Author, Mention
from support.crashing import CrashError, Table
from support.reading import FakeReader
from support.rolling import BRANDS, FakeModel, at, mention, raw

RULES = RollupRules(width_s=10, lateness_s=5, horizon_s=60)
EVERY_S = 4
AUTHORS = ("Ana_plant", "ben_plant", "cleo_plant", "Watch", "dan_plant")
FIRST_ID = 1_900_000_000_000


class Line(NamedTuple):
    """A record of the log, and what is deleted just before it."""

    offset: int
    raw: bytes
    deleted: list[Deletion]


def post_id(number: int) -> str:
    return str(FIRST_ID + number)


def deletion(kind: str, subject: str, **fields) -> Deletion:
    when = datetime(2026, 12, 1, tzinfo=UTC)
    return Deletion(id=f"d{subject}", at=when, kind=kind, subject=subject, by="x", **fields)


@st.composite
def mentions(draw, number: int, said: list[int]):
    """A post of the ``number``-th record, or a second copy of an earlier one."""
    if said and draw(st.integers(0, 5)) == 0:
        number = draw(st.sampled_from(said))
    said.append(number)
    rng = number % 97
    who = AUTHORS[rng % len(AUTHORS)]
    # Everything hangs on the number alone, so that a copy is one.
    kind = ("original", "reply", "repost", "quote", "original")[rng // 5 % 5]
    root = number - number % 3 - 3
    whose = AUTHORS[root % 97 % len(AUTHORS)] if kind != "original" else ""
    passed_on = number if kind != "repost" else root
    return Mention(
        id=post_id(number),
        created_at=at(number // 4 * EVERY_S - (0, 3, 12, 30)[number % 4]),
        text=f"{('bad', 'good', 'so so')[rng % 3]} planted{passed_on} about #palm and oil of today",
        author=Author(id=f"id-{who}", handle=who, followers=100 + AUTHORS.index(who)),
        kind=kind,
        ref_id=post_id(root) if kind != "original" else "",
        ref_author=whose,
        addressed=(AUTHORS[(rng + 1) % len(AUTHORS)], "nestle"),
        urls=(f"https://x.com/{whose}/status/{post_id(root)}",) if kind == "quote" else (),
        hashtags=("palm",),
    )


@st.composite
def logs(draw) -> list[Line]:
    lines, said = [], []
    for number in range(draw(st.integers(4, 40))):
        posts = [
            draw(mentions(4 * number + place, said)) for place in range(draw(st.integers(0, 4)))
        ]
        brand = draw(st.sampled_from(["nestle", "nestle", "nestle", "kitkat"]))
        second = number * EVERY_S
        if draw(st.integers(0, 4)) == 0:
            value = raw(to=second, brand="*")
        else:
            value = raw(*posts, to=second, brand=brand)
        deleted = []
        if draw(st.integers(0, 2)) == 0:
            some = draw(st.integers(0, 4 * number + 8))
            deleted.append(deletion("post", post_id(some)))
        if draw(st.integers(0, 9)) == 0:
            who = draw(st.sampled_from(AUTHORS))
            known = draw(st.booleans())
            deleted.append(
                deletion("author", f"id-{who}", handle=f"@{who}") if known
                else deletion("author", who.upper())
            )  # fmt: skip
        lines.append(Line(number, value, deleted))
    end_s = 60 * EVERY_S
    for brand in ("nestle", "kitkat", "*"):
        lines.append(Line(len(lines), raw(to=end_s, brand=brand), []))
    return lines


class Life:
    """A worker from its start until it ends or crashes; it knows what was deleted by then."""

    def __init__(self, table, known: list[Deletion]) -> None:
        self.table, self.known = table, list(known)
        self.gone = ToForget()
        for one in known:
            self.gone.take(one)
        self._reader = FakeReader()
        self.shard = Shard(
            0,
            table=table,
            brands=BRANDS,
            rules=RULES,
            model=FakeModel(),
            reading=ReadingRules(),
            gone=self.gone,
        )
        self.sent = list(self.shard.recovered)
        for bucket in self.sent:
            self.shard.acknowledge(bucket)
        check_forgotten(table, self.known)

    def apply(self, line: Line, *, brands_a_step: int) -> None:
        for one in line.deleted:
            new = ToForget()
            new.take(one)
            self.gone.take(one)
            self.known.append(one)
            self.shard.forget_soon(new)
        for _ in range(brands_a_step):
            self.shard.forget_next()
        outcome = self.shard.apply(line.offset, line.raw, arrived_s=0.0, reader=self._reader)
        for bucket in outcome.buckets:
            self.sent.append(bucket)
            check_untold(bucket, self.known)
            self.shard.acknowledge(bucket)
        if brands_a_step:
            while self.shard.forget_next():
                pass
            check_forgotten(self.table, self.known)


def planted(one: Deletion) -> list[bytes]:
    """What no state may hold any more."""
    if one.kind == "post":
        return [one.subject.encode(), f"planted{int(one.subject) - FIRST_ID} ".encode()]
    name = (one.handle or one.subject).removeprefix("@").casefold()
    return [f'"{each}'.encode() for each in AUTHORS if each.casefold() == name]


def check_forgotten(table, known: list[Deletion]) -> None:
    for key, value in table.items():
        if key.endswith("!header"):
            continue  # a digest of the layout, in which any figure may stand
        for one in known:
            for each in planted(one):
                place = value.find(each)
                assert place < 0, (key, one.subject, value[max(place - 80, 0) : place + 80])


def check_untold(bucket: Bucket, known: list[Deletion]) -> None:
    check_forgotten({"bucket": msgspec.json.encode(bucket)}, known)


def masked(bucket: Bucket) -> dict:
    """All that counts: names, and the posts that are shown, do not."""
    found = msgspec.to_builtins(bucket)
    for name in ("loudest", "handles", "reposted", "links"):
        found[name] = sorted(count for _, count in found[name])
    for name in ("examples", "reading"):
        del found[name]
    found["influencers"] = sorted(
        (one["posts"], one["followers"], one["reposts"]) for one in found["influencers"]
    )
    found["watched"] = sorted((one["kind"], one["count"]) for one in found.get("watched", ()))
    for story in found["stories"]:
        for name in ("first", "strongest", "about"):
            story.pop(name, None)
    return found


def by_bucket(buckets: list[Bucket]) -> dict:
    found: dict = {}
    for one in buckets:
        if one.brand != "*":
            found.setdefault((one.brand, one.start, one.revision), []).append(masked(one))
    return found


def courses(found: dict) -> dict:
    """How each bucket was told, from its first revision to its last.

    How much is read of a bucket may be planned otherwise where a post is gone: then it is told once
    more, with the same counts.
    """
    told: dict = {}
    for brand, start, revision in sorted(found):
        counts = {**found[brand, start, revision][0], "revision": 0}
        course = told.setdefault((brand, start), [])
        if counts not in course[-1:]:
            course.append(counts)
    return told


def remembering(lines: list[Line]) -> list[Bucket]:
    """What comes of a log of which nothing is deleted."""
    life = Life({}, [])
    for line in lines:
        life.apply(line._replace(deleted=[]), brands_a_step=0)
    return life.sent


@pytest.mark.parametrize("checkpoint_bytes", [1, 3_000, 16_000])
@settings(max_examples=30, deadline=None)
@given(logs(), st.data())
def test_a_crash_anywhere_between_deletions_leaves_every_count_and_none_of_the_names(
    checkpoint_bytes, lines, data
):
    sent: list[Bucket] = []
    known: list[Deletion] = []
    kept: dict[str, bytes] = {}
    committed = 0
    with patch.object(journal, "CHECKPOINT_BYTES", checkpoint_bytes):
        wanted = by_bucket(remembering(lines))
        for _ in range(data.draw(st.integers(0, 3))):
            table = Table(kept, data.draw(st.integers(1, 60)))
            applied, life = committed, None
            try:
                life = Life(table, known)
                for line in lines[committed:]:
                    life.apply(line, brands_a_step=data.draw(st.sampled_from([0, 0, 1, 9])))
                    applied = line.offset + 1
            except CrashError:
                pass
            if life is not None:
                sent += life.sent
                known = life.known
            kept = dict(table)
            committed = data.draw(st.integers(committed, applied))
        life = Life(kept, known)
        for line in lines[committed:]:
            life.apply(line, brands_a_step=data.draw(st.sampled_from([0, 1, 9])))
        while life.shard.forget_next():
            pass
        check_forgotten(kept, life.known)
    found = by_bucket(sent + life.sent)
    assert all(copy == copies[0] for copies in found.values() for copy in copies)
    assert courses(found) == courses(wanted)


def test_a_second_copy_of_a_post_that_is_forgotten_is_a_duplicate_still():
    first, copy = (mention("71900000", 0, handle="ana") for _ in range(2))
    for one in (
        deletion("post", "71900000"),
        deletion("author", "ana"),
        deletion("author", "a71900000"),
    ):
        for before in (True, False):
            life = Life({}, [one] if before else [])
            life.apply(Line(0, raw(first, to=1), []), brands_a_step=0)
            life.apply(Line(1, raw(copy, to=2), [] if before else [one]), brands_a_step=9)
            life.apply(Line(2, raw(to=90), []), brands_a_step=9)
            [bucket] = [each for each in life.sent if each.mentions]
            assert (bucket.mentions, bucket.duplicates, bucket.authors) == (1, 1, 1)
            # What is kept of an account with a handle does not tell its id.
            by_id = one.subject == "a71900000" and not before
            assert len(bucket.examples) == by_id


def test_what_is_done_with_a_brand_that_is_listened_to_no_more_is_forgotten_too():
    table: dict[str, bytes] = {}
    Life(table, []).apply(
        Line(0, raw(mention("7", 0, "planted7 "), to=1, brand="kitkat"), []), brands_a_step=0
    )
    assert any(b"planted7 " in value for value in table.values())
    gone = ToForget()
    gone.take(deletion("post", "7"))
    brands = {"nestle": BRANDS["nestle"]}
    shard = Shard(0, table=table, brands=brands, rules=RULES, model=FakeModel())
    shard.forget_soon(gone)
    assert shard.forget_next()
    assert not shard.forget_next()
    assert not any(b"planted7 " in value for value in table.values())
    assert shard.forgotten == 1


def test_deletions_of_strangers_write_nothing():
    table: dict[str, bytes] = {}
    life = Life(table, [])
    life.apply(Line(0, raw(mention("7", 0), to=1), []), brands_a_step=0)
    before = dict(table)
    gone = ToForget()
    for number in range(100):
        gone.take(deletion("post", f"1{number}"))
    life.shard.forget_soon(gone)
    while life.shard.forget_next():
        pass
    assert table == before
    assert life.shard.forgotten == 0


@pytest.mark.parametrize("number", range(20))
def test_the_repost_that_stands_for_a_post_is_the_same_one_where_it_is_forgotten(number):
    def chosen(*, forgotten: str = "") -> int:
        gone = ToForget()
        if forgotten:
            gone.take(deletion("post", forgotten))
        parts = []
        for name, negative in ((f"{number}1", 1), (f"{number}2", 0)):
            row = KeyedPost(name, 0, [], negative=negative, passed_on=True)
            row.forget(gone, "root")
            part = Partial(0)
            part.passed["root"] = row
            parts.append(part)
        parts[0].merge(parts[1])
        return parts[0].passed["root"].negative

    assert chosen(forgotten=f"{number}1") == chosen(forgotten=f"{number}2") == chosen()
