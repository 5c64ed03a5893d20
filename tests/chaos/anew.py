"""A version whose state is laid out otherwise: neither reads what the other wrote, and both say so.

A worker of this version joins one of the earlier and has to refuse; then the workers begin anew as
the guide has it, and a worker of the earlier version has to refuse in its turn. A source speaks
all the time. Only what lay in open buckets when the workers were stopped may be missing.
"""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chaos.live import Batches, Talk
from chaos.stage import PARTITIONS, ROOT, WORKER_GIVES_UP, Options, Stage, until
from chaos.tally import Buckets, Key, Row, count_dead_letters, doubled, expected, lost
from chaos.versions import Earlier, change_of_layout, checked_out, refusals
from confluent_kafka.admin import AdminClient

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "crux": "Cruxfood", "dune": "Dunecola"}
WAIT_S = 200.0
BESIDE_S = 180.0
COUNTED_S = 25.0
OPEN_S = 30.0
"""Of so long before the old workers are stopped, buckets are still open: they begin anew."""


def run(options: Options) -> Row:
    """Return the row of the table."""
    other, _ = change_of_layout()
    with checked_out(other, options.folder / "other-layout") as earlier:
        return _begun_anew(options, earlier)


def _begun_anew(options: Options, earlier: Earlier) -> Row:
    with Stage("anew", options, brands=BRANDS) as stage:
        bootstrap = stage.broker.bootstrap
        faults: list[str] = []

        def refused(name: str, root: Path) -> list[str]:
            """Start a worker beside the one that runs; return whose state it refuses."""
            beside = stage.run(name, "worker", root=root)
            if not until(lambda: WORKER_GIVES_UP in beside.deaths, BESIDE_S):
                faults.append(f"{name} did not refuse the state (see {beside.log})")
            beside.close()
            topics = refusals(beside.log)
            if not topics:
                raise RuntimeError(f"{name} did not say whose state it refuses (see {beside.log})")
            return topics

        with closing(Batches(bootstrap, "live", PARTITIONS)) as batches:
            old = stage.run("worker-old", "worker", root=earlier.root)
            with Talk(batches, list(BRANDS), per_s=30.0) as talk:
                time.sleep(COUNTED_S * options.pace)
                stage.say("a worker of this version beside the earlier one")
                topics = refused("worker-beside", ROOT)
                stage.say(f"it refuses {', '.join(topics)}; all workers are stopped")
                time.sleep(15)
                old.close()
                stopped = datetime.now(UTC)
                _delete(stage, topics)
                _tocsin(stage, "topics", "--apply")
                stage.say("and begin anew")
                new = stage.run("worker-new", "worker")
                time.sleep(COUNTED_S * options.pace)
                stage.say("a worker of the earlier version beside this one")
                refused("worker-back", earlier.root)
                time.sleep(10)
                talk.fall_silent()
                wanted = expected(batches.said)
                sure = _outside(wanted, stopped)
                with closing(Buckets(bootstrap)) as counts:
                    until(lambda: not lost(sure, counts.look()), WAIT_S)
                    found, torn = counts.look(), counts.contradictions()
            new.close()
        begun_anew = lost(wanted, found) - lost(sure, found)
        note = (
            f"another layout: {earlier.revision}; {begun_anew} of {len(batches.said)} posts lay in "
            "buckets that were open when the workers stopped: not counted, as the guide says"
        )
        return Row(
            "anew",
            sent=len(batches.said),
            counted=sum(found.values()),
            lost=lost(sure, found),
            doubled=doubled(wanted, found),
            dead_letters=count_dead_letters(bootstrap),
            peak_bytes=stage.peak_bytes,
            took_s=stage.took_s,
            faults=(*faults, *torn, *stage.deaths(forgiven=(WORKER_GIVES_UP,))),
            notes=(note,),
        )


def _outside(wanted: dict[Key, int], stopped: datetime) -> dict[Key, int]:
    """What does not lie in a bucket that may have been open when the workers stopped."""
    since_s = (stopped - timedelta(seconds=OPEN_S)).timestamp()
    return type(wanted)(
        {key: n for key, n in wanted.items() if not since_s <= key[1] <= stopped.timestamp()}
    )


def _delete(stage: Stage, topics: list[str]) -> None:
    """As ``kafka-topics.sh --delete`` does it, and wait until they are gone."""
    client = AdminClient({"bootstrap.servers": stage.broker.bootstrap, "log_level": 0})
    for done in client.delete_topics(topics).values():
        done.result(timeout=30)
    until(lambda: not set(topics) & set(client.list_topics(timeout=10).topics), 30.0)


def _tocsin(stage: Stage, *words: str) -> None:
    done = stage.run("topics", *words, forever=False, brands=False)
    if not done.done.wait(60):
        raise RuntimeError(f"tocsin {' '.join(words)} did not end well (see {done.log})")
    done.close()
