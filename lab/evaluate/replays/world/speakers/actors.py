"""Kinds of speakers: what they say, how they pass things on."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import QUOTE, REPLY, REPOST, Floats, Ints
from lab.evaluate.replays.world.speakers.reading import TEXTS


class Actor(NamedTuple):
    """One kind of speaker; all figures but ``audience`` are shares.

    ``texts``: kinds of text, and how often each. ``hashtag``, ``link``: texts that carry the
    subject's. ``addressed``: those that call the brand by its handle. ``copied``: those in the
    words of somebody else. ``repost``, ``quote``, ``reply``: of what they are moved to, how it is
    done; ``opens_by_reply``: of what they begin. ``stranger``: people who had not spoken of the
    brand. ``audience``: followers against the usual.
    """

    texts: Mapping[str, float]
    hashtag: float = 0.15
    link: float = 0.25
    addressed: float = 0.3
    copied: float = 0.05
    repost: float = 0.72
    quote: float = 0.08
    reply: float = 0.1
    opens_by_reply: float = 0.2
    stranger: float = 0.8
    audience: float = 1.0


ACTORS: Final = {
    "critic": Actor({"accusation": 0.5, "boycott": 0.04, "mockery": 0.05, "harm": 0.12,
                     "everyday": 0.23, "praise": 0.06}, copied=0.12, stranger=0.9),
    "outraged": Actor({"accusation": 0.67, "boycott": 0.1, "mockery": 0.05, "complaint": 0.04,
                       "everyday": 0.12, "praise": 0.02}, copied=0.12, stranger=0.9),
    "boycotter": Actor({"boycott": 0.55, "accusation": 0.23, "everyday": 0.17, "praise": 0.05},
                       hashtag=0.7, link=0.15, copied=0.2, repost=0.75),
    "mocker": Actor({"mockery": 0.52, "accusation": 0.06, "everyday": 0.27, "praise": 0.15},
                    hashtag=0.25, repost=0.7),
    "witness": Actor({"accusation": 0.44, "complaint": 0.34, "harm": 0.05, "everyday": 0.17},
                     link=0.1, addressed=0.75, opens_by_reply=0.45, repost=0.6, stranger=0.75),
    "teller": Actor({"harm": 0.34, "accusation": 0.08, "everyday": 0.52, "praise": 0.06},
                    link=0.75, addressed=0.15, copied=0.2),
    "asker": Actor({"everyday": 0.62, "harm": 0.12, "accusation": 0.1, "complaint": 0.08,
                    "praise": 0.08}, addressed=0.6, repost=0.3),
    "supporter": Actor({"praise": 0.7, "off_topic": 0.12, "everyday": 0.14, "accusation": 0.04},
                       hashtag=0.1, link=0.08, stranger=0.55),
    "customer": Actor({"complaint": 0.68, "grumble": 0.1, "chat": 0.12, "praise": 0.06,
                       "accusation": 0.04}, hashtag=0.06, link=0.05, addressed=0.85,
                      opens_by_reply=0.6, repost=0.12, quote=0.08, reply=0.5, stranger=0.6,
                      audience=0.6),
    "reporter": Actor({"chat": 0.5, "everyday": 0.2, "cheer": 0.1, "off_topic": 0.12, "harm": 0.08},
                      link=0.9, addressed=0.08, copied=0.2, audience=3.0),
    "fan": Actor({"praise": 0.3, "cheer": 0.5, "chat": 0.16, "grumble": 0.04}, hashtag=0.35,
                 link=0.2, stranger=0.7),
    "hopeful": Actor({"cheer": 0.5, "chat": 0.47, "grumble": 0.03}, hashtag=0.7, link=0.2,
                     addressed=0.7, copied=0.3, repost=0.75, opens_by_reply=0.5, audience=0.4,
                     stranger=0.9),
    "cheerer": Actor({"cheer": 0.6, "chat": 0.28, "off_topic": 0.12}, hashtag=0.4, link=0.12,
                     repost=0.55),
    "heckler": Actor({"mockery": 0.25, "grumble": 0.2, "off_topic": 0.2, "chat": 0.23,
                      "cheer": 0.12}, hashtag=0.3, repost=0.5),
    "mourner": Actor({"sad": 0.75, "chat": 0.15, "cheer": 0.1}, hashtag=0.3, link=0.3,
                     addressed=0.1, repost=0.65),
    "joker": Actor({"chat": 0.4, "cheer": 0.3, "off_topic": 0.12, "mockery": 0.1, "grumble": 0.08},
                   hashtag=0.3, link=0.35, repost=0.7),
    "advertiser": Actor({"chat": 0.6, "cheer": 0.35, "off_topic": 0.05}, hashtag=0.6, link=0.95,
                        copied=0.7, repost=0.5, audience=0.3),
    "hater": Actor({"accusation": 0.6, "boycott": 0.25, "mockery": 0.1, "everyday": 0.05},
                   hashtag=0.8, link=0.5, addressed=0.8, copied=0.5, repost=0.3, audience=0.1),
    "echo": Actor({"accusation": 0.42, "harm": 0.17, "mockery": 0.08, "everyday": 0.27,
                   "praise": 0.06}, link=0.5, repost=0.94, quote=0.03, reply=0.02, stranger=0.85),
    "quarreller": Actor({"off_topic": 0.86, "chat": 0.08, "accusation": 0.04, "praise": 0.02},
                        link=0.15, addressed=0.12, repost=0.8, stranger=0.93),
    "spammer": Actor({"off_topic": 0.75, "complaint": 0.15, "chat": 0.1}, hashtag=0.6, link=0.9,
                     addressed=0.15, copied=0.6, repost=0.3, stranger=0.97, audience=0.1),
    "namesake": Actor({"off_topic": 0.35, "sad": 0.4, "harm": 0.15, "chat": 0.1}, link=0.6,
                      addressed=0.01, copied=0.15, stranger=0.96),
    "comparer": Actor({"off_topic": 0.55, "accusation": 0.12, "harm": 0.1, "praise": 0.13,
                       "chat": 0.1}, link=0.4, addressed=0.15, stranger=0.9),
    "haggler": Actor({"complaint": 0.4, "grumble": 0.25, "mockery": 0.08, "chat": 0.2,
                      "accusation": 0.03, "cheer": 0.04}, addressed=0.45, repost=0.35,
                     stranger=0.75),
}  # fmt: skip
"""What an episode's speakers are like. Composed from reports on such episodes, not fitted.

