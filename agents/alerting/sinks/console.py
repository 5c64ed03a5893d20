"""Alerts in a terminal: a panel when it rings, a line for each later step."""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agents.alerting.message.model import HeadsUp, Line, Link, Message, Part, Update
from agents.alerting.message.tone import Tone
from agents.alerting.policy import NotifyReason
from agents.alerting.sinks.base import Delivered, Notice
from agents.coverage.alarm import Blindness

_COLOURS: Final[Mapping[Tone, str]] = {
    Tone.GRAVE: "red",
    Tone.SERIOUS: "dark_orange3",
    Tone.MODERATE: "yellow3",
    Tone.EASING: "blue",
    Tone.OVER: "green",
    Tone.QUIET: "white",
}
_WIDTH: Final = 100
_RINGS: Final = ("open", "reopened")


class ConsoleSink:
    """Show notices on a rich console.

    Strangers' text reaches the terminal only as rich ``Text``, never as markup, and without
    control characters.
    """

    title = "The terminal"
    lasting = False

    def __init__(self, console: Console, *, name: str = "console") -> None:
        self.name = name
        self._console = console

    def deliver(self, notice: Notice) -> Delivered:
        """Show a notice: as a panel, as a line, or not at all where it only changes what stands."""
        if notice.reason in {NotifyReason.SNOOZE_HOLDS, NotifyReason.REFRESHED}:
            return Delivered(shown=False)
        is_step = notice.update is not None and notice.told.state not in _RINGS
        self._console.print(_shown(notice.update if is_step and notice.update else notice.message))
        return Delivered()

    def answers(self) -> bool:
        """A terminal is always there."""
        return True


class ConsoleBlindness:
    """A line each in a terminal, which remembers nothing."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def standing(self, _channels: Iterable[str]) -> list[Blindness]:
        """Nothing: who looks at a terminal sees what was said before."""
        return []

    def tell(self, _blindness: Blindness, text: str) -> None:
        """Show it."""
        self._console.print(Text.assemble(("▨ ", "bold"), (text, "bold")))

    def change(self, blindness: Blindness, text: str) -> None:
        """Show it."""
        self.tell(blindness, text)

    def end(self, _blindness: Blindness, text: str) -> None:
        """Show it."""
        self._console.print(Text.assemble(("▢ ", "bold"), text))


def _shown(told: Message | HeadsUp | Update | Line) -> Panel | Text:
    match told:
        case Message():
            return panel(told)
        case HeadsUp():
            return quiet_line(told)
        case Update():
            return line(told)
        case Line():
            return Text(told.text, style="bold red")


def panel(told: Message) -> Panel:
    """Return the whole alert, framed in the colour of its tone."""
    colour = _COLOURS[told.tone]
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    for fact in told.facts:
        facts.add_row(Text(fact.label), Text(fact.value, style="bold"))
        if fact.beside:
            facts.add_row("", Text(fact.beside, style="dim"))
    body: list[Table | Text | Rule] = [Text(told.why, style="bold")] if told.why else []
    body += [Text(), *_part(told.advice, colour)]
    if told.chart:
        body += [Text(), Text(told.chart)]
    standing = told.standing.replace("{token}", told.time)
    body += [Text(standing, style="dim"), *_links(told.links), Rule(style="dim"), facts]
    for part in told.parts:
        body += [Text(), *_part(part, colour)]
    if told.quotes:
        body += [Text(), Text(told.quotes_heading, style=f"bold {colour}")]
        for quote in told.quotes:
            body.append(_beside("▏", Text(quote.text, style="italic")))
            body.append(_beside("▏", Text(f"{quote.by}  {quote.url}".rstrip(), style="dim")))
    body += [Text(), *_part(told.completeness, colour)]
    body += [Rule(style="dim"), Text(told.footer, style="dim")]
    return Panel(
        Group(*body),
        title=Text(f" {told.mark} {told.headline} ", style=f"bold {colour}"),
        title_align="left",
        border_style=colour,
        padding=(1, 2),
        width=_WIDTH,
    )


def line(update: Update) -> Text:
    """Return a later step as one line: which brand, what changed, by how much."""
    return Text.assemble(
        (f"{update.mark or update.tone.mark} {update.brand} · ", f"bold {_COLOURS[update.tone]}"),
        (update.headline, "bold"),
        ("  " + " ".join(update.lines[:2]), "default"),
        no_wrap=False,
    )


def quiet_line(heads_up: HeadsUp) -> Text:
    """Return a heads-up: what was seen, and what would make it ring."""
    said = [*heads_up.lines, *(link.url for link in heads_up.links)]
    return Text(f"{heads_up.title}  {' '.join(said)}", style="dim")


def _part(part: Part, colour: str) -> list[Table | Text]:
    bullets = [_beside("•", Text(line)) for line in part.lines]
    return [Text(part.heading, style=f"bold {colour}"), *bullets, *_links(part.links)]


def _links(links: Iterable[Link]) -> list[Table]:
    return [_beside("•", Text(f"{link.text}  {link.url}", style="dim")) for link in links]


def _beside(mark_: str, text: Text) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1, style="dim")
    grid.add_column()
    grid.add_row(Text(mark_), text)
    return grid
