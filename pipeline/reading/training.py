"""From our own sentences and the user's everyday texts to the reader's head. Deterministic.

Softmax regression with one hidden layer, learned by Adam (D. Kingma and J. Ba, 2015) with inputs
and hidden cells left out at random (N. Srivastava et al., "Dropout", 2014).
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from pipeline.reading.encoder import Encode
from pipeline.reading.head import Floats, Head, decode_head, encode_head
from pipeline.sentiment.corpus import Example
from pipeline.sentiment.stance.noise import messed
from pipeline.sentiment.stance.sentences import ATTACKS, Sentence, filled, invent, joined
from pipeline.sentiment.stance.trainer import glued
from schemas.reading import CLASSES


class ReaderRecipe(NamedTuple):
    """How the head is learned.

    ``copies``: fillings of each sentence, all but the first made messy. ``glued``: everyday texts
    of each language with a brand's name glued on, each counting ``glued_weight``: they teach to ask
    at whom. ``fast``: part of fast reading in the log-odds of attack; half, not learned, since on
    the sentences that it was taught fast reading looks better than it is.
    """

    seed: int = 0
    copies: int = 3
    glued: int = 1200
    glued_weight: float = 0.3
    hidden: int = 64
    passes: int = 12
    fast: float = 0.5


_RATE: Final = 0.002
_DECAY: Final = 0.05
_INPUTS_KEPT: Final = 0.8
_HIDDEN_KEPT: Final = 0.7
_TOGETHER: Final = 256
_LENGTH: Final = 12.0
"""Vectors of length 1 are made so long while learning: their 512 cells are small numbers."""


class _Text(NamedTuple):
    text: str
    target: Sequence[float]
    weight: float


def train_head(
    sentences: Sequence[Sentence],
    everyday: Sequence[Example],
    encode: Encode,
    *,
    recipe: ReaderRecipe,
    progress: Callable[[str], object] = lambda _: None,
) -> Head:
    """Learn a head; the same input on the same machine gives the same bytes.

    Raises:
        ValueError: no sentences, or no everyday texts.
    """
    if not sentences or not everyday:
        raise ValueError("a reader is learned from sentences of ours and from everyday texts")
    chance = random.Random(recipe.seed)  # noqa: S311 - names and noise, no secret
    texts = [*_own(sentences, recipe, chance), *_glued(everyday, recipe, chance)]
    progress("vectors")
    vectors = encode([each.text for each in texts]).astype(np.float32)
    targets = np.array([each.target for each in texts], np.float32)
    weight = np.array([each.weight for each in texts], np.float32)
    progress("head")
    hidden, hidden_bias, out, out_bias = _learned(vectors * _LENGTH, targets, weight, recipe)
    head = Head(hidden * _LENGTH, hidden_bias, out, out_bias, recipe.fast)
    return decode_head(encode_head(head))  # rounded, as it will be read


def _own(
    sentences: Sequence[Sentence], recipe: ReaderRecipe, chance: random.Random
) -> Iterable[_Text]:
    for each in sentences:
        target = [float(name == each.of) for name in CLASSES]
        for copy in range(recipe.copies):
            name = invent(chance)
            text = filled(each.text, each.lang, name, chance)
            if copy:
                attack = each.of in ATTACKS
                text = messed(text, each.lang, attack=attack, brand=joined(name), chance=chance)
            yield _Text(text, target, 1.0)


def _glued(
    everyday: Sequence[Example], recipe: ReaderRecipe, chance: random.Random
) -> Iterable[_Text]:
    # With a name glued on, a text is off topic or just talk: the head need not tell which.
    target = [0.5 * (name in ("off_topic", "everyday")) for name in CLASSES]
    every = list({each.text: each for each in everyday}.values())
    chance.shuffle(every)
    taken = Counter[str]()
    for each in every:
        if taken[each.lang] < recipe.glued:
            taken[each.lang] += 1
            text = glued(" ".join(each.text.split()), invent(chance), chance)
            yield _Text(text, target, recipe.glued_weight)


def _learned(
    vectors: Floats, targets: Floats, weight: Floats, recipe: ReaderRecipe
) -> tuple[Floats, ...]:
    chance = np.random.default_rng(recipe.seed)
    count, size = vectors.shape
    tables = [
        chance.normal(0, size**-0.5, (size, recipe.hidden)),
        np.zeros(recipe.hidden),
        chance.normal(0, recipe.hidden**-0.5, (recipe.hidden, len(CLASSES))),
        np.zeros(len(CLASSES)),
    ]
    learned = [table.astype(np.float32) for table in tables]
    slow = [np.zeros_like(table) for table in learned]
    squares = [np.zeros_like(table) for table in learned]
    steps = recipe.passes * -(-count // _TOGETHER)
    step = 0
    for _ in range(recipe.passes):
        order = chance.permutation(count)
        for at in range(0, count, _TOGETHER):
            chosen = order[at : at + _TOGETHER]
            step += 1
            rate = _RATE * (1 - (step - 1) / steps)
            slopes = _slopes(learned, vectors[chosen], targets[chosen], weight[chosen], chance)
            for place, slope in enumerate(slopes):
                slow[place] = 0.9 * slow[place] + 0.1 * slope
                squares[place] = 0.999 * squares[place] + 0.001 * slope**2
                move = slow[place] / (1 - 0.9**step)
                move /= np.sqrt(squares[place] / (1 - 0.999**step)) + 1e-8
                if learned[place].ndim > 1:
                    move += _DECAY * learned[place]
                learned[place] = learned[place] - np.float32(rate) * move
    return tuple(learned)


def _slopes(
    learned: Sequence[Floats],
    vectors: Floats,
    targets: Floats,
    weight: Floats,
    chance: np.random.Generator,
) -> list[Floats]:
    """Slopes of the loss on a few texts, with inputs and hidden cells left out at random."""
    hidden, hidden_bias, out, out_bias = learned
    seen = vectors * _left_in(vectors.shape, _INPUTS_KEPT, chance)
    kept = _left_in((len(vectors), len(hidden_bias)), _HIDDEN_KEPT, chance)
    inner = np.maximum(seen @ hidden + hidden_bias, 0) * kept
    odds = inner @ out + out_bias
    odds -= odds.max(axis=1, keepdims=True)
    shares = np.exp(odds)
    shares /= shares.sum(axis=1, keepdims=True)
    wrong = (shares - targets) * (weight / weight.sum())[:, None]
    back = (wrong @ out.T) * (inner > 0) * kept
    return [seen.T @ back, back.sum(axis=0), inner.T @ wrong, wrong.sum(axis=0)]


def _left_in(shape: tuple[int, ...], share: float, chance: np.random.Generator) -> Floats:
    kept: Floats = ((chance.random(shape) < share) / share).astype(np.float32)
    return kept
