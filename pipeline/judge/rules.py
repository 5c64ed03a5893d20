"""The thresholds and the named reasons of the judge, in one place."""

from typing import Final, Literal

NoticeRule = Literal["volume", "negativity", "early_volume", "history_volume", "stranger"]
"""Why an episode was looked at: the volume is rare for the brand; its talk turned negative; the
volume is rare while the brand is still being learnt; it is rare against past counts that were
handed in, while the tone is still being learnt; a hardly known brand is met with outrage."""

RingRule = Literal[
    "crisis_pattern", "negativity_shift", "early_crisis_pattern", "history_crisis_pattern"
]
DismissRule = Literal[
    "few_mentions", "few_voices", "not_negative", "resembles_harmless", "unproven", "still_learning"
]
LifeRule = Literal[
    "growing",
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

EARLY_EVIDENCE: Final = 1.5
"""Thirty to one, while the brand is still being learnt; later ``Brand.evidence`` says it."""
RING_LOOKS: Final = 2
RING_STEADY_S: Final = 120
"""So many looks in a row must agree, over so long: few voices are told from many by then."""
SHORTFALL_WORTH: Final = 0.25
SHORTFALL_MOST: Final = 1.5
"""How rare the volume is makes a crisis the likelier beforehand: what it falls short of the budget,
up to so much, is asked of the evidence in this part."""
SURE_EVIDENCE: Final = 1.3
SURE_TIMES: Final = 5
"""Twenty to one, on so many times the fewest mentions that may ring: two looks are enough."""
LOOK_S: Final = 20
LATER_LOOK_S: Final = 60
FIRST_LOOKS_S: Final = 1800
"""An episode is looked at every ``LOOK_S`` for so long, then every ``LATER_LOOK_S``."""

NEGATIVE_LOGITS: Final = 0.35
NEGATIVE_SIGMAS: Final = 2.0
WORDS_LOGITS: Final = 0.8
WORDS_SHIFT_LOGITS: Final = 0.15
"""No crisis without talk that is more negative than usual, beyond chance."""
MOST_REPEATS: Final = 0.4
"""Share of posts by authors heard before, above which a few make the noise."""

NOTICE_MARGIN: Final = 0.3
"""A volume this much (in log10 of the return period) short of the budget is looked at already."""
GLANCE_MARGIN: Final = 1.0
GLANCE_EVIDENCE: Final = 0.0
GLANCE_S: Final = 60
"""A volume this much short of the budget, or talk that turned negative, is worth a glance every
minute: a rise is common long before it is rare. It begins an episode if what is seen speaks for a
crisis at all, so that the course of a slow one is known by the time it is clear; otherwise nothing
is begun, and the talk still teaches what is usual."""
SHIFT_WINDOWS_S: Final = (1800, 3600)
SHIFT_LEAST: Final = 10
FAINT_SIGMAS: Final = 2.0
FAINT_RATE: Final = 1.1
"""Talk that turns negative is glanced at when it is this far from normal and this much louder over
one of these times, with so many negative posts at least."""
PLAIN_SIGMAS: Final = 3.5
PLAIN_RATE: Final = 1.25
FAINT_STEADY_S: Final = 1800
FAINT_SLACK: Final = 0.3
"""What has never been so far from normal, nor louder than ``GLANCE_MARGIN`` asks, is faint: a news
hour looks like that. It rings only after so long, in which the evidence may fall so far short."""
EARLY_S: Final = 6 * 3600
EARLY_TIMES_BUSIEST: Final = 2.0
"""Before a brand is known: at least so long, and so many times its busiest hour."""
STRANGER_S: Final = 24 * 3600
STRANGER_TIMES: Final = 3
STRANGER_CUES: Final = 0.15

RENEWAL: Final = 1.0
"""After an episode, a volume is news again when it is ten times rarer than what was explained."""
REST_S: Final = 3 * 3600
"""How soon after an episode talk that is merely negative is looked at again."""
REFRESH_S: Final = 300
"""How often the judgement of an incident that has rung is renewed."""
REOPEN_S: Final = 24 * 3600
LONGEST_NOTICED_S: Final = 12 * 3600
LONGEST_S: Final = 7 * 86_400
