"""What careful reading adds to the kind, and when it has a say."""

from datetime import UTC, datetime
from zlib import crc32

import pytest

from pipeline.detection.detector.kind import composition
from pipeline.detection.detector.leading import Leading, seed_of
from pipeline.detection.detector.rarity import WindowSums
from pipeline.detection.detector.read import ReadMemory
from pipeline.detection.detector.voices import FIELDS, nothing
from schemas.bucket import LeadingPost, Voices
from schemas.reading import CLASSES, Reading, ReadPost

HOUR_S = 3_600


def classes(**shares: float):
    """Probabilities; the rest is everyday talk."""
    rest = {"everyday": 1 - sum(shares.values())}
    return tuple((shares | rest).get(name, 0.0) for name in CLASSES)


def sample(read: int, **shares: float) -> Reading:
    return Reading(rate=1.0, read=read, classes=tuple(read * share for share in classes(**shares)))


def root(id_: str, **shares: float) -> Reading:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    post = ReadPost(id=id_, handle="x", created_at=at, text="x", classes=classes(**shares),
                    fast=(0.0, 0.0, 0.0), reposts=3)  # fmt: skip
    return Reading(rate=1.0, roots=(post,))


def lived(hours: int = 48) -> ReadMemory:
    """Two days in which a tenth of what was read attacked."""
    memory = ReadMemory()
    for hour in range(hours):
        memory.take(hour * HOUR_S, sample(10, accusation=0.1, off_topic=0.3))
        memory.come_to((hour + 1) * HOUR_S)
    return memory


def shift(memory: ReadMemory, code: str, *leading: LeadingPost) -> float:
    return next(one.shift for one in memory.against(leading) if one.code == code)


LEAD = LeadingPost(post=crc32(b"7"), reposts=20, attack=1500)


def test_the_reader_has_no_say_before_it_has_read_enough():
    assert not lived(4).has_say
    assert lived().has_say


def test_a_sample_that_attacks_speaks_for_a_crisis_and_one_that_praises_against():
    worse, better = lived(), lived()
    worse.take(48 * HOUR_S, sample(30, accusation=0.4, harm=0.2))
    better.take(48 * HOUR_S, sample(30, praise=0.9))
    assert shift(worse, "sample") > 1
    assert shift(better, "sample") < 0


def test_a_small_sample_says_little():
    few, many = lived(), lived()
    few.take(48 * HOUR_S, sample(2, boycott=0.9))
    many.take(48 * HOUR_S, sample(40, boycott=0.9))
    assert 0 < shift(few, "sample") < shift(many, "sample")


def test_what_is_going_on_does_not_excuse_itself():
    memory = lived()
    before = memory.against(())[-1].usual
    for hour in range(48, 55):
        memory.take(hour * HOUR_S, sample(100, accusation=0.9))
        memory.come_to((hour + 1) * HOUR_S)
    assert memory.against(())[-1].usual == pytest.approx(before, rel=0.01)


def test_the_post_that_leads_is_held_against_ordinary_texts():
    memory = lived()
    memory.take(48 * HOUR_S, root("7", accusation=0.8, off_topic=0.05))
    assert shift(memory, "leading_post", LEAD) > 2
    assert shift(memory, "off_topic", LEAD) < 0
    assert memory.hostility(LEAD) > 2


def test_a_post_that_nobody_read_is_known_by_fast_reading():
    assert lived().hostility(LEAD) == 1.5


def test_the_reader_may_clear_a_post_that_fast_reading_calls_an_attack():
    memory = lived()
    memory.take(48 * HOUR_S, root("7", off_topic=0.95))
    assert memory.hostility(LEAD) < 0


def test_terms_of_what_was_read_are_stated_with_their_signs():
    memory = lived()
    memory.take(48 * HOUR_S, root("7", accusation=0.2, off_topic=0.75))
    memory.take(48 * HOUR_S, sample(30, mockery=0.5))
    window = WindowSums(nothing(), [1.0] * len(FIELDS))
    terms = {
        one.code: one for one in composition(window, window.expected, memory.against((LEAD,))).terms
    }
    assert terms["sample"].weight > 0 > terms["off_topic"].weight
    assert terms["sample"].share > terms["sample"].usual
    without = {one.code for one in composition(window, window.expected).terms}
    assert without == terms.keys() - {"leading_post", "off_topic", "sample"}


def test_memory_is_bounded():
    memory = ReadMemory()
    for number in range(500):
        memory.take(number * 120, root(str(number), praise=0.5))
        memory.take(number * 120, sample(1))
        memory.come_to(number * 120)
    assert len(memory.posts) <= 60
    assert len(memory.minutes) <= 31
    assert len(memory.hours) <= 10


def test_reposts_that_were_told_hold_for_ten_minutes():
    leading = Leading()
    leading.take(0, Voices(cascade=30, critical_cascade=12, leading=(LEAD,)))
    leading.take(300, Voices(cascade=5))
    leading.come_to(600)
    assert (leading.cascade, leading.critical_cascade, leading.posts) == (30, 12, [LEAD])
    leading.come_to(720)
    assert (leading.cascade, leading.critical_cascade, leading.posts) == (5, 0, [])


@pytest.mark.parametrize(("passed_on", "hostility"), [(1.0, 3.0), (5.0, 0.4)])
def test_a_seed_both_attacks_and_is_passed_on(passed_on, hostility):
    assert seed_of(passed_on, hostility) == 0.0
    assert seed_of(5.0, 3.0) > 6
