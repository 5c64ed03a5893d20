# ruff: noqa: INP001 - a script beside what it writes, no package
"""Draws the pictures of the page: brands that the tests make up, in a browser.

python docs/write_page_pictures.py [CHROMIUM]
"""

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, NamedTuple

from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # where the brands are made up

from support.page_server import INCIDENT, NOW, PageServer  # noqa: E402 - found by the line above

PICTURES: Final = ROOT / "docs" / "pictures"


class Picture(NamedTuple):
    """One picture: of which address, how large, and in which light."""

    name: str
    path: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    languages: tuple[str, ...] = ("en", "fr")


SHOWN: Final = (
    Picture("page-now", "/", 1000, 900),
    Picture("page", f"/incidents/{INCIDENT}", 1000, 1100),
    Picture("page-phone", f"/incidents/{INCIDENT}", 390, 844, "dark", ("en",)),
    Picture("page-brand", "/brands/corvanne", 1000, 900, "dark", ("en",)),
    Picture("page-brief", f"/incidents/{INCIDENT}/brief?lang=", 860, 1100, "light", ("fr",)),
    Picture("page-edit", "/edit/brands", 1000, 900, "light", ("en",)),
    Picture("page-digest", "/digest", 1000, 640, "light", ("en",)),
)


def photograph(browser: Browser, address: str, picture: Picture, language: str) -> None:
    """Take one picture."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale=language,
        timezone_id="UTC",
        extra_http_headers={"X-User": "ines@corvanne.example"},
    )
    page = context.new_page()
    path = picture.path + language if picture.path.endswith("lang=") else picture.path
    page.goto(address + path)
    page.screenshot(path=PICTURES / f"{picture.name}.{language}.png")
    context.close()


def main(chromium: str) -> None:
    """Draw all pictures."""
    with TemporaryDirectory() as place:
        server = PageServer(Path(place))
        server.ring(
            seq=0, at=NOW - timedelta(minutes=65), state="noticed", level="heads_up", severity=3,
            reason="rare_voices", rung_at=None, rings=(),
        )  # fmt: skip
        server.ring(seq=1, at=NOW - timedelta(minutes=14), severity=6)
        server.ring()
        server.stir()
        server.call()
        with server.serving() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            for picture in SHOWN:
                for language in picture.languages:
                    photograph(browser, address, picture, language)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium")
