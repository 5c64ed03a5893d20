"""What was read is in the journal: after a crash buckets are the same, with a reader or without."""

import asyncio
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.backtest.rolling import Rolling
from pipeline.reading.rules import ReadingRules
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.rules import RollupRules
from pipeline.worker.reader_thread import ReaderThread
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import ALL_BRANDS
from support.reading import FakeReader
from support.rolling import BRAND, BRANDS, FakeModel, at, batch, mention, raw

RULES = RollupRules()
READING = ReadingRules()
END_S = 900

posts = st.lists(
    st.tuples(
        st.integers(0, 799),
        st.sampled_from(["so so", "bad", "good"]),
        st.sampled_from(["", "", "root", "other"]),
    ),
    max_size=50,
)


def mentions_of(drawn):
    return [
        mention(str(number), second, text, kind="repost" if root else "original", ref_id=root)
        for number, (second, text, root) in enumerate(sorted(drawn))
    ]


def records_of(mentions, *, every: int = 5, beats: bool = True) -> list[bytes]:
    """Batches of a few, with heartbeats for all brands between them."""
    records = []
    for first in range(0, len(mentions), every):
        some = mentions[first : first + every]
        second = some[-1].created_at.timestamp() - at(0).timestamp()
        records.append(raw(*some, to=second))
        if beats:
            records.append(raw(to=second + 30, brand=ALL_BRANDS))
    return [*records, raw(to=END_S, brand=ALL_BRANDS), raw(to=END_S)]


def shard(table: dict[str, bytes], reading: ReadingRules | None = READING) -> Shard:
    return Shard(0, table=table, brands=BRANDS, rules=RULES, model=FakeModel(), reading=reading)


def told(buckets) -> list[Bucket]:
    return [bucket for bucket in buckets if bucket.brand != ALL_BRANDS]


def fed(records, state: Shard, *, first: int = 0, reader=None) -> list[Bucket]:
    found = []
    for offset, record in enumerate(records, first):
        found += state.apply(offset, record, reader=reader).buckets
    return told(found)


@given(posts)
def test_what_is_read_does_not_depend_on_how_posts_were_packed(drawn):
    mentions = mentions_of(drawn)
    # No heartbeats: those of this test run ahead and make posts late.
    one = fed(records_of(mentions, every=1, beats=False), shard({}), reader=FakeReader())
    many = fed(records_of(mentions, every=50, beats=False), shard({}), reader=FakeReader())
    assert [(each.start, each.reading) for each in one] == [
        (each.start, each.reading) for each in many
    ]


@given(posts, st.data())
def test_after_a_crash_buckets_are_the_same_and_need_no_reader(drawn, data):
    records = records_of(mentions_of(drawn))
    whole = fed(records, shard({}), reader=FakeReader())
    cut = data.draw(st.integers(0, len(records)))
    table: dict[str, bytes] = {}
    before = fed(records[:cut], shard(table), reader=FakeReader())
    # None was acknowledged: all are told again, by a worker that has no reader.
    later = data.draw(st.sampled_from([READING, None]))
    again = shard(dict(table), later)
    assert {each.start: each for each in told(again.recovered)} == {
        each.start: each for each in before
    }
    if later is not None:
        rest = fed(records[cut:], again, first=cut, reader=FakeReader())
        assert [*before, *rest] == whole


@settings(max_examples=40)  # each opens a shard anew after every record
@given(posts)
def test_a_checkpoint_holds_what_the_next_choice_depends_on(drawn):
    records = records_of(mentions_of(drawn), every=2)
    table: dict[str, bytes] = {}
    state = shard(table)
    whole, told_now = [], []
    for offset, record in enumerate(records):
        told_now = state.apply(offset, record, reader=FakeReader()).buckets
        whole += told_now
        for bucket in told_now:
            state.acknowledge(bucket)
        for member in state._members.values():
            member.journal._due_bytes = 0  # a checkpoint with every record
        state = shard(table)
    assert told(whole) == fed(records, shard({}), reader=FakeReader())


def test_a_backtest_reads_what_a_worker_reads():
    drawn = [(17 * number % 800, "bad", "root" if number % 3 else "") for number in range(60)]
    mentions = mentions_of(drawn)
    rolling = Rolling(BRAND, RULES, FakeModel(), reader=FakeReader(), reading=READING)
    found = [bucket for each in mentions for bucket in rolling.feed(each)]
    found += rolling.roll(at(END_S))
    worker = fed(records_of(mentions, every=3, beats=False), shard({}), reader=FakeReader())
    assert [each.reading for each in found] == [each.reading for each in worker]
    assert any(each.reading and each.reading.roots for each in worker)


def test_without_a_reader_a_bucket_says_nothing_of_reading():
    records = records_of(mentions_of([(3, "bad", ""), (4, "bad", "root")]))
    [bucket] = fed(records, shard({}, None))
    assert bucket.reading is None
    [unread] = fed(records, shard({}))
    assert unread.reading is None


def test_a_bucket_with_a_reading_survives_the_wire():
    records = records_of(mentions_of([(3, "bad", ""), *((4, "bad", "root"),) * 3]))
    [bucket] = fed(records, shard({}), reader=FakeReader())
    assert bucket.reading
    assert [post.text for post in bucket.reading.best] == ["bad"]
    assert [(root.id, root.reposts) for root in bucket.reading.roots] == [("root", 3)]
    assert Decoder(Bucket).decode(encode(bucket)) == bucket


class Slow(FakeReader):
    """Answers only once the event loop has gone on."""

    def __init__(self) -> None:
        super().__init__()
        self.loop_went_on = threading.Event()
        self.threads: set[str] = set()

    def read(self, wanted):
        assert self.loop_went_on.wait(20)
        self.threads.add(threading.current_thread().name)
        return super().read(wanted)


async def rolled_up(state: Shard, offset: int, record: bytes, reader: ReaderThread):
    """Apply a record as a worker does."""
    applying = state.applying([state.read(offset, record)])
    answers = None
    while True:
        try:
            answers = await reader.read(applying.send(answers))
        except StopIteration as end:
            return end.value


def test_the_event_loop_goes_on_while_a_post_is_read():
    records = records_of(mentions_of([(3, "bad", "")]))
    reader = Slow()
    counted = []
    beside = ReaderThread(reader, on_read=lambda texts, _s: counted.append(texts))

    async def work():
        state = shard({})
        found = []
        for offset, record in enumerate(records):
            step = asyncio.create_task(rolled_up(state, offset, record, beside))
            await asyncio.sleep(0)
            reader.loop_went_on.set()
            [outcome] = await step
            found += outcome.buckets
        return told(found)

    assert asyncio.run(work()) == fed(records, shard({}), reader=FakeReader())
    assert counted == [1]
    assert [name.startswith("reader") for name in reader.threads] == [True]


def test_what_the_reader_raises_comes_out():
    class Broken(FakeReader):
        def read(self, _wanted):
            raise OSError("no weights")

    async def work():
        state = shard({})
        for offset, record in enumerate(records_of(mentions_of([(3, "bad", "")]))):
            await rolled_up(state, offset, record, ReaderThread(Broken()))

    with pytest.raises(OSError, match="no weights"):
        asyncio.run(work())


def test_one_record_may_close_many_buckets():
    texts = [mention(str(number), number * 10, "bad") for number in range(8)]
    reader = FakeReader()
    found = fed([encode(batch(*texts, to=300)), raw(to=END_S)], shard({}), reader=reader)
    assert [bucket.reading.read for bucket in found if bucket.reading] == [1] * 8
    assert len(reader.asked) == 8
