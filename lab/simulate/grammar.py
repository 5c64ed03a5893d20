r"""Texts from phrasings with slots: small files that a writer can extend without reading code.

::

    # a comment
    @fruit = apple | pear | [ripe|green] plum       a slot
    == praise: positive ==                          a section: its name, its stance, its marks
    [I love|I like] their {fruit}, {brand}!         one phrasing a line

``[a|b]`` chooses, also nested and also empty (``[very |]``); ``{slot}`` is replaced. Marks of a
section: ``to_brand`` (speaks to the brand's handle), ``link``, ``plain`` (never with the tags and
links of its wave: a supporter does not spread the protest), ``own`` (the brand itself speaks).
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from lab.simulate.draws import Draws

Stance = Literal["negative", "neutral", "positive"]
Node: TypeAlias = "str | list[Phrase]"
Phrase: TypeAlias = "list[Node]"

_HEADER = re.compile(r"== (?P<name>[a-z-]+): (?P<marks>[a-z_, ]+) ==")
_SLOT = re.compile(r"@(?P<name>[a-z_]+) = (?P<choices>.+)")
_MARKS = frozenset(("to_brand", "link", "own", "plain"))


class Phrasings(NamedTuple):
    """Phrasings that say one kind of thing."""

    name: str
    stance: Stance
    to_brand: bool
    link: bool
    plain: bool
    phrases: list[Phrase]

    def compose(self, draws: Draws) -> str:
        """Return one text."""
        out: list[str] = []
        _expand(draws.pick(self.phrases), draws, out)
        return " ".join("".join(out).split()).replace(" ,", ",")


def _expand(phrase: Phrase, draws: Draws, out: list[str]) -> None:
    for node in phrase:
        if isinstance(node, str):
            out.append(node)
        else:
            _expand(draws.pick(node), draws, out)


class GrammarError(ValueError):
    """A text file that breaks the rules above; names file and line."""


def parse(text: str, path: str, given: Mapping[str, tuple[str, ...]]) -> dict[str, Phrasings]:
    """Return the sections of a text file by name; ``given`` are slots known beforehand.

    Raises:
        GrammarError: where a line is not understood.
    """
    slots: dict[str, list[Phrase]] = {name: [[choice] for choice in given[name]] for name in given}
    sections: dict[str, Phrasings] = {}
    current: Phrasings | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        where = f"{path}:{number}"
        if not line or line.startswith("#"):
            continue
        if slot := _SLOT.fullmatch(line):
            slots[slot["name"]] = _choices(slot["choices"], slots, where, " | ")
        elif line.startswith("=="):
            current = _header(line, where)
            if current.name in sections:
                raise GrammarError(f"{where}: section {current.name!r} is there already")
            sections[current.name] = current
        elif current is None:
            raise GrammarError(f"{where}: a phrasing before the first section")
        else:
            current.phrases.append(_phrase(line, slots, where))
    if empty := [section.name for section in sections.values() if not section.phrases]:
        raise GrammarError(f"{path}: no phrasing in {', '.join(empty)}")
    return sections


def _header(line: str, where: str) -> Phrasings:
    header = _HEADER.fullmatch(line)
    if not header:
        raise GrammarError(f"{where}: expected '== name: stance, marks ==', found {line!r}")
    stance, *marks = (mark.strip() for mark in header["marks"].split(","))
    if stance not in get_args(Stance) or not _MARKS.issuperset(marks):
        raise GrammarError(f"{where}: stance {stance!r} or marks {marks} unknown")
    known: Stance = stance  # type: ignore[assignment]  # just checked
    return Phrasings(
        header["name"], known, "to_brand" in marks, "link" in marks, "plain" in marks, []
    )


def _choices(text: str, slots: dict[str, list[Phrase]], where: str, bar: str) -> list[Phrase]:
    """Split at the bars that are not within brackets."""
    parts: list[str] = [""]
    depth = 0
    at = 0
    while at < len(text):
        depth += (text[at] == "[") - (text[at] == "]")
        if depth == 0 and text.startswith(bar, at):
            parts.append("")
            at += len(bar)
        else:
            parts[-1] += text[at]
            at += 1
    return [_phrase(part, slots, where) for part in parts]


def _phrase(text: str, slots: dict[str, list[Phrase]], where: str) -> Phrase:
    phrase: Phrase = []
    at = 0
    while at < len(text):
        opening = min((place for mark in "[{" if (place := text.find(mark, at)) >= 0), default=-1)
        if opening < 0:
            phrase.append(text[at:])
            break
        if opening > at:
            phrase.append(text[at:opening])
        end = _closing(text, opening, where)
        inner = text[opening + 1 : end]
        if text[opening] == "[":
            phrase.append(_choices(inner, slots, where, "|"))
        elif inner in slots:
            phrase.append(slots[inner])
        else:
            raise GrammarError(f"{where}: no slot {{{inner}}} defined above")
        at = end + 1
    return phrase


def _closing(text: str, opening: int, where: str) -> int:
    opener = text[opening]
    closer = "]" if opener == "[" else "}"
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == opener) - (text[at] == closer)
        if depth == 0:
            return at
    raise GrammarError(f"{where}: {opener!r} is not closed")
