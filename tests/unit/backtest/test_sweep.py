"""Settings side by side: each says what a run of its own would have said."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from lab.backtest import Backtest
from lab.backtest.sweep import LANES, Setting, settings_of
from lab.report.backtest.compare import brand_rows, lanes_of, total_rows
from lab.report.backtest.lanes import draw_lanes
from lab.report.backtest.page import render_page
from pipeline.detection.past import PastCounts, history_buckets
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import Score, TextInLanguage
from schemas.brand import Brand
from schemas.mention import Author, Mention
from support.rolling import FakeModel

T0 = datetime(2024, 3, 4, tzinfo=UTC)
BRAND = Brand(id="acme", names=("Acme",), false_rings_per_quarter=20)
STORM_AT = T0 + timedelta(days=3, hours=10)
SETTINGS = settings_of([1e-9, 10.0], [0.1, 2.0])


class CountingModel(FakeModel):
    """Counts the texts that it scores."""

    def __init__(self) -> None:
        self.scored = 0

    def score_many(self, said: Sequence[TextInLanguage]) -> list[Score]:
        self.scored += len(said)
        return super().score_many(said)


def mentions(*, until: datetime = STORM_AT + timedelta(hours=2)) -> Iterator[Mention]:
    """Twenty an hour, every fourth bad; from ``STORM_AT`` on one every four seconds, most bad."""
    at, number = T0, 0
    while at < until:
        storm = at >= STORM_AT
        bad = number % 5 if storm else number % 4 == 0
        text = f"{'bad shameful boycott' if bad else 'so'} {number}"
        author = Author(id=f"a{number if storm else number % 300}", handle=f"h{number % 9999}")
        yield Mention(id=str(number), created_at=at, text=text, author=author, lang="en")
        at += timedelta(seconds=4 if storm else 180)
        number += 1


def run(brand: Brand = BRAND, *, model=None, **options):
    backtest = Backtest({"acme": brand}, rules=RollupRules(), model=model or FakeModel(), **options)
    for one in mentions():
        backtest.feed(one, ["acme"])
    backtest.finish()
    return backtest, backtest.report(tocsin="0", files=["f"])


@pytest.fixture(scope="module")
def swept_model():
    return CountingModel()


@pytest.fixture(scope="module")
def swept(swept_model):
    return run(model=swept_model, settings=SETTINGS)


@pytest.fixture(scope="module")
def plain_model():
    return CountingModel()


@pytest.fixture(scope="module")
def plain(plain_model):
    """A run without settings."""
    return run(model=plain_model)[1]


def test_each_lane_says_what_a_run_of_its_own_says(swept, plain):
    assert Setting().of(BRAND) == BRAND
    runs = [plain, *(run(setting.of(BRAND))[1] for setting in SETTINGS)]
    for lane, setting, report in zip(swept[1].sweep, (Setting(), *SETTINGS), runs, strict=True):
        alone = report.brands[0]
        [brand] = lane.brands
        assert lane.label == setting.label
        assert [(one.incident, one.level, one.rings) for one in brand.incidents] == [
            (one.incident, one.level, one.rings) for one in alone.incidents
        ]


def test_a_smaller_budget_silences_and_the_brands_file_is_the_first_lane(swept):
    rows = list(brand_rows(lanes_of(swept[1].sweep, "acme")))
    assert [row.setting for row in rows] == [
        "brands file",
        "rings 1e-09, heads-ups 0.1",
        "rings 1e-09, heads-ups 2",
        "rings 10, heads-ups 0.1",
        "rings 10, heads-ups 2",
    ]
    assert [row.rang for row in rows] == [1, 0, 0, 1, 1]
    assert rows[0].per_quarter == pytest.approx(365.25 / 4 / 3.5, rel=0.05)
    assert total_rows(swept[1].sweep)[0].when == ("acme 1",)


@pytest.mark.usefixtures("plain", "swept")
def test_texts_are_scored_once_however_many_settings(plain_model, swept_model):
    assert plain_model.scored == swept_model.scored > 0


def test_without_settings_the_report_compares_nothing(plain):
    assert plain.sweep == ()


def test_the_report_survives_its_json(swept):
    raw = msgspec.json.encode(swept[1])
    assert msgspec.json.decode(raw, type=type(swept[1])) == swept[1]


def test_the_picture_has_a_lane_and_a_disc_for_each(swept):
    lanes = lanes_of(swept[1].sweep, "acme")
    picture = draw_lanes(lanes, swept[0].tallies[0].bins)
    assert picture.count('class="in-ring"') == 2 * 3  # for wide screens, and for phones
    assert all(label in picture for label, _ in lanes)
    assert picture in render_page(swept[1], swept[0].tallies)
    assert draw_lanes(lanes, {}) == ""


def test_too_many_settings_are_refused():
    with pytest.raises(ValueError, match=f"at most {LANES}"):
        settings_of([i / 10 for i in range(1, 9)], [float(i) for i in range(1, 9)])


def test_history_is_known_before_the_first_post_and_what_comes_after_is_left_out():
    start_s = int(T0.timestamp()) - 7 * 86_400
    rows = tuple((start_s + 3600 * hour, 20.0) for hour in range(8 * 24))
    backtest, _ = run(history={"acme": list(history_buckets("acme", PastCounts(3600, rows)))})
    assert backtest.history_left_out == 24
    judge = backtest._tracks["acme"].lanes[0]._judges["acme"]
    assert judge._state.history_until_s == T0.timestamp()
