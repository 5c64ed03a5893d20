"""What is said as plain text, for channels without a form of their own.

Nothing is escaped: a channel that parses markup is told that it is text, or escapes it first.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agents.alerting.message.model import HeadsUp, Line, Message, Part, Update

AnyMessage = Message | HeadsUp | Update | Line


class FlatText(NamedTuple):
    """A title of one line; ``short``: what a phone shows at a glance; ``full``: all of it."""

    title: str
    short: str
    full: str


def flat(told: AnyMessage) -> FlatText:
    r"""Return what ``told`` says as text; of a message, what to do comes before the evidence.

    >>> flat(Line("Only this is certain"))
    FlatText(title='Only this is certain', short='', full='')
    """
    match told:
        case Message():
            short = [told.why, *_part(told.advice), *told.hands]
            return FlatText(f"{told.mark} {told.headline}", _joined(short), _joined(_all(told)))
        case Line():
            return FlatText(told.text, "", "")
        case HeadsUp() | Update():
            lines = [*told.lines, *(f"{link.text}: {link.url}" for link in told.links)]
            return FlatText(told.title, _joined(told.lines[:2]), _joined(lines))


def _all(told: Message) -> Iterator[str]:
    yield told.why
    yield from _part(told.advice)
    yield from told.hands
    yield told.standing.replace("{token}", told.time)
    for link in told.links:
        yield f"{link.text}: {link.url}"
    yield ""
    for fact in told.facts:
        yield f"{fact.label}: {fact.value}" + (f" ({fact.beside})" if fact.beside else "")
    for part in (*told.parts, told.completeness):
        yield ""
        yield from _part(part)
    if told.quotes:
        yield ""
        yield told.quotes_heading
        for quote in told.quotes:
            yield f"“{quote.text}”"
            yield f"  {quote.by} {quote.url}".rstrip()
    yield ""
    yield told.next
    yield told.footer


def _part(part: Part) -> Iterator[str]:
    yield part.heading
    for line in part.lines:
        yield f"- {line}"
    for link in part.links:
        yield f"- {link.text}: {link.url}"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip()
