"""``tocsin feedback``: what people say about an alert, published for the judge."""

import click

from agents.cli import LazyGroup


class FeedbackGroup(LazyGroup):
    """One command for each thing that can be said."""

    table = {  # noqa: RUF012 - never changed
        "ack": "agents.commands.feedback_ack",
        "snooze": "agents.commands.feedback_snooze",
        "false-alarm": "agents.commands.feedback_false_alarm",
    }


@click.group(cls=FeedbackGroup)
def command() -> None:
    """Say something about an alert: it is in hand, it may wait, it was false."""
