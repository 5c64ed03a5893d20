"""The trainer on a fake Kafka: order, lateness, roll-backs, publishing."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.errors import KafkaTimeoutError
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from agents.kafka.topic_reader import Read
from agents.learning.follower import ModelFollower
from agents.learning.trainer import Trainer
from agents.monitoring.health import Progress
from pipeline.learning.admission import LabelLimits
from pipeline.learning.publishing import PublishRules, roll_back
from pipeline.learning.store import ModelStore
from pipeline.metrics import Metrics
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.model import ModelVersion
from schemas.topics import DELETIONS, FEEDBACK, MODELS
from support.hostile import hostile
from support.learning import BRANDS, T0, attacks, honest, shipped_verifier

START_MS = round(T0.timestamp() * 1000)


class FakeKafka:
    """Topics in memory. What was written is read in one go, partition by partition."""

    def __init__(self) -> None:
        topics = (FEEDBACK.name, MODELS.name, DELETIONS.name)
        self.written: dict[str, list[Read]] = {topic: [] for topic in topics}
        self._read = dict.fromkeys(topics, 0)
        self.rewound = 0
        self.away = False

    def write(self, topic: str, value: bytes, at_ms: int, partition: int = 0) -> None:
        records = self.written[topic]
        records.append(Read(topic, partition, len(records), at_ms, value))

    def poll(self, _timeout_s: float) -> list[Read]:
        found: list[Read] = []
        for topic, records in self.written.items():
            fresh = records[self._read[topic] :]
            self._read[topic] = len(records)
            found += sorted(fresh, key=lambda read: (read.partition, read.offset))
        return found

    def ends(self, _timeout_s: float | None = None) -> dict[str, int]:
        if self.away:
            raise KafkaTimeoutError
        return {topic: len(records) for topic, records in self.written.items()}

    def reached(self, ends: dict[str, int]) -> bool:
        return all(self._read[topic] >= end for topic, end in ends.items())

    def rewind(self, topic: str) -> None:
        self.rewound += 1
        self._read[topic] = 0


class World:
    """A trainer, its Kafka and its clock."""

    def __init__(self, kafka: FakeKafka | None = None) -> None:
        self.kafka = kafka or FakeKafka()
        self.now_s = T0.timestamp() + 86_400
        self.registry = CollectorRegistry()
        self.published: list[ModelVersion] = []
        self.trainer = Trainer(
            self.kafka,  # type: ignore[arg-type]
            verifier=shipped_verifier(),
            brands=dict.fromkeys(BRANDS),
            publish=self.publish,
            metrics=Metrics(self.registry),
            progress=Progress(),
            now_s=lambda: self.now_s,
            made_with="test",
            rules=PublishRules(enough=60, new=20),
            limits=LabelLimits(),
        )

    def publish(self, version: ModelVersion) -> None:
        self.published.append(version)
        self.kafka.write(MODELS.name, encode(version), round(self.now_s * 1000))

    def say(self, labels: list[Feedback], start_ms: int = START_MS) -> None:
        for at, label in enumerate(labels):
            self.kafka.write(FEEDBACK.name, encode(label), start_ms + 60_000 * at, at % 3)

    def run(self, turns: int = 4) -> None:
        for _ in range(turns):
            self.trainer.step()
            self.now_s += 10

    def digests(self) -> dict[str, str]:
        return {version.scope: version.digest for version in self.published}


def test_it_goes_on_where_it_was_once_kafka_is_back() -> None:
    world, undisturbed = World(), World()
    for each in (world, undisturbed):
        each.say(honest(90))
    world.kafka.away = True
    world.run()
    assert world.published == []
    world.kafka.away = False
    world.run()
    undisturbed.run()
    assert world.digests() == undisturbed.digests()


def test_labels_become_versions_of_all_brands_and_of_one() -> None:
    world = World()
    world.say(honest(90))
    world.run()
    assert [(version.scope, version.seq) for version in world.published] == [("*", 0), ("acme", 0)]
    assert world.registry.get_sample_value("tocsin_records_emitted_total", {"stage": "learn"}) == 2


def test_labels_of_attack_become_versions_and_are_learned_alike_after_a_restart() -> None:
    world = World()
    world.say([*honest(60), *attacks(60)])
    world.run()
    assert [(one.labels, one.attack_labels) for one in world.published] == [(60, 60), (60, 60)]
    assert all(one.delta.nudges and one.delta.attack for one in world.published)
    fresh = World()
    fresh.say([*honest(60), *attacks(60)])
    fresh.run()
    assert fresh.digests() == world.digests()


def test_drift_and_comparison_are_told_of_each_aspect() -> None:
    world = World()
    world.say(attacks(90))
    world.run()

    def value(name: str, **labels: str) -> float | None:
        return world.registry.get_sample_value(name, labels)

    for model in ("warm", "in_force", "delta"):
        assert value("tocsin_prequential_macro_f1", of="attack", model=model) is not None
        assert value("tocsin_prequential_macro_f1", of="tone", model=model) is None
    assert value("tocsin_drifts_total", of="attack") == 0
    # From now on people label what no word tells.
    riddles = [
        replace(one, id=f"r{at}", text=f"q{at}x z{at}y", attack=at % 7 % 2 == 0)
        for at, one in enumerate(attacks(300))
    ]
    world.say([*attacks(300, seed=4), *riddles], START_MS + 90 * 60_000)
    world.run()
    assert (value("tocsin_drifts_total", of="attack") or 0) > 0
    assert value("tocsin_drifts_total", of="tone") == 0


def forget(world: World, post: str) -> None:
    at = T0 + timedelta(hours=3)
    said = Deletion(id=post, at=at, kind="post", subject=post, by="x")
    world.kafka.write(DELETIONS.name, encode(said), round(at.timestamp() * 1000))


@pytest.mark.parametrize("is_learned", [True, False])
def test_the_label_of_a_post_that_was_deleted_is_unlearned(*, is_learned: bool) -> None:
    labels = honest(90)
    labels[7] = replace(labels[7], mention_id="gone")
    world, never = World(), World()
    world.say(labels)
    if is_learned:
        world.run()
    forget(world, "gone")
    world.run()
    more = honest(60, seed=2)
    world.say(more, START_MS + 90 * 60_000)
    world.run()
    for at, label in enumerate([*labels, *more]):
        if at != 7:
            never.kafka.write(FEEDBACK.name, encode(label), START_MS + 60_000 * at, at % 3)
    never.run()
    assert world.digests() == never.digests()
    assert (world.kafka.rewound > 0) == is_learned
    dropped = {"stage": "learn", "reason": "forgotten"}
    assert world.registry.get_sample_value("tocsin_records_dropped_total", dropped) == 1


def test_partitions_are_merged_by_time_whatever_came_first() -> None:
    one, two = World(), World()
    one.say(honest(90))
    for read in sorted(one.kafka.written[FEEDBACK.name], key=lambda read: read.partition):
        two.kafka.written[FEEDBACK.name].append(read)
    one.run()
    two.run()
    assert one.digests() == two.digests()
    assert one.digests()


def test_a_trainer_that_starts_anew_learns_the_same() -> None:
    world = World()
    labels = honest(150)
    world.say(labels[:90])
    world.run()
    world.say(labels[90:], START_MS + 90 * 60_000)
    world.run()
    assert len(world.published) == 4
    again = World(world.kafka)
    world.kafka._read = dict.fromkeys(world.kafka._read, 0)
    again.run()
    assert again.published == []  # nothing new: it all is in force already
    fresh = World()
    fresh.say(labels)
    fresh.run()
    assert fresh.digests() == world.digests()


def test_a_label_that_is_read_too_late_makes_everything_be_learned_again() -> None:
    world, whole = World(), World()
    labels = honest(90)
    late = labels.pop(30)
    world.say(labels)
    world.run()
    world.kafka.write(FEEDBACK.name, encode(late), START_MS + 1)
    world.run()
    assert world.kafka.rewound == 1
    whole.say(labels)
    whole.kafka.write(FEEDBACK.name, encode(late), START_MS + 1)
    whole.run()
    both = [each.trainer._fold.delta("acme") for each in (world, whole)]  # type: ignore[union-attr]
    assert both[0] == both[1]


def test_a_label_waits_until_others_of_its_time_must_have_come() -> None:
    world = World()
    world.say(honest(90), round(world.now_s * 1000) - 1000)
    world.trainer.step()
    world.trainer.step()
    assert world.published == []


def test_what_was_rolled_back_stays_away_until_new_labels_say_so() -> None:
    world = World()
    labels = honest(200)
    world.say(labels[:90])
    world.run()
    [version] = [each for each in world.published if each.scope == "acme"]
    at = T0 + timedelta(days=1, minutes=5)
    back = roll_back([version], "shipped", base=shipped_verifier().base, at=at, by="ana")
    world.kafka.write(MODELS.name, encode(back), round(at.timestamp() * 1000))
    world.run()
    assert world.kafka.rewound == 1
    newest = world.trainer.store.in_force("acme")
    assert newest is not None
    assert newest.status == "rolled_back"
    world.say(labels[90:], round((T0 + timedelta(days=2)).timestamp() * 1000))
    world.now_s += 2 * 86_400
    world.run(6)
    newest = world.trainer.store.in_force("acme")
    assert newest is not None
    assert (newest.seq, newest.status, newest.disowned) == (2, "published", back.disowned)
    assert newest.labels <= 110


@pytest.mark.parametrize("raw", [b"", b"{", b'{"schema":1}'])
def test_what_is_no_label_is_counted_and_passed_over(raw: bytes) -> None:
    world = World()
    world.kafka.write(FEEDBACK.name, raw, START_MS)
    world.say(honest(90))
    world.run()
    assert len(world.published) == 2


def test_a_refused_version_is_counted_and_the_one_before_stays() -> None:
    world = World()
    world.say(honest(90))
    world.run()
    forged = (
        encode(world.published[-1]).replace(b'"seq":0', b'"seq":1').replace(b"snurfy", b"snurfi")
    )
    kafka = FakeKafka()
    for version in world.published:
        kafka.write(MODELS.name, encode(version), 1)
    kafka.write(MODELS.name, forged, 2)
    registry = CollectorRegistry()
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    crashed: list[BaseException] = []
    follower = ModelFollower(
        kafka,  # type: ignore[arg-type]
        store,
        metrics=Metrics(registry),
        crash=crashed.append,
    )
    follower.catch_up(lambda: 0.0)
    assert follower.of("acme").version.endswith(world.published[-1].digest[:8])
    refused = registry.get_sample_value("tocsin_models_refused_total", {"reason": "digest"})
    assert refused == 1


def test_a_follower_that_cannot_go_on_ends_the_process() -> None:
    class Broken(FakeKafka):
        def poll(self, _timeout_s: float) -> list[Read]:
            raise OSError("gone")

    crashed: list[BaseException] = []
    follower = ModelFollower(
        Broken(),  # type: ignore[arg-type]
        ModelStore(shipped_verifier(), {}),
        metrics=Metrics(CollectorRegistry()),
        crash=crashed.append,
    )
    follower.run()
    assert [str(error) for error in crashed] == ["gone"]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 19), hostile(FEEDBACK.name)), max_size=8))
def test_whatever_is_on_feedback_the_trainer_lives_and_learns_the_next_label(found):
    world = World(FakeKafka())
    for number, one in enumerate(honest(20)):
        for place, record in found:
            if place == number:
                world.kafka.write(FEEDBACK.name, record.value or b"", START_MS + number)
        world.kafka.write(FEEDBACK.name, encode(one), START_MS + number)
    world.run()
    labels = {"stage": "learn", "reason": "tombstone"}
    silent = world.registry.get_sample_value("tocsin_records_dropped_total", labels) or 0
    assert silent == sum(not record.value for _, record in found)
    learned = world.registry.get_sample_value("tocsin_records_received_total", {"stage": "learn"})
    assert learned == 20 + len(found)
    assert not world.trainer._waiting
