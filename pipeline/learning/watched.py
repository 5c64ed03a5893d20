"""A model that has what it says counted: how much of the talk sounds like attacks, by language.

No label is needed for it, so it shows a change of the talk, or of the model, that nobody has
spoken of: when the share of one language moves and no brand has an incident, look at its posts.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from pipeline.metrics import Metrics
from pipeline.sentiment.api import Said, Score, SentimentModel

OTHER = "other"
"""Stands for any language that the weights do not know: a time series each would be too many."""


class Watched:
    """Scores with ``model``; tells ``metrics`` how many texts, and how many seem to attack."""

    def __init__(self, model: SentimentModel, metrics: Metrics, languages: Collection[str]) -> None:
        """``languages``: those that are counted by name."""
        self.version = model.version
        self._model = model
        self._metrics = metrics
        self._languages = languages

    def score_many(self, said: Sequence[Said]) -> list[Score]:
        """Score texts in order. Never raises."""
        scores = self._model.score_many(said)
        found = Counter(
            [(lang, score.attack_logit > 0) for (_, lang), score in zip(said, scores, strict=True)]
        )
        texts: Counter[str] = Counter()
        attacking: Counter[str] = Counter()
        for (lang, attacks), count in found.items():
            named = lang if lang in self._languages else OTHER
            texts[named] += count
            attacking[named] += count * attacks
        for lang, count in texts.items():
            self._metrics.scored(lang, count, attacking=attacking[lang])
        return scores
