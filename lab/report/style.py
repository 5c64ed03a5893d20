"""What the pages of the house have in common: one self-contained file that works in the dark."""

from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --line: #d5dae1; --bar: #b4c0d0;
  --bad: #c62f2f; --good: #3b8f5a; --ring: #c62f2f; --paper: #fff; --card: #f6f7f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #98a2b3; --line: #39414d;
  --bar: #5b6980; --bad: #ef6a6a; --good: #5fbf85; --ring: #ff7b7b; --paper: #14181f;
  --card: #1d232d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h1, h2, p, li, .card { overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 0; }
.soft { color: var(--soft); } section { margin: 2rem 0; }
header { border-bottom: 1px solid var(--line); padding-bottom: .8rem; }
svg { width: 100%; height: auto; margin: .6rem 0; display: block; }
svg.narrow { display: none; }
@media (max-width: 40rem) { svg.wide { display: none; } svg.narrow { display: block; }
  section, .card { overflow-x: auto; } }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
svg .ring-label { fill: var(--ring); font-weight: 600; }
.card { background: var(--card); border-left: 4px solid var(--ring); padding: .7rem 1rem;
  margin: .6rem 0; border-radius: 3px; }
.card.calm { border-left-color: var(--line); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; }
th { font-weight: 600; color: var(--soft); }
td.number, th.number { text-align: right; }
details summary { cursor: pointer; color: var(--soft); }
.key span { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
"""


def page(title: str, body: str, *, style: str = "", lang: str = "en") -> str:
    """A whole page around ``body`` (HTML). ``style``: what this page adds to the common style."""
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}{style}</style>{body}</html>\n"
    )
