"""The way from X's stream to buckets under faults: what freezes and cuts have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chaos.live import AGAIN_S, LiveX
from chaos.stage import WORKER_GIVES_UP, X_TOKEN, Process, Stage, until
from chaos.tally import Buckets, Row, count_dead_letters, doubled, expected, lost

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "crux": "Cruxfood", "dune": "Dunecola"}
PER_S = 60.0
DELAY_S = AGAIN_S + 10
START_WAIT_S = 60.0
WAIT_S = 200.0


@contextmanager
def listening(stage: Stage) -> Iterator[tuple[LiveX, Process]]:
    """A stream of X, and the ingest agent that listens to it."""
    with LiveX(BRANDS, PER_S, stage.chance) as x:
        ingest = stage.run(
            "ingest", "ingest", "x", "--delay-s", str(DELAY_S), "--grace-s", "2",
            X_BEARER_TOKEN=X_TOKEN, TOCSIN_X_BASE_URL=x.url,
        )  # fmt: skip
        assert until(lambda: x.is_heard, START_WAIT_S), f"ingest does not listen, see {ingest.log}"
        yield x, ingest


def settle(
    stage: Stage, x: LiveX, notes: tuple[str, ...], more: Callable[[], list[str]] = list
) -> Row:
    """Fall silent, wait for the last buckets, and return what came of it."""
    x.fall_silent()
    stage.say(f"{len(x.said)} posts were made; waiting for the last buckets")
    counts, wanted = Buckets(stage.broker.bootstrap), expected(x.said)
    until(lambda: not lost(wanted, counts.look()), WAIT_S)
    found = counts.look()
    counts.close()
    return Row(
        stage.name,
        sent=len(x.said),
        counted=sum(found.values()),
        lost=lost(wanted, found),
        doubled=doubled(wanted, found),
        dead_letters=count_dead_letters(stage.broker.bootstrap),
        peak_bytes=stage.peak_bytes,
        took_s=stage.took_s,
        faults=(*counts.contradictions(), *stage.deaths(forgiven=(WORKER_GIVES_UP,)), *more()),
        notes=(*notes, f"starts: {stage.starts()}"),
    )
