"""Features of texts for a delta: those that the model was trained on, in the text's language."""

from pipeline.sentiment.features.extraction import Book, features
from pipeline.sentiment.features.tokens import chunks
from pipeline.sentiment.lexicon.word_lists import Lexicon
from pipeline.sentiment.scorer.ngram import Model

MAX_WORDS = 20_000
"""Words of a language remembered; full, the memory begins anew."""


class FeatureReader:
    """Reads features with the word lists of a model. Memory is bounded."""

    def __init__(self, model: Model) -> None:
        """Take the model whose languages and lists count."""
        self._model = model
        self._books: dict[str, Book] = {}

    def read(self, text: str, lang: str) -> dict[str, float]:
        """Features of ``text``. ``lang``: BCP 47 primary tag, ``und`` where unknown."""
        known = self._model.language(chunks(text), lang)
        book = self._books.get(known)
        if book is None or len(book) > MAX_WORDS:
            lexicon = self._model.weights.lexicons.get(known, Lexicon())
            book = self._books[known] = Book(lexicon)
        return features(text, book)
