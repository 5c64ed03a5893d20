"""The page behind a real oauth2-proxy, by the file that is shipped; skipped where there is none."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from agents.web.api_tokens import line_of, new_token
from lab.demo.watch import free_port
from support.oidc_server import CLIENT, OidcServer
from support.page_server import INCIDENT, PageServer
from support.waiting import PATIENCE_S

PROXY = shutil.which("oauth2-proxy")
CONFIG = Path(__file__).parents[2] / "deploy/oauth2-proxy/oauth2-proxy.cfg"
EMAIL = "ines@corvanne.example"
START_S = 30

pytestmark = pytest.mark.skipif(PROXY is None, reason="needs an oauth2-proxy")


@contextmanager
def proxied(
    server: PageServer, provider: OidcServer, port: int, config: Path = CONFIG
) -> Iterator[str]:
    """Run the proxy; only addresses, secrets and TLS differ from what is shipped."""
    base = f"http://127.0.0.1:{port}"
    assert PROXY is not None
    child = subprocess.Popen(
        [
            PROXY, f"--config={config}", f"--http-address=127.0.0.1:{port}",
            f"--upstream={server.address}/", "--cookie-secure=false",
        ],
        env={
            "PATH": os.environ["PATH"],
            "OAUTH2_PROXY_OIDC_ISSUER_URL": provider.address,
            "OAUTH2_PROXY_CLIENT_ID": CLIENT,
            "OAUTH2_PROXY_CLIENT_SECRET": "secret",
            "OAUTH2_PROXY_COOKIE_SECRET": "0123456789abcdef0123456789abcdef",
            "OAUTH2_PROXY_REDIRECT_URL": f"{base}/oauth2/callback",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        until = time.monotonic() + START_S
        while True:
            try:
                build_opener().open(f"{base}/ping", timeout=5).close()
                break
            except URLError:
                assert child.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
        yield base
    finally:
        child.terminate()
        child.wait(PATIENCE_S)


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[tuple[PageServer, OidcServer, str]]:
    port = free_port()
    server = PageServer(
        tmp_path, count=2, days=0.1, header="X-Forwarded-Email", url=f"http://127.0.0.1:{port}"
    )
    server.ring()
    with (
        server.serving(),
        OidcServer(tmp_path, EMAIL).serving() as provider,
        proxied(server, provider, port) as base,
    ):
        yield server, provider, base


def asked(url: str, data: bytes | None = None, **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(url, data=data, headers=named)  # noqa: S310 - of this machine


def visitor() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


def read(browser: OpenerDirector, what: str | Request) -> str:
    with browser.open(what, timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def test_whoever_logs_in_is_known_by_their_address_and_may_answer(
    behind: tuple[PageServer, OidcServer, str],
) -> None:
    server, provider, base = behind
    browser = visitor()
    page = read(browser, f"{base}/incidents/{INCIDENT}")
    assert provider.asked["code_challenge_method"] == "S256"
    assert f"You answer as {EMAIL}." in page
    # A header of the visitor's own does not get through.
    claimed = asked(f"{base}/incidents/{INCIDENT}", X_Forwarded_Email="eve@x.example")
    assert "eve@" not in read(browser, claimed)
    found = re.findall(r'/answer"[^>]*><input type="hidden" name="token" value="(\w+)"', page)
    form = {"token": unescape(found[0]), "once": "1", "kind": "ack"}
    answer = asked(
        f"{base}/incidents/{INCIDENT}/answer", urlencode(form).encode(), Origin=base,
        Sec_Fetch_Site="same-origin",
    )  # fmt: skip
    read(browser, answer)
    [said] = server.said
    assert (said.kind, said.by) == ("ack", EMAIL)


def test_a_ring_comes_through_within_two_seconds(
    behind: tuple[PageServer, OidcServer, str],
) -> None:
    server, _, base = behind
    browser = visitor()
    read(browser, base)
    with browser.open(f"{base}/live", timeout=20) as events:
        assert events.readline().startswith(b"retry:")
        began = time.monotonic()
        server.ring(seq=3, severity=9)
        while events.readline() != b"event: change\n":
            assert time.monotonic() - began < 2
        assert time.monotonic() - began < 2


def test_nobody_comes_in_without_a_login(behind: tuple[PageServer, OidcServer, str]) -> None:
    _, provider, base = behind
    provider.email = ""  # and who has no address is nobody
    for headers in (
        {},
        {"X_Forwarded_Email": "eve@x.example"},
        {"Authorization": "Basic ZXZlOng="},
    ):
        with pytest.raises(HTTPError) as refused:
            read(visitor(), asked(f"{base}/api/v1/brands", **headers))
        refused.value.close()
        assert refused.value.url.startswith(f"{base}/oauth2/callback")


def test_a_script_comes_in_with_a_token_and_nobody_else_does(tmp_path: Path) -> None:
    """By the file that is shipped, with the line for scripts no longer a remark."""
    config, tokens = tmp_path / "proxy.cfg", tmp_path / "tokens"
    config.write_text(CONFIG.read_text().replace("# skip_auth_routes", "skip_auth_routes"))
    token = new_token()
    tokens.write_text(line_of(token, "grafana"))
    port = free_port()
    server = PageServer(
        tmp_path, count=2, days=0.1, header="X-Forwarded-Email", url=f"http://127.0.0.1:{port}",
        tokens=tokens,
    )  # fmt: skip
    server.ring()
    with (
        server.serving(),
        OidcServer(tmp_path, EMAIL).serving() as provider,
        proxied(server, provider, port, config) as base,
    ):
        bearer = f"Bearer {token}"
        for path in (
            "/api/v1/incidents", "/incidents.atom", "/brands/corvanne/incidents.atom",
            f"/incidents/{INCIDENT}/posts.csv",
        ):  # fmt: skip
            assert read(build_opener(), asked(base + path, Authorization=bearer))
            # Neither nobody nor whoever claims a name, which the proxy takes out.
            for headers in ({}, {"X_Forwarded_Email": EMAIL}, {"Authorization": "Bearer tocsin_x"}):
                with pytest.raises(HTTPError, match="401"):
                    read(build_opener(), asked(base + path, **headers))
        browser = visitor()
        read(browser, base)
        assert INCIDENT in read(browser, f"{base}/api/v1/incidents"), "who is logged in reads on"
        # Elsewhere the proxy asks for its login, token or not.
        with pytest.raises(HTTPError, match="403"):
            read(build_opener(), asked(base, Authorization=bearer))
