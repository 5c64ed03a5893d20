"""The scorer that ``TOCSIN_SCORER`` names, loaded once when a command starts."""

import click

from agents.settings import Settings, variable
from pipeline.sentiment.api import Adaptable, Scorer, ScorerError, missing_for_learning
from pipeline.sentiment.load import load_scorer


def scorer_or_exit(settings: Settings) -> Scorer:
    """Load the scorer; say what is wrong with it and end with exit code 2 if it is none."""
    try:
        return load_scorer(settings.scorer)
    except ScorerError as error:
        raise click.UsageError(f"the environment has faults:\n{named(settings, error)}") from error


def adaptable_or_exit(settings: Settings) -> Adaptable:
    """Load the scorer; end with exit code 1 if nothing can be learned on top of it."""
    scorer = scorer_or_exit(settings)
    if isinstance(scorer, Adaptable):
        return scorer
    raise click.ClickException(f"nothing can be learned: {why_not_adaptable(settings, scorer)}")


def why_not_adaptable(settings: Settings, scorer: Scorer) -> str:
    """Say why labels cannot move a scorer."""
    missing = ", ".join(missing_for_learning(scorer))
    return f"the scorer {scorer.version} ({_given(settings)}) does not learn; it lacks {missing}"


def named(settings: Settings, error: ScorerError) -> str:
    """Say what is wrong with the scorer, and which variable names it."""
    return f"{_given(settings)}: {error}"


def _given(settings: Settings) -> str:
    return f"{variable('scorer')}={settings.scorer!r}"
