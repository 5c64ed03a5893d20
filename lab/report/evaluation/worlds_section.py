"""Worlds side by side, and budgets kept, on the evaluation page."""

from collections.abc import Iterator
from datetime import UTC
from html import escape

from lab.report.evaluation.budget_table import observed
from lab.report.evaluation.replay_words import minutes
from lab.report.evaluation.worlds_table import TITLES, told_as, worse_of
from schemas.budgets import BudgetPart, RealBrandPart
from schemas.replays import Estimate, Share
from schemas.worlds import WorldLevel, WorldsPart, WorstLevel

HEADS = {
    "ring": "false a quarter, when nothing happens",
    "heads_up": "false a week, when nothing happens",
}


def render_worlds(part: WorldsPart) -> str:
    """The section: a table a level, the worse world last."""
    return (
        "<section><h2>Does it hold in worlds that it was not made in?</h2>"
        '<p class="soft">One set of rules for all: a ring is right from half an hour before the '
        "onset of a crisis to its end, and an incident is false once, at its first moment. What "
        "may be quoted is the last line. In brackets 95 % intervals.</p>"
        f"{''.join(_levels(part))}<h3>Severity of 7 or more within six hours</h3>"
        '<table><tr><th>world</th><th class="number">crises</th>'
        '<th class="number">everything else</th></tr>'
        + "".join(
            _row(told_as(one), (_share(one.large_in_crises), _share(one.large_elsewhere)))
            for one in part.worlds
        )
        + _last(part, (_figure(part.large_in_crises), _figure(part.large_elsewhere)))
        + "</table></section>"
    )


def render_budgets(part: BudgetPart) -> str:
    """The section: each budget stated and kept, and what rings on a real brand."""
    rows = "".join(
        _row(
            f"{one.rings_per_quarter.stated:g}",
            (
                observed(one.rings_per_quarter),
                f"{one.heads_up_per_week.stated:g}",
                observed(one.heads_up_per_week),
            ),
        )
        for one in part.kept
    )
    return (
        "<section><h2>Are the budgets of rings and heads-ups kept?</h2>"
        f'<p class="soft">{part.brands} made-up brands over {part.days} days each, in which '
        "nothing happens but news hours, viral posts, campaigns and bursts of any tone.</p>"
        '<table><tr><th>rings a quarter, stated</th><th class="number">observed</th>'
        '<th class="number">heads-ups a week, stated</th><th class="number">observed</th></tr>'
        f"{rows}</table>{_real(part.real) if part.real is not None else ''}</section>"
    )


def _levels(part: WorldsPart) -> Iterator[str]:
    for place, worst in enumerate(part.worst):
        yield (
            f"<h3>{TITLES[worst.level]}</h3><table><tr><th>world</th>"
            + "".join(
                f'<th class="number">{name}</th>'
                for name in (
                    "crises told",
                    "of those told, right",
                    HEADS[worst.level],
                    "median after it could be seen",
                    "before the peak",
                )
            )
            + "</tr>"
            + "".join(_row(told_as(one), _cells(one.levels[place])) for one in part.worlds)
            + _last(part, _worst(worst))
            + "</table>"
        )


def _last(part: WorldsPart, cells: tuple[str, ...]) -> str:
    if len(part.worlds) == 1:
        return ""
    return _row(worse_of(len(part.worlds)), cells, kind="tocsin")


def _row(name: str, cells: tuple[str, ...], kind: str = "") -> str:
    numbers = "".join(f'<td class="number">{one}</td>' for one in cells)
    return f'<tr class="{kind}"><td>{escape(name)}</td>{numbers}</tr>'


def _cells(row: WorldLevel) -> tuple[str, ...]:
    rate = row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week
    return (
        _share(row.recall),
        _share(row.precision),
        _rate(rate),
        minutes(row.after_visible_s.value),
        _share(row.before_peak),
    )


def _worst(row: WorstLevel) -> tuple[str, ...]:
    rate = row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week
    return (
        _figure(row.recall),
        _figure(row.precision),
        _figure(rate),
        minutes(row.after_visible_s),
        _figure(row.before_peak),
    )


def _real(part: RealBrandPart) -> str:
    lines = part.unexplained_per_week
    rings = "".join(
        f"<li>{ring.at.astimezone(UTC):%d %B %Y %H:%M} UTC, severity {ring.severity:g}"
        f"{', in a burst' if ring.burst else ''}</li>"
        for ring in part.rings
    )
    return (
        f"<p>On the mentions of a real brand as they came over {part.weeks:.0f} weeks, in a "
        f"made-up ordinary tone, {part.noticed} of {part.bursts} bursts were noticed; "
        f"{observed(lines)} heads-ups a week lie outside of all of them, {lines.stated:g} are "
        f"stated. It rang {len(part.rings)} times.</p><ul>{rings}</ul>"
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(one: Share) -> str:
    return "–" if one.share is None else f"{one.share:.2f} ({one.low:.2f}–{one.high:.2f})"


def _rate(one: Estimate) -> str:
    return "–" if one.value is None else f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})"
