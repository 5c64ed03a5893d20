"""How a person types: case, accents, emoji, stretched words, slips of the finger."""

import re
from collections.abc import Callable
from unicodedata import normalize

from lab.simulate.draws import Draws
from lab.simulate.grammar import Stance

_EMOJI: dict[Stance, tuple[str, ...]] = {
    "negative": ("😡", "🤬", "😤", "🙄", "👎", "🤢", "😒", "💔", "🤦", "😠", "😭"),
    "neutral": ("🤔", "👀", "😅", "🤷", "😂", "🙃", "👉", "😶"),
    "positive": ("😍", "❤️", "😋", "🙌", "👏", "😊", "🎉", "👍", "🥰", "💪"),
}
_SMILEYS: dict[Stance, tuple[str, ...]] = {
    "negative": (":(", ":/", ":-(", ">:(", ":'("),
    "neutral": (";)", ":P", "xD", ":-/", "lol"),
    "positive": (":)", ":-)", ":D", "<3", "\\o/", "=)"),
}
_EMOJI_SINCE = 2012
_VOWEL_BEFORE_END = re.compile(r"(?<=\w\w)([aeiou])(?=[a-z]?\b(?!\w))")
_FACES_FOND, _FACES_OTHERS = 0.5, 0.07
_LATIN_ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
_PLAIN_WORD = re.compile(r"[^\W\d_]{5,}")


class Style:
    """Turns a composed text into one that a certain person typed.

    ``keep``: words (the brand's names) that no slip may touch, or nobody would find the post.
    """

    def __init__(self, draws: Draws, *, year: int, keep: tuple[str, ...]) -> None:
        self._draws = draws
        self._mishaps: tuple[tuple[float, Callable[[str, Stance], str]], ...] = (
            (0.05, self._slip),
            (0.03, self._stretch),
            (0.015, self._shout),
            (0.065, self._insist),
        )
        self._faces = _EMOJI if year >= _EMOJI_SINCE else _SMILEYS
        self._keep = frozenset(
            word.casefold() for name in keep for word in re.findall(r"\w+", name)
        )

    def type_out(self, text: str, stance: Stance, habits: int) -> str:
        """Return ``text`` as a person of these ``habits`` (32 bits) types it."""
        if not habits & 0b111:
            text = _lower(text)
        if not habits >> 3 & 0b111:
            text = _without_accents(text)
        if not habits >> 6 & 0b11:
            text = text.rstrip(".!")
        luck = self._draws.random()
        for chance, mishap in self._mishaps:
            luck -= chance
            if luck < 0:
                text = mishap(text, stance)
                break
        fond_of_faces = not habits >> 8 & 0b11
        if self._draws.random() < (_FACES_FOND if fond_of_faces else _FACES_OTHERS):
            face = self._draws.pick(self._faces[stance])
            text = f"{text} {face}" + face * (self._draws.below(4) // 3)
        return text

    def _word(self, text: str) -> re.Match[str] | None:
        words = [
            word
            for word in _PLAIN_WORD.finditer(text)
            if word[0].casefold() not in self._keep
            and text[word.start() - 1 : word.start()] not in "#@"
        ]
        return self._draws.pick(words) if words else None

    def _slip(self, text: str, _: Stance) -> str:
        word = self._word(text)
        if word is None:
            return text
        at = word.start() + 1 + self._draws.below(len(word[0]) - 2)
        match self._draws.below(3):
            case 0:
                return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            case 1:
                return text[:at] + text[at + 1 :]
            case _:
                return text[:at] + text[at] + text[at:]

    def _stretch(self, text: str, _: Stance) -> str:
        word = self._word(text)
        if word is None:
            return text
        stretched = _VOWEL_BEFORE_END.sub(
            lambda vowel: vowel[1] * (2 + self._draws.below(4)), word[0], count=1
        )
        return text[: word.start()] + stretched + text[word.end() :]

    def _shout(self, text: str, stance: Stance) -> str:
        if stance != "negative":
            return text
        return " ".join(
            word if word.startswith(("@", "#")) else word.upper() for word in text.split(" ")
        )

    def _insist(self, text: str, _: Stance) -> str:
        if not text.endswith(("!", "?")):
            return text
        return text + text[-1] * (1 + self._draws.below(3))


def _lower(text: str) -> str:
    return " ".join(word if word[:1] in ("@", "#") else word.lower() for word in text.split(" "))


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    kept = [char for char in normalize("NFD", text) if char not in _LATIN_ACCENTS]
    return normalize("NFC", "".join(kept))
