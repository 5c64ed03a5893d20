"""One behaviour of the roll-up each, as tables of times."""

import pytest

from pipeline.rollup import BrandRollup, RollupRules
from pipeline.rollup.event_time.heard import HeardSource
from pipeline.rollup.partition.reading import read_batch
from pipeline.rollup.partition.shard import Shard
from schemas.codec import UnreadableError
from support.rolling import BRANDS, FakeModel, at, batch, gap, mention, raw

RULES = RollupRules(width_s=10, lateness_s=5, future_s=60, blind_after_s=60)
MODEL = FakeModel()


def roll(*batches, own=(), beats=()):
    """Buckets that the batches close, in order."""
    state = BrandRollup("nestle", RULES, own_accounts=own)
    buckets = []
    for offset, one in enumerate(batches):
        state.take(offset, one, state.scored(one, MODEL.score_many), MODEL.version)
        buckets += state.close({name: HeardSource(at_s) for name, at_s in dict(beats).items()})
    return buckets


def test_a_bucket_closes_when_the_watermark_passes_its_end_by_the_lateness():
    early = roll(batch(mention("1", 3), to=3), batch(to=14.9))
    assert early == []
    closed = roll(batch(mention("1", 3), to=3), batch(to=15))  # 0 … 10, and 5 s of grace
    assert [(bucket.start, bucket.mentions) for bucket in closed] == [(at(0), 1)]


def test_a_heartbeat_of_the_partition_closes_a_quiet_brands_bucket():
    closed = roll(batch(mention("1", 3), to=3), beats={"x": at(20).timestamp()})
    assert [bucket.mentions for bucket in closed] == [1]


def test_a_heartbeat_of_a_source_that_never_spoke_of_the_brand_closes_nothing():
    assert roll(batch(mention("1", 3), to=3), beats={"rss": at(20).timestamp()}) == []


def test_the_slowest_live_source_holds_a_bucket_open():
    slow = batch(mention("2", 4), to=4, source="rss")
    assert roll(slow, batch(mention("1", 3), to=50)) == []


def test_a_blind_source_holds_nothing_open_and_is_named():
    slow = batch(mention("2", 4), to=4, source="rss")
    (bucket,) = roll(slow, batch(mention("1", 3), to=80))
    assert bucket.mentions == 2
    assert bucket.blind == ("rss",)


def test_a_source_that_has_been_gone_for_a_day_is_not_expected_any_more():
    day_s = 86_400
    gone = batch(mention("2", 4), to=4, source="replay")
    buckets = roll(gone, batch(mention("1", 2 * day_s), to=2 * day_s), batch(to=2 * day_s + 60))
    assert [bucket.blind for bucket in buckets] == [(), ()]


def test_a_quiet_brand_keeps_little():
    table = {}
    state = Shard(0, table=table, brands=BRANDS, rules=RULES, model=MODEL)
    for number in range(1000):
        second = number * 3600
        for bucket in state.apply(number, raw(mention(str(number), second), to=second)).buckets:
            state.acknowledge(bucket)
    assert sum(map(len, table.values())) < 100_000


def test_a_late_mention_makes_a_revision_of_its_bucket():
    buckets = roll(batch(to=100), batch(mention("1", 3), to=100), batch(to=115))
    assert [(one.start, one.revision, one.mentions) for one in buckets] == [(at(0), 1, 1)]


def test_a_mention_beyond_the_horizon_is_counted_as_late_where_it_was_noticed():
    buckets = roll(batch(to=700), batch(mention("1", 3), mention("2", 99), to=700), batch(to=800))
    assert [(one.start, one.revision, one.mentions, one.late) for one in buckets] == [
        (at(90), 1, 1, 0),
        (at(700), 0, 0, 1),
    ]


def test_a_mention_from_the_future_is_counted_as_such():
    buckets = roll(batch(mention("1", 500), to=100), batch(to=200))
    assert [(bucket.mentions, bucket.future) for bucket in buckets] == [(0, 1)]


def test_a_second_copy_is_a_duplicate():
    one = mention("1", 3)
    (bucket,) = roll(batch(one, one, to=3), batch(one, to=4), batch(to=30))
    assert (bucket.mentions, bucket.duplicates) == (1, 2)


def test_versions_of_an_edited_post_are_one_mention_whichever_comes_first():
    first = mention("1", 3)
    second = mention("2", 6, edit_history=("1", "2"))
    for order in ((first, second), (second, first)):
        (bucket,) = roll(batch(*order, to=6), batch(to=30))
        assert bucket.mentions == 1
        assert bucket.edited + bucket.duplicates == 1


def test_an_edit_counts_at_the_time_of_its_first_version():
    first_s = 1_600_000_000
    identity = str((first_s * 1000 - 1_288_834_974_657) << 22)
    after_s = first_s - at(0).timestamp()
    edit = mention("9", after_s + 300, edit_history=(identity, "9"))
    (bucket,) = roll(batch(edit, to=after_s), batch(to=after_s + 600))
    assert bucket.start.timestamp() == first_s


def test_own_posts_are_counted_apart():
    (bucket,) = roll(
        batch(mention("1", 3, "bad", handle="Nestle"), mention("2", 3), to=3),
        batch(to=30),
        own=("Nestle",),
    )
    assert (bucket.own, bucket.mentions, bucket.negative) == (1, 1, 0)


