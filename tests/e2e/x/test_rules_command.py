"""``tocsin rules`` against X as it answers."""

import pytest
from click.testing import CliRunner

from agents.cli.main import main


@pytest.fixture
def call(x_server, tmp_path, monkeypatch):
    (tmp_path / "brands.yaml").write_text("brands: [{id: acme, names: [Acme]}]")
    monkeypatch.setenv("TOCSIN_X_BASE_URL", x_server.url)
    monkeypatch.setenv("X_BEARER_TOKEN", "secret")

    def call(verb, *options):
        brands = [] if verb == "remove" else ["--brands", str(tmp_path / "brands.yaml")]
        return CliRunner().invoke(main, ["rules", verb, *brands, *options])

    return call


@pytest.fixture
def standing(x_server):
    """Rules that stand there: one of others, one of ours that is out of date."""
    x_server.rules = [
        {"id": "1", "value": "theirs", "tag": "acme"},
        {"id": "2", "value": "old", "tag": "tocsin:acme"},
    ]
    return list(x_server.rules)


def tags(x_server):
    return {rule["value"]: rule["tag"] for rule in x_server.rules}


def test_a_plan_shows_everything_and_changes_nothing(call, x_server, standing):
    done = call("plan")
    assert done.exit_code == 2
    assert "+ acme (17 of 1024 characters)  Acme -is:nullcast" in done.output
    assert "- acme (3 of 1024 characters)  old" in done.output
    assert "1 to add, 0 to tag anew, 1 to delete, 0 right, 1 of others." in done.output
    assert "Then 2 of 1000 rules stand at X." in done.output
    assert x_server.rules == standing


@pytest.mark.usefixtures("standing")
def test_what_was_applied_needs_no_more(call, x_server):
    assert call("apply").exit_code == 0
    assert tags(x_server) == {"theirs": "acme", "Acme -is:nullcast": "tocsin:acme"}
    assert call("plan").exit_code == 0


def test_a_dry_run_has_x_check_it_and_changes_nothing(call, x_server, standing):
    done = call("apply", "--dry-run")
    assert "X would take it; nothing was changed." in done.output
    assert x_server.rules == standing
    assert [query for _, _, query, _ in x_server.requests][-1]["dry_run"] == ["true"]


def test_only_own_rules_are_removed(call, x_server, standing):
    assert call("remove", "--dry-run").exit_code == 0
    assert x_server.rules == standing
    assert call("remove").exit_code == 0
    assert tags(x_server) == {"theirs": "acme"}


@pytest.mark.usefixtures("standing")
def test_another_owner_is_somebody_else(call, x_server, monkeypatch):
    monkeypatch.setenv("TOCSIN_X_OWNER", "desk-2")
    assert call("apply").exit_code == 0
    assert set(tags(x_server).values()) == {"acme", "tocsin:acme", "desk-2:acme"}


def test_no_room_is_said_before_anything_is_changed(call, x_server, standing, monkeypatch):
    monkeypatch.setenv("TOCSIN_X_RULES_CAP", "1")
    done = call("apply")
    assert done.exit_code == 1
    assert "X takes 1, and 1 rules of others stand there" in done.output
    assert x_server.rules == standing


def test_a_refused_token_is_one_line(call, x_server):
    x_server.rule_answers = [(401, {"title": "Unauthorized"})]
    done = call("plan")
    assert done.exit_code == 1
    assert "Error: rules: refused 401 Unauthorized" in done.output


def test_without_a_token_there_is_nothing_to_ask(call, monkeypatch):
    monkeypatch.delenv("X_BEARER_TOKEN")
    assert "X_BEARER_TOKEN is not set" in call("plan").output
