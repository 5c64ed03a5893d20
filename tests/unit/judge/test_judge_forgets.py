"""What is forgotten while a brand is judged: every judgement stays, and no state has the names."""

import random
from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import replace
from talk import CHATTER, HOUR_S, Kind, Part, buckets, day

from pipeline.deletions.to_forget import ToForget
from pipeline.detection.shard import JudgeShard
from schemas.bucket import Bucket, Example, Influencer, Story, StoryPost, Watched
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.incident import Transition
from schemas.reading import Reading, ReadPost
from support.crashing import CrashError, Table

STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)
BEGINS_S = 30 * HOUR_S
LENGTH_S = BEGINS_S + HOUR_S
AUTHORS = ("Ana_plant", "ben_plant", "cleo_plant", "dan_plant", "eve_plant")
WORDING = "0badf00d"
CLASSES = (0.9, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def post_id(number: int) -> str:
    return str(1_900_000_000_000 + number)


def author_of(number: int) -> str:
    return AUTHORS[number % len(AUTHORS)]


def named(bucket: Bucket, number: int) -> Bucket:
    """The same bucket with names and texts of posts wherever there is room for some."""
    root = number - number % 80
    who, whose = author_of(number), author_of(root)
    shown = Example(
        id=post_id(number),
        handle=who,
        followers=number,
        created_at=bucket.start,
        kind="original",
        text=f"planted{number} ",
        p_negative=0.9,
        wording=WORDING,
    )
    post = StoryPost(id=post_id(root), handle=whose, at_s=0, text=f"planted{root} ")
    read = ReadPost(
        id=post_id(root),
        handle=whose,
        created_at=bucket.start,
        text=f"planted{root} ",
        classes=CLASSES,
        fast=(0.5, 0.0, 0.0),
        reposts=3,
    )
    story = Story(
        id="1-1",
        started_s=int(bucket.start.timestamp()) - number,
        about=("oil", f"x.com/{whose}/status/{post_id(root)}"),
        texts=number + 5,
        first=post,
        strongest=post,
    )
    watched = Watched(kind="critic", post=post_id(root), handle=whose, count=number + 3)
    count = min(bucket.mentions, 3)
    return replace(
        bucket,
        examples=(shown,),
        loudest=((who, count),),
        handles=((whose.lower(), count), ("acme", count)),
        reposted=((post_id(root), count),),
        links=((f"https://x.com/{whose}/status/{post_id(root)}", count),),
        influencers=(Influencer(handle=who, posts=1, followers=100 + number, reposts=2),),
        wordings=((WORDING, count),),
        stories=(story,),
        reading=Reading(rate=1.0, roots=(read,), best=(read,)),
        watched=(watched,) if number % 80 == 79 else (),
    )


@pytest.fixture(scope="module")
def log() -> list[bytes]:
    def storm(at_s: float) -> float:
        return 1500.0 if at_s >= BEGINS_S else 0.0

    talk = [Part(CHATTER, day(12)), Part(STORM, storm, "storm")]
    heard = buckets(talk, length_s=LENGTH_S, seed=3)
    return [encode(named(bucket, number)) for number, bucket in enumerate(heard)]


def deletion(kind: str, subject: str) -> Deletion:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    return Deletion(id=f"d{subject}", at=at, kind=kind, subject=subject, by="x")


class Life:
    """A judge's shard from its start until it ends or crashes."""

    def __init__(self, brand, table, known: list[Deletion]) -> None:
        self.table, self.known, self.gone = table, list(known), ToForget()
        for one in known:
            self.gone.take(one)
        self.said: dict[tuple[str, int], Transition] = {}
        self.shard = JudgeShard(
            0, table=table, brands={brand.id: brand}, width_s=10, gone=self.gone
        )
        self._keep(self.shard.recovered)
        check_forgotten(table.values(), self.known)

    def apply(self, offset: int, value: bytes) -> None:
        judged = self.shard.apply(offset, value)
        assert judged.error is None, judged.error
        self._keep(judged.transitions)

    def forget(self, some: list[Deletion]) -> None:
        new = ToForget()
        for one in some:
            new.take(one)
            self.gone.take(one)
        self.known += some
        self.shard.forget_soon(new)

    def settle(self) -> None:
        while self.shard.forget_next():
            pass
        check_forgotten(self.table.values(), self.known)

    def _keep(self, transitions) -> None:
        for one in transitions:
            check_forgotten([encode(one)], self.known)
            self.said[one.incident, one.seq] = one
            self.shard.acknowledge(one)


def check_forgotten(values, known: list[Deletion]) -> None:
    planted = []
    for one in known:
        if one.kind == "post":
            planted += [one.subject, f"planted{int(one.subject) - 1_900_000_000_000} "]
        else:
            names = (one.subject, one.subject.lower())
            planted += [f"{mark}{name}" for mark in '"@/' for name in names]
    for value in values:
        text = value.decode()
        for each in planted:
            place = text.find(each)
            assert place < 0, text[max(place - 100, 0) : place + 100]


def masked(told: Transition) -> dict:
    """All that is judged: names, and posts that are shown, are not."""
    found = msgspec.to_builtins(told)
    for name in ("examples", "watched"):
        del found[name]
    for name in ("authors", "handles", "links", "influencers"):
        del found["drivers"][name]
    for reason in found["reasons"]:
        del reason["detail"]
    for wording in found["drivers"]["wordings"]:
        for name in ("sample", "post", "handle"):
            wording.pop(name, None)
    for story in found["stories"]:
        for name in ("first", "strongest", "about"):
            story.pop(name, None)
    return found


@pytest.fixture(scope="module")
def whole(log, brand) -> dict:
    life = Life(brand, {}, [])
    for offset, value in enumerate(log):
        life.apply(offset, value)
    assert len(life.said) >= 3
    assert any(one.level == "ring" for one in life.said.values())
    texts = b"".join(life.table.values())
    assert b"planted" in texts
    assert all(f'"{name}'.encode() in texts for name in AUTHORS)
    return {key: masked(one) for key, one in life.said.items()}


@pytest.mark.parametrize("seed", range(6))
def test_a_crash_anywhere_between_deletions_leaves_every_judgement_and_none_of_the_names(
    log, brand, whole, seed
):
    rng = random.Random(seed)
    kept, known, committed, said, forgotten = {}, [], 0, [], 0
    for at_write in (rng.randrange(1, len(log)), rng.randrange(1, 200), 0):
        life = None
        table = Table(kept, at_write)
        applied = committed
        try:
            life = Life(brand, table, known)
            for offset in range(committed, len(log)):
                if rng.random() < 0.01:
                    some = [deletion("post", post_id(rng.randrange(offset + 20)))]
                    some += [deletion("post", post_id(offset - offset % 80))]
                    if rng.random() < 0.1:
                        some.append(deletion("author", rng.choice(AUTHORS)))
                    life.forget(some)
                    if rng.random() < 0.5:
                        life.settle()
                life.apply(offset, log[offset])
                applied = offset + 1
            life.settle()
        except CrashError:
            pass
        if life is not None:
            said += life.said.items()
            forgotten += life.shard.forgotten
            known = life.known
            forgotten += life.shard.forgotten
        kept = dict(table)
        committed = rng.randint(max(committed, applied - 30), applied)
    assert known
    assert forgotten
    assert {key for key, _ in said} == whole.keys()
    for key, one in said:
        assert masked(one) == whole[key]


def test_a_sample_of_a_copied_wording_goes_with_its_post(log, brand):
    life = Life(brand, {}, [])
    for offset, value in enumerate(log):
        life.apply(offset, value)
    newest = max(life.said.values(), key=lambda one: one.seq)
    [wording] = newest.drivers.wordings
    assert wording.sample.startswith("planted")
    assert (wording.post, wording.handle) == (
        post_id(int(wording.sample[7:])),
        author_of(int(wording.sample[7:])),
    )
    life.forget([deletion("post", wording.post)])
    life.settle()
    assert wording.sample.encode() not in b"".join(life.table.values())


def test_a_judge_whose_brand_is_listened_to_no_more_forgets_too(log, brand):
    table: dict[str, bytes] = {}
    life = Life(brand, table, [])
    for offset, value in enumerate(log[:20]):
        life.apply(offset, value)
    assert b"planted7 " in b"".join(table.values())
    gone = ToForget()
    gone.take(deletion("post", post_id(7)))
    shard = JudgeShard(0, table=table, brands={}, width_s=10)
    shard.forget_soon(gone)
    assert shard.forget_next()
    assert b"planted7 " not in b"".join(table.values())
