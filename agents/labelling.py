"""Labels that people give to posts, wherever they say it: how they are named and made."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple, get_args

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


class LabelAnswer(NamedTuple):
    """What somebody says of a post: its tone, whether it attacks the brand, or both."""

    post: Example
    label: Label | None = None
    attack: bool | None = None


def post_key(post: Example) -> str:
    """Return a name for a post that fits a form: the same for the same id and text, and no other.

    What comes back from a form names the post by it. The text itself is never taken from there.
    """
    said = f"{post.id}\n{post.text}".encode("utf-8", "replace")
    return f"post-{hashlib.sha256(said).hexdigest()[:32]}"


ATTACK_FIELD: Final = "attack-"
"""Before a post's key, it names the field of a form that asks whether the post attacks."""

ATTACK_WORDS: Final[Mapping[str, bool]] = {"attack": True, "no_attack": False}
"""What may stand in that field."""

_LABELS: Final[Mapping[str, Label]] = {label: label for label in get_args(Label)}


class UnreadError(ValueError):
    """A field of a form has a value that was not offered."""


def answered(fields: Iterable[tuple[str, str]]) -> dict[str, tuple[Label | None, bool | None]]:
    """Read the fields of a form that ask about posts: by post, its tone and whether it attacks.

    Raises:
        UnreadError: a value was not offered.
    """
    found: dict[str, tuple[Label | None, bool | None]] = {}
    for field, value in fields:
        key = field.removeprefix(ATTACK_FIELD)
        label, attack = found.get(key, (None, None))
        if value not in (_LABELS if key == field else ATTACK_WORDS):
            raise UnreadError(f"{field} has the value {value!r}")
        if key == field:
            found[key] = _LABELS[value], attack
        else:
            found[key] = label, ATTACK_WORDS[value]
    return found


def is_labelable(post: Example) -> bool:
    """Whether there is something to read in it, and all of it is shown where it is asked about."""
    return bool(post.text.strip()) and len(post.text) <= EXAMPLE_CHARACTERS


def labels(
    incident: str, brand: str, speaker: Speaker, answers: Iterable[LabelAnswer], *, at: datetime
) -> list[Feedback]:
    """Return what is to be published: a label for each answer, on the very text that was scored.

    The same answer of the same person has the same id, however often it is given.
    """
    return [
        Feedback(
            id=label_id(brand, speaker.by, word_of(label, attack=attack), post.text),
            brand=brand,
            at=at,
            by=speaker.by,
            kind="label",
            incident=incident,
            mention_id=post.id,
            text=post.text,
            lang=post.lang,
            label=label,
            attack=attack,
            note=speaker.seen[:NOTE_CHARACTERS],
        )
        for post, label, attack in answers
    ]


def word_of(label: Label | None, *, attack: bool | None) -> str:
    """Return what a label says, in words.

    >>> word_of("negative", attack=None), word_of("negative", attack=False)
    ('negative', 'negative, no attack')
    """
    against = {None: "", True: "attack", False: "no attack"}[attack]
    return ", ".join(word for word in (label, against) if word)


def label_id(brand: str, by: str, word: str, text: str) -> str:
    """Id of a label: the same for the same word of the same author on the same text.

    >>> label_id("acme", "ana", "negative", "no")
    'label:86d7dd1f318d903b2eb2a2292a556b1d'
    """
    said = f"{brand}\n{by}\n{word}\n{text}".encode("utf-8", "replace")
    return f"label:{hashlib.sha256(said).hexdigest()[:32]}"
