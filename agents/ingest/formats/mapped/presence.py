"""Whether JSON lines have the fields that a mapping asks for: told before they are read."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from agents.ingest.formats.files.documents import json_object, read_json
from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.files.reading import FilesReading
from agents.ingest.formats.mapped.mapping import ColumnMapping, FieldSource, MappingFaultsError
from pipeline.brands.located_yaml import FaultList
from pipeline.phrase import Phrase

_LOOKED_AT = 1_000
_DEPTH = 4
_SHOWN = 12


def check_fields(path: Path, mapping: ColumnMapping, reading: FilesReading) -> None:
    """Look at the first lines for every field that the mapping asks for.

    What is needed and no line has is a fault, with the line of the mapping that asks for it: raises
    ``MappingFaultsError``. What a post can do without is told to ``reading``.
    """
    rows = list(_first_rows(path))
    if not rows:
        return
    known: dict[str, None] = {}
    for row in rows:
        known.update(dict.fromkeys(_paths(row)))
    faults = FaultList()
    for source in _needed(mapping):
        if not _is_there(source, known):
            for column in source.columns:
                faults.add(
                    source.line,
                    Phrase("no line of {path} has '{column}'", path=path, column=column),
                    _remedy(column, known),
                )
    if faults.errors:
        raise MappingFaultsError(mapping.path, faults.found)
    for column, line in dict.fromkeys(mapping.column_lines()):
        if column not in known:
            reading.tell(
                Phrase(
                    "{mapping}:{line}: no line of {path} has {column!r} so far",
                    mapping=mapping.path,
                    line=line,
                    path=path,
                    column=column,
                )
            )


def _first_rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in islice(read_json(path), _LOOKED_AT):
        if not isinstance(line, BadLine) and (row := json_object(line[1])) is not None:
            yield row


def _needed(mapping: ColumnMapping) -> Iterable[FieldSource]:
    sources = mapping.sources
    yield from (sources[name] for name in ("id", "created_at", "text"))
    authors = [sources[name] for name in ("author.id", "author.handle") if name in sources]
    columns = tuple(column for source in authors for column in source.columns)
    if all(source.constant is None for source in authors):
        yield FieldSource(columns, line=authors[0].line)


def _is_there(source: FieldSource, known: Iterable[str]) -> bool:
    if source.constant is not None:
        return True
    if source.hashed or source.joined:
        return all(column in known for column in source.columns)
    return any(column in known for column in source.columns)


def _paths(row: dict[str, Any], before: str = "", depth: int = _DEPTH) -> Iterator[str]:
    """Every way to a value, as a mapping writes it."""
    for key, value in row.items():
        path = f"{before}{key}"
        yield path
        items = value if isinstance(value, list) else [value]
        for item in items if depth else ():
            if isinstance(item, dict):
                yield from _paths(item, f"{path}.", depth - 1)


def _remedy(column: str, known: dict[str, None]) -> str:
    close = difflib.get_close_matches(column, known, n=1)
    if not close:
        close = [one for one in known if one.lower().endswith(column.lower())][:1]
    if close:
        return Phrase("did you mean '{close}'?", close=close[0])
    return Phrase("it has {header}", header=", ".join(islice(known, _SHOWN)))
