"""Which tokens moved a score: shares that add up to the log-odds of positive against negative.

The model is linear, so the log-odds are a sum over features. A token gets the features of its own
and half of those it shares with a neighbour; what belongs to no token (length, capitals, sums over
the lexicon) is the share of the form.
"""

from collections import Counter
from collections.abc import Iterator
from math import sqrt

from msgspec import Struct

from pipeline.sentiment.features import Book, Word, context
from pipeline.sentiment.tokens import chunks, split_chunk
from pipeline.sentiment.weights import SHARED, Weights


class Explanation(Struct, frozen=True):
    """Shares in nats: below 0 towards negative, above 0 towards positive.

    ``tokens``: each token of the text in order, with its share; ``form``: what belongs to no token;
    ``start``: where a text without features stands. Their sum is ``log_odds``, the logarithm of
    ``p_positive / p_negative`` of the score.
    """

    tokens: tuple[tuple[str, float], ...]
    form: float
    start: float

    @property
    def log_odds(self) -> float:
        """Sum of all shares."""
        return sum(share for _, share in self.tokens) + self.form + self.start


class Explainer:
    """Explains texts under one set of weights."""

    def __init__(self, weights: Weights) -> None:
        """Take verified ``weights``, with their pairs."""
        self._weights = weights
        self._books = {lang: Book(lexicon) for lang, lexicon in weights.lexicons.items()}

    def explain(self, text: str, lang: str) -> Explanation:
        """Share out the score of ``text`` in ``lang``: one of the weights' languages or ``*``."""
        weights = self._weights
        book = self._books[lang if lang in self._books else SHARED]
        words = [book[token] for chunk in chunks(text) for token in split_chunk(chunk)]
        owned = list(_owned(words, context(words, text)))
        temperature = weights.temperatures.get(lang, weights.temperatures.get(SHARED, 1.0))
        scale = weights.steps * temperature
        value = 1 / sqrt(max(len(owned), 1)) / scale
        shares: dict[str, float] = {}
        form = 0.0
        for name, owners in owned:
            share = self._lean(name, lang) * value
            for owner in owners:
                shares[owner] = shares.get(owner, 0.0) + share / len(owners)
            form += 0.0 if owners else share
        times = Counter(word.text for word in words)
        tokens = tuple((word.text, shares.get(word.text, 0.0) / times[word.text]) for word in words)
        return Explanation(tokens, form, (weights.bias[1] - weights.bias[0]) / scale)

    def _lean(self, name: str, lang: str) -> int:
        tables = [self._weights.pairs.get(SHARED, {})]
        if lang != SHARED:
            tables.append(self._weights.pairs.get(lang, {}))
        return sum(pair[1] - pair[0] for table in tables if (pair := table.get(name)))


def _owned(words: list[Word], names: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every feature of a text with the tokens that it belongs to; none for the form."""
    present = {word.text for word in words}
    for name in names:
        first, space, second = name.partition(" ")
        parts = (first, second) if space else (name.removeprefix("~"),)
        yield name, tuple(part for part in parts if part in present)
    for word in dict.fromkeys(words):
        for name in word.names:
            yield name, (word.text,)
