"""What happened, in order: peak, own posts against waves, who did what, what was missed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.alerting.message.compose import message_of
from agents.alerting.message.neutral import outside
from agents.alerting.message.sections import evidence
from agents.web.clock import clock, time_of
from agents.web.layout import block, foot, lines, page, paragraph
from agents.web.markup import Child, Html, tag
from agents.web.store.courses import Slot
from agents.web.store.tables import HOUR_S
from agents.web.tasks import open_tasks, tasks_of
from agents.web.views.course import chart, joined, window_of_incident
from agents.web.views.desk import OVER, Desk, is_cut
from agents.web.views.parts import as_of, back_and_other, chip, figures, meter
from agents.web.views.tasks import task_line, task_steps
from pipeline.detection.incident.merge import Incident
from schemas.incident import Transition

_AFTER_S: Final = 3 * HOUR_S
"""How far after an own post the talk is looked at."""

_STEP_S: Final = 600


class Echo(NamedTuple):
    """How the talk went after a post of the brand's own: mentions an hour."""

    at_s: int
    before: float
    highest: float


def report(words: Words, desk: Desk, incident: Incident, other: str) -> str:
    """Return the page; of an incident that goes on it says so."""
    told = incident.newest
    brand = desk.find(told)
    message = message_of(told, brand)
    over = told.state in OVER
    span = window_of_incident(incident, desk)
    slots = desk.courses.course(told.brand, span[0], span[1], _STEP_S)
    title = words.say("report_title" if over else "report_so_far", brand=desk.name(told.brand))
    body = [
        paragraph(
            *back_and_other(words, told, "report", other),
            class_="screen soft small block",
        ),
        tag("div", tag("h1", title), class_="title"),
        tag("p", chip(words, incident), " ", meter(words, told, incident.worst)),
        paragraph(message.headline, class_="lede"),
        tag("div", figures(_figures(words, incident, slots)), class_="block"),
        block(
            words.texts["course"],
            chart(words, desk, told.brand, span, key="report", incident=incident),
            class_="card chart",
        ),
        block(
            words.texts["report_line"],
            paragraph(words.texts["report_cut"], class_="soft") if is_cut(incident) else None,
            tag("ol", *_timeline(words, desk, incident), class_="lines trail"),
        ),
        _left(words, desk, told),
        block(
            words.texts["report_own"],
            _echoes(words, echoes(desk.courses.own_posts(told.brand, *span), slots)),
        ),
        block(words.texts["report_missed"], lines(_missed(words, desk, incident, span))),
        foot(paragraph(message.footer), as_of(words, desk.now)),
    ]
    return page(words, title, body)


def _figures(
    words: Words, incident: Incident, slots: Sequence[Slot]
) -> Iterator[tuple[str, Child, Child]]:
    told = incident.newest
    peak = max(slots, key=_rate)
    yield (
        words.texts["report_peak"],
        words.number(round(peak.per_hour)),
        words.say("report_peak_at", moment=words.moment(time_of(peak.start_s))),
    )
    length = words.duration((told.at - incident.onset).total_seconds())
    yield (
        words.texts["report_length"],
        length,
        words.say("page_since", moment=words.moment(incident.onset)),
    )
    yield (
        words.texts["report_total"],
        words.number(told.volume.since_onset),
        words.say("usual_hour", usual=words.number(round(told.volume.usual_per_hour, 1))),
    )
    first = next(
        (step for step in incident.trail if step.reason in {"acknowledged", "snoozed"}), None
    )
    answered = "–"
    if first is not None and incident.rung_at is not None:
        answered = words.duration(max((first.at - incident.rung_at).total_seconds(), 0))
    by = outside(first.by, 60) if first is not None else words.texts["nobody"]
    yield words.texts["report_answered"], answered, by


def _rate(slot: Slot) -> float:
    return slot.per_hour


def _timeline(words: Words, desk: Desk, incident: Incident) -> Iterator[Html]:
    told = incident.newest
    events: list[tuple[datetime, str, str]] = [
        (
            step.at,
            words.texts.get(f"said_{step.reason}") or words.states[step.state],
            " · ".join(
                filter(
                    None,
                    (
                        words.say("page_step", severity=words.number(step.severity)),
                        outside(step.by, 60) if step.by else evidence.rule(words, step.reason),
                        outside(step.note) if step.note else "",
                    ),
                )
            ),
        )
        for step in incident.trail
    ]
    events += [
        (
            one.at,
            words.texts["note"],
            f"{outside(one.by, 60)}{words.colon} {outside(one.note, 1000)}",
        )
        for one in desk.archive.notes(told.incident)
    ]
    events += task_steps(words, tasks_of(desk.archive.task_steps(told.incident)))
    events.append((incident.onset, words.texts["pin_onset"], ""))
    for at, what, more in sorted(events, key=_at):
        shown = tag("strong", what[:1].upper() + what[1:])
        yield tag("li", clock(words, at), tag("span", shown, f" · {more}" if more else None))


def _left(words: Words, desk: Desk, told: Transition) -> Html | None:
    """What was to be done and is not done yet."""
    left = open_tasks(desk.archive.task_steps(told.incident))
    if not left:
        return None
    said = [task_line(words, one, desk.now, beside=told.at) for one in left]
    return block(words.texts["tasks_open"], lines(said))


def _at(event: tuple[datetime, str, str]) -> datetime:
    return event[0]


def echoes(own_s: Sequence[int], slots: Sequence[Slot]) -> list[Echo]:
    """How the talk went after each own post; those within an hour of another count as one.

    >>> quiet, wave = Slot(0, 600, mentions=10), Slot(3600, 600, mentions=100)
    >>> echoes([700], [quiet, wave])
    [Echo(at_s=700, before=60.0, highest=600.0)]
    """
    found: list[Echo] = []
    for at_s in own_s:
        if found and at_s - found[-1].at_s < HOUR_S:
            continue
        before = [slot.per_hour for slot in slots if slot.start_s + slot.width_s <= at_s][-3:]
        after = [slot.per_hour for slot in slots if at_s <= slot.start_s < at_s + _AFTER_S]
        if before and after:
            found.append(Echo(at_s, sum(before) / len(before), max(after)))
    return found


def _echoes(words: Words, found: Sequence[Echo]) -> Html:
    if not found:
        return paragraph(words.texts["report_own_none"], class_="soft")
    said = [
        words.say(
            "report_echo",
            moment=words.moment(time_of(one.at_s)),
            before=words.number(round(one.before)),
            highest=words.number(round(one.highest)),
        )
        for one in found
    ]
    return tag("div", lines(said), paragraph(words.texts["report_echo_how"], class_="soft small"))


def _missed(words: Words, desk: Desk, incident: Incident, span: tuple[int, int]) -> list[Child]:
    told = incident.newest
    said: list[Child] = list(evidence.completeness(words, told).lines)
    # Gaps of several sources overlap, and count once.
    gaps = joined([(gap.start_s, gap.end_s) for gap in desk.courses.gaps(told.brand, *span)])
    missed = sum(min(end_s, span[1]) - max(start_s, span[0]) for start_s, end_s in gaps)
    if missed > 0:
        said.append(words.say("report_gaps", duration=words.duration(missed)))
    if incident.rung_at is not None:
        late = incident.rung_at - incident.onset
        if late > timedelta():
            said.append(words.say("report_late", duration=words.duration(late.total_seconds())))
    return said