def test_kinds_labels_and_tops_add_up():
    (bucket,) = roll(
        batch(
            mention("1", 1, "bad", hashtags=("KitKat", "kitkat", "Palm")),
            mention("2", 2, "good", kind="repost", ref_id="1", hashtags=("kitkat",)),
            mention("3", 3, "bad", kind="reply", addressed=("Nestle",), lang="fr"),
            mention("4", 4, "so so", kind="quote", urls=("https://example.org/v",)),
            to=5,
        ),
        batch(to=30),
    )
    assert (bucket.originals, bucket.reposts, bucket.replies, bucket.quotes) == (1, 1, 1, 1)
    assert (bucket.negative, bucket.neutral, bucket.positive) == (2, 1, 1)
    assert bucket.hashtags == (("kitkat", 2), ("palm", 1))
    assert bucket.reposted == (("1", 1),)
    assert bucket.languages == (("und", 3), ("fr", 1))
    assert bucket.p_negative_sum == pytest.approx(0.8 + 0.05 + 0.8 + 0.1)
    assert bucket.outrage == 2
    assert bucket.model == "fake-1"


def test_new_authors_are_those_not_heard_for_a_day():
    day_s = 86_400
    buckets = roll(
        batch(mention("1", 1, handle="a"), mention("2", 2, handle="b"), to=2),
        batch(mention("3", 61, handle="a"), mention("4", 62, handle="c"), to=62),
        batch(mention("5", 3 * day_s, handle="a"), to=3 * day_s),
        batch(to=3 * day_s + 60),
    )
    assert [bucket.new_authors for bucket in buckets] == [2, 1, 1]


def test_a_gap_is_named_in_the_next_bucket_and_not_again():
    buckets = roll(
        batch(mention("1", 1), to=1),
        batch(mention("2", 70), to=70, gap=gap(20, 60)),
        batch(mention("3", 90), to=90),
        batch(to=200),
    )
    assert [len(bucket.gaps) for bucket in buckets] == [0, 1, 0]


def test_a_sampled_mention_stands_for_many():
    (bucket,) = roll(batch(mention("1", 1, weight=10.0), to=1), batch(to=30))
    assert (bucket.mentions, bucket.weighted) == (1, 10.0)


def shard() -> Shard:
    return Shard(0, table={}, brands=BRANDS, rules=RULES, model=MODEL)


def test_the_clock_of_a_partition_ticks_after_its_buckets():
    state = shard()
    state.apply(0, raw(mention("1", 3), to=3))
    outcome = state.apply(1, raw(to=40, brand="*"))
    assert [(bucket.brand, bucket.watermark) for bucket in outcome.buckets] == [
        ("nestle", at(10)),
        ("*", at(30)),
    ]


POISON = {
    "malformed_json": b'{"schema":1,"brand":',
    "not_utf8": b'{"schema":1,"brand":"\xff\xfe"}',
    "invalid": b'{"schema":1,"brand":"nestle","source":"x","seq":"one"}',
    "unknown_schema": raw(to=1).replace(b'"schema":1', b'"schema":99'),
    "wrong_brand": raw(to=1, brand="unheard-of"),
    "too_large": b'{"schema":1,"brand":"' + b"x" * 5_000_000 + b'"}',
}


@pytest.mark.parametrize("reason", POISON)
def test_a_poisonous_record_is_rejected_whole_and_the_stream_goes_on(reason):
    state = shard()
    outcome = state.apply(0, POISON[reason])
    assert [(one.place, one.error.reason) for one in outcome.rejected] == [(None, reason)]
    assert state.apply(1, raw(mention("1", 3), to=3)).batch is not None


def poisoned(bad: bytes) -> bytes:
    record = raw(mention("1", 1), mention("BAD", 2, "poison"), mention("3", 3), to=3)
    if b'"text"' in bad:  # of two fields of the same name JSON takes the last
        record = record.replace(b'"text":"poison"', b'"note":""')
    return record.replace(b'"id":"BAD"', bad)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'"id":7', "invalid"),
        (b'"id":""', "invalid"),
        (b'"id":"a\\u0000b"', "control_characters"),
        (b'"id":"4","lang":"\\u001b[31m"', "control_characters"),
        (b'"id":"4","kind":"shout"', "invalid"),
        (b'"id":"4","brand":"kitkat"', "wrong_brand"),
        (b'"id":"4","weight":-1', "invalid"),
        (b'"id":"4","text":"' + b"x" * 30_001 + b'"', "invalid"),
    ],
)
def test_a_poisonous_mention_does_not_take_the_others_with_it(bad, reason):
    batch_read, rejected = read_batch(poisoned(bad))
    assert [(one.place, one.error.reason) for one in rejected] == [(1, reason)]
    assert len(batch_read.mentions) == 2


def test_an_unreadable_envelope_names_the_field():
    with pytest.raises(UnreadableError, match="watermark"):
        read_batch(raw(to=1).replace(b'"watermark"', b'"watermrak"'))


def test_unknown_fields_are_tolerated():
    read, rejected = read_batch(raw(mention("1", 1), to=1).replace(b'{"id"', b'{"x":1,"id"'))
    assert (len(read.mentions), rejected) == (1, [])
