"""The page and the tables of an evaluation."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import msgspec
import pytest
from rich.console import Console

from agents.alerting.i18n import FRENCH
from agents.cli.language.french import in_french
from lab.report.evaluation.page import render_evaluation
from lab.report.evaluation.table import print_evaluation
from lab.report.voice import ReportVoice
from schemas.evaluation import (
    Evaluation,
    FalseAlarms,
    NabAlarms,
    NabDetector,
    NabPart,
    NabScores,
    NabSeries,
    NabWindow,
    QuietKind,
    QuietPart,
    Target,
)
from schemas.replays import (
    Estimate,
    ReplayFigures,
    ReplayLine,
    ReplayPace,
    ReplayPart,
    Share,
)

T = datetime(2015, 2, 26, tzinfo=UTC)
NASTY = '<script>alert("x")</script>[red]'
VOID = {"meta", "br"}


def day(number: float) -> datetime:
    return T + timedelta(days=number)


def detector(name: str, kind: Any, score: float) -> NabDetector:
    return NabDetector(
        name=name,
        kind=kind,
        threshold=3.5 if kind == "tuned" else None,
        scores=NabScores(standard=score, low_false_positives=-5, low_false_negatives=90),
        windows_found=1,
        false_alarms=1,
        series=(
            NabAlarms(
                series=NASTY,
                rung=(day(4), day(10.5)),
                windows_found=1,
                false_alarms=1,
                standard=score,
            ),
        ),
    )


NAB = NabPart(
    source=NASTY,
    digest="0123456789abcdef0123",
    rows=5000,
    windows=1,
    series=(
        NabSeries(
            name=NASTY,
            rows=5000,
            first=day(0),
            last=day(17),
            scored_from=day(2),
            windows=(NabWindow(first=day(10), last=day(11)),),
            windows_left_out=0,
            highest=(0.0, 5.0, 2000.0, 3.0),
        ),
    ),
    detectors=(
        detector("Tocsin, default", "tocsin", 91.25),
        detector("worse", "fixed", -3.0),
        detector("better", "fixed", 55.0),
        detector("hindsight", "tuned", 80.0),
    ),
)


def false_alarms(stated: float, alarms: int) -> FalseAlarms:
    return FalseAlarms(
        stated=stated,
        alarms=alarms,
        brand_weeks=100.0,
        observed=alarms / 100,
        low=alarms / 110,
        high=alarms / 90,
    )


RATES = (false_alarms(0.25, 0), false_alarms(1.0, 150))
QUIET = QuietPart(
    brands=8,
    weeks=13,
    kinds=(QuietKind(noise="flat", mentions=2.0, budgets=RATES),),
    together=RATES,
)


def share(hits: int, of: int) -> Share:
    return Share(hits=hits, of=of, share=hits / of, low=0.1, high=0.95)


def line(name: str, kind: Any = "crisis", *delays_s: float, of: int = 2) -> ReplayLine:
    return ReplayLine(
        name=name,
        kind=kind,
        rung=share(len(delays_s), of),
        false_rings=0,
        delays_s=delays_s,
        delay_median_s=delays_s[0] if delays_s else None,
        lead_median_s=None,
    )


def contender(name: str, hits: int) -> ReplayFigures:
    seconds = Estimate(value=1380.0, low=600.0, high=18_000.0)
    nothing = Estimate(value=None, low=None, high=None)
    return ReplayFigures(
        contender=name,
        recall=share(hits, 10),
        precision=share(9, 10),
        harmless_rung=share(1, 8),
        delay_median_s=seconds,
        delay_90_s=seconds,
        after_visible_median_s=seconds,
        after_visible_90_s=seconds,
        lead_median_s=nothing,
        false_per_quarter=Estimate(value=123.4, low=110.0, high=140.0),
        paced=ReplayPace(
            found=share(2, 2),
            within_15_min=share(1, 2),
            within_15_min_of_visible=share(2, 2),
            an_hour_before_peak=share(2, 2),
            delay_median_s=seconds,
            after_visible_median_s=seconds,
            lead_median_s=nothing,
        ),
        storms=(line(NASTY, "crisis", 660.0, of=1), line("happy", "harmless", of=1)),
    )


REPLAYS = ReplayPart(
    shapes="held_out",
    first_seed=1100,
    brands=12,
    crises=10,
    harmless=8,
    quiet_quarters=3.0,
    contenders=(contender("Tocsin", 9), contender("plain", 2), contender("deaf", 0)),
    by_shape=(
        line("slow", "crisis", 7200.0, 9000.0),
        line("never"),
        line("swift", "crisis", -60.0, 600.0),
        line("launch", "harmless"),
    ),
    by_size=(line("500 an hour"), line("90 an hour"), line("2 an hour")),
)


def evaluation(**changed: Any) -> Evaluation:
    whole = Evaluation(
        tocsin="0.1",
        python="3.11",
        river="0.26",
        machine="Linux",
        at=T,
        seed=7,
        size="quick",
        left_out=(),
        targets=(
            Target(what="standard", wanted="at least 90", measured=91.25, met=True),
            Target(what="at 1", wanted="at most 1", measured=1.5, met=False),
        ),
        nab=NAB,
        quiet=QUIET,
        replays=REPLAYS,
    )
    return msgspec.structs.replace(whole, **changed)


class Balance(HTMLParser):
    """Notes tags that are closed in the wrong order, and all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def checked(page: str) -> Balance:
    balance = Balance()
    balance.feed(page)
    return balance


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"nab": None},
        {"quiet": None, "replays": None},
        {"nab": None, "quiet": None},
        {"nab": None, "quiet": None, "replays": None, "targets": ()},
    ],
)
def test_the_page_is_well_formed_and_fetches_nothing(changed: dict[str, Any]) -> None:
    page = render_evaluation(evaluation(**changed))
    balance = checked(page)
    assert balance.wrong == []
    assert balance.open == []
    assert "script" not in balance.tags
    assert not balance.attributes & {"src", "href", "onload", "onclick"}
    assert "url(" not in page


