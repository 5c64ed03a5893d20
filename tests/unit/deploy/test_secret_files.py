"""Secrets from files: what is in them, what cannot be, and what happens when they change."""

from pathlib import Path

import pytest

from agents.secret import Password, Secret, hide
from agents.settings import SettingsError, read_settings


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("variable", "field", "text", "value"),
    [
        ("SLACK_BOT_TOKEN", "slack_bot_token", "xoxb-1-from-file\r\n", "xoxb-1-from-file"),
        ("SLACK_APP_TOKEN", "slack_app_token", "xapp-1-from-file\n", "xapp-1-from-file"),
        ("X_BEARER_TOKEN", "x_bearer_token", " AAAAfromfile%3D \n", "AAAAfromfile%3D"),
        ("TOCSIN_KAFKA_SASL_PASSWORD", "kafka_sasl_password", " p a'ss \n", " p a'ss "),
        ("TOCSIN_KAFKA_KEY_PASSWORD", "kafka_key_password", "o pen!", "o pen!"),
    ],
)
def test_a_secret_may_stand_in_a_file(
    tmp_path: Path, variable: str, field: str, text: str, value: str
) -> None:
    settings = read_settings({f"{variable}_FILE": str(written(tmp_path / "secret", text))})
    assert getattr(settings, field).reveal() == value


def faults(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return str(caught.value)


def test_what_cannot_be_is_told_all_at_once_and_not_shown(tmp_path: Path) -> None:
    bad = written(tmp_path / "bad", "xoxb pLanted")
    empty = written(tmp_path / "empty", "\n")
    told = faults(
        {
            "SLACK_BOT_TOKEN_FILE": str(bad),
            "SLACK_APP_TOKEN_FILE": str(empty),
            "X_BEARER_TOKEN_FILE": str(tmp_path / "nothing"),
            "TOCSIN_KAFKA_SASL_PASSWORD_FILE": str(tmp_path),
        }
    )
    assert "pLanted" not in told
    for line in (
        f"SLACK_BOT_TOKEN_FILE: {bad}: character 5 of 12 is whitespace",
        f"SLACK_APP_TOKEN_FILE: {empty} is empty",
        f"X_BEARER_TOKEN_FILE: {tmp_path / 'nothing'}: No such file or directory",
        f"TOCSIN_KAFKA_SASL_PASSWORD_FILE: {tmp_path}: Is a directory",
    ):
        assert line in told


def test_a_variable_and_its_file_are_one_too_many(tmp_path: Path) -> None:
    path = str(written(tmp_path / "secret", "xoxb-1-from-file"))
    told = faults({"SLACK_BOT_TOKEN": "xoxb-1-pLanted", "SLACK_BOT_TOKEN_FILE": path})
    assert told == (
        "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set, and only one of them can hold"
    )
    # Compose files hand on a variable that nobody set, as an empty one.
    settings = read_settings({"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": path})
    assert settings.slack_bot_token.reveal() == "xoxb-1-from-file"


def test_only_secrets_have_a_file() -> None:
    assert "TOCSIN_PARTITIONS_FILE: no such setting" in faults({"TOCSIN_PARTITIONS_FILE": "x"})


def test_a_file_that_changes_is_read_again_and_hidden(tmp_path: Path) -> None:
    path = written(tmp_path / "secret", "first-password\n")
    secret = Password.read(path)
    assert secret.reveal() == "first-password"
    # As a mounted secret changes: another file takes the place.
    written(tmp_path / "new", "second-password\n").replace(path)
    assert secret.reveal() == "second-password"
    assert hide("first-password second-password") == "… …"


@pytest.mark.parametrize("text", ["", "bro ken"])
def test_while_a_file_is_no_secret_the_last_one_holds(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "secret", "xoxb-1-holds\n")
    secret = Secret.read(path)
    written(tmp_path / "new", text).replace(path)
    assert secret.reveal() == "xoxb-1-holds"
    path.unlink()
    assert secret.reveal() == "xoxb-1-holds"


@pytest.mark.parametrize(
    "request_",
    [
        r"SaslAuthenticateRequest_v0(sasl_auth_bytes=b'\x00ana\x00p\'lanted')",
        r"SaslAuthenticateRequest(version=1, auth_bytes=b'n,,\x01auth=Bearer planted",
    ],
)
def test_a_login_that_a_client_of_kafka_logs_is_hidden(request_: str) -> None:
    assert "lanted" not in hide(f"<connection 1> Request 3: {request_}")
