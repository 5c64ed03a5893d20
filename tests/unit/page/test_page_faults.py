"""What the page says where one incident cannot be shown, or did not go out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.kafka.topic_reader import Read
from agents.web.app import Page, VisitorAccess
from agents.web.guard import Tokens
from agents.web.store.store import Store
from agents.web.undelivered import MOST, UndeliveredMemory
from agents.web.views import incident, parts
from pipeline.metrics import Metrics
from schemas.codec import UnreadableError, encode
from schemas.dead_letter import DeadLetter, DeadReason
from schemas.incident import Transition
from schemas.topics import DEAD_LETTERS
from support.alert_examples import BRAND, transition

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
POISON = "poison"
WHO = {"X-User": "ana"}


@pytest.fixture
def memory() -> IncidentMemory:
    known = IncidentMemory()
    for name in ("good", POISON, "better"):
        known.take(transition(incident=name))
    return known


@pytest.fixture(autouse=True)
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the telling fail for one incident, as a mistake of ours would."""
    sound = parts.message_of

    def failing(one: Transition, *more: object) -> object:
        if one.incident == POISON:
            raise ZeroDivisionError("<b>division</b> by zero")
        return sound(one, *more)

    monkeypatch.setattr(parts, "message_of", failing)
    monkeypatch.setattr(incident, "message_of", failing)


def made(
    memory: IncidentMemory,
    registry: CollectorRegistry,
    undelivered: UndeliveredMemory,
    body_s: float = 10.0,
) -> Page:
    return Page(
        brands={"nestle": BRAND},
        incidents=memory,
        store=Store("sqlite://"),
        send=lambda _: None,
        access=VisitorAccess("X-User", ""),
        tokens=Tokens(b"secret"),
        once=lambda: "1",
        now=lambda: NOW,
        metrics=Metrics(registry),
        statuses=lambda _: {"nestle": Status("heard", NOW)},
        body_s=body_s,
        undelivered=undelivered.lately,
    )


def get(
    memory: IncidentMemory, path: str, undelivered: UndeliveredMemory, registry: CollectorRegistry
) -> tuple[int, str]:
    async def main() -> tuple[int, str]:
        page = made(memory, registry, undelivered)
        async with TestClient(TestServer(page.application())) as client:
            answer = await client.get(path, headers=WHO)
            return answer.status, await answer.text()

    return asyncio.run(main())


def errors(registry: CollectorRegistry) -> float | None:
    labels = {"stage": "page", "reason": "untold"}
    return registry.get_sample_value("tocsin_records_errored_total", labels)


def test_the_list_says_one_line_of_it_and_shows_the_others(memory: IncidentMemory) -> None:
    registry = CollectorRegistry()
    status, text = get(memory, "/", UndeliveredMemory(), registry)
    assert status == 200
    assert text.count("Nestlé</a></h2>") == 2
    assert "Nestlé: severity 8/10, new. Incident poison, step 0. Details could not" in text
    assert "&lt;b&gt;division&lt;/b&gt; by zero" in text
    assert errors(registry) == 1


def test_its_page_says_so_and_takes_answers(memory: IncidentMemory) -> None:
    registry = CollectorRegistry()
    status, text = get(memory, f"/incidents/{POISON}", UndeliveredMemory(), registry)
    assert status == 200
    assert "Details could not be shown: ZeroDivisionError" in text
    assert "tocsin incidents poison" in text
    assert 'value="ack"' in text
    assert errors(registry) == 1


def test_a_form_that_does_not_arrive_is_not_waited_for(memory: IncidentMemory) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"kind=ack"
        await asyncio.Event().wait()

    async def main() -> int:
        page = made(memory, CollectorRegistry(), UndeliveredMemory(), body_s=0.1)
        async with TestClient(TestServer(page.application())) as client:
            origin = str(client.make_url("/")).rstrip("/")
            form = "application/x-www-form-urlencoded"
            headers = WHO | {"Origin": origin, "Content-Type": form}
            async with asyncio.timeout(20):
                answer = await client.post("/incidents/good/answer", data=slowly(), headers=headers)
                return answer.status

    assert asyncio.run(main()) == 400


def letter(
    told: Transition | bytes, *, reason: DeadReason = "undeliverable", at: datetime = NOW
) -> Read:
    raw = told if isinstance(told, bytes) else encode(told)
    dead = DeadLetter(
        at=at,
        origin="tocsin.incidents[0]@7",
        reason=reason,
        detail="Slack: is_archived <script>",
        payload=raw,
        payload_bytes=len(raw),
    )
    return Read(DEAD_LETTERS.name, 0, 0, 0, encode(dead))


def test_the_list_names_alerts_that_did_not_go_out(memory: IncidentMemory) -> None:
    known = UndeliveredMemory()
    known.take(letter(transition(incident="lost")))
    _, text = get(memory, "/", known, CollectorRegistry())
    assert "An alert of Nestlé did not go out as it should" in text
    assert "Slack: is_archived &lt;script&gt;" in text
    assert 'href="/incidents/lost"' in text


def test_other_dead_letters_and_those_of_long_ago_are_not_named() -> None:
    known = UndeliveredMemory()
    known.take(letter(transition(), reason="invalid"))
    known.take(letter(transition(), at=NOW - timedelta(days=2)))
    known.take(Read(DEAD_LETTERS.name, 0, 0, 0, b""))
    assert known.lately(NOW) == []


def test_no_more_than_some_are_kept() -> None:
    known = UndeliveredMemory()
    for number in range(3 * MOST):
        known.take(letter(replace(transition(), incident=f"i-{number}")))
    assert len(known.lately(NOW)) == MOST


def test_one_that_cannot_be_read_is_said() -> None:
    with pytest.raises(UnreadableError):
        UndeliveredMemory().take(letter(b"{"))
