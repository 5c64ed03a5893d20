"""Sends signed webhooks, as Standard Webhooks say."""

import http.client
import json
from datetime import UTC, datetime
from itertools import count

from agents.standard_webhooks import headers_of

_NUMBERS = count(1)


def send(port, key, body, *, id_=None, at=None, headers=None, method="POST", path="/"):
    """Return the status and the JSON that it was answered; None where the connection ended."""
    id_ = id_ or f"msg_{next(_NUMBERS)}"
    signed = headers_of(key, id_, at or datetime.now(UTC), body)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, signed if headers is None else headers)
        answer = connection.getresponse()
        raw = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return answer.status, json.loads(raw) if raw.startswith(b"{") else {}
