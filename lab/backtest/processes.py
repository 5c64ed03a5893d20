"""A backtest over several processes: reading and scoring here, rolling up and judging beside it.

Each helper is a process that does what it is told in order, so that the roll-up and the judge of a
brand see what they would see in one process, and the report is the same. At most
``MOST_ASKED`` requests wait for an answer of one helper: whoever is faster waits.
"""

import signal
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Final, ParamSpec

import msgspec

from lab.backtest import station
from lab.backtest.lane import Judging, Lane
from lab.backtest.rolling import DROPPED, MENTIONS_PER_BATCH
from lab.backtest.station import Rolled, ScoredBatch, StationPlan
from pipeline.sentiment.api import Scorer
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.incident import Transition
from schemas.mention import Gap, Mention

P = ParamSpec("P")

MOST_ASKED: Final = 24
BUCKETS_PER_REQUEST: Final = 100

_decode_rolled = msgspec.json.Decoder(Rolled).decode
_decode_transitions = msgspec.json.Decoder(list[Transition]).decode


class Helper:
    """A process that carries out functions of ``station`` one after the other."""

    def __init__(self, plan: StationPlan) -> None:
        # A fresh process, not a copy of this one: a copy of a process with threads may hang.
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=station.begin, initargs=(plan,)
        )
        self._asked: deque[tuple[Future[bytes], Callable[[bytes], None]]] = deque()
        # The process begins with the first request, and inherits what is blocked by then: Ctrl-C
        # goes to all processes of a terminal, and is answered by this one alone.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.ask(lambda _: None, station.hello)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def ask(
        self,
        deliver: Callable[[bytes], None],
        function: Callable[P, bytes],
        *args: P.args,
        **named: P.kwargs,
    ) -> None:
        """Have ``function`` carried out; ``deliver`` is told the answer here, later and in order.

        Raises:
            Exception: what an earlier request raised in the helper.
            BrokenProcessPool: the helper has ended.
        """
        while self._asked and (len(self._asked) >= MOST_ASKED or self._asked[0][0].done()):
            self._deliver()
        self._asked.append((self._pool.submit(function, *args, **named), deliver))

    def settle(self) -> None:
        """Wait for every answer; raises what ``ask`` raises."""
        while self._asked:
            self._deliver()

    def close(self) -> None:
        """End the process once it is through with what it does now."""
        self._pool.shutdown(cancel_futures=True)

    def _deliver(self) -> None:
        answer, deliver = self._asked.popleft()
        deliver(answer.result())


class DistantRolling:
    """As ``Rolling``, but buckets come some time after the mentions that close them."""

    def __init__(self, helper: Helper, brand: Brand, model: Scorer) -> None:
        self._helper = helper
        self._brand = brand
        self._model = model
        self._waiting: list[Mention] = []
        self._come: list[Bucket] = []
        self.dropped = dict.fromkeys(DROPPED, 0)
        """As of ``Rolling``, once all answers have come."""

    def feed(self, mention: Mention) -> Sequence[Bucket]:
        """Take a mention; the buckets that have come since this was asked last."""
        self._waiting.append(mention)
        if len(self._waiting) >= MENTIONS_PER_BATCH:
            self._send(mention.created_at)
        return self._taken()

    def roll(self, watermark: datetime, gap: Gap | None = None) -> Sequence[Bucket]:
        """Count what waits; all buckets that end before ``watermark`` and were not handed out."""
        self._send(watermark, gap)
        self._helper.settle()
        return self._taken()

    def _send(self, watermark: datetime, gap: Gap | None = None) -> None:
        scores = self._model.score_many([(each.text, each.lang) for each in self._waiting])
        batch = ScoredBatch(watermark, tuple(self._waiting), tuple(scores), gap)
        self._waiting.clear()
        self._helper.ask(self._receive, station.roll, self._brand, encode(batch))

    def _receive(self, answer: bytes) -> None:
        rolled = _decode_rolled(answer)
        self._come += rolled.buckets
        self.dropped = rolled.dropped

    def _taken(self) -> Sequence[Bucket]:
        if not self._come:
            return ()
        taken, self._come = self._come, []
        return taken


class DistantLane:
    """As ``Lane``. ``number``: another one for each lane of the backtest."""

    def __init__(self, helper: Helper, number: int, brand: Brand) -> None:
        self._helper = helper
        self._number = number
        self._brand = brand
        self._waiting: list[Bucket] = []
        self.transitions: list[Transition] = []

    def update(self, bucket: Bucket) -> None:
        """Take the next bucket."""
        self._waiting.append(bucket)
        if len(self._waiting) >= BUCKETS_PER_REQUEST:
            self._send()

    def finish(self, tick: Bucket) -> None:
        """Let the clock say that the recording is over."""
        self._send()
        self._helper.ask(self._receive, station.finish, self._number, self._brand, encode(tick))

    def _send(self) -> None:
        buckets = encode(self._waiting)
        self._waiting.clear()
        self._helper.ask(self._receive, station.judge, self._number, self._brand, buckets)

    def _receive(self, transitions: bytes) -> None:
        self.transitions += _decode_transitions(transitions)


class Processes:
    """Deals brands out to ``jobs`` processes, this one among them, which reads and scores.

    Brands are rolled up in the helpers in turn. The first lane of a brand is judged in the process
    that follows, so that a single brand keeps both busy: with one helper, that is this process.
    Further lanes go round.
    """

    def __init__(self, jobs: int, plan: StationPlan, model: Scorer) -> None:
        self._plan = plan
        self._model = model
        self._helpers = [Helper(plan) for _ in range(jobs - 1)]
        self._brands = 0
        self._lanes = 0

    def track(self, brand: Brand, lanes: Sequence[Brand]) -> tuple[DistantRolling, list[Judging]]:
        """The roll-up of a brand, and a lane for the brand under each of some settings."""
        place = self._brands % len(self._helpers)
        self._brands += 1
        rolling = DistantRolling(self._helpers[place], brand, self._model)
        return rolling, [self._lane(place + 1 + turn, under) for turn, under in enumerate(lanes)]

    def _lane(self, place: int, brand: Brand) -> Judging:
        place %= len(self._helpers) + 1
        if place == len(self._helpers):
            plan = self._plan
            return Lane(brand, width_s=plan.rules.width_s, library=plan.library)
        self._lanes += 1
        return DistantLane(self._helpers[place], self._lanes, brand)

    def settle(self) -> None:
        """Wait until everything that was asked for is done."""
        for helper in self._helpers:
            helper.settle()

    def close(self) -> None:
        """End the helpers."""
        for helper in self._helpers:
            helper.close()
