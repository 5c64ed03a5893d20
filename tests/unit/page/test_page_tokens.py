"""Tokens of scripts: what a file lets in, what they open, and what changes without a restart."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest
from click.testing import CliRunner

from agents.cli.page_token import command
from agents.secret import hide
from agents.web.api_tokens import (
    ApiTokens,
    TokenRefusedError,
    TokensError,
    line_of,
    new_token,
)
from agents.web.feeds.openapi import SCRIPTED, openapi
from agents.web.guard import bearer_of
from support.page_server import INCIDENT, PageServer

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
TOKEN, OTHER = f"tocsin_{'t0ken-A_' * 5}one", f"tocsin_{'t0ken-A_' * 5}two"
HASH = sha256(TOKEN.encode()).hexdigest()


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tokens"
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    # A file that is written twice within a tick of the clock is a new one all the same.
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))
    return path


def test_a_token_is_known_by_its_hash_until_the_end_of_its_last_day(tmp_path: Path) -> None:
    text = f"# ours\n\n{line_of(TOKEN, 'grafana', ['acme'], date(2026, 12, 1))} # till today\n"
    assert TOKEN not in text
    tokens = ApiTokens(written(tmp_path, text), {"acme", "b"})
    found = tokens.find(TOKEN, NOW)
    assert (found.name, found.may_read("acme"), found.may_read("b")) == ("grafana", True, False)
    midnight = datetime(2026, 12, 2, tzinfo=UTC)
    assert tokens.find(TOKEN, midnight - timedelta(microseconds=1)) == found
    for token, at, why in (
        (TOKEN, midnight, "token_ended"), (OTHER, NOW, "token_wrong"), ("", NOW, "token_wrong"),
        (TOKEN[:-1], NOW, "token_wrong"), (HASH, NOW, "token_wrong"),
    ):  # fmt: skip
        with pytest.raises(TokenRefusedError, match=why):
            tokens.find(token, at)


def test_tokens_are_long_random_and_hidden_wherever_they_are_printed() -> None:
    assert len({new_token() for _ in range(50)}) == 50
    assert all(len(new_token()) == 50 for _ in range(50))
    assert hide(f"GET / {TOKEN}: tocsin_records_dropped_total") == (
        "GET / …: tocsin_records_dropped_total"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("grafana", "this is no NAME sha256:HASH"),
        (f"grafana {TOKEN}", "this is no NAME sha256:HASH"),
        (f"grafana sha256:{HASH[:-1]}", "this is no NAME sha256:HASH"),
        (f"a/b sha256:{HASH}", "this is no NAME sha256:HASH"),
        (f"a sha256:{HASH} brands=", "no brand '' is in the brands file"),
        (f"a sha256:{HASH} brands=acme,akme", "no brand 'akme' is in the brands file"),
        (f"a sha256:{HASH} until=tomorrow", "no day such as 2027-01-31"),
        (f"a sha256:{HASH} until=9999-12-31", "no day such as 2027-01-31"),
        (f"a sha256:{HASH} Until=2027-01-31", "'Until' is neither brands= nor until="),
        (f"a sha256:{HASH} brands=acme brands=acme", "or is there twice"),
        (f"b sha256:{HASH}\na sha256:{HASH}", "stands there twice"),
        (f"a sha256:{HASH}\na sha256:{'0' * 64}", "stands there twice"),
    ],
)
def test_all_that_is_wrong_at_the_start_is_said_without_a_hash_or_a_token(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(TokensError) as raised:
        ApiTokens(written(tmp_path, f"{line}\n?\n"), {"acme"})
    told = str(raised.value)
    assert said in told
    assert told.count(", line ") == 2
    assert TOKEN not in told
    assert HASH not in told


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(TokensError, match="No such file"):
        ApiTokens(tmp_path / "none", ())
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(TokensError, match="no text in UTF-8"):
        ApiTokens(tmp_path / "bytes", ())


def test_what_is_taken_out_is_out_at_once_whatever_else_is_wrong(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = written(tmp_path, f"{line_of(TOKEN, 'a')}\n{line_of(OTHER, 'b')}\n")
    tokens = ApiTokens(path, ())
    assert tokens.find(TOKEN, NOW).name == "a"
    written(tmp_path, f"# nobody but b\n{line_of(OTHER, 'b')}\n{TOKEN} is gone\n")
    assert tokens.find(OTHER, NOW).name == "b"
    with pytest.raises(TokenRefusedError):
        tokens.find(TOKEN, NOW)
    assert "line 3" in caplog.text
    assert "1 tokens" in caplog.text
    assert TOKEN not in caplog.text
    # Away, as in the midst of a rotation, is not empty.
    path.rename(tmp_path / "away")
    assert tokens.find(OTHER, NOW).name == "b"
    assert "the last ones hold" in caplog.text
    written(tmp_path, "")
    with pytest.raises(TokenRefusedError):
        tokens.find(OTHER, NOW)


def test_only_a_token_of_ours_is_looked_at_however_it_is_written() -> None:
    assert bearer_of([f"Bearer {TOKEN}"], "tocsin_") == TOKEN
    assert bearer_of([f" bearer  {TOKEN} "], "tocsin_") == TOKEN
    # Where a proxy lets through what looks like one, it must not be taken for none.
    assert bearer_of(["Bearer TOCSIN_x"], "tocsin_") == "TOCSIN_x"
    for foreign in ([], ["Basic YTpi"], ["Bearer eyJhbGciOi"], [TOKEN]):
        assert bearer_of(foreign, "tocsin_") is None
    assert bearer_of([f"Bearer {TOKEN}", "Basic YTpi"], "tocsin_") != TOKEN


def test_the_command_says_the_token_once_and_writes_its_line(tmp_path: Path) -> None:
    asked = ["grafana", "--brand", "acme", "--brand", "b", "--until", "2999-01-31"]
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == 0
    token = done.stderr.split()[-1]
    assert token not in done.stdout
    found = ApiTokens(written(tmp_path, done.stdout), {"acme", "b"}).find(token, NOW)
    assert (found.name, found.brands) == ("grafana", {"acme", "b"})
    assert found.ends == datetime(2999, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "arguments",
    [["a b"], [""], ["a", "--brand", "A,b"], ["a", "--brand", ""], ["a", "--until", "2020-01-01"]],
)
def test_the_command_writes_no_line_that_would_be_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert done.stdout == ""


PATHS = sorted(
    path.replace("{brand}", "corvanne").replace("{incident}", INCIDENT) for path in SCRIPTED
)
ELSEWHERE = (
    "/", "/digest", "/live", "/edit/brands", f"/incidents/{INCIDENT}", "/nowhere",
    f"/incidents/{INCIDENT}/brief", "/brands/corvanne", "/api/v1/openapi.json",
)  # fmt: skip


class Guarded:
    """A page with a token for all brands, and one for some other brand."""

    def __init__(self, tmp_path: Path) -> None:
        self.every, self.ardelle, self.ended = new_token(), new_token(), new_token()
        self.file = written(
            tmp_path,
            f"{line_of(self.every, 'all')}\n{line_of(self.ardelle, 'one', ['ardelle'])}\n"
            f"{line_of(self.ended, 'old', (), date(2020, 1, 1))}\n",
        )
        self.server = PageServer(tmp_path, count=3, days=0.1, tokens=self.file)
        self.server.ring()

    def ask(
        self, path: str, token: str = "", *, data: bytes | None = None, **headers: str
    ) -> tuple[int, str]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent |= {"Authorization": f"Bearer {token}"}
        request = Request(self.server.address + path, data=data, headers=sent)  # noqa: S310
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - of this machine
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                said = error.headers.get("WWW-Authenticate", "")
                return error.code, f"{said} {error.read().decode()}"

    def dropped(self, reason: str) -> float:
        labels = {"stage": "page", "reason": reason}
        return self.server.registry.get_sample_value("tocsin_records_dropped_total", labels) or 0.0


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    made = Guarded(tmp_path)
    with made.server.serving():
        yield made


def test_what_is_described_is_read_by_a_token_or_a_name_and_by_nobody_else(
    guarded: Guarded,
) -> None:
    assert len(PATHS) == 8
    for path in PATHS:
        assert guarded.ask(path, guarded.every)[0] == 200, path
        assert guarded.ask(path, X_User="ana")[0] == 200, path
        # A login that the proxy hands on is not for us.
        assert guarded.ask(path, X_User="ana", Authorization="Bearer eyJhbGciOi")[0] == 200
        for token, why in ((TOKEN, "wrong"), (guarded.ended, "ended"), ("", "missing")):
            status, said = guarded.ask(path, token)
            assert status == 401, path
            assert said.startswith('Bearer realm="Tocsin" {"error": "token_' + why)
            assert token not in said or not token
        # Whoever has a wrong token gets no further by a name.
        assert guarded.ask(path, TOKEN, X_User="ana")[0] == 401
    assert [guarded.dropped(f"token_{why}") for why in ("wrong", "ended", "missing")] == [16, 8, 8]
    status, said = guarded.ask(PATHS[0], guarded.ended, Accept_Language="fr")
    assert "sa date est pass" in msgspec.json.decode(said[said.index("{") :])["what"]
    assert guarded.ask("/api/v1/openapi.json")[0] == 200


def test_a_token_opens_no_page_and_sends_no_form(guarded: Guarded) -> None:
    for path in ELSEWHERE:
        for token in (guarded.every, TOKEN):
            status, said = guarded.ask(path, token, X_User="ana")
            assert (status, '"token_here"' in said) == (403, True), path
    for part in ("answer", "labels", "tasks"):
        for headers in ({}, {"X_User": "ana", "Sec_Fetch_Site": "same-origin"}):
            path = f"/incidents/{INCIDENT}/{part}"
            assert guarded.ask(path, guarded.every, data=b"kind=ack&once=1", **headers)[0] == 403
    assert guarded.ask("/api/v1/incidents", guarded.every, data=b"x=1")[0] in {403, 405}
    assert guarded.server.said == []
    assert guarded.ask("/")[0] == 200


def test_a_token_of_some_brands_finds_no_others(guarded: Guarded) -> None:
    guarded.server.stir()
    for path in PATHS:
        status, said = guarded.ask(path, guarded.ardelle)
        if "corvanne" in path:
            assert status == 404, path
        else:
            assert status == 200, path
            assert "corvanne" not in said.lower(), path
    brands = msgspec.json.decode(guarded.ask("/api/v1/brands", guarded.ardelle)[1])
    assert [one["id"] for one in brands] == ["ardelle"]
    assert guarded.ask("/api/v1/brands/ardelle/course", guarded.ardelle)[0] == 200
    assert guarded.ask("/api/v1/incidents?brand=corvanne", guarded.ardelle)[1] == "[]"
    every = msgspec.json.decode(guarded.ask("/api/v1/incidents", guarded.every)[1])
    assert INCIDENT in {one["id"] for one in every}


def test_a_token_comes_and_goes_without_a_restart(guarded: Guarded, tmp_path: Path) -> None:
    path = "/api/v1/incidents"
    assert guarded.ask(path, TOKEN)[0] == 401
    written(tmp_path, line_of(TOKEN, "new"))
    assert (guarded.ask(path, TOKEN)[0], guarded.ask(path, guarded.every)[0]) == (200, 401)


def test_where_no_tokens_are_known_all_is_as_before_and_one_is_refused(tmp_path: Path) -> None:
    server = PageServer(tmp_path, count=2, days=0.1)
    server.ring()
    with server.serving() as address:
        for path in PATHS:
            with urlopen(address + path, timeout=20) as answer:  # noqa: S310 - of this machine
                assert answer.status == 200
        # A proxy may let through whatever bears one.
        for path, status in (("/", 403), ("/api/v1/incidents", 401)):
            with pytest.raises(HTTPError) as refused:
                urlopen(  # noqa: S310 - of this machine
                    Request(address + path, headers={"Authorization": f"Bearer {TOKEN}"}),  # noqa: S310
                    timeout=20,
                )
            assert refused.value.code == status
            refused.value.close()


def test_the_description_says_how_a_script_shows_its_token() -> None:
    described = msgspec.json.decode(openapi())
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert {"token": []} in described["security"]
    assert all("401" in one["get"]["responses"] for one in described["paths"].values())
