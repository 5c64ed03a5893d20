"""HTML in which text cannot become markup: whatever is no ``Html`` is escaped."""

from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias

VOID: Final = frozenset({"meta", "link", "input"})


class Html(str):
    """Markup, as it is. Only ``tag`` and ``join`` make it."""

    __slots__ = ()


Child: TypeAlias = str | None
"""Markup, or text to be escaped, or nothing."""


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """Return an element. ``class_`` is the class; True is an attribute without a value.

    >>> tag("p", "<b>", tag("a", "x & y", href='"'), class_="soft", hidden=True, id=None)
    '<p class="soft" hidden>&lt;b&gt;<a href="&quot;">x &amp; y</a></p>'
    >>> tag("input", name="who")
    '<input name="who">'
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Html:
    """Return what stands one after another."""
    return Html(
        "".join(child if isinstance(child, Html) else escape(child) for child in children if child)
    )
