"""The rules for X that brands make under the settings, for all commands that need them."""

import click

from agents.cli.language.say import in_words, say
from agents.ingest.sources.x.money.budget import SpendingLimits
from agents.ingest.sources.x.rules import SAVING_ROOM
from agents.settings import Settings
from pipeline.brands import Rule, RuleTooLongError, all_x_rules
from schemas.brand import Brands


def rules_or_exit(brands: Brands, settings: Settings) -> list[Rule]:
    """Return the rules of all brands; end with all faults at once where that is of no use.

    Where there is a budget, they leave room for what saves money.
    """
    faults = []
    limit = settings.x_rule_characters - (SAVING_ROOM if limits_of(settings).are_set else 0)
    if not settings.x_bearer_token:
        faults.append(say("X_BEARER_TOKEN is not set"))
    rules: list[Rule] = []
    try:
        rules = all_x_rules(brands.brands, limit=limit, cap=settings.x_rules_cap)
    except RuleTooLongError as error:
        faults.append(in_words(error))
    if (count := len({rule.value for rule in rules})) > settings.x_rules_cap:
        faults.append(
            say(
                "the brands make {count} rules, X takes {cap}",
                count=count,
                cap=settings.x_rules_cap,
            )
        )
    if faults:
        raise click.UsageError("\n".join(faults))
    return rules


def limits_of(settings: Settings) -> SpendingLimits:
    """Return what reading X may cost."""
    return SpendingLimits(
        posts_day=settings.x_posts_a_day,
        posts_month=settings.x_posts_a_month,
        usd_day=settings.x_usd_a_day,
        usd_month=settings.x_usd_a_month,
    )
