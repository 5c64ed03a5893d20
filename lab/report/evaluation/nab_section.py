"""Labelled series on the evaluation page: the table of all detectors, and a picture a file."""

from html import escape
from typing import Final

from lab.report.evaluation.series_plot import draw_series
from schemas.evaluation import NabDetector, NabPart

KINDS: Final = {
    "tocsin": "Tocsin, at its one fixed default",
    "fixed": "Others, at their textbook settings",
    "tuned": "With hindsight: the threshold that suits these very files best",
}


def render_nab(part: NabPart) -> str:
    """The section. Detectors are ordered by their standard score within their kind."""
    rows = "".join(
        f'<tr><th colspan="6" class="group">{words}</th></tr>'
        + "".join(_row(one, part) for one in _of_kind(part, kind))
        for kind, words in KINDS.items()
    )
    return (
        "<section><h2>Labelled series, by the rules of the Numenta Anomaly Benchmark</h2>"
        f'<p class="soft">{len(part.series)} files, {part.rows:,} rows, {part.windows} labelled '
        "windows. 0 is the detector that never speaks, 100 the one that speaks at the first row of "
        "each window and nowhere else; below 0 it would be better not to listen. One alarm an "
        "episode (nine quiet hours end it), for all detectors alike.</p>"
        '<table class="scores"><tr><th>detector</th><th>standard</th>'
        '<th class="number">low false positives</th><th class="number">low false negatives</th>'
        f'<th class="number">windows found</th><th class="number">false alarms</th></tr>{rows}'
        f"</table>{_pictures(part)}</section>"
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


def _row(one: NabDetector, part: NabPart) -> str:
    scores = one.scores
    width = min(max(scores.standard, 0.0), 100.0)
    colour = "good" if one.kind == "tocsin" else "bar"
    note = "" if one.threshold is None else f' <span class="soft">at {one.threshold:.1f}</span>'
    return (
        f'<tr class="{one.kind}"><td>{escape(one.name)}{note}</td>'
        f'<td class="bar"><b>{scores.standard:.1f}</b>'
        f'<i><i style="width:{width:.1f}%;background:var(--{colour})"></i></i></td>'
        f'<td class="number">{scores.low_false_positives:.1f}</td>'
        f'<td class="number">{scores.low_false_negatives:.1f}</td>'
        f'<td class="number">{one.windows_found} of {part.windows}</td>'
        f'<td class="number">{one.false_alarms}</td></tr>'
    )


def _pictures(part: NabPart) -> str:
    tocsin, other = tocsin_of(part), best_fixed(part)
    pictures = "".join(draw_series(series, tocsin, other) for series in part.series)
    return (
        '<p class="soft">Counts on a logarithmic scale, and below them where Tocsin and the best '
        f"other detector at a textbook setting ({escape(other.name)}) rang; how many of the "
        "windows they found, and how often they rang for nothing.</p>"
        '<div class="key soft">'
        '<span style="background:var(--good);opacity:.35"></span>labelled window'
        '<span style="background:var(--good)"></span>alarm in one'
        '<span style="background:var(--bad)"></span>false alarm'
        '<span style="background:var(--line)"></span>not scored</div>'
        f"{pictures}"
    )
