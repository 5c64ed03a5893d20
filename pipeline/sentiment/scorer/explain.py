"""Which tokens moved a score: shares that add up to the log-odds of positive against negative.

The model is linear, so the log-odds are a sum over features. A token gets the features of its own
and half of those it shares with a neighbour; the words of the lexicon get, in equal parts, what its
sums and signs weigh; what belongs to no token (length, capitals) is the share of the form.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from math import sqrt

from pipeline.sentiment.api import Explanation
from pipeline.sentiment.features.extraction import MINUS, PLUS, Word, WordCache, context
from pipeline.sentiment.features.tokens import chunks, split_chunk
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer.stance_weights import OUTPUTS
from pipeline.sentiment.scorer.weights import Weights


class Explainer:
    """Explains texts under one set of weights."""

    def __init__(self, weights: Weights) -> None:
        """Take verified ``weights``, with their pairs."""
        self._weights = weights
        self._caches = {lang: WordCache(lexicon) for lang, lexicon in weights.lexicons.items()}

    def explain(self, text: str, lang: str) -> Explanation:
        """Share out the score of ``text`` in ``lang``: one of the weights' languages or ``*``."""
        weights = self._weights
        temperature = weights.temperatures.get(lang, weights.temperatures.get(SHARED, 1.0))
        scale = weights.steps * temperature
        start = (weights.bias[1] - weights.bias[0]) / scale
        return self._shared_out(text, lang, lambda name: self._lean(name, lang) / scale, start)

    def explain_stance(self, text: str, lang: str, output: str = "attack") -> Explanation:
        """Share out what stance says of ``text``: its log-odds of one of ``OUTPUTS``.

        Shares above 0 speak for it, below 0 against it.
        """
        stance, at = self._weights.stance, OUTPUTS.index(output)
        names, scale = stance.names, stance.scale[at]
        start = stance.offsets.get(lang, stance.offsets[SHARED])[at]
        none = (0,) * len(OUTPUTS)
        return self._shared_out(text, lang, lambda name: names.get(name, none)[at] / scale, start)

    def explain_learned(self, text: str, lang: str, weights: Mapping[str, float]) -> Explanation:
        """Share out what a delta adds to log-odds of ``text``.

        ``weights``: of the delta, in nats, by name of feature.
        """
        return self._shared_out(text, lang, lambda name: weights.get(name, 0.0), 0.0)

    def _shared_out(
        self, text: str, lang: str, lean: Callable[[str], float], start: float
    ) -> Explanation:
        cache = self._caches[lang if lang in self._caches else SHARED]
        words = [cache[token] for chunk in chunks(text) for token in split_chunk(chunk)]
        owned = list(_owned(words, context(words, text)))
        value = 1 / sqrt(max(len(owned), 1))
        shares: dict[str, float] = {}
        form = 0.0
        for name, groups in owned:
            share = lean(name) * value / max(len(groups), 1)
            for group in groups:
                for owner in group:
                    shares[owner] = shares.get(owner, 0.0) + share / len(group)
            form += 0.0 if groups else share
        times = Counter(word.text for word in words)
        tokens = tuple((word.text, shares.get(word.text, 0.0) / times[word.text]) for word in words)
        return Explanation(tokens, form, start)

    def _lean(self, name: str, lang: str) -> int:
        tables = [self._weights.pairs.get(SHARED, {})]
        if lang != SHARED:
            tables.append(self._weights.pairs.get(lang, {}))
        return sum(pair[1] - pair[0] for table in tables if (pair := table.get(name)))


Group = tuple[str, ...]

_FORM = frozenset(("~length", "~caps"))


def _owned(words: list[Word], names: list[str]) -> Iterator[tuple[str, list[Group]]]:
    """Every feature of a text with the groups of tokens that share it; none for the form."""
    toned = _toned(words)
    groups: dict[str, Group] = {word.text: (word.text,) for word in words} | toned
    for name in names:
        first, space, second = name.partition(" ")
        if not space:
            parts: tuple[str, ...] = (name.removeprefix("~"),)
        elif first in toned and first not in _SIGNS:
            parts = (first,)  # the second is a step, no token
        else:
            parts = () if first in _FORM else (first, second)
        yield name, [groups[part] for part in parts if groups.get(part)]
    for word in dict.fromkeys(words):
        for name in word.names:
            yield name, [groups[word.text]]


_SIGNS = frozenset((PLUS, MINUS))


def _toned(words: list[Word]) -> dict[str, Group]:
    """Words of the lexicon by what sums or signs speak of them."""
    every = tuple(dict.fromkeys(word.text for word in words if word.tone))
    bad, good = (
        tuple(dict.fromkeys(word.text for word in words if word.tone and word.sign == sign))
        or every  # turned by a negator
        for sign in (MINUS, PLUS)
    )
    return {
        "~neg": bad, MINUS: bad, "~pos": good, PLUS: good, "~sum": every, "~last": every,
    }  # fmt: skip
