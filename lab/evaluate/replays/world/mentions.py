"""Mentions as rows of one array: a crisis has too many of them for an object each."""

from typing import Final

import numpy as np
import numpy.typing as npt

Mentions = npt.NDArray[np.void]
"""Rows of ``MENTION``."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ORIGINAL, REPOST, REPLY, QUOTE = range(4)
NEGATIVE, NEUTRAL, POSITIVE = range(3)
OUTRAGE, BOYCOTT, COMPLAINT, FIRST_PERSON, SAD_NEWS, TAKEDOWN = 1, 2, 4, 8, 16, 32
NONE: Final = -1
"""No hashtag, no link, nobody addressed, neither a repost of anything nor an answer."""

TERMS: Final = 3

CONTENT: Final = (
    "text",
    "wording",
    "language",
    "label",
    "p_negative",
    "p_positive",
    "attack",
    "cues",
    "hashtag",
    "link",
    "terms",
)
"""What a copy of a post has in common with it."""

MENTION: Final = np.dtype(
    [
        ("at_s", "f8"),
        ("id", "i8"),
        ("root", "i8"),
        ("answers", "i8"),
        ("kind", "i1"),
        ("voice", "i2"),
        ("text", "i1"),
        ("wording", "i8"),
        ("label", "i1"),
        ("p_negative", "f4"),
        ("p_positive", "f4"),
        ("attack", "f4"),
        ("cues", "u1"),
        ("own", "?"),
        ("weight", "f4"),
        ("author", "i8"),
        ("followers", "i8"),
        ("language", "i2"),
        ("hashtag", "i4"),
        ("link", "i4"),
        ("handle", "i4"),
        ("terms", "i4", (TERMS,)),
    ]
)
"""``text``: what kind of text it is; ``label``, ``p_positive``, ``cues``, ``attack`` (a logit):
what the model said of it. ``root``: the post that a repost repeats; ``answers``: the one that a
reply or a quote speaks to. ``wording``: equal for copies of a text, 0 where it is too short."""


def blank(rows: int) -> Mentions:
    """``rows`` mentions with nothing in them yet.

    >>> int(blank(2)["hashtag"][0])
    -1
    """
    made = np.zeros(rows, MENTION)
    for name in ("root", "answers", "hashtag", "link", "handle", "terms"):
        made[name] = NONE
    made["label"] = NEUTRAL
    made["weight"] = 1.0
    return made


def together(*parts: Mentions) -> Mentions:
    """All parts in order of time; rows of the same time keep the order they came in."""
    every = np.concatenate(parts) if parts else blank(0)
    return every[np.argsort(every["at_s"], kind="stable")]


def between(mentions: Mentions, start_s: float, end_s: float) -> Mentions:
    """The rows of ``[start_s, end_s)`` of mentions that are in order of time."""
    first, last = np.searchsorted(mentions["at_s"], (start_s, end_s))
    return mentions[first:last]
