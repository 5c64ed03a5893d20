"""The page in a browser: the chromium of this machine, where there is one."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from agents.coverage.verdict import Status
from schemas.feedback import Feedback
from schemas.incident import Handling
from support.page_server import BRANDS_FILE, INCIDENT, NOW, PageServer

CHROMIUM = shutil.which("chromium")
WHO = {"X-User": "ines@corvanne.example"}
PATHS = (
    "/", "/digest", "/brands/corvanne?window=24h", f"/incidents/{INCIDENT}",
    f"/incidents/{INCIDENT}/posts", f"/incidents/{INCIDENT}/brief?lang=fr",
    f"/incidents/{INCIDENT}/report", "/edit/brands",
)  # fmt: skip
SOON_MS = 2_000
"""So soon after its record a ring is on a page that is open."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PageServer]:
    made = PageServer(tmp_path, count=8, days=2.0)
    with made.serving():
        yield made


@pytest.fixture(scope="module")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """Thirty brands, one of which is in trouble."""
    made = PageServer(tmp_path_factory.mktemp("crisis"), days=2.0)
    first = {"state": "noticed", "level": "heads_up", "reason": "rare_voices", "rings": ()}
    made.ring(seq=0, at=NOW - timedelta(minutes=65), severity=3, rung_at=None, **first)
    made.ring()
    made.stir()
    with made.serving():
        yield made


def opened(browser: Browser, address: str, **how: Any) -> Page:
    how = {"viewport": {"width": 1280, "height": 900}, "extra_http_headers": WHO} | how
    page = browser.new_context(**how).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    return page


def test_a_ring_is_there_within_two_seconds_and_is_said_aloud(
    browser: Browser, server: PageServer
) -> None:
    page = opened(browser, server.address)
    expect(page.locator("h1")).to_contain_text("Nothing rings")
    page.wait_for_timeout(700)  # the events are open
    server.ring()
    expect(page.locator("h1")).to_have_text("One alarm rings.", timeout=SOON_MS)
    assert page.title().startswith("(1) ")
    expect(page.get_by_role("alert")).to_have_text("One alarm rings.")
    expect(page.locator(".brands tbody tr").first).to_contain_text("Corvanne")


def test_not_heard_is_never_called_quiet(browser: Browser, server: PageServer) -> None:
    page = opened(browser, server.address)
    since = NOW - timedelta(minutes=11)
    for state in ("unheard", "unjudged", "blind", "unread", "behind"):
        server.statuses = {**server.statuses, "ardelle": Status(state, since, since)}  # type: ignore[arg-type]
        page.reload()
        expect(page.locator(".strip")).to_have_class(re.compile("blind"))
        assert "Nothing rings" not in page.content()
        assert "Nothing rings" not in page.title()


def test_a_source_that_falls_silent_shows_on_an_open_page(
    browser: Browser, server: PageServer
) -> None:
    page = opened(browser, server.address)
    page.wait_for_timeout(700)
    since = NOW - timedelta(minutes=2)
    server.statuses = dict.fromkeys(server.brands, Status("unheard", since, since))
    expect(page.locator(".strip.blind")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("h1")).to_have_text("Whether something rings is not known.")
    expect(page.locator(".state.blind")).to_contain_text("silence here means nothing")


def test_a_page_that_loses_its_server_says_so(browser: Browser, tmp_path: Path) -> None:
    made = PageServer(tmp_path, count=2, days=1.0)
    with made.serving():
        page = browser.new_context().new_page()
        page.clock.install()
        page.goto(made.address)
        expect(page.locator("#lost")).to_be_hidden()
    page.clock.fast_forward(25_000)
    expect(page.locator("#lost")).to_be_visible()


def test_who_has_it_is_said_with_one_tap(browser: Browser, server: PageServer) -> None:
    server.ring()
    page = opened(browser, server.address)
    page.get_by_role("button", name="I have it in hand").click()
    expect(page.locator(".kept")).to_contain_text("you have it in hand")
    [said] = server.said
    assert (said.kind, said.by, said.incident) == ("ack", "ines@corvanne.example", INCIDENT)


def test_a_note_that_is_being_written_outlives_an_update(
    browser: Browser, server: PageServer
) -> None:
    server.ring()
    page = opened(browser, f"{server.address}/incidents/{INCIDENT}")
    page.wait_for_timeout(700)
    page.get_by_label("Note for the team").fill("The film is genuine.")
    page.get_by_label("Note, if you like").first.fill("mine")
    server.ring(seq=3, severity=9)
    expect(page.locator("#headline")).to_contain_text("9/10", timeout=SOON_MS)
    expect(page.get_by_label("Note for the team")).to_have_value("The film is genuine.")
    expect(page.get_by_label("Note, if you like").first).to_have_value("mine")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#notes-kept")).to_contain_text("The film is genuine.")


