"""How much looks made by machines or to order: copied wordings, young accounts, few voices.

The signs are those by which Z. Chu, S. Gianvecchio, H. Wang and S. Jajodia tell bots from people
("Detecting Automation of Twitter Accounts", IEEE TDSC 9, 2012): repeated content, the age of the
account, how much one account posts. Each sign is a share that ordinary talk has as well, so that it
counts from a floor on, and fully from a ceiling on; they are put together as a noisy or
(J. Pearl, "Probabilistic Reasoning in Intelligent Systems", 1988, section 4.3.2):

    rating = 1 − Π (1 − weight · part),   part = (share − floor) / (ceiling − floor) within 0..1

No sign alone makes more than its weight. Floors lie above what was found in ordinary talk: 0 to 7 %
of wordings copied and 4 to 12 % of accounts young in two collections of real posts; headlines that
many share are copies as well.
"""

from typing import Final, NamedTuple

from schemas.bucket import Bucket
from schemas.incident import Automation

CROWD: Final = ("compared", "copied", "aged", "young")
"""Counts of a bucket, in the order of every list of them."""

PRIOR_POSTS: Final = 10.0
"""Ordinary posts that are thought to be among those counted."""


class Sign(NamedTuple):
    """Where a share begins to count, where it counts fully, and for how much."""

    floor: float
    ceiling: float
    weight: float

    def doubt(self, share: float) -> float:
        """What this sign leaves, 0 to 1, of the doubt that the talk is made to order."""
        part = (share - self.floor) / (self.ceiling - self.floor)
        return 1.0 - self.weight * min(max(part, 0.0), 1.0)


COPIED: Final = Sign(0.3, 0.8, 0.6)
YOUNG: Final = Sign(0.15, 0.6, 0.6)
REPEATED: Final = Sign(0.2, 0.6, 0.5)


def crowd_of(bucket: Bucket) -> list[int]:
    """Counts of one bucket in the order of ``CROWD``."""
    return [bucket.compared, bucket.copied, bucket.aged, bucket.young]


def automation(crowd: list[int], repeated: float | None) -> Automation | None:
    """The rating of what ``crowd`` counts; None where no sign is known.

    ``repeated``: share of posts by authors who had spoken before, where authors are known.

    >>> automation([300, 240, 400, 320], 0.1).rating
    0.828
    >>> automation([300, 3, 400, 30], 0.1).rating
    0.0
    """
    compared, copied, aged, young = crowd
    copied_share = copied / (compared + PRIOR_POSTS) if compared else None
    young_share = young / (aged + PRIOR_POSTS) if aged else None
    signs = ((COPIED, copied_share), (YOUNG, young_share), (REPEATED, repeated))
    if all(share is None for _, share in signs):
        return None
    doubt = 1.0
    for sign, share in signs:
        if share is not None:
            doubt *= sign.doubt(share)
    return Automation(
        rating=round(1.0 - doubt, 3),
        copied=_rounded(copied_share),
        young=_rounded(young_share),
        repeated=_rounded(repeated),
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(min(max(share, 0.0), 1.0), 4)
