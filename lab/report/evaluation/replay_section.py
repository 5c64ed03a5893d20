"""Crisis replays on the evaluation page: contenders side by side, delays, sizes, real storms."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from lab.report.evaluation.delay_plot import draw_delays
from lab.report.evaluation.replay_words import estimate_minutes, in_order, minutes
from schemas.replays import ReplayFigures, ReplayLine, ReplayPart, Share

HALVES: Final = {
    "held_out": "shapes that tuning has never seen",
    "development": "shapes that tuning may see: a look, no proof",
}
PACED: Final = "storms of Nestlé's pace"


def render_replays(part: ReplayPart) -> str:
    """The section; Tocsin's line comes first, the others by their recall."""
    tocsin, *others = part.contenders
    most = max(one.false_per_quarter.high or 0.0 for one in part.contenders) or 1.0
    others.sort(key=lambda one: (-(one.recall.share or 0.0), one.precision.share or 0.0))
    return (
        "<section><h2>Does it ring on crises, in time, and on nothing else?</h2>"
        f'<p class="soft">{part.crises} crises and {part.harmless} harmless episodes, drawn over '
        f"{part.brands} made-up brands ({HALVES[part.shapes]}), and {part.quiet_quarters:g} "
        "quarters of brands in which nothing happens but news hours, viral posts, campaigns and "
        "gaps. All contenders hear the same streams, at the settings they come with, and have the "
        "same rule: what rings again within nine hours is one alarm. All but Tocsin and the rule "
        "of thumb see only how much is said. Thin lines and brackets are 95 % intervals; false "
        "alarms are drawn by their square root.</p>"
        '<table class="scores replays"><tr><th>contender</th><th>crises that rang</th>'
        "<th>rings that were right</th><th>false alarms a brand-quarter</th>"
        '<th class="number">harmless that rang</th><th class="number">median ring after onset</th>'
        f"</tr>{_row(tocsin, 'tocsin', most)}"
        f"{''.join(_row(one, 'fixed', most) for one in others)}</table>"
        f"<h3>Tocsin: how long after onset</h3>{draw_delays(part.by_shape)}"
        f"{_times(tocsin)}"
        f"<h3>Tocsin: by size of brand</h3>{_lines(part.by_size)}"
        f"{_storms(part)}</section>"
    )


def _row(one: ReplayFigures, kind: str, most: float) -> str:
    false = one.false_per_quarter
    return (
        f'<tr class="{kind}"><td>{escape(one.contender)}</td>'
        f"{_share_cell(one.recall, kind)}{_share_cell(one.precision, kind)}"
        + _bar_cell(
            "–" if false.value is None else f"{false.value:.1f}",
            [((value or 0.0) / most) ** 0.5 for value in (false.value, false.low, false.high)],
            kind,
        )
        + f'<td class="number">{one.harmless_rung.hits} of {one.harmless_rung.of}</td>'
        f'<td class="number">{minutes(one.delay_median_s.value)}</td></tr>'
    )


def _share_cell(one: Share, kind: str) -> str:
    words = "–" if one.share is None else f"{100 * one.share:.0f} %"
    return _bar_cell(words, [one.share, one.low, one.high], kind)


def _bar_cell(words: str, places: Sequence[float | None], kind: str) -> str:
    value, low, high = (100 * (place or 0.0) for place in places)
    colour = "good" if kind == "tocsin" else "bar"
    return (
        f'<td class="bar"><b>{words}</b><i class="whole">'
        f'<i style="width:{value:.1f}%;background:var(--{colour})"></i>'
        f'<i class="spread" style="left:{low:.1f}%;width:{high - low:.1f}%"></i></i></td>'
    )


def _times(one: ReplayFigures) -> str:
    paced = one.paced
    rows = [
        ("after onset, median", estimate_minutes(one.delay_median_s)),
        ("after onset, 90 %", estimate_minutes(one.delay_90_s)),
        ("after it could be seen, median", estimate_minutes(one.after_visible_median_s)),
        ("after it could be seen, 90 %", estimate_minutes(one.after_visible_90_s)),
        ("before the peak, median", estimate_minutes(one.lead_median_s)),
    ]
    own = [
        ("rang", _of(paced.found)),
        ("after onset, median", estimate_minutes(paced.delay_median_s)),
        ("at most 15 min after onset", _of(paced.within_15_min)),
        ("after it could be seen, median", estimate_minutes(paced.after_visible_median_s)),
        ("at most 15 min after it could be seen", _of(paced.within_15_min_of_visible)),
        ("before the peak, median", estimate_minutes(paced.lead_median_s)),
        ("an hour before the peak, or more", _of(paced.an_hour_before_peak)),
    ]
    return (
        f'<div class="beside even">{_pairs("all crises that rang", rows)}{_pairs(PACED, own)}</div>'
    )


def _pairs(title: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td>{name}</td><td class="number">{value}</td></tr>' for name, value in rows
    )
    return f'<table><tr><th colspan="2">{title}</th></tr>{lines}</table>'


def _of(one: Share) -> str:
    return f"{one.hits} of {one.of}"


def _lines(lines: Iterable[ReplayLine]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.kind}</td>"
        f'<td class="number">{_of(one.rung)}</td><td class="number">{one.false_rings}</td>'
        f'<td class="number">{minutes(one.delay_median_s)}</td>'
        f'<td class="number">{minutes(one.lead_median_s)}</td></tr>'
        for one in in_order(lines)
    )
    return (
        '<table class="scores"><tr><th>mentions</th><th>episodes</th><th class="number">rang</th>'
        '<th class="number">other rings</th><th class="number">median after onset</th>'
        f'<th class="number">median before peak</th></tr>{rows}</table>'
    )


def _storms(part: ReplayPart) -> str:
    storms = in_order(part.contenders[0].storms)
    if not storms:
        return ""
    head = "".join(
        f'<th class="number">{escape(one.name)}<br>'
        f"{'must ring' if one.kind == 'crisis' else 'must not ring'}</th>"
        for one in storms
    )
    rows = "".join(
        f'<tr class="{"fixed" if place else "tocsin"}"><td>{escape(one.contender)}</td>'
        + "".join(f'<td class="number">{_storm(line)}</td>' for line in in_order(one.storms))
        + "</tr>"
        for place, one in enumerate(part.contenders)
    )
    return (
        "<h3>Real storms</h3>"
        '<p class="soft">Of these the count and the mean tone of each day survive; hours and '
        "people are drawn. How often each rang, and the median after onset.</p>"
        f'<table class="scores"><tr><th>contender</th>{head}</tr>{rows}</table>'
    )


def _storm(one: ReplayLine) -> str:
    return f'{_of(one.rung)} <span class="soft">{minutes(one.delay_median_s)}</span>'
