"""What a judge makes of what a person says about an incident."""

from typing import Protocol

from pipeline.detection.feedback import handling
from pipeline.detection.incident.episode import Episode
from pipeline.detection.rules import FeedbackRule
from pipeline.detection.state import JudgeState
from schemas.feedback import Feedback
from schemas.incident import State, Transition


class Say(Protocol):
    """Makes the next transition of the incident under way, by what a person said."""

    def __call__(
        self, episode: Episode, now_s: int, to: State, reason: FeedbackRule, by: Feedback
    ) -> Transition:
        """Make it."""


class End(Protocol):
    """Ends the episode under way."""

    def __call__(self, now_s: int) -> None:
        """End it."""


def hear(state: JudgeState, said: Feedback, *, say: Say, end: End) -> list[Transition]:
    """Apply what was said, and return the transition that tells what came of it.

    It takes effect at the judge's own event time. A second copy changes nothing, and a label is not
    for the judge. What is refused leaves no trace.

    Raises:
        UnreadableError: ``unknown_incident``, ``incident_over``, or ``invalid`` for a snooze
            without a usable end.
    """
    answers, now_s, episode, who = state.answers, state.now_s, state.episode, state.identity
    if said.kind == "label" or said.id in answers.heard:
        return []
    named = who is not None and who.incident == said.incident
    if who is None or episode is None or not named:
        told = answers.false_alarm_afterwards(said, now_s)
    elif said.kind == "false_alarm":
        answers.doubts = answers.doubts.after_false_alarm(who.rang_as, now_s)
        told = say(episode, now_s, "resolved" if who.rung_s else "dismissed", "false_alarm", said)
        end(now_s)
    else:
        severity = episode.verdict.severity
        if said.kind == "ack":
            who.handling = handling.acknowledge(who.handling, said, severity)
        else:
            who.handling = handling.snooze(who.handling, said, severity, now_s)
        reason: FeedbackRule = "acknowledged" if said.kind == "ack" else "snoozed"
        told = say(episode, now_s, episode.state, reason, said)
    if named and told.reason == "false_alarm":
        state.identity = None  # what comes next is another incident, not this one again
    answers.remember(said)
    return [told]
