"""What is said to people, with what fills it kept apart, so that it can be said in other words.

Whoever reads a file says in English what is wrong with it, and knows no language of its reader. A
``Phrase`` is that English, and remembers what it was made of; ``tocsin check`` looks up the French
of its template and fills that.
"""

from collections.abc import Iterable
from typing import Any, Self


class Phrase(str):
    """English made of a template and its fields; a field may be a phrase itself.

    It is an ordinary ``str`` to all who do not ask: in logs, in records and in exceptions.

    >>> said = Phrase("'{key}' is {kind}, not a list", key="names", kind=Phrase("a mapping"))
    >>> said
    "'names' is a mapping, not a list"
    >>> said.template, said.fields["kind"].template
    ("'{key}' is {kind}, not a list", 'a mapping')
    """

    template: str
    fields: dict[str, Any]

    __slots__ = ("fields", "template")

    def __new__(cls, template: str, /, **fields: object) -> Self:
        """Fill ``template``, as ``str.format`` does."""
        made = super().__new__(cls, template.format(**fields))
        made.template = template
        made.fields = fields
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Return what it is made of, for a process that it is sent to."""
        return (self.template,), self.fields


def phrases(separator: str, said: Iterable[str]) -> Phrase:
    r"""Join what is said, each of which, and the separator, can still be said in other words.

    >>> phrases("\n", [Phrase("{n} faults", n=3), "b.yaml"]).template
    '{p0}{s1}{p2}'
    """
    fields: dict[str, str] = {}
    for one in said:
        if fields:
            fields[f"s{len(fields)}"] = separator
        fields[f"p{len(fields)}"] = one
    return Phrase("".join(f"{{{name}}}" for name in fields), **fields)


def reason_of(error: OSError) -> Phrase:
    """Return what the system says of an error, which can be said in other words where it is known.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "b.yaml"))
    'No such file or directory'
    """
    said = error.strerror or type(error).__name__
    return Phrase(said.replace("{", "{{").replace("}", "}}"))


def said_by(error: BaseException) -> str:
    """Return what an exception says: the phrase that it was made with, where it is one.

    >>> said_by(ValueError(Phrase("no {what}", what="text"))).template
    'no {what}'
    >>> said_by(ValueError("no text"))
    'no text'
    """
    return next((one for one in error.args if isinstance(one, Phrase)), str(error))
