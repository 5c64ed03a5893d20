"""Kinds of speakers: what they mean, which words they use, how they pass things on."""

from typing import Final, NamedTuple

import numpy as np

from pipeline.evaluate.replays.mentions import (
    BOYCOTT,
    COMPLAINT,
    FIRST_PERSON,
    NEGATIVE,
    NEUTRAL,
    OUTRAGE,
    POSITIVE,
    QUOTE,
    REPLY,
    REPOST,
    Floats,
    Ints,
)


class Voice(NamedTuple):
    """One kind of speaker; all figures but ``audience`` are shares.

    ``negative`` and ``positive``: of their texts, as a person would read them; the rest is neutral.
    ``outrage``, ``boycott``, ``complaint``: of their negative texts, those whose words say so.
    ``hashtag``, ``link``: texts that carry the subject's. ``addressed``: those that call the brand
    by its handle. ``repost``, ``quote``, ``reply``: of what they are moved to, how it is done;
    ``opens_by_reply``: of what they begin. ``stranger``: people who had not spoken of the brand.
    ``audience``: followers against the usual.
    """

    negative: float
    positive: float
    outrage: float = 0.0
    boycott: float = 0.0
    complaint: float = 0.0
    first_person: float = 0.2
    hashtag: float = 0.15
    link: float = 0.25
    addressed: float = 0.3
    repost: float = 0.72
    quote: float = 0.08
    reply: float = 0.1
    opens_by_reply: float = 0.2
    stranger: float = 0.8
    audience: float = 1.0


VOICES: Final = {
    "critic": Voice(0.72, 0.05, outrage=0.22, boycott=0.05, first_person=0.15, stranger=0.9),
    "outraged": Voice(0.86, 0.02, outrage=0.5, boycott=0.12, first_person=0.2, stranger=0.9),
    "boycotter": Voice(
        0.78, 0.05, outrage=0.3, boycott=0.6, first_person=0.35, hashtag=0.7, link=0.15, repost=0.75
    ),
    "mocker": Voice(0.45, 0.15, outrage=0.08, first_person=0.1, hashtag=0.25, repost=0.7),
    "witness": Voice(
        0.82, 0.03, outrage=0.18, complaint=0.45, first_person=0.75, link=0.1, addressed=0.75,
        opens_by_reply=0.45, repost=0.6, stranger=0.75,
    ),
    "teller": Voice(0.38, 0.05, outrage=0.04, first_person=0.04, link=0.75, addressed=0.15),
    "asker": Voice(0.3, 0.08, complaint=0.1, first_person=0.3, addressed=0.6, repost=0.3),
    "supporter": Voice(0.1, 0.68, first_person=0.3, hashtag=0.1, link=0.08, stranger=0.55),
    "customer": Voice(
        0.62, 0.06, outrage=0.03, complaint=0.6, first_person=0.85, hashtag=0.06, link=0.05,
        addressed=0.85, opens_by_reply=0.6, repost=0.12, quote=0.08, reply=0.5, stranger=0.6,
        audience=0.6,
    ),
    "reporter": Voice(0.14, 0.1, first_person=0.02, link=0.9, addressed=0.08, audience=3.0),
    "fan": Voice(0.04, 0.78, first_person=0.4, hashtag=0.35, link=0.2, stranger=0.7),
    "hopeful": Voice(
        0.03, 0.5, first_person=0.5, hashtag=0.7, link=0.2, addressed=0.7, repost=0.75,
        opens_by_reply=0.5, audience=0.4, stranger=0.9,
    ),
    "cheerer": Voice(0.12, 0.6, first_person=0.15, hashtag=0.4, link=0.12, repost=0.55),
    "heckler": Voice(0.55, 0.12, outrage=0.06, first_person=0.15, hashtag=0.3, repost=0.5),
    "mourner": Voice(0.6, 0.2, first_person=0.3, hashtag=0.3, link=0.3, addressed=0.1, repost=0.65),
    "joker": Voice(0.22, 0.35, outrage=0.02, first_person=0.25, hashtag=0.3, link=0.35, repost=0.7),
    "advertiser": Voice(0.02, 0.35, first_person=0.02, hashtag=0.6, link=0.95, repost=0.5,
                        audience=0.3),
    "hater": Voice(0.85, 0.02, outrage=0.45, boycott=0.2, first_person=0.05, hashtag=0.8,
                   link=0.5, addressed=0.8, repost=0.3, audience=0.1),
    "echo": Voice(0.66, 0.06, outrage=0.15, boycott=0.03, first_person=0.1, link=0.5, repost=0.94,
                  quote=0.03, reply=0.02, stranger=0.85),
}  # fmt: skip
"""What an episode's speakers are like. Composed from reports on such episodes, not fitted."""

Cast = dict[str, float]
"""Voice → its weight."""

_CUES: Final = (("outrage", OUTRAGE), ("boycott", BOYCOTT), ("complaint", COMPLAINT))


class Ensemble:
    """Voices by number, so that a whole generation is drawn at once."""

    def __init__(self, voices: dict[str, Voice]) -> None:
        self.names = tuple(voices)
        self._shares = {
            field: np.array([getattr(voice, field) for voice in voices.values()])
            for field in Voice._fields
        }

    def cast(self, rng: np.random.Generator, weights: Cast, rows: int) -> Ints:
        """Voices of ``rows`` speakers drawn from a cast."""
        names = [self.names.index(name) for name in weights]
        shares = np.array(list(weights.values()))
        return np.array(names)[rng.choice(len(names), rows, p=shares / shares.sum())]

    def share(self, field: str, voice: Ints) -> Floats:
        """One figure for each speaker."""
        found: Floats = self._shares[field][voice]
        return found

    def sentiment(self, rng: np.random.Generator, voice: Ints) -> Ints:
        """What each speaker means."""
        drawn = rng.random(len(voice))
        negative = self.share("negative", voice)
        positive = negative + self.share("positive", voice)
        return np.where(drawn < negative, NEGATIVE, np.where(drawn < positive, POSITIVE, NEUTRAL))

    def cues(self, rng: np.random.Generator, voice: Ints, meant: Ints) -> Ints:
        """The words each speaker uses, as bits."""
        rows = len(voice)
        found = np.where(rng.random(rows) < self.share("first_person", voice), FIRST_PERSON, 0)
        for field, cue in _CUES:
            used = (meant == NEGATIVE) & (rng.random(rows) < self.share(field, voice))
            found |= np.where(used, cue, 0)
        return found

    def way(self, rng: np.random.Generator, voice: Ints) -> Ints:
        """How each speaker who was moved by a post says so."""
        drawn = rng.random(len(voice))
        repost = self.share("repost", voice)
        quote = repost + self.share("quote", voice)
        reply = quote + self.share("reply", voice)
        return np.select([drawn < repost, drawn < quote, drawn < reply], [REPOST, QUOTE, REPLY], 0)
