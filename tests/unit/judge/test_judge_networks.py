"""Sources that come, fall silent, go and come back: neither a wave nor a silence."""

from datetime import UTC, datetime
from math import exp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.apart import NEW_FOR_S
from pipeline.detection.judge import Judge
from pipeline.detection.past import PastCounts, history_buckets
from pipeline.detection.shard import JudgeShard
from schemas.brand import Brand, JudgedOn
from schemas.bucket import Bucket, SourceCounts, Voices
from schemas.codec import encode
from schemas.feedback import Feedback

ACME = Brand(id="acme", names=("Acme",))
T0 = 1_767_571_200
WIDTH_S = 60
HOUR_S = 3_600
DAY_S = 86_400


class Talk:
    """Independent posts of some networks at even rates (an hour), 15 in 100 of them negative."""

    def __init__(self, seed: int, **per_hour: float) -> None:
        self._random = Random(seed)
        self.per_hour = per_hour

    def counts(self, network: str) -> SourceCounts:
        """What a network says in a minute."""
        mentions, expected = 0, self._random.random()
        left = exp(-self.per_hour[network] * WIDTH_S / HOUR_S)
        while expected > left:
            mentions += 1
            expected *= self._random.random()
        negative = sum(self._random.random() < 0.15 for _ in range(mentions))
        return SourceCounts(source=network, mentions=mentions, negative=negative)


def bucket(start_s: int, *said: SourceCounts, apart: str = "", sources=(), blind=()) -> Bucket:
    """A minute in which networks said so much."""
    mentions, negative = sum(one.mentions for one in said), sum(one.negative for one in said)
    return Bucket(
        brand="acme",
        start=datetime.fromtimestamp(start_s, UTC),
        width_s=WIDTH_S,
        watermark=datetime.fromtimestamp(start_s + WIDTH_S, UTC),
        mentions=mentions,
        weighted=mentions,
        originals=mentions,
        negative=negative,
        neutral=mentions - negative,
        authors=mentions,
        voices=Voices(texts=1000 * mentions, negative=1000 * negative, hostile=750 * negative),
        sources=sources or tuple(one.source for one in said),
        blind=blind,
        by_source=tuple(one for one in said if one.mentions),
        apart=apart,
    )


class Run:
    """A judge, and how rare the rarest was that it saw since ``forget``."""

    def __init__(self) -> None:
        self.judge = Judge(ACME, width_s=WIDTH_S)
        self.told = []
        self.rarest = 0.0
        self.usual_without = 0.0

    def take(self, one: Bucket) -> None:
        self.told += self.judge.update(one)
        self.rarest = max(self.rarest, self.judge._state.detector.rarest)

    @property
    def usual(self) -> float:
        """Texts that are expected in an hour."""
        return 6 * self.judge._state.detector.expectation.levels[2]


def grown(seed: int, per_hour: float, times: float, *, apart: bool) -> Run:
    """Three days of X; then Bluesky on top, for a day apart or at once; and a day of both."""
    talk = Talk(seed, x=per_hour, bluesky=times * per_hour)
    run = Run()
    begins_s, joins_s = T0 + 3 * DAY_S, T0 + 3 * DAY_S + (NEW_FOR_S if apart else 0)
    for start_s in range(T0, joins_s + DAY_S, WIDTH_S):
        if start_s == joins_s:
            run.rarest, run.told = 0.0, []
        said = [talk.counts("x")]
        if start_s >= joins_s:
            said.append(talk.counts("bluesky"))
        elif start_s >= begins_s:
            run.take(bucket(start_s, talk.counts("bluesky"), apart="bluesky"))
        run.take(bucket(start_s, *said))
    return run


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([20, 60, 200]), st.sampled_from([0.5, 1.0, 3.0]))
def test_a_source_that_is_added_neither_rings_nor_is_noticed(seed, per_hour, times):
    run = grown(seed, per_hour, times, apart=True)
    assert run.told == []
    assert run.usual == pytest.approx(per_hour * (1 + times), rel=0.25)


def test_it_would_be_noticed_if_what_is_usual_did_not_follow():
    at_once, followed = (grown(1, 60, 3.0, apart=apart) for apart in (False, True))
    assert followed.rarest < 1.0
    assert at_once.rarest > 3.0


def gone(seed: int, length_s: int) -> Run:
    """Five days of X and as much of Bluesky; then X is away for a while, and back for a day."""
    talk = Talk(seed, x=60, bluesky=60)
    run = Run()
    away_s, back_s = T0 + 5 * DAY_S, T0 + 5 * DAY_S + length_s
    for start_s in range(T0, back_s + DAY_S, WIDTH_S):
        away = away_s <= start_s < back_s
        said = [talk.counts("bluesky")] if away else [talk.counts("bluesky"), talk.counts("x")]
        expected = away and start_s < away_s + DAY_S  # later, nobody waits for it any more
        run.take(bucket(start_s, *said, blind=("x",) if expected else ()))
        if start_s == away_s:
            run.rarest, run.told = 0.0, []
        if start_s == back_s - WIDTH_S:
            run.usual_without = run.usual
    return run


