"""One tokenizer for training and scoring: a text becomes lower-case tokens.

A text falls into chunks at white space (cheap), a chunk into tokens by one expression (dearer, so
that the scorer remembers the answer). A change here, or of the features, changes what the weights
mean: raise ``pipeline.sentiment.api.TOKENIZER`` and train again.

>>> tokens("@Nestle j'ai pas aimé... #BoycottNestle :( https://t.co/x 100% NO!!!")
["j'", 'ai', 'pas', 'aimé', '…', '#boycottnestle', ':(', 'http', '0', 'no', '!!']
"""

import html
import re

from pipeline.sentiment.api import MAX_CHARACTERS

LINK = "http"
"""The token that stands for any link."""
NUMBER = "0"
"""The token of a chunk that is a number, whichever it is."""


# Marks that Python's \w leaves out, without which Hindi and vocalised Arabic fall into letters.
_MARKS = r"\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
_WORD = rf"\w+(?:[{_MARKS}'’]+\w+|[{_MARKS}]+)*"
_TOKEN = re.compile(
    rf"""
    @\w+ | (                                    # a mention is passed over
        (?:[ldnscjmt]|qu|jusqu|lorsqu|puisqu)['’](?=\w)(?!(?:t|m|s|re|ll|ve|d)\b)
      | [:;=8x][-o'^]?(?:[()\[\]|\\/*$]+|[dp3o]+\b)(?!\w) | <3+ | \^_*\^ | -_+-
      | (?<![\w:;=<])/s(?![\w/])                 # said in irony
      | \#?{_WORD}
      | [!?]+ | \.\.+ | …
      | [.,;:]
      | [\u203c-\u21ff\u2300-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001fbff]
    ) (?: ://\S* )?                             # the rest of a link
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_REPEATED = re.compile(r"(\w)\1{2,}")
_DIGITS = re.compile(r"\d+")
_LAST = frozenset(".,;:!?…")
"""Signs that are a token of their own right after a word."""

_UNEVEN = re.compile(r"\d|(\w)\1\1")


def tokens(text: str) -> list[str]:
    """All tokens of ``text`` in order; a link is ``http``, mentions are dropped."""
    return [token for chunk in chunks(text) for token in split_chunk(chunk)]


def chunks(text: str) -> list[str]:
    r"""Lower-case pieces between white space, of at most ``MAX_CHARACTERS`` characters.

    Entities (``&amp;``) and stray escapes (``\\u2019``), common in posts that have been through
    several systems, are undone.
    """
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS]
    if "&" in text:
        text = html.unescape(text)
    if "\\u" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.lower().split()


def split_chunk(chunk: str) -> list[str]:
    """Split one lower-case chunk into normal tokens."""
    if chunk.isalnum():  # one word, as most chunks are: no need of the expression
        return [normal(chunk)]
    if chunk[-1] in _LAST and chunk[:-1].isalnum():
        return [normal(chunk[:-1]), chunk[-1]]
    return [normal(token) for token in _TOKEN.findall(chunk) if token]


def normal(token: str) -> str:
    """Unite the spellings of one token: lengthened letters, digits, quotes, runs of marks.

    >>> [normal(t) for t in ("sooooo", "2010", "j’", "?!?", "....", "https")]
    ['soo', '0', "j'", '?!', '…', 'http']
    """
    if token in {"http", "https"}:
        return LINK
    first = token[0]
    if first in "!?":
        asks, calls = "?" in token, "!" in token
        return "?!" if asks and calls else token[:2]
    if first == "." and len(token) > 1:
        return "…"
    if not first.isalnum() and first != "#":
        return token
    if not token.isascii():
        token = token.replace("’", "'")
    if _UNEVEN.search(token) is None:
        return token
    return _REPEATED.sub(r"\1\1", _DIGITS.sub("0", token))
