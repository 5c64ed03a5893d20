"""``tocsin compliance run``: what X says is gone of all that is kept is forgotten."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from click.testing import CliRunner
from msgspec.structs import replace

from agents.cli.main import main
from agents.ingest.sources.x.compliance import jobs
from agents.kafka.embedded import EmbeddedBroker
from schemas.bucket import Bucket, Story, StoryPost
from schemas.codec import Decoder, encode
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.topics import BUCKETS, DELETIONS, FEEDBACK, INCIDENTS
from support.alert_examples import ONSET, example, transition
from support.compliance_server import TOKEN, ComplianceServer
from support.page_process import publish
from support.topics import read_topic

AT = datetime(2026, 11, 30, tzinfo=UTC)
SHOWN, TOLD, LABELLED, KEPT, ON_PAGE, FORGOTTEN = (
    str(1_900_000_000_000_000_000 + n) for n in range(6)
)
ELSEWHERE = "mastodon.example/1137"


@pytest.fixture
def server() -> Iterator[ComplianceServer]:
    gone = {
        SHOWN: "deleted",
        TOLD: "suspended",
        LABELLED: "scrub_geo",
        ON_PAGE: "deleted",
        FORGOTTEN: "deleted",
    }
    running = ComplianceServer(gone)
    yield running
    running.close()


@pytest.fixture
def run(server, monkeypatch):
    """Kafka with an incident, a label and a deletion, and the command."""
    monkeypatch.setattr(jobs, "FIRST_PAUSE_S", 0.01)
    story = Story(
        id="s", started_s=int(ONSET.timestamp()), texts=9,
        first=StoryPost(id=TOLD, handle="h", at_s=int(ONSET.timestamp()), text="t"),
    )  # fmt: skip
    shown = [replace(example(1), id=post) for post in (SHOWN, KEPT, FORGOTTEN, ELSEWHERE, "7")]
    label = Feedback(
        id="f", brand="nestle", at=AT, by="ana", kind="label", mention_id=LABELLED, text="t",
        label="negative",
    )  # fmt: skip
    bucket = Bucket(
        brand="nestle", start=AT, width_s=10, watermark=AT, mentions=1, weighted=1.0, originals=1,
        negative=1, neutral=0, sources=("x",), examples=(replace(example(1), id=ON_PAGE),),
    )  # fmt: skip
    gone = Deletion(id="d", at=AT, kind="post", subject=FORGOTTEN, by="x")
    with EmbeddedBroker(partitions=2) as broker:
        for topic, records in (
            (INCIDENTS, [transition(examples=tuple(shown[:3])),
                         transition(examples=tuple(shown[3:]), stories=(story,))]),
            (FEEDBACK, [label]),
            (BUCKETS, [bucket]),
            (DELETIONS, [gone]),
        ):  # fmt: skip
            publish(broker, *map(encode, records), topic=topic.name)
        env = {
            "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
            "TOCSIN_PARTITIONS": "2",
            "X_BEARER_TOKEN": TOKEN,
            "TOCSIN_X_BASE_URL": server.url,
        }

        def run(*arguments, **changed):
            return CliRunner().invoke(main, ["compliance", "run", *arguments], env=env | changed)

        run.broker = broker
        yield run


def told(broker):
    found = map(Decoder(Deletion).decode, read_topic(broker.bootstrap, DELETIONS.name))
    return {(one.subject, one.cause, one.by) for one in found if one.by != "x"}


def test_what_x_says_is_gone_of_all_that_is_kept_is_forgotten(server, run):
    server.asks = 3
    done = run()
    assert done.exit_code == 0, done.output
    [job] = server.jobs
    assert server.ids[job["id"]] == [SHOWN, TOLD, LABELLED, KEPT, ON_PAGE], "of X only"
    by = f"compliance job {job['id']}"
    assert told(run.broker) == {
        (SHOWN, "deleted", by),
        (TOLD, "suspended", by),
        (ON_PAGE, "deleted", by),
    }
    assert "5 posts of X are kept." in done.output
    assert "3 to be forgotten" in done.output
    again = run()
    assert again.exit_code == 0, again.output
    assert server.ids[server.jobs[1]["id"]] == [LABELLED, KEPT], "what is forgotten is kept no more"


def test_a_job_that_takes_longer_is_waited_for_by_the_next_run(server, run):
    server.asks = 1_000
    done = run("--wait-s", "0.2")
    assert done.exit_code == 1
    assert "X still works on job" in done.output
    assert told(run.broker) == set()
    server.asks = 0
    done = run()
    assert done.exit_code == 0, done.output
    assert len(server.jobs) == 2
    assert {subject for subject, _, _ in told(run.broker)} == {SHOWN, TOLD, ON_PAGE}


@pytest.mark.parametrize("ends", ["failed", "expired"])
def test_a_job_that_fails_is_an_error(server, run, ends):
    server.ends = ends
    done = run()
    assert done.exit_code == 1
    assert f"has {ends}: run it again" in done.output


def test_a_refusal_is_said_in_the_words_of_x(server, run):
    server.refuses = 403
    done = run()
    assert done.exit_code == 1
    assert "X says: refused 403 Unavailable" in done.output
    assert TOKEN not in done.output


def test_the_ids_go_to_no_address_that_is_not_private(server, run):
    server.storage = "http://storage.example"
    done = run()
    assert done.exit_code == 1
    assert "not private" in done.output


def test_a_token_is_needed(run):
    assert "X_BEARER_TOKEN is not set" in run(X_BEARER_TOKEN="").output


@pytest.mark.parametrize(
    ("url", "shown"),
    [("https://storage.example/7?signed=1", None), ("https://api.x.com/2/7", f"Bearer {TOKEN}")],
)
def test_the_token_goes_to_x_only(monkeypatch, url, shown):
    asked = []

    def request(method, url, **more):
        asked.append((method, url, more["headers"].get("Authorization"), more["allow_redirects"]))
        response = requests.Response()
        response.status_code, response.raw = 200, io.BytesIO()
        return response

    monkeypatch.setattr(jobs.requests, "request", request)
    asking = jobs.ComplianceJobs(TOKEN, "https://api.x.com")
    asking.upload(jobs.ComplianceJob("7", "created", upload_url=url), ["1", "2"])
    assert asked == [("PUT", url, shown, False)]
