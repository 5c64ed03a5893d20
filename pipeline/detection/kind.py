"""What kind: the composition of what came on top of the usual, as an additive model.

Each term compares a share of the excess with the brand's own, in logits; its sign is fixed, so
that it can be said as a sentence: *more of it attacks the brand than usual* speaks for a crisis,
*more of it is addressed to the brand* for complaints about a service. They add up to log odds, K.
"""

from collections.abc import Sequence
from math import log
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.detection.levels import KIND_MOST
from pipeline.detection.rarity import Window
from pipeline.detection.voices import INDEX, MILLI, REPOSTS, RIVAL, TEXTS

CONSTANT: Final = -0.51
PRIOR_TEXTS: Final = 20.0
PRIOR_REPOSTS: Final = 6.0
"""A share of the excess is shrunk to the usual share as if so many more had come like that."""
LOWEST: Final = -1.5
HIGHEST: Final = 3.0
LARGEST_SHARE: Final = 0.97


class Share(NamedTuple):
    """One share of the excess.

    ``whole``: the field that it is a share of. ``rising`` and ``falling``: weight of a logit above
    and below the usual. ``rarest``: so much is found anyhow.
    """

    code: str
    part: str
    whole: str
    rising: float
    falling: float
    rarest: float


SHARES: Final = (
    Share("negative", "negative", "texts", 0.36, 0.36, 0.03),
    Share("positive", "positive", "texts", -0.50, -0.50, 0.03),
    Share("praise", "p_positive", "texts", -0.21, -0.21, 0.03),
    Share("accusing", "accusing", "texts", 1.02, 0.0, 0.01),
    Share("attacking", "attacking", "texts", 1.52, 0.0, 0.01),
    Share("addressed", "addressed", "texts", -0.77, 0.93, 0.02),
    Share("sad", "sad", "texts", -0.34, 0.0, 0.005),
    Share("complaint", "complaint", "texts", -0.38, 0.0, 0.01),
    Share("attacks_passed_on", "reposts_attacking", "reposts", 0.52, 0.0, 0.01),
    Share("negative_passed_on", "reposts_negative", "reposts", 0.02, 0.02, 0.05),
)
PASSED_ON: Final = 0.98
"""Weight of the share of reposts among all voices."""
PASSED_ON_RAREST: Final = 0.03
RIVALS: Final = 3.8
RIVALS_PRIOR: Final = 3.0
RIVALS_RAREST: Final = 0.1
RIVALS_ALL: Final = 0.8
"""Where so large a share of a burst names a rival, K is by ``RIVALS`` less than the most that it
counts for, and so less than any ring asks for; in proportion where the share is less. This is said,
not learnt: no world had a rival that was known."""

LOOKS: Final = 5
LOOK_LEAST: Final = 0.05
LOOK_MOST: Final = 6.0
LOOK_FROM: Final = 2.0
"""K is a mean over so many looks, each worth its rarity above ``LOOK_FROM``, within bounds."""


class Term(NamedTuple):
    """``share`` of the excess against the ``usual`` one; ``weight``: its part of K."""

    code: str
    share: float
    usual: float
    weight: float


class Composition(NamedTuple):
    """K of one look, its terms, and the texts and reposts beyond the usual that it rests on."""

    kind: float
    terms: tuple[Term, ...]
    excess: float


def logit(share: float) -> float:
    """Log-odds of a share, cut off at 1 in 10,000.

    >>> round(logit(0.5), 3), round(logit(0.0), 2)
    (0.0, -9.21)
    """
    share = min(max(share, 1e-4), 1 - 1e-4)
    return log(share / (1 - share))


def composition(window: Window) -> Composition:
    """What the excess of ``window`` is made of."""
    beyond = [
        max(seen / MILLI - expected, 0.0)
        for seen, expected in zip(window.sums, window.expected, strict=True)
    ]
    terms = [_share(one, beyond, window.expected) for one in SHARES]
    terms.append(_passed_on(beyond, window.expected))
    kind = CONSTANT + sum(term.weight for term in terms)
    terms.append(_rivals(beyond, window.expected, kind))
    kind += terms[-1].weight
    return Composition(kind, tuple(terms), beyond[TEXTS] + beyond[REPOSTS])


def _share(one: Share, beyond: Sequence[float], expected: Sequence[float]) -> Term:
    part, whole = INDEX[one.part], INDEX[one.whole]
    usual = min(max(expected[part] / max(expected[whole], 1e-6), one.rarest), LARGEST_SHARE)
    prior = PRIOR_REPOSTS if one.whole == "reposts" else PRIOR_TEXTS
    share = (beyond[part] + prior * usual) / (beyond[whole] + prior)
    shift = min(max(logit(share) - logit(usual), LOWEST), HIGHEST)
    return Term(one.code, share, usual, shift * (one.rising if shift > 0 else one.falling))


def _passed_on(beyond: Sequence[float], expected: Sequence[float]) -> Term:
    voices = expected[REPOSTS] + expected[TEXTS]
    usual = expected[REPOSTS] / voices if voices else 0.0
    usual = min(max(usual, PASSED_ON_RAREST), LARGEST_SHARE)
    share = (beyond[REPOSTS] + PRIOR_TEXTS * usual) / (
        beyond[REPOSTS] + beyond[TEXTS] + PRIOR_TEXTS
    )
    shift = min(max(logit(share) - logit(usual), LOWEST), HIGHEST)
    return Term("passed_on", share, usual, PASSED_ON * shift)


def _rivals(beyond: Sequence[float], expected: Sequence[float], kind: float) -> Term:
    """A crisis of a rival drags the brand's name along; nothing where no rivals are listed.

    ``kind``: K without this term. What of it is beyond the most that counts must not outweigh this.
    """
    usual = expected[RIVAL] / max(expected[REPOSTS] + expected[TEXTS], 1e-6)
    usual = min(max(usual, RIVALS_RAREST), LARGEST_SHARE)
    voices = beyond[REPOSTS] + beyond[TEXTS]
    share = (beyond[RIVAL] + RIVALS_PRIOR * usual) / (voices + RIVALS_PRIOR)
    more = (min(share, RIVALS_ALL) - usual) / max(RIVALS_ALL - usual, RIVALS_RAREST)
    if more <= 0:
        return Term("rivals", share, usual, 0.0)
    return Term("rivals", share, usual, -more * (RIVALS + max(kind - KIND_MOST, 0.0)))


class KindMemory(Struct, array_like=True):
    """The last looks and what each is worth."""

    kinds: list[float] = field(default_factory=list)
    worths: list[float] = field(default_factory=list)

    def add(self, kind: float, rarity: float) -> float:
        """Take in a look of ``rarity``; return the mean over the last ones."""
        worth = min(max(rarity - LOOK_FROM, LOOK_LEAST), LOOK_MOST)
        self.kinds = [*self.kinds, kind][-LOOKS:]
        self.worths = [*self.worths, worth][-LOOKS:]
        total = sum(one * weight for one, weight in zip(self.kinds, self.worths, strict=True))
        return total / sum(self.worths)
