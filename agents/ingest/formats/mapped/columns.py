"""How to get at what a row holds: by column in CSV, by path in JSON; all columns in one go."""

import difflib
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from agents.ingest.formats.mapped.cells import json_in, step
from agents.ingest.formats.mapped.mapping import ColumnMapping, MappingFaultsError
from pipeline.brands.located_yaml import FaultList
from pipeline.phrase import Phrase

Pick = Callable[[Any], Sequence[Any]]
"""From a row to what it holds in each of the columns asked for; ``None`` or ``""`` for nothing."""


class Constant(NamedTuple):
    """Stands where a column could: the same value in every row."""

    value: str


MakePick = Callable[[Sequence[str | Constant]], Pick]
"""From column names (``""`` for none at all) and constants to a ``Pick``."""


def place_of(column: str, header: Sequence[str]) -> tuple[int, tuple[str, ...]] | None:
    """Where a column stands, and the way into the JSON of its cells; None if it is not there.

    >>> place_of("user.id", ["user.id", "x"]), place_of("user.id", ["x", "user"])
    ((0, ()), (1, ('id',)))
    """
    name = column
    steps: tuple[str, ...] = ()
    while True:
        if name in header:
            return header.index(name), steps
        name, dot, key = name.rpartition(".")
        if not dot:
            return None
        steps = (key, *steps)


def csv_picker(mapping: ColumnMapping, header: Sequence[str], file: str) -> MakePick:
    """For rows of a CSV file; raises ``MappingFaultsError`` for every absent column."""
    faults = FaultList()
    for column, line in dict.fromkeys(mapping.column_lines()):
        if place_of(column, header) is None:
            close = difflib.get_close_matches(column, header, n=1)
            do = (
                Phrase("did you mean '{close}'?", close=close[0])
                if close
                else Phrase("it has {header}", header=", ".join(header))
            )
            faults.add(
                line, Phrase("{file} has no column '{column}'", file=file, column=column), do
            )
    if faults.errors:
        raise MappingFaultsError(mapping.path, faults.found)

    return _maker(header)


def _maker(header: Sequence[str]) -> MakePick:
    """Picks from rows under a header that has every column which is asked for."""

    def make(columns: Sequence[str | Constant]) -> Pick:
        places: list[int] = []
        added = [""]
        deep: list[tuple[int, tuple[str, ...]]] = []
        for number, column in enumerate(columns):
            if isinstance(column, Constant):
                places.append(len(header) + len(added))
                added.append(column.value)
                continue
            place, steps = (place_of(column, header) if column else None) or (len(header), ())
            places.append(place)
            if steps:
                deep.append((number, steps))
        pick = itemgetter(*places)
        if not deep:
            return lambda cells: pick(cells + added)

        def pick_deep(cells: list[str]) -> Sequence[Any]:
            values = list(pick(cells + added))
            for number, steps in deep:
                value = json_in(values[number])
                for key in steps:
                    value = step(value, key)
                values[number] = value
            return values

        return pick_deep

    return make


def json_pick(columns: Sequence[str | Constant]) -> Pick:
    """For JSON objects: ``a.b.c`` goes into objects; a list on the way gives its items' values.

    >>> pick = json_pick(["id", "", "entities.tags.text", Constant("en")])
    >>> pick({"id": 7, "entities": {"tags": [{"text": "x"}, {"text": "y"}]}})
    (7, None, ['x', 'y'], 'en')
    """
    paths = [column for column in columns if isinstance(column, str)]
    constants = [column.value for column in columns if isinstance(column, Constant)]
    top = [path for path in paths if "." not in path]
    nested: dict[str, list[str]] = {}
    for path in paths:
        parent, _, key = path.rpartition(".")
        if parent:
            nested.setdefault(parent, []).append(key)
    parents = [(parent.split("."), keys) for parent, keys in nested.items()]
    read = [*top, *(f"{parent}.{key}" for parent, keys in nested.items() for key in keys)]
    following = iter(range(len(read), len(read) + len(constants)))
    order = itemgetter(
        *(read.index(column) if isinstance(column, str) else next(following) for column in columns)
    )

    def pick(row: dict[str, Any]) -> Sequence[Any]:
        values = [*map(row.get, top)]
        for steps, keys in parents:
            value: Any = row
            for key in steps:
                value = step(value, key)
            if isinstance(value, dict):
                values += map(value.get, keys)
            else:
                values += [step(value, key) for key in keys]
        values += constants
        picked: Sequence[Any] = order(values)
        return picked

    return pick
