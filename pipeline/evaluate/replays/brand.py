"""A seeded brand: how big, when it is talked about, by whom and in what tone."""

from typing import Final, NamedTuple

import numpy as np

from pipeline.evaluate.replays.cascade import Contagion
from pipeline.evaluate.replays.people import followers
from pipeline.evaluate.replays.reading import Reader, draw_reader
from pipeline.evaluate.replays.rhythm import Rhythm
from pipeline.evaluate.replays.voices import Cast, Ensemble, Voice
from pipeline.evaluate.replays.writing import Crowd, Languages
from schemas.brand import Brand

SIZES: Final = (2.0, 15.0, 90.0, 500.0, 3000.0)
"""Mentions an hour, about: a shop, a regional firm, a national brand, a known one, a giant."""

LANGUAGES: Final = ("en", "fr", "de", "es", "pt", "it", "ar", "hi", "ja", "nl")

_MOST_REGULARS: Final = 60_000
_GRUMBLE: Final = 1.0
"""Weight of customers who complain, on top of all others together."""


class BrandProfile(NamedTuple):
    """Everything that is settled about a brand before the first day.

    ``wander`` and ``wander_h``: spread and memory of the slow drift of its level, on a log scale.
    ``campaign``: weekday and hour of a weekly campaign, if it has one.
    """

    name: str
    per_hour: float
    rhythm: Rhythm
    wander: float
    wander_h: float
    contagion: Contagion
    voices: dict[str, Voice]
    cast: Cast
    reader: Reader
    crowd: Crowd
    languages: Languages
    abroad: Languages
    campaign: tuple[int, float] | None

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
        crowd=Crowd(followers(rng, regulars)),
        languages=Languages(home, shares),
        abroad=Languages(np.arange(len(LANGUAGES)), everywhere),
        campaign=campaign,
    )


def _voices(rng: np.random.Generator) -> dict[str, Voice]:
    repost = float(rng.uniform(0.4, 0.8))
    stranger = float(rng.uniform(0.35, 0.7))

    def voice(negative: float, positive: float, **more: float) -> Voice:
        mood = rng.lognormal(0, 0.25, 2)
        low, high = negative * mood[0], positive * mood[1]
        hashtag = float(rng.uniform(0.05, 0.35))
        settled = {"repost": repost, "stranger": stranger, "hashtag": hashtag}
        scale = max(1.0, low + high)
        return Voice(float(low / scale), float(high / scale), **{**settled, **more})

    return {
        "talk": voice(0.14, 0.28, outrage=0.03, complaint=0.08, first_person=0.35),
        "user": voice(0.62, 0.08, complaint=0.55, outrage=0.03, first_person=0.8, addressed=0.8,
                      opens_by_reply=0.55, repost=0.1, reply=0.5),
        "devotee": voice(0.04, 0.72, first_person=0.45),
        "press": voice(0.1, 0.12, first_person=0.02, link=0.85, audience=3.0, addressed=0.05),
    }  # fmt: skip


def _cast(rng: np.random.Generator, *, grumbled: bool) -> Cast:
    shares = rng.dirichlet([6.0, 1.6, 2.2, 1.4])
    cast = dict(zip(("talk", "user", "devotee", "press"), map(float, shares), strict=True))
    if grumbled:
        cast["user"] += _GRUMBLE
    return cast
