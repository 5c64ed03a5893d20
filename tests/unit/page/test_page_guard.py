"""Who is let in, and what is not believed."""

import pytest

from agents.web.guard import Tokens, is_from_page, is_our_host, user_of
from agents.web.language import language_of
from agents.web.markup import tag

OURS = "https://tocsin.acme.example"


@pytest.mark.parametrize(
    ("said", "user"),
    [
        (["ana@acme.example"], "ana@acme.example"),
        ([" Zoë "], "Zoë"),
        ([], None),
        ([""], None),
        (["  "], None),
        (["ana", "eve"], None),
        (["ana", "ana"], None),
        (["a" * 201], None),
        (["ana\nslack:U1"], None),
        (["ana\u202e"], None),
        (["ana\udcff"], None),
        (["ana\x00"], None),
    ],
)
def test_whom_the_proxy_names(said: list[str], user: str | None) -> None:
    assert user_of(said) == user


@pytest.mark.parametrize(
    ("host", "url", "ours"),
    [
        ("tocsin.acme.example", OURS, True),
        ("TOCSIN.acme.example", OURS, True),
        ("tocsin.acme.example.evil.example", OURS, False),
        ("evil.example", OURS, False),
        ("evil.example", "", False),
        ("10.0.0.7:8080", "", True),
        ("[::1]:8080", "", True),
        ("localhost:8080", OURS, True),
        ("127.0.0.1.evil.example", "", False),
        ("localhost.evil.example", "", False),
        ("", "", False),
        ("127.0.0.1:8080@evil.example", "", False),
        ("1", "", False),
    ],
)
def test_a_strangers_name_for_this_machine_is_not_ours(host: str, url: str, *, ours: bool) -> None:
    assert is_our_host(host, url) is ours


@pytest.mark.parametrize(
    ("headers", "url", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": OURS}, OURS, True),
        ({"Origin": OURS}, OURS, True),
        ({"Sec-Fetch-Site": "same-origin"}, "", True),
        ({"Origin": "http://10.0.0.7:8080", "Host": "10.0.0.7:8080"}, "", True),
        ({"Origin": "https://10.0.0.7:8080", "Host": "10.0.0.7:8080"}, "", True),
        ({"Origin": "http://10.0.0.7:8081", "Host": "10.0.0.7:8080"}, "", False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, OURS, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": OURS}, OURS, False),
        ({"Sec-Fetch-Site": "none", "Origin": OURS}, OURS, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, OURS, False),
        ({"Origin": "null", "Host": "10.0.0.7"}, "", False),
        ({"Origin": "https://evil.example", "Host": "tocsin.acme.example"}, OURS, False),
        ({"Origin": "http://10.0.0.7", "Host": "10.0.0.7"}, OURS, False),
        ({"Host": "10.0.0.7"}, "", False),
        ({}, "", False),
    ],
)
def test_only_what_is_sent_from_the_page_counts(
    headers: dict[str, str], url: str, *, ours: bool
) -> None:
    assert is_from_page(headers, url) is ours


def test_a_token_is_good_for_one_user_one_incident_and_one_process() -> None:
    tokens = Tokens(b"secret")
    made = tokens.make("ana", "acme-1")
    assert tokens.fits(made, "ana", "acme-1")
    assert not tokens.fits(made, "eve", "acme-1")
    assert not tokens.fits(made, "ana", "acme-2")
    assert not tokens.fits("", "ana", "acme-1")
    assert not tokens.fits("é\udcff", "ana", "acme-1")
    assert not Tokens(b"another").fits(made, "ana", "acme-1")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.7", "fr"),
        ("fr;q=0, en;q=0.1", "en"),
        ("*", "en"),
        ("fr;q=nonsense", "en"),
        ("," * 10_000 + "fr", "en"),
    ],
)
def test_the_language_that_is_liked_best(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_text_never_becomes_markup() -> None:
    assert tag("p", "<b>&", title='"><script>') == (
        '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</p>'
    )
    assert tag("p", tag("b", "x") + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"
