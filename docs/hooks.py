# ruff: noqa: INP001 - named by mkdocs.yml, no package
"""What the build of the site does beside what MkDocs does.

Pages state their language, list the episodes of the library, name files of the repository where
they link to them, and load nothing from other servers.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

ELSEWHERE: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)
"""The beginning of an address that leaves the site."""

LOADED_BY_CSS: Final = re.compile(
    r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s;]+)", re.IGNORECASE
)

FRENCH: Final = "fr/"

EPISODES: Final = re.compile(r"<!-- episodes: (.+), (.+) -->")
"""Where a page lists the episodes, with its words for a crisis and for a harmless one."""

UPWARD_LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)#\s]*)(?:#[^)\s]*)?\)")

DOCS: Final = Path(__file__).parent.resolve()

LIBRARY: Final = DOCS.parent / "pipeline" / "detection" / "patterns" / "episodes"


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the table of episodes where a page asks for it, and names for links to code."""
    del config, files
    path = page.file.src_uri
    return without_links_to_code(with_episodes(markdown, language_of(path)), path)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Say in a French page that it is French: screen readers and hyphenation ask."""
    del config
    language = language_of(page.file.src_uri)
    return output.replace('<html lang="en"', f'<html lang="{language}"', 1)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Fail where a page of the site would load something from another server."""
    if found := list(from_elsewhere(Path(config.site_dir))):
        raise PluginError("The site would load from elsewhere:\n" + "\n".join(found))


def language_of(path: str) -> str:
    """Return the language of a page of ``docs``."""
    return "fr" if path.startswith(FRENCH) else "en"


def with_episodes(markdown: str, language: str) -> str:
    """Put a table of the library's episodes in the place of the comment that asks for it."""
    return EPISODES.sub(lambda asked: "\n".join(_rows(language, asked[1], asked[2])), markdown)


def without_links_to_code(markdown: str, path: str) -> str:
    """Replace links of the page ``path`` to files outside of ``docs`` by the names of those files.

    They lead somewhere where the repository is read, and nowhere on the site. A link to what does
    not exist stays, so that the strict build names it.
    """

    def name(link: re.Match[str]) -> str:
        target = (DOCS / path).parent.joinpath(link[2]).resolve()
        if target.is_relative_to(DOCS) or not target.exists():
            return link[0]
        file = f"`{target.relative_to(DOCS.parent).as_posix()}`"
        return file if link[1].strip("`") == file.strip("`") else f"{link[1]} ({file})"

    return UPWARD_LINK.sub(name, markdown)


def _rows(language: str, crisis: str, harmless: str) -> Iterator[str]:
    yield "| | | |"
    yield "|---|---|---|"
    kinds = {"crisis": crisis, "harmless": harmless}
    for path in sorted(LIBRARY.glob("*.json")):
        episode = json.loads(path.read_text(encoding="utf-8"))
        name = episode["words"][language]["name"]
        yield f"| `{episode['name']}` | {name} | {kinds[episode['kind']]} |"


def from_elsewhere(site: Path) -> Iterator[str]:
    """Name each file of ``site`` with each address that it would load from another server."""
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".svg"}:
            loaded = loaded_by_html(path.read_text(encoding="utf-8"))
        elif path.suffix == ".css":
            loaded = loaded_by_css(path.read_text(encoding="utf-8"))
        else:
            continue
        yield from (f"{path.relative_to(site)}: {address}" for address in loaded)


def loaded_by_css(style: str) -> list[str]:
    """Return the addresses elsewhere that a style sheet loads."""
    return LOADED_BY_CSS.findall(style)


def loaded_by_html(page: str) -> list[str]:
    """Return the addresses elsewhere that a page loads: scripts, styles, fonts, pictures, frames.

    A link that a reader may follow is none of them.
    """
    loads = _Loads()
    loads.feed(page)
    return loads.found


class _Loads(HTMLParser):
    """Collects what the tags of a page load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within_style = tag == "style"
        for name, value in attrs:
            text = (value or "").strip()
            if name == "style":
                self.found += loaded_by_css(text)
            elif name == "srcset":
                addresses = [one.split()[0] for one in text.split(",") if one.strip()]
                self.found += filter(ELSEWHERE.match, addresses)
            elif _is_loaded(tag, name) and ELSEWHERE.match(text):
                self.found.append(text)

    def handle_data(self, data: str) -> None:
        if self._within_style:
            self.found += loaded_by_css(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._within_style = False


def _is_loaded(tag: str, attribute: str) -> bool:
    """Whether a browser loads the address in ``attribute`` of ``tag`` without being asked."""
    if attribute in {"href", "xlink:href"}:
        return tag in {"link", "image", "use"}
    return attribute in {"src", "data", "poster"}
