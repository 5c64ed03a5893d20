"""Tasks: the same in any order, for two who click at once, and after a topic is read again."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import permutations
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.web.forms import FormError, FormSender
from agents.web.playbooks import Playbooks
from agents.web.store.posts import STEPS, Archive, Remark
from agents.web.store.store import Store
from agents.web.task_forms import (
    TaskMovedError,
    new_task,
    next_step,
    offered,
    playbook_tasks,
    task_of_line,
)
from agents.web.tasks import Task, open_tasks, tasks_of
from schemas.codec import Decoder, encode
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from support.page_server import INCIDENT, NOW, PLAYBOOK, PLAYBOOK_FR, PageServer

T0 = datetime(2026, 12, 1, 3, tzinfo=UTC)
T0_S = int(T0.timestamp())
ANA = FormSender("ana", "i", "acme", T0)
BEN = FormSender("ben", "i", "acme", T0)


def remark(minute: int, by: str, step: str, task: str = "t", id_: str = "") -> Remark:
    at = T0 + timedelta(minutes=minute)
    return Remark(id_ or f"{task}-{minute}-{by}", at, by, "note", "Call the mill.", task, step)


def seen(said: Feedback) -> Remark:
    """A step as it comes back out of the store."""
    return Remark(
        said.id, said.at, said.by, said.kind, said.note, said.task, said.step or "", said.until
    )


STEPS_OF_TWO = st.lists(
    st.builds(
        remark,
        st.integers(0, 5),
        st.sampled_from(["ana", "ben"]),
        st.sampled_from(["added", "taken", "done", "reopened"]),
        st.sampled_from(["t", "u"]),
    ),
    unique_by=lambda one: one.id,
)


@given(STEPS_OF_TWO, st.randoms())
def test_what_becomes_of_a_task_hangs_on_no_order_of_reading(
    steps: list[Remark], chance: object
) -> None:
    mixed = list(steps)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    found = tasks_of(mixed)
    assert found == tasks_of(steps)
    assert {one.id for one in found} == {one.task for one in steps}
    for one in found:
        assert one.is_open == (not one.done_by)
        assert one.newest == max((s for s in steps if s.task == one.id), key=lambda s: s[1::-1]).id


def test_who_took_it_last_has_it_and_who_was_done_first_did_it() -> None:
    steps = [remark(0, "ana", "added"), remark(1, "ana", "taken"), remark(2, "ben", "taken")]
    [task] = tasks_of(steps)
    assert (task.holder, task.is_open, task.added_by) == ("ben", True, "ana")
    [task] = tasks_of([*steps, remark(3, "ana", "done"), remark(4, "ben", "done")])
    assert (task.done_by, task.done_at) == ("ana", T0 + timedelta(minutes=3))
    assert [one.step for one in task.steps] == ["added", "taken", "taken", "done"]
    [task] = tasks_of([*steps, remark(3, "ana", "done"), remark(5, "ben", "reopened")])
    assert (task.is_open, task.holder, task.done_by) == (True, "ben", "")
    assert (
        tasks_of([*steps, remark(3, "ana", "done"), remark(4, "ben", "taken")])[0].holder == "ben"
    )
    assert open_tasks([*steps, remark(3, "ana", "done")]) == []


def test_the_most_urgent_comes_first_and_what_is_done_last() -> None:
    steps = [
        remark(0, "ana", "added", "done"), remark(1, "ana", "done", "done"),
        remark(0, "ana", "added", "whenever"),
        remark(2, "ana", "added", "late")._replace(until=T0 + timedelta(minutes=3)),
        remark(1, "ana", "added", "soon")._replace(until=T0 + timedelta(hours=1)),
    ]  # fmt: skip
    found = tasks_of(steps)
    assert [one.id for one in found] == ["late", "soon", "whenever", "done"]
    assert [one.is_late(T0 + timedelta(minutes=9)) for one in found] == [True, False, False, False]


def test_a_form_says_a_step_that_a_reader_without_tasks_takes_for_a_note() -> None:
    said = new_task(ANA, {"note": " Call \r\n the mill. ", "hours": "2", "once": "1"})
    assert (said.kind, said.step, said.task, said.note) == (
        "note",
        "added",
        said.id,
        "Call the mill.",
    )
    assert said.until == T0 + timedelta(hours=2)
    assert Decoder(Feedback).decode(encode(said)) == said
    assert new_task(ANA, {"note": "Call.", "hours": "", "once": "1"}).until is None
    # What 0.2.0 and earlier know of a record is all that is in it beside two fields.
    known = msgspec.json.decode(encode(said))
    assert {"task", "step"} < set(known)
    old = {name: value for name, value in known.items() if name not in {"task", "step"}}
    assert Decoder(Feedback).decode(msgspec.json.encode(old)).note == "Call the mill."


@pytest.mark.parametrize(
    "form",
    [
        {"note": "", "once": "1"}, {"note": "x" * 281, "once": "1"}, {"note": "a", "once": ""},
        {"note": "a", "hours": "3", "once": "1"}, {"note": "a\u202eb", "once": "1"},
    ],
)  # fmt: skip
def test_what_the_page_did_not_make_adds_nothing(form: dict[str, str]) -> None:
    with pytest.raises(FormError):
        new_task(ANA, form)


def form_of(task: Task, step: str, once: str = "1") -> dict[str, str]:
    return {"task": task.id, "seen": task.newest, "step": step, "once": once}


def test_of_two_who_click_at_once_the_second_is_told() -> None:
    first = seen(new_task(ANA, {"note": "Call.", "once": "1"}))
    [task] = tasks_of([first])
    form = form_of(task, "taken")
    mine = next_step(ANA, form, [task])
    assert mine
    [task] = tasks_of([first, seen(mine)])
    with pytest.raises(TaskMovedError):
        next_step(BEN, form, [task])
    assert next_step(ANA, form, [task]) is None, "the same form again"
    theirs = next_step(BEN, form_of(task, "taken"), [task])
    assert theirs
    [task] = tasks_of([first, seen(mine), seen(theirs)])
    assert task.holder == "ben"
    assert next_step(ANA, form, [task]) is None, "an old form takes it from nobody"
    with pytest.raises(TaskMovedError):
        next_step(ANA, form | {"task": "none"}, [task])
    with pytest.raises(FormError):
        next_step(ANA, form | {"step": "added"}, [task])


def test_a_clock_that_is_behind_undoes_nothing() -> None:
    ahead = ANA._replace(at=T0 + timedelta(seconds=30))
    steps = [seen(new_task(ahead, {"note": "Call.", "once": "1"}))]
    for who, step in ((BEN, "done"), (ANA, "reopened"), (BEN, "taken")):
        [task] = tasks_of(steps)
        said = next_step(who, form_of(task, step), [task])
        assert said
        assert said.at > task.moved_at
        steps.append(seen(said))
    [task] = tasks_of(steps)
    assert (task.is_open, task.holder) == (True, "ben")


def test_the_lines_of_a_playbook_are_the_same_tasks_whoever_adds_them() -> None:
    books = Playbooks({"default": PLAYBOOK, "default.fr": PLAYBOOK_FR})
    english, french = books.of("any", "en"), books.of("any", "fr")
    assert english
    assert french
    assert english.tasks == (
        "Have the film checked: is it genuine?", "Put one voice in charge of answers",
    )  # fmt: skip
    assert "☐ Have the film" in english.html
    assert "[ ]" not in english.html
    both = [*playbook_tasks(ANA, english, ()), *playbook_tasks(BEN, english, ())]
    assert len({one.id for one in both}) == 4
    known = tasks_of(map(seen, both))
    assert [one.what for one in known if one.added_by in {"ana", "ben"}] == list(english.tasks)
    assert playbook_tasks(ANA, english, known) == []
    assert playbook_tasks(ANA, french, known) == [], "the same in other words"
    # One was added and the other not, since Kafka was away: it is offered still.
    assert offered(english, {task_of_line(english, english.tasks[0])}) == [english.tasks[1]]


def test_what_is_no_task_list_is_shown_as_it_stands() -> None:
    text = "[ ] not in a list\n\n- [x] done\n- plain\n- [ ]\n\n1. [ ] **Call**\n   `now` <b>\n"
    book = Playbooks({"default": text}).of("any", "en")
    assert book
    assert book.tasks == ("Call now <b>",)
    assert "<p>[ ] not in a list</p>" in book.html
    assert "☐ <strong>Call</strong>" in book.html
    assert "<b>" not in book.html


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/page.db")
    yield made
    made.close()


def test_a_topic_that_is_read_again_in_another_order_makes_the_same_tasks(store: Store) -> None:
    first = new_task(ANA, {"note": "Call.", "hours": "1", "once": "1"})
    [task] = tasks_of([seen(first)])
    taken = next_step(BEN, form_of(task, "taken"), [task])
    # Ana's browser sends its form twice, before the store knows of the first.
    done = [next_step(ANA._replace(at=T0 + timedelta(seconds=s)), form_of(task, "done"), [task])
            for s in (5, 9)]  # fmt: skip
    told = [one for one in (first, taken, *done) if one is not None]
    assert len(told) == 4
    made = set()
    for number, order in enumerate(permutations(told)):
        store.erase()
        for one in (*order, order[0]):
            store.take_remark(one, T0_S)
            if number % 2:
                store.flush()
        store.flush()
        [found] = tasks_of(Archive(store).task_steps("i"))
        made.add(found)
    [found] = made
    assert (found.holder, found.done_by, found.done_at) == ("ben", "ana", T0 + timedelta(seconds=5))
    assert found.until == T0 + timedelta(hours=1)
    assert Archive(store).notes("i") == []
    assert Archive(store).how_many_notes("i") == 0


def test_a_task_whose_beginning_is_kept_no_more_is_told_by_its_later_steps(store: Store) -> None:
    first = new_task(ANA, {"note": "Call.", "hours": "1", "once": "1"})
    [task] = tasks_of([seen(first)])
    taken = next_step(BEN, form_of(task, "taken"), [task])
    assert taken
    store.take_remark(first, T0_S)
    store.take_remark(taken, T0_S + 100)
    store.flush()
    assert store.prune(T0_S + 50) == 1
    [left] = tasks_of(Archive(store).task_steps("i"))
    assert (left.what, left.holder, left.until) == ("Call.", "ben", first.until)
    assert left.added_by == ""
    assert store.prune(T0_S + 150) == 1
    assert Archive(store).task_steps("i") == []


def test_of_very_many_steps_the_newest_are_told(store: Store) -> None:
    for number in range(STEPS + 5):
        late = ANA._replace(at=T0 + timedelta(seconds=number))
        store.take_remark(new_task(late, {"note": f"{number}", "once": f"{number}"}), T0_S)
    store.flush()
    assert tasks_of(Archive(store).task_steps("i"))[0].what == "5"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_is_to_be_forgotten_is_named_in_no_task_and_no_note(
    store: Store, order: tuple[int, ...]
) -> None:
    gone = Deletion(id="d", at=T0, kind="author", subject="17", handle="@Loud_Critic", by="x")
    task = new_task(ANA, {"note": "Answer @loud_critic. Tell Ana@acme.example", "once": "1"})
    note = msgspec.structs.replace(
        task, id="n", task="", step=None, note="See https://x.com/loud_critic/status/9, please"
    )
    steps = (
        lambda: store.take_remark(task, T0_S),
        lambda: store.take_remark(note, T0_S),
        lambda: store.forget(gone),
    )
    for number in order:
        steps[number]()
        store.flush()
    archive = Archive(store)
    [known], [told] = tasks_of(archive.task_steps("i")), archive.notes("i")
    assert re.fullmatch(r"Answer ~\w{8}\. Tell Ana@acme\.example", known.what)
    assert re.fullmatch(r"See ~\w{8}, please", told.note)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PageServer]:
    made = PageServer(tmp_path, count=2, days=0.1)
    made.ring()
    with made.serving():
        yield made


def get(server: PageServer, path: str, user: str = "ana", language: str = "en") -> str:
    headers = {"X-User": user, "Accept-Language": language}
    with urlopen(Request(server.address + path, headers=headers), timeout=20) as answer:  # noqa: S310 - of this machine
        text: str = answer.read().decode()
    return text


def forms(text: str) -> list[dict[str, str]]:
    """The hidden fields of the forms of tasks, with what the first button of each says."""
    found = []
    for body in re.findall(r'<form[^>]*/tasks"[^>]*>(.*?)</form>', text, re.DOTALL):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', body))
        fields["step"] = re.findall(r'name="step" value="(\w+)"', body)[0]
        found.append({name: unescape(value) for name, value in fields.items()})
    return found


def send(server: PageServer, form: dict[str, str], user: str = "ana") -> tuple[int, str]:
    request = Request(  # noqa: S310 - of this machine
        f"{server.address}/incidents/{INCIDENT}/tasks",
        data=urlencode(form).encode(),
        headers={"X-User": user, "Origin": server.address, "Sec-Fetch-Site": "same-origin"},
    )
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310 - of this machine
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_task_is_added_taken_done_and_reopened_by_forms_alone(server: PageServer) -> None:
    page = f"/incidents/{INCIDENT}"
    [book, add] = forms(get(server, page))
    assert (book["step"], book["book"], add["step"]) == ("playbook", "default.md", "added")
    assert send(server, add | {"note": "Call <b>the</b> mill.", "hours": "1"})[0] == 200
    for step, user, said in (
        ("taken", "ben", "ben has it"), ("done", "ben", "done by ben"),
        ("reopened", "ana", "ben has it"),
    ):  # fmt: skip
        form = next(one for one in forms(get(server, page, user)) if "task" in one)
        status, text = send(server, form | {"step": step}, user)
        assert status == 200
        assert said in text
        assert "&lt;b&gt;the&lt;/b&gt;" in text
        assert "<b>the" not in text
    assert [(one.kind, one.step, one.by) for one in server.said] == [
        ("note", "added", "ana"), ("note", "taken", "ben"), ("note", "done", "ben"),
        ("note", "reopened", "ana"),
    ]  # fmt: skip
    told = msgspec.json.decode(get(server, f"/api/v1{page}"))
    [task] = told["tasks"]
    assert (task["holder"], task["done_at"], task["added_by"]) == ("ben", None, "ana")
    assert task["until"] == "2026-11-29T02:52:10Z"
    brief, report = get(server, f"{page}/brief"), get(server, f"{page}/report")
    assert "Call &lt;b&gt;the&lt;/b&gt; mill. (ben has it, by 02:52 UTC)" in brief
    assert [report.count(f">{one}<") for one in ("Task", "Task taken", "Task done")] == [1, 1, 1]
    assert "Still to do" in report
    server.now = NOW + timedelta(hours=2)
    assert "overdue" in get(server, page)
    assert "en retard" in get(server, page, language="fr")


def test_two_who_take_it_at_once_are_told_apart(server: PageServer) -> None:
    page = f"/incidents/{INCIDENT}"
    send(server, forms(get(server, page))[1] | {"note": "Call."})
    ana, ben = (
        next(one for one in forms(get(server, page, user)) if "task" in one)
        for user in ("ana", "ben")
    )
    assert send(server, ana)[0] == 200
    status, text = send(server, ben, "ben")
    assert (status, "Somebody was faster" in text) == (409, True)
    assert send(server, ana)[0] == 200, "the same form again is no second step"
    assert [(one.step, one.by) for one in server.said] == [("added", "ana"), ("taken", "ana")]


def test_a_playbook_is_taken_over_with_one_button_and_only_as_it_was_shown(
    server: PageServer,
) -> None:
    page = f"/incidents/{INCIDENT}"
    book = forms(get(server, page))[0]
    assert send(server, book | {"book": "other.md"})[0] == 409
    assert "Add the 2 of the playbook" in get(server, page)
    assert send(server, book)[0] == 200
    assert [one.step for one in server.said] == ["added", "added"]
    for language in ("en", "fr"):
        assert 'value="playbook"' not in get(server, page, language=language)


@pytest.mark.parametrize("user", ["", "eve"])
def test_nobody_and_somebody_elses_form_change_nothing(server: PageServer, user: str) -> None:
    form = forms(get(server, f"/incidents/{INCIDENT}"))[1] | {"note": "Call."}
    assert send(server, form, user)[0] == 403
    assert "/tasks" not in get(server, f"/incidents/{INCIDENT}", "")
    assert server.said == []
