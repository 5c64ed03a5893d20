"""All the ways in which a name is written, and how each looks as a pattern of words."""

from itertools import combinations, islice

from pipeline.brands.fold import is_unspaced, without_accents, words

Pattern = tuple[str, ...]

# One-letter words and the article that Arabic writes together with the word that follows.
_ARABIC_PREFIXES = ("ال", "و", "ف", "ب", "ل", "ك", "وال", "فال", "بال", "كال", "لل")
_ARABIC = range(0x0620, 0x0700)

_SHORTEST_JOINED = 5

MOST_FORMS = 32
"""Spellings of one name that X is told: five letters with an accent, each with and without it."""


def joined(pattern: Pattern) -> str:
    """The name as one word (``cocacola``), as hashtags write it; ``""`` where that is no word.

    Short ones are left out: ``E.ON`` is not ``eon``; nor is anything joined across ``&`` or ``+``.
    """
    one_word = "".join(pattern)
    plain = one_word.isalnum() and not any(is_unspaced(word) for word in pattern)
    return one_word if plain and len(pattern) > 1 and len(one_word) >= _SHORTEST_JOINED else ""


def name_patterns(name: str) -> tuple[Pattern, ...]:
    """Patterns of words by which ``name`` is recognised in a folded text.

    >>> name_patterns("Coca-Cola")
    (('coca', 'cola'), ('cocacola',))
    """
    base = tuple(words(name))
    if not base:
        return ()
    patterns = [base]
    if one_word := joined(base):
        patterns.append((one_word,))
    if ord(base[0][0]) in _ARABIC:
        patterns.extend((prefix + base[0], *base[1:]) for prefix in _ARABIC_PREFIXES)
    return tuple(patterns)


def accent_forms(name: str) -> tuple[str, ...]:
    """Spellings that X does not take for one: with and without accents, both apostrophes.

    >>> accent_forms("Nestlé")
    ('Nestlé', 'Nestle')
    """
    forms: dict[str, str] = {}
    for form in (name, name.replace("'", "’"), name.replace("’", "'")):
        for spelling in (form, without_accents(form)):
            forms.setdefault(spelling.casefold(), spelling)
    return tuple(forms.values())


def mixed_accent_forms(name: str, *, most: int = MOST_FORMS) -> tuple[str, ...]:
    """``accent_forms``, and those in which only some of the letters have lost their accent.

    At most ``most``: of more, those in which one letter, then two have lost it come first.

    >>> mixed_accent_forms("Brûlée")
    ('Brûlée', 'Brulee', 'Brulée', 'Brûlee')
    """
    forms = {form.casefold(): form for form in accent_forms(name)}
    for whole in tuple(forms.values()):
        letters = [without_accents(letter) for letter in whole]
        accented = [at for at, letter in enumerate(whole) if letters[at] != letter]
        for count in range(1, len(accented)):
            for plain in islice(combinations(accented, count), most):
                form = "".join(
                    letters[at] if at in plain else letter for at, letter in enumerate(whole)
                )
                forms.setdefault(form.casefold(), form)
            if len(forms) >= most:
                break
    return tuple(forms.values())[:most]


def written_forms(name: str, *, mixed: bool = True) -> tuple[str, ...]:
    """Everything to tell X about a name: its accent forms, and those as one word.

    >>> written_forms("Coca-Cola")
    ('Coca-Cola', 'CocaCola')
    """
    found = mixed_accent_forms(name) if mixed else accent_forms(name)
    forms = {form.casefold(): form for form in found}
    if joined(tuple(words(name))):
        for form in tuple(forms.values()):
            one_word = "".join(character for character in form if character.isalnum())
            forms.setdefault(one_word.casefold(), one_word)
    return tuple(forms.values())
