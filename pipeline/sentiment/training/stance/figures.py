"""How well attacks are told apart, on sentences and real posts that stance never learned from."""

import random
from collections.abc import Iterable, Sequence
from statistics import fmean

from msgspec import Struct

from pipeline.sentiment.api import Score, Scorer
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.names import invent, retold
from pipeline.sentiment.training.stance.sentences import ATTACKS, TrainingSentence, filled
from schemas.reading import CLASSES

_SEED = 17
_TELLINGS = 3

Three = tuple[float, float, float]
"""AUC of attacks against everything else, against complaints, against off topic."""


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Share of pairs in which the positive one is higher; a tie counts half.

    >>> auc([3.0, 1.0], [1.0, 0.0])
    0.875
    """
    ranked = sorted([(value, 0) for value in negative] + [(value, 1) for value in positive])
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        # Of equal values each has the middle rank.
        total += sum(mark for _, mark in ranked[at:end]) * (at + end + 1) / 2
        at = end
    count = len(positive)
    return (total - count * (count + 1) / 2) / max(count * len(negative), 1)


def against(classes: Sequence[str], odds: Sequence[float]) -> Three:
    """Figures of texts of these classes, by their log-odds."""

    def those(some: Iterable[str]) -> list[float]:
        return [each for each, of in zip(odds, classes, strict=True) if of in some]

    attacks = those(ATTACKS)
    return (
        auc(attacks, those(set(CLASSES) - ATTACKS)),
        auc(attacks, those({"complaint"})),
        auc(attacks, those({"off_topic"})),
    )


class OnPosts(Struct, frozen=True):
    """Figures of real posts, as they are and under names that nothing was learned with.

    ``odds``: log-odds of each post as it is; ``odds_renamed``: under each of three other names. The
    figures of these are a mean: what is said is judged, not the name.
    """

    classes: list[str]
    odds: list[float]
    odds_renamed: list[list[float]]

    @property
    def own(self) -> Three:
        """As they are."""
        return against(self.classes, self.odds)

    @property
    def renamed(self) -> Three:
        """Under other names."""
        told = [against(self.classes, odds) for odds in self.odds_renamed]
        one, two, three = (fmean(each) for each in zip(*told, strict=True))
        return one, two, three

    @property
    def worse(self) -> Three:
        """The worse of the two: what to expect of a brand of which nobody read posts."""
        one, two, three = map(min, self.own, self.renamed)
        return one, two, three


def on_posts(scorer: Scorer, posts: Sequence[tuple[LabelledText, str]]) -> OnPosts:
    """Score real posts, each with its class."""

    def said(texts: Sequence[str]) -> list[float]:
        spoken = [(text, one.lang) for text, (one, _) in zip(texts, posts, strict=True)]
        return [score.signals.attack_logit for score in scorer.score_many(spoken)]

    told = [retold(one.text, seed=0, times=_TELLINGS, unseen=True) for one, _ in posts]
    return OnPosts(
        classes=[of for _, of in posts],
        odds=said([one.text for one, _ in posts]),
        odds_renamed=[said([each[at % len(each)] for each in told]) for at in range(_TELLINGS)],
    )


class Apart(Struct, frozen=True):
    """Figures of one language; AUC of attacks against other classes, by log-odds of attack.

    ``flagged``: share of each class above log-odds of 0.
    """

    texts: int
    everything: float
    complaint: float
    off_topic: float
    mockery: float
    harm: float
    flagged: dict[str, float]


def apart(scorer: Scorer, sentences: Sequence[TrainingSentence]) -> dict[str, Apart]:
    """Figures by language."""
    chance = random.Random(_SEED)  # noqa: S311 - names to fill in, no secret
    texts = [
        (filled(one.text, one.lang, invent(chance, unseen=True), chance), one.lang)
        for one in sentences
    ]
    scores = scorer.score_many(texts)
    found: dict[str, Apart] = {}
    for lang in sorted({one.lang for one in sentences}):
        by: dict[str, list[Score]] = {}
        for one, score in zip(sentences, scores, strict=True):
            if one.lang == lang:
                by.setdefault(one.of, []).append(score)
        found[lang] = _of(by)
    return found


def _of(by: dict[str, list[Score]]) -> Apart:
    odds = {of: [score.signals.attack_logit for score in scores] for of, scores in by.items()}
    attacks = [each for of in odds if of in ATTACKS for each in odds[of]]
    others = [each for of in odds if of not in ATTACKS for each in odds[of]]
    harm = [score.signals.harm_logit for score in by.get("harm", [])]
    no_harm = [
        score.signals.harm_logit for of, scores in by.items() if of != "harm" for score in scores
    ]
    return Apart(
        texts=len(attacks) + len(others),
        everything=auc(attacks, others),
        complaint=auc(attacks, odds.get("complaint", [])),
        off_topic=auc(attacks, odds.get("off_topic", [])),
        mockery=auc(odds.get("mockery", []), others),
        harm=auc(harm, no_harm),
        flagged={of: sum(each > 0 for each in odds[of]) / len(odds[of]) for of in sorted(odds)},
    )
