"""What the report says of an incident: what came, and where the brand replied."""

import re
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from agents.alerting.i18n import FRENCH
from agents.cli.language.french import in_french
from lab.backtest.rolling import DROPPED
from lab.backtest.summary import BrandTally, brand_report
from lab.report.backtest.page import render_page
from lab.report.backtest.table import print_report
from lab.report.backtest.timeline import draw_timeline
from lab.report.voice import ReportVoice
from schemas.bucket import Bucket, Influencer
from schemas.incident import Automation, Drivers, Projection, Reply, Transition, Volume, Wording
from schemas.report import BacktestReport

START_S = 1_268_816_400


NOTHING_DROPPED = dict.fromkeys(DROPPED, 0)


def at(second):
    return datetime.fromtimestamp(START_S + second, UTC)


def tally(hours=26):
    found = BrandTally("acme")
    for second in range(0, hours * 3600, 600):
        found.add(
            Bucket(
                brand="acme", start=at(second), width_s=10, watermark=at(second + 10), mentions=6
            )
        )
    return found


def ring(**changes):
    return Transition(
        incident="acme-1", seq=0, brand="acme", state="open", reason="crisis_pattern",
        at=at(900), onset=at(300), severity=7, pattern="boycott-call", evidence=1.2,
        confidence=0.8, rung_at=at(900),
        volume=Volume(
            last_10_min=6, last_hour=36, usual_per_hour=3, since_onset=40, return_period_s=1e6
        ),
        **changes,
    )  # fmt: skip


def test_a_revision_is_counted_instead_of_what_it_revises():
    found, whole = tally(), tally()
    first, second = (
        Bucket(
            brand="acme", start=at(25 * 3600), width_s=10, watermark=at(25 * 3600 + 10),
            revision=revision, mentions=mentions,
        )
        for revision, mentions in ((1, 8), (2, 9))
    )  # fmt: skip
    for one in (first, second):
        found.add(one)
    assert found.sums["mentions"] == whole.sums["mentions"] + 3
    assert found.came(START_S + 25 * 3600, 600) == 9
    assert found.last == whole.last


def test_what_came_is_counted_from_the_ring_on():
    found = tally()
    assert found.came(START_S, 3600) == 36
    assert found.came(START_S + 300, 3600) == 36
    assert found.came(START_S + 300, 600) == 6


def test_what_lies_beyond_the_recording_is_not_known():
    found = tally(hours=2)
    assert found.came(START_S, 3600) == 36
    assert found.came(START_S, 86_400) is None
    assert BrandTally("acme").came(START_S, 600) is None


def test_the_page_shows_projection_truth_drivers_and_reply():
    found = tally()
    reply = Reply(at=at(1500), last=at(1500), posts=2, before=30.0, highest=90.0, now=60.0)
    found.transitions = [
        ring(
            nature="outrage",
            automation=Automation(rating=0.45, copied=0.5),
            drivers=Drivers(
                influencers=(Influencer(handle="<star>", followers=900, reposts=7),),
                wordings=(Wording(id="0badf00d", copies=9, sample="<b>copy</b>"),),
            ),
            projection=Projection(
                next_hour=40, next_hour_low=20, next_hour_high=80,
                next_day=500, next_day_low=200, next_day_high=1400,
            ),
        ),
        ring(reply=reply),
    ]  # fmt: skip
    report = brand_report(found, NOTHING_DROPPED)
    (incident,) = report.incidents
    assert (incident.came_next_hour, incident.came_next_day) == (36, 864)
    assert incident.reply == reply
    page = render_page(
        BacktestReport(
            tocsin="1", model="m", files=("a",), lines=1, bad=0, unmatched=0, brands=(report,)
        ),
        [found],
    )
    assert "When it rang: about 40 in the next hour, 500 in the next day" in page
    assert "Then came 36 in the hour, 864 in the day." in page
    assert "@&lt;star&gt;" in page
    assert "The same text, 9 more times: “&lt;b&gt;copy&lt;/b&gt;”" in page
    assert "accounts spoke at 17\u00a0Mar\u00a02010, 09:25 UTC (2 posts since)" in page
    assert page.count('class="reply"') == 2  # for wide screens, and for narrow ones


def test_the_page_and_the_table_speak_french():
    found = tally()
    found.transitions = [ring(nature="outrage")]
    report = BacktestReport(
        tocsin="1", model="m", files=("a",), lines=1, bad=0, unmatched=0,
        brands=(brand_report(found, NOTHING_DROPPED),),
    )  # fmt: skip
    voice = ReportVoice(FRENCH, lambda text, **fields: in_french(text).format(**fields))
    page = render_page(report, [found], voice)
    assert '<html lang="fr">' in page
    assert "C’est de l’indignation plutôt que des réclamations." in page
    stream = StringIO()
    print_report(report, Console(file=stream, width=200), voice)
    for told in (re.sub(r"<[^>]*>", " ", page.partition("</style>")[2]), stream.getvalue()):
        assert re.findall(r"\b(?:the|of|rang|heads-ups?|since|like|posts)\b", told) == []


def test_without_a_reply_no_mark_is_drawn():
    found = tally()
    found.transitions = [ring()]
    assert "brand replies" not in draw_timeline(brand_report(found, NOTHING_DROPPED), found.bins)
