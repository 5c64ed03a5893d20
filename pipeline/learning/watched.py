"""A scorer that has what it says counted: how much of the talk sounds like attacks, by language.

No label is needed for it, so it shows a change of the talk, or of the scorer, that nobody has
spoken of: when the share of one language moves and no brand has an incident, look at its posts.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from weakref import WeakValueDictionary

from pipeline.metrics import Metrics
from pipeline.sentiment.api import Score, Scorer, TextInLanguage

OTHER = "other"
"""Stands for any language that the scorer does not know: a time series each would be too many."""


class MeasuredScorer:
    """Scores with ``scorer``; tells ``metrics`` how many texts, and how many seem to attack."""

    def __init__(self, scorer: Scorer, metrics: Metrics, languages: Collection[str]) -> None:
        """``languages``: those that are counted by name."""
        self.version = scorer.version
        self._scorer = scorer
        self._metrics = metrics
        self._languages = languages

    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        """Score texts in order. Never raises."""
        scores = self._scorer.score_many(texts)
        found = Counter(
            [
                (lang, score.signals.attack_logit > 0)
                for (_, lang), score in zip(texts, scores, strict=True)
            ]
        )
        counts: Counter[str] = Counter()
        attacking: Counter[str] = Counter()
        for (lang, attacks), count in found.items():
            named = lang if lang in self._languages else OTHER
            counts[named] += count
            attacking[named] += count * attacks
        for lang, count in counts.items():
            self._metrics.scored(lang, count, attacking=attacking[lang])
        return scores


class MeasuredScorers:
    """Has scorers measured, each by one ``MeasuredScorer``: brands of one scorer share that, too.

    So the texts of all of them can be scored in one call. Nothing keeps a scorer that is used no
    more.
    """

    def __init__(self, metrics: Metrics, languages: Collection[str]) -> None:
        """Take what is handed to each ``MeasuredScorer``."""
        self._metrics = metrics
        self._languages = languages
        self._known: WeakValueDictionary[int, MeasuredScorer] = WeakValueDictionary()

    def of(self, scorer: Scorer) -> MeasuredScorer:
        """The ``MeasuredScorer`` of a scorer."""
        watched = self._known.get(id(scorer))  # while it is known, so is its scorer
        if watched is None:
            watched = self._known[id(scorer)] = MeasuredScorer(
                scorer, self._metrics, self._languages
            )
        return watched
