"""The one trainer: labels in the order in which Kafka took them, versions out.

Labels of all partitions are sorted by (time, partition, offset), which every run finds the same.
So a label is held until all partitions have been read beyond its time. Should one turn up late
all the same, everything is read and learned again from the beginning: what was learned never
depends on luck.
"""

import heapq
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Event
from typing import Any

from kafka.errors import KafkaError
from msgspec.structs import replace

from agents.deletions.forgotten import Forgotten
from agents.kafka.follower import ENDS_S
from agents.kafka.topic_reader import Read, TopicReader
from agents.learning.follower import FOLLOWED, take
from agents.monitoring.health import Progress
from pipeline.learning.admission import LANG_CHARACTERS, LabelLimits
from pipeline.learning.aspects import ASPECTS
from pipeline.learning.fold import Champion, Fold
from pipeline.learning.publishing import HoldReason, PublishRules, next_version, why_held
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import Verifier
from pipeline.metrics import Metrics
from schemas.codec import Decoder, UnreadableError
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.model import EVERY_BRAND, AspectName, ModelVersion
from schemas.topics import DELETIONS, FEEDBACK

STAGE = "learn"
SETTLE_S = 5.0
"""How long a label waits for others that Kafka took before it on another partition."""

MOST_WAITING = 500_000
READ = (FEEDBACK.name, *FOLLOWED, DELETIONS.name)

_POLL_S = 0.5
_decode = Decoder(Feedback).decode
_decode_deletion = Decoder(Deletion).decode
_Place = tuple[int, int, int]

log = logging.getLogger(__name__)


class TooManyLabelsError(RuntimeError):
    """More labels than fit into memory at once."""


