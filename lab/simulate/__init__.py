"""A seeded generator of believable posts about a brand, with scenarios laid over the chatter.

Everything in it is made up: texts, accounts, links. It shares no code, word list or constant with
what judges mentions, for a benchmark that knows the answer proves nothing.

>>> from datetime import UTC, datetime
>>> from schemas.brand import Brand
>>> acme = Brand(id="acme", names=("Acme",))
>>> monday = datetime(2024, 3, 4, tzinfo=UTC)
>>> week = list(simulate("quiet", seed=1, brand=acme, start=monday, mentions_per_hour=2))
>>> week == list(simulate("quiet", seed=1, brand=acme, start=monday, mentions_per_hour=2))
True
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from lab.simulate.counts import episode_from_counts
from lab.simulate.engine import Labelled, Simulation
from lab.simulate.plan import SimulationPlan, make_plan
from lab.simulate.scenario import SCENARIOS, Beat, Scenario, Truth, Wave
from schemas.brand import Brand
from schemas.codec import encode
from schemas.mention import Mention

__all__ = [
    "SCENARIOS",
    "Beat",
    "Labelled",
    "Scenario",
    "Simulation",
    "SimulationPlan",
    "Truth",
    "Wave",
    "episode_from_counts",
    "make_plan",
    "simulate",
    "write_jsonl",
]


def simulate(
    scenario: str | Scenario,
    *,
    seed: int,
    brand: Brand,
    start: datetime,
    days: float | None = None,
    mentions_per_hour: float = 120.0,
    crisis_scale: float = 1.0,
    tempo: float = 1.0,
    lead_days: float | None = None,
) -> Iterator[Mention]:
    """Return mentions of ``brand`` in event-time order: chatter, and the scenario laid over it.

    For labels and the truth of what happens when, use ``make_plan`` and ``Simulation``.

    Args:
        scenario: a name of ``SCENARIOS``, or a scenario of your own.
        seed: the same seed and arguments give the same mentions, to the byte.
        brand: names, handle, hashtags and own account go into the texts; ``languages``, if any,
            are the only ones spoken.
        start: of the chatter, in UTC.
        days: length from ``start``; by default the scenario's lead and length.
        mentions_per_hour: of the usual chatter, over a week. Scenarios grow with it.
        crisis_scale: multiplies the size of the scenario's waves, and not the chatter.
        tempo: 2 makes the scenario run twice as fast, in half the time.
        lead_days: chatter alone before the onset; by default the scenario's.

    Raises:
        ValueError: at once, naming every argument that will not do.
    """
    plan = make_plan(
        scenario,
        seed=seed,
        brand=brand,
        start=start,
        days=days,
        mentions_per_hour=mentions_per_hour,
        crisis_scale=crisis_scale,
        tempo=tempo,
        lead_days=lead_days,
    )
    return (labelled.mention for labelled in Simulation(plan))


def write_jsonl(path: Path, mentions: Iterable[Mention]) -> int:
    """Write mentions as JSON lines, Tocsin's neutral form; return how many."""
    written = 0
    with path.open("wb") as file:
        for mention in mentions:
            file.write(encode(mention) + b"\n")
            written += 1
    return written
