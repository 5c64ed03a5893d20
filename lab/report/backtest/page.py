"""The backtest as one self-contained HTML page: no script, nothing fetched, text escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from lab.backtest.summary import BrandTally
from lab.report.backtest.compare import (
    ComparedSetting,
    brand_rows,
    eventful,
    ever_rang,
    label_of,
    lanes_of,
    sooner_though_stricter,
    total_rows,
)
from lab.report.backtest.lanes import draw_lanes
from lab.report.backtest.states import draw_states
from lab.report.backtest.table import accounted, since
from lab.report.backtest.timeline import draw_timeline
from lab.report.backtest.why import headline, sections, why_not
from lab.report.style import page
from lab.report.voice import ReportVoice
from schemas.brand import Brand
from schemas.report import BacktestReport, BrandReport, ReportedIncident

_STYLE = """
h3 { font-size: 1rem; margin: 1.6rem 0 0; } h4 { font-size: .95rem; margin: .7rem 0 0; }
table.compared td:last-child { min-width: 12rem; }
.card ul { margin: 0; padding-left: 1.2rem; }
svg .in-ring { fill: var(--paper); font-weight: 600; font-size: 11px; }
"""


def render_page(
    report: BacktestReport,
    tallies: Sequence[BrandTally],
    voice: ReportVoice | None = None,
    brands: Mapping[str, Brand] | None = None,
) -> str:
    """The whole page. Brands that rang come first, then by number of mentions.

    ``brands``: by id, so that a brand's own names are not told as what drives it.
    """
    voice = voice or ReportVoice()
    by_brand = {tally.brand: tally for tally in tallies}
    order = sorted(report.brands, key=lambda one: (not _rang(one), -one.mentions, one.brand))
    rings = sum(len(_rang(brand)) for brand in report.brands)
    calm = sum(len(_heads_ups(brand)) for brand in report.brands)
    known = brands or {}
    bodies = "".join(
        _brand(
            brand,
            by_brand[brand.brand],
            known.get(brand.brand) or Brand(id=brand.brand, names=(brand.brand,)),
            voice,
        )
        for brand in order
    )
    compared = _compared(report, by_brand, voice) if report.sweep else ""
    title = voice.say("What would have rung: {n}", n=voice.words.number(rings))
    quiet = voice.say(
        "Worth a quiet line, and never rang: {n}. Times are UTC.", n=voice.words.number(calm)
    )
    files = ", ".join(report.files)
    facts = f"{quiet} {files}{voice.words.colon} {accounted(report, voice)} Tocsin {report.tocsin}."
    return page(
        voice.say("Tocsin backtest"),
        f'<header><h1>{escape(title)}</h1><div class="soft">{escape(facts)}</div>'
        f'<div class="key soft">{escape(voice.say("per bar:"))}'
        f'<span style="background:var(--bar)"></span>{escape(voice.say("mentions"))}'
        f'<span style="background:var(--bad)"></span>{escape(voice.say("negative"))}'
        f'<span style="background:var(--good)"></span>{escape(voice.say("positive"))}'
        f"</div></header>{compared}{bodies}",
        style=_STYLE,
        lang=voice.words.code,
    )


def _compared(report: BacktestReport, tallies: Mapping[str, BrandTally], voice: ReportVoice) -> str:
    every = {brand.brand: lanes_of(report.sweep, brand.brand) for brand in report.brands}
    told = {brand: lanes for brand, lanes in every.items() if eventful(lanes)}
    heading = voice.say("rang for")
    totals = _table(total_rows(report.sweep), heading, voice) if len(every) > 1 else ""
    heading = voice.say("rang when, severity, mentions")
    parts = "".join(
        f"<h3>{escape(brand)}</h3>{draw_lanes(lanes, tallies[brand].bins, voice)}"
        + (_table(brand_rows(lanes, voice), heading, voice) if ever_rang(lanes) else "")
        + "".join(
            f'<p class="soft">{escape(one)}</p>'
            for one in sooner_though_stricter(report.sweep, brand, voice)
        )
        for brand, lanes in told.items()
    )
    rest = ""
    if quiet := len(every) - len(told):
        said = voice.say("Brands that were quiet under every setting: {n}.", n=quiet)
        rest = f'<p class="soft">{escape(said)}</p>'
    key = voice.say(
        "A disc is a ring, with the highest severity that was reached; its bar lasts from onset to "
        "end. A small circle is a heads-up that never rang. Rates are those of one brand, on "
        "average."
    )
    return (
        f"<section><h2>{escape(voice.say('Settings side by side'))}</h2>"
        f'<div class="soft">{escape(key)}</div>{totals}{parts}{rest}</section>'
    )


def _table(rows: Iterable[ComparedSetting], last: str, voice: ReportVoice) -> str:
    lines = "".join(
        f"<tr><td>{escape(label_of(row.setting, voice))}</td>"
        f'<td class="number">{row.rang}</td>'
        f'<td class="number">{voice.rate(row.per_quarter)}</td>'
        f'<td class="number">{row.heads_ups}</td>'
        f'<td class="number">{voice.rate(row.heads_ups_per_week)}</td>'
        f"<td>{'<br>'.join(map(escape, row.when))}</td></tr>"
        for row in rows
    )
    heads = "".join(
        f'<th class="number">{escape(name)}</th>'
        for name in (
            voice.say("rang"),
            voice.say("a quarter"),
            voice.say("heads-ups"),
            voice.say("a week"),
        )
    )
    return (
        f"<table class='compared'><tr><th>{escape(voice.say('setting'))}</th>{heads}"
        f"<th>{escape(last)}</th></tr>{lines}</table>"
    )


def _brand(brand: BrandReport, tally: BrandTally, known: Brand, voice: ReportVoice) -> str:
    number = voice.words.number
    counts = (
        (voice.say("mentions"), brand.mentions),
        (voice.say("negative"), brand.negative),
        (voice.say("positive"), brand.positive),
        (voice.say("duplicates"), brand.duplicates),
        (voice.say("late"), brand.late),
        (voice.say("own posts"), brand.own),
    )
    notes = [
        f"{name}{voice.words.colon} {number(count)}"
        for place, (name, count) in enumerate(counts)
        if count or not place
    ]
    cards = "".join(_incident(incident, known, voice) for incident in _rang(brand))
    quiet = _heads_ups(brand)
    calm = "".join(_calm(one, voice) for one in quiet)
    if calm:
        said = voice.say("heads-ups only: {n}", n=number(len(quiet)))
        calm = f"<details><summary>{escape(said)}</summary>{calm}</details>"
    return (
        f"<section><h2>{escape(brand.brand)}</h2>"
        f'<div class="soft">{escape(" · ".join(notes))}</div>'
        f"{draw_timeline(brand, tally.bins, voice)}{cards}{calm}</section>"
    )


def _incident(incident: ReportedIncident, brand: Brand, voice: ReportVoice) -> str:
    words = voice.words
    moments = " · ".join(words.moment(ring.at) for ring in incident.rings)
    title = f"{moments} — {headline(words, incident)}"
    chance = words.say("chance", share=words.percent(incident.confidence))
    told = "".join(
        f"<h4>{escape(heading)}</h4><ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in lines)
        + "</ul>"
        for heading, lines in sections(voice, incident, brand)
    )
    return (
        f'<div class="card"><strong>{escape(title)}</strong>'
        f'<div class="soft">{escape(since(incident, voice))} {escape(chance)}.</div>'
        f"{draw_states(incident, voice)}{told}</div>"
    )


def _calm(one: ReportedIncident, voice: ReportVoice) -> str:
    words = voice.words
    moment = words.moment(one.heads_up_at or one.onset)
    mentions = voice.say("{n} mentions", n=words.number(one.mentions))
    return (
        f'<div class="card calm"><strong>{escape(moment)} — {escape(words.pattern(one.pattern))}'
        f'</strong><div class="soft">{escape(" ".join(why_not(words, one)))} {escape(mentions)}.'
        "</div></div>"
    )


def _rang(brand: BrandReport) -> list[ReportedIncident]:
    return [one for one in brand.incidents if one.level == "ring"]


def _heads_ups(brand: BrandReport) -> list[ReportedIncident]:
    return [one for one in brand.incidents if one.level == "heads_up"]
