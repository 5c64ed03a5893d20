"""The documentation site: what it loads, and how it shows docstrings."""

import runpy
from pathlib import Path

import griffe
import pytest

from support.alert_examples import BRAND, MARQUE, heads_up, rung

DOCS = Path(__file__).parents[3] / "docs"
HOOKS = runpy.run_path(str(DOCS / "hooks.py"))
DOCSTRINGS = runpy.run_path(str(DOCS / "docstrings.py"))


@pytest.mark.parametrize(
    "page",
    [
        '<link rel="stylesheet" href="https://cdn.example/a.css">',
        '<link rel="preload" as="font" href="//cdn.example/a.css">',
        '<script src="https://cdn.example/a.css"></script>',
        '<img src="http://cdn.example/a.css" alt="">',
        '<img srcset="a.png 1x, https://cdn.example/a.css 2x" alt="">',
        '<iframe src="https://cdn.example/a.css"></iframe>',
        '<svg><use xlink:href="https://cdn.example/a.css"/></svg>',
        "<style>@font-face { src: url(https://cdn.example/a.css) }</style>",
        "<p style=\"background: url('https://cdn.example/a.css')\">",
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(page: str) -> None:
    [address] = HOOKS["loaded_by_html"](page)
    assert address.endswith("//cdn.example/a.css")


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://docs.example/">read on</a>',
        '<link rel="stylesheet" href="assets/a.css"><script src="../a.js"></script>',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "<p>url(https://cdn.example/a.css)</p>",
    ],
)
def test_links_and_own_files_load_nothing_from_elsewhere(page: str) -> None:
    assert HOOKS["loaded_by_html"](page) == []


def test_what_a_style_sheet_loads_from_elsewhere_is_found() -> None:
    style = '@import "https://cdn.example/a.css"; a { background: url(//cdn.example/b.png) }'
    found = HOOKS["loaded_by_css"](style)
    assert found == ["https://cdn.example/a.css", "//cdn.example/b.png"]


def test_a_site_that_loads_from_elsewhere_is_named_by_file(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "index.html").write_text('<img src="a.png" alt="">', encoding="utf-8")
    (tmp_path / "fr" / "a.html").write_text('<img src="//x.example/a.png">', encoding="utf-8")
    (tmp_path / "a.css").write_text("a { src: url(https://x.example/b) }", encoding="utf-8")
    assert list(HOOKS["from_elsewhere"](tmp_path)) == [
        "a.css: https://x.example/b",
        "fr/a.html: //x.example/a.png",
    ]


def test_examples_of_docstrings_are_code() -> None:
    shown = DOCSTRINGS["fenced"]("Add.\n\n>>> 1 + 1\n2\n\nNo more.")
    assert shown == "Add.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nNo more."


def test_fields_and_members_are_shown_as_they_are_written() -> None:
    code = (
        "class Record(Struct):\n    id: Name\n    n: int = 0\n    _hidden: int = 1\n"
        "    @property\n    def twice(self) -> int: ...\n"
        "class Band(Enum):\n    LOW = 1\n"
        "class Judge:\n    def __init__(self, brand): self.brand = brand\n"
    )
    with griffe.temporary_visited_module(code) as module:
        shown = {name: DOCSTRINGS["fields_of"](cls) for name, cls in module.classes.items()}
    assert shown == {"Record": ["id: Name", "n: int = 0"], "Band": ["LOW = 1"], "Judge": []}


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[the lock](../../Makefile)", "the lock (`Makefile`)"),
        ("[schemas/mention.py](../../schemas/mention.py#top)", "`schemas/mention.py`"),
        ("[`schemas`](../../schemas)", "`schemas`"),
        ("[Operating](../guide/operating.md)", "[Operating](../guide/operating.md)"),
        ("[gone](../../schemas/gone.py)", "[gone](../../schemas/gone.py)"),
        ("[elsewhere](https://x.example/)", "[elsewhere](https://x.example/)"),
    ],
)
def test_links_to_code_become_names_where_the_code_is(link: str, shown: str) -> None:
    assert HOOKS["without_links_to_code"](f"See {link}.", "guide/a.md") == f"See {shown}."


# Pictures


PICTURES = runpy.run_path(str(DOCS / "write_pictures.py"))


def test_a_picture_of_an_alert_loads_nothing() -> None:
    picture = PICTURES["alert_svg"]([heads_up(), rung()], BRAND)
    assert "heads-up" in picture
    assert "Nestlé" in picture
    assert HOOKS["loaded_by_html"](picture) == []


def test_a_picture_of_the_page_has_its_style_and_speaks_the_language_of_the_brand() -> None:
    page = PICTURES["page_html"]([heads_up(), rung()], MARQUE)
    assert "<style>" in page
    assert "stylesheet" not in page
    assert "Peut-on attendre" in page


@pytest.mark.parametrize("picture", sorted(DOCS.glob("pictures/*")), ids=lambda path: path.name)
def test_pictures_are_small(picture: Path) -> None:
    assert picture.stat().st_size < 200_000
