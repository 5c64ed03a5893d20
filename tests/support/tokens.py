"""A provider of tokens as an operator would write one; its tokens are not signed."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable

TOKEN_MARK = "eyJhbGciOiAibm9uZSJ9."  # noqa: S105 - of a token without a signature
"""How each token begins, so that one that is shown is found."""


def for_the_worker() -> Callable[[], str]:
    """Make tokens of the user ``worker``."""

    def token() -> str:
        now_s = int(time.time())
        claims = {"sub": "worker", "iat": now_s, "exp": now_s + 600}
        return f"{_part({'alg': 'none'})}.{_part(claims)}."

    return token


def _part(content: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
