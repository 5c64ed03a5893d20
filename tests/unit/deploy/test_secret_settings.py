"""Secrets of the environment: taken clean, refused without being shown, never printed."""

import copy
import logging
import pickle
import threading
from collections.abc import Callable

import msgspec
import pytest

from agents.secret import HIDDEN, Secret, hide, hide_everywhere
from agents.settings import Settings, SettingsError, read_settings

TOKEN = "xoxb-4711-planted-Secret0815"  # noqa: S105 - planted, to be looked for
NAMES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "X_BEARER_TOKEN")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {}", "\t{} \n\n", "{}"])
def test_whitespace_around_a_token_is_taken_off(name: str, around: str) -> None:
    settings = read_settings({name: around.format(TOKEN)})
    found = msgspec.structs.asdict(settings).values()
    assert [one.reveal() for one in found if isinstance(one, Secret) and one] == [TOKEN]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("inner", "what"),
    [
        (" ", "whitespace"),
        ("\n", "whitespace"),
        ("\r\nX-Evil: 1", "whitespace"),
        ("\0", "a control character"),
        ("\x7f", "a control character"),
        ('"', "a character that no token has"),
        ("é", "a character that no token has"),
    ],
)
def test_a_token_that_is_none_is_refused_and_not_shown(name: str, inner: str, what: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: f"planted1{inner}planted2"})
    said = str(caught.value)
    assert said.startswith(f"{name}=…: character 9 of ")
    assert what in said
    assert "planted" not in said


def test_a_token_beside_its_name_is_not_shown_either() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"SLACK_BOT_TOKEN": TOKEN, "TOCSIN_PARTITIONS": TOKEN})
    assert TOKEN not in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        read_settings({"TOCSIN_PARTITIONS": "xapp-1-A0B1C2-99-cafecafe"})
    assert "cafe" not in str(caught.value)


@pytest.mark.parametrize("show", [str, repr, "{}".format, lambda one: f"{one!r}"])
def test_a_secret_does_not_show(show: Callable[[object], str]) -> None:
    for holder in (
        Secret(TOKEN),
        [Secret(TOKEN)],
        Settings(slack_bot_token=Secret(TOKEN)),
        msgspec.structs.asdict(Settings(slack_bot_token=Secret(TOKEN))),
    ):
        assert "planted" not in show(holder)
    assert f"{Secret(TOKEN):>3}" == "  …"


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, msgspec.json.encode])
def test_a_secret_is_not_written_down(write: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        write(Secret(TOKEN))


def test_equal_secrets_are_equal() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret()


@pytest.mark.parametrize(
    "text",
    [
        "header b'Bearer xoxb-1-notours00'",
        "proxy http://planted:planted@host:1",
        "wss://wss.slack.com/link/?ticket=planted-1&app_id=2",
        "AAAAAAAAAAAAAAAAAAAAAplanted%2Fplanted%3Dplanted",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert HIDDEN in hide(text)
    assert "planted" not in hide(text)
    assert "notours" not in hide(text)


def test_words_are_left_alone() -> None:
    text = "https://api.x.com/2/tweets: AAAAH, xoxo-ing https://x.com:443/a@b"
    assert hide(text) == text


@pytest.fixture
def _net(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr("threading.excepthook", lambda *_: None)
    before = logging.getLogRecordFactory()
    hide_everywhere()
    yield
    logging.setLogRecordFactory(before)


@pytest.mark.usefixtures("_net")
def test_a_log_record_hides_message_arguments_and_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    token = Secret(TOKEN).reveal()
    log = logging.Logger("planted")  # noqa: LOG001 - one that nobody else configures
    log.addHandler(logging.StreamHandler())
    try:
        int(f"Bearer {token}")
    except ValueError:
        log.exception("sent %s", {"Authorization": token}, stack_info=True)
    said = capsys.readouterr().err
    assert "ValueError: invalid literal for int() with base 10: 'Bearer …'" in said
    assert TOKEN not in said


@pytest.mark.usefixtures("_net")
def test_an_uncaught_exception_of_a_thread_hides_it(capsys: pytest.CaptureFixture[str]) -> None:
    token = Secret(TOKEN).reveal()

    def fail() -> None:
        raise ValueError(f"Invalid header value b'Bearer {token}'")

    thread = threading.Thread(target=fail, name="planted")
    thread.start()
    thread.join()
    said = capsys.readouterr().err
    assert "Exception in thread planted" in said
    assert "ValueError: Invalid header value b'Bearer …'" in said
