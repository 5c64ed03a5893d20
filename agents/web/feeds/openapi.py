"""The API's description, made from the types that it answers with."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import msgspec

from agents.web.feeds.data import BrandState, IncidentLine, IncidentWhole, Point
from agents.web.views.course import WINDOWS
from agents.web.views.explorer import KINDS

VERSION: Final = "1.2"
PREFIX: Final = "/api/v1"

_BRAND: Final = {"name": "brand", "in": "path", "required": True, "schema": {"type": "string"}}
_INCIDENT: Final = {
    "name": "incident",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
}
_WINDOW: Final = {
    "name": "window",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": list(WINDOWS), "default": "24h"},
}
_POSTS: Final = [
    {"name": "kind", "in": "query", "schema": {"type": "string", "enum": list(KINDS)}},
    {"name": "lang_of_post", "in": "query", "schema": {"type": "string"}},
    {"name": "negative", "in": "query", "schema": {"type": "string", "enum": ["yes"]}},
    {"name": "reach", "in": "query", "schema": {"type": "integer"}},
]

_REFUSED: Final = {
    "type": "object",
    "required": ["error", "what"],
    "properties": {
        "error": {"enum": ["token_missing", "token_wrong", "token_ended"]},
        "what": {"type": "string"},
    },
}


@cache
def openapi() -> str:
    """Return the description, OpenAPI 3.1."""
    kinds = (BrandState, Point, IncidentLine, IncidentWhole)
    refs, components = msgspec.json.schema_components(
        [list[BrandState], list[Point], list[IncidentLine], IncidentWhole, *kinds],
        ref_template="#/components/schemas/{name}",
    )
    brands, points, incidents, whole = refs[:4]
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Tocsin",
            "version": VERSION,
            "description": "Read only. Access is that of the page, the proxy in front of it, or a "
            "token where the page knows some; a token may be of some brands, and finds no others.",
        },
        "security": [{"token": []}, {}],
        "paths": {
            f"{PREFIX}/brands": _get("How each brand stands", "application/json", brands),
            f"{PREFIX}/brands/{{brand}}/course": _get(
                "The course of a brand", "application/json", points, [_BRAND, _WINDOW]
            ),
            f"{PREFIX}/brands/{{brand}}/course.csv": _get(
                "The same as CSV", "text/csv", {"type": "string"}, [_BRAND, _WINDOW]
            ),
            f"{PREFIX}/incidents": _get(
                "Incidents and heads-ups, the latest first: who was called, and who is next",
                "application/json",
                incidents,
                [{**_BRAND, "in": "query", "required": False}],
            ),
            f"{PREFIX}/incidents/{{incident}}": _get(
                "One incident: who was called and who is next, its trail, tasks and newest record",
                "application/json",
                whole,
                [_INCIDENT],
            ),
            "/incidents/{incident}/posts.csv": _get(
                "Posts of an incident as CSV", "text/csv", {"type": "string"}, [_INCIDENT, *_POSTS]
            ),
            "/incidents.atom": _get(
                "Incidents as Atom", "application/atom+xml", {"type": "string"}
            ),
            "/brands/{brand}/incidents.atom": _get(
                "Those of one brand", "application/atom+xml", {"type": "string"}, [_BRAND]
            ),
        },
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A line of TOCSIN_PAGE_TOKENS_FILE; tocsin page-token makes one",
                }
            },
        },
    }
    return json.dumps(described, indent=1)


def _get(
    what: str,
    kind: str,
    schema: Mapping[str, object],
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    answer = {"description": what, "content": {kind: {"schema": schema}}}
    answers: dict[str, Any] = {
        "200": answer,
        "401": {
            "description": "The page knows tokens, and this is none of them, or its time is over",
            "content": {"application/json": {"schema": _REFUSED}},
        },
    }
    if parameters and any(one["in"] == "path" for one in parameters):
        answers["404"] = {"description": "There is no such brand or incident"}
    return {"get": {"summary": what, "parameters": parameters or [], "responses": answers}}


SCRIPTED: Final = frozenset(json.loads(openapi())["paths"])
"""The addresses that scripts may read: what is described, and nothing else."""
