"""The page of one incident: what its alert says, how it went, and the forms to answer it."""

from collections.abc import Iterable, Sequence
from typing import Final, get_args

from agents.alerting.i18n import Words
from agents.alerting.message.brands import name_of
from agents.alerting.message.compose import message_of
from agents.alerting.message.model import Message, Part, Quote
from agents.alerting.message.neutral import outside
from agents.alerting.message.plain import plainly
from agents.alerting.message.sections import evidence
from agents.labelling import ATTACK_FIELD, ATTACK_WORDS, is_labelable, post_key
from agents.web.charts.likeness import likeness_chart, phase_number
from agents.web.clock import clock
from agents.web.forms import NOTE_CHARACTERS, SNOOZE_HOURS
from agents.web.language import lang_of
from agents.web.layout import block, foot, lines, page, paragraph, path_of, path_of_brand
from agents.web.markup import Html, tag
from agents.web.store.posts import NOTES, Remark
from agents.web.views.calls import calls_block, next_line
from agents.web.views.course import chart, window_of_incident
from agents.web.views.desk import OVER, Desk, is_cut, is_ringing
from agents.web.views.likeness import likeness_of
from agents.web.views.parts import Visitor, chip, figures, hidden, meter, sent_to, who_has_it
from agents.web.views.people import people_of_incident
from agents.web.views.strip import strip
from agents.web.views.tasks import tasks_block
from pipeline.detection.incident.merge import Incident, TrailStep
from schemas.brand import Brand
from schemas.feedback import Label
from schemas.incident import Transition

SAID: Final = ("ack", "snooze", "false_alarm", "labels", "note", "task")
_STEPS: Final = 40
_USUAL_HOURS: Final = 2
_NAME_CHARACTERS: Final = 60
_ANSWER: Final = "answer"


def detail(
    words: Words, desk: Desk, incident: Incident, *, visitor: Visitor | None, said: str
) -> str:
    """Return the page. ``said``: what was just kept."""
    told = incident.newest
    brand = desk.find(told)
    message = message_of(told, brand)
    seen, advice = message.closing
    hands = len(evidence.hands(words, told))
    kept = paragraph(words.texts[f"page_said_{said}"], class_="kept") if said in SAID else None
    first = [
        _decide(words, told, advice, message.parts[:hands], visitor),
        tag("div", _figures(message), class_="block"),
        _course(words, desk, incident),
        _likeness(words, desk, incident),
        *(_part(part) for part in message.parts[hands:]),
        people_of_incident(words, told, brand),
        _posts(words, told, brand, visitor),
    ]
    side = [
        calls_block(words, desk, incident),
        _part(seen),
        _playbook(words, desk, told),
        tasks_block(words, desk, incident, visitor),
        _documents(words, told),
        _notes(words, desk, incident, visitor),
        _trail(words, incident),
    ]
    body = [
        kept,
        tag(
            "div",
            tag(
                "div",
                chip(words, incident),
                tag("h1", tag("a", desk.title(told), href=path_of_brand(told.brand))),
                meter(words, told),
                class_="line title",
            ),
            paragraph(message.headline, class_="lede"),
            paragraph(message.why) if message.why else None,
            who_has_it(words, incident),
            next_line(words, desk, incident),
            id="headline",
            data_live=True,
        ),
        tag("div", tag("div", *first), tag("div", *side), class_="split"),
        foot(
            paragraph(
                message.footer,
                " ",
                words.say("page_as_of_once", time=words.time(desk.now)),
                " ",
                tag("a", words.texts["page_again"], href=path_of(told.incident)),
                " · ",
                tag("a", words.texts["page_back"], href="/"),
            ),
        ),
    ]
    rings = [one.newest.incident for one in desk.incidents if is_ringing(one)]
    return page(
        words,
        message.headline,
        body,
        heard=strip(words, _own(desk, told), desk.statuses, desk.now, desk.sources),
        rings=rings,
        count=len(rings),
    )


def _own(desk: Desk, told: Transition) -> Sequence[Brand]:
    known = desk.brands.get(told.brand)
    return (known,) if known is not None else ()


def _decide(
    words: Words,
    told: Transition,
    advice: Part,
    hands: Sequence[Part],
    visitor: Visitor | None,
) -> Html:
    """What to do and the answer stand together, right below the headline."""
    return block(
        advice.heading,
        lines(advice.lines),
        *(lines(part.lines) for part in hands),
        *_answers(words, told, visitor),
        class_="card decide",
        key="decide",
        live=True,
    )


def _figures(message: Message) -> Html:
    return figures(
        ((fact.label, fact.value, fact.beside) for fact in message.facts), class_="facts"
    )


def _course(words: Words, desk: Desk, incident: Incident) -> Html:
    span = window_of_incident(incident, desk)
    return block(
        words.texts["course"],
        chart(words, desk, incident.newest.brand, span, key="course", incident=incident),
        class_="card chart",
        key="course",
        live=True,
    )


