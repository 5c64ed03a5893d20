"""The text files of a scenario, with one brand's names in their slots."""

import re
from functools import lru_cache
from importlib.resources import files
from unicodedata import normalize

from lab.simulate.authors import Names
from lab.simulate.draws import Draws
from lab.simulate.grammar import Phrasings, parse
from lab.simulate.scenario import Beat
from schemas.brand import Brand

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "ar", "hi")
"""Languages in which there are texts, and the order in which everything about them is drawn."""

_FOLDER = files("lab.simulate").joinpath("texts")


class Texts:
    """What can be said, by language and section: a scenario's own sections before the chatter's."""

    def __init__(self, stems: tuple[str, ...], brand: Brand) -> None:
        given = tuple(brand_slots(brand).items())
        self._books: dict[str, dict[str, Phrasings]] = {}
        for language in LANGUAGES:
            book: dict[str, Phrasings] = {}
            for stem in stems:
                book |= _book(f"{stem}.{language}.txt", given)
            self._books[language] = book

    def section(self, name: str, language: str) -> Phrasings | None:
        """Return a section, or ``None`` where nobody wrote it in this language."""
        return self._books[language].get(name)

    def sections(self, language: str) -> tuple[Phrasings, ...]:
        """Return everything that can be said in a language."""
        return tuple(self._books[language].values())

    def require(self, beat: Beat) -> Phrasings:
        """Return the section of a beat; raise ``KeyError`` where nobody wrote it."""
        return self._books[beat.language][beat.voice]


@lru_cache(maxsize=256)
def _book(name: str, given: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, Phrasings]:
    """Parse a file once for a brand: evaluations plan the same brand many times over."""
    file = _FOLDER.joinpath(name)
    return parse(file.read_text("utf-8"), name, dict(given)) if file.is_file() else {}


def brand_slots(brand: Brand) -> dict[str, tuple[str, ...]]:
    """Return the slots that speak of the brand: a name, a handle, a hashtag.

    >>> brand_slots(Brand(id="acme", names=("Acmé Corp",)))["tag"]
    ('#AcmeCorp',)
    """
    names = brand.names or (brand.id,)
    tags = tuple(f"#{tag}" for tag in brand.hashtags)
    return {
        "brand": names,
        "handle": (f"@{own_handle(brand)}",),
        "tag": tags or (f"#{plain(names[0])}",),
    }


def own_handle(brand: Brand) -> str:
    """Return the handle under which the brand itself posts."""
    return (*brand.own_accounts, *brand.handles, plain(brand.id))[0]


def plain(name: str) -> str:
    """Return letters and digits of a name without accents, as a hashtag has them."""
    ascii_only = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"\W", "", ascii_only) or "brand"


def made_up_names(draws: Draws) -> Names:
    """Return the giver of handles, with its words by language."""
    words: dict[str, tuple[str, ...]] = {}
    for line in _FOLDER.joinpath("handles.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, _, rest = line.partition(":")
            words[language] = (*words.get(language, ()), *rest.split())
    return Names(words, draws)
