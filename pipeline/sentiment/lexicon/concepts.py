"""Notions that have a word in every language: ``merci`` and ``thanks`` are both *thanks*.

A feature of the notion lets a language with few labelled texts learn from those with many.
"""

from functools import cache
from importlib.resources import files

from pipeline.sentiment.lexicon.word_lists import LANGUAGES, fold

SIGNS = "*"
"""Stands for a language where all languages share the signs."""


def parse(text: str) -> dict[str, dict[str, str]]:
    """Read ``notion: LANGUAGE words / LANGUAGE words`` lines into notions by language and word.

    Words are folded; ``word*`` stands for every word that starts so.

    Raises:
        ValueError: a line is not of that form, or a word has two notions in one language.

    >>> parse("thanks: fr merci / de danke*")
    {'fr': {'merci': 'thanks'}, 'de': {'danke*': 'thanks'}}
    """
    tables: dict[str, dict[str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        notion, _, groups = line.partition(": ")
        for group in groups.split(" / "):
            lang, *words = group.split() or [""]
            if lang not in LANGUAGES and lang != SIGNS:
                raise ValueError(f"line {number}: {lang!r} is no language of the word lists")
            table = tables.setdefault(lang, {})
            for word in map(fold, words):
                if word in table:
                    raise ValueError(
                        f"line {number}: {lang} {word!r} is {table[word]!r} already: keep one"
                    )
                table[word] = notion
    return tables


@cache
def shipped() -> dict[str, dict[str, str]]:
    """Notions of the shipped list, signs among those of each language."""
    path = files("pipeline.sentiment.lexicon") / "lists" / "concepts.txt"
    tables = parse(path.read_text(encoding="utf-8"))
    signs = tables.pop(SIGNS, {})
    return {SIGNS: signs} | {lang: signs | tables.get(lang, {}) for lang in LANGUAGES}
