"""What was deleted leaves the page's store, whether it is said before the post comes or after."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.deletions.forgotten import Forgotten
from agents.kafka.topic_reader import Read
from agents.web.store.opening import FORGET_S, Keeper
from agents.web.store.posts import Archive, PostFilter
from agents.web.store.store import Store
from schemas.bucket import Bucket, Example
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.topics import BUCKETS

T0 = datetime(2026, 11, 20, tzinfo=UTC)


def bucket(second, *posts, brand="acme"):
    start = T0 + timedelta(seconds=second)
    examples = tuple(
        Example(id=post, handle=handle, followers=9, created_at=start, kind="original", text="no",
                p_negative=0.9)
        for post, handle in posts
    )  # fmt: skip
    made = Bucket(
        brand=brand, start=start, width_s=10, watermark=start + timedelta(seconds=10), mentions=3,
        weighted=3.0, originals=3, negative=1, neutral=2, sources=("x",), examples=examples,
    )  # fmt: skip
    return Read(BUCKETS.name, 0, second, int(start.timestamp() * 1000), encode(made))


def deletion(subject, kind="post"):
    return Deletion(id=f"d-{subject}", at=T0, kind=kind, subject=subject, by="x")


class Page:
    """A store in memory, what is to be forgotten, and whoever keeps it current."""

    def __init__(self):
        self.now_s = 0.0
        self.store, self.forgotten = Store("sqlite://"), Forgotten()
        self.keeper = Keeper(
            self.store, keep=timedelta(days=10_000), forgotten=self.forgotten,
            spoiled=lambda: None, clock_s=lambda: self.now_s,
        )  # fmt: skip

    def take(self, *records):
        for record in records:
            self.keeper.take(record)
        self.keeper.polled()

    def shown(self, brand="acme"):
        end_s = int(T0.timestamp()) + 86_400
        wanted = PostFilter(brand=brand, start_s=int(T0.timestamp()), end_s=end_s)
        archive = Archive(self.store)
        found = [post.id for post in archive.posts(wanted, most=5_000)]
        assert archive.how_many(wanted) == len(found)
        return set(found)


@pytest.fixture
def page():
    made = Page()
    yield made
    made.store.close()


def test_what_is_deleted_later_is_gone_at_the_next_look(page):
    page.take(
        bucket(0, ("1", "ana"), ("2", "Ben")), bucket(10, ("3", "ana")),
        bucket(0, ("1", "ana"), ("4", "cy"), brand="other"),
    )  # fmt: skip
    page.forgotten.take(deletion("1"))
    page.keeper.polled()
    assert (page.shown(), page.shown("other")) == ({"2", "3"}, {"4"})
    page.forgotten.take(deletion("@BEN", "author"))
    page.keeper.polled()
    assert "2" in page.shown(), "it is not looked for at each poll"
    page.now_s += FORGET_S
    page.keeper.polled()
    assert page.shown() == {"3"}


def test_what_was_deleted_before_it_comes_is_never_written_and_counts_stay(page):
    page.forgotten.take(deletion("1"))
    page.keeper.polled()
    page.take(bucket(0, ("1", "ana"), ("2", "ben")), bucket(0, ("1", "ana"), ("2", "ben")))
    assert page.shown() == {"2"}
    assert page.store.newest_s() == int(T0.timestamp())


def test_more_are_forgotten_than_fit_into_one_statement(page):
    page.take(*(bucket(at, (str(at), "ana"), (f"b{at}", "ben")) for at in range(1_200)))
    page.forgotten.take(deletion("ana", "author"))
    page.keeper.polled()
    assert len(page.shown() - {f"b{at}" for at in range(1_200)}) == 0
    assert page.store.forget(lambda _post, handle: handle == "ben") == 1_200
    assert page.shown() == set()
