"""What an alert says, as data: no channel's markup, every text safe to be shown literally.

None of the texts is safe to be parsed as markup: a sink that has to write some escapes it first.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from agents.alerting.message.chart import Chart
from agents.alerting.message.tone import Tone

AnswerKind = Literal["ack", "snooze", "false_alarm", "missed", "label"]
"""What people may answer to an alert. ``missed``: what was dismissed should have rung. ``label``:
say of its posts how they are meant."""


class Link(Struct, frozen=True):
    """An address that is certain, and what the link to it is called."""

    text: str
    url: str


class Part(Struct, frozen=True):
    """A heading, the lines below it, and where to read on."""

    heading: str
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()


class Quote(Struct, frozen=True):
    """A post, neutralised: who and when, its text, and where to open it if that is certain.

    ``lang``: BCP 47; ``translation``: where to read it in the language of the alert, where it is in
    another one.
    """

    by: str
    text: str
    url: str
    open: str
    """What the link to ``url`` is called."""
    lang: str = "und"
    translation: Link | None = None


class Fact(Struct, frozen=True):
    """One figure to see at a glance: a label, the figure, and what puts it in proportion."""

    label: str
    value: str
    beside: str = ""
    dated: bool = False
    """Whether the value is the onset, which may be shown in the reader's own time as well."""


class Message(Struct, frozen=True, kw_only=True, tag_field="kind", tag="alert"):
    """The whole alert, in the order in which it answers.

    ``summary`` stands alone: it is what a locked phone shows. ``why``: what decided, in one line
    with its figures. ``advice``: whether it can wait, and what to do now. ``chart``: how it went,
    as text; ``drawing``: the same for a channel that can show a picture. ``standing``: as of when,
    how sure, what was not heard; with ``{token}`` for ``as_of`` in the reader's own time.
    ``links``: where to read on, the incident's page first. All else is evidence, which a channel
    with threads keeps out of the message: ``facts``; ``parts``: in whose hands it is, what decided,
    what it is like, its stories, what drives it; ``quotes``; ``completeness``: what could be seen.
    ``next``: what follows.
    """

    tone: Tone
    brand: str
    headline: str
    why: str
    summary: str
    facts: tuple[Fact, ...]
    onset: datetime
    your_time: str
    """A template with ``{token}`` for the onset in the reader's own time."""
    parts: tuple[Part, ...]
    quotes_heading: str
    quotes: tuple[Quote, ...]
    completeness: Part
    advice: Part
    links: tuple[Link, ...]
    next: str
    footer: str
    mark: str
    as_of: datetime
    time: str
    """``as_of`` on the clocks that the brand's readers go by, UTC beside it."""
    standing: str
    chart: str = ""
    drawing: Chart | None = None
    hands: tuple[str, ...] = ()
    """In whose hands it is, and who is called next; also among ``parts``."""
    evidence_heading: str = ""

    @property
    def closing(self) -> tuple[Part, Part]:
        """The last parts: what could be seen, and what to do."""
        return self.completeness, self.advice


class HeadsUp(Struct, frozen=True, kw_only=True, tag_field="kind", tag="heads_up"):
    """What has not rung, in a few quiet lines. The headline names the brand."""

    tone: Tone
    brand: str
    headline: str
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()
    mark: str = ""
    summary: str = ""
    """What a locked phone shows: the headline with its figures."""

    @property
    def title(self) -> str:
        """The headline as it stands alone."""
        return f"{self.mark or self.tone.mark} {self.headline}"


class Update(Struct, frozen=True, kw_only=True, tag_field="kind", tag="update"):
    """One step of an incident, told beside its message. The headline does not name the brand."""

    tone: Tone
    brand: str
    headline: str
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()
    mark: str = ""

    @property
    def title(self) -> str:
        """The headline as it stands alone."""
        return f"{self.mark or self.tone.mark} {self.brand} · {self.headline}"


class Line(Struct, frozen=True, tag_field="kind", tag="line"):
    """One line, where no more can be said, or is to be."""

    text: str
