"""From our own sentences and the user's everyday texts to weights of stance. Deterministic.

A multilingual encoder lends a vector to every word: beside a weight for each feature that the
scorer reads, a linear head over the sum of a text's word vectors is learned. Folded out it is a
weight for each word, so that *poison* teaches something to *veleno*, and to words that no sentence
of ours has.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from typing import NamedTuple, TypeVar

import numpy as np
from msgspec.structs import replace
from scipy import sparse  # type: ignore[import-untyped]  # river brings scipy

from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.features.tokens import tokens
from pipeline.sentiment.lexicon.word_lists import SHARED, Lexicon
from pipeline.sentiment.scorer.stance_weights import MAX_STEPS, OUTPUTS, Stance, Triple
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.hand_labels import labelled_among
from pipeline.sentiment.training.stance.names import (
    companies,
    invent,
    joined,
    names_company,
    retold,
)
from pipeline.sentiment.training.stance.noise import messed
from pipeline.sentiment.training.stance.regression import (
    Floats,
    Logistic,
    Matrix,
    fit_logistic,
)
from pipeline.sentiment.training.stance.sentences import ATTACKS, TrainingSentence, filled

Number = TypeVar("Number", int, float)
Encode = Callable[[Sequence[str]], Floats]
"""Vectors of texts, a row each."""


class StanceRecipe(NamedTuple):
    """How stance is learned.

    ``draws``: models whose mean is taken, each with other everyday texts and other names filled in:
    alone, one differs from the next by several hundredths of AUC in a language.
    ``copies``: fillings of each sentence, all but the first made messy. ``english_complaint``: what
    a sentence of ours that complains counts in English. ``glued``,
    ``background``: everyday texts of each language with a brand's name glued on, and without; of
    English ``english`` times as many. ``glued_weight``, ``background_weight``: what each counts.
    ``named``: everyday texts of each language that name a company, that nobody read and that are
    not negative, told of an invented brand, each counting ``named_weight``: few of them attack it.
    ``told``: invented brands of which a post whose class was given by hand is told;
    ``hand_label_weight``, ``hand_label_attack_weight``: what it counts; few are attacks.
    ``l2``, ``vector_l2``: of features, of word vectors.
    ``against_complaint``: share of complaint's weights that is taken off those of attack. ``kept``:
    features exported. ``flagged``: by output, the share of everyday negative posts, never trained
    on, that are above log-odds of 0.
    """

    seed: int = 0
    draws: int = 3
    copies: int = 3
    english_complaint: float = 2.0
    glued: int = 1_000
    background: int = 600
    english: int = 9
    glued_weight: float = 0.3
    background_weight: float = 0.05
    named: int = 1_000
    named_weight: float = 0.3
    told: int = 3
    hand_label_weight: float = 0.5
    hand_label_attack_weight: float = 2.0
    l2: float = 1.5e-5
    vector_l2: float = 1e-5
    against_complaint: float = 0.1
    kept: int = 45_000
    flagged: tuple[float, float, float] = (0.015, 0.05, 0.01)


_FOLDS = 4
_STEPS = 8.0
_MIN_GROUPS = 3
_MIN_WORD_TEXTS = 4
_HARM_WEIGHT = 0.5
_LEAST_SPREAD = 0.05
_NEGATIVE = 0


class _Text(NamedTuple):
    """A text to learn from. ``of``: its class, or empty; ``group``: what it is a copy of."""

    text: str
    lang: str
    of: str
    group: str
    weight: float


def train_stance(
    sentences: Sequence[TrainingSentence],
    everyday: Sequence[LabelledText],
    lexicons: dict[str, Lexicon],
    encode: Encode,
    *,
    recipe: StanceRecipe,
    without: frozenset[int] = frozenset(),
    progress: Callable[[str], object] = lambda _: None,
) -> Stance:
    """Learn stance; the same input gives the same weights. ``everyday``: real texts with tone.

    ``without``: companies (their numbers) of which no real text is used, so that those can judge.

    Raises:
        ValueError: no sentences, or no everyday texts.
    """
    if not sentences or not everyday:
        raise ValueError("stance is learned from sentences of ours and from everyday texts")
    chance = random.Random(recipe.seed)  # noqa: S311 - a seeded shuffle, no secret
    labelled, rest = labelled_among(everyday)
    apart, shown = _parted(rest, chance)
    if without:
        labelled = [(one, of) for one, of in labelled if without.isdisjoint(companies(one.text))]
        shown = [one for one in shown if without.isdisjoint(companies(one.text))]
    caches = {lang: WordCache(lexicon) for lang, lexicon in lexicons.items()}
    vectors: dict[str, Floats] = {}

    def once(words: Sequence[str]) -> Floats:
        new = [word for word in words if word not in vectors]
        vectors.update(zip(new, encode(new) if new else (), strict=True))
        return np.stack([vectors[word] for word in words]).astype(np.float64)

    weights: dict[str, Floats] = {}
    often = Counter[str]()
    for draw in range(recipe.draws):
        one = recipe._replace(seed=recipe.seed + draw)
        texts = [*_own(sentences, one), *_hand_labelled(labelled, one), *_real(shown, one)]
        progress(f"{draw + 1} of {recipe.draws}")
        learned, seen = _learned(texts, everyday, caches, once, recipe=one, progress=progress)
        for name, found in learned.items():
            weights[name] = weights.get(name, 0.0) + found / recipe.draws
        often |= seen
        chance.shuffle(shown)
    stance = Stance(
        names=_strongest(weights, often, recipe.kept),
        scale=(_STEPS, _STEPS, _STEPS),
        offsets={SHARED: (0.0, 0.0, 0.0)},
        made_with={each: version(each) for each in ("numpy", "scipy", "tocsin")},
        sources=("sentences: tocsin", *sorted({each.source for each in everyday})),
    )
    progress("offsets")
    return _calibrated(opposed(stance, recipe.against_complaint), apart, caches, recipe)


def _learned(
    texts: Sequence[_Text],
    everyday: Sequence[LabelledText],
    caches: dict[str, WordCache],
    encode: Encode,
    *,
    recipe: StanceRecipe,
    progress: Callable[[str], object],
) -> tuple[dict[str, Floats], Counter[str]]:
    """Weights of one model by name, and how many of the texts have each feature."""
    progress("words")
    words = _words(texts, everyday)
    vectors = encode(words)
    rows = [features(each.text, caches.get(each.lang, caches[SHARED])) for each in texts]
    names = _names(rows, texts)
    matrix, spoken = _matrix(rows, names), _matrix(rows, words)
    vectors -= np.asarray(spoken.sum(axis=0)).ravel() @ vectors / spoken.sum()
    dense = np.asarray(spoken @ vectors)
    targets = _targets(texts)
    weight = np.array([each.weight for each in texts])
    harm = np.array([each.of == "harm" for each in texts])
    heads: list[Logistic] = []
    for at, output in enumerate(OUTPUTS):
        progress(output)
        heads.append(
            fit_logistic(
                matrix,
                dense,
                targets[:, at],
                np.where(harm & (at == 0), weight * _HARM_WEIGHT, weight),
                l2=recipe.l2,
                dense_l2=recipe.vector_l2,
            )
        )
    return _folded(names, words, vectors, heads), Counter(name for row in rows for name in row)


def _parted(
    everyday: Sequence[LabelledText], chance: random.Random
) -> tuple[list[LabelledText], list[LabelledText]]:
    """A quarter of the negative texts apart, and the rest, each text once, shuffled."""
    every = list({each.text: each for each in everyday}.values())
    chance.shuffle(every)
    negative = [each for each in every if each.label == _NEGATIVE]
    apart = negative[: len(negative) // _FOLDS]
    gone = {each.text for each in apart}
    return apart, [each for each in every if each.text not in gone]


def _chance(recipe: StanceRecipe, text: str, copy: int = 0) -> random.Random:
    """Chance of each text alone: another sentence more leaves all others as they were."""
    return random.Random(f"{recipe.seed} {copy} {text}")  # noqa: S311 - names to fill in, no secret


def _own(sentences: Sequence[TrainingSentence], recipe: StanceRecipe) -> Iterable[_Text]:
    for each in sentences:
        twice = each.lang == "en" and each.of == "complaint"
        weight = (recipe.english_complaint if twice else 1.0) / recipe.copies
        for copy in range(recipe.copies):
            chance = _chance(recipe, each.text, copy)
            name = invent(chance, each.lang)
            text = filled(each.text, each.lang, name, chance)
            if copy:
                attack = each.of in ATTACKS
                text = messed(text, each.lang, attack=attack, brand=joined(name), chance=chance)
            yield _Text(text, each.lang, each.of, each.text, weight)


def _hand_labelled(
    labelled: Sequence[tuple[LabelledText, str]], recipe: StanceRecipe
) -> Iterable[_Text]:
    for one, of in labelled:
        weight = recipe.hand_label_attack_weight if of in ATTACKS else recipe.hand_label_weight
        told = retold(one.text, seed=recipe.seed, times=recipe.told, lang=one.lang)
        for text in told:
            yield _Text(text, one.lang, of, one.text, weight / len(told))


def _real(shown: Sequence[LabelledText], recipe: StanceRecipe) -> Iterable[_Text]:
    """Everyday texts, with a name glued on and without, and those that name a company anyway.

    Half of those with a name glued on are negative, where there are so many: anger at something
    else is what has to be told from anger at the brand. No company is told of by its own name.
    """
    taken = Counter[tuple[str, bool]]()
    named = Counter[str]()
    for each in shown:
        share = recipe.english if each.lang == "en" else 1
        negative = each.label == _NEGATIVE
        (text,) = retold(" ".join(each.text.split()), seed=recipe.seed, times=1, lang=each.lang)
        if not negative and companies(each.text):
            if named[each.lang] < recipe.named * share:
                named[each.lang] += 1
                yield _Text(text, each.lang, "off_topic", text, recipe.named_weight)
            continue
        at = taken[each.lang, negative]
        taken[each.lang, negative] += 1
        if at < recipe.glued * share // 2:
            chance = _chance(recipe, text)
            said = glued(text, invent(chance, each.lang), chance)
            yield _Text(said, each.lang, "off_topic", text, recipe.glued_weight)
        elif at < (recipe.glued + recipe.background) * share // 2:
            yield _Text(text, each.lang, "", text, recipe.background_weight)


def glued(text: str, name: str, chance: random.Random) -> str:
    """Everyday text with the name of a brand that has nothing to do with it."""
    handle, tag = "@" + joined(name), "#" + joined(name)
    words = text.split()
    at = chance.randint(0, len(words))
    return chance.choice(
        (
            f"{handle} {text}",
            f"{text} {handle}",
            f"{text} {tag}",
            f"{name}: {text}",
            f"{name} {text}",
            f"{text} {name}",
            " ".join([*words[:at], chance.choice((name, handle)), *words[at:]]),
        )
    )


def _targets(texts: Sequence[_Text]) -> Floats:
    """What each output should say of each text, a row a text."""
    classes = (ATTACKS, {"complaint"}, {"harm"})
    return np.array([[float(each.of in some) for some in classes] for each in texts])


def _words(texts: Sequence[_Text], everyday: Sequence[LabelledText]) -> list[str]:
    """Words that enough texts have, in order: they get a vector."""
    seen: dict[str, set[str]] = {}
    for each in texts:
        for word in tokens(each.text):
            if len(groups := seen.setdefault(word, set())) < _MIN_GROUPS:
                groups.add(each.group)
    often = Counter(word for each in everyday for word in set(tokens(each.text)))
    return _of_no_company(
        word
        for word in {*seen, *often}
        if not word.isascii() or word[0].isalpha()
        if len(seen.get(word, ())) >= _MIN_GROUPS or often[word] >= _MIN_WORD_TEXTS
    )


def _names(rows: Sequence[dict[str, float]], texts: Sequence[_Text]) -> list[str]:
    """Features that enough texts have, copies counting once."""
    seen: dict[str, set[str]] = {}
    for row, each in zip(rows, texts, strict=True):
        for name in row:
            if len(groups := seen.setdefault(name, set())) < _MIN_GROUPS:
                groups.add(each.group)
    return _of_no_company(name for name, groups in seen.items() if len(groups) >= _MIN_GROUPS)


def _of_no_company(features: Iterable[str]) -> list[str]:
    """Features in order, without those of a company's name: who attacks it is not in its name."""
    found = sorted(features)
    return [each for each, yes in zip(found, names_company(found), strict=True) if not yes]


