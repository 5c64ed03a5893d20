"""Why a step was taken: the names of the rules, as transitions give them in ``reason``."""

from typing import Final, Literal, get_args

from pipeline.detection.detector.levels import Why
from schemas.bucket import WatchKind

RingRule = Literal[
    "crisis_pattern",
    "attack_spreads",
    "slow_burn",
    "early_crisis_pattern",
    "history_crisis_pattern",
]
"""Independent voices that are rare for the brand, and of the kind of a crisis; a post that attacks
the brand and is passed on as rarely happens; the first, little but for long; and the same while the
brand is still being learnt, without or with past counts."""
NoticeRule = Literal[
    "rare_voices",
    "passed_on",
    "attack_passed_on",
    "stirs_again",
    "critic_spreads",
    "own_post_ratioed",
    "lone_campaign",
]
"""Independent critical voices are rare for the brand; one post is passed on as rarely happens; one
that attacks is; an incident that is over does so again; and what the watch list tells: a critic's
post spreads, a post of the brand's is answered by many and passed on by few, somebody writes to one
after another."""
DismissRule = Literal[
    "harmless_kind", "not_rare_enough", "unproven", "still_learning", "went_no_further"
]
"""Why it never rang: rare, but not of the kind of a crisis; of that kind, but not rare enough;
both, but not enough together; enough, were the brand known for longer than a day; and what the
watch list told never became rare."""
LifeRule = Literal[
    "growing",
    "larger",
    "second_wave",
    "wave_after_reply",
    "no_longer_growing",
    "falling",
    "back_to_normal",
    "too_long",
    "renewed",
]
FeedbackRule = Literal[
    "acknowledged", "snoozed", "unsnoozed", "snooze_broken", "false_alarm", "missed"
]
"""What people said, and what became of it. ``unsnoozed``: the time is over. ``missed``: what never
rang should have."""
FEEDBACK_RULES: Final = frozenset[str](get_args(FeedbackRule))
"""Reasons of steps that people caused: they say nothing of why it rings."""

WATCH_RULES: Final[dict[WatchKind, NoticeRule]] = {
    "critic": "critic_spreads",
    "ratioed": "own_post_ratioed",
    "campaign": "lone_campaign",
}


def ring_rule(why: Why, *, learning: bool, remembered: bool) -> RingRule:
    """The reason of a ring.

    ``learning``: the brand's tone is not known yet; ``remembered``: past counts were handed in.

    >>> ring_rule("attack", learning=False, remembered=False)
    'crisis_pattern'
    """
    if learning:
        return "history_crisis_pattern" if remembered else "early_crisis_pattern"
    named: dict[Why, RingRule] = {"slow_burn": "slow_burn", "seed": "attack_spreads"}
    return named.get(why, "crisis_pattern")


def notice_rule(why: Why, *, again: bool) -> NoticeRule:
    """The reason of a heads-up. ``again``: the incident had rung and was over.

    >>> notice_rule("passed_on", again=False)
    'passed_on'
    """
    if again:
        return "stirs_again"
    named: dict[Why, NoticeRule] = {"passed_on": "passed_on", "seed": "attack_passed_on"}
    return named.get(why, "rare_voices")
