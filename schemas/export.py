"""The contracts as JSON Schema (draft 2020-12), for those who read or write them without Python."""

import re
from inspect import cleandoc
from typing import Any

import msgspec

from schemas.brand import Brands
from schemas.codec import encode_pretty
from schemas.evaluation import Evaluation
from schemas.mention import Mention
from schemas.report import BacktestReport
from schemas.topics import TOPICS
from schemas.webhook import WebhookNotice

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILES = (Mention, Brands, BacktestReport, Evaluation, WebhookNotice)
"""What is no record of a topic: the neutral form's line, brands, reports, the body of a webhook."""


def published_types() -> tuple[type, ...]:
    """Every type that has a published schema: the records of the topics, then the files."""
    records = (topic.record for topic in TOPICS if topic.record is not bytes)
    return (*dict.fromkeys(records), *FILES)


def file_name(record: type) -> str:
    """Name of a type's schema file.

    >>> from schemas.mention import MentionBatch
    >>> file_name(MentionBatch)
    'mention-batch.json'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", record.__name__).lower() + ".json"


def json_schema(record: type) -> dict[str, Any]:
    """Return the JSON Schema of one type; its docstrings become descriptions."""
    schema = msgspec.json.schema(record)
    for definition in schema["$defs"].values():
        if "description" in definition:
            prose = cleandoc(definition["description"]).partition("\n\n>>>")[0]
            definition["description"] = prose
    return {"$schema": DIALECT, "title": record.__name__, **schema}


def published_files() -> dict[str, bytes]:
    """Return the content of every schema file by its name."""
    return {file_name(record): encode_pretty(json_schema(record)) for record in published_types()}
