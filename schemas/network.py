"""The network that a source reads: what counts are told apart by."""

import re
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta

NETWORK_FORM: Final = "[a-z0-9][a-z0-9._]{0,39}"
Network = Annotated[str, Meta(pattern=f"^({NETWORK_FORM})?$")]
"""Such as ``x`` or ``bluesky``; empty where all that are judged together are meant."""

UNNAMED: Final = "other"

_NO_PART = re.compile(r"[^a-z0-9._]+")
_FORM = re.compile(NETWORK_FORM)


@lru_cache(maxsize=10_000)
def network_of(source: str) -> str:
    """The network of a source: its name up to the first hyphen, in lower case.

    So two connections to one network, or a second way to it, are the same: a post that both bring
    is counted once, and for the network.

    >>> network_of("x"), network_of("x-mentions"), network_of("Google News"), network_of("-")
    ('x', 'x', 'google.news', 'other')
    """
    name = _NO_PART.sub(".", source.partition("-")[0].strip().lower())[:40].strip("._")
    return name if _FORM.fullmatch(name) else UNNAMED
