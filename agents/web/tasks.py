"""Tasks of an incident, as what people said makes them. Pure.

A task is nothing but its steps, each a note on ``tocsin.feedback`` that names it. What has become
of it follows from them in the order of their own times, whatever order they were read in: whoever
took it last has it, the first who was done is who did it, and a step that changes nothing any more
(a second "done") is left out. So two people may click at once, and every page says the same of it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from agents.web.store.posts import Remark
from schemas.feedback import TaskStep

OFFERED: Final[tuple[TaskStep, ...]] = ("taken", "done", "reopened")
"""What can be said of a task that is there."""


class Task(NamedTuple):
    """``what`` is to be done, ``until`` when if that was said; who added it, has it and did it.

    Names are empty where there is nobody, or it is known no more. ``added_at``: time of the first
    step that is known. ``steps``: those that changed something, the first first. ``newest``: id of
    the newest step of all; ``moved_at``: its time.
    """

    id: str
    what: str
    until: datetime | None
    added_by: str
    added_at: datetime
    holder: str
    done_by: str
    done_at: datetime | None
    steps: tuple[Remark, ...]
    newest: str
    moved_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None

    def is_late(self, now: datetime) -> bool:
        """Whether it should be done by now, and is not."""
        return self.is_open and self.until is not None and self.until < now


def tasks_of(steps: Iterable[Remark]) -> list[Task]:
    """Return the tasks that these steps make: open ones first, the most urgent before all others.

    >>> from datetime import UTC
    >>> def said(n, by, step):
    ...     at = datetime(2026, 12, 1, 3, n, tzinfo=UTC)
    ...     return Remark(f"s{n}", at, by, "note", "Call the mill.", "t1", step)
    >>> [one] = tasks_of([said(2, "ben", "done"), said(0, "ana", "added"), said(1, "ben", "taken")])
    >>> one.what, one.added_by, one.holder, one.done_by
    ('Call the mill.', 'ana', 'ben', 'ben')
    """
    found: dict[str, Task] = {}
    for step in sorted(steps, key=_when):
        known = found.get(step.task)
        found[step.task] = _begun(step) if known is None else _after(known, step)
    return sorted(found.values(), key=_urgency)


def open_tasks(steps: Iterable[Remark]) -> list[Task]:
    """Return those that are still to be done."""
    return [task for task in tasks_of(steps) if task.is_open]


def _begun(step: Remark) -> Task:
    """Return what the first known step makes: what was before it may be kept no more."""
    taken, done = step.step == "taken", step.step == "done"
    return Task(
        id=step.task,
        what=step.note,
        until=step.until,
        added_by=step.by if step.step == "added" else "",
        added_at=step.at,
        holder=step.by if taken else "",
        done_by=step.by if done else "",
        done_at=step.at if done else None,
        steps=(step,),
        newest=step.id,
        moved_at=step.at,
    )


def _after(task: Task, step: Remark) -> Task:
    changed: dict[str, object] = {}
    if step.step == "added" and not task.added_by:
        changed = {"added_by": step.by}
    elif step.step == "taken" and task.is_open and task.holder != step.by:
        changed = {"holder": step.by}
    elif step.step == "done" and task.is_open:
        changed = {"done_by": step.by, "done_at": step.at}
    elif step.step == "reopened" and not task.is_open:
        changed = {"done_by": "", "done_at": None}
    if changed:
        changed["steps"] = (*task.steps, step)
    return task._replace(newest=step.id, moved_at=step.at, **changed)  # type: ignore[arg-type]


def _when(step: Remark) -> tuple[datetime, str]:
    return step.at, step.id


def _urgency(task: Task) -> tuple[bool, bool, datetime, datetime, str]:
    due = task.until or task.added_at
    return not task.is_open, task.until is None, due, task.added_at, task.id
