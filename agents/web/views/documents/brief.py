"""One page of A4 for those who decide: what, how much, what is not known, what is done."""

from collections.abc import Sequence
from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.compose import message_of
from agents.alerting.message.neutral import outside
from agents.alerting.message.sections import evidence
from agents.web.layout import page, paragraph
from agents.web.markup import Child, Html, tag
from agents.web.tasks import open_tasks
from agents.web.views.course import chart, window_of_incident
from agents.web.views.desk import Desk, is_held
from agents.web.views.parts import back_and_other, chip, figures, meter
from agents.web.views.tasks import task_line
from pipeline.detection.incident.merge import Incident
from schemas.incident import Transition

_LINES: Final = 4
_STEPS: Final = 3
_NOTES: Final = 2
_TASKS: Final = 3
_CHARACTERS: Final = 150
_WRITTEN: Final = 60
"""Characters of what people wrote themselves, so that who and when still has room beside it."""


def brief(words: Words, desk: Desk, incident: Incident, other: str) -> str:
    """Return the page. ``other``: code of the other language, to which a link leads."""
    told = incident.newest
    brand = desk.find(told)
    message = message_of(told, brand)
    name = desk.name(told.brand)
    title = words.say("brief_title", brand=name)
    seen, advice = message.closing
    near = evidence.nearest(words, told)
    against = [
        line
        for part in message.parts
        if part.heading == words.texts["heading_against"]
        for line in part.lines
    ]
    unknown = [*seen.lines, words.texts["brief_elsewhere"]]
    decide = " ".join(advice.lines)
    left = _left(words, desk, told)
    body = [
        paragraph(
            *back_and_other(words, told, "brief", other),
            " · ",
            words.texts["brief_print"],
            class_="screen soft small",
        ),
        tag(
            "article",
            paragraph(
                words.say("brief_as_of", moment=words.moment(desk.until(told.brand))),
                class_="soft small",
            ),
            tag("h1", title),
            tag("p", chip(words, incident), " ", meter(words, told)),
            _section(words, "brief_situation", [f"{message.headline}.", message.why]),
            tag("div", tag("strong", words.texts["brief_decision"]), " ", decide, class_="ask"),
            figures((fact.label, fact.value, fact.beside) for fact in message.facts[:4]),
            tag(
                "div",
                chart(
                    words,
                    desk,
                    told.brand,
                    window_of_incident(incident, desk),
                    key="brief",
                    incident=incident,
                ),
                class_="chart",
            ),
            tag(
                "div",
                _listed(words, "brief_like", near or [words.texts["like_nothing"]]),
                _listed(words, "brief_unknown", unknown),
                _listed(words, "brief_against", against or [words.texts["brief_against_none"]]),
                _listed(words, "brief_done", _done(words, desk, incident)),
                _listed(words, "tasks_open", left) if left else None,
                class_="two",
            ),
            paragraph(message.footer, class_="soft small"),
            class_="sheet",
        ),
    ]
    return page(words, title, body)


def _section(words: Words, heading: str, said: Sequence[str]) -> Html:
    return tag("section", tag("h2", words.texts[heading]), paragraph(" ".join(filter(None, said))))


def _listed(words: Words, heading: str, said: Sequence[Child]) -> Html:
    shown = [
        one if isinstance(one, Html) else outside(str(one), _CHARACTERS) for one in said[:_LINES]
    ]
    return tag(
        "section",
        tag("h2", words.texts[heading]),
        tag("ul", *(tag("li", one) for one in shown), class_="plain"),
    )


def _done(words: Words, desk: Desk, incident: Incident) -> list[Child]:
    told = incident.newest
    done: list[Child] = []
    if not is_held(incident):
        done.append(words.texts["nobody_has_it"])
    for step in [one for one in incident.trail if one.by][-_STEPS:]:
        said = words.texts.get(f"said_{step.reason}") or words.states[step.state]
        at = words.moment(step.at, beside=told.at)
        done.append(f"{at} {said} ({outside(step.by, 60)})")
    notes = desk.archive.notes(told.incident, _NOTES)
    done += [
        f"{words.moment(note.at, beside=told.at)} {outside(note.by, 60)}{words.colon} "
        f"{outside(note.note, _WRITTEN)}"
        for note in notes
    ]
    return done or [words.texts["brief_done_none"]]


def _left(words: Words, desk: Desk, told: Transition) -> list[Child]:
    """What is still to be done: the most urgent, and how many more there are."""
    tasks = open_tasks(desk.archive.task_steps(told.incident))
    said: list[Child] = [
        task_line(words, one, desk.now, beside=told.at, most=_WRITTEN) for one in tasks[:_TASKS]
    ]
    if len(tasks) > _TASKS:
        said.append(words.count("tasks_more", len(tasks) - _TASKS))
    return said
