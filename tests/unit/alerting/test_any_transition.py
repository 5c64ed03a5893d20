"""Whatever the schema lets through can be told: in both languages, in every place it is shown."""

import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from agents.alerting.message.brands import words_of
from agents.alerting.message.compose import answers_to, message_of, update_of
from agents.alerting.policy import NotifyReason, decide, snapshot
from agents.alerting.sinks.console import line, panel
from agents.alerting.sinks.slack import blocks, buttons
from agents.alerting.sinks.slack.identity import metadata
from agents.alerting.sinks.slack.label_form import form
from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.web.catalogue import PAGE_WORDS
from agents.web.playbooks import Playbooks
from agents.web.store.courses import Courses
from agents.web.store.posts import Archive
from agents.web.store.store import Store
from agents.web.views.desk import Desk
from agents.web.views.incident import detail
from agents.web.views.now import now_page
from agents.web.views.parts import Visitor
from schemas.brand import Brand
from schemas.incident import Transition
from support.alert_examples import BRAND, MARQUE
from support.any_record import any_record
from support.slack_server import broken_rules, broken_view

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TRANSITIONS = any_record(Transition)
BRANDS = st.sampled_from((BRAND, MARQUE))


@given(TRANSITIONS, BRANDS)
def test_it_is_a_message_that_slack_takes(told: Transition, brand: Brand) -> None:
    message = message_of(told, brand)
    row = buttons.row(words_of(brand), "nestle-20100317T091000Z", answers_to(told))
    for text, body in (blocks.message(message, row), blocks.evidence(message)):
        assert broken_rules({"text": text, "blocks": body}) == []


@given(TRANSITIONS, BRANDS)
def test_it_is_known_again_and_has_its_buttons(told: Transition, brand: Brand) -> None:
    # The id stands here as it is, since nobody is shown it.
    identity = metadata("tocsin_incident", told.incident, snapshot(told))
    row = buttons.row(words_of(brand), told.incident, answers_to(told))
    sent = {"text": "-", "blocks": row, "metadata": identity}
    assert [rule for rule in broken_rules(sent) if not rule.startswith("pings")] == []
    json.dumps(identity, allow_nan=False)  # raises for what is no figure in JSON


@settings(max_examples=50)  # most of the time goes into drawing two transitions
@given(TRANSITIONS, TRANSITIONS, BRANDS)
def test_each_step_is_a_reply_that_slack_takes(
    before: Transition, told: Transition, brand: Brand
) -> None:
    text, body = blocks.reply(update_of(told, brand, snapshot(before)))
    assert decide(told, snapshot(before)) in NotifyReason
    assert broken_rules({"text": text, "blocks": body}) == []


@given(TRANSITIONS, BRANDS)
def test_its_posts_can_be_labelled(told: Transition, brand: Brand) -> None:
    assert broken_view(form(words_of(brand), "Nestlé", told)) == []


@settings(max_examples=50)  # the same, and two pages are laid out
@given(TRANSITIONS, TRANSITIONS, BRANDS)
def test_it_is_shown_in_a_terminal(before: Transition, told: Transition, brand: Brand) -> None:
    written = io.StringIO()
    console = Console(file=written, width=120)
    console.print(panel(message_of(told, brand)))
    console.print(line(update_of(told, brand, snapshot(before))))
    assert not {character for character in written.getvalue() if character in "\x1b\u202e\u2066"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in which nothing was counted."""
    with closing(Store(f"sqlite:///{tmp_path_factory.mktemp('page')}/page.db")) as store:
        yield store


@settings(max_examples=25)
@given(TRANSITIONS, BRANDS)
def test_it_has_its_line_and_its_page(store: Store, told: Transition, brand: Brand) -> None:
    memory = IncidentMemory()
    memory.take(told)
    words = PAGE_WORDS[brand.alert_language]
    failures: list[Exception] = []
    visitor = Visitor("ana", "t", "1")
    desk = Desk(
        brands={brand.id: brand},
        find=lambda _: brand,
        incidents=memory.all(),
        statuses={brand.id: Status("blind", NOW, NOW, told.completeness.blind)},
        sources=(),
        undelivered=(),
        courses=Courses(store),
        archive=Archive(store),
        playbooks=Playbooks(),
        episodes={},
        now=NOW,
        failed=lambda _, error: failures.append(error),
    )
    shown = [
        now_page(words, desk, lambda _: visitor),
        *(detail(words, desk, one, visitor=visitor, said="") for one in memory.all()),
    ]
    assert failures == []
    assert not [text for text in shown if "\u202e" in text]
    assert all(text.count("<script") == text.count('<script src="/') == 1 for text in shown)
