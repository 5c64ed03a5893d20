"""Labels that people give to posts, wherever they say it: how they are named and made."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pipeline.rollup.partial import EXAMPLE_CHARACTERS
from schemas.bucket import Example
from schemas.feedback import Feedback, Label

NOTE_CHARACTERS = 200
"""Of who said it, in words, for whoever reads the trail."""


class Speaker(NamedTuple):
    """Who labels. ``by`` is what the bounds of learning go by: it must not be theirs to choose.

    ``seen``: in words, for the trail.
    """

    by: str
    seen: str


class Answer(NamedTuple):
    """What somebody says of a post."""

    post: Example
    label: Label


def post_key(post: Example) -> str:
    """Return a name for a post that fits a form: the same for the same id and text, and no other.

    What comes back from a form names the post by it. The text itself is never taken from there.
    """
    said = f"{post.id}\n{post.text}".encode("utf-8", "replace")
    return f"post-{hashlib.sha256(said).hexdigest()[:32]}"


def is_labelable(post: Example) -> bool:
    """Whether there is something to read in it, and all of it is shown where it is asked about."""
    return bool(post.text.strip()) and len(post.text) <= EXAMPLE_CHARACTERS


def labels(
    incident: str, brand: str, speaker: Speaker, answers: Iterable[Answer], *, at: datetime
) -> list[Feedback]:
    """Return what is to be published: a label for each answer, on the very text that was scored.

    The same answer of the same person has the same id, however often it is given.
    """
    return [
        Feedback(
            id=label_id(brand, speaker.by, label, post.text),
            brand=brand,
            at=at,
            by=speaker.by,
            kind="label",
            incident=incident,
            mention_id=post.id,
            text=post.text,
            lang=post.lang,
            label=label,
            note=speaker.seen[:NOTE_CHARACTERS],
        )
        for post, label in answers
    ]


def label_id(brand: str, by: str, label: str, text: str) -> str:
    """Id of a label: the same for the same word of the same author on the same text.

    >>> label_id("acme", "ana", "negative", "no")
    'label:86d7dd1f318d903b2eb2a2292a556b1d'
    """
    said = f"{brand}\n{by}\n{label}\n{text}".encode("utf-8", "replace")
    return f"label:{hashlib.sha256(said).hexdigest()[:32]}"
