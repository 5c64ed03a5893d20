import importlib.metadata
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from agents.ingest.position import PositionFile
from agents.ingest.router import Router
from agents.ingest.source import SourceRefusedError
from agents.ingest.sources.x.backoff import Backoff
from agents.ingest.sources.x.source import XSource
from agents.ingest.telemetry import Telemetry
from pipeline.brands import Matcher, Rule
from schemas.brand import Brand, Brands

NOW = partial(datetime.now, UTC)
BRANDS = Brands(brands=(Brand(id="acme", names=("Acme",)), Brand(id="bolt", names=("Bolt",))))
RULE = Rule("Acme -is:nullcast", "acme")


class Recorder:
    """A publisher that remembers, in order, what it was given."""

    def __init__(self):
        self.said = []
        self.safe = True

    def is_safe(self):
        return self.safe

    def refuses(self, _mention):
        return False

    def close(self, _grace_s):
        return True

    acknowledged = 0

    def publish(self, brand_id, mention):
        self.said.append((brand_id, mention.id))

    def gap(self, gap):
        self.said.append(("gap", gap.cause))

    def dead_letter(self, letter):
        self.said.append(("dead", letter.reason))

    def heartbeat(self, watermark):
        self.said.append(("heartbeat", watermark))

    def reach(self, watermark):
        self.reached = watermark
        return True

    def tick(self):
        pass

    @property
    def posts(self):
        return [one for one in self.said if one[0] in {"acme", "bolt"}]


class Impatient(Backoff):
    """Remembers the delays and waits for none."""

    def __init__(self):
        super().__init__()
        self.delays = []

    def after(self, ended, now_s):
        self.delays.append(super().after(ended, now_s))
        return 0.01


class Agent:
    """The x agent without Kafka."""

    def __init__(self, server, heartbeat_s=3600.0, kept=None):
        self.publisher = Recorder()
        self.backoff = Impatient()
        self.source = XSource(
            "x", "secret", server.url, [RULE], now=NOW, backoff=self.backoff, silence_s=0.5
        )
        self.router = Router(
            self.source,
            self.publisher,
            Matcher(BRANDS).match,
            telemetry=Telemetry("x"),
            now=NOW,
            positions=kept,
            heartbeat_s=heartbeat_s,
        )
        self.stop = Event()
        self.error = None
        self._thread = Thread(target=self._run)

    def _run(self):
        try:
            self.router.run(self.stop)
        except SourceRefusedError as error:
            self.error = error

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self._thread.join()
        self.source._reader.join(5)
        assert not self.source._reader.is_alive()

    def until(self, reached):
        deadline = monotonic() + 5
        while not reached():
            assert monotonic() < deadline, self.publisher.said
            sleep(0.005)


def post(number, tag="acme", text="Acme again"):
    rules = [{"id": "1", "tag": tag}] if tag else [{"id": "1"}]
    data = {
        "id": str(1500000000000000000 + number),
        "text": text,
        "author_id": "7",
        "created_at": "2026-01-01T00:00:00.000Z",
    }
    return {"data": data, "matching_rules": rules}


def ids(*numbers, brand="acme"):
    return [(brand, str(1500000000000000000 + number)) for number in numbers]


