"""A seeded brand: how big, when it is talked about, by whom and in what tone."""

from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.speakers.actors import Actor, Cast, Ensemble
from lab.evaluate.replays.world.speakers.people import followers
from lab.evaluate.replays.world.speakers.reading import SPOKEN, ModelOfBrand, draw_reader
from lab.evaluate.replays.world.speakers.writing import Languages, Regulars
from lab.evaluate.replays.world.timing.cascade import Contagion
from lab.evaluate.replays.world.timing.rhythm import Rhythm
from schemas.brand import Brand

TINY: Final = 0.5
"""A brand that is hardly spoken of; only what befalls such brands befalls it."""
SIZES: Final = (2.0, 15.0, 90.0, 500.0, 3000.0)
"""Mentions an hour, about: a shop, a regional firm, a national brand, a known one, a giant."""

LANGUAGES: Final = SPOKEN

BURSTY: Final = 0.9
BURSTY_SPREAD: Final = 0.8
"""So that, with cascades and the day, the variance of 20 minutes of a small brand is about
their mean and once its square; on six real brands it is .4 to 9.8 times the square."""

_MOST_REGULARS: Final = 60_000
_GRUMBLE: Final = 1.0
"""Weight of customers who complain, on top of all others together."""


class BrandProfile(NamedTuple):
    """Everything that is settled about a brand before the first day.

    ``wander`` and ``wander_h``: spread and memory of the slow drift of its level, on a log scale.
    ``campaign``: weekday and hour of a weekly campaign, if it has one. ``bursty``: how much ten
    minutes differ by luck: variance of their rate, of mean one.
    """

    name: str
    per_hour: float
    rhythm: Rhythm
    wander: float
    wander_h: float
    contagion: Contagion
    voices: dict[str, Actor]
    cast: Cast
    reader: ModelOfBrand
    crowd: Regulars
    languages: Languages
    abroad: Languages
    campaign: tuple[int, float] | None
    bursty: float = 0.0

    @property
    def ensemble(self) -> Ensemble:
        """The voices of its everyday talk."""
        return Ensemble(self.voices)

    @property
    def configuration(self) -> Brand:
        """The line of the brands file that listens to it, all settings as they come."""
        return Brand(id=self.name, names=(self.name,), handles=(self.name,))


def draw_brand(
    rng: np.random.Generator, name: str, size: float, *, grumbled: bool = False
) -> BrandProfile:
    """Draw a brand of about ``size`` mentions an hour.

    ``grumbled``: its customers complain every day, so that nearly half of what is said of it is
    negative.

    >>> brand = draw_brand(np.random.default_rng(1), "acme", 90.0)
    >>> 30 < brand.per_hour < 270
    True
    """
    per_hour = float(size * rng.lognormal(0, 0.3))
    regulars = int(min(max(per_hour * 25, 40), _MOST_REGULARS))
    kinds = int(rng.integers(1, 5))
    home = rng.permutation(4)[:kinds]
    shares = rng.dirichlet(np.array([8.0, 2.0, 1.0, 1.0])[:kinds])
    everywhere = np.full(len(LANGUAGES), 0.5 / len(LANGUAGES))
    everywhere[home] += 0.5 * shares
    campaign = (int(rng.integers(5)), float(rng.uniform(8, 17))) if rng.random() < 0.4 else None  # noqa: PLR2004
    return BrandProfile(
        name=name,
        per_hour=per_hour,
        rhythm=Rhythm(
            peak_h=float(rng.uniform(0, 24)),
            sharpness=float(rng.uniform(0.3, 1.3)),
            evening=float(rng.uniform(-0.3, 0.3)),
            weekend=float(rng.uniform(0.5, 1.25)),
        ),
        wander=float(rng.uniform(0.08, 0.3)),
        wander_h=float(rng.uniform(3, 18)),
        contagion=Contagion(float(rng.uniform(0.25, 0.6)), theta=float(rng.uniform(0.4, 0.8))),
        voices=_voices(rng),
        cast=_cast(rng, grumbled=grumbled),
        reader=draw_reader(rng),
        crowd=Regulars(followers(rng, regulars)),
        languages=Languages(home, shares),
        abroad=Languages(np.arange(len(LANGUAGES)), everywhere),
        campaign=campaign,
        bursty=float(rng.lognormal(np.log(BURSTY), BURSTY_SPREAD)),
    )


def _voices(rng: np.random.Generator) -> dict[str, Actor]:
    repost = float(rng.uniform(0.4, 0.8))
    stranger = float(rng.uniform(0.35, 0.7))
    addressed = float(rng.uniform(0.03, 0.4))

    def voice(texts: dict[str, float], **more: float) -> Actor:
        mood = rng.lognormal(0, 0.25, len(texts))
        hashtag = float(rng.uniform(0.05, 0.35))
        settled = {
            "repost": repost,
            "stranger": stranger,
            "hashtag": hashtag,
            "addressed": addressed,
        }
        weights = zip(texts.items(), mood.tolist(), strict=True)
        return Actor({kind: share * luck for (kind, share), luck in weights}, **{**settled, **more})

    return {
        "talk": voice({"chat": 0.5, "cheer": 0.24, "grumble": 0.12, "off_topic": 0.06,
                       "complaint": 0.03, "mockery": 0.02, "everyday": 0.02, "sad": 0.005,
                       "accusation": 0.005}),
        "user": voice({"complaint": 0.3, "grumble": 0.32, "chat": 0.26, "cheer": 0.1,
                       "accusation": 0.02}, addressed=0.8, opens_by_reply=0.55, repost=0.1,
                      reply=0.5),
        "devotee": voice({"cheer": 0.55, "praise": 0.12, "chat": 0.29, "grumble": 0.04}),
        "press": voice({"chat": 0.68, "cheer": 0.1, "grumble": 0.06, "off_topic": 0.1,
                        "harm": 0.04, "everyday": 0.02}, link=0.85, audience=3.0, addressed=0.05),
    }  # fmt: skip


def _cast(rng: np.random.Generator, *, grumbled: bool) -> Cast:
    shares = rng.dirichlet([6.0, 1.6, 2.2, 1.4])
    cast = dict(zip(("talk", "user", "devotee", "press"), map(float, shares), strict=True))
    if grumbled:
        cast["user"] += _GRUMBLE
    return cast
