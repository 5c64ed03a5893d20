"""The stages of the worker, as metrics name them, and the places between two steps of a stage."""

from collections.abc import Awaitable, Callable
from typing import Final

from schemas import topics

ROLLUP: Final = "rollup"
JUDGE: Final = "judge"
FEEDBACK: Final = "feedback"

WEAK_LABELS: Final = "weak_labels"
"""Labels that posts gave themselves. They are sent by the roll-up's agent, and are a stage of their
own because what the roll-up emits are the buckets that the judge receives."""

STAGES: Final = {
    topics.MENTIONS.name: ROLLUP,
    topics.BUCKETS.name: JUDGE,
    topics.FEEDBACK.name: FEEDBACK,
}
"""The stage that reads each topic."""


def stage_of(topic: str) -> str:
    """The stage that reads a topic, whatever prefix its name has on the cluster; "" for others.

    >>> stage_of("acme.tocsin.mentions"), stage_of("tocsin.models")
    ('rollup', '')
    """
    return next((stage for name, stage in STAGES.items() if topic.endswith(name)), "")


Cut = Callable[[str], Awaitable[None]]
"""Awaited between two parts of a step with the name of the place: tests end the process there.

The places are ``state_written`` and ``output_sent`` for the mentions that are applied together,
``judge_written`` and
``judge_said`` for buckets, ``feedback_written`` and ``feedback_said`` for feedback."""


async def no_cut(_: str) -> None:
    """Go on."""