def test_posts_are_published_for_the_brand_of_their_rule(x_server, x_stream):
    x_server.script = [x_stream(post(1), b"\r\n", post(2), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: len(agent.publisher.posts) == 2)
    assert agent.publisher.said == ids(1, 2)


@pytest.mark.parametrize("end", ["close", "drop"])
def test_a_lost_connection_is_made_again_and_the_gap_stated_before_what_follows(
    x_server, x_stream, end
):
    x_server.script = [x_stream(post(1), then=end), x_stream(post(2), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: len(agent.publisher.posts) == 2)
    assert agent.publisher.said == [*ids(1), ("gap", "disconnect"), *ids(2)]


def test_silence_beyond_the_keep_alive_is_a_lost_connection(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold"), x_stream(post(2), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: len(agent.publisher.posts) == 2)
    assert agent.publisher.said == [*ids(1), ("gap", "disconnect"), *ids(2)]


def test_a_line_that_is_no_json_is_a_dead_letter_and_the_stream_goes_on(x_server, x_stream):
    x_server.script = [x_stream(b'{"data": {\r\n', post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.publisher.said == [("dead", "malformed_json"), *ids(1)]
    assert x_server.connections == 1


def test_an_error_within_the_stream_does_not_end_it(x_server, x_stream):
    told = {"errors": [{"title": "operational-disconnect", "disconnect_type": "Upstream"}]}
    x_server.script = [x_stream(told), x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.publisher.said == [("dead", "unmapped"), ("gap", "disconnect"), *ids(1)]


def test_a_rule_without_a_tag_leaves_it_to_the_text(x_server, x_stream):
    x_server.script = [x_stream(post(1, tag=None, text="my Bolt broke"), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.publisher.posts == ids(1, brand="bolt")


def test_rate_limits_and_outages_are_waited_out(x_server, x_stream, x_answer):
    reset = {"x-rate-limit-reset": str(int(NOW().timestamp()) + 100)}
    x_server.script = [
        x_answer(503, {}),
        x_answer(503, {}),
        x_answer(429, {"title": "Too Many Requests"}, reset),
        x_stream(post(1), then="hold"),
    ]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.backoff.delays[:2] == [5.0, 10.0]
    assert 95 < agent.backoff.delays[2] <= 100


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_ends_the_agent_with_what_x_says(x_server, x_answer, status):
    x_server.script = [x_answer(status, {"detail": "no such project"})]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.error)
    assert str(agent.error) == f"X answered {status}: no such project"
    assert x_server.connections == 1


def test_rules_are_made_those_of_the_brands(x_server, x_stream):
    x_server.rules = [{"id": "1", "value": "old", "tag": "acme"}]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert [(rule["value"], rule["tag"]) for rule in x_server.rules] == [RULE]


def test_rules_that_are_right_are_left_alone(x_server, x_stream):
    x_server.rules = [{"id": "1", "value": RULE.value, "tag": RULE.tag}]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert [method for method, *_ in x_server.requests] == ["GET", "GET"]


def test_a_rule_that_x_does_not_take_ends_the_agent(x_server):
    told = {"errors": [{"title": "Invalid Rule", "value": "Acme", "details": ["bad operator"]}]}
    x_server.rule_answers = [(200, {}), (201, told)]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.error)
    assert "Invalid Rule Acme ['bad operator']" in str(agent.error)


def test_rules_that_cannot_be_read_now_are_tried_again(x_server, x_stream):
    x_server.rule_answers = [(503, {}), (429, {})]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.backoff.delays[:2] == [5.0, 60.0]


def test_the_request_carries_token_version_and_fields(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    *_, (_, path, query, headers) = x_server.requests
    assert path == "/2/tweets/search/stream"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["User-Agent"] == f"tocsin/{importlib.metadata.version('tocsin')}"
    assert "note_tweet" in query["tweet.fields"][0].split(",")
    assert "referenced_tweets.id.author_id" in query["expansions"][0].split(",")


def test_the_watermark_stays_behind_by_what_x_may_take_to_deliver(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server, heartbeat_s=0.0) as agent:
        agent.until(
            lambda: agent.publisher.said[-1:] and agent.publisher.said[-1][0] == "heartbeat"
        )
        assert (NOW() - agent.publisher.said[-1][1]).total_seconds() >= 7


def test_an_idle_connection_is_hung_up_at_once(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold")]
    agent = Agent(x_server)
    agent.source._reader._client.session._timeout_s = 30
    with agent:
        agent.until(lambda: agent.publisher.posts)
        began = monotonic()
    assert monotonic() - began < 5


@pytest.mark.parametrize("safe", [True, False])
def test_only_what_is_safe_is_kept_as_complete(x_server, x_stream, tmp_path, safe):
    x_server.script = [x_stream(post(1), then="hold")]
    kept = PositionFile(tmp_path / "x.complete-to")
    with Agent(x_server, heartbeat_s=0.0, kept=kept) as agent:
        agent.publisher.safe = safe
        agent.until(lambda: ("heartbeat", agent.source._watch.watermark) in agent.publisher.said)
    assert kept.path.exists() is safe
