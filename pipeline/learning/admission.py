"""Which labels are learned, and why others are refused.

The limits bound what a flood, a replay or one hostile author can move. They rest on ``by``, so
whoever may write to tocsin.feedback as anybody can pose as many authors: Kafka's access rules
decide who that is.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from math import log
from typing import Literal, NamedTuple

from pipeline.learning.aspects import aspect_of
from pipeline.learning.online import LogOdds
from schemas.feedback import Feedback

Reason = Literal[
    "no_label",
    "no_text",
    "text_too_long",
    "unknown_brand",
    "repeated",
    "author_rate",
    "brand_rate",
    "too_many_authors",
    "contradicts",
    "author_share",
    "disowned",
]
"""Why a label is not learned; the same words in metric and audit."""

HOUR_S = 3600
LANG_CHARACTERS = 35
"""The longest language tags that are in use (RFC 5646)."""


class LabelLimits(NamedTuple):
    """What one author, one hour and one text may do.

    ``free_labels``: what an author may always say of one aspect to a scope; beyond that, never more
    than all others together. ``probation``: labels of a new author that wait at most. ``authors``:
    so many are known at most. ``weak_influence``: what a declared weak label weighs, a person's
    weighing 1.
    """

    text_characters: int = 1_000
    author_per_hour: int = 120
    brand_per_hour: int = 600
    free_labels: float = 100.0
    authors: int = 5_000
    probation: int = 20
    remembered: int = 200_000
    weak_influence: float = 0.25


class AuthorTrust:
    """Whether an author can be trusted, and the labels that wait until that is clear.

    Wald's sequential test ("Sequential Tests of Statistical Hypotheses", 1945), kept running as
    Page's cumulative sum (1954): on texts of which a model is sure, people contradict it now and
    then, a saboteur mostly. ``hostility`` is the log-odds of the second against the first, at most
    ``_DECIDED`` either way, so that neither a good nor a bad name lasts for ever.
    """

    __slots__ = ("hostility", "trusted", "waiting")

    def __init__(self) -> None:
        self.hostility = 0.0
        self.trusted = False
        self.waiting: list[tuple[Feedback, float]] = []

    def judge(self, *, contradicts: bool) -> None:
        """Take one text of which a model was sure into account."""
        step = _AGAINST if contradicts else _FOR
        self.hostility = max(-_DECIDED, min(_DECIDED, self.hostility + step))
        if self.hostility <= -_DECIDED:
            self.trusted = True
        elif self.hostility >= _DECIDED:
            self.trusted = False


_HONEST, _HOSTILE = 0.2, 0.7
"""How often an honest author, and a hostile one, contradicts a model that is sure."""

_AGAINST, _FOR = log(_HOSTILE / _HONEST), log((1 - _HOSTILE) / (1 - _HONEST))
_DECIDED = 2.9
"""In nats: three texts in agreement, or three against, decide."""


class Admission:
    """Decides on one label after another, in order of the time at which Kafka took them.

    Each label speaks of one aspect (``aspects.statements``). Caps an hour and hostility are of all
    that an author says: who lies about the tone is not believed about attacks.
    """

    def __init__(self, brands: frozenset[str], limits: LabelLimits) -> None:
        """``brands``: ids of those that labels may be about."""
        self._brands = brands
        self._limits = limits
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._authors: dict[str, AuthorTrust] = {}
        self._hour = -1
        self._by_author: dict[tuple[str, str], int] = {}
        self._by_brand: dict[str, int] = {}

    def why_not(self, label: Feedback, at_s: float) -> Reason | None:
        """Why the label is refused whatever the model thinks, or None. Counts it in any case."""
        limits = self._limits
        if label.label is None and label.attack is None:
            return "no_label"
        if not label.text.strip():
            return "no_text"
        if len(label.text) > limits.text_characters or len(label.lang) > LANG_CHARACTERS:
            return "text_too_long"
        if label.brand not in self._brands:
            return "unknown_brand"
        # An id is good for one label, and one author's word on a text for one, too.
        aspect = aspect_of(label)
        word = aspect.classes[aspect.said(label)]
        said = f"{label.brand}\n{label.by}\n{word}\n{label.text}"
        if not (self._new(f"{label.brand}\n{aspect.name}\n{label.id}") and self._new(said)):
            return "repeated"
        return self._too_many(label, at_s)

    def admit(
        self, label: Feedback, at_s: float, trusted: Iterable[LogOdds]
    ) -> tuple[list[tuple[Feedback, float]], dict[Reason, int]]:
        """Labels of this author that may be learned now, and how many may not, by reason.

        ``trusted``: log-odds of the label's text by models that can be trusted: the shipped
        weights, which no label moves, and what several other people have taught. A new author's
        labels wait until the author is trusted, or until there are ``probation`` of them and
        nothing speaks against it.
        """
        aspect = aspect_of(label)
        author = self._authors.get(label.by)
        if author is None:
            if len(self._authors) >= self._limits.authors:
                return [], {"too_many_authors": 1}
            author = self._authors[label.by] = AuthorTrust()
        for odds in trusted:
            known = aspect.sure(odds)
            if known is not None:
                author.judge(contradicts=aspect.said(label) != known)
                break
        author.waiting.append((label, at_s))
        full = len(author.waiting) >= self._limits.probation
        if author.hostility >= _DECIDED or (full and author.hostility > 0):
            count, author.waiting = len(author.waiting), []
            return [], {"contradicts": count}
        author.trusted = author.trusted or full
        if not author.trusted:
            return [], {}
        waited, author.waiting = author.waiting, []
        return waited, {}

    def _new(self, what: str) -> bool:
        key = hashlib.blake2b(what.encode("utf-8", "replace"), digest_size=16).digest()
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > self._limits.remembered:
            self._seen.popitem(last=False)
        return True

    def _too_many(self, label: Feedback, at_s: float) -> Reason | None:
        hour = int(at_s // HOUR_S)
        if hour > self._hour:
            self._hour = hour
            self._by_author.clear()
            self._by_brand.clear()
        pair = (label.brand, label.by)
        if self._by_brand.get(label.brand, 0) >= self._limits.brand_per_hour:
            return "brand_rate"
        if self._by_author.get(pair, 0) >= self._limits.author_per_hour:
            return "author_rate"
        self._by_brand[label.brand] = self._by_brand.get(label.brand, 0) + 1
        self._by_author[pair] = self._by_author.get(pair, 0) + 1
        return None


class AuthorShares:
    """How much each author has moved one scope, and whether more is allowed."""

    def __init__(self, limits: LabelLimits) -> None:
        self._limits = limits
        self._total = 0.0
        self.authors: dict[str, int] = {}
        self._mass: dict[str, float] = {}

    def mass_of_others(self, by: str) -> float:
        """How much all but ``by`` have added."""
        return self._total - self._mass.get(by, 0.0)

    def may(self, by: str, influence: float) -> bool:
        """Whether ``by`` may add ``influence``."""
        mass = self._mass.get(by, 0.0) + influence
        return mass <= max(self._limits.free_labels, self.mass_of_others(by))

    def add(self, by: str, influence: float) -> None:
        """``by`` added ``influence``."""
        self._total += influence
        self._mass[by] = self._mass.get(by, 0.0) + influence
        self.authors[by] = self.authors.get(by, 0) + 1
