"""All detectors over series with a planted event."""

from datetime import UTC, datetime
from random import Random

import pytest

from lab.evaluate.baselines.registry import BASELINES
from lab.evaluate.nab.best_threshold import SCORERS, alarms_above, best_threshold
from lab.evaluate.nab.form import LabelledSeries
from lab.evaluate.nab.rules import (
    STANDARD,
    JudgedSeries,
    LabelledWindow,
    normalised_score,
    probation,
)
from lab.evaluate.nab.run import evaluate_nab
from schemas.evaluation import NabPart

ROWS = 5_000
START_S = 1_425_000_000
EVENT = range(3_500, 3_560)


def series(name: str, seed: int, *, windows: tuple[LabelledWindow, ...]) -> LabelledSeries:
    dice = Random(seed)
    counts = tuple(float(dice.randint(4, 16) + 150 * (row in EVENT)) for row in range(ROWS))
    return LabelledSeries(
        name, tuple(START_S + 300 * row for row in range(ROWS)), counts, windows, 0
    )


def two() -> list[LabelledSeries]:
    window = LabelledWindow(EVENT.start - 30, EVENT.stop + 30)
    return [series("a.csv", 1, windows=(window,)), series("b.csv", 2, windows=())]


@pytest.fixture(scope="module")
def part() -> NabPart:
    return evaluate_nab(two(), source="two", digest="d")


def test_every_detector_has_a_line(part: NabPart) -> None:
    names = [(one.kind, one.name) for one in part.detectors]
    assert names[0] == ("tocsin", "Tocsin, default")
    assert names[1 : len(BASELINES) + 1] == [("fixed", name) for name in BASELINES]
    assert names[len(BASELINES) + 1 :] == [("tuned", name) for name in SCORERS]


def test_tocsin_finds_the_event(part: NabPart) -> None:
    tocsin = part.detectors[0]
    assert tocsin.windows_found == 1
    at_s = START_S + 300 * EVENT.start
    assert any(at_s <= at.timestamp() < at_s + 3600 for at in tocsin.series[0].rung)


def test_counts_add_up(part: NabPart) -> None:
    assert (part.rows, part.windows) == (2 * ROWS, 1)
    for one in part.detectors:
        assert one.windows_found == sum(each.windows_found for each in one.series)
        assert one.false_alarms == sum(each.false_alarms for each in one.series)
        assert all(len(each.rung) >= each.false_alarms for each in one.series)
        assert one.series[1].standard is None


def test_scores_are_those_of_the_alarms(part: NabPart) -> None:
    for one in part.detectors:
        judged = []
        for labelled, alarms in zip(two(), one.series, strict=True):
            rows = tuple(int(at.timestamp() - START_S) // 300 for at in alarms.rung)
            judged.append(JudgedSeries(ROWS, labelled.windows, rows))
        assert one.scores.standard == pytest.approx(normalised_score(judged, STANDARD))


def test_alarms_that_are_not_scored_are_not_counted(part: NabPart) -> None:
    scored_from = part.series[0].scored_from
    assert scored_from == datetime.fromtimestamp(START_S + 300 * probation(ROWS), UTC)
    rung = [at for one in part.detectors for each in one.series for at in each.rung]
    assert min(rung) >= scored_from


def test_the_picture_keeps_the_highest_counts(part: NabPart) -> None:
    assert max(part.series[0].highest) == max(two()[0].counts)
    assert len(part.series[0].highest) <= 400


def test_it_does_not_depend_on_how_jobs_are_run(part: NabPart) -> None:
    def backwards(function, jobs):
        return list(reversed([function(job) for job in reversed(jobs)]))

    assert evaluate_nab(two(), source="two", digest="d", run=backwards) == part


def test_the_best_threshold_is_the_one_that_tells_the_event() -> None:
    scores = [0.0] * ROWS
    scores[1_000] = scores[2_000] = 4.0  # two false alarms below the event's score
    scores[EVENT.start] = 9.0
    labelled = two()[0]
    threshold = best_threshold([(labelled, scores)])
    assert 4.0 < threshold <= 9.0
    assert alarms_above(labelled, scores, threshold) == (EVENT.start,)
    assert alarms_above(labelled, scores, 4.0) == (1_000, 2_000, EVENT.start)


def test_a_loud_row_in_probation_does_not_begin_an_episode() -> None:
    labelled = two()[0]
    scores = [0.0] * ROWS
    first = probation(ROWS)
    scores[first - 1] = scores[first] = 5.0
    assert alarms_above(labelled, scores, 5.0) == (first,)
