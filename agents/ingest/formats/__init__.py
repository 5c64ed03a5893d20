"""Recorded posts in every form we read: neutral JSONL, X API v2 and v1.1, mapped CSV and JSONL."""

from agents.ingest.formats.detect import FORMATS, InputFormat
from agents.ingest.formats.lines import BadLine, FormatError
from agents.ingest.formats.mapping import MappingFaultsError, read_mapping
from agents.ingest.formats.read import open_mentions
from agents.ingest.formats.reading import Reading

__all__ = [
    "FORMATS",
    "BadLine",
    "FormatError",
    "InputFormat",
    "MappingFaultsError",
    "Reading",
    "open_mentions",
    "read_mapping",
]