def _likeness(words: Words, desk: Desk, incident: Incident) -> Html | None:
    """Lay its course over the named episode that it is most like, where it is like one."""
    found = likeness_of(desk, incident)
    if found is None:
        return None
    near, here = found
    name = outside(words.pattern(near.episode, near.title), _NAME_CHARACTERS)
    number = phase_number(here)
    phase = words.texts.get(f"phase_{near.episode}_{number}", "")
    said = words.say(
        "like_phase",
        phase=words.number(number),
        phases=words.number(len(here.episode.phases)),
        name=phase or outside(here.episode.phases[number - 1].name, _NAME_CHARACTERS),
    )
    came = words.texts.get(f"next_{near.episode}_{number}")
    return block(
        words.say("like_title", episode=name),
        paragraph(said),
        likeness_chart(words, here, brand=desk.name(incident.newest.brand), name=name),
        paragraph(tag("strong", words.texts["like_next"]), " ", came) if came else None,
        paragraph(words.texts[f"like_{here.episode.provenance}"], class_="soft small"),
        class_="card chart",
        key="likeness",
        live=True,
    )


def _playbook(words: Words, desk: Desk, told: Transition) -> Html | None:
    found = desk.playbooks.of(told.pattern, words.code)
    if found is None:
        hint = words.texts["playbook_none"] if not len(desk.playbooks) else ""
        return (
            block(words.texts["playbook"], paragraph(hint, class_="soft small")) if hint else None
        )
    return block(
        words.texts["playbook"],
        tag("div", found.html, class_="playbook"),
        paragraph(words.say("playbook_yours", name=outside(found.name, 80)), class_="soft small"),
    )


def _documents(words: Words, told: Transition) -> Html:
    links = [
        tag("a", words.texts["brief"], href=path_of(told.incident, part="brief")),
        tag("a", words.texts["report"], href=path_of(told.incident, part="report")),
        tag("a", words.texts["all_posts"], href=path_of(told.incident, part="posts")),
        tag("a", "JSON", href=f"/api/v1{path_of(told.incident)}"),
    ]
    return block(
        words.texts["documents"], tag("ul", *(tag("li", one) for one in links), class_="lines")
    )


def _notes(words: Words, desk: Desk, incident: Incident, visitor: Visitor | None) -> Html:
    told = incident.newest
    known = desk.archive.notes(told.incident)
    older = desk.archive.how_many_notes(told.incident) - len(known) if len(known) == NOTES else 0
    form = None
    if visitor is not None:
        field = tag(
            "textarea", name="note", rows="2", maxlength=str(NOTE_CHARACTERS), required=True
        )
        form = sent_to(
            told,
            visitor,
            _ANSWER,
            tag("label", words.texts["note_field"], field),
            _row(
                tag("button", words.texts["note_keep"], name="kind", value="note", class_="second")
            ),
        )
    shown = tag("ul", *(_note(words, one, told) for one in known[::-1]), class_="lines trail")
    return block(
        words.texts["notes"],
        tag(
            "div",
            shown if known else paragraph(words.texts["notes_none"], class_="soft"),
            paragraph(words.count("notes_older", older), class_="soft") if older else None,
            id="notes-kept",
            data_live=True,
        ),
        form,
    )


def _note(words: Words, one: Remark, told: Transition) -> Html:
    by = tag("strong", outside(one.by, _NAME_CHARACTERS))
    return tag(
        "li", clock(words, one.at, beside=told.at), tag("span", by, " ", outside(one.note, 1000))
    )


def plain_detail(
    words: Words, incident: Incident, brand: Brand, error: Exception, *, visitor: Visitor | None
) -> str:
    """Return the page of an incident that cannot be told: what is certain, and the answers."""
    told = incident.newest
    body = [
        tag("h1", plainly(told, brand, error)),
        paragraph(words.say("page_plainly", incident=outside(told.incident))),
        *_answers(words, told, visitor),
        paragraph(tag("a", words.texts["page_back"], href="/"), class_="soft foot"),
    ]
    return page(words, name_of(brand), body)


def _part(part: Part) -> Html:
    links = [
        paragraph(tag("a", one.text, href=one.url, rel="noreferrer noopener")) for one in part.links
    ]
    return block(part.heading, lines(part.lines) if part.lines else None, *links)


def _answers(words: Words, told: Transition, visitor: Visitor | None) -> list[Html]:
    texts = words.texts
    if visitor is None:
        return [paragraph(texts["page_read_only"], class_="soft")]
    you = words.say("page_you", user=_name(visitor.user))
    forms = []
    if told.state not in OVER:
        ack = tag("button", texts["button_ack"], name="kind", value="ack")
        snooze = tag("button", texts["page_snooze"], name="kind", value="snooze", class_="second")
        forms.append(
            sent_to(told, visitor, _ANSWER, _row(ack, snooze, _hours(words)), _note_field(words))
        )
    if told.reason != "false_alarm":
        false = tag("button", texts["confirm_yes"], name="kind", value="false_alarm")
        forms.append(
            tag(
                "details",
                tag("summary", texts["button_false"]),
                paragraph(texts["confirm_text"], class_="soft"),
                sent_to(told, visitor, _ANSWER, _note_field(words), _row(false)),
                id="false-alarm",
            )
        )
    return [paragraph(you, class_="soft small"), *forms] if forms else []


