"""Crises ring in time, harmless episodes are dismissed with their reason."""

from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest
from talk import CHATTER, HOUR_S, START_S, Kind, Part, buckets, burst, day

from pipeline.detection.detector.levels import LevelState, LevelStep
from pipeline.detection.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.incident import Transition
from schemas.mention import Gap

KNOWN_S = 36 * HOUR_S
AT_S = KNOWN_S + 1800
ONSET = datetime.fromtimestamp(START_S + AT_S, tz=UTC)

CRISIS = CHATTER._replace(
    negative=0.5,
    positive=0.2,
    repost=0.5,
    new=0.85,
    first=0.15,
    outrage=0.12,
    boycott=0.05,
    carrier=0.35,
)
HARMLESS = {
    "giveaway": CHATTER._replace(
        negative=0.04, positive=0.6, repost=0.7, new=0.9, carrier=0.7, one_post=0.8
    ),
    "launch": CHATTER._replace(negative=0.15, positive=0.5, repost=0.4, new=0.7, carrier=0.4),
    "praise": CHATTER._replace(negative=0.06, positive=0.75, repost=0.6, new=0.85, carrier=0.3),
    "celebrity": CHATTER._replace(
        negative=0.1, positive=0.5, repost=0.8, new=0.9, first=0.15, one_post=0.8
    ),
    "complaints": CHATTER._replace(
        negative=0.7,
        positive=0.08,
        repost=0.1,
        reply=0.5,
        new=0.65,
        first=0.5,
        complaint=0.35,
        outrage=0.04,
        attack=0.03,
    ),
    "mourning": CHATTER._replace(
        negative=0.65, positive=0.1, repost=0.5, new=0.85, carrier=0.3, sad=0.45
    ),
    "bots": CHATTER._replace(
        negative=0.1,
        positive=0.2,
        repost=0.1,
        reply=0.0,
        new=0.95,
        first=0.05,
        carrier=0.9,
        copied=0.9,
    ),
}


def judged(known: bytes, brand: Brand, parts: list[Part], hours: float = 7) -> list[Transition]:
    judge = Judge.load(known, brand, width_s=10)
    said: list[Transition] = []
    until_s = AT_S + int(hours * HOUR_S)
    for bucket in buckets([Part(CHATTER, day(60)), *parts], length_s=until_s, from_s=KNOWN_S):
        said += judge.update(bucket)
    end = datetime.fromtimestamp(START_S + until_s, tz=UTC) + timedelta(hours=14)
    said += judge.update(clock(end))
    return said


def rings(said: list[Transition]) -> list[Transition]:
    return [step for step in said if step.level == "ring"]


def clock(at: datetime) -> Bucket:
    return Bucket(brand="*", start=at, width_s=10, watermark=at)


def episode(kind: Kind, times: float = 8) -> list[Part]:
    rate = burst(60 * times, at=AT_S, rise_s=600, half_life_s=2400, plateau_s=1200)
    return [Part(kind, rate, "episode")]


@pytest.fixture(scope="module")
def crisis(known: bytes, brand: Brand) -> list[Transition]:
    return judged(known, brand, episode(CRISIS))


def test_a_crisis_rings_within_half_an_hour(crisis: list[Transition]) -> None:
    noticed, rang, *_ = (step for step in crisis if not step.refreshed)
    assert (noticed.state, rang.state) == ("noticed", "open")
    assert noticed.at < rang.at < ONSET + timedelta(minutes=30)


def test_a_heads_up_comes_first_and_says_what_would_make_it_ring(crisis: list[Transition]) -> None:
    first, rung, *_ = (step for step in crisis if not step.refreshed)
    assert (first.level, first.rung_at, first.rings) == ("heads_up", None, ())
    assert first.heads_up_at == first.at == rung.heads_up_at
    assert first.sighting.terms
    assert (rung.level, rung.rung_at, rung.rings[0].at) == ("ring", rung.at, rung.at)
    assert rung.sighting.score >= rung.sighting.needed


def test_it_is_dated_to_its_rise_not_to_its_ringing(crisis: list[Transition]) -> None:
    assert abs(crisis[0].onset - ONSET) <= timedelta(minutes=6)


def test_its_id_is_brand_and_onset_and_its_steps_are_numbered(crisis: list[Transition]) -> None:
    assert {step.incident for step in crisis} == {f"acme-{crisis[0].onset:%Y%m%dT%H%M%SZ}"}
    assert [step.seq for step in crisis] == list(range(len(crisis)))


