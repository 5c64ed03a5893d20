"""Names of brands: invented ones, and posts of real companies told of invented ones instead.

What is learned must not hang on a name: a real post teaches and judges under names that nobody has,
and no feature of a real company's name is learned.
"""

import random
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_LONG = 5
"""Letters of a name that is looked for within a hashtag."""
_OTHERS = 3
"""Names for further companies of one post."""
_AS_WRITTEN = "!"


@cache
def listed(kind: str) -> tuple[str, ...]:
    """Words of one line of ``names.txt``; none where there is no such line."""
    text = (files("pipeline.sentiment.training.stance") / "names.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in text.splitlines())
    return next((tuple(words.split()) for name, _, words in lines if name == kind), ())


def invent(chance: random.Random, lang: str = "", *, unseen: bool = False) -> str:
    """Name of a brand: mostly invented, now and then a real one or a plain word.

    ``lang``: of Arabic or Hindi, every other name is in its script. ``unseen``: of parts that no
    other name has, and that are never trained on: such names judge.
    """
    if (script := listed(f"script_{lang}")) and not unseen and chance.random() < 0.5:  # noqa: PLR2004
        return chance.choice(script) + chance.choice(listed(f"script_{lang}_ending"))
    parts = "unseen_" if unseen else ""
    if chance.random() < 0.15:  # noqa: PLR2004 - now and then
        return chance.choice(listed(f"{parts}plain"))
    name = chance.choice(listed(f"{parts}beginning"))
    name += "".join(chance.choices(listed(f"{parts}middle"), k=chance.choice((0, 1, 1, 2))))
    name += chance.choice(listed(f"{parts}ending"))
    kind = chance.random()
    if kind < 0.12:  # noqa: PLR2004 - two words
        return f"{name} {chance.choice(listed(f'{parts}kind'))}"
    if kind < 0.18:  # noqa: PLR2004 - all capitals
        return name.upper()
    if kind < 0.24:  # noqa: PLR2004 - two names in one
        return name + chance.choice(listed(f"{parts}beginning"))
    return name


def joined(name: str) -> str:
    """Name as a hashtag has it.

    >>> joined("McDonald's"), joined("Bel & Co")
    ('McDonalds', 'BelCo')
    """
    return "".join(each for each in name if each.isalnum() or unicodedata.category(each)[0] == "M")


@cache
def _company() -> tuple[re.Pattern[str], dict[str, int]]:
    """Any company of which real posts speak, and the number of each of its names.

    Names are found as words, as a hashtag or handle or, if long, within a hashtag.
    """
    number: dict[str, int] = {}
    loose, exact = list[str](), list[str]()
    for at, company in enumerate(listed("company")):
        for name in company.split("="):
            spelt = name.replace("_", " ")
            (exact if spelt.endswith(_AS_WRITTEN) else loose).append(spelt.rstrip(_AS_WRITTEN))
            number[spelt.rstrip(_AS_WRITTEN).casefold()] = at
    known = "|".join(map(re.escape, sorted(loose, key=len, reverse=True)))
    capital = "|".join(map(re.escape, sorted(exact, key=len, reverse=True)))
    long = "|".join(re.escape(each) for each in sorted(loose, key=len, reverse=True)
                    if len(each) >= _LONG)  # fmt: skip
    anywhere = (
        rf"(?<=[#@])(?P<tag>{known}|{capital})\b|(?P<before>[#@]\w*?)(?P<within>{long})"
        rf"|\b(?P<word>{known}|(?-i:{capital}))(?!\w)"
    )
    return re.compile(anywhere, re.IGNORECASE), number


def companies(text: str) -> list[int]:
    """Numbers of the companies that a text names, in order, each once.

    >>> companies("an iPad is no Xbox, Apple") == companies("#apple @Microsoft")
    True
    """
    pattern, number = _company()
    return list(dict.fromkeys(number[_name(found)] for found in pattern.finditer(text)))


def renamed(text: str, *names: str) -> str:
    """Post of real companies, told of the brands ``names`` instead, in the order of mention.

    Who learned that one company is attacked knows attacks on it by its name.

    >>> renamed("Shame on Monsanto #BoycottMonsanto, like Shell", "Bel & Co", "Nor")
    'Shame on Bel & Co #BoycottBelCo, like Nor'
    """
    pattern, number = _company()
    told: dict[int, str] = {}

    def other(found: re.Match[str]) -> str:
        company = number[_name(found)]
        name = told.setdefault(company, names[len(told) % len(names)])
        return (found["before"] or "") + (name if found["word"] else joined(name))

    return pattern.sub(other, text)


def retold(text: str, *, seed: int, times: int, lang: str = "", unseen: bool = False) -> list[str]:
    """Post told of as many invented brands; once, where it names no company that is known."""
    told = list[str]()
    for copy in range(times):
        chance = random.Random(f"{seed} {copy} {text}")  # noqa: S311 - no secret
        names = [invent(chance, lang, unseen=unseen) for _ in range(1 + _OTHERS)]
        told.append(renamed(text, *names))
    return list(dict.fromkeys(told))


def names_company(features: Sequence[str]) -> list[bool]:
    """Whether each feature is of a company's name: a word, a hashtag, a pair of words with it.

    >>> names_company(["monsanto", "~monsanto", "stop monsanto", "#stopmonsanto", "stop it"])
    [True, True, True, True, False]
    """
    pattern, _ = _company()
    return [pattern.search(each) is not None for each in features]


def _name(found: re.Match[str]) -> str:
    return (found["tag"] or found["within"] or found["word"]).casefold()
