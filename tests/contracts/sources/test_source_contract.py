"""What every source keeps, whatever it reads: held with the real router, publisher and a broker."""

import gc
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from threading import Event
from time import monotonic

import pytest
from kafka import KafkaConsumer, TopicPartition

from agents.cli.ingest.common import opened_router
from agents.ingest.batcher import NO_PROMISE
from agents.ingest.router import RunResult
from agents.ingest.source import Idle, Lost, PositionError, Post, Reached, SourceEvent
from agents.kafka.clients import API_VERSION, KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from agents.settings import Settings
from contracts.sources.harnesses import HARNESSES
from schemas.brand import Brand, Brands
from schemas.codec import Decoder
from schemas.dead_letter import DeadLetter
from schemas.mention import ALL_BRANDS, MentionBatch
from schemas.source_status import SourceStatus
from schemas.topics import DEAD_LETTERS, MENTIONS, SOURCES

pytestmark = [
    # kafka-python leaves the socket of a refused connection to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

PARTITIONS = 2
BRANDS = Brands(brands=(Brand(id="acme", names=("Acme",)),))
READERS = [one for one in HARNESSES if one.bad_line is not None]
LIVE = [one for one in HARNESSES if one.live]
RECORDED = [one for one in HARNESSES if not one.live]
IN_TIME_S = 5.0


class CrashError(Exception):
    """The process comes to a sudden end."""


class Until:
    """A source that a test stops, or lets crash, once it said its posts and idle turns.

    ``posts`` is how many, or the last of them: a source may say again what came before.

    A recording has no idle turns at full speed: one that is asked for some runs to its end.
    """

    def __init__(self, source, posts, *, idle=0, crash=False):
        self.name, self.live = source.name, source.live
        self.open, self.position = source.open, source.position
        self.health, self.close = source.health, source.close
        self._source = source
        self._posts, self._idle, self._crash = posts, idle, crash

    def events(self, stop) -> Iterator[SourceEvent]:
        said = Counter()
        for event in self._source.events(stop):
            yield event
            said[type(event)] += 1
            if isinstance(event, Post):
                said[event.mention.id] += 1
            if not self._has_posts(said) or said[Idle] < self._idle:
                continue
            if self._crash:
                raise CrashError
            stop.set()

    def _has_posts(self, said) -> bool:
        if isinstance(self._posts, str):
            return self._posts in said
        return said[Post] >= self._posts


@pytest.fixture(scope="module")
def shared_broker():
    with EmbeddedBroker(partitions=PARTITIONS) as running:
        yield running


@pytest.fixture
def broker(shared_broker, caplog):
    """The broker of all tests here; each test has a source of its own."""
    # A kept log record of kafka-python would keep the sockets it speaks of.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    yield shared_broker
    shared_broker.come_up()
    gc.collect()


@pytest.fixture(params=HARNESSES, ids=lambda one: one.__name__)
def place(request, tmp_path):
    name = re.sub(r"[^\w-]", "-", request.node.name)[-60:]
    harness = request.param(tmp_path, name)
    yield harness
    harness.close()


def among(harnesses):
    """Run a test on these only."""
    return pytest.mark.parametrize("place", harnesses, indirect=True, ids=lambda one: one.__name__)


@pytest.fixture
def run(place, broker, tmp_path):
    """Run a source as its command does, in this thread."""
    settings = Settings(
        kafka_bootstrap=broker.bootstrap, partitions=PARTITIONS, spool_dir=str(tmp_path / "spool")
    )

    def run(source, *, heartbeat_s=1.0, grace_s=10.0) -> RunResult:
        stop = Event()
        with opened_router(
            source,
            brands=BRANDS,
            settings=settings,
            kafka=KafkaClients(settings.kafka_bootstrap),
            stop=stop,
            heartbeat_s=heartbeat_s,
            position_file=f"{place.name}.position",
        ) as router:
            return router.run(stop, grace_s=grace_s)

    return run


def read(broker, topic, record):
    """All records of a topic, in order within each partition."""
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap, api_version=API_VERSION, auto_offset_reset="earliest"
    )
    try:
        parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        found = []
        while any(consumer.position(part) < ends[part] for part in parts):
            for part, records in consumer.poll(timeout_ms=50).items():
                found += [(part.partition, Decoder(record).decode(one.value)) for one in records]
        return found
    finally:
        consumer.close()


