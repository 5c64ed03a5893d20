"""Shows a message of Slack's Block Kit as a page of HTML, as Slack lays it out, for a picture."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

STYLE: Final = """
body { margin: 0; padding: 20px; width: 600px; background: #fff; color: #1d1c1d;
  font: 15px/1.46 Lato, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 18px; line-height: 1.33; margin: 0 0 6px; }
p, ul { margin: 0 0 4px; } ul { padding-left: 22px; } .block { margin-bottom: 8px; }
a { color: #1264a3; text-decoration: none; }
pre { margin: 0; padding: 8px; border: 1px solid #ddd; border-radius: 4px; background: #f8f8f8;
  font: 12px/1.5 Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
blockquote { margin: 0 0 6px; padding-left: 12px; border-left: 4px solid #ddd; }
.button { display: inline-block; margin-right: 8px; padding: 5px 12px; border: 1px solid #bbb;
  border-radius: 4px; font-weight: 700; font-size: 14px; }
.primary { border-color: #007a5a; background: #007a5a; color: #fff; }
.context { color: #616061; font-size: 13px; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; white-space: pre-line; }
.thread { margin-top: 18px; padding-left: 16px; border-left: 2px solid #eee; }
"""


def slack_html(message: Iterable[Mapping[str, Any]], thread: Iterable[Mapping[str, Any]]) -> str:
    """Return a page with a message and the reply below it."""
    shown = "".join(f'<div class="block">{_block(one)}</div>' for one in message)
    below = "".join(f'<div class="block">{_block(one)}</div>' for one in thread)
    body = f"{shown}<div class='thread'>{below}</div>"
    return f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style>{body}"


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "header":
            return f"<h1>{escape(block['text']['text'])}</h1>"
        case "actions":
            return "".join(_button(one) for one in block["elements"])
        case "section":
            fields = "".join(f"<div>{_bold(one['text'])}</div>" for one in block["fields"])
            return f'<div class="fields">{fields}</div>'
        case "context":
            said = " · ".join(escape(one["text"]) for one in block["elements"])
            return f'<div class="context">{said}</div>'
    return "".join(_rich(one) for one in block["elements"])


def _button(element: Mapping[str, Any]) -> str:
    if element["type"] == "overflow":
        return '<span class="button">⋯</span>'
    kind = f"button {element.get('style', '')}"
    return f'<span class="{kind}">{escape(element["text"]["text"])}</span>'


def _bold(mrkdwn: str) -> str:
    """Show a field; what Slack would show on the reader's clocks is left out."""
    first, _, rest = mrkdwn.partition("\n")
    rest = "\n".join(line for line in rest.splitlines() if "<!date" not in line)
    return f"<b>{first.strip('*')}</b>\n{rest}"


def _rich(element: Mapping[str, Any]) -> str:
    inner = "".join(_rich(one) for one in element.get("elements", ()))
    match element["type"]:
        case "rich_text_list":
            items = "".join(f"<li>{_inline(one)}</li>" for one in element["elements"])
            return f"<ul>{items}</ul>"
        case "rich_text_preformatted":
            return f"<pre>{inner}</pre>"
        case "rich_text_quote":
            return f"<blockquote>{inner}</blockquote>"
        case "rich_text_section":
            return f"<p>{inner}</p>"
    return _text(element)


def _inline(section: Mapping[str, Any]) -> str:
    return "".join(_text(one) for one in section["elements"])


def _text(element: Mapping[str, Any]) -> str:
    match element["type"]:
        case "link":
            return f'<a href="{escape(element["url"])}">{escape(element["text"])}</a>'
        case "date":
            at = datetime.fromtimestamp(element["timestamp"], UTC)
            return f"{at:%b %d %H:%M}"
        case "text":
            said = escape(element["text"]).replace("\n", "<br>")
            style = element.get("style", {})
            said = f"<i>{said}</i>" if style.get("italic") else said
            return f"<b>{said}</b>" if style.get("bold") else said
    return f"@{escape(str(element.get('range') or element.get('usergroup_id') or ''))}"
