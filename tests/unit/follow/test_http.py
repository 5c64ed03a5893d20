"""What others bring is taken if it is signed, new and readable, and answered once it is safe."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

import pytest

from agents.ingest.formats import Portions
from agents.ingest.formats.neutral import line
from agents.ingest.source import Keep, Lost, Missed, Post, Reached, Unreadable
from agents.ingest.sources.http.desk import Bounds, HttpDesk
from agents.ingest.sources.http.source import HttpSource
from agents.secret import Password
from agents.standard_webhooks import key_of
from schemas.mention import Author, Mention
from support.webhook_sender import send

KEY = b"a-key"
BOUNDS = Bounds(body_bytes=10_000, body_s=0.5, answer_s=1.0)


def row(number):
    at = datetime.now(UTC)
    return line(Mention(id=str(number), created_at=at, text="Acme", author=Author(id="a")))


class Receiver:
    """The source, run for as long as a sender waits for its answer."""

    def __init__(self, position=None, **options):
        self.now_s = 0.0
        self.has_room = True
        self.said = []
        self.source = HttpSource(
            "http", "127.0.0.1", 0, lambda: KEY, Portions,
            bounds=BOUNDS, clock_s=lambda: self.now_s, **options,
        )  # fmt: skip
        self.source.open(position)

    def answer(self, *bodies, **how):
        """Send, take what comes, and return the answers."""
        stop = Event()
        with ThreadPoolExecutor() as pool:
            sent = [pool.submit(send, self.source.desk.port, KEY, body, **how) for body in bodies]
            for event in self.source.events(stop):
                self.said.append(event)
                if isinstance(event, Keep):
                    event.told(self.has_room)
                if all(one.done() for one in sent):
                    stop.set()
            return [one.result() for one in sent]

    @property
    def ids(self):
        return [one.mention.id for one in self.said if isinstance(one, Post)]


def test_a_message_is_signed_with_the_secret_of_now(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the first secret")
    key = partial(key_of, Password.read(secret))
    desk = HttpDesk("127.0.0.1", 0, key, now=lambda: datetime.now(UTC), bounds=BOUNDS)
    with closing(desk):
        desk.open()

        def status(key):
            return send(desk.port, key, b"{}")[0]

        # 503: nobody takes it, but it was let in.
        assert (status(b"the first secret"), status(b"the second secret")) == (503, 401)
        fresh = tmp_path / "fresh"
        fresh.write_text("the second secret")
        fresh.replace(secret)
        assert (status(b"the first secret"), status(b"the second secret")) == (401, 503)


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.source.close()


@pytest.mark.parametrize(
    "body",
    [row(1) + row(2), b"[" + row(1).strip() + b"," + row(2).strip() + b"]"],
    ids=["lines", "list"],
)
def test_what_is_signed_and_readable_is_said_and_answered(receiver, body):
    assert receiver.answer(body) == [(202, {"posts": 2, "unreadable": 0})]
    assert receiver.ids == ["1", "2"]


def test_one_post_alone_may_come_too(receiver):
    assert receiver.answer(row(1)) == [(202, {"posts": 1, "unreadable": 0})]


def test_what_cannot_be_read_beside_what_can_is_set_aside_and_told(receiver):
    [(status, said)] = receiver.answer(row(1) + b"{\n")
    assert (status, said["posts"], said["unreadable"]) == (202, 1, 1)
    assert "line 2" in said["faults"][0]
    assert any(isinstance(one, Unreadable) for one in receiver.said)


@pytest.mark.parametrize("body", [b"{}", b"id;text\n1;a\n", b"[1]"])
def test_what_has_no_post_is_refused_with_why(receiver, body):
    [(status, said)] = receiver.answer(body)
    assert status == 422
    assert said["error"]
    assert receiver.ids == []


def test_a_message_that_comes_again_is_known_also_after_a_restart(receiver):
    receiver.answer(row(1), id_="m1")
    assert receiver.answer(row(1), id_="m1") == [(202, {"posts": 0, "known": True})]
    later = Receiver(receiver.source.position())
    assert later.answer(row(1), id_="m1") == [(202, {"posts": 0, "known": True})]
    later.source.close()
    assert (receiver.ids, later.ids) == (["1"], [])


def test_what_could_not_be_kept_is_not_taken_and_may_come_again(receiver):
    receiver.has_room = False
    [(status, _)] = receiver.answer(row(1), id_="m1")
    assert status == 503
    receiver.has_room = True
    assert receiver.answer(row(1), id_="m1") == [(202, {"posts": 1, "unreadable": 0})]


def test_many_that_come_at_once_cost_few_writes(receiver):
    answers = receiver.answer(*[row(number) for number in range(20)])
    assert {status for status, _ in answers} == {202}
    assert sorted(map(int, receiver.ids)) == list(range(20))


FORGED = {"webhook-id": "m1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"headers": {}}, 400),
        ({"headers": FORGED}, 401),
        ({"headers": FORGED | {"webhook-timestamp": "soon"}}, 400),
        ({"headers": FORGED | {"webhook-id": "x" * 300}}, 400),
        ({"at": timedelta(minutes=-10)}, 401),
        ({"at": timedelta(minutes=10)}, 401),
        ({"method": "GET"}, 405),
        ({"path": "/other"}, 404),
    ],
)
def test_what_is_not_in_order_is_refused_and_says_nothing(receiver, how, status):
    if "at" in how:
        how = {"at": datetime.now(UTC) + how["at"]}
    [(found, _)] = receiver.answer(row(1), **how)
    assert found == status
    assert receiver.ids == []


def test_too_much_is_refused(receiver):
    [(status, said)] = receiver.answer(b"x" * (BOUNDS.body_bytes + 1))
    assert status == 413
    assert "10,000 bytes" in said["error"]


def test_a_body_that_does_not_come_is_not_waited_for(receiver):
    length = {"Content-Length": "5000", "webhook-id": "m"}
    [(status, _)] = receiver.answer(b"", headers=length)
    assert status == 408


def test_while_nobody_takes_it_a_sender_is_told_to_come_again():
    one = Receiver()
    status, said = send(one.source.desk.port, KEY, row(1))
    one.source.close()
    assert status == 503
    assert "again" in said["error"]


def test_a_sender_that_falls_silent_is_noticed_where_that_is_asked_for():
    one = Receiver(silence_s=60.0)
    stop = Event()
    events = one.source.events(stop)
    assert isinstance(next(events), Reached)
    one.now_s = 61.0
    assert any(isinstance(event, Lost) for event, _ in zip(events, range(5), strict=False))
    assert one.source.health().word == "source_unheard"
    assert "no request came" in one.source.health().why
    one.source.close()


def test_between_two_runs_lies_a_gap(receiver):
    receiver.answer(row(1))
    later = Receiver(receiver.source.position())
    later.answer(row(2))
    later.source.close()
    assert [one.gap.cause for one in later.said if isinstance(one, Missed)] == ["restart"]


def test_a_port_that_is_taken_is_named(receiver):
    port = receiver.source.desk.port
    other = HttpSource("http", "127.0.0.1", port, lambda: KEY, Portions)
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
        other.open(None)
    other.close()
