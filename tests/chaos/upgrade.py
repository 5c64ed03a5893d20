"""The version is upgraded while all runs, and taken back: two versions at work side by side.

Two workers, alerting and ingest go from an earlier version to this one, in the order of the guide,
and back again, while an archive with four crises is replayed. It is the oldest version whose state
is laid out as ours; ``anew`` is about the one before it.
"""

import time
from contextlib import closing
from pathlib import Path

from chaos.archive import DAYS, write_archive
from chaos.live import Said
from chaos.stage import (
    PARTITIONS,
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
    Row,
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
from chaos.versions import Earlier, change_of_layout, checked_out
from soak.watch import members_at_work

from support.slack_server import SlackServer

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "crux": "Cruxfood", "dune": "Dunecola"}
WORKERS = 2
LOAD_S = 130.0
WAIT_S = 200.0
QUIET_S = 120.0
BESIDE_S = 180.0


def run(options: Options) -> Row:
    """Return the row of the table."""
    _, same = change_of_layout()
    with checked_out(same, options.folder / "same-layout") as earlier:
        return _rolled(options, earlier)


class _Rollout:
    """The processes, and how each of them is changed for one of another version."""

    def __init__(self, stage: Stage, slack: SlackServer, archive: Path, load_s: float) -> None:
        self._stage = stage
        self._slack = slack
        self._archive = archive
        self._load_s = load_s
        self._running: dict[str, Process] = {}
        self.at_work: list[int] = []
        """How many workers had partitions, each time that two versions ran."""

    @property
    def ingest(self) -> Process:
        return self._running["ingest"]

    def change(self, name: str, root: Path) -> None:
        """End a process where there is one, and start it from the code in ``root``."""
        if name in self._running:
            if self._running[name].done.is_set():
                return
            self._running[name].close()
        start = {"alert": self._alert, "ingest": self._ingest}.get(name, self._worker)
        self._running[name] = start(name, root)

    def change_all(self, names: tuple[str, ...], root: Path) -> None:
        for name in names:
            self.change(name, root)

    def change_beside(self, names: tuple[str, ...], root: Path) -> None:
        """As ``change_all``, and see that both versions have partitions."""
        self.change_all(names, root)
        bootstrap = self._stage.broker.bootstrap
        until(lambda: members_at_work(bootstrap) == WORKERS, BESIDE_S)
        self.at_work.append(members_at_work(bootstrap))

    def _alert(self, name: str, root: Path) -> Process:
        return self._stage.run(
            name, "alert", root=root,
            SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=self._slack.url,
        )  # fmt: skip

    def _ingest(self, name: str, root: Path) -> Process:
        return self._stage.run(
            name, "ingest", "replay", str(self._archive), "--resume", "--source", "archive",
            "--speed", str(DAYS * 86_400 / self._load_s), forever=False, root=root,
        )  # fmt: skip

    def _worker(self, name: str, root: Path) -> Process:
        return self._stage.run(name, "worker", root=root)


def _rolled(options: Options, earlier: Earlier) -> Row:
    """Upgrade one by one, with two versions side by side, and go back again."""
    load_s = LOAD_S * options.pace
    with (
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        Stage("upgrade", options, brands=BRANDS) as stage,
    ):
        archive = stage.folder / "archive.jsonl"
        said = write_archive(archive, BRANDS, seed=options.seed, per_hour=40.0)
        rollout = _Rollout(stage, slack, archive, load_s)
        there, here = earlier.root, ROOT
        rollout.change_all(("worker-1", "worker-2", "alert", "ingest"), there)
        acts = [
            (0.25, "alerting and the first worker are upgraded",
             lambda: rollout.change_beside(("alert", "worker-1"), here)),
            (0.45, "the second worker and ingest are upgraded",
             lambda: rollout.change_all(("worker-2", "ingest"), here)),
            (0.65, "back: ingest and the second worker",
             lambda: rollout.change_beside(("ingest", "worker-2"), there)),
            (0.85, "back: the first worker and alerting",
             lambda: rollout.change_all(("worker-1", "alert"), there)),
        ]  # fmt: skip
        Plan(stage, [(part * load_s, what, act) for part, what, act in acts]).play()
        faults = []
        if not rollout.ingest.done.wait(WAIT_S):
            faults.append(f"the replay did not come to its end (see {rollout.ingest.log})")
        if rollout.at_work != [WORKERS, WORKERS]:
            faults.append(f"workers side by side: {rollout.at_work}, not {WORKERS} each time")
        return _row(stage, slack, said, earlier, faults)


def _row(stage: Stage, slack: SlackServer, said: Said, earlier: Earlier, faults: list[str]) -> Row:
    """Wait until all is counted and told, and hold it against what is known."""
    bootstrap, wanted = stage.broker.bootstrap, expected(said)
    with closing(Buckets(bootstrap)) as counts:
        wait_for_all(wanted, counts, quiet_s=QUIET_S)
        until(lambda: not told(slack, transitions(bootstrap)).lost, WAIT_S, every_s=2.0)
        found, contradictions = counts.look(), counts.contradictions()
    steps = transitions(bootstrap)
    rung = told(slack, steps)
    if earlier.same_judge:
        due = {step(one) for one in judged(bootstrap, stage.brands_file, PARTITIONS)}
        seen = {step(one) for one in steps}
        faults += [f"not said: {one}" for one in due - seen]
        faults += [f"invented: {one}" for one in seen - due]
    dead = count_dead_letters(bootstrap)
    faults += [f"{dead} dead letters"] if dead else []
    note = (
        f"same layout: {earlier.revision} and this one, and back; {rung.steps} steps of "
        f"{len({one.incident for one in steps})} incidents; {stage.starts()}"
    )
    return Row(
        "upgrade",
        sent=len(said),
        counted=sum(found.values()),
        lost=lost(wanted, found) + len(rung.lost),
        doubled=doubled(wanted, found) + len(rung.doubled),
        dead_letters=dead,
        peak_bytes=stage.peak_bytes,
        took_s=stage.took_s,
        faults=(
            *faults, *contradictions, *broken_steps(steps), *slack.broken_rules,
            *stage.deaths(forgiven=(WORKER_GIVES_UP,)), *rung.lost, *rung.doubled,
        ),
        notes=(note,),
    )  # fmt: skip
