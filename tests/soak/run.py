"""The run: the processes, what is done to them, and what has to hold at the end."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from chaos.archive import write_lives
from chaos.live import Said
from chaos.stage import (
    ROOT,
    SLACK_TOKEN,
    WORKER_GIVES_UP,
    Options,
    Plan,
    Process,
    Stage,
    until,
)
from chaos.tally import (
    Buckets,
    broken_steps,
    count_dead_letters,
    doubled,
    expected,
    judged,
    lost,
    step,
    told,
    transitions,
    wait_for_all,
)
from chaos.versions import Earlier, refusals
from soak.month import lives, words
from soak.watch import Watch, members_at_work

from support.slack_server import SlackServer

DAY_S = 86_400
PARTITIONS = 8
CHANNELS = 20
PER_HOUR = 2.0
WAIT_S = 300.0
QUIET_S = 180.0
"""So long nothing more may be counted, by then something is lost."""

REFUSAL_S = 180.0
MEMORY_BYTES = 512_000_000
"""What the sizing guide gives a worker of 200 brands."""


class Length(NamedTuple):
    """How much is replayed, and in which time."""

    brands: int
    days: float
    minutes: float


class Check(NamedTuple):
    """One line of the table."""

    what: str
    found: str
    wanted: str
    is_well: bool
    details: tuple[str, ...] = ()


def soak(options: Options, length: Length, earlier: Earlier) -> list[Check]:
    """Run it all; return what was found."""
    brands = words(length.brands)
    life, crises = lives(brands, days=length.days, seed=options.seed)
    channels = {f"alerts-{number}": f"C0ALERTS{number}" for number in range(CHANNELS)}

    def channel_of(brand: str) -> str:
        return f"alerts-{int(brand.rpartition('-')[2]) % CHANNELS}"

    with (
        SlackServer(channels, clock_s=time.time()) as slack,
        Stage(
            "soak", options, brands=brands, brokers=3, partitions=PARTITIONS, channel_of=channel_of
        ) as stage,
    ):
        archive = stage.folder / "archive.jsonl"
        said = write_lives(
            archive, brands, life, seed=options.seed, days=length.days, per_hour=PER_HOUR
        )
        stage.say(f"{len(said)} posts about {len(brands)} brands, {len(crises)} with a crisis")
        with Watch(stage) as watch:
            operations = _Operations(stage, slack, archive, length, earlier)
            operations.play()
            return _checks(
                stage,
                slack=slack,
                said=said,
                crises=crises,
                earlier=earlier,
                operations=operations,
                watch=watch,
            )


class _Operations:
    """The processes, and all that is done to them."""

    def __init__(
        self, stage: Stage, slack: SlackServer, archive: Path, length: Length, earlier: Earlier
    ) -> None:
        self._stage = stage
        self._slack = slack
        self._archive = archive
        self._length = length
        self._earlier = earlier
        self.side_by_side = 0
        """How many workers had partitions while two versions ran."""
        self.faults: list[str] = []
        self._workers = [self._worker(name, earlier.root) for name in ("worker-1", "worker-2")]
        self._alert = self._start_alert(earlier.root)
        self.ingest = self._start_ingest(earlier.root)

    def play(self) -> None:
        """Do everything in its turn while the archive is replayed."""
        load_s = self._length.minutes * 60
        upgrade: list[tuple[float, str, Callable[[], None]]] = [
            (0.48, "the version is upgraded: alerting, then the first worker", self._upgrade_first),
            (0.62, "the second worker and ingest are upgraded", self._upgrade_rest),
        ]
        if not self._earlier.same_state:
            upgrade = [(0.48, "a worker of this version beside the earlier ones", self._refused)]
        acts = [
            (0.08, "every process is deployed anew, one by one", self._deploy),
            (0.18, "a third worker joins", self._join),
            (0.28, "and leaves", self._leave),
            (0.34, "the brokers are restarted one by one", self._restart_brokers),
            *upgrade,
            (0.72, "every process is deployed anew, one by one", self._deploy),
            (0.80, "a third worker joins", self._join),
            (0.86, "and is killed, and taken away", self._lose),
            (0.90, "the brokers are restarted one by one", self._restart_brokers),
        ]
        Plan(self._stage, [(part * load_s, what, act) for part, what, act in acts]).play()

    def _worker(self, name: str, root: Path) -> Process:
        return self._stage.run(name, "worker", root=root)

    def _start_alert(self, root: Path) -> Process:
        return self._stage.run(
            "alert", "alert", root=root,
            SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=self._slack.url,
        )  # fmt: skip

    def _start_ingest(self, root: Path) -> Process:
        speed = self._length.days * DAY_S / (self._length.minutes * 60)
        return self._stage.run(
            "ingest", "ingest", "replay", str(self._archive), "--resume", "--source", "archive",
            "--speed", str(speed), forever=False, root=root,
        )  # fmt: skip

    def _deploy(self) -> None:
        for one in (*self._workers, self._alert):
            one.deploy()
        if not self.ingest.done.is_set():
            self.ingest.deploy()

    def _join(self) -> None:
        root = self._earlier.root if self._is_old else ROOT
        self._third = self._worker("worker-3", root)

    @property
    def _is_old(self) -> bool:
        return self._alert.root == self._earlier.root

    def _leave(self) -> None:
        self._third.close()

    def _lose(self) -> None:
        self._third.kill()
        self._third.close()

    def _restart_brokers(self) -> None:
        cluster = self._stage.broker
        for broker in cluster.brokers:
            cluster.restart(broker)

    def _upgrade_first(self) -> None:
        self._alert.close()
        self._alert = self._start_alert(ROOT)
        self._workers[0].close()
        self._workers[0] = self._worker("worker-1-new", ROOT)
        until(lambda: self._at_work() >= len(self._workers), REFUSAL_S)
        self.side_by_side = self._at_work()

    def _upgrade_rest(self) -> None:
        self._workers[1].close()
        self._workers[1] = self._worker("worker-2-new", ROOT)
        if not self.ingest.done.is_set():
            self.ingest.close()
            self.ingest = self._start_ingest(ROOT)

    def _refused(self) -> None:
        """Its state is of another layout: it has to say so and end, and the others go on."""
        beside = self._worker("worker-refused", ROOT)
        if not until(lambda: WORKER_GIVES_UP in beside.deaths, REFUSAL_S):
            self.faults.append("a worker whose state has another layout did not refuse it")
        beside.close()
        if not refusals(beside.log):
            self.faults.append(f"it did not say that the state is another's (see {beside.log})")

    def _at_work(self) -> int:
        return members_at_work(self._stage.broker.bootstrap)


def _checks(
    stage: Stage,
    *,
    slack: SlackServer,
    said: Said,
    crises: set[str],
    earlier: Earlier,
    operations: _Operations,
    watch: Watch,
) -> list[Check]:
    """Wait until all is counted, judged and told, and hold it against what is known."""
    bootstrap = stage.broker.bootstrap
    came_to_end = operations.ingest.done.wait(WAIT_S)
    stage.say("replayed; waiting for the last buckets")
    ended_s = time.monotonic()
    wanted = expected(said)
    with closing(Buckets(bootstrap)) as counts:
        wait_for_all(wanted, counts, quiet_s=QUIET_S)
        until(watch.settled, WAIT_S)
        caught_up_s = time.monotonic() - ended_s
        found, contradictions = counts.look(), counts.contradictions()
    stage.say("counted; waiting for Slack")
    until(lambda: not told(slack, transitions(bootstrap)).lost, WAIT_S, every_s=2.0)
    steps = transitions(bootstrap)
    rung = told(slack, steps)
    broken = broken_steps(steps)
    lag = watch.samples[-1].lag if watch.samples else -1
    missing, twice = lost(wanted, found), doubled(wanted, found)
    dead = count_dead_letters(bootstrap)
    loud = {one.brand for one in steps if one.level == "ring"}
    checks = [
        Check(
            "posts counted",
            f"{sum(found.values()):,} of {len(said):,}; lost {missing:,}, doubled {twice:,}",
            "each once, in its bucket",
            not missing and not twice and came_to_end,
            (() if came_to_end else (f"the replay did not end, see {operations.ingest.log}",)),
        ),
        Check(
            "buckets told again", f"{len(contradictions)} with two contents", "none",
            not contradictions, tuple(contradictions[:20]),
        ),
        Check(
            "steps of incidents",
            f"{len({step(one) for one in steps}):,} of {len({one.incident for one in steps})} "
            f"incidents; {len(broken)} broken",
            "numbered without a hole, each said in one way",
            not broken, tuple(broken[:20]),
        ),
        _judge_check(stage, steps, earlier),
        Check(
            "told to Slack",
            f"{rung.steps:,} steps; lost {len(rung.lost)}, doubled {len(rung.doubled)}",
            "each once",
            not (rung.lost or rung.doubled or slack.broken_rules),
            (*rung.lost[:20], *rung.doubled[:20], *slack.broken_rules[:20]),
        ),
        Check(
            "alerts",
            f"{len(crises & loud)} of {len(crises)} crises rang; "
            f"{len(loud - crises)} of {len(stage.brands) - len(crises)} other brands",
            "stated, not judged here", is_well=True,
        ),
        Check(
            "versions side by side",
            f"{operations.side_by_side} workers had partitions" if earlier.same_state
            else "another layout of the state: refused beside the earlier ones",
            "two, as the layout is the same" if earlier.same_state
            else "exit 70 and a word; the earlier ones go on",
            not operations.faults and (operations.side_by_side >= 2 or not earlier.same_state),
            tuple(operations.faults),
        ),
        Check("dead letters", f"{dead:,}", "none", not dead),
        Check(
            "lag",
            f"{watch.highest_lag:,} records at most; {lag:,} at the end, "
            f"{caught_up_s:.0f} s after the last post",
            "none at the end", lag == 0,
        ),
        Check(
            "memory of a worker", f"{stage.peak_bytes / 1e6:.0f} MB at most; {_course(watch)}",
            f"at most {MEMORY_BYTES / 1e6:.0f} MB, as the sizing guide has it",
            0 < stage.peak_bytes <= MEMORY_BYTES,
        ),
        _ends_check(stage),
    ]  # fmt: skip
    stage.say("all is looked through")
    return checks


def _judge_check(stage: Stage, steps: list, earlier: Earlier) -> Check:
    """Whether an undisturbed judge says the same of the same buckets."""
    what, wanted = "an undisturbed judge", "says the same of the same buckets"
    if not earlier.same_judge:
        return Check(what, "not asked: the versions judge in different ways", wanted, is_well=True)
    due = {step(one) for one in judged(stage.broker.bootstrap, stage.brands_file, PARTITIONS)}
    seen = {step(one) for one in steps}
    unsaid, invented = due - seen, seen - due
    return Check(
        what,
        f"{len(due):,} steps; {len(unsaid)} not said, {len(invented)} invented",
        wanted,
        not unsaid and not invented,
        tuple(str(one) for one in [*sorted(unsaid, key=str)[:10], *sorted(invented, key=str)[:10]]),
    )


def _ends_check(stage: Stage) -> Check:
    given_up = sum(one.deaths.count(WORKER_GIVES_UP) for one in stage.processes)
    deaths = stage.deaths(forgiven=(WORKER_GIVES_UP,))
    return Check(
        "ends that nobody caused",
        f"{len(deaths)}; {given_up} times a worker gave up and was started again",
        "none but those",
        not deaths,
        (*deaths, stage.starts()),
    )


def _course(watch: Watch) -> str:
    """The largest worker by tenths of the run, in MB."""
    step_size = max(len(watch.samples) // 10, 1)
    return ", ".join(
        f"{max(one.largest_bytes for one in watch.samples[at : at + step_size]) / 1e6:.0f}"
        for at in range(0, len(watch.samples), step_size)
    )
