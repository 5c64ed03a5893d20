"""``tocsin check``: is everything written down so that it can work?"""

import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agents.alerting.routing.budget import budgets
from agents.alerting.routing.load import RouteInspection, inspect_routes
from agents.alerting.routing.model import Routes
from agents.cli.common.groups import examples
from agents.cli.language.say import in_words, say
from agents.ingest.formats import MappingFaultsError, read_mapping
from agents.library import LibraryFaultsError, read_own
from agents.settings import SettingsError, read_settings
from pipeline.brands import Inspection, Rule, inspect_brands, x_rules
from pipeline.phrase import reason_of
from pipeline.sentiment.api import SHIPPED_SCORER, ScorerError
from schemas.brand import Brand, Brands

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    epilog=examples(
        "tocsin check brands.yaml",
        "tocsin check brands.yaml --mapping mapping.yaml --rules",
        "tocsin check brands.yaml --routes routes.yaml",
    )
)
@click.argument("brand_files", metavar="BRANDS.yaml...", type=_FILE, nargs=-1, required=True)
@click.option(
    "mapping_files",
    "--mapping",
    metavar="FILE",
    type=_FILE,
    multiple=True,
    help="Also check a column mapping; may be repeated.",
)
@click.option(
    "--routes",
    "routes_file",
    metavar="FILE",
    type=_FILE,
    help="Also check who is told of what, and say what false rings add up to for each receiver.",
)
@click.option("--rules", is_flag=True, help="Also print every rule for X.")
@click.option("--strict", is_flag=True, help="Count warnings as faults.")
def command(
    brand_files: tuple[Path, ...],
    mapping_files: tuple[Path, ...],
    routes_file: Path | None,
    *,
    rules: bool,
    strict: bool,
) -> None:
    """Check brands, mappings, routes and the environment's settings; say all faults at once.

    Ends with 0 and a summary if all is well, with 1 and every fault, as file:line, otherwise.
    """
    out, err = Console(), Console(stderr=True, soft_wrap=True, highlight=False)
    faults: list[str] = []
    warnings: list[str] = []
    found: list[Brand] = []
    for path in brand_files:
        inspection, unread = _inspect(path)
        faults += unread
        for fault in inspection.faults:
            (warnings if fault.warning else faults).append(in_words(fault.at(str(path))))
        found += inspection.brands.brands if inspection.brands else ()
    faults += (
        _mapping_faults(mapping_files) + _settings_faults() + _library_faults() + _scorer_faults()
    )
    routes: Routes | None = None
    if routes_file is not None:
        known = {brand.id for brand in found} if not faults else None
        text, unread = _text(routes_file)
        faults += unread
        checked = inspect_routes(text, known) if not unread else RouteInspection(None, ())
        routes = checked.routes
        for fault in checked.faults:
            (warnings if fault.warning else faults).append(in_words(fault.at(str(routes_file))))
    for line in warnings:
        err.print(f"[yellow]{escape(line)}[/]")
    for line in faults:
        err.print(f"[red]{escape(line)}[/]")
    if faults or (strict and warnings):
        counts = {"faults": len(faults), "warnings": len(warnings)}
        err.print(say("{faults} faults, {warnings} warnings", **counts))
        sys.exit(1)
    if routes is not None:
        _summarise_routes(out, routes, found)
    _summarise(out, Brands(brands=tuple(found)), show_rules=rules)


def _inspect(path: Path) -> tuple[Inspection, list[str]]:
    """What a brands file holds, and why it could not be read."""
    text, unread = _text(path)
    return (Inspection(None, ()), unread) if unread else (inspect_brands(text), [])


def _text(path: Path) -> tuple[str, list[str]]:
    """What a file says, and why it could not be read."""
    try:
        return path.read_text(encoding="utf-8"), []
    except OSError as error:
        line = say(
            "{path}:1: {why}; check the path and its permissions", path=path, why=reason_of(error)
        )
    except UnicodeDecodeError as error:
        line = say(
            "{path}:1: not UTF-8 at byte {byte}; save the file as UTF-8",
            path=path,
            byte=error.start,
        )
    return "", [line]


def _mapping_faults(paths: tuple[Path, ...]) -> list[str]:
    faults: list[str] = []
    for path in paths:
        try:
            read_mapping(path)
        except MappingFaultsError as error:
            faults += in_words(error).splitlines()
    return faults


def _settings_faults() -> list[str]:
    try:
        read_settings(os.environ)
    except SettingsError as error:
        return [say("environment: {line}", line=line) for line in in_words(error).splitlines()]
    return []


def _library_faults() -> list[str]:
    """What is wrong with the user's own episodes; a faulty environment is told apart."""
    try:
        directory = read_settings(os.environ).library_dir
        if directory:
            read_own(Path(directory))
    except LibraryFaultsError as error:
        return in_words(error).splitlines()
    except SettingsError:
        return []
    return []


def _scorer_faults() -> list[str]:
    """What is wrong with a scorer of the user's own; a faulty environment is told apart."""
    from agents.cli.common.scorer import named  # noqa: PLC0415 - slow, and only for this
    from pipeline.sentiment.load import load_scorer  # noqa: PLC0415 - with the above

    try:
        settings = read_settings(os.environ)
    except SettingsError:
        return []
    if settings.scorer == SHIPPED_SCORER:
        return []
    try:
        load_scorer(settings.scorer)
    except ScorerError as error:
        return [say("environment: {line}", line=named(settings, error))]
    return []


def _summarise(out: Console, brands: Brands, *, show_rules: bool) -> None:
    heads = (say("brand"), say("names"), say("accounts"), say("languages"), "Slack")
    table = Table(*heads, title=say("Brands"))
    table.add_column(say("rules for X"), justify="right")
    table.add_column(say("longest"), justify="right")
    for brand in brands.brands:
        made = x_rules(brand)
        accounts = dict.fromkeys((*brand.handles, *brand.own_accounts))
        cells = (
            brand.id,
            ", ".join(brand.names),
            ", ".join(f"@{account}" for account in accounts),
            ", ".join(brand.languages) or say("all"),
            brand.slack_channel or say("(default)"),
            str(len(made)),
            str(max(len(rule.value) for rule in made)),
        )
        table.add_row(*map(escape, cells))
    out.print(table)
    if show_rules:
        for rule in (rule for brand in brands.brands for rule in x_rules(brand)):
            _print_rule(out, rule)
    count = sum(len(x_rules(brand)) for brand in brands.brands)
    many = len(brands.brands)
    out.print(say("All well. Brands: {brands}, rules for X: {rules}.", brands=many, rules=count))


def _summarise_routes(out: Console, routes: Routes, brands: list[Brand]) -> None:
    """Say what the budgets of all brands add up to for whoever is called."""
    table = Table(say("receiver"), say("kind"), say("called"), title=say("Routes"))
    table.add_column(say("brands"), justify="right")
    table.add_column(say("false rings a month, at most"), justify="right")
    for one in budgets(routes, brands):
        cells = (
            one.receiver,
            routes.receiver(one.receiver).kind,
            say("at first") if one.at_first else say("where nobody has it"),
            str(one.brands),
            f"{one.rings_per_month:.2g}",
        )
        table.add_row(*map(escape, cells))
    out.print(table)


def _print_rule(out: Console, rule: Rule) -> None:
    length = say("{n} characters", n=len(rule.value))
    text = f"{rule.tag} ({length})  {rule.value}"
    out.print(text, soft_wrap=True, highlight=False, markup=False)
