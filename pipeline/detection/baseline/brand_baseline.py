"""What is usual for a brand: the share of its mentions that is negative, reposted, … when calm."""

from math import exp, log, sqrt
from typing import Final

from msgspec import Struct, field

from pipeline.deletions.to_forget import ToForget
from pipeline.detection.baseline.carried import Carried
from pipeline.detection.baseline.hours import HourlyCounts
from pipeline.detection.window.counts import FIELDS, INDEX, MENTIONS, SHARES, nothing
from pipeline.detection.window.recent import BLOCK_S, Block
from pipeline.detection.window.top_k import CARRIERS, CONCENTRATING, KEPT, forget

HALF_LIFE_S: Final = 3 * 86_400
PRIOR_MENTIONS: Final = 20.0
"""What a brand is taken to be like before it has been heard (``SHARES``) is worth so many."""

_SHARE: Final = {share.name: share for share in SHARES}

SPOKEN_OF: Final = 5.0
"""Fewer (decayed) mentions than this are no acquaintance: time spent with them does not count."""
KNOWN_MENTIONS: Final = 30.0
KNOWN_S: Final = 20 * 3600
HOUR_S: Final = 3600
WOBBLE_PRIOR: Final = 0.25
WOBBLE_RATE: Final = 0.03
"""Weight of one hour in the wobble: the last day or two decide."""


class BrandBaseline(Struct):
    """Decayed counts with a half-life of three days, over a prior; episodes and gaps stay out.

    ``acquainted_s``: time over which it was learned from more than a handful of mentions.
    ``busiest_hour``: the most mentions in any hour learned, forgotten slowly. ``wobble``: variance,
    in squared logits, of the hourly negative share beyond what counting alone makes.
    """

    counts: list[float] = field(default_factory=lambda: [0.0] * len(FIELDS))
    top_k: dict[str, dict[str, float]] = field(default_factory=dict)
    learned_until_s: int = 0
    acquainted_s: int = 0
    busiest_hour: float = 0.0
    wobble: float = WOBBLE_PRIOR**2
    hour_s: int = 0
    hour: list[int] = field(default_factory=nothing)
    hours: HourlyCounts = field(default_factory=HourlyCounts)
    carried: Carried = field(default_factory=Carried)

    def learn(self, block: Block) -> None:
        """Take in a calm block; blocks come in order of time."""
        if block.start_s - block.start_s % HOUR_S != self.hour_s:
            self._close_hour()
            self.carried.close()
            self.hour_s = block.start_s - block.start_s % HOUR_S
        self.hours.learn(block)
        self.carried.take(block)
        end_s = block.start_s + BLOCK_S
        passed_s = end_s - self.learned_until_s if self.learned_until_s else BLOCK_S
        known = self.counts[MENTIONS] >= SPOKEN_OF
        keep = 0.5 ** (passed_s / HALF_LIFE_S)
        self.counts = [keep * old + new for old, new in zip(self.counts, block.counts, strict=True)]
        self.hour = [old + new for old, new in zip(self.hour, block.counts, strict=True)]
        if known:
            self.acquainted_s += passed_s
        self.learned_until_s = end_s
        for category in (*CONCENTRATING, "languages"):
            if category in block.top_k or category in self.top_k:
                self._learn_top(category, keep, block.top_k.get(category, {}))

    def forget(self, gone: ToForget) -> None:
        """Put aliases for names that are to be forgotten."""
        forget(self.top_k, gone)
        self.carried.forget(gone)

    def grow(self, times: float) -> None:
        """Let ``times`` as much be said by now; of what kind it is stays as it was."""
        self.hours.grow(times)
        self.busiest_hour *= times

    def skip(self, until_s: int) -> None:
        """Time up to ``until_s`` passes without teaching anything: an episode or a gap."""
        if self.learned_until_s:
            self.learned_until_s = max(self.learned_until_s, until_s)

    def share(self, name: str) -> float:
        """The usual share of mentions, between 0 and 1, both excluded."""
        share = _SHARE[name]
        total = self.counts[MENTIONS] + PRIOR_MENTIONS
        usual = (self.counts[INDEX[name]] + PRIOR_MENTIONS * share.usual) / total
        return max(usual, share.rarest)

    def never_seen(self, name: str) -> bool:
        """Whether the brand is well known and this never occurred: the source does not say it."""
        return self.counts[MENTIONS] >= KNOWN_MENTIONS and self.counts[INDEX[name]] == 0

    def top_share(self, category: str, key: str) -> float:
        """Usual share of mentions that carry ``key``."""
        known = self.top_k.get(category, {}).get(key, 0.0)
        return known / (self.counts[MENTIONS] + PRIOR_MENTIONS)

    @property
    def knows_carriers(self) -> bool:
        """Whether links, hashtags or reposts were ever seen."""
        return any(self.top_k.get(category) for category in CARRIERS)

    @property
    def acquainted(self) -> bool:
        """Whether the brand is known well enough to say what is unusual for it."""
        return self.acquainted_s >= KNOWN_S and self.counts[MENTIONS] >= KNOWN_MENTIONS

    def _learn_top(self, category: str, keep: float, counts: dict[str, int]) -> None:
        mine = self.top_k.get(category, {})
        merged = {key: keep * mine.get(key, 0.0) for key in mine}
        for key, count in counts.items():
            merged[key] = merged.get(key, 0.0) + count
        kept = sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        self.top_k[category] = dict(kept)

    def _close_hour(self) -> None:
        mentions = self.hour[MENTIONS]
        if not mentions:
            return
        self.busiest_hour = max(float(mentions), 0.995 * self.busiest_hour)
        if self.counts[MENTIONS] >= KNOWN_MENTIONS:
            usual = self.share("negative")
            seen = (self.hour[INDEX["negative"]] + 4 * usual) / (mentions + 4)
            counting = mentions / ((mentions + 4) ** 2 * usual * (1 - usual))
            beyond = (logit(seen) - logit(usual)) ** 2 - counting
            weight = WOBBLE_RATE * min(1.0, mentions / 20)
            self.wobble = max(0.01, self.wobble + weight * (min(beyond, 1.0) - self.wobble))
        self.hour = nothing()

    @property
    def wobble_logits(self) -> float:
        """Standard deviation of the hourly negative share, in logits, that is nobody's doing."""
        return sqrt(self.wobble)


def logit(share: float) -> float:
    """Log-odds of a share, cut off at 0.1 % and 99.9 %.

    >>> round(logit(0.5), 3), round(logit(0.0), 3)
    (0.0, -6.907)
    """
    share = min(max(share, 0.001), 0.999)
    return log(share / (1 - share))


def expit(log_odds: float) -> float:
    """Share of a log-odds.

    >>> expit(0.0)
    0.5
    """
    return 1.0 / (1.0 + exp(-log_odds))
