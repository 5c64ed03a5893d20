"""Text → comparable words: no accents, no case, no links; boundaries that suit each script.

Every character is mapped on its own and the mapping is remembered, so that a whole text costs one
``str.translate`` and one ``split``.

* Words are runs of letters, digits, marks and ``_``. ``@nestle`` and ``$KO`` are words of their
  own, ``#``, ``&`` and ``+`` too, so that ``Canal+`` is not ``canal`` and ``H&M`` is not ``h m``.
* Han, Hiragana, Hangul, Thai, Lao, Khmer, Burmese and Tibetan put no spaces between words (Korean
  glues particles to them): each of their characters counts as a word, and a name as a phrase.
* Compatibility forms (full width, mathematical bold, circled) count as the plain letter.

Source of decomposition and categories: Unicode Standard Annex #15 and #44, through ``unicodedata``.
"""

import re
import unicodedata

SIGILS = {"#": " # ", "&": " & ", "+": " + ", "$": " $", "@": "@", "_": "_"}
"""How characters that carry meaning in names, handles and tags are set off."""

# Letters that a reader takes for a plain one, though Unicode gives them no decomposition.
_PLAIN_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
}

_PLAIN_CODES = str.maketrans(_PLAIN_LETTERS)
_PLAIN_LETTER = re.compile(f"[{''.join(_PLAIN_LETTERS)}]")

_UNSPACED = re.compile(
    "[\u0e00-\u0fff"  # Thai, Lao, Tibetan
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3041-\u309f"  # Hiragana; Katakana marks its own words by standing in runs
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"  # Han
    "\uac00-\ud7a3]"  # Hangul
)
_HASHTAG = re.compile(r"#(\w+)")
_HUMP = re.compile("(?<=[a-zß-öø-ÿ0-9])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])")
_LINK = re.compile(r"https?://\S+")

# Combining classes of marks that readers leave out: nukta, Hebrew and Arabic points, and accents
# above or below. Viramas (9), kana voicing (8) and vowel signs (0) make another word and stay.
_NUKTA = 7
_FIRST_POINT, _LAST_POINT = 10, 36
_FIRST_ACCENT = 200

_TATWEEL = "\u0640"
_MODIFIER_APOSTROPHES = "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf"
_VARIATION_SELECTORS = "\ufe00", "\ufe0f"


def is_unspaced(word: str) -> bool:
    """Whether ``word`` is of a script that puts no spaces between words."""
    return _UNSPACED.match(word) is not None


def is_accent(character: str) -> bool:
    """Whether ``character`` is a combining mark that matching leaves out."""
    mark = unicodedata.combining(character)
    return mark == _NUKTA or _FIRST_POINT <= mark <= _LAST_POINT or mark >= _FIRST_ACCENT


def _fold_part(character: str) -> str:
    """Map one character of a decomposition."""
    if character in SIGILS:
        return SIGILS[character]
    if character in _PLAIN_LETTERS:
        return _PLAIN_LETTERS[character]
    if character in _MODIFIER_APOSTROPHES:
        return " "
    category = unicodedata.category(character)
    invisible = category in {"Cf", "Me"} or character == _TATWEEL
    selector = _VARIATION_SELECTORS[0] <= character <= _VARIATION_SELECTORS[1]
    if invisible or selector or is_accent(character):
        return ""
    return character if category[0] in "LNM" else " "


def fold_character(character: str) -> str:
    """What a character becomes: letters without accent and case, or a space, or nothing."""
    if _UNSPACED.match(character):
        return f" {character} "
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    is_symbol = unicodedata.category(character).startswith("S")
    if is_symbol and len(decomposed) > 1:  # ™ is no "tm" glued to a name
        return " "
    return "".join(_fold_part(part) for part in decomposed)


class _Folding(dict[int, str]):
    """``str.translate`` table that fills itself; bounded by the characters of Unicode."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold_character(chr(code))
        return folded


_FOLDING = _Folding()

# Most characters of most texts are ASCII, for which one-to-one tables are many times faster; runs
# of others are folded apart, and Latin ones turn ASCII by it.
_ASCII_FOLDING = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_ASCII_FOLDING |= {ord(sigil): sigil for sigil in SIGILS}
_SET_OFF = [(sigil, shape) for sigil, shape in SIGILS.items() if shape != sigil]
_FOREIGN_RUN = re.compile("[^\x00-\x7f]+")


def _fold_run(found: re.Match[str]) -> str:
    return found.group().translate(_FOLDING)


def words(text: str) -> list[str]:
    """Comparable words of ``text`` in order, links left out.

    >>> words("L’ORÉAL & Nestlé's @KitKat #Pause $KO https://nestle.com")
    ['l', 'oreal', '&', 'nestle', 's', '@kitkat', '#', 'pause', '$ko']
    >>> words("雀巢のネスレ 삼성은")
    ['雀', '巢', 'の', 'ネスレ', '삼', '성', '은']
    """
    if "://" in text:
        text = _LINK.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        folded = _FOREIGN_RUN.sub(_fold_run, text)
        if not folded.isascii():
            return text.translate(_FOLDING).split()
        text = folded
    for sigil, shape in _SET_OFF:
        if sigil in text:
            text = text.replace(sigil, shape)
    return text.translate(_ASCII_FOLDING).split()


def squashed(text: str) -> str:
    """What of ``text`` is ASCII without case and accents: a name's is in it where the name is.

    Many times faster than ``words``, and says at once of most texts that a name is not there.

    >>> squashed("Ørsted, l’Oréal")
    'orsted, loreal'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    if _PLAIN_LETTER.search(plain):
        plain = plain.translate(_PLAIN_CODES)
    return plain.encode("ascii", "ignore").decode()


def hashtag_words(text: str) -> list[str]:
    """Hashtags written in CamelCase, spelt out: what ``#BoycottNestlé`` says about Nestlé.

    >>> hashtag_words("#BoycottNestlé #BPOilSpill #kitkat")
    ['Boycott Nestlé', 'BP Oil Spill']
    """
    mixed = [tag for tag in _HASHTAG.findall(text) if not tag.islower()]
    return [spelt for tag in mixed if (spelt := _HUMP.sub(" ", tag)) != tag]


def without_accents(text: str) -> str:
    """``text`` in its own case, accents taken off: the other spelling that X has to be told.

    >>> without_accents("Nestlé Œufs")
    'Nestle OEufs'
    """
    parts = []
    for character in unicodedata.normalize("NFD", text):
        plain = _PLAIN_LETTERS.get(character.lower(), "")
        if plain:
            parts.append(plain.upper() if character.isupper() else plain)
        elif not is_accent(character):
            parts.append(character)
    return unicodedata.normalize("NFC", "".join(parts))
