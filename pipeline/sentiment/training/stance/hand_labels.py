"""Classes that we gave by hand to real posts, kept without the posts themselves.

The posts are in files that a user may have (SemEval, XLM-T, airline tweets) and that we may not
pass on. ``hand_labels.tsv`` has a line for each: ``use<TAB>class<TAB>digest``. Whoever trains from
such files has our labels of these posts used; for anybody else the file says nothing.

- ``learn``: the post is trained on;
- ``judge``: it is kept out of all training and measured on;
- ``hard``: the same, but drawn mostly from what an earlier stance or reader took for attacks, so
  that what such posts have in common misleads whoever was there before.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple

from pipeline.sentiment.training.corpus import LabelledText
from schemas.reading import CLASSES

LEARN: Final = "learn"
"""Use of posts that are trained on."""

JUDGE: Final = "judge"
"""Use of posts that are measured on, and never trained on."""

HARD: Final = "hard"
"""The same, of posts drawn to be hard."""

_PASSED_OVER: Final = re.compile(r"https?\S*|@\w+|\\u[0-9a-f]{4}|&\w+;")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_CHARACTERS: Final = 60
_DIGITS: Final = 12


class HandLabel(NamedTuple):
    """Label of one post: ``use`` is ``learn``, ``judge`` or ``hard``, ``of`` one of ``CLASSES``."""

    use: str
    of: str


class HandLabelError(ValueError):
    """A line of the file is not what it should be; names it."""


def digest_of(text: str) -> str:
    """Name of a post: the same for its copies with other links, addressees or escapes.

    >>> digest_of("RT @a: Oh no, @b! https://t.co/x") == digest_of("rt @c oh no")
    True
    """
    said = _NO_LETTERS.sub("", _PASSED_OVER.sub(" ", text.casefold()))[:_CHARACTERS]
    return sha256(said.encode()).hexdigest()[:_DIGITS]


def parse(rows: str) -> dict[str, HandLabel]:
    r"""Read lines, by digest.

    Raises:
        HandLabelError: a line is not a use, a class and a digest, or a post is there twice.

    >>> parse("learn\tpraise\t0123456789ab\n")
    {'0123456789ab': HandLabel(use='learn', of='praise')}
    """
    found: dict[str, HandLabel] = {}
    for number, line in enumerate(rows.splitlines(), 1):
        use, _, rest = line.partition("\t")
        of, _, digest = rest.partition("\t")
        if use not in {LEARN, JUDGE, HARD} or of not in CLASSES or len(digest) != _DIGITS:
            raise HandLabelError(f"hand_labels.tsv:{number}: not a use, a class and a digest")
        if digest in found:
            raise HandLabelError(f"hand_labels.tsv:{number}: this post is there twice")
        found[digest] = HandLabel(use, of)
    return found


@cache
def hand_labels() -> dict[str, HandLabel]:
    """Read the labels that come with Tocsin, by digest of the post."""
    path = files("pipeline.sentiment.training.stance") / "hand_labels.tsv"
    return parse(path.read_text(encoding="utf-8"))


def kept_out(everyday: Iterable[LabelledText], use: str) -> list[tuple[LabelledText, str]]:
    """Posts that judge (``use``: ``judge`` or ``hard``), each once with its class."""
    known = hand_labels()
    posts = {digest_of(each.text): each for each in everyday}
    return [
        (post, known[digest].of)
        for digest, post in posts.items()
        if digest in known and known[digest].use == use
    ]


def labelled_among(
    everyday: Sequence[LabelledText],
) -> tuple[list[tuple[LabelledText, str]], list[LabelledText]]:
    """Posts to learn from, each once with its class; and those without a label by hand.

    Posts that judge, hard ones too, are in neither.
    """
    known = hand_labels()
    learned: dict[str, tuple[LabelledText, str]] = {}
    rest: list[LabelledText] = []
    for each in everyday:
        digest = digest_of(each.text)
        if digest not in known:
            rest.append(each)
        elif known[digest].use == LEARN:
            one = each._replace(text=" ".join(each.text.split()))
            learned.setdefault(digest, (one, known[digest].of))
    return list(learned.values()), rest
