"""What the model sees of a text: the same code for training and for scoring.

Names of features never collide, for no token holds a space or ``~``:

- ``good``                the word, and ``goo~`` its prefixes of 3, 4 and 5 letters (cheap stems);
- ``~=thanks``            a notion that all languages have a word for; ``كتاب~~`` an Arabic stem;
- ``~good``               the word after a negator;
- ``not good``            two words in a row, with ``~^`` and ``~$`` for the edges;
- ``~+ luck``, ``a ~-``   a word beside a word of the lexicon;
- ``~pos 2``, ``~caps 1`` sums over the lexicon and shapes, in steps.

After Wang & Manning, "Baselines and Bigrams" (2012), and Kiritchenko et al., "Sentiment Analysis of
Short Informal Texts" (2014).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from math import sqrt

from pipeline.sentiment.features.tokens import LINK, chunks, split_chunk
from pipeline.sentiment.lexicon.stems import stem_of
from pipeline.sentiment.lexicon.word_lists import Cues, Lexicon, fold

NEGATED_WORDS = 4
"""How far a negator reaches, unless punctuation ends it before."""

FLIPPED_FROM = 2
"""A polarity turns while at least so many words of the reach are left."""

FLIP = -0.6
"""What a polarity is multiplied by when it turns."""

EDGE = "~^"
"""Stands before the first word of a text; ``~$`` stands after the last."""

PLUS, MINUS = "~+", "~-"
"""Stand for a word of the lexicon that is positive, or negative."""

_PREFIXES = (3, 4, 5)
_ENDS = frozenset(".,;:")
MARKS = frozenset(("!", "!!", "?", "??", "?!", "…", LINK))
"""Tokens that count as the mark that a text ends with."""

SUM_STEPS = (0.0, 1.0, 2.0, 3.5)
"""Upper bounds of the steps of a sum of polarities."""

LENGTH_STEPS = (3, 6, 10, 15, 20, 26, 40)
"""Upper bounds of the steps of a text's length, in words."""

_SHOUT = re.compile(r"[A-ZÀ-Þ]{3,}")
MAX_SHOUTS = 3
"""Words in capitals beyond this many count no more."""

_MIN_TERM = 3


class Word:
    """What is known of a token without its context.

    ``names`` are its own features; ``term`` is its content word or empty; ``sign`` is ``~+`` or
    ``~-`` where it has a tone.
    """

    __slots__ = (
        "boosts", "count", "cues", "ends", "folded", "mark", "names", "negates", "phrases", "sign",
        "term", "text", "tone",
    )  # fmt: skip

    def __init__(self, text: str, lexicon: Lexicon, cues: Cues) -> None:
        """Look ``text``, a normal token, up in the lists of one language."""
        self.text = text
        self.ends = text in _ENDS
        self.mark = text if text in MARKS else ""
        body = text.removeprefix("#")
        self.folded = folded = fold(body)
        self.tone = lexicon.tone(folded)
        self.sign = PLUS if self.tone > 0 else MINUS
        self.negates = folded in lexicon.negators
        self.boosts = folded in lexicon.boosters
        self.cues = cues.of(folded)
        self.phrases = cues.phrases.get(folded, ())
        listed = body[:1].isalpha() and len(body) >= _MIN_TERM and body != LINK
        self.term = body if listed and body not in cues.stops and folded not in cues.stops else ""
        self.names = () if self.ends else _names(text, body, folded, lexicon.concept(folded))
        self.count = len(self.names)


def _names(text: str, body: str, folded: str, concept: str) -> tuple[str, ...]:
    names = [text] if body == text else [text, body]
    names += [folded[:end] + "~" for end in _PREFIXES if len(folded) > end]
    if concept:
        names.append("~=" + concept)
    if stem := stem_of(folded):
        names.append(stem + "~~")
    return tuple(names)


def opposite(sign: str) -> str:
    """``~-`` for ``~+`` and the other way round."""
    return MINUS if sign == PLUS else PLUS


