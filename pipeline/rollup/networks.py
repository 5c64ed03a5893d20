"""Which part of a record is counted with the others of its brand, and which is apart, by network.

A network that begins ``SETTLED_S`` after another is *new*: for ``NEW_FOR_S`` it is counted apart,
so that the judge learns what is usual there. Only then it joins the others, and what is usual for
them grows by that: what comes on top of all is no wave. What the brand is not judged on, and what
is judged on its own, is apart for good.

What is decided of a network is remembered (``BrandRollup.met``) and decided once, so that a record
that is read again after a crash is divided as it was the first time.
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import Final, NamedTuple

from msgspec.structs import replace

from pipeline.apart import NEW_FOR_S, network_of_mention
from pipeline.rollup.brand import BrandRollup, counted_at_s
from pipeline.rollup.entry import BESIDE, Met
from pipeline.rollup.event_time.heard import HeardSource
from pipeline.rollup.rules import LIVE_WITHIN_S
from schemas.brand import JudgedOn
from schemas.mention import MentionBatch
from schemas.network import UNNAMED, network_of

SETTLED_S: Final = 6 * 3600
"""Networks that begin within so long of each other begin together: so long, nothing is rare yet."""
MOST_MET: Final = 20
"""Networks of a brand that are told apart; what is met once there are so many is one."""


class RecordPart(NamedTuple):
    """A part of a record. ``places``: of its mentions in the record; None for all of them."""

    apart: str
    batch: MentionBatch
    places: list[int] | None = None


class Division(NamedTuple):
    """The parts of a record, and the networks that were met with it, or met anew."""

    portions: list[RecordPart]
    met: dict[str, Met]


def is_whole(judge: JudgedOn, together: BrandRollup, batch: MentionBatch) -> bool:
    """Whether a record certainly is counted with the others, as most are; cheaper than to divide.

    ``together``: what the others are counted in.
    """
    network = network_of(batch.source)
    met = together.met.get(network)
    if met is None or met.joins_s == BESIDE:
        return False
    if judge.sources != "all" and (judge.each or not judge.includes(network)):
        return False
    if met.joins_s and batch.watermark.timestamp() < met.joins_s + NEW_FOR_S:
        return False
    for mention in batch.mentions:  # noqa: SIM110 - any() costs twice as much; it is asked a lot
        if mention.source:
            return False
    return True


def divide(
    judge: JudgedOn,
    together: BrandRollup,
    batch: MentionBatch,
    heard: Mapping[str, HeardSource],
    *,
    arrived_s: float = 0.0,
) -> Division:
    """Divide a record. Nothing changes; whoever takes it has ``together`` meet who was met.

    ``heard``: what sources said to the whole partition. Where nothing was said of the brand by a
    source that the partition has heard for long, that is what is usual there.
    """
    if is_whole(judge, together, batch):
        return Division([RecordPart("", batch)], {})
    watermark_s = batch.watermark.timestamp()
    now_s = min(watermark_s, arrived_s or watermark_s)
    live = arrived_s > 0.0 and watermark_s >= arrived_s - LIVE_WITHIN_S
    own = network_of(batch.source)
    at_s = [counted_at_s(mention) for mention in batch.mentions]
    places: dict[str, list[int]] = {}
    for place, mention in enumerate(batch.mentions):
        network = network_of_mention(mention, batch.source)
        places.setdefault(_called(network, together.met), []).append(place)
    first_s = {
        network: min(at_s[place] for place in some)
        for network, some in places.items()
        if network != own
    }
    if own in places or not places:
        known_s = heard[batch.source].first_s if batch.source in heard else now_s
        first_s[own] = now_s if own in together.met else min(now_s, known_s)
    met: dict[str, Met] = {}
    for network in sorted(first_s, key=lambda one: (first_s[one], one)):
        known = {**together.met, **met}
        meeting = Met(int(first_s[network]), 0, live)
        # Who brings posts of several networks live has listened to all of them, said they or not.
        may_be_new = network == own or not live
        found = _meeting(judge, known, network, meeting, may_be_new=may_be_new)
        if found is not None:
            met[network] = found
    known = {**together.met, **met}
    parts: dict[str, list[int]] = {}
    if own in first_s:  # what it says of time is said even where it says nothing else
        parts[_apart(own, known, now_s)] = []
    for network, some in places.items():
        for place in some:
            parts.setdefault(_apart(network, known, at_s[place]), []).append(place)
    if len(parts) == 1:
        return Division([RecordPart(name, batch) for name in parts], met)
    portions = [RecordPart(name, _part(batch, some), sorted(some)) for name, some in parts.items()]
    return Division(sorted(portions, key=_name), met)


def _called(network: str, met: Mapping[str, Met]) -> str:
    return network if network in met or len(met) < MOST_MET else UNNAMED


def _apart(network: str, met: Mapping[str, Met], time_s: float) -> str:
    """Where a post of that time is counted: apart, by the network, or not."""
    joins_s = met[network].joins_s
    return network if joins_s == BESIDE or time_s < joins_s else ""


def _meeting(
    judge: JudgedOn, known: Mapping[str, Met], network: str, now: Met, *, may_be_new: bool
) -> Met | None:
    """What is to be remembered of a network that is heard ``now``; None where nothing changes."""
    before = known.get(network)
    if judge.each or not judge.includes(network):
        return None if before and before.joins_s == BESIDE else Met(now.first_s, BESIDE, now.live)
    if before is not None and before.joins_s != BESIDE:
        return None
    is_new = may_be_new and any(
        other.first_s <= now.first_s - SETTLED_S
        for name, other in known.items()
        if name != network and other.joins_s != BESIDE and judge.includes(name)
        if other.live or not now.live  # what a recording taught is usual for who speaks live now
    )
    return Met(now.first_s, now.first_s + NEW_FOR_S, now.live) if is_new else now


def _part(batch: MentionBatch, places: list[int]) -> MentionBatch:
    return replace(batch, mentions=tuple(batch.mentions[place] for place in sorted(places)))


_name = attrgetter("apart")
