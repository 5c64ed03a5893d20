"""The VADER lexicon (MIT, Hutto & Gilbert 2014) as polarities, read from the installed package.

Only at training time: what is used of it is kept in the weights, with its name among the sources.
"""

from importlib.metadata import distribution
from pathlib import Path

from pipeline.sentiment.lexicon.concepts import shipped as concepts_shipped
from pipeline.sentiment.lexicon.word_lists import (
    LANGUAGES,
    SHARED,
    Lexicon,
    fold,
    lexicon_of,
    read_entries,
)

SIGNS = "signs"
"""Name of our own list of signs, which goes before VADER's: there a broken heart is a heart."""

ENGLISH = frozenset({"en", "hi"})
"""Languages whose tweets are full of English words."""

_SCALE = 0.5
_LIMIT = 2.0


def polarities() -> tuple[dict[str, float], dict[str, float]]:
    """Words, and signs that mean the same everywhere (emoji, emoticons), in [-2, 2].

    An emoji has the sum of the words that describe it, as in VADER itself.
    """
    words: dict[str, float] = {}
    signs: dict[str, float] = {}
    for token, value, *_ in _rows("vader_lexicon.txt"):
        table = words if token[0].isalpha() else signs
        table[fold(token.lower())] = _bounded(float(value))
    for emoji, description in _rows("emoji_utf8_lexicon.txt"):
        tone = sum(words.get(word, 0.0) for word in description.split())
        if tone and len(emoji) == 1:
            signs[emoji] = _bounded(tone / _SCALE)
    return words, signs


def all_lexicons() -> dict[str, Lexicon]:
    """Lexicon of every language, and of ``*`` for the others: signs alone."""
    words, signs = polarities()
    signs = lexicon_of(read_entries(SIGNS), signs).polarity
    concepts = concepts_shipped()
    lexicons = {SHARED: Lexicon(polarity=signs, concepts=concepts[SHARED])}
    for lang in LANGUAGES:
        base = signs | words if lang in ENGLISH else signs
        lexicons[lang] = lexicon_of(read_entries(lang), base, concepts[lang])
    return lexicons


def _bounded(value: float) -> float:
    return round(max(-_LIMIT, min(_LIMIT, value * _SCALE)), 2)


def _rows(name: str) -> list[list[str]]:
    package = distribution("vaderSentiment")
    path = Path(str(package.locate_file(f"vaderSentiment/{name}")))
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [row for row in rows if len(row) > 1]
