"""The store: any order, any number of copies, on SQLite and on a PostgreSQL of the test's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pytest

from agents.web.store.courses import Band, Courses, Slot, usual_of
from agents.web.store.posts import NOTES, Archive, PostFilter
from agents.web.store.store import Store, StoreError
from schemas.bucket import Bucket, Example, SourceCounts, Story, Voices
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.mention import ALL_BRANDS, Gap

T0 = datetime(2026, 11, 20, tzinfo=UTC)
T0_S = int(T0.timestamp())


NOBODY = 65534
INITDB = ("-A", "trust", "-U", "tocsin", "-E", "UTF8", "-N")


def bucket(second: int = 0, mentions: int = 3, **changes: object) -> Bucket:
    start = T0 + timedelta(seconds=second)
    values: dict[str, object] = {
        "brand": "acme",
        "start": start,
        "width_s": 10,
        "watermark": start + timedelta(seconds=10),
        "mentions": mentions,
        "weighted": float(mentions),
        "originals": mentions,
        "negative": mentions // 2,
        "neutral": mentions - mentions // 2,
        "sources": ("x",),
    }
    return Bucket(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL on a socket of its own; it refuses to run as root, so nobody runs it then."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL here")
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    before = as_nobody if os.geteuid() == 0 else []
    if before and shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL does not run as root, and setpriv is not here")
    # Not below the directory of pytest, which only its owner may enter.
    with TemporaryDirectory(prefix="tocsin-postgresql-") as place:
        home = Path(place)
        if before:
            os.chown(home, NOBODY, NOBODY)
        bins, data = found[-1].parent, home / "data"
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(home)}

        def run(*words: str) -> None:
            subprocess.run(
                [*before, *words],
                env=environment,
                check=True,
                timeout=60,
                stdout=subprocess.DEVNULL,
                cwd=home,
            )

        run(str(bins / "initdb"), "-D", str(data), *INITDB)
        ctl = str(bins / "pg_ctl")
        options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
        run(ctl, "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql://tocsin@/postgres?host={home}"
        finally:
            run(ctl, "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/page.db"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    made.erase()
    yield made
    made.close()


def test_the_highest_revision_wins_in_any_order_and_across_writes(store: Store) -> None:
    told = [bucket(mentions=n, revision=revision) for revision, n in enumerate((3, 7, 5))]
    for number, order in enumerate(permutations(told)):
        store.erase()
        for one in order:
            store.take(one, T0_S)
            if number % 2:
                store.flush()
        store.flush()
        [slot] = Courses(store).course("acme", T0_S, T0_S + 10, 10)
        assert slot.mentions == 5


def test_copies_change_nothing(store: Store) -> None:
    for _ in range(3):
        store.take(bucket(), T0_S)
        store.flush()
    [slot] = Courses(store).course("acme", T0_S, T0_S + 10, 10)
    assert slot.mentions == 3


def test_a_course_says_zero_where_nothing_was_said_and_starts_at_whole_steps(store: Store) -> None:
    store.take(bucket(0, voices=Voices(texts=2000, attacking=500)), T0_S)
    store.take(bucket(70), T0_S)
    store.take(bucket(0, brand="other"), T0_S)
    store.take(bucket(10, brand=ALL_BRANDS, mentions=0, negative=0, neutral=0), T0_S)
    store.flush()
    slots = Courses(store).course("acme", T0_S + 30, T0_S + 130, 60)
    assert [(slot.start_s - T0_S, slot.mentions) for slot in slots] == [(0, 3), (60, 3), (120, 0)]
    assert slots[0].per_hour == 180
    assert slots[0].negative_share == pytest.approx(1 / 3)
    assert slots[0].attack_share == 0.25
    assert slots[2].negative_share is None
    sums = Courses(store).sums(T0_S, T0_S + 60)
    assert {brand: slot.mentions for brand, slot in sums.items()} == {"acme": 3, "other": 3}


def test_who_brought_how_much_is_told_of_all_that_is_counted(store: Store) -> None:
    x = SourceCounts(source="x", mentions=3, negative=1)
    rss = SourceCounts(source="rss", mentions=9, negative=2, attacks=1)
    for second in (0, 10):
        store.take(bucket(second, by_source=(x,)), T0_S)
    store.take(bucket(10, mentions=9, by_source=(rss,), apart="rss"), T0_S)
    store.take(bucket(20, mentions=9, by_source=(rss,), brand="other"), T0_S)
    store.flush()
    courses = Courses(store)
    found = courses.by_source("acme", T0_S, T0_S + 60)
    assert found == (rss, SourceCounts(source="x", mentions=6, negative=2))
    assert [slot.mentions for slot in courses.course("acme", T0_S, T0_S + 20, 10)] == [3, 12]


def test_of_many_notes_the_newest_are_told_whatever_else_was_said(store: Store) -> None:
    for number in range(NOTES + 30):
        for kind in ("note", "ack"):
            said = Feedback(
                id=f"{kind}{number}", brand="acme", at=T0 + timedelta(minutes=number), by="ana",
                kind=kind, incident="i", note=str(number),
            )  # fmt: skip
            store.take_remark(said, T0_S)
    store.flush()
    found = Archive(store).notes("i")
    assert [one.note for one in found] == [str(number) for number in range(30, NOTES + 30)]
    assert {one.kind for one in found} == {"note"}
    assert Archive(store).how_many_notes("i") == NOTES + 30


def test_gaps_posts_stories_and_remarks_come_back(store: Store) -> None:
    gap = Gap(start=T0, end=T0 + timedelta(minutes=5), cause="disconnect")
    post = Example(id="1", handle="a", followers=9, created_at=T0, kind="reply", text="no\0thing",
                   p_negative=0.9, lang="fr")  # fmt: skip
    quiet = Example(id="2", handle="b", followers=90, created_at=T0, kind="original", text="well",
                    p_negative=0.1, lang="en")  # fmt: skip
    story = Story(id="s1", started_s=T0_S, about=("film",), texts=4, reposts=2, voices=3)
    store.take(bucket(gaps=(gap,), examples=(post, quiet), stories=(story,), own=1), T0_S)
    grown = Story(id="s1", started_s=T0_S, about=("film", "palm"), texts=9, reposts=2, voices=3)
    store.take(bucket(10, stories=(grown,)), T0_S)
    store.flush()
    courses, archive = Courses(store), Archive(store)
    [span] = courses.gaps("acme", T0_S + 299, T0_S + 900)
    assert (span.end_s - span.start_s, span.cause, span.recovered) == (300, "disconnect", "none")
    assert courses.gaps("acme", T0_S + 300, T0_S + 900) == []
    assert courses.missed_s(T0_S + 60, T0_S + 900) == {"acme": 240}
    assert courses.own_posts("acme", T0_S, T0_S + 60) == [T0_S]
    wanted = PostFilter(brand="acme", start_s=T0_S, end_s=T0_S + 60)
    assert [each.id for each in archive.posts(wanted)] == ["2", "1"]
    assert archive.posts(wanted)[1].text == "nothing"
    for field in ({"kind": "reply"}, {"lang": "fr"}, {"negative": True}):
        narrow = PostFilter(brand="acme", start_s=T0_S, end_s=T0_S + 60, **field)  # type: ignore[arg-type]
        assert [each.id for each in archive.posts(narrow)] == ["1"]
        assert archive.how_many(narrow) == 1
    [told] = archive.stories("acme", T0_S, T0_S + 60)
    assert (told.about, told.posts) == (("film", "palm"), 11)
    said = Feedback(id="n1", brand="acme", at=T0, by="ana", kind="note", incident="i", note="hm")
    for _ in range(2):
        store.take_remark(said, T0_S)
    store.flush()
    assert [(one.by, one.note) for one in archive.notes("i")] == [("ana", "hm")]


def test_what_kafka_got_long_ago_is_forgotten_whatever_its_own_time(store: Store) -> None:
    store.take(bucket(0), T0_S)
    store.take(bucket(10, start=datetime(2010, 3, 17, tzinfo=UTC)), T0_S + 100)
    store.flush()
    assert store.newest_s() == T0_S + 100
    assert store.prune(T0_S + 50) == 1
    assert Courses(store).sums(0, T0_S + 60)["acme"].mentions == 3


def test_usual_is_told_by_hour_of_the_day_and_leaves_the_last_day_out(store: Store) -> None:
    for day in range(6):
        for hour in range(24):
            start = day * 86_400 + hour * 3600
            store.take(bucket(start, 100 if hour == 12 and day < 5 else 10), T0_S)
    store.take(bucket(6 * 86_400, 9_000), T0_S)
    store.flush()
    usual = Courses(store).usual("acme", T0_S + 6 * 86_400 + 60)
    assert usual.days == pytest.approx(5)
    noon, night = usual.at(T0_S + 12 * 3600), usual.at(T0_S + 2 * 3600)
    assert noon
    assert night
    assert noon.high == 100
    assert night == Band(10, 10, 10)
    assert usual.negative
    assert usual.negative.middle == pytest.approx(0.5)


def test_of_less_than_a_day_nothing_is_called_usual() -> None:
    slots = [Slot(3600 * hour, 3600, mentions=5) for hour in range(20)]
    assert usual_of(slots, 20 * 3600).at(0) is None


@pytest.mark.parametrize("url", ["nothing", "mysql://h/x", "sqlite:////proc/none/page.db"])
def test_what_is_no_store_is_said(url: str) -> None:
    with pytest.raises(StoreError, match=r"no store|cannot be opened"):
        Store(url)


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as raised:
        Store(f"postgresql://u:hunter22@/x?host={tmp_path}")
    assert "hunter22" not in str(raised.value)


def test_a_store_of_another_version_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/page.db"
    first = Store(url)
    first.take(bucket(), T0_S)
    first.close()
    again = Store(url)
    assert again.newest_s() == T0_S
    again.close()
    monkeypatch.setattr("agents.web.store.tables.VERSION", 999)
    new = Store(url)
    assert new.newest_s() == 0
    new.close()


def said(number: int, handle: str, followers: int = 0, p_negative: float = 0.2) -> Example:
    return Example(
        id=f"p{number}", handle=handle, followers=followers, created_at=T0, kind="original",
        text="so", p_negative=p_negative,
    )  # fmt: skip


def gone(kind: str, subject: str, handle: str = "") -> Deletion:
    return Deletion(id=subject, at=T0, kind=kind, subject=subject, handle=handle, by="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_what_is_deleted_goes_in_any_order_and_never_comes_again(
    store: Store, order: tuple[int, ...]
) -> None:
    told = bucket(examples=(said(1, "ana"), said(2, "Ben"), said(3, "cleo")))
    steps = (
        lambda: store.take(told, T0_S),
        lambda: store.take(bucket(second=10, examples=told.examples), T0_S),
        lambda: store.forget(gone("post", "p1")),
        lambda: store.forget(gone("author", "17", "@ben")),
    )
    for number in order:
        steps[number]()
        store.flush()
    wanted = PostFilter(brand="acme", start_s=T0_S, end_s=T0_S + 60)
    assert [post.id for post in Archive(store).posts(wanted)] == ["p3"]
    assert [one.handle for one in Archive(store).accounts("acme", T0_S, T0_S + 60)] == ["cleo"]


def test_very_many_deletions_fit(store: Store) -> None:
    store.take(bucket(examples=(said(1, "ana"),)), T0_S)
    for number in range(3_000):
        store.forget(gone("post", f"p{number}"))
    store.flush()
    wanted = PostFilter(brand="acme", start_s=T0_S, end_s=T0_S + 60)
    assert Archive(store).how_many(wanted) == 0


def test_accounts_are_told_by_reach_however_their_handle_is_written(store: Store) -> None:
    posts = (
        said(1, "Watch_Dog", 900, 0.9), said(2, "watch_dog", 700), said(3, "ana"), said(4, ""),
        said(5, "loud", 5_000),
    )  # fmt: skip
    store.take(bucket(examples=posts), T0_S)
    store.flush()
    archive = Archive(store)
    found = archive.accounts("acme", T0_S, T0_S + 60)
    assert [(one.followers, one.posts, one.negative) for one in found] == [
        (5_000, 1, 0), (900, 2, 1), (0, 1, 0),
    ]  # fmt: skip
    [known] = archive.accounts("acme", T0_S, T0_S + 60, of=["@WATCH_dog", "nobody"])
    assert (known.handle.casefold(), known.posts) == ("watch_dog", 2)


def test_sums_are_of_the_brands_that_are_named(store: Store) -> None:
    for brand in ("acme", "b", "c"):
        store.take(bucket(brand=brand), T0_S)
    store.flush()
    courses = Courses(store)
    assert set(courses.sums(T0_S, T0_S + 60, ["b", "none"])) == {"b"}
    assert set(courses.sums(T0_S, T0_S + 60)) == {"acme", "b", "c"}
    many = ["c", *(f"x{number}" for number in range(600))]
    assert "c" in courses.sums(T0_S, T0_S + 60, many)


def test_the_newest_bucket_of_a_brand_is_known(store: Store) -> None:
    store.take(bucket(second=10), T0_S)
    store.take(bucket(second=50), T0_S)
    store.flush()
    courses = Courses(store)
    assert (courses.newest_s("acme"), courses.newest_s("b")) == (T0_S + 50, None)


def test_hours_are_what_their_buckets_add_up_to(store: Store) -> None:
    """Across writes, revisions, copies and what is pruned: what is usual does not change."""
    told = [
        bucket(3600 * hour + 10 * step, 5 + hour % 7, brand=brand, revision=revision)
        for hour in range(6 * 24)
        for step in range(3)
        for brand in ("acme", "other")
        for revision in range(1 + (hour % 5 == 0))
    ]
    Random(17).shuffle(told)
    for number, one in enumerate(told):
        store.take(one, T0_S + number)
        if number % 50 == 0:
            store.take(told[number // 2], T0_S + number)
            store.flush()
    store.flush()
    end_s = T0_S + 7 * 86_400
    courses = Courses(store)
    for before_s in (T0_S, T0_S + len(told) // 3):
        store.prune(before_s)
        for brand in ("acme", "other"):
            every = courses.course(brand, T0_S - 86_400, end_s, 3600)
            spoken = [slot for slot in every if slot.mentions]
            assert courses._hours(brand, end_s + 86_400) == spoken
            usual = Courses(store).usual(brand, end_s + 86_400)
            assert usual == usual_of(spoken, end_s)
            assert usual.hours
    store.prune(T0_S + 10 * len(told))
    assert courses._hours("acme", end_s + 86_400) == []


def test_who_reads_undoes_nothing_of_what_another_writes_in_a_store_in_memory() -> None:
    store = Store("sqlite://")
    over = Event()

    def read() -> None:
        while not over.is_set():
            store.newest_s()

    readers = [Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    try:
        for second in range(0, 4_000, 10):
            store.take(bucket(second), T0_S)
            store.flush()
    finally:
        over.set()
        for one in readers:
            one.join()
    slots = Courses(store).course("acme", T0_S, T0_S + 4_000, 10)
    assert [slot.mentions for slot in slots] == [3] * 400
    store.close()
