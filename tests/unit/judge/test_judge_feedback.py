"""Ack, snooze and false alarm change what follows, and every one leaves its trace."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import log

import msgspec
import pytest
from talk import CHATTER, HOUR_S, START_S, Part, buckets, burst, day

from pipeline.detection.feedback.false_alarm_discount import HALF_LIFE_S, MOST_STEPS
from pipeline.detection.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import UnreadableError
from schemas.feedback import Feedback, FeedbackKind
from schemas.incident import Handling, Transition

KNOWN_S = 36 * HOUR_S
AT_S = KNOWN_S + 1800
MOMENT = datetime.fromtimestamp(START_S + AT_S, tz=UTC) + timedelta(minutes=20)

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
CLEAR = CRISIS._replace(negative=0.8, outrage=0.4, boycott=0.2)


def said(
    kind: FeedbackKind, incident: str, number: int = 1, at: datetime = MOMENT, **more: object
) -> Feedback:
    values: dict[str, object] = {"id": f"f{number}", "by": "Ana", "note": "seen", **more}
    return Feedback(kind=kind, incident=incident, brand="acme", at=at, **values)


def snooze(incident: str, minutes: int, number: int = 1, at: datetime = MOMENT) -> Feedback:
    return said("snooze", incident, number, at, until=at + timedelta(minutes=minutes))


def crisis(kind=CRISIS, *, at_s: int = AT_S, times: float = 8, name: str = "episode") -> Part:
    rate = burst(60 * times, at=at_s, rise_s=600, half_life_s=2400, plateau_s=1200)
    return Part(kind, rate, name)


def clock(at_s: float) -> Bucket:
    at = datetime.fromtimestamp(START_S + at_s, tz=UTC)
    return Bucket(brand="*", start=at, width_s=10, watermark=at)


class Story:
    """A judge that is played a course until it rings, and then further, in steps."""

    def __init__(self, known: bytes, brand: Brand, *parts: Part, hours: float = 8) -> None:
        self.judge = Judge.load(known, brand, width_s=10)
        self.told: list[Transition] = []
        talk = [Part(CHATTER, day(60)), *parts]
        until_s = AT_S + int(hours * HOUR_S)
        self._heard: Iterator[Bucket] = buckets(talk, length_s=until_s, from_s=KNOWN_S)

    def until_it_rings(self) -> Transition:
        for bucket in self._heard:
            for new in self._update(bucket):
                if new.state in {"open", "reopened"}:
                    return new
        raise AssertionError("it never rang")

    def until(self, at_s: float) -> list[Transition]:
        before = len(self.told)
        for bucket in self._heard:
            self._update(bucket)
            if bucket.start.timestamp() >= START_S + at_s:
                break
        return self.told[before:]

    def to_the_end(self) -> list[Transition]:
        return self.until(1e9) + self._update(clock(AT_S + 20 * HOUR_S))

    def hear(self, feedback: Feedback) -> list[Transition]:
        new = self.judge.apply_feedback(feedback)
        self.told += new
        return new

    def _update(self, bucket: Bucket) -> list[Transition]:
        new = self.judge.update(bucket)
        self.told += new
        return new


@pytest.fixture
def story(known: bytes, brand: Brand) -> Story:
    return Story(known, brand, crisis())


# Acknowledged


def test_an_ack_is_told_with_who_when_and_which_feedback(story: Story) -> None:
    rung = story.until_it_rings()
    [told] = story.hear(said("ack", rung.incident))
    assert (told.state, told.reason, told.seq) == ("open", "acknowledged", rung.seq + 1)
    assert (told.by, told.feedback, told.note) == ("Ana", "f1", "seen")
    assert told.handling.acknowledged_by == "Ana"
    assert told.handling.acknowledged_at == MOMENT
    assert told.handling.acknowledged_severity == rung.severity


def test_what_follows_still_says_who_has_it_in_hand(story: Story) -> None:
    story.hear(said("ack", story.until_it_rings().incident))
    later = story.to_the_end()
    assert later[-1].state == "resolved"
    assert {step.handling.acknowledged_by for step in later} == {"Ana"}
    assert {(step.by, step.feedback) for step in later} == {("", "")}
    assert [step.seq for step in story.told] == list(range(len(story.told)))


def test_the_same_feedback_twice_is_once(story: Story) -> None:
    feedback = said("ack", story.until_it_rings().incident)
    assert len(story.hear(feedback)) == 1
    before = story.judge.dump()
    assert story.hear(feedback) == []
    assert story.judge.dump() == before


def test_a_label_is_not_for_the_judge(story: Story) -> None:
    label = Feedback(id="1", brand="acme", at=MOMENT, by="Ana", kind="label", label="negative")
    assert story.hear(label) == []


def test_a_note_changes_nothing(story: Story) -> None:
    rung = story.until_it_rings()
    before = story.judge.dump()
    assert story.hear(said("note", rung.incident, note="The film is genuine.")) == []
    assert story.hear(said("note", rung.incident, note="Call.", task="t", step="added")) == []
    assert story.judge.dump() == before


# Snoozed


def test_a_snooze_holds_and_then_ends_by_itself(story: Story) -> None:
    rung = story.until_it_rings()
    [told] = story.hear(snooze(rung.incident, 120, at=rung.at))
    assert told.reason == "snoozed"
    assert told.handling.snoozed_until == rung.at + timedelta(minutes=120)
    later = story.to_the_end()
    woken = next(step for step in later if step.reason == "unsnoozed")
    assert woken.handling == Handling(snoozed_by="Ana", snoozed_severity=rung.severity)
    assert timedelta() <= woken.at - told.handling.snoozed_until <= timedelta(minutes=1)
    for step in later:
        holds = step.handling.snoozed_until is not None
        assert holds is (step.seq < woken.seq)


def test_a_snooze_breaks_when_severity_rises_by_two(known: bytes, brand: Brand) -> None:
    wave = crisis(CLEAR, at_s=AT_S + 2 * HOUR_S, times=60, name="wave")
    story = Story(known, brand, crisis(times=4), wave)
    rung = story.until_it_rings()
    story.hear(snooze(rung.incident, 8 * 60, at=rung.at))
    later = story.until(AT_S + 3 * HOUR_S)
    broken = next(step for step in later if step.reason == "snooze_broken")
    assert broken.severity >= rung.severity + 2
    assert broken.handling.snoozed_until is None
    assert all(step.severity < rung.severity + 2 for step in later if step.seq < broken.seq)


def test_a_snooze_counts_from_where_a_judge_that_lags_is(story: Story) -> None:
    rung = story.until_it_rings()
    years_later = MOMENT.replace(year=2026)
    [told] = story.hear(snooze(rung.incident, 60, at=years_later))
    assert told.handling.snoozed_until == told.at + timedelta(hours=1)
    assert told.at - rung.at < timedelta(minutes=1)


@pytest.mark.parametrize("until", [None, MOMENT, MOMENT + timedelta(days=8)])
def test_a_snooze_without_a_usable_end_is_refused(story: Story, until: datetime | None) -> None:
    incident = story.until_it_rings().incident
    before = story.judge.dump()
    with pytest.raises(UnreadableError, match="until") as refused:
        story.hear(said("snooze", incident, until=until))
    assert refused.value.reason == "invalid"
    assert story.judge.dump() == before


# False alarm


def test_a_false_alarm_ends_it_by_name_and_says_what_it_changes(story: Story) -> None:
    rung = story.until_it_rings()
    [told] = story.hear(said("false_alarm", rung.incident))
    assert (told.state, told.reason, told.by) == ("resolved", "false_alarm", "Ana")
    assert told.learned.budget == 0.5
    assert told.learned.weights == ((rung.nearest[0].episode, 0.5),)
    assert rung.learned == msgspec.structs.replace(told.learned, budget=1.0, weights=())
    assert not story.judge.active


def test_the_same_noise_does_not_ring_again(story: Story) -> None:
    rung = story.until_it_rings()
    story.until(AT_S + 1500)  # it is as loud as it gets
    story.hear(said("false_alarm", rung.incident))
    assert [step.state for step in story.to_the_end() if step.state != "dismissed"] == []


def test_a_genuine_crisis_after_the_most_false_alarms_still_rings(
    known: bytes, brand: Brand
) -> None:
    story = Story(known, brand, crisis(CLEAR, times=25))
    discount = story.judge._state.feedback.discount
    names = [one.name for one in story.judge.library.references if one.kind == "crisis"]
    for _ in range(10):
        for name in names:
            discount = discount.after_false_alarm(name, START_S + KNOWN_S)
    story.judge._state.feedback.discount = discount
    rung = story.until_it_rings()
    assert rung.learned.budget == 0.5**MOST_STEPS
    assert rung.at - MOMENT < timedelta()
    assert any(reason.code == "false_alarms" for reason in rung.reasons)


def test_a_crisis_hours_after_a_false_alarm_rings_as_another_incident(
    known: bytes, brand: Brand
) -> None:
    wave = crisis(CLEAR, at_s=AT_S + 6 * HOUR_S, times=60, name="wave")
    story = Story(known, brand, crisis(), wave)
    first = story.until_it_rings()
    story.hear(said("false_alarm", first.incident))
    rung = next(step for step in story.to_the_end() if step.state in {"open", "reopened"})
    assert rung.state == "open"
    assert rung.incident != first.incident
    assert rung.handling == Handling()
    assert rung.learned.budget == pytest.approx(0.5, abs=0.01)


def test_doubt_asks_for_what_is_rarer(known: bytes, brand: Brand) -> None:
    trusting, doubting = Story(known, brand, crisis()), Story(known, brand, crisis())
    discount = doubting.judge._state.feedback.discount
    for _ in range(3):
        discount = discount.after_false_alarm("boycott-call", START_S + KNOWN_S)
    doubting.judge._state.feedback.discount = discount
    plain, doubted = trusting.until_it_rings(), doubting.until_it_rings()
    assert doubted.sighting.needed - plain.sighting.needed == pytest.approx(log(8), abs=0.02)
    assert doubted.at >= plain.at


def test_one_that_ended_by_itself_can_be_called_false_afterwards(story: Story) -> None:
    rung = story.until_it_rings()
    last = story.to_the_end()[-1]
    assert last.state == "resolved"
    [told] = story.hear(said("false_alarm", rung.incident))
    assert (told.state, told.reason, told.seq) == ("resolved", "false_alarm", last.seq + 1)
    assert told.at > last.at
    assert told.examples == last.examples
    assert told.learned.budget == 0.5


def test_an_incident_counts_once_as_a_false_alarm_whoever_says_it(story: Story) -> None:
    rung = story.until_it_rings()
    story.hear(said("false_alarm", rung.incident))
    before = story.judge.dump()
    with pytest.raises(UnreadableError, match="over since") as refused:
        story.hear(said("false_alarm", rung.incident, 2, by="Bea"))
    assert refused.value.reason == "incident_over"
    assert story.judge.dump() == before


@pytest.mark.parametrize("kind", ["ack", "snooze", "false_alarm"])
def test_feedback_on_an_unknown_incident_is_refused_by_name(
    story: Story, kind: FeedbackKind
) -> None:
    story.until_it_rings()
    with pytest.raises(UnreadableError, match="by Ana") as refused:
        story.hear(said(kind, "acme-20090101T000000Z", until=MOMENT + timedelta(hours=1)))
    assert refused.value.reason == "unknown_incident"


@pytest.mark.parametrize("kind", ["ack", "snooze"])
def test_what_is_over_needs_nobody_any_more(story: Story, kind: FeedbackKind) -> None:
    rung = story.until_it_rings()
    story.to_the_end()
    with pytest.raises(UnreadableError) as refused:
        story.hear(said(kind, rung.incident, until=MOMENT + timedelta(hours=1)))
    assert refused.value.reason == "incident_over"


def test_doubt_fades_and_is_forgotten(story: Story) -> None:
    story.hear(said("false_alarm", story.until_it_rings().incident))
    discount, now_s = story.judge._state.feedback.discount, story.judge._state.now_s
    assert discount.learned(now_s + HALF_LIFE_S).budget == pytest.approx(0.5**0.5, abs=1e-3)
    assert discount.learned(now_s + 5 * HALF_LIFE_S).budget == 1.0
    assert discount.weights(now_s + 5 * HALF_LIFE_S) == {}


def test_state_stays_small_and_goes_on_from_a_dump(story: Story) -> None:
    rung = story.until_it_rings()
    for number in range(200):
        story.hear(said("ack", rung.incident, number))
    story.hear(said("false_alarm", rung.incident, 200))
    raw = story.judge.dump()
    assert len(raw) < 80_000
    assert Judge.load(raw, story.judge.brand, width_s=10).dump() == raw


def test_late_mentions_lower_confidence_and_are_told(known: bytes, brand: Brand) -> None:
    on_time, late = Story(known, brand, crisis()), Story(known, brand, crisis())
    late._heard = (msgspec.structs.replace(bucket, late=bucket.mentions) for bucket in late._heard)
    prompt, tardy = on_time.until_it_rings(), late.until_it_rings()
    assert (prompt.at, prompt.completeness.late) == (tardy.at, 0.0)
    assert tardy.completeness.late == pytest.approx(0.5, abs=0.1)
    assert tardy.confidence < prompt.confidence


def test_what_should_have_rung_teaches_and_is_told(known: bytes) -> None:
    patient = Brand(id="acme", names=("Acme",), false_rings_per_quarter=1e-6)
    story = Story(known, patient, crisis(), hours=3)
    story.to_the_end()
    dismissed = next(one for one in story.told if one.state == "dismissed")
    before = story.judge._state.feedback.discount.margin(0)
    [told] = story.hear(said("missed", dismissed.incident))
    assert (told.state, told.reason, told.by) == ("dismissed", "missed", "Ana")
    assert told.seq == dismissed.seq + 1
    assert told.learned.lenient == pytest.approx(2.0, abs=0.1)
    assert story.judge._state.feedback.discount.margin(0) < before
    with pytest.raises(UnreadableError, match="incident_over"):
        story.hear(said("missed", dismissed.incident, 2))


def test_what_rang_was_not_missed(story: Story) -> None:
    incident = story.until_it_rings().incident
    with pytest.raises(UnreadableError, match="did ring"):
        story.hear(said("missed", incident))
    story.to_the_end()
    with pytest.raises(UnreadableError, match="incident_over"):
        story.hear(said("missed", incident, 2))
