"""Settings side by side: rows for a table, and the table in the terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lab.backtest.sweep import Setting
from lab.report.voice import ReportVoice
from schemas.report import BacktestReport, SweptBrand, SweptIncident, SweptSetting

SHOWN_RINGS = 3
WHEN_WIDTH = 28
"""So much the last column has in a terminal of 80 columns: a moment, and what it came to."""
OWN = Setting().label
"""What the setting is called that the brands file states."""


class ComparedSetting(NamedTuple):
    """One setting. ``rang`` and those of ``heads_ups`` that never did; rates of one brand.

    ``per_quarter``: incidents that rang; ``heads_ups_per_week``: of all incidents. Where the row
    is of several brands, rates are their mean.
    """

    setting: str
    rang: int
    heads_ups: int
    per_quarter: float
    heads_ups_per_week: float
    when: tuple[str, ...]


def total_rows(sweep: Sequence[SweptSetting]) -> list[ComparedSetting]:
    """All brands together, a row for each setting; ``when`` names the brands that rang."""
    return [
        ComparedSetting(
            setting.label,
            sum(len(rang(one)) for one in setting.brands),
            sum(len(heads_ups(one)) for one in setting.brands),
            sum(one.rang_per_quarter for one in setting.brands) / max(len(setting.brands), 1),
            sum(one.heads_ups_per_week for one in setting.brands) / max(len(setting.brands), 1),
            tuple(f"{one.brand} {len(rang(one))}" for one in setting.brands if rang(one)),
        )
        for setting in sweep
    ]


def lanes_of(sweep: Sequence[SweptSetting], brand: str) -> list[tuple[str, SweptBrand]]:
    """Label and outcome of each setting for one brand."""
    return [
        (setting.label, one) for setting in sweep for one in setting.brands if one.brand == brand
    ]


def eventful(lanes: Sequence[tuple[str, SweptBrand]]) -> bool:
    """Whether any setting found anything."""
    return any(one.incidents for _, one in lanes)


def rang(one: SweptBrand) -> list[SweptIncident]:
    """The incidents that rang."""
    return [incident for incident in one.incidents if incident.level == "ring"]


def heads_ups(one: SweptBrand) -> list[SweptIncident]:
    """The incidents that never did."""
    return [incident for incident in one.incidents if incident.level == "heads_up"]


def ever_rang(lanes: Sequence[tuple[str, SweptBrand]]) -> bool:
    """Whether it would have rung under any setting."""
    return any(rang(one) for _, one in lanes)


def brand_rows(
    lanes: Sequence[tuple[str, SweptBrand]], voice: ReportVoice | None = None
) -> Iterator[ComparedSetting]:
    """One brand, a row for each setting; ``when`` says time, severity and mentions of each ring."""
    voice = voice or ReportVoice()
    for label, one in lanes:
        rings = tuple(
            voice.say(
                "{moment}: {severity}/10, {n} mentions",
                moment=voice.words.moment(incident.rings[0].at),
                severity=incident.severity,
                n=voice.words.number(incident.mentions),
            )
            for incident in rang(one)
        )
        yield ComparedSetting(
            label,
            len(rang(one)),
            len(heads_ups(one)),
            one.rang_per_quarter,
            one.heads_ups_per_week,
            rings,
        )


def label_of(label: str, voice: ReportVoice) -> str:
    """Say a setting's label: which budgets it states, or that it is the brands file's own.

    >>> label_of("rings 0.5, heads-ups 2", ReportVoice())
    'rings 0.5, heads-ups 2'
    """
    if label == OWN:
        return voice.say("brands file")
    said = []
    for part in label.split(", "):
        name, _, value = part.partition(" ")
        value = value.replace(".", voice.words.decimal)
        rings = name == "rings"
        said.append(
            voice.say("rings {n}", n=value) if rings else voice.say("heads-ups {n}", n=value)
        )
    return ", ".join(said)


def sooner_though_stricter(
    sweep: Sequence[SweptSetting], brand: str, voice: ReportVoice | None = None
) -> list[str]:
    """Say why a stricter budget of false rings seems to ring sooner than the next looser one.

    A bar that is higher is crossed later, never sooner. What looks so is a looser setting that was
    ringing already: it rings again only for something twice as large.
    """
    voice = voice or ReportVoice()
    numbered = [one for one in sweep if one.false_rings_per_quarter is not None]
    numbered.sort(key=lambda one: (one.heads_up_per_week or 0, one.false_rings_per_quarter or 0))
    said = []
    for strict, loose in pairwise(numbered):
        if strict.heads_up_per_week != loose.heads_up_per_week:
            continue
        for at in [one.rings[0].at for _, lane in lanes_of([strict], brand) for one in rang(lane)]:
            since = _ringing_since(loose, brand, at)
            if since is not None:
                said.append(
                    voice.say(
                        "“{strict}” rang {at}; “{loose}” was ringing already, since {since}, and "
                        "rings again only for twice as much.",
                        strict=label_of(strict.label, voice),
                        at=voice.words.moment(at),
                        loose=label_of(loose.label, voice),
                        since=voice.words.moment(since),
                    )
                )
    return said


def _ringing_since(setting: SweptSetting, brand: str, at: datetime) -> datetime | None:
    """Since when something was ringing at a moment; None where nothing was, or rang just then."""
    every = [one for _, lane in lanes_of([setting], brand) for one in rang(lane)]
    if any(ring.at == at for one in every for ring in one.rings):
        return None
    lasting = [
        one.rings[0].at
        for one in every
        if one.rings[0].at < at and (one.ended_at is None or one.ended_at >= at)
    ]
    return min(lasting, default=None)


def print_comparison(
    report: BacktestReport, console: Console, voice: ReportVoice | None = None
) -> None:
    """Print what rang under each setting; brands for which nothing rang are only in the sums."""
    voice = voice or ReportVoice()
    table = Table(title=voice.say("Settings side by side"), title_justify="left", expand=True)
    table.add_column(voice.say("setting"))
    for name in (
        voice.say("rang"),
        voice.say("a quarter"),
        voice.say("heads-ups"),
        voice.say("a week"),
    ):
        table.add_column(name, justify="right")
    table.add_column(voice.say("rang when, severity, mentions"), ratio=1, min_width=WHEN_WIDTH)
    every = {brand.brand: lanes_of(report.sweep, brand.brand) for brand in report.brands}
    told = {brand: lanes for brand, lanes in every.items() if ever_rang(lanes)}
    if len(every) > 1:
        _section(table, voice.say("all {n} brands", n=len(every)), total_rows(report.sweep), voice)
    for brand, lanes in told.items():
        _section(table, brand, list(brand_rows(lanes, voice)), voice)
    console.print(table)
    for brand in told:
        for line in sooner_though_stricter(report.sweep, brand, voice):
            console.print(Text(f"{brand}: {line}", style="dim"))
    if quiet := len(every) - len(told):
        said = voice.say("Under no setting would it have rung for {n} brands.", n=quiet)
        console.print(Text(said, style="dim"))


def _section(table: Table, brand: str, rows: Sequence[ComparedSetting], voice: ReportVoice) -> None:
    table.add_row(Text(brand, style="bold"))
    for place, row in enumerate(rows):
        shown = list(row.when[:SHOWN_RINGS])
        if more := len(row.when) - len(shown):
            shown.append(voice.say("… and {n} more", n=more))
        table.add_row(
            Text("  " + label_of(row.setting, voice)),
            Text(f"{row.rang}" if row.rang else "–", style="bold red" if row.rang else ""),
            voice.rate(row.per_quarter),
            f"{row.heads_ups}",
            voice.rate(row.heads_ups_per_week),
            Text("\n".join(shown)),
            end_section=place == len(rows) - 1,
        )
