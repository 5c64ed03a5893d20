"""How to get at what a row holds: by column in CSV, by path in JSON."""

import difflib
from collections.abc import Callable, Sequence
from typing import Any

from agents.ingest.formats.mapping import ColumnMapping, MappingFaultsError
from pipeline.brands.located_yaml import FaultList

Get = Callable[[Any], Any]
"""From a row to what it holds in one column; ``None`` or ``""`` where it holds nothing."""


def filled(value: Any) -> bool:  # noqa: ANN401 - whatever a file holds
    """Whether a column says something; 0 and false do, ``null``, ``""`` and ``[]`` do not."""
    return value is not None and value != "" and value != []


def csv_columns(mapping: ColumnMapping, header: Sequence[str], file: str) -> Callable[[str], Get]:
    """From column name to getter; raises ``MappingFaultsError`` for every absent column."""
    faults = FaultList()
    for column, line in dict.fromkeys(mapping.column_lines()):
        if column not in header:
            close = difflib.get_close_matches(column, header, n=1)
            do = f"did you mean '{close[0]}'?" if close else f"it has {', '.join(header)}"
            faults.add(line, f"{file} has no column '{column}'", do)
    if faults.errors:
        raise MappingFaultsError(mapping.path, faults.found)

    def column_getter(name: str) -> Get:
        index = header.index(name)
        return lambda cells: cells[index]

    return column_getter


def json_column(path: str) -> Get:
    """Getter of ``a.b.c`` in a JSON object; a list on the way gives the list of its items'.

    >>> json_column("entities.tags.text")({"entities": {"tags": [{"text": "x"}, {"text": "y"}]}})
    ['x', 'y']
    """
    first, *rest = path.split(".")
    if not rest:
        return lambda row: row.get(first)

    def get(row: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the file holds
        value = row.get(first)
        for key in rest:
            value = _step(value, key)
        return value

    return get


def _step(value: Any, key: str) -> Any:  # noqa: ANN401 - whatever the file holds
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list):
        return [_step(item, key) for item in value]
    return None