def _matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> Matrix:
    place = {name: at for at, name in enumerate(names)}
    begin, columns, values = [0], [], []
    for row in rows:
        for name, value in row.items():
            if name in place:
                columns.append(place[name])
                values.append(value)
        begin.append(len(columns))
    return sparse.csr_matrix((values, columns, begin), shape=(len(rows), len(names)))


def _folded(
    names: Sequence[str], words: Sequence[str], vectors: Floats, heads: Sequence[Logistic]
) -> dict[str, Floats]:
    """Weights by name: a feature's own, and what the vector of a word adds."""
    own = np.stack([head.weights for head in heads], axis=1)
    lent = np.stack([vectors @ head.dense for head in heads], axis=1)
    found = dict(zip(names, own, strict=True))
    for word, more in zip(words, lent, strict=True):
        found[word] = found[word] + more if word in found else more
    return found


def _strongest(weights: dict[str, Floats], often: Counter[str], kept: int) -> dict[str, Triple]:
    """Round to steps and keep what matters most: by |w|·√frequency."""
    rounded = {
        name: _triple([_step(float(each) * _STEPS) for each in weight])
        for name, weight in weights.items()
    }
    ranked = sorted(
        (-max(map(abs, triple)) * (often[name] + 1) ** 0.5, name)
        for name, triple in rounded.items()
        if any(triple)
    )
    return {name: rounded[name] for _, name in sorted(ranked[:kept], key=lambda each: each[1])}


