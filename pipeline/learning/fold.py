"""The trainer's state: a fold over labels in the order in which Kafka took them.

The same labels give the same deltas, byte for byte, so nothing else has to be kept: after a crash
the topic is read again. Two learners of its aspect take each label: that of all brands, and on top
of it that of the label's own brand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.learning.admission import Admission, AuthorShares, LabelLimits, Reason
from pipeline.learning.aspects import ASPECTS, ATTACK, TONE, Aspect, aspect_of, statements
from pipeline.learning.delta import make_delta
from pipeline.learning.online import BRAND_LEARNING_RATE, Learner, LogOdds, moved, summed
from pipeline.learning.prequential import Comparison, Contest
from pipeline.learning.verify import Verifier
from pipeline.sentiment.api import Scorer
from schemas.feedback import Feedback
from schemas.model import EVERY_BRAND, AspectName, Delta, Disowned

BRAND_FEATURES = 10_000
"""Features of what a brand adds to the delta of all."""

CONSENSUS_AUTHORS, CONSENSUS_LABELS = 2, 50
"""So many others must have taught a brand so many labels before they count against an author."""


def brand_learner(aspect: Aspect = TONE) -> Learner:
    """Make the learner of what one brand adds to the delta of all."""
    return aspect.learner(BRAND_FEATURES, learning_rate=BRAND_LEARNING_RATE)


class ScopeLearner:
    """What is learned of one aspect for one scope, and how it compares with the champion."""

    def __init__(self, limits: LabelLimits, learner: Learner) -> None:
        self.learner = learner
        self.shares = AuthorShares(limits)
        self.contest = Contest()
        self.until_s = 0.0
        self.refused: dict[str, int] = {}


class Champion(NamedTuple):
    """The version in force of a scope, which the next one has to beat.

    ``until_s``: time of the last label that it was learned from, UNIX time.
    """

    model: Scorer
    until_s: float


Champions = Callable[[str], Champion | None]
"""Gives the version in force of a scope; None where there is none yet."""


class Fold:
    """Learns labels one by one. ``disowned`` by scope: times whose labels were rolled back.

    ``champions``: gives the version in force of a scope, for comparison only: it moves no weight.
    """

    def __init__(
        self,
        verifier: Verifier,
        brands: frozenset[str],
        *,
        limits: LabelLimits | None = None,
        disowned: Mapping[str, Sequence[Disowned]] | None = None,
        champions: Champions = lambda _: None,
    ) -> None:
        self._verifier = verifier
        self._limits = limits or LabelLimits()
        self._admission = Admission(brands, self._limits)
        self._disowned = dict(disowned or {})
        self._champions = champions
        self._learners: dict[tuple[str, AspectName], ScopeLearner] = {}
        self.learner_of(EVERY_BRAND)

    def learner_of(self, scope: str, aspect: Aspect = TONE) -> ScopeLearner:
        """The learner of an aspect for a scope, made when it is first asked for.

        ``scope``: ``*`` or one of the brands.
        """
        known = self._learners.get((scope, aspect.name))
        if known is None:
            learner = aspect.learner() if scope == EVERY_BRAND else brand_learner(aspect)
            known = self._learners[scope, aspect.name] = ScopeLearner(self._limits, learner)
        return known

    def learners_of(self, scope: str) -> tuple[ScopeLearner, ...]:
        """The learners of all aspects for a scope, in the order of ``ASPECTS``."""
        return tuple(self.learner_of(scope, aspect) for aspect in ASPECTS)

    @property
    def scopes(self) -> list[str]:
        """Scopes for which something was learned."""
        return sorted({scope for scope, _ in self._learners})

    def apply(self, label: Feedback, at_s: float) -> dict[Reason, int]:
        """Take one label that Kafka took at ``at_s``; return what is not learned, by reason.

        What is learned may be this label, earlier ones of its author that had to wait, or none yet.
        """
        refused: dict[Reason, int] = {}
        for said in statements(label):
            for reason, count in self._apply(said, at_s).items():
                refused[reason] = refused.get(reason, 0) + count
        return refused

    def _apply(self, label: Feedback, at_s: float) -> dict[Reason, int]:
        aspect = aspect_of(label)
        reason = self._admission.why_not(label, at_s)
        if reason is not None:
            return self._count(EVERY_BRAND, aspect, {reason: 1})
        admitted, refused = self._admission.admit(label, at_s, self._trusted(label, aspect))
        self._count(label.brand, aspect, self._count(EVERY_BRAND, aspect, refused))
        for each, its_s in admitted:
            for reason in self._learn(each, its_s):
                refused[reason] = refused.get(reason, 0) + 1
        return refused

    def _warm(self, label: Feedback, aspect: Aspect) -> LogOdds:
        """What the shipped weights say of a label's text."""
        return aspect.odds(self._verifier.warm.score(label.text, label.lang))

    def _trusted(self, label: Feedback, aspect: Aspect) -> Iterator[LogOdds]:
        """What can be held against the label: the shipped weights, then what others have taught."""
        odds = self._warm(label, aspect)
        yield odds
        shares = self.learner_of(label.brand, aspect).shares
        others = sum(name != label.by for name in shares.authors)
        if others >= CONSENSUS_AUTHORS and shares.mass_of_others(label.by) >= CONSENSUS_LABELS:
            vector = self._verifier.warm.features(label.text, label.lang)
            for scope in (EVERY_BRAND, label.brand):
                odds = moved(odds, self.learner_of(scope, aspect).learner.shift(vector))
            yield odds

    def _learn(self, label: Feedback, at_s: float) -> list[Reason]:
        aspect = aspect_of(label)
        influence = self._limits.weak_influence if label.weak else 1.0
        true = aspect.said(label)
        odds = self._warm(label, aspect)
        vector = self._verifier.warm.features(label.text, label.lang)
        warm = aspect.guess(odds)
        shared, own = self.learner_of(EVERY_BRAND, aspect), self.learner_of(label.brand, aspect)
        for_all = moved(odds, shared.learner.shift(vector))
        for_brand = moved(for_all, own.learner.shift(vector))
        refused: list[Reason] = []
        for scope, total in ((EVERY_BRAND, for_all), (label.brand, for_brand)):
            scope_learner = self.learner_of(scope, aspect)
            why = self._why_not_here(scope, scope_learner, label, at_s, influence)
            if why is None:
                self._compare(scope, label, at_s, (true, warm, aspect.guess(total)))
                scope_learner.learner.learn(vector, odds, label=true, influence=influence)
                scope_learner.shares.add(label.by, influence)
                scope_learner.until_s = max(scope_learner.until_s, at_s)
            else:
                self._count(scope, aspect, {why: 1})
                refused.append(why)
            # The brand learns what all brands leave over.
            odds = moved(odds, shared.learner.shift(vector))
        return refused

    def delta(self, scope: str) -> Delta:
        """What was learned so far, as it would be published."""
        tone, attack = (
            summed(
                self.learner_of(each, aspect).learner
                for each in dict.fromkeys((EVERY_BRAND, scope))
            )
            for aspect in (TONE, ATTACK)
        )
        return make_delta(tone, attack, base=self._verifier.base)

    def _why_not_here(
        self,
        scope: str,
        scope_learner: ScopeLearner,
        label: Feedback,
        at_s: float,
        influence: float,
    ) -> Reason | None:
        at = datetime.fromtimestamp(at_s, UTC)
        if any(span.start < at <= span.end for span in self._disowned.get(scope, ())):
            return "disowned"
        return None if scope_learner.shares.may(label.by, influence) else "author_share"

    def _compare(
        self,
        scope: str,
        label: Feedback,
        at_s: float,
        seen: Comparison,
    ) -> None:
        true, warm, guess = seen
        aspect = aspect_of(label)
        contest = self.learner_of(scope, aspect).contest
        champion = self._champions(scope)
        if champion is None:
            contest.add((true, warm, warm, guess))
        elif at_s > champion.until_s:
            [score] = champion.model.score_many([(label.text, label.lang)])
            contest.add((true, warm, aspect.guess(aspect.odds(score)), guess))
        else:
            contest.recall(seen)

    def _count(self, scope: str, aspect: Aspect, refused: dict[Reason, int]) -> dict[Reason, int]:
        counts = self.learner_of(scope, aspect).refused
        for reason, count in refused.items():
            counts[reason] = counts.get(reason, 0) + count
        return refused
