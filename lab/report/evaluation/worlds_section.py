"""Worlds side by side, and budgets kept, on the evaluation page."""

from collections.abc import Iterator
from html import escape

from lab.report.evaluation.budget_table import observed
from lab.report.evaluation.replay_words import minutes
from lab.report.evaluation.worlds_table import title_of, told_as, worse_of
from lab.report.voice import ReportVoice
from schemas.budgets import BudgetPart, RealBrandPart, RealRing
from schemas.replays import Estimate, Share
from schemas.worlds import WorldLevel, WorldsPart, WorstLevel


def render_worlds(part: WorldsPart, voice: ReportVoice) -> str:
    """The section: a table a level, the worse world last."""
    title = voice.say("Does it hold in worlds that it was not made in?")
    about = voice.say(
        "One set of rules for all: a ring is right from half an hour before the onset of a crisis "
        "to its end, and an incident is false once, at its first moment. What may be quoted is the "
        "last line. In brackets 95 % intervals."
    )
    large = voice.say("Severity of 7 or more within six hours")
    return (
        f"<section><h2>{escape(title)}</h2>"
        f'<p class="soft">{escape(about)}</p>'
        f"{''.join(_levels(part, voice))}<h3>{escape(large)}</h3>"
        f"<table><tr><th>{escape(voice.say('world'))}</th>"
        f'<th class="number">{escape(voice.say("crises"))}</th>'
        f'<th class="number">{escape(voice.say("everything else"))}</th></tr>'
        + "".join(
            _row(
                told_as(one, voice),
                (_share(one.large_in_crises, voice), _share(one.large_elsewhere, voice)),
            )
            for one in part.worlds
        )
        + _last(
            part,
            (_figure(part.large_in_crises, voice), _figure(part.large_elsewhere, voice)),
            voice,
        )
        + "</table></section>"
    )


def render_budgets(part: BudgetPart, voice: ReportVoice) -> str:
    """The section: each budget stated and kept, and what rings on a real brand."""
    rows = "".join(
        _row(
            voice.rate(one.rings_per_quarter.stated),
            (
                observed(one.rings_per_quarter, voice),
                voice.rate(one.heads_up_per_week.stated),
                observed(one.heads_up_per_week, voice),
            ),
        )
        for one in part.kept
    )
    title = voice.say("Are the budgets of rings and heads-ups kept?")
    about = voice.say(
        "{brands} made-up brands over {days} days each, in which nothing happens but news hours, "
        "viral posts, campaigns and bursts of any tone.",
        brands=part.brands,
        days=part.days,
    )
    return (
        f"<section><h2>{escape(title)}</h2>"
        f'<p class="soft">{escape(about)}</p>'
        f"<table><tr><th>{escape(voice.say('rings a quarter, stated'))}</th>"
        f'<th class="number">{escape(voice.say("observed"))}</th>'
        f'<th class="number">{escape(voice.say("heads-ups a week, stated"))}</th>'
        f'<th class="number">{escape(voice.say("observed"))}</th></tr>'
        f"{rows}</table>{_real(part.real, voice) if part.real is not None else ''}</section>"
    )


def _levels(part: WorldsPart, voice: ReportVoice) -> Iterator[str]:
    for place, worst in enumerate(part.worst):
        yield (
            f"<h3>{escape(title_of(worst.level, voice))}</h3>"
            f"<table><tr><th>{escape(voice.say('world'))}</th>"
            + "".join(
                f'<th class="number">{escape(name)}</th>'
                for name in (
                    voice.say("crises told"),
                    voice.say("of those told, right"),
                    _false(worst.level, voice),
                    voice.say("median after it could be seen"),
                    voice.say("before the peak"),
                )
            )
            + "</tr>"
            + "".join(
                _row(told_as(one, voice), _cells(one.levels[place], voice)) for one in part.worlds
            )
            + _last(part, _worst(worst, voice), voice)
            + "</table>"
        )


def _false(level: str, voice: ReportVoice) -> str:
    if level == "ring":
        return voice.say("false a quarter, when nothing happens")
    return voice.say("false a week, when nothing happens")


def _last(part: WorldsPart, cells: tuple[str, ...], voice: ReportVoice) -> str:
    if len(part.worlds) == 1:
        return ""
    return _row(worse_of(len(part.worlds), voice), cells, kind="tocsin")


def _row(name: str, cells: tuple[str, ...], kind: str = "") -> str:
    numbers = "".join(f'<td class="number">{one}</td>' for one in cells)
    return f'<tr class="{kind}"><td>{escape(name)}</td>{numbers}</tr>'


def _cells(row: WorldLevel, voice: ReportVoice) -> tuple[str, ...]:
    rate = row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week
    return (
        _share(row.recall, voice),
        _share(row.precision, voice),
        _rate(rate, voice),
        minutes(row.after_visible_s.value, voice),
        _share(row.before_peak, voice),
    )


def _worst(row: WorstLevel, voice: ReportVoice) -> tuple[str, ...]:
    rate = row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week
    return (
        _figure(row.recall, voice),
        _figure(row.precision, voice),
        _figure(rate, voice),
        minutes(row.after_visible_s, voice),
        _figure(row.before_peak, voice),
    )


def _real(part: RealBrandPart, voice: ReportVoice) -> str:
    lines = part.unexplained_per_week
    rings = "".join(f"<li>{escape(_ring(ring, voice))}</li>" for ring in part.rings)
    said = voice.say(
        "On the mentions of a real brand as they came over {weeks} weeks, in a made-up ordinary "
        "tone, {noticed} of {bursts} bursts were noticed; {observed} heads-ups a week lie outside "
        "of all of them, {stated} are stated. It rang {rings} times.",
        weeks=round(part.weeks),
        noticed=part.noticed,
        bursts=part.bursts,
        observed=observed(lines, voice),
        stated=voice.rate(lines.stated),
        rings=len(part.rings),
    )
    return f"<p>{escape(said)}</p><ul>{rings}</ul>"


def _ring(ring: RealRing, voice: ReportVoice) -> str:
    moment, severity = voice.words.moment(ring.at), voice.words.number(ring.severity)
    if ring.burst:
        return voice.say(
            "{moment}, severity {severity}, in a burst", moment=moment, severity=severity
        )
    return voice.say("{moment}, severity {severity}", moment=moment, severity=severity)


def _figure(value: float | None, voice: ReportVoice) -> str:
    return "–" if value is None else voice.fixed(value, 2)


def _share(one: Share, voice: ReportVoice) -> str:
    return _with_interval(one.share, one, voice)


def _rate(one: Estimate, voice: ReportVoice) -> str:
    return _with_interval(one.value, one, voice)


def _with_interval(value: float | None, one: Share | Estimate, voice: ReportVoice) -> str:
    if value is None:
        return "–"
    edges = "–".join(_figure(edge, voice) for edge in (one.low, one.high))
    return f"{voice.fixed(value, 2)} ({edges})"