def opposed(stance: Stance, share: float) -> Stance:
    """Stance in which what speaks for a complaint speaks against an attack, by a share.

    Real complaints are of more kinds than our sentences: what the one output knows of them, the
    other does not know by itself.
    """
    return replace(
        stance,
        names={
            name: _triple([_step(triple[0] - share * triple[1]), triple[1], triple[2]])
            for name, triple in stance.names.items()
        },
    )


def _step(weight: float) -> int:
    return max(-MAX_STEPS, min(MAX_STEPS, round(weight)))


def _triple(three: Sequence[Number]) -> tuple[Number, Number, Number]:
    attack, complaint, harm = three
    return attack, complaint, harm


def _calibrated(
    stance: Stance,
    apart: Sequence[LabelledText],
    caches: dict[str, WordCache],
    recipe: StanceRecipe,
) -> Stance:
    """Offsets by language, so that few of its everyday negative posts are above log-odds of 0.

    Mean and spread are each language's own; how many spreads above the mean the few begin is told
    by all languages together, for one has few such posts.
    """
    langs = sorted({each.lang for each in apart})
    odds = np.array(
        [
            raw_odds(stance, features(each.text, caches.get(each.lang, caches[SHARED])))
            for each in apart
        ]
    )
    spoken = np.array([each.lang for each in apart])
    normal = {lang: _normal(odds[spoken == lang]) for lang in langs} | {SHARED: _normal(odds)}
    apart_by = np.concatenate(
        [(odds[spoken == lang] - normal[lang][0]) / normal[lang][1] for lang in langs]
    )
    few = [
        float(np.quantile(apart_by[:, at], 1 - share)) for at, share in enumerate(recipe.flagged)
    ]
    return replace(
        stance,
        offsets={
            lang: _triple(
                [round(-float(mean[at] + few[at] * spread[at]), 3) for at in range(len(OUTPUTS))]
            )
            for lang, (mean, spread) in normal.items()
        },
    )


def _normal(odds: Floats) -> tuple[Floats, Floats]:
    mean: Floats = odds.mean(axis=0)
    spread: Floats = np.maximum(odds.std(axis=0), _LEAST_SPREAD)
    return mean, spread


def raw_odds(stance: Stance, vector: dict[str, float]) -> tuple[float, ...]:
    """Log-odds of a text with these features, before what its language adds."""
    found = [(stance.names[name], value) for name, value in vector.items() if name in stance.names]
    return tuple(
        sum(triple[at] * value for triple, value in found) / scale
        for at, scale in enumerate(stance.scale)
    )