def test_strangers_text_is_shown_and_not_run() -> None:
    page = render_evaluation(evaluation(left_out=(NASTY,)))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3


def test_targets_met_and_missed_are_said_first() -> None:
    page = render_evaluation(evaluation())
    assert "1 of 2 targets met" in page
    assert page.count("✓ met") == page.count("✗ missed") == 1
    assert page.index("✗ missed") < page.index("Labelled series")


def test_the_worst_kind_of_brand_is_not_hidden_by_the_mean() -> None:
    worse = QuietKind(noise="bursty", mentions=0.1, budgets=(false_alarms(0.25, 44), RATES[1]))
    quiet = msgspec.structs.replace(QUIET, kinds=(*QUIET.kinds, worse))
    header = render_evaluation(evaluation(quiet=quiet)).partition("</header>")[0]
    assert "rang 0.00 times" in header
    assert "the worst kind 0.44" in header


def test_detectors_stand_in_order_of_their_score() -> None:
    page = render_evaluation(evaluation(replays=None))
    table = page.partition('class="scores"')[2].partition("</table>")[0]
    places = [table.index(name) for name in ("Tocsin", "better", "worse", "hindsight")]
    assert places == sorted(places)


def test_the_picture_shades_windows_and_tells_alarms_apart() -> None:
    section = render_evaluation(evaluation()).partition("Labelled series")[2]
    picture = section.partition("<svg")[2].partition("</svg>")[0]
    assert picture.count('fill="var(--good)"') == 1
    assert picture.count('stroke="var(--good)"') == picture.count('stroke="var(--bad)"') == 2
    assert "1,000" in picture


def test_a_rate_above_its_budget_beyond_chance_is_marked() -> None:
    page = render_evaluation(evaluation())
    assert page.count('class="number over"') == 2  # the one kind, and all together
    assert "1.50" in page


def test_what_was_left_out_is_said_and_its_section_is_not_there() -> None:
    page = render_evaluation(evaluation(nab=None, left_out=("Labelled series: --nab DIR",)))
    assert "Left out of this run" in page
    assert "Numenta" not in page
    assert "Left out of this run" not in render_evaluation(evaluation())


def test_the_limits_and_the_making_are_said() -> None:
    page = render_evaluation(evaluation())
    for words in ("What this cannot show", "seed 7", "river 0.26", "0123456789abcdef…", "26 Feb"):
        assert words in page


