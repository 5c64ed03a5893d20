"""A cheap guess of a text's language, for sources that do not state it.

Every token votes by itself: its form, its ending, its script. The votes of all languages travel
in one integer, a lane of ``_LANE`` bits each, while those of a chunk are summed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

import numpy as np
from msgspec import Struct

from pipeline.sentiment.lexicon.word_lists import fold

_LIMIT = 100
"""Largest vote, either way."""

_LANE = 16
"""Bits that the votes for one language take in the integer that holds those for all."""

MAX_TOKENS = ((1 << _LANE) - 1) // (4 * 2 * _LIMIT)
"""Tokens whose votes one row can hold: each has four traits at most."""

_UNIT = 20.0
"""Votes to a nat."""

_SMOOTHING = 0.5
"""Added to each count of a trait, so that none is 0."""

_MIN_COUNT = 4
"""Traits that are met less often have no vote."""

_MIN_RATIO = 0.3
"""Traits whose best language leads the average by less than this, in nats, have no vote."""

_SCRIPTS = {"script 12": "ar", "script 13": "ar", "script 18": "hi"}
"""Unicode blocks (see ``traits``) that one of the languages has for itself: no need to learn."""


class Votes(Struct, frozen=True):
    """``votes[trait]``: one vote per language, in [-100, 100] twentieths of a nat.

    ``margin``: by how much the winner must lead, in the same unit, else the language is unknown.
    """

    languages: tuple[str, ...]
    votes: dict[str, tuple[int, ...]]
    margin: int = 10

    def packed(self) -> dict[str, int]:
        """Votes by trait, one lane per language, each raised to be positive."""
        return {
            trait: sum((vote + _LIMIT) << (lane * _LANE) for lane, vote in enumerate(votes))
            for trait, votes in self.votes.items()
        }

    def row(self, packed: int) -> bytes:
        """Summed votes of at most ``MAX_TOKENS``, one integer per language."""
        return packed.to_bytes(len(self.languages) * _LANE // 8, "little")

    def winners(self, rows: bytes, begin: Sequence[int]) -> list[str]:
        """For each text the language that leads its votes by the margin, or ``""``.

        ``rows``: those of all texts, at least one each; ``begin``: number of each text's first.
        """
        votes = np.frombuffer(rows, "<u2").reshape(-1, len(self.languages))
        sums = np.add.reduceat(votes, begin, axis=0, dtype=np.int32)
        every = np.arange(len(sums))
        best = sums.argmax(axis=1)
        most = sums[every, best]
        sums[every, best] = -1
        leads = most - sums.max(axis=1) >= self.margin
        return [
            self.languages[at] if ahead else ""
            for at, ahead in zip(best.tolist(), leads.tolist(), strict=True)
        ]


def traits(token: str) -> tuple[str, ...]:
    """What of a token tells the language: itself, its beginning and ending, its script.

    >>> traits("besoin")
    ('besoin', '-in', '-oin', 'be-')
    """
    if not token[0].isalpha():
        return ()
    if token[0] > "\u0370":
        return (fold(token), f"script {ord(token[0]) >> 7}")
    return (token, "-" + token[-2:], "-" + token[-3:], token[:2] + "-")


def count_votes(texts: Iterable[tuple[list[str], str]], languages: tuple[str, ...]) -> Votes:
    """Votes from tokenised texts with their languages: smoothed log-odds against the average.

    Deterministic: the order of ``texts`` does not matter.
    """
    counts = {lang: Counter[str]() for lang in languages}
    for tokens, lang in texts:
        counts[lang].update(trait for token in tokens for trait in traits(token))
    totals = {lang: sum(count.values()) + 1 for lang, count in counts.items()}
    scale = max(totals.values())
    seen = Counter[str]()
    for count in counts.values():
        seen.update(count)
    votes: dict[str, tuple[int, ...]] = {}
    for trait in sorted(trait for trait, count in seen.items() if count >= _MIN_COUNT):
        logs = [
            log((counts[lang][trait] * scale / totals[lang]) + _SMOOTHING * scale / totals[lang])
            for lang in languages
        ]
        mean = sum(logs) / len(logs)
        if max(logs) - mean < _MIN_RATIO:
            continue
        votes[trait] = tuple(
            max(-_LIMIT, min(_LIMIT, round(_UNIT * (value - mean)))) for value in logs
        )
    for script, own in _SCRIPTS.items():
        votes[script] = tuple(_LIMIT if lang == own else -_LIMIT for lang in languages)
    return Votes(languages, votes)
