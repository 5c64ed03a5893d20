"""The ``tocsin`` command: a table of commands, each loaded only when it is called.

Loading lazily keeps ``tocsin check`` free of Faust, and a start fast.
"""

import os
from typing import Any, get_args

import click

from agents.cli.common.groups import Lazy, LazyGroup
from agents.cli.language.choice import (
    VARIABLE,
    Language,
    choose,
    have_click_speak,
    language_of,
    of_environment,
)
from agents.cli.language.help import in_language
from agents.secret import hide_everywhere

COMMANDS = {
    "demo": Lazy("agents.cli.demo", "See the whole way: a broker, a simulated crisis, an alert."),
    "check": Lazy(
        "agents.cli.check", "Check brands, mappings and settings; say all faults at once."
    ),
    "mapping": Lazy("agents.cli.mapping", "Write a first mapping from an export of posts."),
    "topics": Lazy(
        "agents.cli.topics", "Compare Kafka's topics with what is needed, or create them."
    ),
    "worker": Lazy("agents.cli.worker", "Score, roll up and judge what is said about your brands."),
    "ingest": Lazy("agents.cli.ingest", "Publish posts: recorded, simulated, or live from X."),
    "rules": Lazy("agents.cli.rules", "Show, set or remove the rules of X's filtered stream."),
    "alert": Lazy("agents.cli.alert", "Post incidents to Slack, or show them here."),
    "routes": Lazy("agents.cli.routes", "Say who would be told of an incident, and why."),
    "digest": Lazy("agents.cli.digest", "Send the digest of the day or the week that is due."),
    "page": Lazy("agents.cli.page", "Serve incidents as a web page, with forms to answer."),
    "page-token": Lazy(
        "agents.cli.page_token", "Make a token for scripts that read the page's API."
    ),
    "history": Lazy("agents.cli.history", "Give the worker counts of a brand's past."),
    "library": Lazy(
        "agents.cli.library", "Show the library of episodes, or add a crisis of your own."
    ),
    "feedback": Lazy(
        "agents.cli.feedback", "Say something about an alert, or label what a text says."
    ),
    "forget": Lazy("agents.cli.forget", "Have a post or an account forgotten where it is shown."),
    "compliance": Lazy(
        "agents.cli.compliance", "Ask X which posts must be kept no longer, and forget them."
    ),
    "incidents": Lazy("agents.cli.incidents", "List the incidents that rang, or each step of one."),
    "backtest": Lazy("agents.cli.backtest", "Show what would have rung on recorded posts."),
    "evaluate": Lazy("agents.cli.evaluate", "Measure Tocsin beside other detectors."),
    "score-volume": Lazy(
        "agents.cli.score_volume", "Score how unusual each row of a series of counts is."
    ),
    "sentiment": Lazy(
        "agents.cli.sentiment", "Score, evaluate or explain texts with the sentiment model."
    ),
    "train": Lazy("agents.cli.train.sentiment", "Learn the sentiment model from labelled files."),
    "learn": Lazy("agents.cli.learn", "Learn from labels on Kafka, and publish what was learned."),
    "models": Lazy(
        "agents.cli.models", "List, show and roll back versions of the sentiment model."
    ),
    "backup": Lazy("agents.cli.backup", "Write what cannot be rebuilt from Kafka into one file."),
    "restore": Lazy("agents.cli.restore", "Write a backup back onto Kafka."),
    "broker": Lazy("agents.cli.broker", "Run a real Apache Kafka of one node."),
    "schemas": Lazy("agents.cli.schemas", "Publish what travels on the wire as JSON Schema."),
}


class Tocsin(LazyGroup):
    """The outermost group, which knows the language before anything is said."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's
    ) -> click.Context:
        """Choose the environment's language; ``--lang`` may choose another one."""
        have_click_speak(of_environment(os.environ))
        return super().make_context(info_name, args, parent, **extra)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language that was asked for."""
        LazyGroup.format_help(in_language(self, language_of(ctx)), ctx, formatter)


def _speak(ctx: click.Context, _param: click.Parameter, value: Language | None) -> None:
    choose(ctx, value or of_environment(os.environ))


@click.group(cls=Tocsin, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
@click.option(
    "--lang",
    type=click.Choice(get_args(Language)),
    envvar=VARIABLE,
    is_eager=True,
    expose_value=False,
    callback=_speak,
    help="Language of help and reports. Default: TOCSIN_LANG, else the locale.",
)
def main() -> None:
    """Tocsin rings when what is said about a brand starts to look like a crisis."""
    hide_everywhere()
