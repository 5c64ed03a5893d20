"""Alerts as Slack messages: Block Kit within its limits, whatever the input.

Strangers' text stands only in ``rich_text`` and ``plain_text`` elements, which Slack shows as they
are: nothing in them is parsed, so nothing can ping, link or format. ``mrkdwn`` is used for our own
figures alone. Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks a message, 150
characters a header, 3,000 a text, 2,000 a field).
"""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from agents.alerting.message.model import Fact, HeadsUp, Line, Message, Part, Quote, Update
from agents.alerting.message.neutral import cut

Block = dict[str, Any]
Element = dict[str, Any]

HEADER_LIMIT = 150
FIELD_LIMIT = 2000
TEXT_LIMIT = 3000
LINE_LIMIT = 600
FALLBACK_LIMIT = 1000
LINKS = 3
_REASON_AND_FIGURES = 2
"""The first lines of an update (``agents.alerting.message.compose.update_of``)."""


def message(told: Message, actions: Iterable[Block] = ()) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of an alert, in the order in which it answers.

    Headline, why, what to do, ``actions``, how it went, as of when and where to read on. All else
    is ``evidence``, for the thread.
    """
    blocks: list[Block] = [
        {"type": "header", "text": _plain(cut(f"{told.mark} {told.headline}", HEADER_LIMIT))}
    ]
    if told.why:
        blocks.append(_rich([_paragraph(_text(told.why, bold=True))]))
    blocks.append(_rich([*_part(told.advice), *(_paragraph(_text(one)) for one in told.hands)]))
    blocks += actions
    if told.chart:
        blocks.append(_rich([{"type": "rich_text_preformatted", "elements": [_text(told.chart)]}]))
    blocks.append(_rich([_paragraph(*_standing(told))]))
    return mrkdwn(cut(told.summary, FALLBACK_LIMIT)), blocks


def evidence(told: Message) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of all that an alert rests on, for its thread."""
    blocks: list[Block] = [
        _rich([_paragraph(_text(told.evidence_heading, bold=True))]),
        {"type": "section", "fields": [_field(told, fact) for fact in told.facts]},
        *(_rich(_part(part)) for part in told.parts),
    ]
    if told.quotes:
        elements = [_paragraph(_text(told.quotes_heading, bold=True))]
        elements += [_quoted(quote) for quote in told.quotes]
        blocks.append(_rich(elements))
    blocks.append(_rich(_part(told.completeness)))
    blocks.append(
        {
            "type": "context",
            "elements": [_plain(told.next), _plain(cut(told.footer, TEXT_LIMIT))],
        }
    )
    return mrkdwn(cut(told.evidence_heading, FALLBACK_LIMIT)), blocks


def reply(update: Update) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of one step, for the thread.

    The text, which is all that a locked phone shows, has the reason and the figures.
    """
    _, body = _few_lines(update)
    said = (one.rstrip(".") for one in (update.title, *update.lines[:_REASON_AND_FIGURES]))
    return mrkdwn(cut(f"{'. '.join(said)}.", FALLBACK_LIMIT)), body


def quiet(heads_up: HeadsUp, actions: Iterable[Block] = ()) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of a heads-up."""
    text, body = _few_lines(heads_up)
    shown = mrkdwn(cut(heads_up.summary, FALLBACK_LIMIT)) if heads_up.summary else text
    return shown, [*body, *actions]


def one_line(line: Line) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of a message that is one line, shown literally."""
    return mrkdwn(cut(line.text, FALLBACK_LIMIT)), [_rich([_paragraph(_text(line.text))])]


def _few_lines(told: Update | HeadsUp) -> tuple[str, list[Block]]:
    part = Part(told.title, told.lines, told.links)
    return mrkdwn(cut(told.title, FALLBACK_LIMIT)), [_rich(_part(part))]


def pinging(pings: Iterable[str], text: str, body: list[Block]) -> tuple[str, list[Block]]:
    """Return a message's text and blocks with those who are called, after its first block.

    ``pings``: as routes write them, ``here``, ``channel``, a user group's id or a person's. They
    are elements of Slack's own, and nothing that a stranger wrote can become one.

    >>> pinging(["S0NIGHT"], "a", [])[0]
    '<!subteam^S0NIGHT> a'
    """
    called = tuple(pings)
    if not called:
        return text, body
    names = _rich([_paragraph(*(_called(one)[1] for one in called))])
    marks = " ".join(_called(one)[0] for one in called)
    return f"{marks} {text}", [*body[:1], names, *body[1:]]


def _called(ping: str) -> tuple[str, Element]:
    """Return a ping as Slack's text has it, and as an element."""
    if ping in {"here", "channel"}:
        return f"<!{ping}>", {"type": "broadcast", "range": ping}
    if ping.startswith("S"):
        return f"<!subteam^{ping}>", {"type": "usergroup", "usergroup_id": ping}
    return f"<@{ping}>", {"type": "user", "user_id": ping}


def mrkdwn(text: str) -> str:
    """Escape the three characters that Slack's ``mrkdwn`` gives a meaning, as Slack documents it.

    >>> mrkdwn("R&D <!here>")
    'R&amp;D &lt;!here&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cited(quote: Quote) -> Block:
    """Return a block that shows a stranger's post, literally."""
    return _rich([_quoted(quote)])


def _standing(told: Message) -> list[Element]:
    """As of when, on the reader's own clocks, how sure, and where to read on."""
    before, _, after = told.standing.partition("{token}")
    at = told.as_of.astimezone(UTC)
    utc = f"{at:%H:%M} UTC"
    when = {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_short_pretty} {time}",
        "fallback": utc,
    }
    elements = [_text(before), when, _text(f" ({utc}){after}")]
    for link in told.links[:LINKS]:
        elements += [_text(" · "), {"type": "link", "url": link.url, "text": link.text}]
    return elements


def _field(told: Message, fact: Fact) -> Element:
    lines = [f"*{mrkdwn(fact.label)}*", mrkdwn(fact.value)]
    if fact.beside:
        lines.append(mrkdwn(fact.beside))
    if fact.dated:
        at = int(told.onset.timestamp())
        token = f"<!date^{at}^{{date_short_pretty}} {{time}}|{told.onset:%H:%M} UTC>"
        lines.append(mrkdwn(told.your_time).format(token=token))
    return {"type": "mrkdwn", "text": cut("\n".join(lines), FIELD_LIMIT), "verbatim": True}


def _part(part: Part) -> list[Element]:
    bullets = [_paragraph(_text(line)) for line in part.lines]
    elements = [_paragraph(_text(part.heading, bold=True))]
    if bullets:
        elements.append({"type": "rich_text_list", "style": "bullet", "elements": bullets})
    links = [{"type": "link", "url": link.url, "text": link.text} for link in part.links]
    return [*elements, *(_paragraph(link) for link in links)]


def _quoted(quote: Quote) -> Element:
    elements = [_text(quote.text or "…"), _text(f"\n{quote.by} ", italic=True)]
    if quote.url:
        elements.append({"type": "link", "url": quote.url, "text": quote.open})
    if quote.translation is not None:
        link = quote.translation
        elements += [_text(" · "), {"type": "link", "url": link.url, "text": link.text}]
    return {"type": "rich_text_quote", "elements": elements}


def _rich(elements: list[Element]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _paragraph(*elements: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, *, bold: bool = False, italic: bool = False) -> Element:
    element: Element = {"type": "text", "text": cut(text, LINE_LIMIT)}
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {**element, "style": style} if style else element


def _plain(text: str) -> Element:
    return {"type": "plain_text", "text": text, "emoji": False}
