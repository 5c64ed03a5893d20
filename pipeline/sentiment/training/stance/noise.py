"""Sentences made as messy as posts are. Pure: what happens comes of the random numbers given."""

import random
from collections.abc import Callable

_EMOJI = {
    "attack": "😡🤬🤮😤🖕👎💀🤡🙃😂👏💔🔥‼",
    "other": "😂🙏❤😭🤔😍🙄👀🎉😅🤷📦😩😱⚠",
}
_LINKS = "https://t.co/{}"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LAUGHS = {
    "ar": ("ههههه",),
    "de": ("haha", "lol", "omg"),
    "en": ("lol", "lmao", "omg", "smh", "wtf", "tbh", "ngl"),
    "es": ("jajaja", "jaja", "lol", "wtf"),
    "fr": ("mdr", "ptdr", "lol", "wtf", "svp"),
    "hi": ("haha", "lol", "yaar"),
    "it": ("ahahah", "lol", "boh"),
    "pt": ("kkkk", "kkkkkk", "rsrs", "mds", "aff"),
}


def messed(text: str, lang: str, *, attack: bool, brand: str, chance: random.Random) -> str:
    """Apply a few random changes: what people, phones and sources do to a post.

    ``brand``: how the text may name it once more, as a handle or hashtag.
    """
    changes: tuple[tuple[float, Callable[[str], str]], ...] = (
        (0.12, lambda text: _typo(text, chance)),
        (0.10, lambda text: _stretched(text, chance)),
        (0.25, str.lower),
        (0.05, str.upper),
        (0.15, lambda text: text.rstrip(".!")),
        (0.10, lambda text: text + chance.choice(("!", "!!", "...", "…", "!!!", "??", " .", "?!"))),
        (0.15, lambda text: _emoji(text, chance, attack=attack)),
        (0.06, lambda text: _joined_by(text, chance.choice(_LAUGHS.get(lang, ("lol",))), chance)),
        (0.12, lambda text: f"{text} {_link(chance)}"),
        (0.12, lambda text: f"@{brand} {text}" if not text.startswith("@") else text),
        (0.04, lambda text: f".@{brand} {text}" if not text.startswith("@") else text),
        (0.06, lambda text: f"{text} #{brand}"),
        (0.06, lambda text: f"{text} @{brand}"),
        (0.04, lambda text: f"@{_someone(chance)} {text}"),
        (0.05, lambda text: _cut(text, chance)),
        (0.04, lambda text: text.replace("'", "’")),
        (0.04, lambda text: text.replace("'", "")),
        (0.03, lambda text: f"RT @{_someone(chance)}: {text}"),
        (0.05, lambda text: text.replace(". ", " ")),
    )
    for share, change in changes:
        if chance.random() < share:
            text = change(text)
    return " ".join(text.split())


def _someone(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randint(5, 12)))


def _link(chance: random.Random) -> str:
    return _LINKS.format("".join(chance.choices(_LETTERS, k=10)))


def _emoji(text: str, chance: random.Random, *, attack: bool) -> str:
    signs = "".join(
        chance.choice(_EMOJI["attack" if attack and chance.random() < 0.7 else "other"])  # noqa: PLR2004
        for _ in range(chance.choice((1, 1, 2, 3)))
    )
    return f"{text} {signs}"


def _joined_by(text: str, word: str, chance: random.Random) -> str:
    return f"{word} {text}" if chance.random() < 0.4 else f"{text} {word}"  # noqa: PLR2004


def _typo(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    if not text[at].isalpha():
        return text
    kind = chance.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _stretched(text: str, chance: random.Random) -> str:
    """One vowel of a word held long, as in *nooo*."""
    places = [at for at, letter in enumerate(text) if letter in "aeiouyAEIOU"]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + text[at] * chance.choice((3, 4, 6)) + text[at + 1 :]


def _cut(text: str, chance: random.Random) -> str:
    """As a repost cut short ends."""
    words = text.split()
    if len(words) < 8:  # noqa: PLR2004 - too little would be left
        return text
    return " ".join(words[: chance.randint(len(words) * 6 // 10, len(words) - 1)]) + "…"
