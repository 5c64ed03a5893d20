"""Declared weak labels: a post whose only signs of feeling are emoji says how it feels itself.

The rule (after Go, Bhayani & Huang, "Twitter Sentiment Classification using Distant Supervision",
2009): a post with at least five letters that holds some of ``GLAD`` and none of ``SAD`` is called
positive, the other way round negative; any other post gives no label, and none is ever called
neutral. The signs are cut out, so that the words have to carry the label. Such labels are marked
``weak``, weigh a quarter of a person's, and count as one author, ``WEAK_AUTHOR``.
"""

from collections.abc import Iterable

from schemas.feedback import Feedback, Label
from schemas.mention import Mention, MentionBatch

WEAK_AUTHOR = "rule:emoji"
MOST_CHARACTERS = 500

GLAD = (
    "😀",
    "😃",
    "😄",
    "😁",
    "😊",
    "😍",
    "🥰",
    "😘",
    "🎉",
    "👍",
    "❤️",
    "❤",
    "💖",
    ":)",
    ":-)",
    ":D",
)
SAD = ("😠", "😡", "🤬", "😤", "😞", "😢", "😭", "💔", "👎", "🤮", "🤢", ":(", ":-(", ":'(")

_HOUR_S = 3600
_MIN_LETTERS = 5


def weak_label(text: str) -> tuple[Label, str] | None:
    """Label and text without its signs, or None where the rule does not speak.

    >>> weak_label("what a great day 😍")
    ('positive', 'what a great day')
    >>> weak_label("great 😍 and sad 😢") is None
    True
    """
    glad, sad = (any(sign in text for sign in signs) for signs in (GLAD, SAD))
    if glad == sad:
        return None
    for sign in GLAD if glad else SAD:
        text = text.replace(sign, " ")
    bare = " ".join(text.split())
    if sum(map(str.isalpha, bare)) < _MIN_LETTERS:
        return None
    return ("positive" if glad else "negative"), bare


class WeakLabels:
    """Weak labels from what is said, at most ``per_hour`` of event time and brand; 0 means none."""

    def __init__(self, per_hour: int) -> None:
        self._per_hour = per_hour
        self._made: dict[str, tuple[int, int]] = {}

    def of(self, batch: MentionBatch, own_accounts: Iterable[str]) -> list[Feedback]:
        """Labels from a batch. A mention always gives the same id: its second copy counts once."""
        if not self._per_hour:
            return []
        own = {handle.lower() for handle in own_accounts}
        found = []
        for mention in batch.mentions:
            if mention.kind == "repost" or mention.author.handle.lower() in own:
                continue
            hour = int(mention.created_at.timestamp() // _HOUR_S)
            known, made = self._made.get(batch.brand, (hour, 0))
            if hour > known:
                known, made = hour, 0
            if made >= self._per_hour or len(mention.text) > MOST_CHARACTERS:
                continue
            label = _feedback(batch.brand, mention)
            if label is not None:
                self._made[batch.brand] = (known, made + 1)
                found.append(label)
        return found


def _feedback(brand: str, mention: Mention) -> Feedback | None:
    said = weak_label(mention.text)
    if said is None:
        return None
    label, text = said
    return Feedback(
        id=f"weak:{mention.identity}"[:256],
        brand=brand,
        at=mention.created_at,
        by=WEAK_AUTHOR,
        kind="label",
        mention_id=mention.identity,
        text=text,
        lang=mention.lang,
        label=label,
        weak=True,
    )