def strips(page: str) -> str:
    return page.partition("how long after onset</h3>")[2].partition("</svg>")[0]


def test_delays_are_dots_and_the_swift_stand_first() -> None:
    picture = strips(render_evaluation(evaluation()))
    places = [picture.index(name) for name in ("swift", "slow", "never")]
    assert places == sorted(places)
    assert "launch" not in picture
    assert picture.count("<circle") == 4
    assert picture.count('class="ring-label">0 of 2 rang') == 1


def test_contenders_stand_side_by_side_with_tocsin_first() -> None:
    page = render_evaluation(evaluation())
    table = page.partition('class="scores replays"')[2].partition("</table>")[0]
    places = [table.index(name) for name in ("Tocsin", "plain", "deaf")]
    assert places == sorted(places)
    assert table.count("<b>123.4</b>") == 3
    widths = [float(width) for width in re.findall(r"left:([\d.]+)%", table)]
    ends = [float(end) for end in re.findall(r"left:[\d.]+%;width:([\d.]+)%", table)]
    assert max(map(sum, zip(widths, ends, strict=True))) == pytest.approx(100)  # within its cell


def test_sizes_stand_in_order_of_their_number() -> None:
    table = render_evaluation(evaluation()).partition("by size of brand</h3>")[2]
    places = [table.index(f">{size} an hour") for size in (2, 90, 500)]
    assert places == sorted(places)


def test_real_storms_have_a_table_only_where_there_were_any() -> None:
    assert "Real storms" in render_evaluation(evaluation())
    silent = msgspec.structs.replace(REPLAYS.contenders[0], storms=())
    without = msgspec.structs.replace(REPLAYS, contenders=(silent,))
    assert "Real storms" not in render_evaluation(evaluation(replays=without))


def test_that_only_counts_are_looked_at_is_said_of_what_it_is_true_of() -> None:
    assert "Only counts are looked at here" in render_evaluation(evaluation(replays=None))
    page = render_evaluation(evaluation())
    assert "Only counts are looked at here" not in page
    assert "Only counts are looked at there" in page
    assert "Only counts" not in render_evaluation(evaluation(nab=None, quiet=None))


def test_replays_of_the_half_for_tuning_are_called_so() -> None:
    tuning = msgspec.structs.replace(REPLAYS, shapes="development")
    words = "half that tuning may see"
    assert words in render_evaluation(evaluation(replays=tuning))
    assert words not in render_evaluation(evaluation())


def test_a_target_without_a_figure_is_missed_and_shown() -> None:
    nothing = Target(what="lead", wanted="at least 60", measured=None, met=False)
    assert "<b>–</b>" in render_evaluation(evaluation(targets=(nothing,)))
    stream = StringIO()
    print_evaluation(evaluation(targets=(nothing,)), Console(file=stream, width=120))
    assert "missed" in stream.getvalue()


def test_the_terminal_shows_replays_with_intervals() -> None:
    stream = StringIO()
    print_evaluation(evaluation(), Console(file=stream, width=120))
    shown = stream.getvalue()
    for words in ("0.90 (0.10–0.95)", "123.4 (110.0–140.0)", "1 of 8", "23 min", "5.0 h", "swift"):
        assert words in shown


def test_the_terminal_shows_the_same_figures_literally() -> None:
    stream = StringIO()
    print_evaluation(evaluation(left_out=("nothing [b]",)), Console(file=stream, width=100))
    shown = stream.getvalue()
    for words in ("91.2", "-3.0", "hindsight*", "1.50", "missed", "Left out: nothing [b]", NASTY):
        assert words in shown


def test_page_and_tables_speak_french() -> None:
    voice = ReportVoice(FRENCH, lambda text, **fields: in_french(text).format(**fields))
    page = render_evaluation(evaluation(), voice)
    assert '<html lang="fr">' in page
    stream = StringIO()
    print_evaluation(evaluation(), Console(file=stream, width=200), voice)
    for told in (re.sub(r"<[^>]*>", " ", page.partition("</style>")[2]), stream.getvalue()):
        left = re.findall(r"\b(?:the|of|rang|false alarms|quiet|median|brands?)\b", told)
        assert left == []
    assert "Ce que cela ne peut pas montrer" in page
