"""Your team's own playbooks: what to do in the first hour, by pattern, in Markdown.

A directory holds ``PATTERN.md`` and ``PATTERN.fr.md``, and ``default.md`` for whatever has none.
Raw HTML in them is shown as text. They are read at the start. What stands in a task list
(``- [ ] Call the press office.``) can be made tasks of an incident.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agents.web.markup import Html
from pipeline.phrase import Phrase, phrases

DEFAULT: Final = "default"
MOST: Final = 100_000
"""Characters of one playbook."""


class PlaybookError(ValueError):
    """A playbook cannot be read: which one, and why."""


_BOX: Final = "[ ] "
"""Begins a line of a task list."""


class Playbook(NamedTuple):
    """``name``: of the file; ``html``: what it says, safe to be shown; ``tasks``: plain lines."""

    name: str
    html: Html
    tasks: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """Its name without ending and language: the same for all its translations."""
        return self.name.partition(".")[0]


class Playbooks:
    """Finds the playbook of a pattern."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        """``texts``: Markdown by the names of files, without ``.md``."""
        markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
        self._made = {name: _made(markdown, name, text) for name, text in (texts or {}).items()}

    def __len__(self) -> int:
        return len(self._made)

    def of(self, pattern: str, language: str) -> Playbook | None:
        """The nearest: of the pattern in this language, of the pattern, the default; or none.

        >>> books = Playbooks({"default": "Call.", "boycott-call": "**Listen.**"})
        >>> books.of("boycott-call", "fr").html.strip(), books.of("giveaway", "en").name
        ('<p><strong>Listen.</strong></p>', 'default.md')
        """
        names = (f"{pattern}.{language}", pattern, f"{DEFAULT}.{language}", DEFAULT)
        return next((self._made[name] for name in names if name in self._made), None)


def _made(markdown: MarkdownIt, name: str, text: str) -> Playbook:
    tokens = markdown.parse(text)
    tasks = tuple(_tasks(tokens))
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Playbook(f"{name}.md", Html(html), tasks)


def _tasks(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the lines of task lists, and have each shown with a box."""
    for before, token in pairwise(tokens[1:]):
        line = token.children or ()
        if before.type != "paragraph_open" or not before.level or not line:
            continue
        if not line[0].content.startswith(_BOX):
            continue
        rest = line[0].content.removeprefix(_BOX)
        line[0].content = f"☐ {rest}"
        said = " ".join("".join((rest, *map(_plain, line[1:]))).split())
        if said:
            yield said


def _plain(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content


def read_playbooks(directory: Path) -> Playbooks:
    """Read all playbooks of a directory.

    Raises:
        PlaybookError: with all faults, one a line.
    """
    if not directory.is_dir():
        raise PlaybookError(Phrase("{directory} is no directory", directory=directory))
    texts, faults = {}, []
    for path in sorted(directory.glob("*.md")):
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            faults.append(f"{path}: {error}")
        if len(texts.get(path.stem, "")) > MOST:
            faults.append(Phrase("{path}: longer than {most} characters", path=path, most=MOST))
    if faults:
        raise PlaybookError(phrases("\n", faults))
    return Playbooks(texts)
