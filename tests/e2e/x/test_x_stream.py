import importlib.metadata
from time import monotonic, sleep

import pytest

from agents.ingest.position import PositionFile
from agents.secret import Secret
from support.x_agent import NOW, RULE, Agent, ids, post


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
    assert agent.publisher.said == [("gap", "disconnect"), *ids(1)]
    assert agent.publisher.gaps[0].detail == "operational-disconnect (Upstream)"


def test_a_rule_without_a_tag_leaves_it_to_the_text(x_server, x_stream):
    x_server.script = [x_stream(post(1, tag=None, text="my Bolt broke"), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.publisher.posts == ids(1, brand="bolt")


def test_rate_limits_and_outages_are_waited_out(x_server, x_stream, x_answer):
    reset_s = int(NOW().timestamp()) + 2
    reset = {"x-rate-limit-reset": str(reset_s)}
    x_server.script = [
        x_answer(503, {}),
        x_answer(503, {}),
        x_answer(429, {"title": "Too Many Requests"}, reset),
        x_stream(post(1), then="hold"),
    ]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert x_server.connections == 4
    assert x_server.world.connects_s[-1] >= reset_s


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_said_by_health_once_it_was_repeated(x_server, x_answer, x_stream, status):
    x_server.script = [x_answer(status, {"detail": "no such project"})] * 100
    with Agent(x_server) as agent:
        agent.until(agent.source.health)
        cause = agent.source.health()
        assert cause.word == "source_refused"
        assert "never since its start: no such project" in cause.detail
        assert x_server.connections >= 3
        x_server.script = [x_stream(post(1), then="hold")]
        agent.until(lambda: agent.publisher.posts)
        assert agent.source.health() is None


def test_what_x_quotes_of_the_token_is_kept_and_shown_nowhere(x_server, x_answer, x_stream):
    Secret("pLanted-token-0123456789")
    told = {"detail": "x" * 290 + " I do not take pLanted-token-0123456789"}
    x_server.script = [x_stream(post(1)), *[x_answer(401, told)] * 100]
    with Agent(x_server) as agent:
        agent.until(agent.source.health)
        assert "pLanted" not in agent.source.health().detail
        assert b"401" in agent.source.position()
        assert b"pLanted" not in agent.source.position()
        x_server.script = [x_stream(post(2), then="hold")]
        agent.until(lambda: agent.publisher.gaps)
    assert "pLanted" not in agent.publisher.gaps[0].detail


def test_one_refusal_is_not_the_end(x_server, x_answer, x_stream):
    x_server.script = [x_answer(401, {})] * 2 + [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
        assert agent.source.health() is None


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (402, {"title": "CreditsDepleted", "detail": "no credits"}),
        (429, {"title": "UsageCapExceeded", "detail": "no credits"}),
        (403, {"type": "https://api.twitter.com/2/problems/usage-capped", "detail": "no credits"}),
    ],
)
def test_out_of_money_is_a_state_of_its_own(x_server, x_answer, x_stream, status, told):
    x_server.script = [x_stream(post(1)), *[x_answer(status, told)] * 100]
    with Agent(x_server) as agent:
        agent.until(agent.source.health)
        cause = agent.source.health()
        assert cause.word == "out_of_money"
        assert "no credits" in cause.detail
        x_server.script = [x_stream(post(2), then="hold")]
        agent.until(lambda: len(agent.publisher.posts) == 2)
    [gap] = agent.publisher.gaps
    assert gap.cause == "budget"
    assert gap.detail == f"closed by X; unpaid {status}: no credits"


def test_why_nothing_is_heard_is_on_the_disk_before_the_process_may_be_killed(
    x_server, x_stream, x_answer, tmp_path
):
    kept = PositionFile(tmp_path / "x")
    x_server.script = [x_stream(post(1)), *[x_answer(402, {"title": "CreditsDepleted"})] * 1000]
    with Agent(x_server, kept=kept) as agent:
        agent.until(lambda: b" budget closed by X; unpaid 402: CreditsDep" in (kept.load() or b""))
    x_server.script = [x_stream(post(2), then="hold")]
    with Agent(x_server, kept=kept) as agent:
        agent.until(lambda: agent.publisher.gaps)
    assert agent.publisher.gaps[0].cause == "budget"


def test_silence_is_named_as_silence(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold"), x_stream(post(2), then="hold")]
    with Agent(x_server, silence_s=0.2) as agent:
        agent.until(lambda: len(agent.publisher.posts) == 2)
    assert agent.publisher.gaps[0].detail == "silence: nothing came for 0 s"


def test_a_redirect_is_not_followed(x_server, x_answer, x_stream):
    elsewhere = {"Location": f"{x_server.url}/elsewhere"}
    x_server.script = [x_answer(302, {}, elsewhere), x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert "/elsewhere" not in [path for _, path, *_ in x_server.requests]


def test_a_line_of_10_mb_costs_no_time(x_server, x_stream):
    long = b'{"data": {"id": "1", "text": "' + b"a" * 10_000_000 + b'"}}\r\n'
    x_server.script = [x_stream(long, post(2), then="hold")]
    with Agent(x_server, silence_s=3) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert agent.publisher.posts == ids(2)
    assert x_server.connections == 1


def test_a_post_that_comes_twice_is_said_once(x_server, x_stream):
    x_server.script = [x_stream(post(1), post(1), post(2), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: len(agent.publisher.posts) == 2)
    assert agent.publisher.posts == ids(1, 2)


def test_one_rule_may_deliver_for_two_brands(x_server, x_stream):
    line = post(1, tag="tocsin:acme,bolt")
    x_server.script = [x_stream(line, then="hold")]
    with Agent(x_server) as agent:
        agent.source._brands = frozenset({"acme", "bolt"})
        agent.until(lambda: len(agent.publisher.posts) == 2)
    assert agent.publisher.posts == [*ids(1), *ids(1, brand="bolt")]


def test_own_rules_are_made_those_of_the_brands_and_others_are_left_alone(x_server, x_stream):
    x_server.rules = [
        {"id": "1", "value": "old", "tag": "tocsin:acme"},
        {"id": "2", "value": "theirs", "tag": "acme"},
    ]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert {(rule["value"], rule["tag"]) for rule in x_server.rules} == {
        ("theirs", "acme"),
        (RULE.value, "tocsin:acme"),
    }


def test_a_rule_whose_brand_has_a_new_id_is_tagged_anew(x_server, x_stream):
    x_server.rules = [{"id": "1", "value": RULE.value, "tag": "tocsin:old"}]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert [(rule["value"], rule["tag"]) for rule in x_server.rules] == [
        (RULE.value, "tocsin:acme")
    ]


def test_rules_that_are_right_are_left_alone(x_server, x_stream):
    x_server.rules = [{"id": "1", "value": RULE.value, "tag": "tocsin:acme"}]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert {method for method, *_ in x_server.requests} == {"GET"}


def test_a_rule_that_x_does_not_take_is_said_by_health(x_server):
    told = {"errors": [{"title": "Invalid Rule", "value": "Acme", "details": ["bad operator"]}]}
    x_server.rule_answers = [(200, {}), (201, told)] * 50
    with Agent(x_server) as agent:
        agent.until(agent.source.health)
        cause = agent.source.health()
    assert cause.word == "source_refused"
    assert "Invalid Rule Acme ['bad operator']" in cause.detail


def test_rules_that_cannot_be_read_now_are_tried_again(x_server, x_stream):
    x_server.rule_answers = [(503, {}), (429, {})]
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    assert x_server.connections == 1


def test_a_stream_whose_rules_went_away_is_blind_until_they_are_back(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="keep-alive")]
    with Agent(x_server, look_every_s=0.1) as agent:
        agent.until(lambda: agent.publisher.posts)
        x_server.rules = []
        agent.until(lambda: agent.publisher.gaps)
    assert [rule["value"] for rule in x_server.rules] == [RULE.value]
    [gap] = agent.publisher.gaps
    assert gap.detail == "rules: 1 of 1 rules are not in place"


def test_rules_that_may_not_be_changed_are_waited_for(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="keep-alive")]
    with Agent(x_server, look_every_s=0.1, may_change_rules=False) as agent:
        agent.until(agent.source.health)
        assert agent.source.health().word == "rules_gone"
        assert "tocsin rules apply" in agent.source.health().detail
        assert x_server.connections == 0
        x_server.rules = [{"id": "1", "value": RULE.value, "tag": "tocsin:acme"}]
        agent.until(lambda: agent.publisher.posts)
        x_server.rules = []
        agent.until(agent.source.health)
        assert agent.source.health().word == "rules_gone"
        for _ in range(20):  # the connection is kept alive meanwhile, which is no good news
            sleep(0.05)
            assert agent.source.health() is not None


def test_the_request_carries_token_version_and_fields(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server) as agent:
        agent.until(lambda: agent.publisher.posts)
    [(query, headers)] = x_server.streams
    assert headers["Authorization"] == "Bearer secret"
    assert headers["User-Agent"] == f"tocsin/{importlib.metadata.version('tocsin')}"
    assert "note_tweet" in query["tweet.fields"][0].split(",")
    assert "referenced_tweets.id.author_id" in query["expansions"][0].split(",")
    assert "backfill_minutes" not in query


def test_the_watermark_stays_behind_by_what_x_may_take_to_deliver(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server, heartbeat_s=0.0) as agent:
        agent.until(
            lambda: agent.publisher.said[-1:] and agent.publisher.said[-1][0] == "heartbeat"
        )
        assert (NOW() - agent.publisher.said[-1][1]).total_seconds() >= 7


def test_an_idle_connection_is_hung_up_at_once(x_server, x_stream):
    x_server.script = [x_stream(post(1), then="hold")]
    with Agent(x_server, silence_s=30) as agent:
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
