"""Why an episode that was noticed never rang, by name; ``Sighting`` has the figures."""

from pipeline.detection.detector.levels import RING_KIND, RING_RARITY
from pipeline.detection.reasons import DismissRule
from schemas.incident import Sighting


def why_harmless(nearest: Sighting, *, learning: bool, watched: bool = False) -> DismissRule:
    """The first of these that holds at the look that came nearest to a ring.

    ``still_learning``: all that would have been enough for a brand that is known.
    ``harmless_kind``: it was not of the kind of a crisis. ``not_rare_enough``: too few independent
    critical voices for what the brand lives through. ``unproven``: both, and still too little
    together. ``went_no_further``: it was the watch list that told of it (``watched``), and it never
    became rare.
    """
    if learning and nearest.score >= nearest.needed:
        return "still_learning"
    if watched and nearest.rarity < RING_RARITY:
        return "went_no_further"
    if nearest.kind < RING_KIND:
        return "harmless_kind"
    return "not_rare_enough" if nearest.rarity < RING_RARITY else "unproven"
