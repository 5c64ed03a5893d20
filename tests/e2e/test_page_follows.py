"""``tocsin page`` follows what alerting told and what was deleted, and judges last week anew."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from agents.kafka.embedded import EmbeddedBroker
from lab.demo.watch import free_port
from schemas.bucket import Bucket, Example
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.notification import Calls, NextCall, Notification, Snapshot
from schemas.topics import BUCKETS, DELETIONS, NOTIFICATIONS
from support.alert_examples import transition
from support.page_process import environment, get, publish, running
from support.waiting import PATIENCE_S, until

INCIDENT = "nestle-20100317T091000Z"


@pytest.fixture
def brands(tmp_path: Path) -> str:
    path = tmp_path / "brands.yaml"
    path.write_text("brands:\n  - id: nestle\n    names: [Nestlé]\n", encoding="utf-8")
    return str(path)


def test_who_is_next_is_there_and_what_was_deleted_is_not(
    embedded_broker: EmbeddedBroker, brands: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    told = transition(incident=INCIDENT, at=now, onset=now - timedelta(minutes=30), rung_at=now)
    posts = tuple(
        Example(id=name, handle=f"by_{name}", followers=5, created_at=now - timedelta(minutes=9),
                kind="original", text=f"text of {name}", p_negative=0.9)
        for name in ("kept", "gone")
    )  # fmt: skip
    heard = Bucket(brand="nestle", start=now - timedelta(minutes=9), width_s=10, watermark=now,
                   mentions=2, neutral=2, sources=("x",), examples=posts)  # fmt: skip
    called = Notification(
        sink="comms", incident=INCIDENT, brand="nestle", at=now, reason="rang",
        told=Snapshot(seq=0, state="open", severity=8, last_hour=1.0, negative_share=0.5),
        calls=Calls(since_seq=0, done=1, at=now),
        ahead=(NextCall(receiver="duty-phone", at=now + timedelta(hours=2)),),
    )  # fmt: skip
    publish(embedded_broker, encode(told))
    publish(embedded_broker, encode(heard), topic=BUCKETS.name)
    publish(embedded_broker, encode(called), b"no record", topic=NOTIFICATIONS.name)
    port = str(free_port())
    base = f"http://127.0.0.1:{port}"
    posts_of = f"{base}/incidents/{INCIDENT}/posts"
    with running(environment(embedded_broker, TOCSIN_PAGE_PORT=port), brands):
        until(lambda: "duty-phone" in get(base))
        shown = get(f"{base}/incidents/{INCIDENT}")
        assert re.search(r"<strong>comms</strong> was called at <time", shown)
        assert re.search(r"Next, if nobody takes it: <strong>duty-phone</strong> <time", shown)
        until(lambda: "text of gone" in get(posts_of))
        gone = Deletion(id="d1", at=now, kind="post", subject="gone", by="x")
        publish(embedded_broker, encode(gone), topic=DELETIONS.name)
        until(lambda: "text of gone" not in get(posts_of))
        assert "text of kept" in get(posts_of)
        assert "gone" not in get(f"{posts_of}.csv")


def test_last_week_is_judged_from_what_kafka_keeps(
    embedded_broker: EmbeddedBroker, brands: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    start = now - timedelta(days=8)
    week = [
        encode(Bucket(brand="nestle", start=at, width_s=10, watermark=at + timedelta(seconds=10),
                      mentions=1, neutral=1, originals=1, weighted=1.0, sources=("x",)))
        for at in (start + timedelta(minutes=10 * number) for number in range(8 * 144))
    ]  # fmt: skip
    publish(embedded_broker, *week, topic=BUCKETS.name)
    port = str(free_port())
    base = f"http://127.0.0.1:{port}"
    with running(environment(embedded_broker, TOCSIN_PAGE_PORT=port), brands):
        course = f"{base}/api/v1/brands/nestle/course?window=7d"
        until(lambda: sum(one["mentions"] for one in json.loads(get(course))) > 7 * 140)
        page = get(f"{base}/edit/brands")
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
        form = {name: unescape(value) for name, value in hidden[:4]}
        form |= {"false_rings_per_quarter": "3", "do": "preview"}
        request = Request(  # noqa: S310 - of this machine
            f"{base}/edit/brands", data=urlencode(form).encode(), headers={"Origin": base}
        )
        with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            shown = answer.read().decode()
    assert "it would have rung not at all" in shown
    assert "What is usual was learnt from the" in shown
    assert "false_rings_per_quarter: 3" in unescape(shown)
    assert (
        Path(brands).read_text(encoding="utf-8") == "brands:\n  - id: nestle\n    names: [Nestlé]\n"
    )