The last five are those who only seem to speak of the brand: who quarrel about something else, sell,
mean a namesake or a rival, or find all prices too high.
"""

Cast = dict[str, float]
"""Voice → its weight."""

_TEXTS: Final = "texts"


class Ensemble:
    """Voices by number, so that a whole generation is drawn at once."""

    def __init__(self, voices: Mapping[str, Actor]) -> None:
        self.names = tuple(voices)
        self._shares = {
            field: np.array([getattr(voice, field) for voice in voices.values()])
            for field in Actor._fields
            if field != _TEXTS
        }
        weights = np.array(
            [[voice.texts.get(kind, 0.0) for kind in TEXTS] for voice in voices.values()]
        )
        self._texts = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)

    def cast(self, rng: np.random.Generator, weights: Cast, rows: int) -> Ints:
        """Voices of ``rows`` speakers drawn from a cast."""
        names = [self.names.index(name) for name in weights]
        shares = np.array(list(weights.values()))
        return np.array(names)[rng.choice(len(names), rows, p=shares / shares.sum())]

    def share(self, field: str, voice: Ints) -> Floats:
        """One figure for each speaker."""
        found: Floats = self._shares[field][voice]
        return found

    def texts(self, rng: np.random.Generator, voice: Ints) -> Ints:
        """What kind of text each speaker writes."""
        kinds: Ints = (rng.random(len(voice))[:, None] > self._texts[voice, :-1]).sum(axis=1)
        return kinds

    def way(self, rng: np.random.Generator, voice: Ints) -> Ints:
        """How each speaker who was moved by a post says so."""
        drawn = rng.random(len(voice))
        repost = self.share("repost", voice)
        quote = repost + self.share("quote", voice)
        reply = quote + self.share("reply", voice)
        return np.select([drawn < repost, drawn < quote, drawn < reply], [REPOST, QUOTE, REPLY], 0)