def test_it_ends_resolved_without_chatter(crisis: list[Transition]) -> None:
    assert crisis[-1].state == "resolved"
    assert len([step for step in crisis if not step.refreshed]) <= 7


def test_a_clock_of_strangers_resolves_nothing_and_shortcomings_are_told(
    known: bytes, brand: Brand
) -> None:
    judge = Judge.load(known, brand, width_s=10)
    until_s = AT_S + HOUR_S
    said: list[Transition] = []
    heard = buckets([Part(CHATTER, day(60)), *episode(CRISIS)], length_s=until_s, from_s=KNOWN_S)
    for bucket in heard:
        told = {"sources": ("x",), "quarantined": ("rss",), "future": 1}
        said += judge.update(msgspec.structs.replace(bucket, **told))
    assert judge.active
    end = datetime.fromtimestamp(START_S + until_s, tz=UTC) + timedelta(days=3650)
    tick = msgspec.structs.replace(clock(end), sources=("stranger",))
    assert judge.update(tick) == []
    assert judge.active
    assert said[-1].completeness.quarantined == ("rss",)
    assert 0 < said[-1].completeness.future < 1
    (*_, over) = judge.update(msgspec.structs.replace(tick, sources=("stranger", "x")))
    assert over.state == "resolved"


def test_reasons_come_heaviest_first(crisis: list[Transition]) -> None:
    weights = [abs(reason.weight) for reason in crisis[0].reasons]
    assert weights == sorted(weights, reverse=True)


def test_it_names_what_drives_it(crisis: list[Transition]) -> None:
    assert crisis[-1].drivers.links[0][0] == "https://example.org/episode"


def test_it_shows_negative_posts_with_reach(crisis: list[Transition]) -> None:
    assert 0 < len(crisis[-1].examples) <= 5
    assert all(example.p_negative > 0.5 for example in crisis[-1].examples)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_episode_does_not_ring(name: str, known: bytes, brand: Brand) -> None:
    said = judged(known, brand, episode(HARMLESS[name]), hours=3)
    assert {step.level for step in said} <= {"heads_up"}
    assert {step.state for step in said} <= {"noticed", "dismissed"}


@pytest.mark.parametrize("carrier", [0.5, 1.0])
def test_a_clear_storm_rings_within_ten_minutes(carrier: float, known: bytes, brand: Brand) -> None:
    clear = CRISIS._replace(negative=0.9, repost=0.0, outrage=0.6, boycott=0.3, carrier=carrier)
    rate = burst(1500, at=AT_S, rise_s=60, half_life_s=2400, plateau_s=1200)
    said = rings(judged(known, brand, [Part(clear, rate, "episode")], hours=0.5))
    assert said[0].at - ONSET <= timedelta(minutes=10)


def test_a_page_that_is_swarmed_rings_though_nothing_is_passed_on(
    known: bytes, brand: Brand
) -> None:
    swarm = CRISIS._replace(negative=0.75, repost=0.1, reply=0.8, outrage=0.4, carrier=0.0)
    assert rings(judged(known, brand, episode(swarm), hours=1))


def test_angry_accounts_in_chorus_do_not_ring(known: bytes, brand: Brand) -> None:
    chorus = CRISIS._replace(negative=0.9, repost=0.1, outrage=0.6, copied=0.9, authors=25)
    assert not rings(judged(known, brand, episode(chorus, times=25), hours=3))


def test_a_few_loud_accounts_do_not_ring(known: bytes, brand: Brand) -> None:
    loud = CRISIS._replace(authors=8)
    assert not rings(judged(known, brand, episode(loud), hours=3))