def _note_field(words: Words) -> Html:
    most = str(NOTE_CHARACTERS)
    field = tag("input", type="text", name="note", maxlength=most, autocomplete="off")
    return tag("label", words.texts["page_note"], field)


def _hours(words: Words) -> Html:
    choices = [
        tag(
            "option",
            words.count("page_hours", hours),
            value=str(hours),
            selected=hours == _USUAL_HOURS,
        )
        for hours in SNOOZE_HOURS
    ]
    return tag("select", *choices, name="hours", aria_label=words.texts["page_for"])


def _row(*children: Html) -> Html:
    return tag("div", *children, class_="row")


def _posts(words: Words, told: Transition, brand: Brand, visitor: Visitor | None) -> Html | None:
    """Show what is said, and ask about it whoever may answer."""
    posts = told.examples[: evidence.EXAMPLE_LIMIT]
    shown = list(zip(posts, evidence.quotes(words, told), strict=True))
    heading = words.texts["heading_examples"]
    more = paragraph(tag("a", words.texts["all_posts"], href=path_of(told.incident, part="posts")))
    if not shown:
        return None
    if visitor is None or not any(is_labelable(post) for post, _ in shown):
        return block(heading, *(_quote(quote, post.lang) for post, quote in shown), more)
    asked = [
        _choice(words, number, post_key(post), quote, post.lang)
        if is_labelable(post)
        else _quote(quote, post.lang)
        for number, (post, quote) in enumerate(shown, 1)
    ]
    kept = words.say("page_labels_kept", user=_name(visitor.user))
    form = tag(
        "form",
        hidden(visitor),
        *asked,
        paragraph(kept, class_="soft small"),
        tag("button", words.texts["labels_save"], class_="second"),
        method="post",
        action=path_of(told.incident, part="labels"),
    )
    return block(heading, paragraph(words.say("labels_ask", brand=name_of(brand))), form, more)


def _quote(quote: Quote, lang: str) -> Html:
    link = tag("a", quote.open, href=quote.url, rel="noreferrer noopener") if quote.url else None
    return tag(
        "blockquote",
        tag("p", quote.text or "…", dir="auto", lang=lang_of(lang)),
        tag("footer", quote.by, " " if link else None, link),
    )


def _choice(words: Words, number: int, key: str, quote: Quote, lang: str) -> Html:
    ordinal = words.number(number)
    attack = tag(
        "fieldset",
        tag("legend", words.say("labels_attack", n=ordinal)),
        _options(words, ATTACK_FIELD + key, ATTACK_WORDS),
    )
    return tag(
        "fieldset",
        tag("legend", words.say("labels_post", n=ordinal)),
        _quote(quote, lang),
        tag(
            "details",
            tag("summary", words.texts["labels_fold"]),
            _options(words, key, get_args(Label)),
            attack,
            id=f"label-{number}",
        ),
    )


def _options(words: Words, name: str, answers: Iterable[str]) -> Html:
    options = [
        tag(
            "label",
            tag("input", type="radio", name=name, value=answer),
            tag("div", words.texts[f"say_{answer}"], " ", _hint(words, answer)),
            class_="choice",
        )
        for answer in answers
    ]
    return tag("div", *options, class_="choices")


def _hint(words: Words, answer: str) -> Html:
    return tag("span", words.texts[f"say_{answer}_hint"])


def _trail(words: Words, incident: Incident) -> Html:
    steps = incident.trail[-_STEPS:][::-1]
    earlier = len(incident.trail) - len(steps)
    whole = tag("a", words.texts["report"], href=path_of(incident.newest.incident, part="report"))
    return block(
        words.texts["page_heading_trail"],
        tag("ol", *(_step(words, step, incident) for step in steps), class_="lines trail"),
        paragraph(words.count("trail_earlier", earlier), " ", whole) if earlier else None,
        paragraph(words.texts["report_cut"], class_="soft") if is_cut(incident) else None,
        key="trail",
        live=True,
    )


def _step(words: Words, step: TrailStep, incident: Incident) -> Html:
    state = words.texts.get(f"said_{step.reason}") or words.states[step.state]
    by = _name(step.by)
    said = [words.say("page_step", severity=words.number(step.severity))]
    if by:
        said.append(words.say("hands_note", by=by, note=outside(step.note)) if step.note else by)
    else:
        said.append(evidence.rule(words, step.reason))
    return tag(
        "li",
        clock(words, step.at, beside=incident.newest.at),
        tag(
            "span",
            tag("strong", state[:1].upper() + state[1:]),
            tag("span", " · ".join(said), class_="under"),
        ),
    )


def _name(user: str) -> str:
    return outside(user, _NAME_CHARACTERS)
