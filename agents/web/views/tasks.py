"""Tasks of an incident: what is to be done, who has it, until when; and the forms to say so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.neutral import outside
from agents.web.clock import clock
from agents.web.forms import NOTE_CHARACTERS
from agents.web.layout import block, paragraph
from agents.web.markup import Child, Html, join, tag
from agents.web.playbooks import Playbook
from agents.web.task_forms import TASK_HOURS, offered
from agents.web.tasks import Task, tasks_of
from agents.web.views.desk import Desk
from agents.web.views.parts import Visitor, sent_to
from pipeline.detection.incident.merge import Incident
from schemas.incident import Transition

_NAME: Final = 60
_CHARACTERS: Final = 1_000
_PART: Final = "tasks"


def tasks_block(words: Words, desk: Desk, incident: Incident, visitor: Visitor | None) -> Html:
    """Show all tasks, those to be done first, with a button for each thing that can be said."""
    told = incident.newest
    known = tasks_of(desk.archive.task_steps(told.incident))
    shown = [_task(words, desk.now, told, one, visitor) for one in known if one.is_open]
    done = [_task(words, desk.now, told, one, visitor) for one in known if not one.is_open]
    book = desk.playbooks.of(told.pattern, words.code)
    return block(
        words.texts["tasks"],
        tag(
            "div",
            tag("ul", *shown, class_="lines tasks") if shown else None,
            None if known else paragraph(words.texts["tasks_none"], class_="soft"),
            _done(words, done) if done else None,
            _offer(words, told, book, known, visitor) if visitor and book else None,
            id="tasks-kept",
            data_live=True,
        ),
        _add(words, told, visitor) if visitor else None,
    )


def task_line(
    words: Words, task: Task, now: datetime, *, beside: datetime, most: int = _CHARACTERS
) -> str:
    """Say a task in one line: what, in at most so many characters, who has it, until when."""
    parts = [_holder(words, task)]
    if task.until is not None:
        parts.append(f"{words.texts['task_by']} {words.moment(task.until, beside=beside)}")
    if task.is_late(now):
        parts.append(words.texts["task_late"])
    return f"{outside(task.what, most)} ({', '.join(parts)})"


def task_steps(words: Words, tasks: Sequence[Task]) -> list[tuple[datetime, str, str]]:
    """Return who did what about tasks: when, which step, and by whom about which task."""
    return [
        (
            step.at,
            words.texts[f"task_step_{step.step}"],
            f"{outside(step.by, _NAME)}{words.colon} {outside(step.note, _CHARACTERS)}",
        )
        for task in tasks
        for step in task.steps
    ]


def _done(words: Words, lines: Sequence[Html]) -> Html:
    return tag(
        "details",
        tag("summary", words.count("tasks_done", len(lines))),
        tag("ul", *lines, class_="lines tasks"),
        id="tasks-done",
    )


def _task(
    words: Words, now: datetime, told: Transition, task: Task, visitor: Visitor | None
) -> Html:
    return tag(
        "li",
        tag("span", outside(task.what, _CHARACTERS), class_="what"),
        tag("span", *_state(words, now, told, task), class_="under"),
        _buttons(words, told, task, visitor) if visitor else None,
    )


def _state(words: Words, now: datetime, told: Transition, task: Task) -> list[Child]:
    """Who has it and until when, or who did it."""
    if task.done_at is not None:
        by = words.say("task_done_by", by=outside(task.done_by, _NAME))
        return [by, ", ", clock(words, task.done_at, beside=told.at)]
    said: list[Child] = [_holder(words, task)]
    if task.until is not None:
        said += [" · ", words.texts["task_by"], " ", clock(words, task.until, beside=told.at)]
    if task.is_late(now):
        said += [" · ", tag("strong", words.texts["task_late"])]
    return said


def _holder(words: Words, task: Task) -> str:
    if not task.holder:
        return words.texts["task_nobody"]
    return words.say("task_held", by=outside(task.holder, _NAME))


def _buttons(words: Words, told: Transition, task: Task, visitor: Visitor) -> Html:
    """What can be said of it now; each button is called after its task, too, for who hears it."""
    if not task.is_open:
        steps = ["reopened"]
    elif task.holder == visitor.user:
        steps = ["done"]
    else:
        steps = ["taken", "done"]
    buttons = [
        tag(
            "button",
            words.texts[f"task_say_{step}"],
            name="step",
            value=step,
            class_="second slim",
            aria_label=f"{words.texts[f'task_say_{step}']}{words.colon} "
            f"{outside(task.what, _CHARACTERS)}",
        )
        for step in steps
    ]
    return sent_to(
        told,
        visitor,
        _PART,
        tag("div", *buttons, class_="row"),
        task=task.id,
        seen=task.newest,
    )


def _offer(
    words: Words, told: Transition, book: Playbook, known: Sequence[Task], visitor: Visitor
) -> Html | None:
    lines = offered(book, {task.id for task in known})
    if not lines:
        return None
    button = tag(
        "button",
        words.count("tasks_from_playbook", len(lines)),
        name="step",
        value="playbook",
        class_="second",
    )
    return sent_to(told, visitor, _PART, tag("div", button, class_="row"), book=book.name)


def _add(words: Words, told: Transition, visitor: Visitor) -> Html:
    most = str(NOTE_CHARACTERS)
    what = tag("input", type="text", name="note", maxlength=most, required=True, autocomplete="off")
    hours = [
        tag("option", words.texts["task_no_time"], value=""),
        *(tag("option", words.count("task_in", one), value=str(one)) for one in TASK_HOURS),
    ]
    return sent_to(
        told,
        visitor,
        _PART,
        tag("label", words.texts["task_field"], what),
        tag(
            "div",
            tag("select", join(hours), name="hours", aria_label=words.texts["task_when"]),
            tag("button", words.texts["task_add"], name="step", value="added", class_="second"),
            class_="row",
        ),
    )
