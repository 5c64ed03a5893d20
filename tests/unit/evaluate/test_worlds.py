"""Worlds judged by one set of rules, and folders by other hands."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from lab.evaluate import recorded_worlds
from lab.evaluate.recorded_worlds import WorldError, jobs_of, watch
from lab.evaluate.replays.told import StatedSeverity, ToldIncident
from lab.evaluate.targets import worlds_targets
from lab.evaluate.worlds.judging import figures, judged, sizes
from lab.evaluate.worlds.part import worlds_part
from lab.evaluate.worlds.truth import Happened, TruthError, WatchedStretch, happened_of
from lab.report.evaluation.worlds_section import render_worlds
from lab.report.evaluation.worlds_table import worlds_tables
from lab.report.voice import ReportVoice
from support.reading import FakeReader

H = 3600.0
DAY = 24 * H
CRISIS = Happened(
    "c", "storm", crisis=True, start_s=0.0, end_s=10 * DAY, begins_s=5 * DAY,
    peak_s=5 * DAY + 8 * H, over_s=6 * DAY, visible_s=5 * DAY + 0.5 * H,
)  # fmt: skip
LAUNCH = Happened(
    "l", "launch", crisis=False, start_s=0.0, end_s=10 * DAY, begins_s=5 * DAY, peak_s=5 * DAY + H,
    over_s=6 * DAY,
)  # fmt: skip
ORDINARY = Happened("o", "ordinary", crisis=False, start_s=0.0, end_s=10 * DAY)


def rings(*at_s: float, severity: float = 5.0, heads_up_s: float | None = None) -> ToldIncident:
    said = tuple(StatedSeverity(one, severity) for one in at_s)
    return ToldIncident("i", heads_up_s, said, said)


def at_ring(happened: Happened, *told: ToldIncident):
    [one] = judged([WatchedStretch(happened, told)], "ring")
    return one


def test_a_ring_is_right_from_half_an_hour_before_the_onset() -> None:
    right = at_ring(CRISIS, rings(5 * DAY - 0.5 * H))
    assert (right.right_s, right.quiet_false) == (5 * DAY - 0.5 * H, 0)
    early = at_ring(CRISIS, rings(5 * DAY - 0.51 * H))
    assert (early.right_s, early.quiet_false) == (None, 1)


def test_an_incident_is_false_once_and_may_still_wake_in_time() -> None:
    one = at_ring(CRISIS, rings(4 * DAY, 4.5 * DAY, 5 * DAY + H))
    assert (one.right_s, one.quiet_false, one.other_false) == (5 * DAY + H, 1, 0)


def test_what_rings_in_a_harmless_event_is_false_and_not_quiet() -> None:
    one = at_ring(LAUNCH, rings(5 * DAY + H, 5 * DAY + 2 * H), rings(5.5 * DAY))
    assert (one.right_s, one.quiet_false, one.other_false) == (None, 0, 2)


def test_a_prelude_is_neither_quiet_nor_right() -> None:
    one = at_ring(replace(CRISIS, prelude_s=4.5 * DAY), rings(4.6 * DAY))
    assert (one.right_s, one.quiet_false, one.other_false) == (None, 0, 1)
    assert one.quiet_s == pytest.approx(10 * DAY - 1.5 * DAY)


def test_moments_before_the_stretch_do_not_count() -> None:
    assert at_ring(ORDINARY, rings(-1.0)).quiet_false == 0


def test_a_minor_crisis_is_neither_missed_nor_found() -> None:
    minor = replace(CRISIS, minor=True)
    found = figures(judged([WatchedStretch(minor, (rings(5.1 * DAY),))], "ring"))
    assert (found.recall.of, found.precision.of) == (0, 0)


def test_a_long_quiet_stretch_counts_for_the_rate_alone() -> None:
    quarter = replace(ORDINARY, quarter=True)
    every = [
        WatchedStretch(CRISIS, (rings(5.1 * DAY),)),
        WatchedStretch(quarter, (rings(2 * DAY),)),
    ]
    found = figures(judged(every, "ring"))
    assert found.precision.share == 1
    assert found.quiet_per_week.value == pytest.approx(7 / (9 - 0.5 / 24 + 10))


def test_heads_ups_are_judged_by_their_own_moment() -> None:
    told = rings(5 * DAY + 2 * H, heads_up_s=5 * DAY + 0.75 * H)
    [one] = judged([WatchedStretch(CRISIS, (told,))], "heads_up")
    assert one.after_visible_s == pytest.approx(0.25 * H)
    assert judged([WatchedStretch(CRISIS, (rings(5 * DAY + H),))], "heads_up")[0].right_s is None


def test_severity_is_asked_soon_and_inside() -> None:
    late = WatchedStretch(CRISIS, (rings(5 * DAY + 7 * H, severity=9),))
    soon = WatchedStretch(CRISIS, (rings(5 * DAY + 6 * H, severity=7),))
    calm = WatchedStretch(LAUNCH, (rings(5 * DAY + H, severity=6.9),))
    loud = WatchedStretch(ORDINARY, (rings(DAY, severity=7),))
    found = sizes([late, soon, calm, loud])
    assert (found.crises.hits, found.crises.of) == (1, 2)
    assert (found.elsewhere.hits, found.elsewhere.of) == (1, 2)


@given(st.lists(st.floats(0, 10 * DAY), max_size=6), st.floats(0, 10 * DAY))
def test_one_more_incident_never_makes_a_miss(moments: list[float], more: float) -> None:
    before = at_ring(CRISIS, *(rings(one) for one in moments))
    after = at_ring(CRISIS, *(rings(one) for one in (*moments, more)))
    assert after.right_s is not None or before.right_s is None
    assert after.quiet_false >= before.quiet_false


# The rules of the judge that stands beside worlds by other hands: what it printed of this very
# truth and of these reports was written down here, level 1, and with --heads-up.

TRUTH = [
    {"id": "c1", "kind": "a", "crisis": True, "onset": "2025-03-06T00:00:00Z", "peak":
     "2025-03-06T08:00:00Z", "end": "2025-03-07T00:00:00Z", "visible_from": "2025-03-06T00:20:00Z"},
    {"id": "c2", "kind": "b", "crisis": True, "onset": "2025-03-06T00:00:00Z", "peak":
     "2025-03-06T02:00:00Z", "end": "2025-03-07T00:00:00Z", "visible_from": "2025-03-06T00:10:00Z",
     "marks": {"prelude": "2025-03-05T12:00:00Z"}},
    {"id": "c3", "kind": "b", "crisis": True, "onset": "2025-03-06T00:00:00Z", "peak":
     "2025-03-06T02:00:00Z", "end": "2025-03-07T00:00:00Z", "visible_from": "2025-03-06T00:10:00Z"},
    {"id": "m1", "kind": "b", "crisis": True, "minor": True, "onset": "2025-03-06T00:00:00Z",
     "peak": "2025-03-06T02:00:00Z", "end": "2025-03-07T00:00:00Z",
     "visible_from": "2025-03-06T00:10:00Z"},
    {"id": "h1", "kind": "c", "crisis": False, "event_start": "2025-03-06T00:00:00Z", "event_peak":
     "2025-03-06T02:00:00Z", "event_end": "2025-03-06T12:00:00Z"},
    {"id": "h2", "kind": "d", "crisis": False},
]  # fmt: skip
STREAM = {"stream_start": "2025-03-01T00:00:00Z", "stream_end": "2025-03-10T00:00:00Z"}
TOLD = {
    "c1": [("06 00:40", ["06 01:00", "06 04:00"]), ("02 10:00", ["02 10:20"])],
    "c2": [("05 15:00", ["05 16:00", "06 03:00"]), ("03 00:00", [])],
    "c3": [("05 23:40", [])],
    "m1": [("06 01:00", ["06 01:00"]), ("08 01:00", ["08 01:00"])],
    "h1": [("05 20:00", ["05 20:00", "06 01:00"]), ("06 02:00", ["06 02:10"])],
    "h2": [("04 00:00", ["04 01:00"]), ("05 00:00", [])],
}
JUDGED = {
    "ring": {"recall": 0.667, "precision": 0.222, "quiet": 7.467, "visible": 105.0, "peak": 0.333},
    "heads_up": {"recall": 0.667, "precision": 0.2, "quiet": 11.2, "visible": -5.0, "peak": 0.667},
}


def at(written: str) -> datetime:
    return datetime.strptime(f"2025-03-{written}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def made_up() -> list[WatchedStretch]:
    return [
        WatchedStretch(
            happened_of({**one, **STREAM}),
            tuple(
                ToldIncident(
                    "i",
                    at(first).timestamp(),
                    tuple(StatedSeverity(at(x).timestamp(), 5) for x in more),
                )
                for first, more in TOLD[str(one["id"])]
            ),
        )
        for one in TRUTH
    ]


@pytest.mark.parametrize("level", ["ring", "heads_up"])
def test_the_rules_are_those_of_the_judge_beside_the_worlds(level) -> None:
    found, told = figures(judged(made_up(), level)), JUDGED[level]
    assert found.recall.share == pytest.approx(told["recall"], abs=1e-3)
    assert found.precision.share == pytest.approx(told["precision"], abs=1e-3)
    assert found.quiet_per_quarter.value == pytest.approx(told["quiet"], abs=1e-3)
    assert found.after_visible_s.value == pytest.approx(told["visible"] * 60)
    assert found.before_peak.share == pytest.approx(told["peak"], abs=1e-3)


# Truth and folders


@pytest.mark.parametrize("lost", ["id", "kind", "crisis", "stream_start", "onset", "end"])
def test_a_truth_that_lacks_something_is_refused(lost: str) -> None:
    episode = {name: value for name, value in {**TRUTH[0], **STREAM}.items() if name != lost}
    with pytest.raises(TruthError):
        happened_of(episode)


def post(number: int, at_s: datetime, text: str) -> str:
    return json.dumps(
        {
            "data": {
                "id": str(number), "text": text, "author_id": str(number), "lang": "en",
                "created_at": f"{at_s:%Y-%m-%dT%H:%M:%S}.000Z",
            },
            "includes": {"users": [{"id": str(number), "username": f"u{number}", "name": "U"}]},
        }
    )  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    episodes = [{**one, **STREAM} for one in TRUTH]
    (folder / "truth.json").write_text(json.dumps({"episodes": episodes}))
    brands = [
        {"episode": one["id"], "spellings": ["Acme", "Acme"], "handles": ["@acme"],
         "own_accounts": [{"username": "acme", "id": "1"}], "hashtags": ["#acme"]}
        for one in TRUTH
    ]  # fmt: skip
    (folder / "brands.json").write_text(json.dumps(brands))
    start = datetime(2025, 3, 1, tzinfo=UTC)
    lines = [post(n, start + timedelta(hours=n), f"a walk with Acme no {n}") for n in range(48)]
    for one in TRUTH:
        (folder / f"{one['id']}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_a_world_by_other_hands_is_played_to_the_judge(world: Path) -> None:
    found = watch([world], run=map, every=2)
    assert [one.happened.name for one in found["tiny"]] == ["c1", "c3", "h1"]
    assert not any(told.rings for one in found["tiny"] for told in one.told)


def test_posts_of_a_world_are_read_as_a_worker_reads_them(world: Path, monkeypatch) -> None:
    reader = FakeReader()
    monkeypatch.setattr(recorded_worlds, "open_reader", lambda: reader)
    watch([world], run=map, every=2)
    assert reader.asked == []
    watch([world], run=map, every=2, reads=True)
    assert reader.asked


def test_a_lost_recording_is_a_clear_error(world: Path) -> None:
    (world / "h2.jsonl").unlink()
    with pytest.raises(WorldError, match="no recording of episode h2"):
        jobs_of(world)


def test_a_folder_that_is_no_world_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"truth\.json: not to be read"):
        jobs_of(tmp_path)


def test_two_worlds_of_one_name_are_refused(world: Path) -> None:
    with pytest.raises(WorldError, match="same name"):
        watch([world, world], run=map)


# Side by side


def test_the_worse_of_both_is_the_worst_of_each_figure() -> None:
    good = [WatchedStretch(CRISIS, (rings(5 * DAY + H, severity=8),)), WatchedStretch(LAUNCH, ())]
    slow = [WatchedStretch(CRISIS, (rings(5 * DAY + 3 * H),)), WatchedStretch(LAUNCH, ())]
    loud = [
        WatchedStretch(CRISIS, (rings(5 * DAY + H),)),
        WatchedStretch(LAUNCH, (rings(DAY, 5.1 * DAY),)),
    ]
    part = worlds_part({"good": good, "slow": slow, "loud": loud})
    worst = part.worst[0]
    assert (worst.level, worst.recall, worst.precision) == ("ring", 1.0, pytest.approx(1 / 3))
    assert worst.after_visible_s == pytest.approx(2.5 * H)
    assert worst.quiet_per_quarter == part.worlds[2].levels[0].quiet_per_quarter.value
    assert part.large_in_crises == 0
    assert [table.row_count for table in worlds_tables(part, ReportVoice())] == [4, 4, 4]


def test_the_worst_world_is_held_to_the_targets() -> None:
    found = [
        WatchedStretch(CRISIS, (rings(5 * DAY + H, severity=8, heads_up_s=5 * DAY + 0.6 * H),))
    ]
    met = {one.what: one.met for one in worlds_targets(worlds_part({"a": found}))}
    assert len(met) == 10
    assert all(ok for what, ok in met.items() if what != "worst world: severity 7 elsewhere")
    deaf = worlds_part(
        {"a": found, "b": [WatchedStretch(CRISIS, ()), WatchedStretch(ORDINARY, (rings(DAY),))]}
    )
    missed = {one.what for one in worlds_targets(deaf) if not one.met}
    assert "worst world, ring: crises told" in missed
    assert "worst world, ring: quiet false a quarter" in missed
    assert "worst world: severity 7 in crises" in missed


def test_names_of_worlds_are_only_text_on_the_page_and_in_the_terminal() -> None:
    nasty = "<script>[red]"
    part = worlds_part({nasty: [WatchedStretch(CRISIS, ())], "b": [WatchedStretch(CRISIS, ())]})
    page = render_worlds(part, ReportVoice())
    assert "<script" not in page
    assert "&lt;script&gt;[red]" in page
    assert "worse of both" in page
    console = Console(record=True, width=200, file=StringIO())
    console.print(*worlds_tables(part, ReportVoice()), sep="\n")
    assert console.export_text().count(nasty) == 3


def test_one_world_alone_has_no_worse_one() -> None:
    part = worlds_part({"own": [WatchedStretch(CRISIS, ())]})
    assert [table.row_count for table in worlds_tables(part, ReportVoice())] == [1, 1, 1]
