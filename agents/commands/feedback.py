"""``tocsin feedback``: what people say about an alert or a text, published for those who learn."""

import click

from agents.cli import LazyGroup


class FeedbackGroup(LazyGroup):
    """One command for each thing that can be said."""

    table = {  # noqa: RUF012 - never changed
        "ack": "agents.commands.feedback_ack",
        "snooze": "agents.commands.feedback_snooze",
        "false-alarm": "agents.commands.feedback_false_alarm",
        "label": "agents.commands.feedback_label",
    }


@click.group(cls=FeedbackGroup)
def command() -> None:
    """Say something about an alert (it is in hand, may wait, was false), or what a text says."""
