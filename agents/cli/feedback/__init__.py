"""``tocsin feedback``: what people say about an alert or a text, published for those who learn."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "ack": Lazy("agents.cli.feedback.ack", "Say that an incident is in hand."),
    "snooze": Lazy("agents.cli.feedback.snooze", "Keep silent about an incident for a time."),
    "false-alarm": Lazy(
        "agents.cli.feedback.false_alarm", "Say that an incident was a false alarm."
    ),
    "missed": Lazy("agents.cli.feedback.missed", "Say that a heads-up should have rung."),
    "label": Lazy("agents.cli.feedback.label", "Label a text, or each line of a file."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Say something about an alert (it is in hand, may wait, was false), or what a text says."""
