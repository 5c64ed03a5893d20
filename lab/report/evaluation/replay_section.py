"""Crisis replays on the evaluation page: contenders side by side, delays, sizes, real storms."""

from collections.abc import Iterable, Sequence
from html import escape

from lab.report.evaluation.delay_plot import draw_delays
from lab.report.evaluation.replay_words import estimate_minutes, in_order, kind_of, minutes, of
from lab.report.voice import ReportVoice
from schemas.replays import ReplayFigures, ReplayLine, ReplayPart, Share


def render_replays(part: ReplayPart, voice: ReportVoice) -> str:
    """The section; Tocsin's line comes first, the others by their recall."""
    tocsin, *others = part.contenders
    most = max(one.false_per_quarter.high or 0.0 for one in part.contenders) or 1.0
    others.sort(key=lambda one: (-(one.recall.share or 0.0), one.precision.share or 0.0))
    title = voice.say("Does it ring on crises, in time, and on nothing else?")
    half = voice.say("shapes that tuning has never seen")
    if part.shapes != "held_out":
        half = voice.say("shapes that tuning may see: a look, no proof")
    about = voice.say(
        "{crises} crises and {harmless} harmless episodes, drawn over {brands} made-up brands "
        "({half}), and {quarters} quarters of brands in which nothing happens but news hours, "
        "viral posts, campaigns and gaps. All contenders hear the same streams, at the settings "
        "they come with, and have the same rule: what rings again within nine hours is one alarm. "
        "All but Tocsin and the rule of thumb see only how much is said. Thin lines and brackets "
        "are 95 % intervals; false alarms are drawn by their square root.",
        crises=part.crises,
        harmless=part.harmless,
        brands=part.brands,
        half=half,
        quarters=voice.words.number(part.quiet_quarters),
    )
    heads = "".join(
        f"<th>{escape(one)}</th>"
        for one in (
            voice.say("contender"),
            voice.say("crises that rang"),
            voice.say("rings that were right"),
            voice.say("false alarms a brand-quarter"),
        )
    ) + _number_heads(voice.say("harmless that rang"), voice.say("median ring after onset"))
    return (
        f"<section><h2>{escape(title)}</h2>"
        f'<p class="soft">{escape(about)}</p>'
        f'<table class="scores replays"><tr>{heads}</tr>{_row(tocsin, "tocsin", most, voice)}'
        f"{''.join(_row(one, 'fixed', most, voice) for one in others)}</table>"
        f"<h3>{escape(voice.say('Tocsin: how long after onset'))}</h3>"
        f"{draw_delays(part.by_shape, voice)}{_times(tocsin, voice)}"
        f"<h3>{escape(voice.say('Tocsin: by size of brand'))}</h3>{_lines(part.by_size, voice)}"
        f"{_storms(part, voice)}</section>"
    )


def _number_heads(*names: str) -> str:
    return "".join(f'<th class="number">{escape(name)}</th>' for name in names)


def _row(one: ReplayFigures, kind: str, most: float, voice: ReportVoice) -> str:
    false = one.false_per_quarter
    return (
        f'<tr class="{kind}"><td>{escape(one.contender)}</td>'
        f"{_share_cell(one.recall, kind, voice)}{_share_cell(one.precision, kind, voice)}"
        + _bar_cell(
            "–" if false.value is None else voice.fixed(false.value, 1),
            [((value or 0.0) / most) ** 0.5 for value in (false.value, false.low, false.high)],
            kind,
        )
        + f'<td class="number">{_of(one.harmless_rung, voice)}</td>'
        f'<td class="number">{minutes(one.delay_median_s.value, voice)}</td></tr>'
    )


def _share_cell(one: Share, kind: str, voice: ReportVoice) -> str:
    words = "–" if one.share is None else voice.words.percent(one.share)
    return _bar_cell(words, [one.share, one.low, one.high], kind)


def _bar_cell(words: str, places: Sequence[float | None], kind: str) -> str:
    value, low, high = (100 * (place or 0.0) for place in places)
    colour = "good" if kind == "tocsin" else "bar"
    return (
        f'<td class="bar"><b>{words}</b><i class="whole">'
        f'<i style="width:{value:.1f}%;background:var(--{colour})"></i>'
        f'<i class="spread" style="left:{low:.1f}%;width:{high - low:.1f}%"></i></i></td>'
    )


