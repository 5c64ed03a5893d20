"""Alerts in a terminal: a panel when it rings, a line for each later step."""

from collections import OrderedDict

from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agents.alerting.message.compose import (
    Snapshot,
    Story,
    is_of_old,
    is_silent,
    mark,
    snapshot,
    tell,
    tell_change,
    tell_heads_up,
)
from agents.alerting.message.plain import PlainlyError, plainly
from agents.alerting.message.sections import Part
from agents.alerting.sink import Outcome
from schemas.brand import Brand
from schemas.incident import Transition

_COLOURS = {"🔴": "red", "🟠": "dark_orange3", "🟡": "yellow3", "🔵": "blue", "🟢": "green"}
_WIDTH = 100
_REMEMBERED = 10_000
_RINGS = ("open", "reopened")


class ConsoleSink:
    """Show transitions on a rich console.

    Strangers' text reaches the terminal only as rich ``Text``, never as markup, and without
    control characters. ``(incident, seq)`` seen before is dropped.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: OrderedDict[str, Snapshot] = OrderedDict()

    def deliver(self, transition: Transition, brand: Brand) -> Outcome:
        """Show one transition and say what became of it.

        Raises:
            PlainlyError: it was shown, but only the line that is left where telling fails.
        """
        if is_of_old(transition):
            return "harmless"
        before = self._last.get(transition.incident)
        if before is not None and before.seq >= transition.seq:
            return "duplicate"
        self._remember(transition)
        if before is not None and is_silent(transition):
            return "quiet"
        outcome: Outcome = "posted" if before is None else "updated"
        try:
            if transition.level == "heads_up":
                self._console.print(quiet_line(transition, brand))
            elif before is None or transition.state in _RINGS:
                self._console.print(panel(tell(transition, brand), transition))
            else:
                self._console.print(line(transition, brand, before))
        except Exception as error:
            # A fault of ours must not keep it quiet: it is shown, and handed on.
            self._console.print(Text(plainly(transition, brand, error), style="bold red"))
            raise PlainlyError(outcome, error) from error
        return outcome

    def _remember(self, transition: Transition) -> None:
        self._last[transition.incident] = snapshot(transition)
        self._last.move_to_end(transition.incident)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)


def panel(story: Story, transition: Transition) -> Panel:
    """Return the whole alert, framed in the colour of its severity."""
    colour = _COLOURS.get(mark(transition), "white")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    for fact in story.facts:
        facts.add_row(Text(fact.label), Text(fact.value, style="bold"))
        if fact.beside:
            facts.add_row("", Text(fact.beside, style="dim"))
    body: list[Table | Text | Rule] = [facts]
    for part in story.parts:
        body += [Text(), *_part(part, colour)]
    if story.quotes:
        body += [Text(), Text(story.quotes_heading, style=f"bold {colour}")]
        for quote in story.quotes:
            body.append(_beside("▏", Text(quote.text, style="italic")))
            body.append(_beside("▏", Text(f"{quote.by}  {quote.url}".rstrip(), style="dim")))
    for part in story.closing:
        body += [Text(), *_part(part, colour)]
    body += [Rule(style="dim"), Text(story.footer, style="dim")]
    return Panel(
        Group(*body),
        title=Text(f" {story.mark} {story.headline} ", style=f"bold {colour}"),
        title_align="left",
        border_style=colour,
        padding=(1, 2),
        width=_WIDTH,
    )


def line(transition: Transition, brand: Brand, before: Snapshot) -> Text:
    """Return a later step as one line: which brand, what changed, by how much."""
    change = tell_change(transition, brand, before)
    colour = _COLOURS.get(change.mark, "white")
    return Text.assemble(
        (f"{change.mark} {change.brand} · ", f"bold {colour}"),
        (change.headline, "bold"),
        ("  " + " ".join(change.lines[:2]), "default"),
        no_wrap=False,
    )


def quiet_line(transition: Transition, brand: Brand) -> Text:
    """Return a heads-up: what was seen, and what would make it ring."""
    told = tell_heads_up(transition, brand)
    said = [*told.lines, *(link.url for link in told.links)]
    return Text(f"{told.mark} {told.headline}  {' '.join(said)}", style="dim")


def _part(part: Part, colour: str) -> list[Table | Text]:
    bullets = [_beside("•", Text(line)) for line in part.lines]
    links = [_beside("•", Text(f"{link.text}  {link.url}", style="dim")) for link in part.links]
    return [Text(part.heading, style=f"bold {colour}"), *bullets, *links]


def _beside(mark_: str, text: Text) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1, style="dim")
    grid.add_column()
    grid.add_row(Text(mark_), text)
    return grid
