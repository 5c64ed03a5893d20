"""The page over real HTTP, with a memory of incidents and a sender of the tests' own."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from agents.alerting.answers import AnswerError
from agents.coverage.troubles import StatusSaid, with_sources
from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.labelling import post_key
from agents.web import live
from agents.web.app import BODY_BYTES, Page, VisitorAccess
from agents.web.guard import Tokens
from agents.web.store.store import Store
from pipeline.metrics import Metrics
from schemas.brand import Brand
from schemas.codec import Decoder, encode
from schemas.feedback import Feedback
from schemas.incident import Handling
from schemas.source_status import SourceStatus
from support.alert_examples import BRAND, ONSET, example, transition

INCIDENT = "nestle-20100317T091000Z"
HOSTILE = (
    "<script>alert(1)</script> \"'><img src=x onerror=y> \u202eback <!channel>\n@here &lt;b&gt;"
)
LONG = example(3, "x" * 281)
"""Longer than what is shown: no label of it could be of what was read."""

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
HEARD = NOW - timedelta(seconds=20)
WHO = {"X-User": "ana@acme.example"}
BRANDS = {"nestle": BRAND, "other": Brand(id="other", names=("Other <b>",))}

Client = TestClient[Any, Any]
Act = Callable[[Client], Awaitable[None]]


class World:
    """A page, what it knows, and what it has sent."""

    def __init__(self, *, header: str = "X-User", url: str = "") -> None:
        self.said: list[Feedback] = []
        self.refusing = False
        self.memory = IncidentMemory()
        self.registry = CollectorRegistry()
        self.showings = 0
        self.sources: list[StatusSaid] = []
        self.statuses = dict.fromkeys(BRANDS, Status("heard", HEARD))
        self.page = Page(
            brands=BRANDS,
            incidents=self.memory,
            send=self._send,
            store=Store("sqlite://"),
            access=VisitorAccess(header, url),
            tokens=Tokens(b"secret"),
            once=self._once,
            now=lambda: NOW,
            metrics=Metrics(self.registry),
            statuses=lambda _: self.statuses,
            sources=lambda _: self.sources,
        )

    def _send(self, said: Feedback) -> None:
        if self.refusing:
            raise AnswerError("Kafka is away")
        self.said.append(said)

    def _once(self) -> str:
        self.showings += 1
        return str(self.showings)

    def tell(self, **changes: object) -> None:
        self.memory.take(transition(**{"incident": INCIDENT, **changes}))

    def dropped(self, reason: str) -> float:
        labels = {"stage": "page", "reason": reason}
        return self.registry.get_sample_value("tocsin_records_dropped_total", labels) or 0.0

    def run(self, act: Act) -> None:
        async def main() -> None:
            async with TestClient(TestServer(self.page.application())) as client:
                await act(client)

        asyncio.run(main())


@pytest.fixture
def world() -> World:
    made = World()
    made.tell(examples=(example(1, HOSTILE), replace(example(2, "Merci."), lang="fr"), LONG))
    return made


async def form_of(client: Client, part: str, **headers: str) -> dict[str, str]:
    """Return the hidden fields of the incident's form that is sent to ``part``."""
    text = await (await client.get(f"/incidents/{INCIDENT}", headers=WHO | headers)).text()
    found = re.search(rf'<form[^>]*/{part}"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert found, text
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[1])
    return {name: unescape(value) for name, value in hidden}


async def post(
    client: Client, part: str, form: dict[str, str], incident: str = INCIDENT, **headers: str
) -> ClientResponse:
    """Send a form as a browser on the page would."""
    origin = str(client.make_url("/")).rstrip("/")
    sent = WHO | {"Origin": origin, "Sec-Fetch-Site": "same-origin"} | headers
    return await client.post(
        f"/incidents/{incident}/{part}", data=form, headers=sent, allow_redirects=False
    )