def test_without_a_script_it_loads_itself_again(browser: Browser, crisis: PageServer) -> None:
    page = opened(browser, crisis.address, java_script_enabled=False)
    assert page.locator("h1").text_content() == "One alarm rings."
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page.content()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_brief_is_one_page_of_a4(browser: Browser, crisis: PageServer, lang: str) -> None:
    page = opened(browser, f"{crisis.address}/incidents/{INCIDENT}/brief?lang={lang}")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    [[width, height]] = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert (round(float(width)), round(float(height))) == (595, 842)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_a_phone(
    browser: Browser, crisis: PageServer, path: str, width: int
) -> None:
    page = opened(browser, crisis.address + path, viewport={"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_thirty_brands_are_one_screen_of_a_phone(browser: Browser, crisis: PageServer) -> None:
    page = opened(browser, crisis.address, viewport={"width": 390, "height": 844})
    box = page.locator(".brands tbody").bounding_box()
    assert box
    assert page.locator(".brands tbody tr").count() == 30
    assert box["height"] <= 30 * 29


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PATHS, "blind"])
def test_axe_finds_nothing(browser: Browser, crisis: PageServer, path: str, scheme: Any) -> None:
    heard = crisis.statuses
    if path == "blind":
        since = NOW - timedelta(minutes=11)
        crisis.statuses = {**heard, "ardelle": Status("unheard", since, since)}
        path = "/"
    width = 390 if scheme == "dark" else 1280
    page = opened(
        browser, crisis.address + path, color_scheme=scheme,
        viewport={"width": width, "height": 844},
    )  # fmt: skip
    for fold in page.locator("details").all():
        fold.evaluate("one => { one.open = true; }")
    found = Axe().run(page)
    crisis.statuses = heard
    assert found.violations_count == 0, found.generate_report()


def test_with_forced_colours_shapes_and_hatching_stay(browser: Browser, crisis: PageServer) -> None:
    heard = crisis.statuses
    since = NOW - timedelta(minutes=11)
    crisis.statuses = {**heard, "ardelle": Status("unheard", since, since)}
    page = opened(browser, crisis.address, forced_colors="active")
    looks = "one => getComputedStyle(one, '::before').backgroundImage"
    assert "repeating-linear-gradient" in page.locator(".strip").evaluate(looks)
    # The page may put a new chip in the place of this one between the finding and the asking.
    expect(page.locator(".chip").first).to_have_css("border-top-style", "solid")
    found = Axe().run(page)
    crisis.statuses = heard
    assert found.violations_count == 0, found.generate_report()


def test_who_is_next_shows_on_an_open_page_as_soon_as_alerting_says_so(
    browser: Browser, server: PageServer
) -> None:
    server.ring()
    page = opened(browser, f"{server.address}/incidents/{INCIDENT}")
    expect(page.locator("#calls")).to_contain_text("No channel has noted")
    page.wait_for_timeout(700)
    server.call()
    expect(page.locator("#calls")).to_contain_text("duty-phone was called 2 times", timeout=SOON_MS)
    expect(page.locator("#headline")).to_contain_text("Next, if nobody takes it: head-of-comms")
    server.ring(seq=3, handling=Handling(acknowledged_by="ines", acknowledged_at=NOW))
    expect(page.locator("#headline")).not_to_contain_text("head-of-comms", timeout=SOON_MS)


def test_tasks_need_no_script_and_what_another_does_shows_on_an_open_page(
    browser: Browser, server: PageServer
) -> None:
    server.ring()
    address = f"{server.address}/incidents/{INCIDENT}"
    watching = opened(browser, address, extra_http_headers={"X-User": "ben"})
    watching.wait_for_timeout(700)  # the events are open
    page = opened(browser, address, java_script_enabled=False)
    page.get_by_role("button", name="Add the 2 of the playbook").click()
    page.get_by_label("What is to be done").fill("Call the mill.")
    page.get_by_label("By when").select_option("2")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="I take it: Call the mill.").click()
    expect(watching.locator("#tasks-kept")).to_contain_text(
        "ines@corvanne.example has it", timeout=SOON_MS
    )
    expect(watching.locator("#tasks-kept > ul > li")).to_have_count(3)
    page.get_by_role("button", name="Done: Call the mill.").click()
    expect(page.locator(".kept")).to_contain_text("Kept.")
    expect(page.locator("#tasks-done")).to_contain_text("done by ines@corvanne.example")
    found = Axe().run(watching)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_many_long_tasks_leave_the_brief_on_one_page(
    browser: Browser, server: PageServer, lang: str
) -> None:
    server.ring()
    for number in range(8):
        for task in ("", f"t{number}"):
            server.take(Feedback(
                id=f"{task}-{number}", brand="corvanne", at=NOW, by="ines@corvanne.example",
                kind="note", incident=INCIDENT, note="What has to be done, in many words. " * 7,
                task=task, step="added" if task else None, until=NOW if task else None,
            ))  # fmt: skip
    page = opened(browser, f"{server.address}/incidents/{INCIDENT}/brief?lang={lang}")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def test_the_brands_file_is_edited_without_a_script_and_comes_as_a_file(
    browser: Browser, server: PageServer
) -> None:
    server.judge()
    page = opened(browser, f"{server.address}/edit/brands", java_script_enabled=False)
    page.get_by_label("Names, one a line").fill("Corvanne\nCorvanne Paris")
    languages = page.get_by_label("Languages such as en or fr")
    languages.fill("french")
    page.get_by_role("button", name="Check", exact=True).first.click()
    expect(page.get_by_role("alert").last).to_contain_text("One fault.")
    expect(languages).to_have_attribute("aria-invalid", "true")
    languages.fill("fr")
    page.get_by_role("button", name="Check and look at last week").first.click()
    expect(page.locator("main")).to_contain_text("it would have rung twice")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the file").first.click()
    text = Path(coming.value.path()).read_text(encoding="utf-8")
    assert coming.value.suggested_filename == "brands.yaml"
    named = BRANDS_FILE.replace("- Corvane        # how many write it", "- Corvanne Paris")
    assert text == named.replace("[fr, en]", "[fr]")
