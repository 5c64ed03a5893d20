"""Fed twice = fed once; any order within lateness = same buckets; crash anywhere = same state."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rollup import RollupRules
from pipeline.rollup.brand import BrandRollup
from pipeline.rollup.partition import journal
from pipeline.rollup.partition.journal import RollupJournal
from pipeline.rollup.partition.shard import Shard
from schemas.bucket import Bucket
from support.rolling import BRANDS, T0, FakeModel, batch, mention, raw

RULES = RollupRules(width_s=10, lateness_s=10, horizon_s=60)
MODEL = FakeModel()
END_S = 400

seconds = st.integers(0, 299)
texts = st.sampled_from(["so so", "bad", "good #x"])
kinds = st.sampled_from(["original", "repost", "reply", "quote"])


@st.composite
def mentions_in_time(draw: st.DrawFn):
    drawn = draw(st.lists(st.tuples(seconds, texts, kinds, st.integers(0, 9)), max_size=60))
    return [
        mention(str(n), second, text, kind=kind, handle=f"h{who}", ref_id="r", ref_author="Watch")
        for n, (second, text, kind, who) in enumerate(sorted(drawn, key=lambda row: row[0]))
    ]


def roll(batches) -> list[Bucket]:
    state = BrandRollup("nestle", RULES)
    buckets = []
    for offset, one in enumerate(batches):
        state.take(offset, one, state.scored(one, MODEL.score_many), MODEL.version)
        buckets += state.close({})
    return buckets


def second_of(one) -> int:
    return int(one.created_at.timestamp()) - T0


def counted(buckets: list[Bucket]) -> int:
    return sum(bucket.mentions for bucket in buckets)


@given(mentions_in_time())
def test_every_mention_is_counted_once(mentions):
    assert counted(roll([batch(*mentions, to=299), batch(to=END_S)])) == len(mentions)


@given(mentions_in_time(), st.randoms(use_true_random=False))
def test_any_order_within_lateness_gives_the_same_buckets(mentions, random):
    ordered = [batch(one, to=0) for one in mentions]
    shuffled = list(ordered)
    random.shuffle(shuffled)
    end = batch(to=END_S)
    # The watermark stands still until the last batch, so every order is within lateness.
    rules = RollupRules(width_s=10, lateness_s=10, future_s=3600)

    def run(batches):
        state = BrandRollup("nestle", rules)
        for offset, one in enumerate(batches):
            state.take(offset, one, state.scored(one, MODEL.score_many), MODEL.version)
        return state.close({})

    assert run([*ordered, end]) == run([*shuffled, end])


@given(mentions_in_time(), st.data())
def test_fed_twice_is_fed_once(mentions, data):
    batches = [batch(one, to=second_of(one)) for one in mentions]
    again = [batch(*mentions[: data.draw(st.integers(0, len(mentions)))], to=0)]
    end = [batch(to=END_S)]

    def sums(buckets):
        return [
            (b.start, b.mentions, b.negative, b.authors, b.hashtags) for b in buckets if b.mentions
        ]

    assert sums(roll(batches + again + end)) == sums(roll(batches + end))


class CrashError(Exception):
    """The process ends here."""


class CrashingTable(dict[str, bytes]):
    """A table that stops the process just before or just after its nth write."""

    def __init__(self, at_write: int, *, after: bool) -> None:
        super().__init__()
        self._left = at_write
        self._after = after

    def __setitem__(self, key: str, value: bytes) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise CrashError
        super().__setitem__(key, value)
        if self._left == 0:
            raise CrashError


def shard(table) -> Shard:
    return Shard(0, table=table, brands=BRANDS, rules=RULES, model=MODEL)


def run_shard(records, table, sent: dict, *, in_flight: int = 0, applied=None) -> None:
    """One life of a worker, from the first record that it may see again.

    The newest ``in_flight`` buckets are not with Kafka yet: a crash loses them. ``applied``: gets
    the offset of each record that is in the table for good.
    """
    state = shard(table)
    flying = list(state.recovered)

    def land(down_to: int) -> None:
        while len(flying) > down_to:
            bucket = flying.pop(0)
            name = bucket.brand, bucket.apart, bucket.start, bucket.revision
            sent.setdefault(name, []).append(bucket)
            state.acknowledge(bucket)

    for offset, one, *came_s in records:
        flying += state.apply(offset, one, arrived_s=sum(came_s)).buckets
        if applied is not None:
            applied.append(offset)
        land(in_flight)
    land(0)


@settings(max_examples=60)
@given(mentions_in_time(), mentions_in_time(), st.data())
def test_crash_anywhere_gives_the_same_buckets(nestle, kitkat, data):
    both = sorted(
        [("nestle", one) for one in nestle] + [("kitkat", one) for one in kitkat],
        key=lambda pair: pair[1].created_at,
    )
    records = []
    for brand, one in both:
        second = second_of(one)
        records.append(raw(one, to=second, brand=brand))
        if second % 3 == 0:
            records.append(raw(to=second, brand="*"))
    records += [raw(to=END_S, brand="*")]
    log = list(enumerate(records))
    whole: dict = {}
    run_shard(log, {}, whole)

    cut = data.draw(st.integers(1, len(records)))
    table = CrashingTable(cut, after=data.draw(st.booleans()))
    sent: dict = {}
    applied: list[int] = []
    in_flight = data.draw(st.sampled_from([0, 3, 1000]))
    try:
        run_shard(log, table, sent, in_flight=in_flight, applied=applied)
    except CrashError:
        # A record may cost several writes, so it is not the writes that tell what is committed.
        committed = data.draw(st.integers(0, len(applied)))
        run_shard(log[committed:], dict(table), sent)

    ticks = {key for key in whole if key[0] == "*"}
    assert sent.keys() - ticks == whole.keys() - ticks
    for key, copies in sent.items():
        if key[0] != "*":
            assert all(copy == whole[key][0] for copy in copies)


@given(mentions_in_time(), st.integers(1, 40))
def test_a_checkpoint_anywhere_changes_nothing(mentions, every):
    log = [raw(one, to=second_of(one)) for one in mentions]
    log.append(raw(to=END_S, brand="nestle"))
    whole: dict = {}
    run_shard(list(enumerate(log)), {}, whole)

    table: dict[str, bytes] = {}
    sent: dict = {}
    limit, RollupJournal.checkpoint_due = (
        RollupJournal.checkpoint_due,
        property(lambda journal: journal._journal.slots % every == 0),
    )
    try:
        for offset, one in enumerate(log):  # a new life for every record
            run_shard([(offset, one)], table, sent)
    finally:
        RollupJournal.checkpoint_due = limit
    assert sent.keys() == whole.keys()
    assert all(copy == whole[key][0] for key, copies in sent.items() for copy in copies)


# Sources whose clocks are wrong, each record with the time at which it came.

skews_s = st.sampled_from([0, 0, 0, 59, 300, -300, 10**8])
"""How far ahead the clock of a source is."""


@st.composite
def skewed_records(draw: st.DrawFn):
    """Two or three sources that speak in turn; the clock of one may be set anew."""
    by_broker = draw(st.booleans())
    skews = draw(st.lists(skews_s, min_size=2, max_size=3))
    records = []
    for number in range(draw(st.integers(1, 80))):
        source = draw(st.integers(0, len(skews) - 1))
        if draw(st.integers(0, 30)) == 0:
            skews[source] = draw(skews_s)
        second = number * 5
        said = [
            mention(f"{number}-{place}", second - draw(st.integers(0, 20)))
            for place in range(draw(st.integers(0, 2)))
        ]
        came_s = T0 + second + (0 if by_broker else min(skews[source], 300))
        brand = "nestle" if said or draw(st.booleans()) else "*"
        to = second + skews[source] - draw(st.sampled_from([0, 5, 600]))
        records.append((number, raw(*said, to=to, brand=brand, source=f"s{source}"), came_s))
    return records


def told(outcomes) -> list:
    return [
        ([(each.place, each.error.reason, each.raw) for each in one.rejected], one.dropped)
        for one in outcomes
    ]


@settings(max_examples=80)
@given(skewed_records(), st.data())
def test_a_restart_anywhere_decides_the_same_of_skewed_sources(records, data):
    """Each life ends behind a record whose state is with Kafka and begins before any of it."""
    whole = shard({})
    expected = told(whole.apply(offset, one, arrived_s=came_s) for offset, one, came_s in records)

    table: dict[str, bytes] = {}
    state = shard(table)
    found = []
    for offset, one, came_s in records:
        if data.draw(st.integers(0, 9)) == 0:
            state = shard(table)
            for seen in data.draw(st.lists(st.sampled_from(records), max_size=3)):
                if seen[0] < offset:  # read again: it must change nothing
                    assert state.apply(*seen[:2], arrived_s=seen[2]).buckets == []
        found.append(state.apply(offset, one, arrived_s=came_s))
    assert told(found) == expected


def test_a_restart_lets_no_time_pass_that_had_not_passed():
    """A heartbeat brings no time to a brand of which nothing is open; nor does a restart after."""
    records = [
        raw(mention("1", 3), to=3),
        raw(to=30),  # closes the bucket of the post
        raw(to=300, brand="*"),
        raw(mention("2", 45), to=45),
    ]

    def late(*, restarts: bool) -> list:
        table: dict[str, bytes] = {}
        state = shard(table)
        outcomes = []
        for offset, one in enumerate(records):
            if restarts:
                state = shard(table)
            outcomes.append(state.apply(offset, one))
        return told(outcomes)

    assert late(restarts=True) == late(restarts=False)


def test_two_restarts_lose_no_source_that_only_said_how_far_it_got(monkeypatch):
    """What an entry without a post says is needed until a checkpoint says it, too."""
    monkeypatch.setattr(journal, "CHECKPOINT_BYTES", 1)
    records = [
        raw(mention("1", 3), to=3, source="a"),
        raw(to=40, source="a"),
        raw(mention("2", 41), to=41, source="a"),  # after a checkpoint
        raw(to=60, source="b"),
        raw(to=42, source="a"),
        raw(mention("3", 105), to=105, source="a"),
    ]
    table: dict[str, bytes] = {}
    state = shard(table)
    buckets: list[Bucket] = []
    for offset, one in enumerate(records):
        if offset > 2:
            state = shard(table)
        for bucket in state.apply(offset, one).buckets:
            buckets.append(bucket)
            state.acknowledge(bucket)
    assert [one.sources for one in buckets] == [("a",), ("a", "b")]


def test_a_restart_does_not_take_a_source_back_to_an_entry_from_before_a_checkpoint(monkeypatch):
    """An old entry stays in a slot that is free, and its source may have no newer one left."""
    monkeypatch.setattr(journal, "CHECKPOINT_BYTES", 1)
    table: dict[str, bytes] = {}
    state = shard(table)
    early = [("a", 0), ("a", 21), *[("b", 22)] * 40, ("a", 22)]
    later = [("b", 150, 199), ("a", 200, 200), *[("b", 150, 201)] * 60]
    last = len(early) + len(later)

    unsent: list[Bucket] = []  # while a bucket is not with Kafka there is no checkpoint
    for offset, (source, second) in enumerate(early):
        said = [] if offset else [mention("1", 0)]
        one = raw(*said, to=second, source=source)
        unsent += state.apply(offset, one, arrived_s=T0 + second).buckets
    for bucket in unsent:
        state.acknowledge(bucket)
    for offset, (source, second, came_s) in enumerate(later, len(early)):
        state.apply(offset, raw(to=second, source=source), arrived_s=T0 + came_s)
    restarted = shard(dict(table))

    one = raw(mention("2", 165), to=240, source="b")
    [bucket] = state.apply(last, one, arrived_s=T0 + 240).buckets
    assert bucket.sources == ("a", "b")
    assert restarted.apply(last, one, arrived_s=T0 + 240).buckets == [bucket]


def test_a_journal_does_not_grow_with_restarts():
    """What was written since a checkpoint counts after a restart, too."""

    def slots(*, restart_every: int) -> int:
        table: dict[str, bytes] = {}
        state = shard(table)
        for offset in range(1_500):
            if restart_every and offset % restart_every == 0:
                state = shard(table)
            said = raw(mention(f"{offset}", offset, "bad " * 20), to=offset)
            for bucket in state.apply(offset, said).buckets:
                state.acknowledge(bucket)
        return len(table)

    assert slots(restart_every=20) <= 1.2 * slots(restart_every=0)
