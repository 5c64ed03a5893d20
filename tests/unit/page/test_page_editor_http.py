"""The editor over HTTP: what it takes, what it hands out, and what it refuses."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from support.page_server import BRANDS_FILE, PageServer

WHO = {"X-User": "ines@corvanne.example"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    made = PageServer(tmp_path_factory.mktemp("page"), count=2, days=0.1)
    with made.serving():
        yield made


def get(server: PageServer, path: str, **headers: str) -> str:
    with urlopen(Request(server.address + path, headers=headers), timeout=20) as answer:  # noqa: S310
        text: str = answer.read().decode()
    return text


def hidden(page: str, part: str = "fields") -> dict[str, str]:
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    [form] = [one for one in forms if f'name="part" value="{part}"' in one]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found}


def post(server: PageServer, form: dict[str, str], **headers: str) -> tuple[int, str, str]:
    sent = {"Origin": server.address, "Sec-Fetch-Site": "same-origin"} | headers
    data = urlencode(form).encode()
    request = Request(f"{server.address}/edit/brands", data=data, headers=sent)  # noqa: S310
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode(), answer.headers["Content-Type"]
    except HTTPError as error:
        return error.code, error.read().decode(), ""


def test_a_visit_and_a_download_change_nothing(server: PageServer) -> None:
    page = get(server, "/edit/brands")
    assert "Forest" not in page
    status, text, kind = post(server, {**hidden(page), "do": "download"})
    assert (status, text) == (200, BRANDS_FILE)
    assert kind.startswith("text/yaml")


def test_a_change_is_handed_out_with_its_remarks(server: PageServer) -> None:
    form = hidden(get(server, "/edit/brands"))
    changes = {"names": "Corvanne\r\nCorvann", "false_rings_per_quarter": "2"}
    _, text, _ = post(server, {**form, **changes, "do": "download"})
    assert text == BRANDS_FILE.replace("- Corvane        # how many write it", "- Corvann").replace(
        "quarter: 0.5   # agreed", "quarter: 2   # agreed"
    )


def test_a_faulty_file_is_not_handed_out_and_says_all_at_once(server: PageServer) -> None:
    form = hidden(get(server, "/edit/brands"))
    typed = {"handles": "@corvanne", "languages": "french", "critics": "corvanne"}
    status, page, kind = post(server, {**form, **typed, "do": "download"})
    assert status == 200
    assert kind.startswith("text/html")
    assert "3 faults." in page
    for key in ("handles", "languages", "critics"):
        assert f'id="edit-{key}-faults"' in page
        assert re.search(rf'<textarea[^>]*name="{key}"[^>]*aria-invalid="true"', page)
    assert "write corvanne" in unescape(page)
    # What was typed is still there, and can be mended.
    _, _, kind = post(
        server, {**hidden(page), "handles": "corvanne", "languages": "fr", "critics": "",
                 "do": "download"}
    )  # fmt: skip
    assert kind.startswith("text/yaml")


def test_the_text_may_be_anything_and_cannot_become_markup(server: PageServer) -> None:
    form = hidden(get(server, "/edit/brands"), "text")
    hostile = "</textarea><script>alert(1)</script>: [\"'\n"
    status, page, _ = post(server, {**form, "yaml": hostile, "do": "check"})
    assert status == 200
    assert "<script>alert" not in page
    assert unescape(page).count(hostile) >= 1
    assert "One fault." in page


def test_the_preview_is_asked_only_for_a_file_without_faults(server: PageServer) -> None:
    server.judge()
    form = hidden(get(server, "/edit/brands"))
    server.asked.clear()
    _, page, _ = post(server, {**form, "id": "Corvanne!", "do": "preview"})
    assert server.asked == []
    _, page, _ = post(server, {**form, "false_rings_per_quarter": "4", "do": "preview"})
    assert server.asked[0]["corvanne"].false_rings_per_quarter == 4
    assert "it would have rung twice" in page
    assert "as the file is now, once" in page
    assert "tocsin backtest --brands" in page


def test_without_a_name_it_can_be_used_and_with_one_only_by_its_own_token(
    server: PageServer,
) -> None:
    form = hidden(get(server, "/edit/brands"))
    assert post(server, {**form, "do": "check"})[0] == 200
    assert post(server, {**form, "do": "check"}, **WHO)[0] == 403
    mine = hidden(get(server, "/edit/brands", **WHO))
    assert post(server, {**mine, "do": "check"}, **WHO)[0] == 200
    assert post(server, {**mine, "do": "check"})[0] == 403


@pytest.mark.parametrize(
    ("headers", "changes", "status"),
    [
        ({"Origin": "http://evil.example"}, {}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, {}, 403),
        ({"Content-Type": "text/plain"}, {}, 400),
        ({}, {"token": "x"}, 403),
        ({}, {"number": "77"}, 400),
        ({}, {"yaml": "#" * 300_000}, 400),
        ({}, {"yaml": "#" * 2_500_000}, 400),
    ],
)
def test_what_is_not_from_the_page_is_refused(
    server: PageServer, headers: dict[str, str], changes: dict[str, str], status: int
) -> None:
    form = {**hidden(get(server, "/edit/brands")), "do": "check"} | changes
    assert post(server, form, **headers)[0] == status


def test_a_brand_leads_to_its_fields_and_long_files_are_edited_elsewhere(tmp_path: Path) -> None:
    made = PageServer(tmp_path, count=2, days=0.1)
    with made.serving():
        assert 'href="/edit/brands?brand=ardelle"' in get(made, "/brands/ardelle")
        shown = get(made, "/edit/brands?brand=ardelle")
        assert '<option value="1" selected>ardelle</option>' in shown
        made.page._brands_text = "#" * 200_001 + BRANDS_FILE
        assert "too long to be edited here" in get(made, "/edit/brands")


def test_faults_are_told_in_the_readers_language(server: PageServer) -> None:
    form = hidden(get(server, "/edit/brands"))
    changes = {"alert_zone": "Mars", "judge": "x\r\neach", "do": "check"}
    _, french, _ = post(server, {**form, **changes}, **{"Accept-Language": "fr"})
    told = unescape(french).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
    assert "pas de fuseau horaire 'Mars' ; prenez-en un" in told
    assert "'each' est dans une liste sous 'sources' ; écrivez sources: each" in told
    _, english, _ = post(server, {**form, **changes}, **{"Accept-Language": "en"})
    assert "'each' stands in a list under 'sources'; write sources: each" in unescape(english)
