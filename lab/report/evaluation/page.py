"""The evaluation as one self-contained HTML page: no script, nothing fetched, text escaped."""

from collections.abc import Iterator
from html import escape
from typing import Final

from lab.report.evaluation.nab_section import best_fixed, render_nab, tocsin_of
from lab.report.evaluation.quiet_section import render_quiet
from lab.report.evaluation.replay_limits import replay_limits
from lab.report.evaluation.replay_section import render_replays
from lab.report.evaluation.replay_words import minutes, seeds_of
from lab.report.evaluation.worlds_section import render_budgets, render_worlds
from lab.report.style import page
from lab.report.voice import ReportVoice
from schemas.evaluation import Evaluation, NabPart, QuietPart, Target
from schemas.replays import ReplayPart

DEFAULT_BUDGET: Final = 0.25
"""Of a brand whose file states none."""

_STYLE: Final = """
section { overflow-x: auto; }
@media (max-width: 50rem) { section svg:not(.small) { min-width: 50rem; } }
.targets { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr));
  gap: .6rem; margin: 1rem 0; }
.targets .card { margin: 0; border-left-color: var(--good); }
.targets .card.missed { border-left-color: var(--bad); }
.targets b { font-size: 1.6rem; display: block; line-height: 1.3; }
.targets .verdict { color: var(--good); } .targets .missed .verdict { color: var(--bad); }
.scores td { border-top: 1px solid var(--line); padding: .25rem .8rem .25rem 0; }
.scores td.bar { width: 32%; } .scores td.bar b { display: inline-block; width: 3.2rem;
  font-weight: inherit; text-align: right; margin-right: .6rem; }
.scores td.bar > i { display: inline-block; width: calc(100% - 4rem); height: .6rem; }
.scores td.bar > i > i { display: block; height: 100%; border-radius: 2px; }
th.group { padding-top: .9rem; font-weight: 400; font-style: italic; }
tr.tocsin td { font-weight: 600; }
svg text.title { font-weight: 600; fill: var(--ink); font-size: 12px; }
.beside { display: grid; grid-template-columns: minmax(16rem, 2fr) 3fr; gap: 2rem; }
@media (max-width: 50rem) { .beside { grid-template-columns: 1fr; } }
.beside table { align-self: start; } td.over { color: var(--bad); font-weight: 600; }
td.interval { color: var(--soft); font-size: .8em; white-space: nowrap; }
.beside td, .beside th { padding-right: .5rem; } li { margin: .25rem 0; }
.beside.even { grid-template-columns: 1fr 1fr; } h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
.scores.replays td.bar { width: 17%; white-space: nowrap; } .scores.replays td { font-size: .93em; }
.scores td.bar > i.whole { position: relative; width: calc(100% - 4.2rem); }
.scores td.bar i.spread { position: absolute; top: 50%; height: 2px; margin-top: -1px;
  border-radius: 0; background: var(--ink); }
"""


def render_evaluation(evaluation: Evaluation, voice: ReportVoice | None = None) -> str:
    """The whole page; parts that did not run are named instead."""
    voice = voice or ReportVoice()
    sections = "".join(_sections(evaluation, voice))
    missing = "".join(f"<li>{escape(note)}</li>" for note in evaluation.left_out)
    if missing:
        heading = escape(voice.say("Left out of this run"))
        sections += f"<section><h2>{heading}</h2><ul>{missing}</ul></section>"
    limits = "".join(f"<li>{escape(limit)}</li>" for limit in cannot_show(evaluation, voice))
    targets = "".join(_target(one, voice) for one in evaluation.targets)
    return page(
        voice.say("Tocsin evaluation"),
        f"<header><h1>{escape(_headline(evaluation, voice))}</h1>"
        f'<div class="soft">{escape(_summary(evaluation, voice))}</div></header>'
        f'<div class="targets">{targets}</div>'
        f"{sections}<section><h2>{escape(voice.say('What this cannot show'))}</h2>"
        f"<ul>{limits}</ul></section>"
        f"{_provenance(evaluation, voice)}",
        style=_STYLE,
        lang=voice.words.code,
    )


def cannot_show(evaluation: Evaluation, voice: ReportVoice) -> Iterator[str]:
    """The limits of what was measured, in sentences."""
    if evaluation.replays is None:
        yield voice.say(
            "Whether an alarm is a crisis. Only counts are looked at here; what wakes somebody is "
            "the judgement of tone and course that follows."
        )
    elif evaluation.nab is not None or evaluation.quiet is not None:
        yield voice.say(
            "Whether an alarm on the series is a crisis. Only counts are looked at there and on "
            "quiet brands; the judgement of tone and course that follows is looked at in the "
            "replays."
        )
    if evaluation.nab is not None:
        yield voice.say(
            "How Tocsin does on series nobody has seen: its constants were chosen with the five "
            "Twitter series in view that are usual for this measurement. On other files the "
            "figures are as new as the files."
        )
        yield voice.say(
            "What was really unusual: the windows are those of the benchmark, and some alarms that "
            "count as false are events that nobody labelled."
        )
        yield voice.say(
            "What the other detectors could do in the hands of somebody who tunes them. EARS is "
            "made for days, not for minutes, and can't be early here; S-H-ESD is made to look back."
        )
        yield voice.say(
            "Anything about the rule of one alarm an episode, which all detectors are given. It "
            "spares those that would ring on and on, and leaves little to those that are hardly "
            "ever silent."
        )
    if evaluation.quiet is not None:
        yield voice.say(
            "What a real quiet quarter is like. The quiet series are made up; campaigns, holidays "
            "and the news are not in them, and a budget can only promise what the past was like."
        )
    if evaluation.replays is not None:
        yield from replay_limits(evaluation.replays, voice)


