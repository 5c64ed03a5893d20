"""What the rest of Tocsin asks of a sentiment scorer, whatever the scorer is made of.

``Scorer`` is all that counting needs. ``Adaptable`` is what learning from people's labels needs on
top of it. ``pipeline.sentiment.load`` finds the scorer that a setting names.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import IntFlag
from math import exp
from typing import Final, Protocol, runtime_checkable

from msgspec import Struct

LABELS: Final = ("negative", "neutral", "positive")
"""Order of the three classes of sentiment everywhere: 0, 1, 2."""

TOKENIZER: Final = 3
"""Version of the tokens that terms and features are made of, as weights, deltas and state name it.

Raised by hand with every change of tokens or features that changes what weights mean."""

MAX_CHARACTERS: Final = 4_000
"""What is read of one text, in characters. X's long posts exceed it, but say what they feel well
before."""

LOG_ODDS_LIMIT: Final = 30.0
"""Log-odds are held within this on either side: weights from elsewhere may be extreme."""

SHIPPED_SCORER: Final = "ngram"
"""Name of the scorer that comes with Tocsin: a linear model over words and pairs of words."""

NEVER: Final = -LOG_ODDS_LIMIT
"""Log-odds of what is as good as impossible."""


class Cue(IntFlag):
    """What the words of a post give away beside its sentiment. Several may hold at once."""

    OUTRAGE = 1
    BOYCOTT = 2
    COMPLAINT = 4
    FIRST_PERSON = 8
    SAD_NEWS = 16
    """Mourning and misfortune: negative, but hardly against the brand."""
    TAKEDOWN = 32


class Sentiment(Struct, frozen=True, gc=False):
    """Probabilities of the three classes, which sum to 1.

    >>> LABELS[Sentiment(0.8, 0.15, 0.05).label]
    'negative'
    """

    p_negative: float
    p_neutral: float
    p_positive: float

    @property
    def label(self) -> int:
        """Index in ``LABELS`` of the most probable class; the first one on a tie."""
        return label_of(self.probabilities)

    @property
    def probabilities(self) -> tuple[float, float, float]:
        """All three, in the order of ``LABELS``."""
        return self.p_negative, self.p_neutral, self.p_positive


class TextSignals(Struct, frozen=True, gc=False):
    """What a text gives away beside its sentiment.

    ``cues``: bits of ``Cue``. ``terms``: at most 8 distinct lower-case content words, no stop
    words, in order of appearance.

    ``attack_logit``, ``complaint_logit``, ``harm_logit``: calibrated log-odds, each by itself, that
    the text attacks the brand it names (accuses, mocks, calls to act), complains to it of its
    service, tells soberly of harm it did. They are log-odds because those are compared with the
    brand's baseline, and cost no exponential; ``attack``, ``complaint`` and ``harm`` are
    probabilities.

    >>> TextSignals(attack_logit=0.0).attack
    0.5
    """

    cues: int = 0
    terms: tuple[str, ...] = ()
    attack_logit: float = NEVER
    complaint_logit: float = NEVER
    harm_logit: float = NEVER

    @property
    def logits(self) -> tuple[float, float, float]:
        """Log-odds of attack, of complaint and of harm."""
        return self.attack_logit, self.complaint_logit, self.harm_logit

    @property
    def attack(self) -> float:
        """Probability that the text attacks the brand."""
        return 1 / (1 + exp(-self.attack_logit))

    @property
    def complaint(self) -> float:
        """Probability that it complains to the brand of its service."""
        return 1 / (1 + exp(-self.complaint_logit))

    @property
    def harm(self) -> float:
        """Probability that it tells soberly of harm that the brand did."""
        return 1 / (1 + exp(-self.harm_logit))


class Score(Struct, frozen=True, gc=False):
    """All that a scorer says of one text.

    A million of them are made a minute: so they are Structs, which cost half of what named tuples
    do, and the garbage collector passes them over, for nothing in them can refer back to them.

    >>> Score(Sentiment(0.1, 0.8, 0.1)).signals.cues
    0
    """

    sentiment: Sentiment
    signals: TextSignals = TextSignals()


TextInLanguage = tuple[str, str]
"""A text and its language: a BCP 47 primary tag, ``und`` where it is unknown."""

Shift = tuple[float, float, float]
"""What is added to the log-odds of negative and of positive against neutral, and of attack."""


class Scorer(Protocol):
    """Scores texts. Everything that counts posts needs this and no more."""

    @property
    def version(self) -> str:
        """Name and state of the scorer, such as a digest of its weights; every bucket states it."""
        ...

    def score_many(self, texts: Sequence[TextInLanguage], /) -> list[Score]:
        """Score texts, one score each, in order.

        A score depends on its text and language alone, never on the other texts of the call. Never
        raises: a text that cannot be read is neutral.
        """
        ...


class Overlay(Protocol):
    """Learned weights on top of those of an ``Adaptable``, which makes it."""

    def scores_and_shifts(self, texts: Sequence[TextInLanguage], /) -> list[tuple[Score, Shift]]:
        """Score texts without what was learned, and say by how much that would move each.

        Shifts are in the steps of the learned weights. Never raises.
        """
        ...


@runtime_checkable
class Adaptable(Scorer, Protocol):
    """A scorer that is a linear model over named features, so that labels can move it.

    What is learned is a weight by name of feature. It lies on top of the scorer's own weights, as
    an overlay, and adds to a text's log-odds; the scorer itself never changes.
    """

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, in hex: what was learned on top of others is refused."""
        ...

    @property
    def languages(self) -> Collection[str]:
        """Languages that the scorer has words for: BCP 47 primary tags; ``*`` for any other."""
        ...

    def score(self, text: str, lang: str, /) -> Score:
        """Score one text: the score that ``score_many`` gives."""
        ...

    def features(self, text: str, lang: str, /) -> Mapping[str, float]:
        """Return the features of a text by name, each with its value."""
        ...

    def overlay(
        self, weights: Mapping[str, tuple[int, int]], attack: Mapping[str, int], /
    ) -> Overlay:
        """Lay learned weights, in steps by name of feature, over the scorer's own.

        ``weights``: for negative and for positive; ``attack``: for attack.

        Raises:
            ScorerError: a weight is too large, or there are too many of them.
        """
        ...


class Explanation(Struct, frozen=True):
    """Which tokens moved a score: shares in nats, below 0 towards negative, above 0 to positive.

    ``tokens``: each token of the text in order, with its share; ``form``: what belongs to no token;
    ``start``: where a text without features stands. Their sum is ``log_odds``, the logarithm of
    ``p_positive / p_negative`` of the score.
    """

    tokens: tuple[tuple[str, float], ...]
    form: float
    start: float

    @property
    def log_odds(self) -> float:
        """Sum of all shares."""
        return sum(share for _, share in self.tokens) + self.form + self.start


def missing_for_learning(scorer: Scorer) -> tuple[str, ...]:
    """Name the members of ``Adaptable`` that a scorer lacks; none where labels can move it."""
    wanted = [name for name in vars(Adaptable) if not name.startswith("_")]
    return tuple(name for name in wanted if not hasattr(scorer, name))


class ScorerError(ValueError):
    """A scorer can't be loaded, or its weights can't be used; says what to do."""


def label_of(probabilities: Sequence[float]) -> int:
    """Index of the most probable class; the first one on a tie.

    >>> label_of((0.4, 0.4, 0.2))
    0
    """
    return max(range(len(LABELS)), key=probabilities.__getitem__)