def tone_names(last: str, sign: str, *, boosted: bool, flipped: bool) -> list[str]:
    """Features of a polar word among polar words: the pair with the last one, booster, negator."""
    names = [f"{last} {sign}"]
    if boosted:
        names.append(f"~boost {sign}")
    if flipped:
        names.append(f"~not {sign}")
    return names


ShapeKey = tuple[int, int, int, str, str, int, bool, bool]


def shape_of(
    text: str, positive: float, negative: float, *, length: int, last: str, mark: str
) -> ShapeKey:
    """Steps of a text's measures: two texts of the same shape have the same ``shape_names``."""
    return (
        bisect_left(SUM_STEPS, positive),
        bisect_left(SUM_STEPS, negative),
        bisect_left(LENGTH_STEPS, length),
        last,
        mark,
        min(len(_SHOUT.findall(text)), MAX_SHOUTS),
        text.startswith("@"),
        LINK in text,
    )


def shape_names(shape: ShapeKey) -> list[str]:
    """Features of a shape."""
    positive, negative, length, last, mark, shouts, addressed, linked = shape
    names = [
        f"~pos {positive}",
        f"~neg {negative}",
        f"~sum {positive} {negative}",
        f"~length {length}",
        f"~last {last} {mark}",
        f"~caps {shouts}",
    ]
    if addressed:
        names.append("~@")  # no token: "to" after a negator is "~to"
    if linked:
        names.append(f"~link {last}")
    return names


def context(words: list[Word], text: str) -> list[str]:
    """Names of all features that need more than one word, or the raw ``text``."""
    names: list[str] = []
    before, tone_before, boosted = EDGE, False, False
    negated = length = 0
    positive = negative = 0.0
    last, mark = EDGE, ""
    for word in words:
        if word.ends:
            negated = 0
            continue
        length += 1
        names.append(f"{before} {word.text}")
        if negated:
            names.append("~" + word.text)
        if word.tone:
            flipped = negated >= FLIPPED_FROM
            tone = word.tone * FLIP if flipped else word.tone
            sign = opposite(word.sign) if flipped else word.sign
            positive += max(tone, 0.0)
            negative -= min(tone, 0.0)
            names.append(f"{before} {sign}")
            names += tone_names(last, sign, boosted=boosted, flipped=flipped)
            last = sign
        elif tone_before:
            names.append(f"{last} {word.text}")
        if word.negates:
            negated = NEGATED_WORDS
        elif negated:
            negated -= 1
        before, tone_before, boosted, mark = word.text, bool(word.tone), word.boosts, word.mark
    names.append(f"{before} ~$")
    return names + shape_names(
        shape_of(text, positive, negative, length=length, last=last, mark=mark)
    )


def phrase_cues(words: Sequence[Word], at: int) -> int:
    """Cues of the phrases that begin with word ``at``, as ``Cue`` bits."""
    found = 0
    for rest, cue in words[at].phrases:
        following = words[at + 1 : at + 1 + len(rest)]
        if tuple([word.folded for word in following]) == rest:
            found |= cue
    return found


class WordCache(dict[str, Word]):
    """Words of one language by token. A new token is looked up in the lexicon once."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Start empty."""
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, token: str) -> Word:
        word = self[token] = Word(token, self._lexicon, NO_CUES)
        return word


NO_CUES = Cues()
"""For words whose cues nobody asks for."""


def features(text: str, cache: WordCache) -> dict[str, float]:
    """Features of ``text``, each worth 1/√(their number): what the model is trained on.

    >>> sorted(features("Not bad", WordCache(Lexicon(negators=frozenset({"not"})))))[:4]
    ['bad', 'bad ~$', 'not', 'not bad']
    """
    words = [cache[token] for chunk in chunks(text) for token in split_chunk(chunk)]
    names = context(words, text)
    for word in dict.fromkeys(words):
        names.extend(word.names)
    value = 1 / sqrt(len(names))
    found = dict.fromkeys(names, 0.0)
    for name in names:
        found[name] += value
    return found
