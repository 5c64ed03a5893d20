"""When an episode rings, and by which rule: the second gate, after the closer look."""

from pipeline.judge.episode import Episode
from pipeline.judge.look import Look
from pipeline.judge.rules import (
    EARLY_EVIDENCE,
    FAINT_SLACK,
    FAINT_STEADY_S,
    MOST_REPEATS,
    RING_LOOKS,
    RING_STEADY_S,
    SHORTFALL_MOST,
    SHORTFALL_WORTH,
    SURE_EVIDENCE,
    SURE_TIMES,
    NoticeRule,
    RingRule,
)
from schemas.brand import Brand


def evidence_needed(asked: float, *, learning: bool, shortfall: float) -> float:
    """Log10 evidence that must be reached: what the brand asks for, and more for the less likely.

    ``learning``: the brand's own normal is not known yet. ``shortfall``: how much less rare the
    volume is than what is noticed by itself, in log10 of the return period.

    >>> evidence_needed(0.7, learning=False, shortfall=-2.0)
    0.7
    """
    if learning:
        return max(asked, EARLY_EVIDENCE)
    return asked + SHORTFALL_WORTH * min(max(shortfall, 0.0), SHORTFALL_MOST)


def rings(episode: Episode, seen: Look, brand: Brand, *, needed: float, now_s: int) -> bool:
    """Count one more look of ``episode``; whether so many agree, and for so long, that it rings."""
    if is_crisis(seen, brand, needed=needed):
        episode.looks += 1
    elif episode.plain or not is_crisis(seen, brand, needed=needed - FAINT_SLACK):
        episode.looks = 0
    if episode.looks <= 1:
        episode.steady_s = now_s
    sure = (
        seen.verdict.evidence >= max(SURE_EVIDENCE, needed)
        and seen.excess >= SURE_TIMES * brand.minimum_mentions
    )
    steady_s = FAINT_STEADY_S if not episode.plain else 0 if sure else RING_STEADY_S
    return episode.looks >= RING_LOOKS and now_s - episode.steady_s >= steady_s


def is_crisis(seen: Look, brand: Brand, *, needed: float) -> bool:
    """Whether a look says crisis: enough evidence, on enough mentions, negative, by many voices."""
    sure = seen.verdict.evidence >= needed and seen.excess >= brand.minimum_mentions
    return sure and seen.negative and seen.repeats < MOST_REPEATS


def ring_rule(noticed: NoticeRule, *, learning: bool) -> RingRule:
    """The reason of a ring. ``learning``: the brand's tone was not known when it was noticed."""
    if learning:
        return "history_crisis_pattern" if noticed == "history_volume" else "early_crisis_pattern"
    return "negativity_shift" if noticed == "negativity" else "crisis_pattern"
