"""``tocsin feedback``: what people say about an alert or a text, published for those who learn."""

import click

from agents.groups import Lazy, LazyGroup

COMMANDS = {
    "ack": Lazy("agents.commands.feedback_ack", "Say that an incident is in hand."),
    "snooze": Lazy("agents.commands.feedback_snooze", "Keep silent about an incident for a time."),
    "false-alarm": Lazy(
        "agents.commands.feedback_false_alarm", "Say that an incident was a false alarm."
    ),
    "label": Lazy("agents.commands.feedback_label", "Label a text, or each line of a file."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Say something about an alert (it is in hand, may wait, was false), or what a text says."""
