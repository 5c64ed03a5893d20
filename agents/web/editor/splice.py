"""Changes one brand of a brands file, and leaves every other character as it was.

What a change touches is written anew; remarks within it go with it, but for those of entries that
stay on lines of their own.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, get_args

import yaml

from agents.web.editor.outline import JUDGE, Field, Outline, Place
from schemas.brand import JudgedTogether

LISTS: Final = (
    *("names", "handles", "hashtags", "own_accounts", "critics", "allies", "rivals"),
    *("exclude", "languages"),
)
TEXTS: Final = ("id", "slack_channel", "alert_language", "alert_zone")
NUMBERS: Final = ("false_rings_per_quarter", "heads_up_per_week")
WAYS: Final = get_args(JudgedTogether)
"""What ``judge`` may say rather than sources: a word, where they are a list."""

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_WIDE: Final = 10**6
_ONE_LINE: Final = 90
"""Characters of a list that is written in one line."""

Values = Mapping[str, Sequence[str]]
"""By field, what it is to say; a field without values is left out."""


def changed(text: str, found: Outline, number: int, wanted: Values) -> str:
    r"""Return the file with the fields of one brand as they are wanted; others stay.

    >>> from agents.web.editor.outline import outline
    >>> text = "brands:\n  - id: acme # ours\n    names: [Acme]\n    handles: [acme]\n"
    >>> print(changed(text, outline(text), 0, {"names": ["Acme", "no"], "handles": []}))
    brands:
      - id: acme # ours
        names: [Acme, 'no']
    <BLANKLINE>
    """
    place = found.places[number]
    new = {
        key: tuple(values)
        for key, values in wanted.items()
        if tuple(values) != (place.fields[key].values if key in place.fields else ())
    }
    if not new:
        return text
    if place.is_flow:
        return _in_braces(text, place, new)
    # From the last to the first, so that what comes before stays where it is.
    added = [key for key in new if key not in place.fields]
    for key in added[::-1]:
        rest = _line_end(text, place.end)
        line = f"\n{' ' * place.column}{_written(key, new[key], place.column)}"
        text = text[:rest] + line + text[rest:]
    for known in sorted(place.fields.values(), key=_start, reverse=True):
        if known.key in new:
            text = _replaced(text, place, known, new[known.key])
    return text


def with_brand(text: str, found: Outline, name: str, called: str) -> str:
    """Return the file with one brand more, at its end."""
    last = found.places[-1]
    if found.is_flow:
        written = f", {{id: {_scalar(name)}, names: [{_scalar(called)}]}}"
        return text[: last.end] + written + text[last.end :]
    begin = last.dash - (text.rfind("\n", 0, last.dash) + 1)
    indent, rest = " " * begin, _line_end(text, last.end)
    written = f"\n{indent}- id: {_scalar(name)}\n{indent}  names: [{_scalar(called)}]"
    return text[:rest] + written + text[rest:]


def without_brand(text: str, found: Outline, number: int) -> str:
    """Return the file without one of its brands; the list stays, if it was the only one."""
    if found.is_flow or len(found.places) == 1:
        kept = [one for at, one in enumerate(found.places) if at != number]
        listed = ", ".join(text[one.start : one.end] for one in kept)
        return f"{text[: found.start]}[{listed}]{text[found.end :]}"
    place = found.places[number]
    begin = text.rfind("\n", 0, place.dash) + 1
    return text[:begin] + text[_line_end(text, place.end) + 1 :]


def _start(known: Field) -> int:
    return known.start


def _replaced(text: str, place: Place, known: Field, values: Sequence[str]) -> str:
    rest = _line_end(text, known.end)
    if not values and known.start != place.start:
        return text[: text.rfind("\n", 0, known.start) + 1] + text[rest + 1 :]
    if known.is_block and values:
        return text[: known.start] + _block(text, known, values) + text[rest:]
    first, *more = _written(known.key, values, place.column).split("\n")
    remark = text[known.end : rest]
    return text[: known.start] + "\n".join([first + remark, *more]) + text[rest:]


def _block(text: str, known: Field, values: Sequence[str]) -> str:
    """Write a list whose entries have lines of their own: those that stay keep theirs."""
    begin = text.rfind("\n", 0, known.items[0].start) + 1
    indent = text[begin : known.items[0].start]
    lines: dict[str, str] = {}
    for item in known.items:
        end = _line_end(text, item.end)
        lines.setdefault(item.said, text[begin:end])
        begin = end + 1
    head = text[known.start : text.rfind("\n", 0, known.items[0].start)]
    first = next(iter(lines.values()))
    if "\n" in first:  # remarks above the first entry belong to the key
        head, first = f"{head}\n{first[: first.rfind(chr(10))]}", first[first.rfind("\n") + 1 :]
        lines[known.items[0].said] = first
        indent = first[: len(first) - len(first.lstrip(" -"))]
    written = [lines.get(value, f"{indent}{_scalar(value)}") for value in values]
    return "\n".join([head, *written])


def _in_braces(text: str, place: Place, new: Mapping[str, Sequence[str]]) -> str:
    order = [*place.fields, *(key for key in new if key not in place.fields)]
    parts = [
        _flow(key, new[key])
        if key in new
        else text[place.fields[key].start : place.fields[key].end]
        for key in order
        if key not in new or new[key]
    ]
    return f"{text[: place.start]}{{{', '.join(parts)}}}{text[place.end :]}"


def _written(key: str, values: Sequence[str], column: int) -> str:
    line = _flow(key, values)
    if key not in LISTS or len(line) <= _ONE_LINE:
        return line
    indent = " " * (column + 2)
    return "\n".join([f"{key}:", *(f"{indent}- {_scalar(value)}" for value in values)])


def _flow(key: str, values: Sequence[str]) -> str:
    if key in LISTS:
        return f"{key}: [{', '.join(map(_scalar, values))}]"
    if key == JUDGE:
        listed = f"[{', '.join(map(_scalar, values))}]"
        together = len(values) == 1 and values[0] in WAYS
        return f"{key}: {{sources: {values[0] if together else listed}}}"
    [value] = values or ("",)
    is_number = key in NUMBERS and _NUMBER.fullmatch(value)
    return f"{key}: {value if is_number else _scalar(value)}"


def _scalar(value: str) -> str:
    """Write a text so that YAML reads it as one, in any place."""
    written = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=_WIDE)
    return str(written).strip()[1:-1]


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