@pytest.mark.parametrize(("length_s", "usual"), [(DAY_S // 2, 120), (3 * DAY_S, 60)])
def test_a_source_that_goes_and_comes_back_is_no_silence_and_no_wave(length_s, usual):
    run = gone(1, length_s)
    assert run.told == []
    assert run.rarest < 1.5
    assert run.usual_without == pytest.approx(usual, rel=0.25)
    assert run.usual == pytest.approx(120, rel=0.25)


def test_what_is_learned_of_networks_outlives_a_restart():
    talk = Talk(2, x=60, bluesky=60)
    whole, cut = Run(), Run()
    for start_s in range(T0, T0 + 2 * DAY_S, WIDTH_S):
        new = T0 + HOUR_S <= start_s < T0 + HOUR_S + NEW_FOR_S
        said = [talk.counts("x"), talk.counts("bluesky")]
        silent = ("x",) if start_s % (10 * HOUR_S) < HOUR_S else ()
        told = [bucket(start_s, *said[: 2 - new], blind=silent, sources=("bluesky", "x")[new:])]
        if new:
            told.append(bucket(start_s, said[1], apart="bluesky"))
        for one in told:
            whole.take(one)
            cut.take(one)
        if start_s % (3 * HOUR_S) == 0:
            cut.judge = Judge.load(cut.judge.dump(), ACME, width_s=WIDTH_S)
    assert cut.judge.dump() == whole.judge.dump()


def test_a_shard_keeps_a_judge_for_each_source_and_none_for_what_is_not_judged():
    def shard(judged, table):
        brand = Brand(id="acme", names=("Acme",), judge=JudgedOn(sources=judged))
        return JudgeShard(0, table=table, brands={"acme": brand}, width_s=WIDTH_S)

    said = SourceCounts(source="rss", mentions=1)
    heard = [
        encode(bucket(T0, said)),
        encode(bucket(T0 + WIDTH_S, said, apart="rss")),
        encode(bucket(T0 + WIDTH_S, said, apart="x")),
    ]
    names = {}
    for judged in ("each", ("x",), "all"):
        table: dict[str, bytes] = {}
        state = shard(judged, table)
        for offset, raw in enumerate(heard):
            assert state.apply(offset, raw).error is None
        names[judged] = {key.split("|")[1] for key in table if "|" in key}
        assert set(shard(judged, table)._judges) == names[judged]
    assert names["each"] == {"acme", "acme@rss", "acme@x"}
    assert names["x",] == names["all"] == {"acme"}


def test_counts_of_the_past_name_no_source_and_are_refused_where_each_is_judged():
    each = Brand(id="acme", names=("Acme",), judge=JudgedOn(sources="each"))
    state = JudgeShard(0, table={}, brands={"acme": each}, width_s=WIDTH_S)
    past = PastCounts(HOUR_S, ((T0, 3.0),))
    [raw] = [encode(one) for one in history_buckets("acme", past)]
    error = state.apply(0, raw).error
    assert error is not None
    assert error.reason == "unusable_history"


def test_people_speak_of_an_incident_to_the_judge_of_its_source():
    each = Brand(id="acme", names=("Acme",), judge=JudgedOn(sources="each"))
    state = JudgeShard(0, table={}, brands={"acme": each}, width_s=WIDTH_S)
    talk = Talk(4, x=60)
    told = []
    storm_s = T0 + 3 * DAY_S
    for offset, start_s in enumerate(range(T0, storm_s + 2 * HOUR_S, WIDTH_S)):
        said = talk.counts("x")
        if start_s >= storm_s:
            said = SourceCounts(source="x", mentions=60, negative=60, attacks=60)
        told += state.apply(offset, encode(bucket(start_s, said, apart="x"))).transitions
    said = {"brand": "acme", "at": told[0].at, "by": "Ana", "kind": "ack"}
    right = Feedback(id="1", incident=told[0].incident, **said)
    wrong = Feedback(id="2", incident=told[0].incident.replace("@x", ""), **said)
    [answer] = state.apply_feedback(0, encode(right)).transitions
    assert (answer.reason, answer.apart) == ("acknowledged", "x")
    assert state.apply_feedback(1, encode(wrong)).error.reason == "unknown_incident"


def test_each_source_is_judged_on_its_own_and_says_which_it_is():
    each = Brand(id="acme", names=("Acme",), judge=JudgedOn(sources="each"))
    talk = Talk(3, x=60)
    judge = Judge(each, width_s=WIDTH_S, apart="x")
    told = []
    storm_s = T0 + 3 * DAY_S
    for start_s in range(T0, storm_s + 2 * HOUR_S, WIDTH_S):
        said = talk.counts("x")
        if start_s >= storm_s:
            said = SourceCounts(source="x", mentions=60, negative=60, attacks=60)
        told += judge.update(bucket(start_s, said, apart="x"))
    first = told[0]
    assert first.apart == "x"
    assert first.brand == "acme"
    assert first.incident.startswith("acme@x-2")
    [line] = first.by_source
    assert line.source == "x"
    assert line.attacks <= line.negative <= line.mentions