def batches(broker, place):
    """What the source published, in the partition of the brand: heartbeats and gaps, too."""
    mine = [one for one in read(broker, MENTIONS.name, MentionBatch) if one[1].source == place.name]
    home = {part for part, batch in mine if batch.brand != ALL_BRANDS}
    return [batch for part, batch in mine if part in home]


def ids(found):
    return [mention.id for batch in found for mention in batch.mentions]


def until_stopped(source, stop):
    """Events up to the first post; the source is stopped behind it."""
    for event in source.events(stop):
        yield event
        if isinstance(event, Post):
            stop.set()


def check_promises(found):
    """No post comes for the first time behind a watermark that had passed it."""
    promised, seen = NO_PROMISE, set()
    for batch in found:
        assert all(one.created_at >= promised for one in batch.mentions if one.id not in seen)
        seen.update(one.id for one in batch.mentions)
        promised = max(promised, batch.watermark)


def test_a_restart_in_the_middle_loses_and_doubles_nothing(place, broker, run):
    said = place.fill(first=3, then=4)
    run(Until(place.source(), 3))
    assert ids(batches(broker, place)) == list(said[:3]), "a stop is obeyed"
    run(Until(place.source(), said[-1], idle=3))
    found = batches(broker, place)
    assert ids(found) == list(said)
    check_promises(found)


@among([one for one in HARNESSES if one.rereads])
def test_at_each_post_the_position_stands_behind_it(place):
    said = place.fill(first=3)
    source, stop = place.source(), Event()
    source.open(None)
    positions = [source.position()]
    for event in source.events(stop):
        if isinstance(event, Post):
            positions.append(source.position())
        if len(positions) > len(said):
            stop.set()
    source.close()
    for at, position in enumerate(positions[:-1]):
        again, stop = place.source(), Event()
        again.open(position)
        [first, *_] = (
            one.mention.id for one in until_stopped(again, stop) if isinstance(one, Post)
        )
        again.close()
        assert first == said[at]


def test_a_crash_in_the_middle_loses_nothing(place, broker, run):
    said = place.fill(first=3, then=4)
    with pytest.raises(CrashError):
        run(Until(place.source(), 3, crash=True))
    run(Until(place.source(), said[-1], idle=3))
    assert list(dict.fromkeys(ids(batches(broker, place)))) == list(said)


@among([one for one in HARNESSES if not one.rereads])
def test_what_nobody_heard_between_two_runs_is_stated_as_a_gap(place, broker, run):
    place.fill(first=1, then=1)
    run(Until(place.source(), 1))
    run(Until(place.source(), 1))
    assert [one.gap.cause for one in batches(broker, place) if one.gap] == ["restart"]


@among(READERS)
def test_a_bad_line_is_set_aside_and_the_rest_goes_on(place, broker, run):
    said = place.fill(first=3, bad=True)
    run(Until(place.source(), 3))
    assert ids(batches(broker, place)) == list(said)
    letters = {one.origin: one for _, one in read(broker, DEAD_LETTERS.name, DeadLetter)}
    letter = letters[place.origin_of_bad_line()]
    assert letter.reason == place.bad_reason
    assert letter.payload.strip() == place.bad_line.strip()


@among(LIVE)
def test_while_nothing_is_said_a_live_source_beats(place, broker, run):
    place.fill(first=1)
    run(Until(place.source(), 1, idle=20), heartbeat_s=0.1)
    found = batches(broker, place)
    after_the_post = found[[bool(one.mentions) for one in found].index(True) + 1 :]
    assert len(after_the_post) >= 3
    assert all(one.brand == ALL_BRANDS and one.gap is None for one in after_the_post)
    check_promises(found)


