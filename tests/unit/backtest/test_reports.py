"""The backtest's page: states as a line, drawings for phones, why a strict budget seems sooner."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from lab.report.backtest.compare import sooner_though_stricter
from lab.report.backtest.states import draw_states, stretches_of
from lab.report.backtest.timeline import NARROW, WIDTH, axis
from schemas.incident import Ring
from schemas.report import ReportedIncident, SweptBrand, SweptIncident, SweptSetting

AT = datetime(2026, 12, 3, 10, tzinfo=UTC)


def minutes(count: int) -> datetime:
    return AT + timedelta(minutes=count)


def incident(*steps: tuple[int, str]) -> ReportedIncident:
    values = {
        "incident": "acme-1",
        "onset": AT,
        "level": "ring",
        "heads_up_at": None,
        "rung_at": None,
        "rings": [],
        "reasons": [],
        "nearest": [],
        "drivers": {},
        "peak": minutes(60),
        "ended_at": minutes(steps[-1][0]),
        "severity": 7,
        "pattern": "",
        "evidence": 1.0,
        "confidence": 0.9,
        "mentions": 900,
        "steps": [
            {"at": minutes(at), "state": state, "level": "ring", "reason": "r", "severity": 7}
            for at, state in steps
        ],
    }
    return msgspec.convert(values, ReportedIncident)


STEPS = ((0, "noticed"), (20, "open"), (40, "open"), (60, "peaking"), (300, "resolved"))


def test_each_state_is_a_stretch_of_one_line() -> None:
    found = stretches_of(incident(*STEPS))
    assert [(state, start) for state, start, _ in found] == [
        ("noticed", AT),
        ("open", minutes(20)),
        ("peaking", minutes(60)),
        ("resolved", minutes(300)),
    ]


def test_it_is_drawn_for_wide_and_narrow_screens_and_nothing_leaves_the_drawing() -> None:
    drawn = draw_states(incident(*STEPS))
    for name, width in (("wide", WIDTH), ("narrow", NARROW)):
        svg = re.search(rf'<svg class="{name}".*?</svg>', drawn)
        assert svg is not None
        assert f'viewBox="0 0 {width} ' in svg[0]
        bars = re.findall(r'<rect x="([\d.]+)" y="0" width="([\d.]+)"', svg[0])
        assert len(bars) == 4
        assert all(float(x) + float(length) <= width + 0.2 for x, length in bars)
    assert "5 steps</summary><table>" in drawn


@pytest.mark.parametrize(("width", "labels"), [(WIDTH, 7), (NARROW, 3)])
def test_labels_of_time_have_room(width: int, labels: int) -> None:
    assert axis(0, 86_400, y=10, width=width).count("<text") == labels


def swept(budget: float, *rings: tuple[int, int]) -> SweptSetting:
    incidents = tuple(
        SweptIncident(
            incident=f"acme-{number}",
            onset=minutes(start - 10),
            level="ring",
            heads_up_at=None,
            rung_at=minutes(start),
            peak=minutes(start),
            rings=(Ring(at=minutes(start), severity=5),),
            ended_at=minutes(end),
            severity=5,
            pattern="",
            mentions=10,
            reason="r",
        )
        for number, (start, end) in enumerate(rings)
    )
    brand = SweptBrand(
        brand="acme", incidents=incidents, rang_per_quarter=1.0, heads_ups_per_week=0.0
    )
    return SweptSetting(
        label=f"rings {budget:g}",
        false_rings_per_quarter=budget,
        heads_up_per_week=None,
        brands=(brand,),
    )


def test_why_a_stricter_budget_seems_to_ring_sooner_is_said() -> None:
    sweep = [swept(1, (0, 400)), swept(0.1, (43, 400))]
    [told] = sooner_though_stricter(sweep, "acme")
    assert told.replace("\u00a0", " ") == (
        "“rings 0.1” rang 3 Dec 2026, 10:43 UTC; “rings 1” was ringing already, since 3 Dec 2026, "
        "10:00 UTC, and rings again only for twice as much."
    )
    assert sooner_though_stricter([swept(1, (43, 400)), swept(0.1, (43, 400))], "acme") == []
    assert sooner_though_stricter([swept(1, (0, 20)), swept(0.1, (43, 400))], "acme") == []
