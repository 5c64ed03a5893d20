"""The files that every page loads, each under a name that changes with it."""

from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple


class Asset(NamedTuple):
    """A file and the address that it is served at, for ever."""

    path: str
    kind: str
    text: str


def _asset(name: str, kind: str) -> Asset:
    text = (files("agents.web") / "static" / name).read_text(encoding="utf-8")
    stem, _, end = name.partition(".")
    return Asset(f"/{stem}-{sha256(text.encode()).hexdigest()[:12]}.{end}", kind, text)


STYLE: Final = _asset("style.css", "text/css")
SCRIPT: Final = _asset("live.js", "text/javascript")
ICON: Final = _asset("icon.svg", "image/svg+xml")