def test_what_begins_as_a_heads_up_comes_to_nothing_is_an_incident_of_its_own(
    known: bytes, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {3: LevelStep("heads_up", "rare"), 40: LevelStep("heads_up", "seed", over=True)}
    looks = count(1)
    monkeypatch.setattr(
        LevelState, "look", lambda *_: steps.get(next(looks), LevelStep("heads_up"))
    )
    said = [step for step in judged(known, brand, [], hours=2) if not step.refreshed]
    assert [step.state for step in said] == ["noticed", "dismissed", "noticed"]
    assert said[0].incident == said[1].incident != said[2].incident
    assert said[1].at == said[2].at == said[2].heads_up_at


def test_a_smaller_budget_asks_for_more(known: bytes) -> None:
    patient = Brand(id="acme", names=("Acme",), false_rings_per_quarter=1e-6)
    assert not rings(judged(known, patient, episode(CRISIS), hours=3))


def test_a_new_brand_that_starts_loud_is_learning_not_surging(brand: Brand) -> None:
    judge = Judge(brand, width_s=10)
    angry = CHATTER._replace(negative=0.75, first=0.5, complaint=0.3)
    heard = buckets([Part(angry, day(120))], length_s=8 * HOUR_S)
    assert [step for bucket in heard for step in judge.update(bucket)] == []


def test_a_second_copy_changes_nothing(known: bytes, brand: Brand) -> None:
    judge = Judge.load(known, brand, width_s=10)
    heard = list(buckets([Part(CHATTER, day(60))], length_s=KNOWN_S + 600, from_s=KNOWN_S))
    for bucket in heard:
        judge.update(bucket)
    before = judge.dump()
    for bucket in heard:
        assert judge.update(bucket) == []
    assert judge.dump() == before


def test_the_same_buckets_say_the_same_whether_the_clock_ticks_or_not(
    known: bytes, brand: Brand
) -> None:
    parts = [Part(CHATTER, day(60)), *episode(CRISIS)]
    silent, ticking = (Judge.load(known, brand, width_s=10) for _ in range(2))
    said, told = [], []
    for bucket in buckets(parts, length_s=AT_S + 2 * HOUR_S, from_s=KNOWN_S):
        said += silent.update(bucket)
        told += ticking.update(clock(bucket.start))
        told += ticking.update(bucket)
    end = clock(datetime.fromtimestamp(START_S + AT_S + 9 * HOUR_S, tz=UTC))
    assert said + silent.update(end) == told + ticking.update(end)


def test_a_crisis_that_falls_silent_is_resolved_by_the_clock(known: bytes, brand: Brand) -> None:
    judge = Judge.load(known, brand, width_s=10)
    said: list[Transition] = []
    for bucket in buckets(
        [Part(CHATTER, day(60)), *episode(CRISIS)], length_s=AT_S + 3000, from_s=KNOWN_S
    ):
        said += judge.update(bucket)
    for minutes in range(0, 12 * 60, 10):
        said += judge.update(clock(ONSET + timedelta(hours=1, minutes=minutes)))
    decided = [step.state for step in said if not step.refreshed]
    assert decided[-2:] == ["fading", "resolved"]
    assert not judge.active


def test_a_gap_is_told(known: bytes, brand: Brand) -> None:
    judge = Judge.load(known, brand, width_s=10)
    gap = Gap(
        start=ONSET + timedelta(minutes=1), end=ONSET + timedelta(minutes=2), cause="disconnect"
    )
    parts = [Part(CHATTER, day(60)), *episode(CRISIS, times=20)]
    said: list[Transition] = []
    for bucket in buckets(parts, length_s=AT_S + 1800, from_s=KNOWN_S):
        late = bucket.start >= ONSET + timedelta(minutes=2)
        said += judge.update(msgspec.structs.replace(bucket, gaps=(gap,)) if late else bucket)
    rung = rings(said)[0]
    assert rung.completeness.gaps == (gap,)
    assert rung.completeness.coverage < 1.0


def test_going_on_from_a_dump_anywhere_says_the_same(known: bytes, brand: Brand) -> None:
    parts = [Part(CHATTER, day(60)), *episode(CRISIS)]
    heard = list(buckets(parts, length_s=AT_S + 2 * HOUR_S, from_s=KNOWN_S))
    whole = Judge.load(known, brand, width_s=10)
    said = [whole.update(bucket) for bucket in heard]
    cut = Judge.load(known, brand, width_s=10)
    told = []
    for index, bucket in enumerate(heard):
        if index % 40 == 0:
            cut = Judge.load(cut.dump(), brand, width_s=10)
        told.append(cut.update(bucket))
    assert told == said
    assert cut.dump() == whole.dump()


def test_the_state_of_an_idle_brand_is_small(known: bytes) -> None:
    assert len(known) < 52_000  # 3 kB of it: the rows of its last quarter of an hour


def test_every_ring_states_the_severity_that_the_detector_found(crisis: list[Transition]) -> None:
    for step in rings(crisis):
        if step.rings and step.rings[-1].at == step.at:
            assert step.severity == step.rings[-1].severity
