"""What an episode is made of: shocks from outside, who speaks, how catching it is."""

from typing import Literal, NamedTuple

from lab.evaluate.replays.world.speakers.actors import Cast
from lab.evaluate.replays.world.timing.cascade import Contagion
from schemas.incident import EpisodeKind

Split = Literal["development", "held_out"]


class Shock(NamedTuple):
    """Something from outside that makes people speak: a video, an article, an error, a reply.

    ``at_h``: hours after the first post. ``share``: of all that comes from outside. People come to
    it after ``rise_h`` and ``decay_h`` on average, one after the other. ``influencers`` of them
    have about ``reach`` followers. ``abroad``: share that speaks the languages of everywhere.
    ``one_post``: nearly all of it is the first post, passed on by others.
    ``accounts``: only so many accounts take part, with a handful of texts: they are programs.
    ``own_replies``: the brand itself speaks up.
    """

    at_h: float
    share: float
    rise_h: float
    decay_h: float
    cast: Cast
    influencers: int = 0
    reach: float = 100_000.0
    abroad: float = 0.0
    accounts: int = 0
    one_post: bool = False
    own_replies: int = 0


class Shape(NamedTuple):
    """A kind of episode, from which any number is drawn.

    ``hours``: its size, in hours at a usual storm's rate for a brand of that size. ``follow``: who
    joins a conversation under way. ``begins``: hours of the audience's day (0 is its deepest
    night) between which it starts. ``again``: posts by people who already took part.
    ``least_per_hour`` and ``most_per_hour``: brands that it happens to. ``paced``: it has the pace
    of Nestlé's, and is held to its figures. ``peaks_after_h``: one that peaks sooner is of another
    kind. ``turns``: number of the shock that makes it what it is; what came before was everyday
    trouble, and its onset is looked for from there. ``grumbled``: it befalls a brand that customers
    complain about every day.
    """

    name: str
    kind: EpisodeKind
    split: Split
    hours: float
    contagion: Contagion
    follow: Cast
    shocks: tuple[Shock, ...]
    begins: tuple[float, float] = (6.0, 18.0)
    hashtags: int = 3
    links: int = 4
    again: float = 0.12
    least_per_hour: float = 0.0
    most_per_hour: float = 1e9
    paced: bool = False
    peaks_after_h: float = 0.0
    turns: int = 0
    grumbled: bool = False
