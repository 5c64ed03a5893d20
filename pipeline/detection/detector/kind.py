"""What kind: the composition of what came on top of the usual, as an additive model.

Each term compares a share of the excess with the brand's own, in logits; its sign is fixed, so
that it can be said as a sentence: *more of it attacks the brand than usual* speaks for a crisis,
*more of it is addressed to the brand* for complaints about a service. Where a reader has a say, it
adds three: the post that leads, the hour's sample, and whether that post is about something else.
They add up to log odds, K.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.detection.detector.levels import KIND_MOST
from pipeline.detection.detector.odds import logit
from pipeline.detection.detector.rarity import WindowSums
from pipeline.detection.detector.read import Against
from pipeline.detection.detector.voices import INDEX, MILLI, REPOSTS, RIVAL, TEXTS

PRIOR_TEXTS: Final = 20.0
PRIOR_REPOSTS: Final = 6.0
"""A share of the excess is shrunk to the usual share as if so many more had come like that."""
LOWEST: Final = -1.5
HIGHEST: Final = 3.0
LARGEST_SHARE: Final = 0.97


class ShareWeight(NamedTuple):
    """What a logit of difference from the usual share adds to K, above the usual one and below."""

    rising: float = 0.0
    falling: float = 0.0


class KindWeights(NamedTuple):
    """One model: a constant, weights of shares by code, and of what was read by code."""

    constant: float
    shares: dict[str, ShareWeight]
    read: dict[str, float]


class ExcessShare(NamedTuple):
    """One share of the excess.

    ``whole``: the field that it is a share of. ``rarest``: so much is found anyhow.
    """

    code: str
    part: str
    whole: str
    rarest: float


SHARES: Final = (
    ExcessShare("negative", "negative", "texts", 0.03),
    ExcessShare("positive", "positive", "texts", 0.03),
    ExcessShare("praise", "p_positive", "texts", 0.03),
    ExcessShare("accusing", "accusing", "texts", 0.01),
    ExcessShare("attacking", "attacking", "texts", 0.01),
    ExcessShare("fierce", "fierce", "texts", 0.006),
    ExcessShare("addressed", "addressed", "texts", 0.02),
    ExcessShare("sad", "sad", "texts", 0.005),
    ExcessShare("complaint", "complaint", "texts", 0.01),
    ExcessShare("attacks_passed_on", "reposts_attacking", "reposts", 0.01),
    ExcessShare("negative_passed_on", "reposts_negative", "reposts", 0.05),
)
PASSED_ON: Final = "passed_on"
"""Code of the share of reposts among all voices."""
PASSED_ON_RAREST: Final = 0.03
RIVALS: Final = 3.8
RIVALS_PRIOR: Final = 3.0
RIVALS_RAREST: Final = 0.1
RIVALS_ALL: Final = 0.8
"""Where so large a share of a burst names a rival, K is by ``RIVALS`` less than the most that it
counts for, and so less than any ring asks for; in proportion where the share is less. This is said,
not learnt: no world had a rival that was known."""

HEARD: Final = KindWeights(
    constant=-0.51,
    shares={
        "negative": ShareWeight(0.36, 0.36),
        "positive": ShareWeight(-0.50, -0.50),
        "praise": ShareWeight(-0.21, -0.21),
        "accusing": ShareWeight(1.02),
        "attacking": ShareWeight(1.0),
        "fierce": ShareWeight(1.0),
        "addressed": ShareWeight(-0.77, 0.93),
        "sad": ShareWeight(-0.34),
        "complaint": ShareWeight(-0.38),
        "attacks_passed_on": ShareWeight(0.52),
        "negative_passed_on": ShareWeight(0.02, 0.02),
        PASSED_ON: ShareWeight(0.98, 0.98),
    },
    read={},
)
"""Without a reader."""
READ: Final = KindWeights(
    constant=-0.73,
    shares={
        "negative": ShareWeight(0.44, 0.44),
        "positive": ShareWeight(-0.52, -0.52),
        "praise": ShareWeight(-0.15, -0.15),
        "accusing": ShareWeight(1.04),
        "attacking": ShareWeight(1.0),
        "fierce": ShareWeight(1.0),
        "addressed": ShareWeight(-0.79, 0.87),
        "sad": ShareWeight(-0.69),
        "complaint": ShareWeight(-0.08),
        "attacks_passed_on": ShareWeight(0.37),
        "negative_passed_on": ShareWeight(0.12, 0.12),
        PASSED_ON: ShareWeight(0.98, 0.98),
    },
    read={"leading_post": 0.23, "sample": 1.96, "off_topic": -0.27},
)
"""Where a reader has a say."""

LOOKS: Final = 5
LOOK_LEAST: Final = 0.05
LOOK_MOST: Final = 6.0
LOOK_FROM: Final = 2.0
"""K is a mean over so many looks, each worth its rarity above ``LOOK_FROM``, within bounds."""


class KindTerm(NamedTuple):
    """``share`` of the excess against the ``usual`` one; ``weight``: its part of K."""

    code: str
    share: float
    usual: float
    weight: float


class Composition(NamedTuple):
    """What kind of talk a look found.

    ``kind``: K, log odds that it is of the kind of a crisis. ``terms``: what it is the sum of.
    ``excess``: texts and reposts beyond the usual, on which it rests.
    """

    kind: float
    terms: tuple[KindTerm, ...]
    excess: float


def composition(
    window: WindowSums,
    usual: Sequence[float],
    read: Sequence[Against] | None = None,
    heeded: float = 1.0,
) -> Composition:
    """What the excess of ``window`` is made of, and what was ``read``: None without a reader.

    ``usual``: what the brand lives through, of each field, in any unit: shares are held against it.
    ``heeded``: how much of what was read counts, 0 to 1.
    """
    weights = HEARD if read is None else READ
    beyond = [
        max(seen / MILLI - expected, 0.0)
        for seen, expected in zip(window.sums, window.expected, strict=True)
    ]
    terms = [_share(one, beyond, usual, weights) for one in SHARES]
    terms.append(_passed_on(beyond, usual, weights))
    terms += [
        KindTerm(one.code, one.share, one.usual, heeded * weights.read[one.code] * one.shift)
        for one in read or ()
    ]
    kind = weights.constant + sum(term.weight for term in terms)
    terms.append(_rivals(beyond, usual, kind))
    kind += terms[-1].weight
    return Composition(kind, tuple(terms), beyond[TEXTS] + beyond[REPOSTS])


def excess_of(window: WindowSums) -> float:
    """Texts and reposts of a window beyond the usual."""
    return sum(
        max(window.sums[one] / MILLI - window.expected[one], 0.0) for one in (TEXTS, REPOSTS)
    )


def _share(
    one: ExcessShare, beyond: Sequence[float], lived: Sequence[float], weights: KindWeights
) -> KindTerm:
    part, whole = INDEX[one.part], INDEX[one.whole]
    usual = min(max(lived[part] / max(lived[whole], 1e-6), one.rarest), LARGEST_SHARE)
    prior = PRIOR_REPOSTS if one.whole == "reposts" else PRIOR_TEXTS
    share = (beyond[part] + prior * usual) / (beyond[whole] + prior)
    return _term(one.code, share, usual, weights)


def _passed_on(beyond: Sequence[float], lived: Sequence[float], weights: KindWeights) -> KindTerm:
    voices = lived[REPOSTS] + lived[TEXTS]
    usual = lived[REPOSTS] / voices if voices else 0.0
    usual = min(max(usual, PASSED_ON_RAREST), LARGEST_SHARE)
    share = (beyond[REPOSTS] + PRIOR_TEXTS * usual) / (
        beyond[REPOSTS] + beyond[TEXTS] + PRIOR_TEXTS
    )
    return _term(PASSED_ON, share, usual, weights)


def _term(code: str, share: float, usual: float, weights: KindWeights) -> KindTerm:
    shift = min(max(logit(share) - logit(usual), LOWEST), HIGHEST)
    weight = weights.shares[code]
    return KindTerm(code, share, usual, shift * (weight.rising if shift > 0 else weight.falling))


def _rivals(beyond: Sequence[float], lived: Sequence[float], kind: float) -> KindTerm:
    """A crisis of a rival drags the brand's name along; nothing where no rivals are listed.

    ``kind``: K without this term. What of it is beyond the most that counts must not outweigh this.
    """
    usual = lived[RIVAL] / max(lived[REPOSTS] + lived[TEXTS], 1e-6)
    usual = min(max(usual, RIVALS_RAREST), LARGEST_SHARE)
    voices = beyond[REPOSTS] + beyond[TEXTS]
    share = (beyond[RIVAL] + RIVALS_PRIOR * usual) / (voices + RIVALS_PRIOR)
    more = (min(share, RIVALS_ALL) - usual) / max(RIVALS_ALL - usual, RIVALS_RAREST)
    if more <= 0:
        return KindTerm("rivals", share, usual, 0.0)
    return KindTerm("rivals", share, usual, -more * (RIVALS + max(kind - KIND_MOST, 0.0)))


class KindMemory(Struct, array_like=True):
    """The last looks and what each is worth."""

    kinds: list[float] = field(default_factory=list)
    worths: list[float] = field(default_factory=list)

    def add(self, kind: float, rarity: float) -> float:
        """Take in a look of ``rarity``; return the mean over the last ones."""
        worth = min(max(rarity - LOOK_FROM, LOOK_LEAST), LOOK_MOST)
        self.kinds = [*self.kinds, kind][-LOOKS:]
        self.worths = [*self.worths, worth][-LOOKS:]
        return self.mean

    @property
    def mean(self) -> float:
        """K over the last looks."""
        total = sum(one * weight for one, weight in zip(self.kinds, self.worths, strict=True))
        return total / max(sum(self.worths), LOOK_LEAST)
