"""French typography, so that the words in fr.py can be typed with an ordinary keyboard."""

import re

_NO_BREAK = "\u00a0"
_THIN_NO_BREAK = "\u202f"
_RULES = (
    (re.compile(r" (?=[:»%])"), _NO_BREAK),
    (re.compile(r"(?<=«) "), _NO_BREAK),
    (re.compile(r" (?=[;!?])"), _THIN_NO_BREAK),
    (re.compile(r"(?<=\{n\}) "), _NO_BREAK),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
)


def french(text: str) -> str:
    r"""Set the spaces that French forbids to break, and its apostrophe.

    Rules of the Imprimerie nationale (*Lexique des règles typographiques*): a no-break space
    before ``:`` and ``%`` and within « », a thin one before ``;``, ``!`` and ``?``.

    >>> print(ascii(french("Qu'est-ce : 5 % ?")))
    'Qu\u2019est-ce\xa0: 5\xa0%\u202f?'
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
