"""The rules for X that brands make under the settings, for all commands that need them."""

import click

from agents.settings import Settings
from pipeline.brands import Rule, RuleTooLongError, all_x_rules
from schemas.brand import Brands


def rules_or_exit(brands: Brands, settings: Settings) -> list[Rule]:
    """Return the rules of all brands; end with all faults at once where that is of no use."""
    faults = []
    if not settings.x_bearer_token:
        faults.append("X_BEARER_TOKEN is not set")
    rules: list[Rule] = []
    try:
        rules = all_x_rules(
            brands.brands, limit=settings.x_rule_characters, cap=settings.x_rules_cap
        )
    except RuleTooLongError as error:
        faults.append(str(error))
    if (count := len({rule.value for rule in rules})) > settings.x_rules_cap:
        faults.append(f"the brands make {count} rules, X takes {settings.x_rules_cap}")
    if faults:
        raise click.UsageError("\n".join(faults))
    return rules
