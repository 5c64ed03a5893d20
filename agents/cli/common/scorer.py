"""The scorer that ``TOCSIN_SCORER`` names, loaded once when a command starts."""

import click

from agents.cli.language.say import in_words, say
from agents.settings import Settings, variable
from pipeline.sentiment.api import Adaptable, Scorer, ScorerError, missing_for_learning
from pipeline.sentiment.load import load_scorer


def scorer_or_exit(settings: Settings) -> Scorer:
    """Load the scorer; say what is wrong with it and end with exit code 2 if it is none."""
    try:
        return load_scorer(settings.scorer)
    except ScorerError as error:
        raise click.UsageError(
            say("the environment has faults:\n{faults}", faults=named(settings, error))
        ) from error


def adaptable_or_exit(settings: Settings) -> Adaptable:
    """Load the scorer; end with exit code 1 if nothing can be learned on top of it."""
    scorer = scorer_or_exit(settings)
    if isinstance(scorer, Adaptable):
        return scorer
    raise click.ClickException(
        say("nothing can be learned: {why}", why=why_not_adaptable(settings, scorer))
    )


def why_not_adaptable(settings: Settings, scorer: Scorer) -> str:
    """Say why labels cannot move a scorer."""
    missing = ", ".join(missing_for_learning(scorer))
    return say(
        "the scorer {version} ({setting}) does not learn; it lacks {missing}",
        version=scorer.version,
        setting=_given(settings),
        missing=missing,
    )


def named(settings: Settings, error: ScorerError) -> str:
    """Say what is wrong with the scorer, and which variable names it."""
    return f"{_given(settings)}: {in_words(error)}"


def _given(settings: Settings) -> str:
    return f"{variable('scorer')}={settings.scorer!r}"
