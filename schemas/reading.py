"""What the careful reading of some posts adds to a bucket."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from schemas.base import Identifier, LanguageTag, Reference, UtcTime, Version, check_times
from schemas.mention import Followers, Kind

CLASSES: Final = (
    "accusation",
    "boycott",
    "mockery",
    "harm",
    "complaint",
    "sad",
    "praise",
    "off_topic",
    "everyday",
)
"""What a post does to the brand it names; order of the classes everywhere."""

OUTPUTS: Final = ("attack", "complaint", "harm")
"""What fast and careful reading both say of a post; order everywhere."""

MOST_ROOTS: Final = 20
MOST_BEST: Final = 20

Reposts = Annotated[int, Meta(ge=0, le=10**10)]
Share = Annotated[float, Meta(ge=0, le=1)]
Sum = Annotated[float, Meta(ge=0, le=1e10)]
Difference = Annotated[float, Meta(ge=-1e10, le=1e10)]
ByClass = tuple[Share, Share, Share, Share, Share, Share, Share, Share, Share]
SumsByClass = tuple[Sum, Sum, Sum, Sum, Sum, Sum, Sum, Sum, Sum]
NO_SUMS: Final = (0.0,) * 9


class ReadPost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post that was read carefully, shortened as it was read.

    ``text`` comes from outside: whoever shows it must neutralise it for the place it is shown in.
    ``classes``: probabilities in the order of ``CLASSES``; they add up to 1, but for rounding.
    ``fast``: what fast reading said of it, in the order of ``OUTPUTS``. ``reposts``: of the root of
    a cascade, how many had been heard when the bucket ended, in two days.
    """

    id: Identifier
    handle: Reference
    created_at: UtcTime
    text: Annotated[str, Meta(max_length=1_000)]
    classes: ByClass
    fast: tuple[Share, Share, Share]
    lang: LanguageTag = "und"
    kind: Kind = "original"
    followers: Followers = 0
    reposts: Reposts = 0

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(created_at=self.created_at)


class Reading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was read of a bucket's texts: those that are no reposts, and not the brand's own.

    A uniform sample of them was read, and the roots of cascades beside it. ``rate``: with what
    probability each text was drawn, 0 where none could be; a bucket of which nothing was drawn
    still says it, since an empty sample is one, too. ``read``: texts drawn.

    ``classes``: sums over the sample of each text's probabilities over its chance to be drawn, so
    that they estimate the sums over all texts. ``differences`` estimate in the same way how far the
    sums of careful reading lie above those of fast reading, in the order of ``OUTPUTS``, and
    ``variances`` estimate the variance that drawing gives them. ``roots`` are those whose reposts
    came to 3, 10, 30, 100, …; ``best`` the texts of the sample that are most like a class.
    """

    rate: Share = 0.0
    read: Annotated[int, Meta(ge=0, le=10_000)] = 0
    classes: SumsByClass = NO_SUMS
    differences: tuple[Difference, Difference, Difference] = (0.0, 0.0, 0.0)
    variances: tuple[Sum, Sum, Sum] = (0.0, 0.0, 0.0)
    roots: Annotated[tuple[ReadPost, ...], Meta(max_length=MOST_ROOTS)] = ()
    best: Annotated[tuple[ReadPost, ...], Meta(max_length=MOST_BEST)] = ()
    reader: Version = ""
    """Version of encoder and head; empty where nothing was read."""
