"""What the forms of tasks say, as feedback."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from agents.web.forms import (
    NOTE_CHARACTERS,
    FormError,
    FormSender,
    chosen,
    id_of,
    is_plain,
    line_of,
    once_of,
)
from agents.web.playbooks import Playbook
from agents.web.tasks import OFFERED, Task
from schemas.feedback import Feedback, TaskStep

TASK_HOURS: Final = (1, 2, 4, 8, 24, 48)


class TaskMovedError(Exception):
    """Somebody else was faster: the task is no longer as the form showed it."""


def new_task(sender: FormSender, form: Mapping[str, str]) -> Feedback:
    """Return the first step of a task that somebody wrote down.

    Raises:
        FormError: it is not one of the page's.
    """
    hours = form.get("hours", "")
    until = sender.at + timedelta(hours=chosen(hours, TASK_HOURS)) if hours else None
    id_ = id_of(sender, "task", once_of(form))
    return _step(sender, "added", id_=id_, task=id_, what=line_of(form), until=until)


def next_step(
    sender: FormSender, form: Mapping[str, str], known: Iterable[Task]
) -> Feedback | None:
    """Return what somebody did about one of the ``known`` tasks; None where it was said already.

    Its time is after that of the step that the person saw, whatever the clocks of two pages say.

    Raises:
        FormError: it is not one of the page's.
        TaskMovedError: somebody else was faster.
    """
    step = next((one for one in OFFERED if one == form.get("step")), None)
    if step is None:
        raise FormError
    id_ = id_of(sender, f"{form.get('task', '')}\n{step}", once_of(form))
    task = next((one for one in known if one.id == form.get("task")), None)
    if task is not None and id_ in {one.id for one in task.steps}:
        return None
    if task is None or form.get("seen") != task.newest:
        raise TaskMovedError
    later = sender._replace(at=max(sender.at, task.moved_at + timedelta(microseconds=1)))
    return _step(later, step, id_=id_, task=task.id, what=task.what, until=task.until)


def playbook_tasks(sender: FormSender, book: Playbook, known: Iterable[Task]) -> list[Feedback]:
    """Return the first steps of the tasks that a playbook names and that are not there yet.

    A line of a playbook is the same task whoever adds it, so that two who do so at once make one.
    """
    return [
        _step(
            sender,
            "added",
            id_=id_of(sender, "playbook", task_of_line(book, line)),
            task=task_of_line(book, line),
            what=line[:NOTE_CHARACTERS],
        )
        for line in offered(book, {task.id for task in known})
    ]


def offered(book: Playbook, there: Collection[str]) -> list[str]:
    """Return the lines of a playbook that may be made tasks, beside those whose ids are ``there``.

    None where tasks of its translation are there: these are the same in other words.

    >>> from agents.web.markup import Html
    >>> book = Playbook("default.md", Html(""), ("Call.", "Write."))
    >>> offered(book, {task_of_line(book, "Call.")}), offered(book, ())
    (['Write.'], ['Call.', 'Write.'])
    >>> offered(Playbook("default.fr.md", Html(""), ("Appeler.",)), {task_of_line(book, "Call.")})
    []
    """
    lines = [line for line in dict.fromkeys(book.tasks) if is_plain(line)]
    missing = [line for line in lines if task_of_line(book, line) not in there]
    begun = any(one.startswith(_mark(book)) for one in there)
    return missing if len(missing) < len(lines) or not begun else []


def task_of_line(book: Playbook, line: str) -> str:
    """Return the id of the task that a line of a playbook is."""
    return f"{_mark(book)}{_short(line)}"


def _mark(book: Playbook) -> str:
    return f"playbook-{_short(book.stem)}-"


def _short(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _step(
    sender: FormSender,
    step: TaskStep,
    *,
    id_: str,
    task: str,
    what: str,
    until: datetime | None = None,
) -> Feedback:
    return Feedback(
        id=id_,
        brand=sender.brand,
        at=sender.at,
        by=sender.user,
        kind="note",
        incident=sender.incident,
        until=until,
        note=what,
        task=task,
        step=step,
    )
