"""Recorded posts in every form we read: neutral JSONL, X API v2 and v1.1, mapped CSV and JSONL."""

from agents.ingest.formats.detect import FORMATS, InputFormat
from agents.ingest.formats.files.lines import LINE_LIMIT_BYTES, BadLine
from agents.ingest.formats.files.reading import FilesReading
from agents.ingest.formats.files.streams import FormatError
from agents.ingest.formats.items import NotPost
from agents.ingest.formats.mapped.mapping import MappingFaultsError, read_mapping
from agents.ingest.formats.order import Item
from agents.ingest.formats.portions import Portions
from agents.ingest.formats.read import open_mentions

__all__ = [
    "FORMATS",
    "LINE_LIMIT_BYTES",
    "BadLine",
    "FilesReading",
    "FormatError",
    "InputFormat",
    "Item",
    "MappingFaultsError",
    "NotPost",
    "Portions",
    "open_mentions",
    "read_mapping",
]