def _headline(evaluation: Evaluation, voice: ReportVoice) -> str:
    met = sum(target.met for target in evaluation.targets)
    return voice.say(
        "Tocsin, measured: {met} of {all} targets met", met=met, all=len(evaluation.targets)
    )


def _summary(evaluation: Evaluation, voice: ReportVoice) -> str:
    parts = []
    if evaluation.replays is not None:
        parts.append(_crises_heard(evaluation.replays, voice))
    if evaluation.nab is not None:
        parts.append(_beside_others(evaluation.nab, voice))
    if evaluation.quiet is not None:
        parts.append(_budget_kept(evaluation.quiet, voice))
    return " ".join(parts)


def _crises_heard(part: ReplayPart, voice: ReportVoice) -> str:
    tocsin = part.contenders[0]
    false = tocsin.false_per_quarter.value
    return voice.say(
        "Of {crises} crises drawn over made-up brands {rang} rang, in the median {delay} after "
        "onset, and of {harmless} harmless episodes {wrong}; a quarter of a brand in which nothing "
        "happens had {false} false alarms.",
        crises=part.crises,
        rang=tocsin.recall.hits,
        delay=minutes(tocsin.delay_median_s.value, voice),
        harmless=part.harmless,
        wrong=tocsin.harmless_rung.hits,
        false="–" if false is None else voice.fixed(false, 1),
    )


def _budget_kept(part: QuietPart, voice: ReportVoice) -> str:
    place = [one.stated for one in part.together].index(DEFAULT_BUDGET)
    one = part.together[place]
    worst = max(kind.budgets[place].observed for kind in part.kinds)
    return voice.say(
        "Told to ring for nothing {stated} times a week at most, quiet brands rang {observed} "
        "times ({low}–{high}); the worst kind {worst}.",
        stated=voice.rate(one.stated),
        observed=voice.fixed(one.observed, 2),
        low=voice.fixed(one.low, 2),
        high=voice.fixed(one.high, 2),
        worst=voice.fixed(worst, 2),
    )


def _beside_others(part: NabPart, voice: ReportVoice) -> str:
    tocsin, other = tocsin_of(part), best_fixed(part)
    return voice.say(
        "On {series} labelled series Tocsin finds {found} of {windows} events with {false} false "
        "alarms; the best of the other detectors as they come ({name}) finds {others} with "
        "{wrong}.",
        series=len(part.series),
        found=tocsin.windows_found,
        windows=part.windows,
        false=tocsin.false_alarms,
        name=other.name,
        others=other.windows_found,
        wrong=other.false_alarms,
    )


def _target(target: Target, voice: ReportVoice) -> str:
    verdict = voice.say("✓ met") if target.met else voice.say("✗ missed")
    value = target.measured
    digits = 1 if value and abs(value) >= 10 else 2  # noqa: PLR2004 - three figures
    shown = "–" if value is None else voice.fixed(value, digits)
    return (
        f'<div class="card{"" if target.met else " missed"}">{escape(target.what)}'
        f"<b>{shown}</b>"
        f'<span class="soft">{escape(target.wanted)}</span> '
        f'<span class="verdict">{verdict}</span></div>'
    )


def _sections(evaluation: Evaluation, voice: ReportVoice) -> Iterator[str]:
    if evaluation.replays is not None:
        yield render_replays(evaluation.replays, voice)
    if evaluation.worlds is not None:
        yield render_worlds(evaluation.worlds, voice)
    if evaluation.nab is not None:
        yield render_nab(evaluation.nab, voice)
    if evaluation.quiet is not None:
        yield render_quiet(evaluation.quiet, voice)
    if evaluation.budgets is not None:
        yield render_budgets(evaluation.budgets, voice)


def _provenance(evaluation: Evaluation, voice: ReportVoice) -> str:
    rows = {
        voice.say("run at"): voice.words.moment(evaluation.at),
        voice.say("versions"): f"Tocsin {evaluation.tocsin}, Python {evaluation.python}, "
        f"river {evaluation.river}",
        voice.say("machine"): evaluation.machine,
        voice.say("simulated"): voice.say(
            "size {size}, seed {seed}", size=evaluation.size, seed=evaluation.seed
        ),
    }
    if evaluation.replays is not None:
        rows[voice.say("replays")] = seeds_of(evaluation.replays, voice)
    if evaluation.nab is not None:
        rows[voice.say("data")] = f"{evaluation.nab.source}, SHA-256 {evaluation.nab.digest[:16]}…"
    lines = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows.items()
    )
    title = escape(voice.say("How it was made"))
    return f'<section><h2>{title}</h2><table class="soft">{lines}</table></section>'
