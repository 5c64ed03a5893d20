"""What ``tocsin rules plan``, ``apply`` and ``remove`` share: the plan, shown and carried out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console

from agents.cli.ingest.common import log_to
from agents.cli.language.say import in_words, say
from agents.ingest.sources.x.rules import (
    RequestError,
    RuleBook,
    RulePlan,
    RulesRefusedError,
    XRuleBook,
    owned,
    plan,
    standing_share,
    steps,
)
from agents.ingest.sources.x.tags import brands_in
from agents.settings import Settings
from pipeline.brands import Rule

Command = Callable[..., None]

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Have X check each change, and change nothing."
)
console = Console(highlight=False, soft_wrap=True)


@contextmanager
def opened_book(settings: Settings) -> Iterator[RuleBook]:
    """Give the rules at X; end with one line where X does not answer or does not take them."""
    if not settings.x_bearer_token:
        raise click.UsageError(say("X_BEARER_TOKEN is not set"))
    try:
        log_to(Console(stderr=True), settings.log_level)
        yield XRuleBook(settings.x_bearer_token.reveal(), settings.x_base_url)
    except (RequestError, RulesRefusedError, ValueError) as error:
        raise click.ClickException(in_words(error)) from error


def planned(rules: Sequence[Rule], book: RuleBook, settings: Settings) -> RulePlan:
    """Return what stands between the rules at X and those of the brands.

    A share of the posts that an agent asks for to save money is left as it is.
    """
    active = book.read()
    percent, reposts = standing_share(active, settings.x_owner)
    wanted = owned(rules, settings.x_owner, percent=percent, reposts=reposts)
    return plan(wanted, active, owner=settings.x_owner)


def show(todo: RulePlan, settings: Settings) -> None:
    """Print what would change, one rule a line, and how much room there is."""
    for rule in todo.add:
        _line("+", rule.tag, rule.value, settings)
    for standing, rule in todo.retag:
        _line("~", f"{standing.tag} → {rule.tag}", rule.value, settings)
    for standing in todo.delete:
        _line("-", standing.tag, standing.value, settings)
    for standing in todo.shared:
        _line(
            "=",
            say("of others, {tag}", tag=standing.tag or say("without a tag")),
            standing.value,
            settings,
        )
    console.print(
        say(
            "{add} to add, {retag} to tag anew, {delete} to delete, {kept} right, {others} of "
            "others. Then {after} of {cap} rules stand at X.",
            add=len(todo.add),
            retag=len(todo.retag),
            delete=len(todo.delete),
            kept=len(todo.kept),
            others=todo.others,
            after=todo.after,
            cap=settings.x_rules_cap,
        ),
        markup=False,
    )


def carry_out(book: RuleBook, todo: RulePlan, settings: Settings, *, dry_run: bool) -> None:
    """Do what the plan says, or have X check it."""
    for step in steps(todo, cap=settings.x_rules_cap):
        book.carry_out(step, dry_run=dry_run)
    console.print(say("X would take it; nothing was changed.") if dry_run else say("Done."))


def _line(sign: str, tag: str, value: str, settings: Settings) -> None:
    about = ", ".join(brands_in(tag, settings.x_owner)) or tag
    limit = settings.x_rule_characters
    length = say("{n} of {most} characters", n=len(value), most=limit)
    console.print(f"{sign} {about} ({length})  {value}", markup=False)
