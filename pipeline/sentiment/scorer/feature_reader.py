"""Features of texts as the weights were trained on them, each text in its own language."""

from collections.abc import Mapping

from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.lexicon.word_lists import Lexicon

MAX_WORDS = 20_000
"""Words of a language remembered; when there are more, the memory begins anew."""


class FeatureReader:
    """Reads features with the word lists of some weights. Memory is bounded."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        """``lexicons``: by language."""
        self._lexicons = lexicons
        self._words: dict[str, WordCache] = {}

    def read(self, text: str, lang: str) -> dict[str, float]:
        """Features of ``text``. ``lang``: one of the lexicons' languages."""
        words = self._words.get(lang)
        if words is None or len(words) > MAX_WORDS:
            words = self._words[lang] = WordCache(self._lexicons.get(lang, Lexicon()))
        return features(text, words)
