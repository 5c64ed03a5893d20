"""Tocsin and all baselines over series in NAB's form."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal, NamedTuple

from lab.evaluate.alarms import ring
from lab.evaluate.baselines.registry import BASELINES
from lab.evaluate.jobs import Run
from lab.evaluate.nab.best_threshold import SCORERS, alarms_above, best_threshold, scores_of
from lab.evaluate.nab.form import LabelledSeries
from lab.evaluate.nab.rules import (
    LOW_FALSE_NEGATIVES,
    LOW_FALSE_POSITIVES,
    STANDARD,
    JudgedSeries,
    normalised_score,
    probation,
)
from pipeline.detection.baseline.volume.series import SeriesScorer
from schemas.evaluation import (
    NabAlarms,
    NabDetector,
    NabPart,
    NabScores,
    NabSeries,
    NabWindow,
)

TOCSIN: Final = "Tocsin, default"
ALARM: Final = 0.5
PARTS: Final = 400
"""A picture shows so many parts of a series."""


class Job(NamedTuple):
    """One detector over one series."""

    detector: str
    series: LabelledSeries


class _Rung(NamedTuple):
    name: str
    kind: Literal["tocsin", "fixed", "tuned"]
    threshold: float | None
    alarms: Sequence[tuple[int, ...]]


def run_job(job: Job) -> tuple[int, ...]:
    """Rows at which the detector rings, in one pass over the series."""
    rows = zip(job.series.starts_s, job.series.counts, strict=True)
    if job.detector != TOCSIN:
        return tuple(ring(BASELINES[job.detector]().update, rows))
    scorer = SeriesScorer()
    scores = (scorer.score(_at(start_s), count) for start_s, count in rows)
    return tuple(row for row, score in enumerate(scores) if score >= ALARM)


def evaluate_nab(
    every: Sequence[LabelledSeries], *, source: str, digest: str, run: Run = map
) -> NabPart:
    """Run every detector over every series and score it.

    Raises:
        ValueError: if no series has a window: there is nothing to find.
    """
    jobs = [Job(name, series) for name in (TOCSIN, *BASELINES) for series in every]
    rung = iter(run(run_job, jobs))
    found = [
        _Rung(name, "tocsin" if name == TOCSIN else "fixed", None, [next(rung) for _ in every])
        for name in (TOCSIN, *BASELINES)
    ]
    found += [_tuned(name, every) for name in SCORERS]
    return NabPart(
        source=source,
        digest=digest,
        rows=sum(len(series.counts) for series in every),
        windows=sum(len(series.windows) for series in every),
        series=tuple(map(_series, every)),
        detectors=tuple(_detector(one, every) for one in found),
    )


def _tuned(name: str, every: Sequence[LabelledSeries]) -> _Rung:
    scores = [scores_of(SCORERS[name], series) for series in every]
    threshold = best_threshold(zip(every, scores, strict=True))
    alarms = [
        alarms_above(series, one, threshold) for series, one in zip(every, scores, strict=True)
    ]
    return _Rung(name, "tuned", threshold, alarms)


def _detector(rung: _Rung, every: Sequence[LabelledSeries]) -> NabDetector:
    judged = [
        JudgedSeries(len(series.counts), series.windows, alarms)
        for series, alarms in zip(every, rung.alarms, strict=True)
    ]
    score = partial(normalised_score, judged)
    series = tuple(map(_alarms, every, judged))
    return NabDetector(
        name=rung.name,
        kind=rung.kind,
        threshold=rung.threshold,
        scores=NabScores(
            standard=score(STANDARD),
            low_false_positives=score(LOW_FALSE_POSITIVES),
            low_false_negatives=score(LOW_FALSE_NEGATIVES),
        ),
        windows_found=sum(one.windows_found for one in series),
        false_alarms=sum(one.false_alarms for one in series),
        series=series,
    )


def _alarms(series: LabelledSeries, judged: JudgedSeries) -> NabAlarms:
    rows = [row for row in judged.alarms if row >= probation(judged.rows)]
    hit = {w: [row for row in rows if w.first <= row <= w.last] for w in judged.windows}
    return NabAlarms(
        series=series.name,
        rung=tuple(_at(series.starts_s[row]) for row in rows),
        windows_found=sum(map(bool, hit.values())),
        false_alarms=len(rows) - sum(map(len, hit.values())),
        standard=normalised_score([judged], STANDARD) if judged.windows else None,
    )


def _series(series: LabelledSeries) -> NabSeries:
    starts_s, rows = series.starts_s, len(series.counts)
    first_s = starts_s[0]
    part_s = max(1, -(-(starts_s[-1] + 1 - first_s) // PARTS))
    highest = [0.0] * (-(-(starts_s[-1] + 1 - first_s) // part_s))
    for start_s, count in zip(starts_s, series.counts, strict=True):
        part = (start_s - first_s) // part_s
        highest[part] = max(highest[part], count)
    return NabSeries(
        name=series.name,
        rows=rows,
        first=_at(first_s),
        last=_at(starts_s[-1]),
        scored_from=_at(starts_s[min(probation(rows), rows - 1)]),
        windows=tuple(
            NabWindow(first=_at(starts_s[w.first]), last=_at(starts_s[w.last]))
            for w in series.windows
        ),
        windows_left_out=series.left_out,
        highest=tuple(highest),
    )


def _at(start_s: int) -> datetime:
    return datetime.fromtimestamp(start_s, UTC)
