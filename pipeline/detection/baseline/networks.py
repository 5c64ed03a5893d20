"""Networks that come, fall silent, go and come back: what is usual follows them at once.

A network that is new is counted apart for a day (``pipeline.apart``). What it says then becomes
usual on the day that it joins the others, and not a wave. Of one that falls silent its share is
not expected; of one that is gone for good (or not judged any more) neither, until it is back.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.detection.detector.voices import Sums, add, nothing
from schemas.bucket import Bucket, Voices
from schemas.network import network_of

HALF_LIFE_S: Final = 2.5 * 86_400
"""As of the levels that the detector expects."""
DECAY_EVERY_S: Final = 600
KNOWN_MENTIONS: Final = 20.0
"""Of fewer (decayed) mentions nobody knows who brings how much."""
LEAST_LEFT: Final = 0.001
"""However much a network brought, so much is left of what is usual when it goes."""
FORGOTTEN_S: Final = 7 * 86_400
"""A network that was new and did not join within so long is new again."""


@lru_cache(maxsize=1_000)
def _networks(sources: tuple[str, ...]) -> list[str]:
    """The networks of sources, in order; not to be changed."""
    return sorted({network_of(source) for source in sources})


class Newcomer(Struct, array_like=True):
    """What a new network has said so far. ``last_s``: start of its last bucket.

    ``mentions``: as the source estimates them where it samples; ``written``: what is no repost.
    """

    last_s: int = -1
    voices: Sums = field(default_factory=nothing)
    mentions: float = 0.0
    written: float = 0.0


class Away(Struct, array_like=True):
    """A network that is gone: what was left of the usual without it, and its mentions."""

    left: float
    mentions: float


class Growth(NamedTuple):
    """How what is usual changes: ``times`` as much, and what a newcomer says on top."""

    times: float = 1.0
    newcomer: Newcomer = Newcomer()


class HeardNetworks(Struct):
    """The networks that a brand is judged on together; JSON-safe.

    ``mentions``: of each, decayed, as of ``at_s``. ``present``: those that speak or should.
    ``silent``: the share of each that should and does not, as it was when it fell silent.
    """

    mentions: dict[str, float] = field(default_factory=dict)
    at_s: int = 0
    present: list[str] = field(default_factory=list)
    silent: dict[str, float] = field(default_factory=dict)
    away: dict[str, Away] = field(default_factory=dict)
    newcomers: dict[str, Newcomer] = field(default_factory=dict)

    def meet(self, bucket: Bucket, voices: Voices) -> None:
        """Take what a new network said; the few posts of revisions teach nothing."""
        start_s = int(bucket.start.timestamp())
        old_s = start_s - FORGOTTEN_S
        self.newcomers = {n: one for n, one in self.newcomers.items() if one.last_s >= old_s}
        known = self.newcomers.setdefault(bucket.apart, Newcomer())
        if start_s <= known.last_s or bucket.revision:
            return
        known.last_s = start_s
        add(known.voices, voices)
        count = max(bucket.weighted, float(bucket.mentions))
        known.mentions += count
        if bucket.mentions:
            known.written += count * (1.0 - bucket.reposts / bucket.mentions)

    def changes(self, bucket: Bucket) -> Sequence[Growth]:
        """How what is usual changes with who speaks by now; to be asked before ``learn``."""
        odd = bucket.blind or bucket.quarantined or self.silent or self.newcomers
        if not odd and _networks(bucket.sources) == self.present:
            return ()  # as mostly
        return list(self._changes(bucket))

    def _changes(self, bucket: Bucket) -> Iterator[Growth]:
        live = {network_of(source) for source in bucket.sources}
        silent = {network_of(source) for source in (*bucket.blind, *bucket.quarantined)} - live
        if live.union(silent) != set(self.present):
            for network in [one for one in self.present if one not in live | silent]:
                yield self._leave(network)
            for network in sorted((live | silent).difference(self.present)):
                self.present = sorted([*self.present, network])
                if network in self.away:
                    yield self._come_back(network)
        self.silent = {
            network: self.silent.get(network, self.share(network)) for network in sorted(silent)
        }
        if self.newcomers:
            for line in bucket.by_source:
                if line.source in self.newcomers:
                    yield Growth(newcomer=self.newcomers.pop(line.source))

    def learn(self, bucket: Bucket, start_s: int) -> None:
        """Take in who brought how much."""
        if not bucket.by_source:
            return
        if start_s > self.at_s + DECAY_EVERY_S:
            keep = 0.5 ** ((start_s - self.at_s) / HALF_LIFE_S) if self.at_s else 1.0
            self.mentions = {network: keep * one for network, one in self.mentions.items()}
            self.at_s = start_s
        for line in bucket.by_source:
            self.mentions[line.source] = self.mentions.get(line.source, 0.0) + line.mentions

    def share(self, network: str) -> float:
        """The share of the mentions that a network brings; 0 where that is not known.

        >>> HeardNetworks(mentions={"x": 30.0, "bluesky": 10.0}).share("x")
        0.75
        """
        total = sum(self.mentions.values())
        return self.mentions.get(network, 0.0) / total if total >= KNOWN_MENTIONS else 0.0

    def _leave(self, network: str) -> Growth:
        left = max(1.0 - self.silent.get(network, self.share(network)), LEAST_LEFT)
        self.present = [one for one in self.present if one != network]
        self.away[network] = Away(left, self.mentions.pop(network, 0.0))
        return Growth(left)

    def _come_back(self, network: str) -> Growth:
        gone = self.away.pop(network)
        others = sum(self.mentions.values())
        known = others * (1.0 / gone.left - 1.0) if others else gone.mentions
        self.mentions[network] = known
        return Growth(1.0 / gone.left)
