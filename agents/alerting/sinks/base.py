"""The contract of a sink: what it is handed, what it returns, and what it may raise.

A sink brings what it is handed to one channel, and decides only how that looks there. Whether
people are told at all, how loudly and in which words was decided before. ``deliver`` returns when
the channel has accepted the notice, and raises otherwise::

    SinkError(Exception)
    ├── RetryableError      the channel is away or asks for patience: the same notice will do later
    ├── UnauthorizedError   our account is not accepted: nothing can be delivered by this sink
    └── RejectedError       no place of this channel takes this notice; others may be taken

Anything else that it raises counts as a fault of ours with this one notice: it is delivered once
more as a single line. What every sink has to pass: tests/contracts/sinks. How to write one:
docs/develop/adding-a-sink.md.
"""

from typing import Protocol, runtime_checkable

from msgspec import Struct

from agents.alerting.message.model import AnswerKind, HeadsUp, Line, Message, Update
from agents.alerting.policy import NotifyReason
from schemas.base import UtcTime
from schemas.brand import Brand
from schemas.incident import Level, Transition
from schemas.notification import Calls, NextCall, Snapshot


class Subject(Struct, frozen=True, kw_only=True):
    """What else other systems sort an incident by; ``at``: event time of the step."""

    at: UtcTime
    onset: UtcTime
    level: Level
    pattern: str


class Notice(Struct, frozen=True, kw_only=True):
    """What a sink is to bring to its channel: plain data that no channel has shaped.

    ``message``: how the incident stands; it becomes the standing message, or replaces it.
    ``update``: the step, to be told beside the standing message; None where only that changes.
    ``forward``: a line to put in the place of the heads-up at ``ref``, which ``message`` follows.
    ``loud``: whether people are called.
    ``ref``: what this sink returned last for the incident, empty where it never did.
    ``in_doubt``: what stands in the channel is not certain, as this process did not deliver the
    last notice itself, or its last attempt failed. A sink that can look before it sends, looks.
    ``answers``: those that make sense now, for channels with buttons.
    ``told``: what the log will say was told last; the next notice is compared with it. ``now``:
    severity, state and figures as they stand, which differ where only figures are stated anew.
    ``test``: somebody tries the sink, and nothing has happened; the texts say so as well.
    ``ahead``: who is called next and ``decides``: who decides, for the log and so for the page.
    ``pings``: whom the route calls by a loud notice, in the channel's own words. ``call``: which
    call it is where no step caused it, empty else. ``calls``: what the log will say of calls.
    ``whole``: all that stands is to be said again, as something of it may have to go.
    """

    incident: str
    seq: int
    brand: Brand
    reason: NotifyReason
    loud: bool
    message: Message | HeadsUp | Line
    update: Update | Line | None = None
    forward: Line | None = None
    ref: str = ""
    in_doubt: bool = False
    answers: tuple[AnswerKind, ...] = ()
    told: Snapshot
    now: Snapshot | None = None
    subject: Subject
    test: bool = False
    pings: tuple[str, ...] = ()
    call: str = ""
    calls: Calls | None = None
    ahead: tuple[NextCall, ...] = ()
    decides: str = ""
    whole: bool = False

    @property
    def standing(self) -> Snapshot:
        """Severity, state and figures as they stand."""
        return self.now or self.told

    @property
    def id(self) -> str:
        """The same for the same step, or call, of the same incident, however often delivered.

        A receiver that drops second copies does so by this.
        """
        return f"{self.incident}/{self.seq}" + (f"/{self.call}" if self.call else "")


def subject_of(transition: Transition) -> Subject:
    """Return what ``Notice.subject`` says of a transition."""
    return Subject(
        at=transition.at,
        onset=transition.onset,
        level=transition.level,
        pattern=transition.pattern,
    )


class Delivered(Struct, frozen=True):
    """The channel has accepted the notice.

    ``ref``: where the message stands, in the sink's own words (at most 1,000 characters), handed
    back with the next notice of the incident; another one than before means a new message.
    ``shown``: False where a notice changes only what stands, and nothing can stand in the channel.
    """

    ref: str = ""
    shown: bool = True


class Search(Struct, frozen=True, kw_only=True):
    """Which incident is looked for in a channel; no message about it is older than ``since_s``."""

    incident: str
    brand: Brand
    since_s: float


class FoundMessage(Struct, frozen=True, kw_only=True):
    """What a channel itself says that it was told last of an incident, and where."""

    ref: str
    told: Snapshot
    calls: Calls | None = None


class Sink(Protocol):
    """One channel. A sink is used by one thread.

    ``name``: in the notification log and in the name of the consumer group; it never changes.
    ``title``: how people call the channel. ``lasting``: whether what was shown still stands there
    when the process starts again; if so, what was delivered is kept in the notification log.
    """

    name: str
    title: str
    lasting: bool

    def deliver(self, notice: Notice) -> Delivered:
        """Return once the channel has accepted ``notice``.

        Raises:
            RetryableError, UnauthorizedError: it does not take it now.
            RejectedError: no place of the channel takes it.
        """
        ...

    def answers(self) -> bool:
        """Whether the channel is there at all, so that a notice that fails is alone at fault."""
        ...


@runtime_checkable
class Expiring(Protocol):
    """A sink whose channel forgets what is not said again every ``refresh_s`` seconds."""

    refresh_s: float


@runtime_checkable
class Searchable(Protocol):
    """A sink that can ask its channel what was delivered, and so is exact whatever was logged."""

    def find(self, search: Search) -> FoundMessage | None:
        """Return what stands in the channel of an incident; None where nothing does.

        Raises:
            UnsearchableError: we may not look; the log alone says what was delivered.
            RetryableError, UnauthorizedError: it cannot be asked now.
        """
        ...


class SinkError(Exception):
    """What a channel did not do. ``code``: a fixed word, fit for a metric's label."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class RetryableError(SinkError):
    """The channel is away or asks for patience.

    ``after_s``: how many seconds it asks us to wait; 0 where it says nothing. ``everywhere``:
    whether nothing at all must be sent by this sink until then.
    """

    def __init__(
        self, code: str, detail: str = "", *, after_s: float = 0.0, everywhere: bool = False
    ) -> None:
        super().__init__(code, detail)
        self.after_s = after_s
        self.everywhere = everywhere


class UnauthorizedError(SinkError):
    """Our account is not accepted: only an administrator can mend it."""


class UnsearchableError(SinkError):
    """The channel can be delivered to, but not searched: only ``Searchable.find`` raises it."""


class RejectedError(SinkError):
    """No place of the channel takes this notice."""
