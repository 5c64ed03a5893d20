# ruff: noqa: INP001 - named by mkdocs.yml, no package
"""What the API pages show of a docstring: its examples as code, and the fields of a record.

Markdown takes ``>>>`` for a quotation, and mkdocstrings knows examples only below a heading of
their own, which a docstring with one example does not need. It would give each field a heading,
where a list of fields with their types says more in less room.
"""

import re
from typing import Final

import griffe

EXAMPLE: Final = re.compile(r"^ *>>> .*(?:\n *\S.*)*", re.MULTILINE)
"""Lines from a prompt to the next blank line, as ``doctest`` reads them."""


def fenced(docstring: str) -> str:
    """Put each example of a docstring into a code block."""
    return EXAMPLE.sub(r"```pycon\n\g<0>\n```", docstring)


def fields_of(cls: griffe.Class) -> list[str]:
    """Return the public fields of a class as they stand in its body: of an enum, its members."""
    return [
        name
        + (f": {one.annotation}" if one.annotation is not None else "")
        + (f" = {one.value}" if one.value is not None else "")
        for name, one in cls.attributes.items()
        if not name.startswith("_")
        and "property" not in one.labels
        and (one.annotation is not None or "class-attribute" in one.labels)
    ]


class Docstrings(griffe.Extension):
    """Has mkdocstrings show examples and fields."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        """Change the docstring of a module, class, function or attribute."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)

    def on_class_members(self, *, cls: griffe.Class, **_: object) -> None:
        """Add the fields of a class to what its docstring says."""
        fields = fields_of(cls)
        if fields and cls.docstring is not None:
            code = "\n".join(fields)
            cls.docstring.value += f"\n\n```python\n{code}\n```"
