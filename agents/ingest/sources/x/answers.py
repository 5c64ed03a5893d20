"""What the answers and messages of X mean for a connection. Pure."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from msgspec import Struct

from agents.ingest.sources.x.connection import ConnectBudget, Ended, Kind
from agents.secret import hide

_SHOWN: Final = 300

_REFUSED = frozenset({400, 401, 403, 404})
_UNPAID_WORDS = ("credit", "usagecap", "usage-cap", "spendcap", "spend-cap", "payment")
_OCCUPIED = "toomanyconnections"
_RULES = "ruleconfigurationissue"


class _Problem(Struct, frozen=True):
    """The parts of a problem report that tell what it is about."""

    title: str = ""
    type: str = ""
    detail: str = ""
    disconnect_type: str = ""
    connection_issue: str = ""
    errors: tuple["_Problem", ...] = ()


_decode = msgspec.json.Decoder(_Problem, strict=False).decode


def shown(text: str) -> str:
    """Return an explanation as it may be kept and shown: short, and without secrets.

    What X says may quote the token; gaps, positions and health are where people see it.
    """
    return hide(text)[:_SHOWN]


def budget_of(headers: Mapping[str, str]) -> ConnectBudget | None:
    """Return what X says in its headers about what is left; None if it says nothing of use.

    >>> budget_of({"x-rate-limit-remaining": "49", "x-rate-limit-reset": "1268816400"})
    ConnectBudget(remaining=49, reset_s=1268816400.0)
    """
    remaining = headers.get("x-rate-limit-remaining", "")
    reset = headers.get("x-rate-limit-reset", "")
    if not reset.isdecimal():
        return None
    if not remaining.isdecimal():
        return None
    return ConnectBudget(int(remaining), float(reset))


def ending_of(status: int, headers: Mapping[str, str], body: bytes, reason: str = "") -> Ended:
    """Say what an answer other than 200 means.

    A 429 without any word of what is left counts as used up until its reset.

    >>> ending_of(429, {}, b'{"connection_issue": "TooManyConnections"}').kind
    'occupied'
    >>> ending_of(402, {}, b'{"title": "CreditsDepleted"}')
    Ended(kind='unpaid', detail='CreditsDepleted', status=402, budget=None)
    """
    problem = _problem(body)
    budget = budget_of(headers)
    reset = headers.get("x-rate-limit-reset", "")
    if budget is None and status == HTTPStatus.TOO_MANY_REQUESTS and reset.isdecimal():
        budget = ConnectBudget(0, float(reset))
    detail = _told(problem) or reason
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        detail = f"a redirect to {headers.get('location', 'nowhere')}, which is not followed"
    return Ended(_kind(status, problem), shown(detail), status, budget)


def message_of(line: bytes) -> Ended | None:
    """Say what a line of a stream means that is no post but ends the stream; None for any other.

    >>> message_of(b'{"errors": [{"title": "operational-disconnect", '
    ...            b'"disconnect_type": "UpstreamOperationalDisconnect"}]}').detail
    'operational-disconnect (UpstreamOperationalDisconnect)'
    >>> message_of(b'{"data": {"id": "7"}}')
    """
    if b'"disconnect_type"' not in line and b'"connection_issue"' not in line:
        return None
    problem = _problem(line)
    if not (problem.disconnect_type or problem.connection_issue):
        return None
    kind = _kind(HTTPStatus.OK, problem)
    return Ended("dropped" if kind == "http" else kind, shown(_told(problem)))


def _problem(body: bytes) -> _Problem:
    """The first problem that a body reports."""
    try:
        problem = _decode(body)
    except (msgspec.DecodeError, RecursionError):
        return _Problem()
    return problem.errors[0] if problem.errors else problem


def _told(problem: _Problem) -> str:
    what = problem.detail or problem.title
    why = problem.disconnect_type or problem.connection_issue
    return f"{what} ({why})" if why and what else what or why


def _kind(status: int, problem: _Problem) -> Kind:
    words = f"{problem.title} {problem.type} {problem.connection_issue}".replace(" ", "").lower()
    if _OCCUPIED in words:
        return "occupied"
    if _RULES in words:
        return "rules"
    if status == HTTPStatus.PAYMENT_REQUIRED or any(word in words for word in _UNPAID_WORDS):
        return "unpaid"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "limited"
    return "refused" if status in _REFUSED else "http"