class Checker(HTMLParser):
    """Collects elements and text; whatever a page must not have fails at once."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = {name for name, _ in attrs}
        assert not {name for name in names if name.startswith("on")}
        assert "style" not in names
        for name, value in attrs:
            if name in {"href", "src", "action"}:
                assert re.match(r"/(?!/)|#|https?://[a-z0-9.-]+\.[a-z]{2,}/", value or ""), value

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(text: str) -> Checker:
    checker = Checker()
    checker.feed(text)
    assert checker.tags.count("script") == text.count('<script src="/live-') <= 1
    assert not {"img", "iframe", "style", "object", "base"} & set(checker.tags)
    return checker


def test_the_list_says_what_rings_now_and_what_rang_before(world: World) -> None:
    world.tell(incident="old", onset=ONSET - timedelta(days=9), severity=9)
    world.tell(incident="old", onset=ONSET - timedelta(days=9), seq=1, state="resolved",
               reason="back_to_normal", severity=2)  # fmt: skip
    world.tell(incident="calm", state="dismissed")

    async def act(client: Client) -> None:
        answer = await client.get("/")
        assert answer.status == 200
        text = checked(await answer.text()).text
        now, before = text.split("Before")
        assert "Nestlé8/10severe" in now
        assert "1,240 mentions in the last hour" in now
        assert "Nestlé: minor (2/10), over." in before
        assert "9/10 at its worst" in before
        assert "calm" not in text

    world.run(act)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status("unread", since=HEARD), "This page has had no answer from Kafka since 02:59 UTC"),
        (Status("unheard"), "no source has sent anything yet"),
        (
            Status("unheard", HEARD, HEARD),
            "All 2 brands: not heard since 02:59 UTC; no source sends anything.",
        ),
        (Status("unjudged", HEARD, HEARD), "nothing is judged since 02:59 UTC"),
        (
            Status("blind", HEARD, HEARD - timedelta(hours=1), ("x", "rss")),
            "blind since 01:59 UTC; nothing comes from x, rss",
        ),
        (
            Status("behind", HEARD - timedelta(hours=2), HEARD - timedelta(hours=2)),
            "behind; judged only up to 00:59 UTC",
        ),
    ],
    ids=lambda each: each.state if isinstance(each, Status) else "",
)
def test_where_it_is_not_proven_nobody_says_that_nothing_rings(status: Status, said: str) -> None:
    world = World()
    world.statuses = dict.fromkeys(BRANDS, status)

    async def act(client: Client) -> None:
        text = checked(await (await client.get("/")).text()).text
        assert said in text
        assert "Nothing rings" not in text
        assert "Whether something rings is not known." in text
        for language in ("en", "fr"):
            answer = await client.get("/", headers={"Accept-Language": language})
            assert 'class="strip blind"' in await answer.text()
            assert "Rien ne sonne" not in await answer.text()

    world.run(act)


def test_nothing_rings_is_said_with_the_minute_up_to_which_it_is_proven() -> None:
    world = World()
    world.statuses["other"] = Status("heard", HEARD - timedelta(minutes=1))

    async def act(client: Client) -> None:
        text = checked(await (await client.get("/")).text()).text
        assert "All 2 brands are heard, and complete up to 02:58 UTC." in text
        assert "Nothing rings: all that was said up to 02:58 UTC is judged." in text
        one = checked(await (await client.get("/brands/nestle")).text()).text
        assert "Nestlé is heard, and complete up to 02:59 UTC." in one

    world.run(act)


def test_the_brands_that_are_not_heard_come_first_and_do_not_hide_the_others() -> None:
    world = World()
    world.statuses["other"] = Status("unheard", HEARD, HEARD)

    async def act(client: Client) -> None:
        text = checked(await (await client.get("/")).text()).text
        assert "1 of 2 brands are not heard in full, or not in time." in text
        assert text.index("Other <b>: not heard since") < text.index("Nestlé: heard up to 02:59")
        assert "Of those that are heard none rings, up to 02:59 UTC." in text

    world.run(act)


def test_a_recording_is_called_one_and_is_not_blind() -> None:
    world = World()
    long_ago = datetime(2010, 3, 17, 11, 33, tzinfo=UTC)
    world.statuses = dict.fromkeys(BRANDS, Status("recorded", long_ago, long_ago))

    async def act(client: Client) -> None:
        answer = await client.get("/")
        text = checked(await answer.text()).text
        assert "Recorded posts are read, and complete up to 17\u00a0Mar\u00a02010, 11:33" in text
        assert "Nothing rings: all that was said up to 17\u00a0Mar\u00a02010, 11:33" in text
        assert "strip blind" not in await answer.text()

    world.run(act)


def test_beside_a_recording_only_what_is_heard_is_called_quiet() -> None:
    world = World()
    long_ago = datetime(2010, 3, 17, 11, 33, tzinfo=UTC)
    world.statuses["other"] = Status("recorded", long_ago, long_ago)

    async def act(client: Client) -> None:
        text = checked(await (await client.get("/")).text()).text
        assert "1 of 2 brands are heard; of the others, only recorded posts are read." in text
        assert "Of those that are heard none rings, up to 02:59 UTC." in text

    world.run(act)


def test_what_rings_is_shown_though_it_is_not_known_whether_more_does(world: World) -> None:
    world.statuses = dict.fromkeys(BRANDS, Status("unread", since=HEARD))

    async def act(client: Client) -> None:
        text = checked(await (await client.get("/")).text()).text
        assert "Nestlé8/10severe" in text
        assert "What it shows may be old" in text

    world.run(act)


def test_a_brand_has_a_page_of_its_own(world: World) -> None:
    world.tell(incident="other-20100317T091000Z", brand="other")

    async def act(client: Client) -> None:
        everything = checked(await (await client.get("/")).text()).text
        other = checked(await (await client.get("/?brand=other")).text()).text
        unknown = await client.get("/?brand=<script>")
        assert "Nestlé8/10severe" in everything
        assert "Other <b>8/10severe" in everything
        assert "Nestlé" not in other
        assert "Other <b>8/10severe" in other
        assert unknown.status == 200
        assert (await client.get("/brands/nobody")).status == 404

    world.run(act)


def test_an_incident_is_told_in_the_words_of_its_alert(world: World) -> None:
    world.tell(seq=1, reason="acknowledged", by="Ben <i>", note="a <b>film</b>",
               handling=Handling(acknowledged_by="Ben <i>", acknowledged_at=ONSET))  # fmt: skip

    async def act(client: Client) -> None:
        text = checked(await (await client.get(f"/incidents/{INCIDENT}", headers=WHO)).text()).text
        for said in (
            "severe (8/10)",
            "What decided",
            "#palmoil (388)",
            "Acknowledged by Ben <i>",
            "Ben <i>: “a <b>film</b>”",
            "Can it wait?",
            "How it went",
        ):
            assert said in text, said

    world.run(act)


def test_what_is_left_out_of_a_long_trail_is_said_with_where_it_stands(world: World) -> None:
    for seq in range(1, 43):
        world.tell(seq=seq, at=ONSET + timedelta(minutes=seq), severity=5 + seq % 2)

    async def act(client: Client) -> None:
        text = await (await client.get(f"/incidents/{INCIDENT}")).text()
        trail = text.split('id="trail"')[1]
        assert trail.count("<li>") == 40
        assert "3 earlier steps are left out here:" in trail
        assert f'href="/incidents/{INCIDENT}/report"' in trail
        report = await (await client.get(f"/incidents/{INCIDENT}/report")).text()
        assert report.count("severity ") >= 43

    world.run(act)


def test_in_the_visitors_language_whatever_the_brands(world: World) -> None:
    async def act(client: Client) -> None:
        for path in ("/", f"/incidents/{INCIDENT}", "/nowhere"):
            french = await client.get(path, headers=WHO | {"Accept-Language": "fr-FR,en;q=0.5"})
            text = await french.text()
            assert '<html lang="fr">' in text
            assert not re.search(r"What decided|mentions in|Load again|did not", text)

    world.run(act)


def test_hostile_text_is_text(world: World) -> None:
    async def act(client: Client) -> None:
        page = checked(await (await client.get(f"/incidents/{INCIDENT}", headers=WHO)).text())
        assert "<script>alert(1)</script>" in page.text
        assert "‹!channel>" in page.text
        assert "\u202e" not in page.text

    world.run(act)


def test_every_answer_has_the_headers_that_keep_scripts_and_frames_out(world: World) -> None:
    async def act(client: Client) -> None:
        style, icon = re.findall(
            r'href="(/(?:style|icon)-[^"]*)"', await (await client.get("/")).text()
        )
        for path in ("/", f"/incidents/{INCIDENT}", "/nowhere", style, icon):
            answer = await client.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none';")
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert answer.headers["Server"] == "tocsin"
            assert "Set-Cookie" not in answer.headers
        assert answer.status == 200
        assert (await client.get("/")).headers["Cache-Control"] == "no-store"

    world.run(act)


def test_labels_are_of_the_very_texts_and_sent_twice_are_the_same(world: World) -> None:
    first, second = post_key(example(1, HOSTILE)), post_key(example(2, "Merci."))

    async def act(client: Client) -> None:
        form = await form_of(client, "labels") | {first: "negative", second: "positive"}
        for _ in range(2):
            answer = await post(client, "labels", form)
            assert answer.status == 303
        kept = await client.get(answer.headers["Location"], headers=WHO)
        assert 'class="kept">Kept. Thank you' in await kept.text()

    world.run(act)
    one, two, *again = world.said
    assert [one, two] == again
    assert (one.text, one.label, one.lang) == (HOSTILE, "negative", "und")
    assert (two.text, two.label, two.lang) == ("Merci.", "positive", "fr")
    assert {(each.by, each.brand, each.incident, each.kind) for each in world.said} == {
        ("page:ana@acme.example", "nestle", INCIDENT, "label")
    }
    assert all(Decoder(Feedback).decode(encode(each)) == each for each in world.said)


def test_it_is_asked_of_each_post_whether_it_attacks(world: World) -> None:
    first, second = post_key(example(1, HOSTILE)), post_key(example(2, "Merci."))

    async def act(client: Client) -> None:
        shown = await (await client.get(f"/incidents/{INCIDENT}", headers=WHO)).text()
        for key in (first, second):
            assert re.findall(rf'name="attack-{key}" value="(\w+)"', shown) == [
                "attack", "no_attack",
            ]  # fmt: skip
        answers = {first: "negative", f"attack-{first}": "attack", f"attack-{second}": "no_attack"}
        form = await form_of(client, "labels") | answers
        assert (await post(client, "labels", form)).status == 303

    world.run(act)
    assert [(one.text, one.label, one.attack) for one in world.said] == [
        (HOSTILE, "negative", True),
        ("Merci.", None, False),
    ]


def test_a_strangers_link_does_not_say_that_something_was_kept(world: World) -> None:
    async def act(client: Client) -> None:
        answer = await post(client, "answer", await form_of(client, "answer") | {"kind": "ack"})
        where = answer.headers["Location"]
        for path, who in (
            (f"/incidents/{INCIDENT}?said=ack", WHO),
            (where.replace("said=ack", "said=false_alarm"), WHO),
            (where, {"X-User": "eve"}),
            (where, {}),
        ):
            page = await client.get(path, headers=who)
            assert 'class="kept"' not in await page.text()
        assert 'class="kept"' in await (await client.get(where, headers=WHO)).text()

    world.run(act)


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"kind": "ack", "note": "mine"}, None),
        ({"kind": "snooze", "hours": "4", "note": "mine"}, NOW + timedelta(hours=4)),
        ({"kind": "false_alarm", "note": "mine"}, None),
    ],
)
def test_an_answer_sent_twice_is_one_and_another_showing_is_another(
    world: World, fields: dict[str, str], until: datetime | None
) -> None:
    async def act(client: Client) -> None:
        form = await form_of(client, "answer")
        assert (await post(client, "answer", form | fields)).status == 303
        assert (await post(client, "answer", form | fields)).status == 303
        assert (
            await post(client, "answer", await form_of(client, "answer") | fields)
        ).status == 303

    world.run(act)
    one, copy, other = world.said
    assert one == copy
    assert one.id != other.id
    assert (one.kind, one.by, one.note, one.incident, one.until) == (
        fields["kind"], "ana@acme.example", "mine", INCIDENT, until,
    )  # fmt: skip
    assert Decoder(Feedback).decode(encode(one)) == one


def test_without_somebody_to_name_visitors_it_is_to_look_at_only() -> None:
    world = World(header="")
    world.tell()

    async def act(client: Client) -> None:
        page = await client.get(f"/incidents/{INCIDENT}", headers=WHO)
        text = await page.text()
        assert "this page is not told who you are" in text
        assert "<form" not in text
        tokens = Tokens(b"secret").make("ana@acme.example", INCIDENT)
        answer = await post(client, "answer", {"kind": "ack", "once": "1", "token": tokens})
        assert answer.status == 403

    world.run(act)
    assert world.said == []
    assert world.dropped("nobody") == 1


def test_two_names_are_no_name(world: World) -> None:
    async def act(client: Client) -> None:
        two = [("X-User", "ana@acme.example"), ("X-User", "eve")]
        text = await (await client.get(f"/incidents/{INCIDENT}", headers=two)).text()
        assert "<form" not in text

    world.run(act)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_form_is_refused(world: World, headers: dict[str, str]) -> None:
    async def act(client: Client) -> None:
        form = await form_of(client, "answer") | {"kind": "ack"}
        answer = await post(client, "answer", form, **headers)
        assert answer.status == 403
        assert "not sent from this page" in await answer.text()

    world.run(act)
    assert world.said == []
    assert world.dropped("not_yours") == 1


def test_a_token_of_somebody_else_or_none_is_refused(world: World) -> None:
    async def act(client: Client) -> None:
        form = {"kind": "ack", "once": "1"}
        of_eve = await form_of(client, "answer", **{"X-User": "eve"})
        for token in ("", "0" * 64, of_eve["token"]):
            assert (await post(client, "answer", form | {"token": token})).status == 403

    world.run(act)
    assert world.said == []


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("answer", {"kind": "label"}),
        ("answer", {"kind": ""}),
        ("answer", {"kind": "snooze"}),
        ("answer", {"kind": "snooze", "hours": "99999"}),
        ("answer", {"kind": "ack", "once": ""}),
        ("answer", {"kind": "ack", "note": "x" * 281}),
        ("answer", {"kind": "ack", "note": "a\x00b"}),
        ("answer", {"kind": "ack", "note": "a\u202eb"}),
        ("answer", {f"field{n}": "" for n in range(200)}),
        ("labels", {}),
        ("labels", {"post-of-mine": "negative"}),
        ("labels", {post_key(example(1, "made up")): "negative"}),
        ("labels", {post_key(example(1, HOSTILE)): "furious"}),
        ("labels", {post_key(LONG): "negative"}),
        ("labels", {f"attack-{post_key(LONG)}": "attack"}),
        ("labels", {f"attack-{post_key(example(1, HOSTILE))}": "negative"}),
        ("labels", {post_key(example(1, HOSTILE)): "attack"}),
        ("labels", {"attack-post-of-mine": "no_attack"}),
    ],
)
def test_a_form_that_the_page_did_not_make_says_nothing(
    world: World, part: str, fields: dict[str, str]
) -> None:
    async def act(client: Client) -> None:
        answer = await post(client, part, await form_of(client, part) | fields)
        assert answer.status == 400

    world.run(act)
    assert world.said == []


def test_a_body_of_another_kind_or_too_large_is_refused(world: World) -> None:
    async def act(client: Client) -> None:
        token = (await form_of(client, "answer"))["token"]
        large = {"kind": "ack", "once": "1", "token": token, "note": "x" * BODY_BYTES}
        assert (await post(client, "answer", large)).status == 400
        origin = {"Origin": str(client.make_url("/")).rstrip("/")}
        url = f"/incidents/{INCIDENT}/answer"
        json = {"kind": "ack", "once": "1", "token": token}
        assert (await client.post(url, json=json, headers=WHO | origin)).status == 400
        twice = f"token={token}&kind=ack&kind=snooze&once=1"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await client.post(url, data=twice, headers=WHO | origin | kind)
        assert answer.status == 400

    world.run(act)
    assert world.said == []


def test_what_kafka_does_not_take_is_said(world: World) -> None:
    async def act(client: Client) -> None:
        world.refusing = True
        form = await form_of(client, "answer") | {"kind": "ack"}
        answer = await post(client, "answer", form)
        assert answer.status == 503
        assert "Kafka did not take it in time" in await answer.text()
        world.refusing = False
        assert (await post(client, "answer", form)).status == 303

    world.run(act)
    assert len(world.said) == 1
    assert world.dropped("lost") == 0


def test_an_incident_or_a_brand_that_is_not_ours_takes_no_answers(world: World) -> None:
    world.tell(incident="gone-20100317T091000Z", brand="gone")

    async def act(client: Client) -> None:
        page = await client.get("/incidents/gone-20100317T091000Z", headers=WHO)
        assert page.status == 200
        assert "<form" not in await page.text()
        form = {"token": Tokens(b"secret").make("ana@acme.example", "gone-20100317T091000Z")}
        form |= {"kind": "ack", "once": "1"}
        assert (await post(client, "answer", form, "gone-20100317T091000Z")).status == 400
        assert (await post(client, "answer", form, "nobody-20100317T091000Z")).status == 404
        assert (await client.get("/incidents/%3Cscript%3E")).status == 404

    world.run(act)
    assert world.said == []


def test_after_the_end_only_what_still_makes_sense_is_asked(world: World) -> None:
    async def act(client: Client) -> None:
        async def kinds() -> list[str]:
            text = await (await client.get(f"/incidents/{INCIDENT}", headers=WHO)).text()
            return re.findall(r'name="kind" value="(\w+)"', text)

        assert await kinds() == ["ack", "snooze", "false_alarm", "note"]
        world.tell(seq=1, state="resolved", reason="back_to_normal")
        assert await kinds() == ["false_alarm", "note"]
        world.tell(seq=2, state="resolved", reason="false_alarm", by="ana")
        assert await kinds() == ["note"]
        await form_of(client, "labels")

    world.run(act)


def test_under_a_strangers_name_nothing_is_shown(world: World) -> None:
    async def act(client: Client) -> None:
        answer = await client.get("/", headers={"Host": "evil.example"})
        assert answer.status == 421
        assert "Nestlé" not in await answer.text()

    world.run(act)


def test_under_its_public_name_it_takes_forms_of_that_name() -> None:
    world = World(url="https://tocsin.acme.example")
    world.tell()
    there = {"Host": "tocsin.acme.example", "Origin": "https://tocsin.acme.example"}

    async def act(client: Client) -> None:
        form = await form_of(client, "answer", **there) | {"kind": "ack"}
        assert (await post(client, "answer", form, **there)).status == 303
        here = {"Origin": "https://evil.example"}
        assert (await post(client, "answer", form, **(there | here))).status == 403

    world.run(act)
    assert len(world.said) == 1


def test_a_note_is_kept_for_the_team_and_asks_nothing_of_the_judge(world: World) -> None:
    async def act(client: Client) -> None:
        form = await form_of(client, "answer")
        answer = await post(client, "answer", form | {"kind": "note", "note": "It is\r\ngenuine."})
        assert answer.status == 303
        assert (await post(client, "answer", form | {"kind": "note", "note": " "})).status == 400

    world.run(act)
    [said] = world.said
    assert (said.kind, said.note, said.by) == ("note", "It is genuine.", "ana@acme.example")


@pytest.mark.parametrize(
    "path",
    [
        "/", "/digest", "/digest?days=7", "/brands/nestle", "/brands/nestle?window=7d",
        f"/incidents/{INCIDENT}", f"/incidents/{INCIDENT}/posts?kind=reply&reach=1000&page=3",
        f"/incidents/{INCIDENT}/brief?lang=fr", f"/incidents/{INCIDENT}/report",
    ],
)  # fmt: skip
def test_every_page_stands_without_counts_and_holds_no_foreign_markup(
    world: World, path: str
) -> None:
    async def act(client: Client) -> None:
        for language in ("en", "fr"):
            answer = await client.get(path, headers=WHO | {"Accept-Language": language})
            assert answer.status == 200
            text = await answer.text()
            checked(text)
            assert text.count("<h1") == 1
            assert not re.search(r"\b(?:page|chart|col|brief|digest|like)_[a-z]+\b", text)

    world.run(act)


def test_the_brief_is_in_the_language_that_its_address_names(world: World) -> None:
    async def act(client: Client) -> None:
        for asked, said in (("fr", "Synthèse"), ("en", "Brief"), ("de", "Brief")):
            answer = await client.get(f"/incidents/{INCIDENT}/brief?lang={asked}")
            assert said in await answer.text()

    world.run(act)


def test_the_api_answers_what_its_description_says(world: World) -> None:
    async def act(client: Client) -> None:
        described = await (await client.get("/api/v1/openapi.json")).json()
        for path, methods in described["paths"].items():
            assert set(methods) == {"get"}
            asked = path.replace("{brand}", "nestle").replace("{incident}", INCIDENT)
            answer = await client.get(asked)
            assert answer.status == 200, asked
            [(kind, content)] = methods["get"]["responses"]["200"]["content"].items()
            assert answer.content_type == kind
            if kind == "application/json":
                schema = {**content["schema"], "components": described["components"]}
                Draft202012Validator(schema).validate(await answer.json())
        assert (await client.get("/api/v1/brands/nobody/course")).status == 404
        assert (await client.get("/api/v1/brands/nestle/course?window=1y")).status == 404
        assert (await client.post("/api/v1/incidents")).status == 405

    world.run(act)


def test_the_feed_is_atom_and_escapes_what_strangers_wrote(world: World) -> None:
    world.tell(incident="<i>", brand="other", seq=0)

    async def act(client: Client) -> None:
        text = await (await client.get("/incidents.atom")).text()
        root = ET.fromstring(text)  # noqa: S314 - our own
        space = "{http://www.w3.org/2005/Atom}"
        assert root.tag == f"{space}feed"
        titles = [one.findtext(f"{space}title") for one in root.iter(f"{space}entry")]
        assert len(titles) == 2
        assert any("Other <b>" in (one or "") for one in titles)
        only = await (await client.get("/brands/nestle/incidents.atom")).text()
        assert only.count("<entry>") == 1

    world.run(act)


def test_open_pages_are_told_of_news_and_beaten_to_in_between(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_S", 0.01)
    monkeypatch.setattr(live, "BEAT_S", 0.05)

    async def act(client: Client) -> None:
        async with client.get("/live") as stream:
            assert stream.content_type == "text/event-stream"
            said: list[bytes] = []

            async def until(event: bytes) -> None:
                async with asyncio.timeout(20):
                    while not said or said[-1] != b"event: " + event:
                        said.append((await stream.content.readline()).strip())

            await until(b"beat")
            said.clear()
            await until(b"beat")
            assert b"event: change" not in said
            world.tell(seq=1, severity=9)
            await until(b"change")

    world.run(act)


def test_a_stream_ends_when_the_server_does(world: World) -> None:
    async def act(client: Client) -> None:
        answer = await client.get("/live")
        await answer.content.readline()
        async with asyncio.timeout(20):
            await client.server.close()
            assert await answer.content.read() is not None

    world.run(act)


NOON = NOW - timedelta(seconds=30)


def test_each_source_is_named_with_its_state_and_why_it_is_not_heard() -> None:
    world = World()
    refused = SourceStatus(
        source="x", live=True, state="refused", since=NOON, at=NOW, brands=("nestle",),
        because="401 <b>Unauthorized</b>",
    )  # fmt: skip
    heard = SourceStatus(
        source="rss", live=True, state="listening", since=NOON, at=NOW, brands=("nestle",),
        post_at=NOW - timedelta(seconds=4),
    )  # fmt: skip
    world.sources = [StatusSaid(refused, NOW), StatusSaid(heard, NOW)]
    world.statuses["nestle"] = with_sources(world.statuses["nestle"], world.sources, NOW)

    async def act(client: Client) -> None:
        text = checked(await (await client.get("/")).text()).text
        assert "rssheard4 s ago" in text
        assert "x: refused, and not heard since 02:59" in text
        assert "401 <b>Unauthorized</b>" in text
        assert "Nothing rings" not in text
        other = checked(await (await client.get("/brands/other")).text()).text
        assert "refused" not in other

    world.run(act)
