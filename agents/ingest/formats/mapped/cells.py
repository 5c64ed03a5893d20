"""What the cells of foreign tables mean: nothing, no, a count, JSON written into a cell."""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.mention import Kind

_NOTHING: Final = frozenset(("", "nan", "none", "null", "na", "n/a", "<na>", "nat", "[]", "{}"))
_NO: Final = frozenset(
    ("no", "n", "false", "f", "0", "0.0", "non", "faux", "nein", "falsch", "off")
)
_YES: Final = frozenset(("yes", "y", "true", "t", "1", "1.0", "oui", "vrai", "ja", "wahr", "on"))
KIND_WORDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "original": ("tweet", "tweets", "post", "original", "status", "mention"),
    "repost": ("retweet", "retweeted", "rt", "repost", "share"),
    "reply": ("reply", "replied_to", "comment", "réponse", "reponse"),
    "quote": ("quote", "quoted", "quoted_tweet", "quotetweet"),
}
"""What columns say that name the kind of each post."""
_ANY_KIND: Final = frozenset().union(*KIND_WORDS.values())

_LONGEST_NOTHING: Final = max(map(len, _NOTHING))
_JSON_CHARACTERS: Final = 100_000
_THOUSANDS = re.compile(r"\d{1,3}(?:([,.'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*")
_SHORT = re.compile(r"(\d+(?:[.,]\d+)?)\s?([kKmM])")
_FACTORS = {"k": 1_000, "m": 1_000_000}


def filled(value: Any) -> bool:  # noqa: ANN401 - whatever a file holds
    """Whether a cell says something: not ``null``, ``[]``, blanks, or ``nan`` as pandas writes it.

    >>> [filled(value) for value in ("a", 0, False, None, "NaN", " ", [], float("nan"))]
    [True, True, True, False, False, False, False, False]
    """
    if isinstance(value, str):
        return len(value) > _LONGEST_NOTHING or value.strip().casefold() not in _NOTHING
    return value is not None and value not in ([], {}) and value == value  # noqa: PLR0124 - NaN


def is_yes(value: Any) -> bool:  # noqa: ANN401
    """Whether a cell says yes, in whatever way a tool writes it."""
    return value is True or str(value).strip().casefold() in _YES


def means_kind(value: Any, kind: Kind) -> bool | None:  # noqa: ANN401
    """Whether a filled cell makes a post of the ``kind`` that its column stands for.

    An id, a link or a name does, and so does yes, and the kind's own word; no and 0 do not. None:
    it is the word of another kind, and what the column means has to be said.

    >>> cells = ("Yes", "0", False, "1234", "FALSE", "ana", "RT", "reply")
    >>> [means_kind(value, "repost") for value in cells]
    [True, False, False, True, False, True, True, None]
    >>> means_kind("Réponse", "reply"), means_kind("Réponse", "repost")
    (True, None)
    """
    if not filled(value):
        return False
    word = str(value).strip().casefold()
    if word in _NO:
        return False
    return None if word in _ANY_KIND and word not in KIND_WORDS[kind] else True


def count_in(value: Any) -> int | None:  # noqa: ANN401
    """A count as people and tools write it; None if it is none.

    >>> [count_in(value) for value in (12, "1,234", "1.234.567", "1 234", "12.0", "3.4K", "many")]
    [12, 1234, 1234567, 1234, 12, 3400, None]
    """
    if isinstance(value, str):
        if value.isdecimal():  # nearly always
            return int(value)
        written = value.strip()
        if _THOUSANDS.fullmatch(written):
            return int(re.sub(r"\D", "", written))
        if short := _SHORT.fullmatch(written):
            number = float(short.group(1).replace(",", "."))
            return round(number * _FACTORS[short.group(2).lower()])
        value = written
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if 0 <= number < float("inf") else None


def json_in(cell: str) -> Any:  # noqa: ANN401 - any JSON
    """The list or object that is written in a cell, as JSON or as Python prints it; else None.

    >>> json_in('["a", "b"]'), json_in("[{'tag': 'a'}]"), json_in("[sic] it goes")
    (['a', 'b'], [{'tag': 'a'}], None)
    """
    written = cell.strip()
    if not (written.startswith(("[", "{")) and written.endswith(("]", "}"))):
        return None
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        pass
    if len(written) > _JSON_CHARACTERS:
        return None
    try:
        found = ast.literal_eval(written)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, list | dict) else None


def step(value: Any, key: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """What an object holds under ``key``; of a list, what each of its items does."""
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list):
        return [step(item, key) for item in value]
    return None
