"""How a person types: case, accents, emoji, stretched words, slips of the finger."""

import re
from unicodedata import normalize

from agents.ingest.simulate.draws import Draws
from agents.ingest.simulate.grammar import Stance

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
_PLAIN_WORD = re.compile(r"[^\W\d_]{5,}")


class Style:
    """Turns a composed text into one that a certain person typed.

    ``keep``: words (the brand's names) that no slip may touch, or nobody would find the post.
    """

    def __init__(self, draws: Draws, *, year: int, keep: tuple[str, ...]) -> None:
        self._draws = draws
        self._faces = _EMOJI if year >= _EMOJI_SINCE else _SMILEYS
        self._keep = frozenset(
            word.casefold() for name in keep for word in re.findall(r"\w+", name)
        )

    def type_out(self, text: str, stance: Stance, habits: int) -> str:
        """Return ``text`` as a person of these ``habits`` (32 bits) types it."""
        draws = self._draws
        if not habits & 0b111:
            text = _lower(text)
        if not habits >> 3 & 0b111:
            text = _without_accents(text)
        if not habits >> 6 & 0b11:
            text = text.rstrip(".!")
        luck = draws.random()
        if luck < 0.05:
            text = self._slip(text)
        elif luck < 0.08:
            text = self._stretch(text)
        elif luck < 0.095 and stance == "negative":
            text = self._shout(text)
        elif luck < 0.16 and text.endswith(("!", "?")):
            text += text[-1] * (1 + draws.below(3))
        if draws.random() < (0.5 if not habits >> 8 & 0b11 else 0.07):
            face = draws.pick(self._faces[stance])
            text = f"{text} {face}" if draws.random() < 0.75 else f"{text} {face}{face}"
        return text

    def _word(self, text: str) -> re.Match[str] | None:
        words = [
            word
            for word in _PLAIN_WORD.finditer(text)
            if word[0].casefold() not in self._keep
            and text[word.start() - 1 : word.start()] not in "#@"
        ]
        return self._draws.pick(words) if words else None

    def _slip(self, text: str) -> str:
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

    def _stretch(self, text: str) -> str:
        word = self._word(text)
        if word is None:
            return text
        stretched = _VOWEL_BEFORE_END.sub(
            lambda vowel: vowel[1] * (2 + self._draws.below(4)), word[0], count=1
        )
        return text[: word.start()] + stretched + text[word.end() :]

    def _shout(self, text: str) -> str:
        return " ".join(
            word if word.startswith(("@", "#")) or len(word) > 24 else word.upper()
            for word in text.split(" ")
        )


def _lower(text: str) -> str:
    return " ".join(word if word[:1] in ("@", "#") else word.lower() for word in text.split(" "))


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    kept = [char for char in normalize("NFD", text) if not 0x300 <= ord(char) < 0x370]
    return normalize("NFC", "".join(kept))
