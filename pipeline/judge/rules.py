"""The thresholds and the named reasons of the judge, in one place."""

from typing import Final, Literal

from pipeline.detection.levels import Why

RingRule = Literal["crisis_pattern", "slow_burn", "early_crisis_pattern", "history_crisis_pattern"]
"""Independent voices that are rare for the brand, and of the kind of a crisis; the same, little but
for long; and the same while the brand is still being learnt, without or with past counts."""
DismissRule = Literal[
    "few_mentions", "few_voices", "not_negative", "resembles_harmless", "unproven", "still_learning"
]
LifeRule = Literal[
    "growing",
    "larger",
    "second_wave",
    "wave_after_reply",
    "no_longer_growing",
    "falling",
    "back_to_normal",
    "silence",
    "too_long",
    "renewed",
]
FeedbackRule = Literal["acknowledged", "snoozed", "unsnoozed", "snooze_broken", "false_alarm"]
"""What people said, and what became of it. ``unsnoozed``: the time is over."""

NEGATIVE_LOGITS: Final = 0.35
NEGATIVE_SIGMAS: Final = 2.0
WORDS_LOGITS: Final = 0.8
WORDS_SHIFT_LOGITS: Final = 0.15
"""No crisis without talk that is more negative than usual, beyond chance."""
MOST_REPEATS: Final = 0.4
"""Share of posts by authors heard before, above which a few make the noise."""

REFRESH_S: Final = 300
"""How often the judgement of an incident that has rung is renewed."""
REOPEN_S: Final = 24 * 3600
LONGEST_NOTICED_S: Final = 12 * 3600
LONGEST_S: Final = 7 * 86_400


def ring_rule(why: Why, *, learning: bool, remembered: bool) -> RingRule:
    """The reason of a ring.

    ``learning``: the brand's tone is not known yet; ``remembered``: past counts were handed in.

    >>> ring_rule("attack", learning=False, remembered=False)
    'crisis_pattern'
    """
    if learning:
        return "history_crisis_pattern" if remembered else "early_crisis_pattern"
    return "slow_burn" if why == "slow_burn" else "crisis_pattern"
