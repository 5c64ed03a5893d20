"""Alerts as Slack messages: Block Kit within its limits, whatever the input.

Strangers' text stands only in ``rich_text`` and ``plain_text`` elements, which Slack shows as they
are: nothing in them is parsed, so nothing can ping, link or format. ``mrkdwn`` is used for our own
figures alone. Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks a message, 150
characters a header, 3,000 a text, 2,000 a field).
"""

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


def message(told: Message) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of an alert."""
    blocks: list[Block] = [
        {
            "type": "header",
            "text": _plain(cut(f"{told.mark} {told.headline}", HEADER_LIMIT)),
        },
        {"type": "section", "fields": [_field(told, fact) for fact in told.facts]},
        *(_rich(_part(part)) for part in told.parts),
    ]
    if told.quotes:
        elements = [_paragraph(_text(told.quotes_heading, bold=True))]
        elements += [_quoted(quote) for quote in told.quotes]
        blocks.append(_rich(elements))
    blocks += [_rich(_part(part)) for part in told.closing]
    blocks.append(
        {
            "type": "context",
            "elements": [_plain(told.next), _plain(cut(told.footer, TEXT_LIMIT))],
        }
    )
    return mrkdwn(cut(told.summary, FALLBACK_LIMIT)), blocks


def reply(update: Update) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of one step, for the thread."""
    return _few_lines(update)


def quiet(heads_up: HeadsUp) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of a heads-up."""
    return _few_lines(heads_up)


def one_line(line: Line) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of a message that is one line, shown literally."""
    return mrkdwn(cut(line.text, FALLBACK_LIMIT)), [_rich([_paragraph(_text(line.text))])]


def _few_lines(told: Update | HeadsUp) -> tuple[str, list[Block]]:
    part = Part(told.title, told.lines, told.links)
    return mrkdwn(cut(told.title, FALLBACK_LIMIT)), [_rich(_part(part))]


def mrkdwn(text: str) -> str:
    """Escape the three characters that Slack's ``mrkdwn`` gives a meaning, as Slack documents it.

    >>> mrkdwn("R&D <!here>")
    'R&amp;D &lt;!here&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cited(quote: Quote) -> Block:
    """Return a block that shows a stranger's post, literally."""
    return _rich([_quoted(quote)])


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
