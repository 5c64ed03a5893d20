"""What the model sees of a text: the same code for training and for scoring.

Names of features never collide, for no token holds a space or ``~``:

- ``good``                the word, and ``goo~`` its prefixes of 3, 4 and 5 letters (cheap stemming);
- ``~good``               the word after a negator;
- ``not good``            two words in a row, with ``~^`` and ``~$`` for the edges;
- ``~+ luck``, ``a ~-``   a word beside a word of the lexicon;
- ``~pos 2``, ``~caps 1`` sums over the lexicon and shapes, in steps.

After Wang & Manning, "Baselines and Bigrams" (2012), and Kiritchenko et al., "Sentiment Analysis of
Short Informal Texts" (2014).
"""

import re
from math import sqrt

from pipeline.sentiment.contract import Cue
from pipeline.sentiment.lexicon import Cues, Lexicon, fold
from pipeline.sentiment.tokens import LINK, chunks, split_chunk

NEGATED_WORDS = 4
"""How far a negator reaches, unless punctuation ends it before."""

_FLIP_WORDS = 3
_FLIP = -0.6
_PREFIXES = (3, 4, 5)
_ENDS = frozenset(".,;:")
_SUM_STEPS = (0.0, 1.0, 2.0, 3.5)
_LENGTH_STEPS = (3, 6, 10, 15, 20, 26, 40)
_SHOUT = re.compile(r"[A-ZÀ-Þ]{3,}")
_MIN_TERM = 3


class Word:
    """What is known of a token without its context. ``names`` are its own features."""

    __slots__ = (
        "boosts", "count", "cues", "ends", "names", "negates", "opens", "phrases", "term", "text",
        "tone", "weight",
    )  # fmt: skip

    def __init__(self, text: str, lexicon: Lexicon, cues: Cues) -> None:
        """Look ``text``, a normal token, up in the lists of one language."""
        self.text = text
        self.ends = text in _ENDS
        body = text.removeprefix("#")
        folded = fold(body)
        self.tone = lexicon.tone(folded)
        self.negates = folded in lexicon.negators
        self.boosts = folded in lexicon.boosters
        self.cues = cues.of(folded)
        self.phrases = cues.phrases.get(folded, ())
        listed = body[:1].isalpha() and len(body) >= _MIN_TERM and body != LINK
        self.term = body if listed and body not in cues.stops and folded not in cues.stops else ""
        self.names = () if self.ends else _names(text, body, folded)
        self.count = len(self.names)
        self.opens = True
        self.weight = 0j


def _names(text: str, body: str, folded: str) -> tuple[str, ...]:
    names = [text] if body == text else [text, body]
    names += [folded[:end] + "~" for end in _PREFIXES if len(folded) > end]
    return tuple(names)


def context(words: list[Word], text: str) -> tuple[list[str], int]:
    """Names of all features that need more than one word, or the raw ``text``; and their number.

    Pairs that begin with a word whose ``opens`` is false are counted but not named: the scorer
    knows that they weigh nothing.
    """
    names: list[str] = []
    add = names.append
    before = _EDGE
    negated = flip = 0
    positive = negative = 0.0
    last = ""
    unnamed = 0
    for word in words:
        if word.ends:
            negated = flip = 0
            continue
        here = word.text
        if before.opens:
            add(f"{before.text} {here}")
        else:
            unnamed += 1
        if negated:
            add("~" + here)
            negated -= 1
        tone = word.tone
        if tone:
            if flip:
                tone *= _FLIP
            if tone > 0:
                positive += tone
                sign = "~+"
            else:
                negative -= tone
                sign = "~-"
            add(f"{before.text} {sign}")
            add(f"{last} {sign}")
            if before.boosts:
                add(f"~boost {sign}")
            if flip:
                add(f"~not {sign}")
            last = sign
        elif before.tone:
            add(f"{last} {here}")
        if word.negates:
            negated, flip = NEGATED_WORDS, _FLIP_WORDS
        elif flip:
            flip -= 1
        before = word
    add(f"{before.text} ~$")
    add(f"~pos {_step(positive, _SUM_STEPS)}")
    add(f"~neg {_step(negative, _SUM_STEPS)}")
    add(f"~sum {_step(positive, _SUM_STEPS)} {_step(negative, _SUM_STEPS)}")
    add(f"~length {_step(len(words), _LENGTH_STEPS)}")
    add(f"~last {last} {before.text if before.count == 1 else ''}")
    shouts = len(_SHOUT.findall(text))
    if shouts:
        add(f"~caps {min(shouts, 3)}")
    if text.startswith("@"):
        add("~to")
    if LINK in text:
        add(f"~link {last}")
    return names, len(names) + unnamed


def _step(value: float, steps: tuple[float, ...]) -> int:
    return sum(value > step for step in steps)


_EDGE = Word("~^", Lexicon(), Cues())


def cues_in(words: list[Word]) -> int:
    """Cues (see ``Cue``) that hold anywhere in the text, by word or by phrase."""
    found = 0
    for at, word in enumerate(words):
        found |= word.cues
        for rest, cue in word.phrases:
            following = words[at + 1 : at + 1 + len(rest)]
            if len(following) == len(rest) and all(
                fold(w.text) == part for w, part in zip(following, rest, strict=True)
            ):
                found |= cue
    return int(Cue(found))


def features(text: str, lexicon: Lexicon) -> dict[str, float]:
    """Features of ``text``, each worth 1/√(their number): what the model is trained on.

    >>> sorted(features("Not bad", Lexicon(negators=frozenset({"not"}))))[:4]
    ['bad', 'bad ~$', 'not', 'not bad']
    """
    cues = Cues()
    words = [Word(token, lexicon, cues) for chunk in chunks(text) for token in split_chunk(chunk)]
    names, _ = context(words, text)
    for word in {word.text: word for word in words}.values():
        names.extend(word.names)
    value = 1 / sqrt(len(names))
    found = dict.fromkeys(names, 0.0)
    for name in names:
        found[name] += value
    return found
