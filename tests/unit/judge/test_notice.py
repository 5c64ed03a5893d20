"""The first gate: what is louder than usual depends on the hour."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.judge.counts import FIELDS
from pipeline.judge.hours import Hours
from pipeline.judge.normal import Normal
from pipeline.judge.notice import Signs, notice
from pipeline.judge.recent import BLOCK_S, Block, Recent
from schemas.bucket import Bucket

HOUR_S = 3600
DAY_S = 24 * HOUR_S
DAYS = 5
NIGHT_S = DAYS * DAY_S + 3 * HOUR_S
USUAL_PER_HOUR = 186.0


@pytest.fixture(scope="module")
def normal() -> Normal:
    """Ten times as much is said by day as between 0 and 6; a fifth of it is negative."""
    known = Normal()
    for start_s in range(0, DAYS * DAY_S, BLOCK_S):
        mentions = 2 if start_s % DAY_S < 6 * HOUR_S else 20
        counts = {"mentions": mentions, "negative": mentions / 5}
        known.learn(Block(start_s, [round(counts.get(name, 0)) for name in FIELDS]))
    return known


def night(per_minute: int, negative: int) -> Recent:
    """An hour up to three in the morning."""
    recent = Recent()
    for start_s in range(NIGHT_S - HOUR_S, NIGHT_S, 60):
        start = datetime.fromtimestamp(start_s, UTC)
        recent.add(
            Bucket(
                brand="acme",
                start=start,
                width_s=10,
                watermark=start + timedelta(seconds=10),
                mentions=per_minute,
                weighted=per_minute,
                negative=negative,
            ),
            start_s,
            blind=False,
        )
    return recent


def signs() -> Signs:
    return Signs(
        now_s=NIGHT_S,
        rare=False,
        remembered=False,
        usual_per_hour=USUAL_PER_HOUR,
        watched_s=NIGHT_S,
        minimum=20,
    )


def test_a_turn_of_tone_is_noticed_at_night(normal: Normal) -> None:
    # 120 mentions: less than in the mean hour, and several times what is usual at this one.
    assert notice(signs(), night(2, 1), normal) == "negativity"


def test_without_the_day_it_would_pass_for_silence(normal: Normal) -> None:
    timeless = Normal(**{name: getattr(normal, name) for name in normal.__struct_fields__})
    timeless.hours = Hours()
    assert notice(signs(), night(2, 1), timeless) is None


def test_the_usual_tone_is_not_noticed(normal: Normal) -> None:
    assert notice(signs(), night(5, 1), normal) is None


def test_nothing_said_is_nothing() -> None:
    assert notice(signs(), Recent(), Normal()) is None