class Trainer:
    """Reads, folds, publishes.

    ``publish`` returns when Kafka has the version. ``now_s``: seconds since the epoch.
    """

    def __init__(
        self,
        reader: TopicReader,
        *,
        verifier: Verifier,
        brands: Mapping[str, object],
        publish: Callable[[ModelVersion], None],
        metrics: Metrics,
        progress: Progress,
        now_s: Callable[[], float],
        made_with: str,
        rules: PublishRules,
        limits: LabelLimits,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._reader = reader
        self._verifier = verifier
        self._brands = frozenset(brands)
        self._publish = publish
        self._metrics = metrics
        self._progress = progress
        self._now_s = now_s
        self._made_with = made_with
        self._rules = rules
        self._limits = limits
        self._settle_s = settle_s
        self.store = ModelStore(verifier, brands)
        self._waiting: list[tuple[_Place, Feedback]] = []
        self._learned: _Place = (-1, -1, -1)
        self._fold: Fold | None = None
        self._champions: dict[str, tuple[int, Champion]] = {}
        self._sent: dict[str, int] = {}
        self._forgotten = Forgotten()
        self._labelled: set[str] = set()
        self._said: dict[str, HoldReason | None] = {}
        self._looked_s, self._ends = now_s(), reader.ends()

    def run(self, stop: Event, *, once: bool = False) -> None:
        """Learn until ``stop`` is set; with ``once``, until all there is now is learned."""
        ends: dict[Any, int] | None = None
        while not stop.is_set():
            self.step()
            if once and self._fold is not None and not self._waiting:
                if ends is None:
                    ends = self._reader.ends()
                elif self._reader.reached(ends):
                    return

    def step(self) -> None:
        """Read what has come; learn what has settled; publish what is due."""
        records = self._reader.poll(_POLL_S)
        again = gone = ""
        for record in records:
            if record.topic == DELETIONS.name:
                gone = self._forget(record) or gone
            elif record.topic != FEEDBACK.name:
                version = take(self.store, record, self._metrics)
                if version is not None and version.status == "rolled_back":
                    again = f"{version.scope} was rolled back by {version.by}"
        labels = [place for record in records if (place := self._label(record)) is not None]
        if any(place <= self._learned for place, _ in labels):
            again = "a label came late"
        if gone or (again and self._fold is not None):
            self._restart(gone or again)  # these labels will be read again, too
        else:
            self._wait(labels)
        self._progress.made()
        if not self._reader.reached(self._ends):
            return
        horizon_ms = round((self._looked_s - self._settle_s) * 1000)
        if not self._look():
            return
        touched = self._learn(horizon_ms)
        for scope in touched:
            self._decide(scope)

    def _look(self) -> bool:
        """Ask where the topics end now; False, and all as it was, where Kafka does not say."""
        now_s = self._now_s()
        try:
            self._ends = self._reader.ends(ENDS_S)
        except KafkaError as error:
            log.debug("the ends of the topics are not known: %r", error)  # /healthz says it
            return False
        self._looked_s = now_s
        return True

    def _label(self, record: Read) -> tuple[_Place, Feedback] | None:
        if record.topic != FEEDBACK.name:
            return None
        self._metrics.received(STAGE)
        if not record.value:
            self._metrics.dropped(STAGE, "tombstone")
            return None
        try:
            feedback = _decode(record.value)
        except UnreadableError as error:
            self._metrics.errored(STAGE, error.reason)
            origin = f"{record.topic}[{record.partition}]@{record.offset}"
            log.error("%s is left out: %s", origin, error)  # noqa: TRY400 - no trace needed
            return None
        if feedback.kind != "label":
            return None
        if feedback.mention_id:
            if self._forgotten.has(feedback.mention_id):
                self._metrics.dropped(STAGE, "forgotten")
                return None
            self._labelled.add(feedback.mention_id)
        # What is too long is refused later, and what is not needed is not kept till then.
        most = self._limits.text_characters + 1
        feedback = replace(
            feedback,
            text=feedback.text[:most],
            lang=feedback.lang[: LANG_CHARACTERS + 1],
            mention_id="",
            incident="",
        )
        return (record.written_ms, record.partition, record.offset), feedback

    def _forget(self, record: Read) -> str:
        """Note what must be forgotten; return why all is learned again, if a label was of it."""
        if not record.value:
            self._metrics.dropped(STAGE, "tombstone")
            return ""
        try:
            deletion = _decode_deletion(record.value)
        except UnreadableError as error:
            self._metrics.errored(STAGE, error.reason)
            return ""
        self._forgotten.take(deletion)
        is_labelled = deletion.kind == "post" and deletion.subject in self._labelled
        self._labelled.discard(deletion.subject)
        return "a post that was labelled was deleted" if is_labelled else ""

    def _wait(self, labels: list[tuple[_Place, Feedback]]) -> None:
        if len(self._waiting) + len(labels) > MOST_WAITING:
            raise TooManyLabelsError(f"more than {MOST_WAITING:,} labels are to be sorted at once")
        for each in labels:
            heapq.heappush(self._waiting, each)

    def _restart(self, why: str) -> None:
        """Forget what was learned, and read all labels again."""
        log.warning("all labels are learned again: %s", why)
        self._waiting, self._fold = [], None
        self._learned = (-1, -1, -1)
        self._champions.clear()
        self._reader.rewind(FEEDBACK.name)
        self._look()

    def _learn(self, horizon_ms: int) -> list[str]:
        fold = self._fold
        if fold is None:
            fold = self._fold = Fold(
                self._verifier,
                self._brands,
                limits=self._limits,
                disowned={
                    scope: self.store.disowned(scope) for scope in (EVERY_BRAND, *self._brands)
                },
                champions=self._champion,
            )
        touched: dict[str, None] = {}
        drifts = _drifts(fold)
        while self._waiting and self._waiting[0][0][0] <= horizon_ms:
            place, label = heapq.heappop(self._waiting)
            self._learned = place
            self._progress.made()
            refused = fold.apply(label, place[0] / 1000)
            for reason, count in refused.items():
                self._metrics.dropped(STAGE, reason, count)
            touched |= {EVERY_BRAND: None, label.brand: None}
        for aspect, count in _drifts(fold).items():
            self._metrics.drifted(aspect, count - drifts[aspect])
        return [scope for scope in touched if scope in fold.scopes]

    def _champion(self, scope: str) -> Champion | None:
        version = self.store.newest(scope)
        if version is None:
            return None
        known = self._champions.get(scope)
        if known is None or known[0] != version.seq:
            in_force = self.store.in_force(scope)
            assert in_force is not None  # noqa: S101 - for the type checker
            until_s = in_force.until.timestamp() if in_force.until else 0.0
            scorer = self._verifier.scorer(in_force.delta, in_force.digest)
            known = self._champions[scope] = (version.seq, Champion(scorer, until_s))
        return known[1]

    def _decide(self, scope: str) -> None:
        assert self._fold is not None  # noqa: S101 - for the type checker
        newest = self.store.newest(scope)
        if self._sent.get(scope, -1) > (newest.seq if newest else -1):
            return  # the last one was not read back yet
        if scope == EVERY_BRAND:
            for aspect in ASPECTS:
                contest = self._fold.learner_of(scope, aspect).contest
                self._metrics.prequential(aspect.name, contest.result())
        held = why_held(scope, self._fold, self.store, self._rules)
        if held is None:
            made = next_version(
                scope,
                self._fold,
                self.store,
                self._verifier,
                at=datetime.fromtimestamp(self._now_s(), UTC),
                made_with=self._made_with,
            )
            if isinstance(made, ModelVersion):
                self._publish(made)
                self._sent[scope] = made.seq
                for learner in self._fold.learners_of(scope):
                    learner.contest.begin()
                self._metrics.emitted(STAGE)
                log.info(
                    "%s: version %s published, of %s labels of the tone and %s of attack",
                    scope,
                    made.digest[:8],
                    made.labels,
                    made.attack_labels,
                )
            else:
                held = made
        if held != self._said.get(scope):
            self._said[scope] = held
            if held is not None:
                log.info("%s: no new version: %s", scope, held)


def _drifts(fold: Fold) -> dict[AspectName, int]:
    """Drifts of the talk so far, by aspect."""
    return {aspect.name: fold.learner_of(EVERY_BRAND, aspect).contest.drifts for aspect in ASPECTS}