def _times(one: ReplayFigures, voice: ReportVoice) -> str:
    paced = one.paced
    rows = [
        (voice.say("after onset, median"), estimate_minutes(one.delay_median_s, voice)),
        (voice.say("after onset, 90 %"), estimate_minutes(one.delay_90_s, voice)),
        (
            voice.say("after it could be seen, median"),
            estimate_minutes(one.after_visible_median_s, voice),
        ),
        (
            voice.say("after it could be seen, 90 %"),
            estimate_minutes(one.after_visible_90_s, voice),
        ),
        (voice.say("before the peak, median"), estimate_minutes(one.lead_median_s, voice)),
    ]
    own = [
        (voice.say("rang"), _of(paced.found, voice)),
        (voice.say("after onset, median"), estimate_minutes(paced.delay_median_s, voice)),
        (voice.say("at most 15 min after onset"), _of(paced.within_15_min, voice)),
        (
            voice.say("after it could be seen, median"),
            estimate_minutes(paced.after_visible_median_s, voice),
        ),
        (
            voice.say("at most 15 min after it could be seen"),
            _of(paced.within_15_min_of_visible, voice),
        ),
        (voice.say("before the peak, median"), estimate_minutes(paced.lead_median_s, voice)),
        (voice.say("an hour before the peak, or more"), _of(paced.an_hour_before_peak, voice)),
    ]
    every = voice.say("all crises that rang")
    paced_title = voice.say("storms of Nestlé's pace")
    return f'<div class="beside even">{_pairs(every, rows)}{_pairs(paced_title, own)}</div>'


def _pairs(title: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td>{escape(name)}</td><td class="number">{value}</td></tr>' for name, value in rows
    )
    return f'<table><tr><th colspan="2">{escape(title)}</th></tr>{lines}</table>'


def _of(one: Share, voice: ReportVoice) -> str:
    return of(one.hits, one.of, voice)


def _lines(lines: Iterable[ReplayLine], voice: ReportVoice) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{escape(kind_of(one, voice))}</td>"
        f'<td class="number">{_of(one.rung, voice)}</td><td class="number">{one.false_rings}</td>'
        f'<td class="number">{minutes(one.delay_median_s, voice)}</td>'
        f'<td class="number">{minutes(one.lead_median_s, voice)}</td></tr>'
        for one in in_order(lines)
    )
    heads = _number_heads(
        voice.say("rang"),
        voice.say("other rings"),
        voice.say("median after onset"),
        voice.say("median before peak"),
    )
    return (
        f'<table class="scores"><tr><th>{escape(voice.say("mentions"))}</th>'
        f"<th>{escape(voice.say('episodes'))}</th>{heads}</tr>{rows}</table>"
    )


def _storms(part: ReplayPart, voice: ReportVoice) -> str:
    storms = in_order(part.contenders[0].storms)
    if not storms:
        return ""
    must, must_not = voice.say("must ring"), voice.say("must not ring")
    head = "".join(
        f'<th class="number">{escape(one.name)}<br>'
        f"{escape(must if one.kind == 'crisis' else must_not)}</th>"
        for one in storms
    )
    rows = "".join(
        f'<tr class="{"fixed" if place else "tocsin"}"><td>{escape(one.contender)}</td>'
        + "".join(f'<td class="number">{_storm(line, voice)}</td>' for line in in_order(one.storms))
        + "</tr>"
        for place, one in enumerate(part.contenders)
    )
    about = voice.say(
        "Of these the count and the mean tone of each day survive; hours and people are drawn. How "
        "often each rang, and the median after onset."
    )
    return (
        f"<h3>{escape(voice.say('Real storms'))}</h3>"
        f'<p class="soft">{escape(about)}</p>'
        f'<table class="scores"><tr><th>{escape(voice.say("contender"))}</th>'
        f"{head}</tr>{rows}</table>"
    )


def _storm(one: ReplayLine, voice: ReportVoice) -> str:
    delay = minutes(one.delay_median_s, voice)
    return f'{_of(one.rung, voice)} <span class="soft">{delay}</span>'
