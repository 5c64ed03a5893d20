"""Who was called of an incident, who is next and when, and where somebody took it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.alerting.message.neutral import outside
from agents.web.clock import clock
from agents.web.layout import block, paragraph
from agents.web.markup import Child, Html, tag
from agents.web.views.desk import OVER, Desk, is_held
from pipeline.detection.incident.merge import Incident
from schemas.notification import NextCall, Notification

_NAME: Final = 60
_GRACE: Final = timedelta(minutes=1)
"""So long a call may be under way before it counts as missing."""

_TAKEN: Final = frozenset({"acknowledged", "snoozed"})
_WHERE: Final = (("page-", "where_page"), ("slack-", "where_slack"))
"""How ids of feedback begin, by the place where it was given; the rest comes by command."""


class WhoIsNext(NamedTuple):
    """``told``: each channel, in order of time. ``due``: called next, in order of time.

    ``overdue``: who was to be called a minute ago or earlier, and of whom no call is known.
    """

    told: Sequence[Notification]
    due: Sequence[NextCall]
    overdue: Sequence[NextCall]


def who_is_next(incident: Incident, told: Sequence[Notification], now: datetime) -> WhoIsNext:
    """Work out who is next, from what each channel was told of an incident as of ``now``.

    The channel that was told last knows best who comes after it; once somebody has the incident,
    or it is over, nobody does.
    """
    newest = max(told, key=lambda one: (one.told.seq, one.at), default=None)
    quiet = incident.newest.state in OVER or incident.newest.level != "ring" or is_held(incident)
    ahead = () if newest is None or quiet else newest.ahead
    reached = {one.sink: called_at(one) for one in told}
    waited = [one for one in ahead if one.receiver not in reached or reached[one.receiver] < one.at]
    late = now - _GRACE
    return WhoIsNext(
        told,
        [one for one in waited if one.at > late],
        [one for one in waited if one.at <= late],
    )


def called_at(said: Notification) -> datetime:
    """When people were called by a channel last, or told where nobody was called."""
    return said.calls.at if said.calls is not None and said.calls.done else said.at


def decides(told: Sequence[Notification]) -> str:
    """Who decides, as the newest word that names anybody has it; empty where none does."""
    return next((one.decides for one in reversed(told) if one.decides), "")


def where_taken(words: Words, incident: Incident) -> str:
    """Say where it was taken in hand; empty where nobody has it, or it is not known."""
    if not is_held(incident):
        return ""
    taken = next((one for one in reversed(incident.trail) if one.reason in _TAKEN), None)
    if taken is None or not taken.feedback:
        return ""
    found = (key for begin, key in _WHERE if taken.feedback.startswith(begin))
    return words.texts[next(found, "where_command")]


def next_line(words: Words, desk: Desk, incident: Incident) -> Html | None:
    """Say in a line who is called next, and who should have been."""
    found = who_is_next(incident, desk.notified(incident.newest.incident), desk.now)
    said = [*_overdue(words, desk, found), *_due(words, desk, found)]
    return paragraph(*said, class_="small") if said else None


def calls_block(words: Words, desk: Desk, incident: Incident) -> Html:
    """Say who was called and when, who is next, and who decides."""
    found = who_is_next(incident, desk.notified(incident.newest.incident), desk.now)
    lines = [_told(words, desk, one) for one in found.told]
    ahead = [*_overdue(words, desk, found), *_due(words, desk, found)]
    who = decides(found.told)
    return block(
        words.texts["heading_calls"],
        tag("ul", *lines, class_="lines") if lines else None,
        None if lines else paragraph(words.texts["calls_unknown"], class_="soft"),
        paragraph(*ahead) if ahead else None,
        paragraph(words.say("calls_decides", who=outside(who, 200))) if who else None,
        key="calls",
        live=True,
    )


def _told(words: Words, desk: Desk, said: Notification) -> Html:
    made = said.calls.done if said.calls is not None else 0
    key = "calls_told" if not made else "calls_called" if made == 1 else "calls_again"
    what = words.say(key, n=words.number(made))
    name = tag("strong", outside(said.sink, _NAME))
    return tag("li", name, " ", what, " ", clock(words, called_at(said), beside=desk.now))


def _due(words: Words, desk: Desk, found: WhoIsNext) -> list[Child]:
    said: list[Child] = []
    for one in found.due:
        said += [words.texts["calls_then" if said else "calls_due"], *_one(words, desk, one)]
    return [*said, ". "] if said else []


def _overdue(words: Words, desk: Desk, found: WhoIsNext) -> list[Child]:
    said: list[Child] = []
    for one in found.overdue:
        said += [*_one(words, desk, one), words.colon, " ", words.texts["calls_overdue"], " "]
    return said


def _one(words: Words, desk: Desk, one: NextCall) -> tuple[Child, ...]:
    name = tag("strong", outside(one.receiver, _NAME))
    return name, " ", clock(words, one.at, beside=desk.now)
