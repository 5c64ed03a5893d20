"""Alerts as Slack messages: Block Kit within its limits, whatever the input.

Strangers' text stands only in ``rich_text`` and ``plain_text`` elements, which Slack shows as they
are: nothing in them is parsed, so nothing can ping, link or format. ``mrkdwn`` is used for our own
figures alone. Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks a message, 150
characters a header, 3,000 a text, 2,000 a field).
"""

from typing import Any

from agents.alerting.message.compose import Change, Fact, Story
from agents.alerting.message.neutral import cut, mrkdwn
from agents.alerting.message.sections import Part, Quote

Block = dict[str, Any]
Element = dict[str, Any]

HEADER_LIMIT = 150
FIELD_LIMIT = 2000
TEXT_LIMIT = 3000
LINE_LIMIT = 600
FALLBACK_LIMIT = 1000


def message(story: Story) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of an alert."""
    blocks: list[Block] = [
        {
            "type": "header",
            "text": _plain(cut(f"{story.mark} {story.headline}", HEADER_LIMIT)),
        },
        {"type": "section", "fields": [_field(story, fact) for fact in story.facts]},
        *(_rich(_part(part)) for part in story.parts),
    ]
    if story.quotes:
        elements = [_paragraph(_text(story.quotes_heading, bold=True))]
        elements += [_quoted(quote) for quote in story.quotes]
        blocks.append(_rich(elements))
    blocks += [_rich(_part(part)) for part in story.closing]
    blocks.append(
        {
            "type": "context",
            "elements": [_plain(story.next), _plain(cut(story.footer, TEXT_LIMIT))],
        }
    )
    return mrkdwn(cut(story.summary, FALLBACK_LIMIT)), blocks


def reply(change: Change) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of one step, for the thread."""
    return _few_lines(f"{change.mark} {change.brand} · {change.headline}", change)


def quiet(change: Change) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of a heads-up, whose headline names the brand."""
    return _few_lines(f"{change.mark} {change.headline}", change)


def _few_lines(headline: str, change: Change) -> tuple[str, list[Block]]:
    part = Part(headline, change.lines, change.links)
    return mrkdwn(cut(headline, FALLBACK_LIMIT)), [_rich(_part(part))]


def one_line(line: str) -> tuple[str, list[Block]]:
    """Return the fallback text and the blocks of a message that is one line, shown literally."""
    return mrkdwn(cut(line, FALLBACK_LIMIT)), [_rich([_paragraph(_text(line))])]


def cited(quote: Quote) -> Block:
    """Return a block that shows a stranger's post, literally."""
    return _rich([_quoted(quote)])


def _field(story: Story, fact: Fact) -> Element:
    lines = [f"*{mrkdwn(fact.label)}*", mrkdwn(fact.value)]
    if fact.beside:
        lines.append(mrkdwn(fact.beside))
    if fact.dated:
        at = int(story.onset.timestamp())
        token = f"<!date^{at}^{{date_short_pretty}} {{time}}|{story.onset:%H:%M} UTC>"
        lines.append(mrkdwn(story.your_time).format(token=token))
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