@among(RECORDED)
def test_a_silence_between_two_recorded_posts_is_stated_while_it_lasts(place, broker, run):
    said = place.fill(first=2, apart_s=3600.0)
    run(place.source(speed=3600.0), heartbeat_s=60.0)
    found = batches(broker, place)
    assert ids(found) == list(said)
    first, second = (at for at, one in enumerate(found) if one.mentions)
    between = [one.watermark for one in found[first + 1 : second]]
    assert len(set(between)) >= 3
    assert between == sorted(between)
    check_promises(found)


@pytest.mark.parametrize("ending", ["stop", "crash"])
def test_a_run_that_ends_while_kafka_is_away_ends_in_time_and_loses_nothing(
    place, broker, run, ending
):
    said = place.fill(first=3, then=4)
    broker.go_down()
    began_s = monotonic()
    with suppress(CrashError):
        run(Until(place.source(), 3, crash=ending == "crash"), grace_s=0.2)
    assert monotonic() - began_s < IN_TIME_S
    broker.come_up()
    run(Until(place.source(), said[-1], idle=3))
    found = batches(broker, place)
    assert list(dict.fromkeys(ids(found))) == list(said)
    check_promises(found)


@among([one for one in LIVE if one.can_be_silent])
def test_health_says_why_a_live_source_is_not_heard(place):
    now_s = [0.0]
    why = place.fall_silent()
    source, stop = place.source(clock_s=lambda: now_s[0]), Event()
    source.open(None)
    try:
        events = source.events(stop)
        assert any(isinstance(event, Lost) for event in events)
        assert source.health() is None, "for a moment it may be away"
        now_s[0] = 600.0
        cause = source.health()
        assert cause.word == "source_unheard"
        assert place.name in cause.detail
        assert why in cause.detail
        assert why in cause.why, "people are told that, without the seconds"
        place.speak_again()
        assert any(isinstance(event, Reached) for event in events)
        assert source.health() is None
    finally:
        stop.set()
        source.close()


def statuses(broker, place):
    """How the source said that it stands, in order."""
    found = read(broker, SOURCES.name, SourceStatus)
    return [one for _, one in found if one.source == place.name]


def test_a_source_says_how_it_stands_from_its_start_to_its_end(place, broker, run):
    place.fill(first=1)
    source = place.source()
    run(Until(source, 1, idle=2 if source.live else 0))
    first, *_, last = statuses(broker, place)
    assert (first.state, last.state) == ("starting", "stopped")
    assert first.live == source.live
    assert first.brands == last.brands == ("acme",)
    assert last.reached is not None
    assert last.post_at is not None


@among(RECORDED)
def test_what_can_be_read_again_is_always_heard(place):
    place.fill(first=2)
    now_s = [0.0]
    source = place.source(clock_s=lambda: now_s[0])
    source.open(None)
    for _ in source.events(Event()):
        now_s[0] += 600.0
        assert source.health() is None
    source.close()


def test_a_stop_ends_a_source_that_nothing_is_said_by(place):
    place.fill(first=1)
    source, stop = place.source(speed=1.0), Event()
    source.open(None)
    try:
        events = source.events(stop)
        assert any(isinstance(event, Post) for event in events)
        stop.set()
        began_s = monotonic()
        assert not any(isinstance(event, Post) for event in events)
        assert monotonic() - began_s < IN_TIME_S
    finally:
        source.close()


def test_a_position_that_is_none_of_its_own_is_refused_in_words_or_passed_over(place):
    place.fill(first=1)
    source = place.source()
    try:
        source.open(b"\xff{ what another source has kept")
    except PositionError as error:
        assert "delete it" in str(error)  # noqa: PT017 - not every source has to refuse it
    else:
        assert any(isinstance(event, Post) for event in source.events(Event()))
    finally:
        source.close()


def test_a_source_that_was_never_opened_can_be_closed(place):
    place.fill(first=1)
    place.source().close()
