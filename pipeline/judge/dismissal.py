"""Why an episode that was noticed did not ring, by name."""

from pipeline.judge.episode import Episode
from pipeline.judge.rules import MOST_REPEATS, DismissRule


def why_harmless(episode: Episode, *, minimum: int) -> DismissRule:
    """The first of these that holds where the episode was loudest.

    ``few_mentions``: never the fewest that may ring within an hour. ``few_voices``: a few authors
    made the noise. ``resembles_harmless``: the library says so. ``not_negative``: the talk was no
    more negative than usual. ``still_learning``: the brand is too new for what was seen.
    ``unproven``: more like a crisis than not, but never clearly enough.
    """
    if episode.loudest_hour < minimum:
        return "few_mentions"
    if episode.repeats >= MOST_REPEATS:
        return "few_voices"
    if episode.loudest.evidence < 0:
        return "resembles_harmless"
    if not episode.negative:
        return "not_negative"
    return "still_learning" if episode.learning else "unproven"
