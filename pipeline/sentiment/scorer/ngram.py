"""The scorer: weights, and memory of what was already looked up.

Scores texts by the batch (``walk``): what a text costs alone, a hundred cost together. Sums run
over whole steps, so they are exact in any order, and a score depends on its text alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import exp, sqrt

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from pipeline.sentiment.api import Said, Score
from pipeline.sentiment.features.forms import Ints
from pipeline.sentiment.features.tokens import chunks
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer import single_scorer as alone
from pipeline.sentiment.scorer.batch_scorer import (
    Spoken,
    Told,
    loads_of,
    pairs_of,
    read,
    stance_of,
    weigh,
)
from pipeline.sentiment.scorer.language_votes import Ballot
from pipeline.sentiment.scorer.overlay import Overlay
from pipeline.sentiment.scorer.stance_weights import reading_of
from pipeline.sentiment.scorer.tables import Places, Tables, halves, pack_stance, unpack
from pipeline.sentiment.scorer.vocabulary import Room, Tongue, calibration_of
from pipeline.sentiment.scorer.weights import Pair, Weights, decode, shipped

MEMO_TEXTS = 8_192
"""Texts remembered: a repost is scored once."""

MEMO_TEXT_CHARACTERS = 600
UNSTATED = frozenset(("", "und", "zxx", "mul", "mis", "qam", "qct", "qht", "qme", "qst"))
"""Tags by which sources, X among them, say that they could not tell the language."""

_READ_TEXTS = 256
_READ_CHARACTERS = 65_536
"""What is read in one walk, at most, so that memory stays bounded whatever the batch."""

_TOGETHER = 6
"""Fewer texts are read one by one: that is faster, and gives the same scores to the last bit."""

_FAR = 30.0
"""Log-odds are held within: weights from elsewhere may be extreme."""

Floats = npt.NDArray[np.float64]
Shift = tuple[float, float, float]
"""Added to the log-odds of negative, of positive, and of attack."""

_SCORE = partial(tuple.__new__, Score)


class Model:
    """Scores texts with fixed weights. Memory is bounded; the same text gives the same score."""

    def __init__(self, weights: Weights, digest: str) -> None:
        """Take verified ``weights`` and their digest, as ``weights.decode`` returns them.

        Raises:
            WeightsError: a weight is too large.
        """
        # What is kept once, below, is left out.
        self.weights = replace(
            weights,
            pairs={},
            votes=replace(weights.votes, votes={}),
            stance=replace(weights.stance, names={}),
        )
        self.version = f"{weights.name}+{digest[:8]}"
        # Every language that has words has a number.
        pairs: dict[str, dict[str, Pair]] = {lang: {} for lang in weights.lexicons}
        pairs |= weights.pairs
        self._tables = Tables(pairs, pack_stance(weights.stance.names))
        self._stance = reading_of(weights.stance)
        calibrated = [calibration_of(weights, lang) for lang in self._tables.langs]
        self._scales = np.array([scale for scale, _ in calibrated])
        self._offsets = np.array([offset for _, offset in calibrated]).T.copy()
        self._room = Room()
        self._ballot = Ballot(weights.votes, self._room.split)
        self._scores: dict[Said, Score] = {}

    def score(self, text: str, lang: str) -> Score:
        """Score one text. ``lang``: BCP 47 primary tag, ``und`` where unknown. Never raises."""
        known = self._scores.get((text, lang))
        if known is None:
            known = self._score_alone(text, lang)
            self._remember({(text, lang): known})
        return known

    def score_many(self, said: Sequence[Said]) -> list[Score]:
        """Score texts, each with its language, in order: the scores that ``score`` gives.

        Many together cost a small part of what they cost one by one. Equal ones are scored once.
        """
        scores = list(map(self._scores.get, said))
        new = dict.fromkeys(
            [each for each, score in zip(said, scores, strict=True) if score is None]
        )
        if not new:
            return scores  # type: ignore[return-value]
        found: dict[Said, Score] = {}
        for part in _parts(list(new)):
            fresh = dict(zip(part, self._read_scores(part), strict=True))
            self._remember(fresh)
            found |= fresh
        return [score or found[each] for each, score in zip(said, scores, strict=True)]

    def _remember(self, scores: dict[Said, Score]) -> None:
        known = self._scores
        if len(known) + len(scores) > MEMO_TEXTS:
            known.clear()
        for said, score in scores.items():
            if len(said[0]) <= MEMO_TEXT_CHARACTERS:
                known[said] = score

    def log_odds(self, text: str, lang: str) -> tuple[float, float]:
        """Log-odds of negative and of positive against neutral, before calibration."""
        return self.log_odds_many([(text, lang)])[0]

    def log_odds_many(self, said: Sequence[Said]) -> list[tuple[float, float]]:
        """What ``log_odds`` gives, for texts with their languages."""
        steps = self.weights.steps
        odds: list[tuple[float, float]] = []
        for part in _parts(said):
            tongues, spoken, _ = self._read(part)
            low, high, *_ = self._odds(np.array([tongue.lang for tongue in tongues]), spoken)
            odds += zip((low / steps).tolist(), (high / steps).tolist(), strict=True)
        return odds

    def overlay(
        self, weights: Mapping[str, Pair], attack: Mapping[str, int] | None = None
    ) -> Overlay:
        """Other weights over this model's words, in steps by name of feature, for ``score_under``.

        Raises:
            WeightsError: as the model's own weights.
        """
        return Overlay(self._room, weights, attack or {})

    def score_under(self, said: Sequence[Said], overlay: Overlay) -> list[tuple[Score, Shift]]:
        """Scores of texts, and what an overlay would add to their log-odds, in its steps.

        Both come of one reading; nothing is remembered of a text.
        """
        found: list[tuple[Score, Shift]] = []
        for part in _parts(said):
            if len(part) < _TOGETHER:
                found += [self._score_alone_under(*each, overlay) for each in part]
                continue
            tongues, spoken, told = self._read(part)
            root = np.sqrt(spoken.features)
            tone, against = overlay.weigh(spoken)
            sides = [(side / root).tolist() for side in (*unpack(tone), against)]
            shifts = zip(*sides, strict=True)
            found += zip(self._scores_of(tongues, spoken, told), shifts, strict=True)
        return found

    def _score_alone_under(self, text: str, lang: str, overlay: Overlay) -> tuple[Score, Shift]:
        tongue, line = self._line(text, lang)
        heard = alone.read(self._room.columns, line, text)
        tone, against = overlay.weigh_alone(heard)
        negative, positive = halves(tone)
        root = sqrt(heard.features)
        shift = negative / root, positive / root, against / root
        return self._score_of(tongue, heard), shift

    def forget_texts(self) -> None:
        """Drop the memory of whole texts alone."""
        self._scores.clear()

    def forget(self) -> None:
        """Drop all memory of texts and words; scores stay the same."""
        self._scores.clear()
        self._ballot.clear()
        self._room.forget()
        self._room.forget()

    def guess(self, text: str) -> str:
        """Language that the words of ``text`` speak for, or ``*``."""
        return self.language(chunks(text), "")

    def language(self, pieces: list[str], lang: str) -> str:
        """The language to score in: the stated one if known to the model, else a guess or ``*``."""
        return self._languages([lang], [pieces])[0]

    def _languages(self, stated: Sequence[str], texts: Sequence[list[str]]) -> list[str]:
        """What ``language`` says, for many texts."""
        known = self.weights.lexicons
        primaries = [lang.partition("-")[0].lower() for lang in stated]
        found = [primary if primary in known else SHARED for primary in primaries]
        unstated = [at for at, primary in enumerate(primaries) if primary in UNSTATED]
        if unstated:
            for at, winner in zip(
                unstated, self._ballot.winners([texts[at] for at in unstated]), strict=True
            ):
                found[at] = winner or SHARED
        return found

    def _tongues(self, stated: Sequence[str], texts: Sequence[list[str]]) -> list[Tongue]:
        """Tongues of texts by their chunks."""
        known = self._room.tongues
        tongues = [known.get(lang) for lang in stated]
        left = [at for at, tongue in enumerate(tongues) if tongue is None]
        if left:
            found = self._languages([stated[at] for at in left], [texts[at] for at in left])
            for at, lang in zip(left, found, strict=True):
                tongues[at] = known.get(lang) or self._tongue(lang)
        return [tongue for tongue in tongues if tongue is not None]

    def _read(self, said: Sequence[Said]) -> tuple[list[Tongue], Spoken, Told]:
        """Read a few texts."""
        self._room.tidy()
        texts = [text for text, _ in said]
        pieced = list(map(chunks, texts))
        tongues = self._tongues([lang for _, lang in said], pieced)
        line: list[bytes] = []
        for tongue, pieces in zip(tongues, pieced, strict=True):
            line.append(tongue.first)
            line.extend(map(tongue.__getitem__, pieces))
            line.append(tongue.last)
        return tongues, *read(self._room.columns, b"".join(line), texts)

    def _odds(self, langs: Ints, spoken: Spoken) -> tuple[Floats, Floats, Floats, Places]:
        """Log-odds in steps, for negative and for positive; roots of features, places of pairs."""
        columns, tables = self._room.columns, self._tables
        number = columns.number.take(spoken.rows).astype(np.int64)
        pairs = pairs_of(spoken, number, tables)
        packed = weigh(spoken, loads_of(columns, spoken), pairs, tables.tone, langs)
        root = np.sqrt(spoken.features)
        low, high = (side / root for side in unpack(packed))
        return low + self.weights.bias[0], high + self.weights.bias[1], root, pairs

    def _line(self, text: str, lang: str) -> tuple[Tongue, bytes]:
        """Tongue of one text, and rows of its words."""
        self._room.tidy()
        pieces = chunks(text)
        tongue = self._room.tongues.get(lang) or self._tongue(self.language(pieces, lang))
        return tongue, b"".join([tongue.first, *map(tongue.__getitem__, pieces), tongue.last])

    def _score_alone(self, text: str, lang: str) -> Score:
        """Score one text: what ``_read_scores`` says, rounded alike."""
        tongue, line = self._line(text, lang)
        return self._score_of(tongue, alone.read(self._room.columns, line, text))

    def _score_of(self, tongue: Tongue, heard: alone.Heard) -> Score:
        columns, tables = self._room.columns, self._tables
        pairs = alone.pairs_of(heard, columns.cells.number, tables)
        weight = alone.weigh(heard, alone.look_at(columns, tables), pairs, tongue.lang)
        stance = alone.weigh(heard, alone.look_at_stance(columns, tables), pairs, 0)
        root, scale, bias = sqrt(heard.features), tongue.scale, self.weights.bias
        negative, positive = halves(weight)
        against = self._stance.log_odds(stance, root, tongue.offset)
        low = exp(max(-_FAR, min(_FAR, (negative / root + bias[0]) / scale)))
        high = exp(max(-_FAR, min(_FAR, (positive / root + bias[1]) / scale)))
        total = 1.0 + low + high
        return Score(low / total, 1.0 / total, high / total, heard.cues, heard.terms, *against)

    def _read_scores(self, said: Sequence[Said]) -> list[Score]:
        if len(said) < _TOGETHER:
            return [self._score_alone(*each) for each in said]
        return self._scores_of(*self._read(said))

    def _scores_of(self, tongues: list[Tongue], spoken: Spoken, told: Told) -> list[Score]:
        langs = np.array([tongue.lang for tongue in tongues])
        low, high, root, pairs = self._odds(langs, spoken)
        columns, column = self._room.columns, self._tables.stance
        against = self._stance.log_odds_many(
            weigh(spoken, stance_of(columns, spoken), pairs, column, None),
            root,
            self._offsets.take(langs, axis=1),
        )
        scale = self._scales.take(langs)
        low, high = ((side / scale).clip(-_FAR, _FAR).tolist() for side in (low, high))
        # Python's exp, not numpy's, which may differ between processors in the last bit.
        low, high = np.array(list(map(exp, low))), np.array(list(map(exp, high)))
        total = 1.0 + low + high
        # Past the generated __new__, which would take a fortieth of all the time.
        return list(
            map(
                _SCORE,
                zip(
                    (low / total).tolist(),
                    (1.0 / total).tolist(),
                    (high / total).tolist(),
                    told.cues,
                    told.terms,
                    *against.tolist(),
                    strict=True,
                ),
            )
        )

    def _tongue(self, lang: str) -> Tongue:
        """What the model knows of a language; ``*`` for what all share."""
        tongue = self._room.tongues.get(lang)
        if tongue is None:
            tongue = Tongue(lang, self.weights, self._tables, self._room)
            self._room.tongues[lang] = tongue
        return tongue


def _parts(said: Sequence[Said]) -> Iterator[Sequence[Said]]:
    """Parts of a batch that are small enough to be read in one walk."""
    first = characters = 0
    for at, (text, _) in enumerate(said):
        characters += len(text)
        if at - first >= _READ_TEXTS or (characters > _READ_CHARACTERS and at > first):
            yield said[first:at]
            first, characters = at, len(text)
    if first < len(said):
        yield said[first:]


def load_model(data: bytes | None = None) -> Model:
    """Load the shipped weights, or those in ``data``, and verify them.

    Raises:
        WeightsError: the weights are altered, too large or made for another tokenizer.
    """
    return Model(*decode(shipped() if data is None else data))
