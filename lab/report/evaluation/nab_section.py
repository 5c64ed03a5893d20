"""Labelled series on the evaluation page: the table of all detectors, and a picture a file."""

from html import escape

from lab.report.evaluation.replay_words import of
from lab.report.evaluation.series_plot import draw_series
from lab.report.voice import ReportVoice
from schemas.evaluation import NabDetector, NabPart


def _kinds(voice: ReportVoice) -> dict[str, str]:
    return {
        "tocsin": voice.say("Tocsin, at its one fixed default"),
        "fixed": voice.say("Others, at their textbook settings"),
        "tuned": voice.say("With hindsight: the threshold that suits these very files best"),
    }


def render_nab(part: NabPart, voice: ReportVoice) -> str:
    """The section. Detectors are ordered by their standard score within their kind."""
    rows = "".join(
        f'<tr><th colspan="6" class="group">{escape(words)}</th></tr>'
        + "".join(_row(one, part, voice) for one in _of_kind(part, kind))
        for kind, words in _kinds(voice).items()
    )
    title = voice.say("Labelled series, by the rules of the Numenta Anomaly Benchmark")
    about = voice.say(
        "{files} files, {rows} rows, {windows} labelled windows. 0 is the detector that never "
        "speaks, 100 the one that speaks at the first row of each window and nowhere else; below 0 "
        "it would be better not to listen. One alarm an episode (nine quiet hours end it), for all "
        "detectors alike.",
        files=len(part.series),
        rows=voice.words.number(part.rows),
        windows=part.windows,
    )
    heads = "".join(
        f'<th class="number">{escape(one)}</th>'
        for one in (
            voice.say("low false positives"),
            voice.say("low false negatives"),
            voice.say("windows found"),
            voice.say("false alarms"),
        )
    )
    return (
        f"<section><h2>{escape(title)}</h2>"
        f'<p class="soft">{escape(about)}</p>'
        f'<table class="scores"><tr><th>{escape(voice.say("detector"))}</th>'
        f"<th>{escape(voice.say('standard'))}</th>{heads}</tr>{rows}"
        f"</table>{_pictures(part, voice)}</section>"
    )


def best_fixed(part: NabPart) -> NabDetector:
    """The best of the other detectors at textbook settings."""
    return _of_kind(part, "fixed")[0]


def tocsin_of(part: NabPart) -> NabDetector:
    """Tocsin's own line."""
    return _of_kind(part, "tocsin")[0]


def _of_kind(part: NabPart, kind: str) -> list[NabDetector]:
    some = [one for one in part.detectors if one.kind == kind]
    return sorted(some, key=lambda one: -one.scores.standard)


def _row(one: NabDetector, part: NabPart, voice: ReportVoice) -> str:
    scores = one.scores
    width = min(max(scores.standard, 0.0), 100.0)
    colour = "good" if one.kind == "tocsin" else "bar"
    note = ""
    if one.threshold is not None:
        said = voice.say("at {threshold}", threshold=voice.fixed(one.threshold, 1))
        note = f' <span class="soft">{escape(said)}</span>'
    return (
        f'<tr class="{one.kind}"><td>{escape(one.name)}{note}</td>'
        f'<td class="bar"><b>{voice.fixed(scores.standard, 1)}</b>'
        f'<i><i style="width:{width:.1f}%;background:var(--{colour})"></i></i></td>'
        f'<td class="number">{voice.fixed(scores.low_false_positives, 1)}</td>'
        f'<td class="number">{voice.fixed(scores.low_false_negatives, 1)}</td>'
        f'<td class="number">{of(one.windows_found, part.windows, voice)}</td>'
        f'<td class="number">{one.false_alarms}</td></tr>'
    )


def _pictures(part: NabPart, voice: ReportVoice) -> str:
    tocsin, other = tocsin_of(part), best_fixed(part)
    pictures = "".join(draw_series(series, tocsin, other, voice) for series in part.series)
    said = voice.say(
        "Counts on a logarithmic scale, and below them where Tocsin and the best other detector at "
        "a textbook setting ({name}) rang; how many of the windows they found, and how often they "
        "rang for nothing.",
        name=other.name,
    )
    return (
        f'<p class="soft">{escape(said)}</p><div class="key soft">'
        '<span style="background:var(--good);opacity:.35"></span>'
        f"{escape(voice.say('labelled window'))}"
        '<span style="background:var(--good)"></span>'
        f"{escape(voice.say('alarm in one'))}"
        '<span style="background:var(--bad)"></span>'
        f"{escape(voice.say('false alarm'))}"
        '<span style="background:var(--line)"></span>'
        f"{escape(voice.say('not scored'))}</div>"
        f"{pictures}"
    )
