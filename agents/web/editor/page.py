"""The page of the editor: all faults at their fields, a preview, and a file as the result."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from msgspec.structs import fields

from agents.alerting.i18n import Words
from agents.alerting.message.neutral import outside
from agents.web.editor.draft import Draft
from agents.web.editor.outline import JUDGE, Place, field_of
from agents.web.editor.preview import Rehearsed, WeekRings
from agents.web.editor.splice import LISTS, NUMBERS
from agents.web.layout import block, page, paragraph
from agents.web.markup import Child, Html, tag
from pipeline.brands.located_yaml import Fault
from schemas.brand import Brand

PATH: Final = "/edit/brands"
SHOWN: Final = 100
"""Faults that are listed; of more, the first."""

_GROUPS: Final = (
    ("edit_who", ("id", "names", "handles", "hashtags", "exclude", "languages")),
    ("edit_watch", ("own_accounts", "critics", "allies", "rivals")),
    ("edit_judged", (JUDGE,)),
    ("edit_budget", ("false_rings_per_quarter", "heads_up_per_week")),
    ("edit_told", ("slack_channel", "alert_language", "alert_zone")),
)
_ALERT_LANGUAGES: Final = ("en", "fr")
_DEFAULTS: Final = {
    field.name: str(field.default).removesuffix(".0")
    for field in fields(Brand)
    if field.name in (*NUMBERS, "alert_language", "alert_zone")
}
_NAME: Final = 60
_ROWS: Final = 12
_TIMES: Final = 10


class Shown(NamedTuple):
    """What is shown beside the draft. ``token``: for the forms. ``checked``: it was asked for.

    ``in_words``: says what is wrong in the reader's language.
    ``rehearsed``: what the last week tells; None where nobody asked, empty where nothing changes.
    ``untold``: key of the text that says why it tells nothing. ``heard``: the strip.
    """

    token: str
    heard: Html | None
    in_words: Callable[[str], str] = str
    checked: bool = False
    rehearsed: Sequence[Rehearsed] | None = None
    untold: str = ""


def editor_page(words: Words, draft: Draft, shown: Shown) -> str:
    """Return the page."""
    title = words.texts["edit_title"]
    place = draft.outline.places[draft.chosen] if draft.outline is not None else None
    main = [
        _verdict(words, draft, shown) if shown.checked or draft.inspection.faults else None,
        _preview(words, shown),
        _fields(words, draft, place, shown) if place is not None else None,
    ]
    body = [
        tag("div", tag("h1", title), class_="title"),
        paragraph(words.texts["edit_how"], class_="soft"),
        *main,
        _as_text(words, draft, shown, is_open=place is None),
    ]
    return page(words, title, body, heard=shown.heard)


def too_long(words: Words, heard: Html | None) -> str:
    """Return the page that says that the file has to be edited elsewhere."""
    title = words.texts["edit_title"]
    body = [
        tag("div", tag("h1", title), class_="title"),
        paragraph(words.texts["edit_too_long"]),
        tag("pre", "tocsin check brands.yaml"),
    ]
    return page(words, title, body, heard=heard)


def _verdict(words: Words, draft: Draft, shown: Shown) -> Html:
    """All faults at once, as ``tocsin check`` says them."""
    faults = draft.inspection.faults
    errors = sum(not one.warning for one in faults)
    said = words.count("edit_faults", errors) if errors else words.texts["edit_well"]
    if warnings := len(faults) - errors:
        said += " " + words.count("edit_warnings", warnings)
    listed = [tag("li", _fault(words, one, shown)) for one in faults[:SHOWN]]
    more = len(faults) - SHOWN
    return tag(
        "section",
        tag("h2", said),
        tag("ul", *listed, class_="plain") if listed else None,
        paragraph(words.count("edit_more", more)) if more > 0 else None,
        class_="block card" + (" fault" if errors else ""),
        role="alert" if errors else None,
    )


def _fault(words: Words, fault: Fault, shown: Shown) -> Html:
    what, do = (outside(shown.in_words(one), 300) for one in (fault.what, fault.do))
    return tag(
        "span",
        tag("strong", f"{fault.line}{words.colon} "),
        words.texts["edit_warning"] if fault.warning else None,
        words.say("edit_fault", what=what, do=do),
    )


def _preview(words: Words, shown: Shown) -> Html | None:
    if shown.rehearsed is None and not shown.untold:
        return None
    lines: list[Child] = []
    if shown.untold:
        lines.append(tag("p", words.texts[shown.untold]))
    lines += [
        tag("p", tag("strong", outside(one.brand, _NAME)), words.colon, " ", _told(words, one))
        for one in shown.rehearsed or ()
    ]
    if shown.rehearsed is not None and not shown.rehearsed:
        lines.append(tag("p", words.texts["week_nothing"]))
    kinds = {one.kind for one in shown.rehearsed or ()}
    if shown.untold or kinds & {"counted", "apart", "new", "unknown", "many"}:
        lines.append(tag("p", words.texts["week_backtest"]))
        lines.append(tag("pre", "tocsin backtest --brands brands.yaml posts.jsonl"))
    return block(words.texts["week_title"], *lines)


def _told(words: Words, one: Rehearsed) -> str:
    if one.kind != "judged" or one.since is None or one.until is None:
        return words.texts[f"week_{one.kind}"]
    said = [
        words.say(
            "week_judged",
            since=words.moment(one.since),
            until=words.moment(one.until),
            after=_rings(words, one.after),
            before=_rings(words, one.before),
        ),
        words.say(
            "week_heads_ups",
            after=words.number(one.after.heads_ups),
            before=words.number(one.before.heads_ups),
        ),
        words.say("week_learnt", duration=words.duration(one.learnt_s))
        if one.learnt_s
        else words.texts["week_unlearnt"],
    ]
    return " ".join(said)


def _rings(words: Words, rung: WeekRings) -> str:
    few = ("week_never", "week_once", "week_twice")
    count = len(rung.rings)
    said = (
        words.texts[few[count]]
        if count < len(few)
        else words.say("week_times", n=words.number(count))
    )
    when = ", ".join(words.moment(at) for at in rung.rings[:_TIMES])
    return f"{said} ({when})" if when else said


def _fields(words: Words, draft: Draft, place: Place, shown: Shown) -> Html:
    faults: dict[str, list[Fault]] = {}
    for fault in draft.inspection.faults:
        if place.line <= fault.line <= place.last_line:
            faults.setdefault(field_of(place, fault), []).append(fault)
    groups = [
        tag(
            "fieldset",
            tag("legend", words.texts[heading]),
            *(_field(words, key, place, faults.get(key, []), shown) for key in keys),
        )
        for heading, keys in _GROUPS
    ]
    return tag(
        "form",
        _hidden(draft, shown, part="fields"),
        tag("h2", outside(_called(place), _NAME) or words.texts["edit_unnamed"]),
        _others(words, draft),
        *groups,
        _buttons(words),
        _more(words),
        method="post",
        action=PATH,
        class_="block card",
    )


def _called(place: Place) -> str:
    names = place.fields["names"].values if "names" in place.fields else ()
    return names[0] if names else place.name


def _field(words: Words, key: str, place: Place, faults: Sequence[Fault], shown: Shown) -> Html:
    values = place.fields[key].values if key in place.fields else ()
    told = [tag("p", _fault(words, fault, shown), class_="fault") for fault in faults]
    name = f"edit-{key}"
    hints: dict[str, str | bool | None] = {
        "id": name,
        "name": key,
        "aria_invalid": "true" if any(not fault.warning for fault in faults) else None,
        "aria_describedby": f"{name}-faults" if told else None,
        "spellcheck": "false",
        "autocomplete": "off",
    }
    made: Html
    if key in LISTS or key == JUDGE:
        rows = str(min(max(len(values) + 1, 2), _ROWS))
        # A browser takes the first line break of a field away.
        made = tag("textarea", "\n" + "\n".join(values), rows=rows, **hints)
    elif key == "alert_language":
        options = [
            tag("option", one, value=one, selected=values == (one,)) for one in _ALERT_LANGUAGES
        ]
        unset = [tag("option", words.say("edit_default", value=_DEFAULTS[key]), value="")]
        odd = [tag("option", one, value=one, selected=True) for one in values
               if one not in _ALERT_LANGUAGES]  # fmt: skip
        made = tag("select", *unset, *options, *odd, id=name, name=key)
    else:
        default = _DEFAULTS.get(key)
        made = tag("input", type="text", value=values[0] if values else "",
                   placeholder=words.say("edit_default", value=default) if default else None,
                   **hints)  # fmt: skip
    return tag(
        "div",
        tag("label", words.texts[f"edit_{key}"], for_=name),
        made,
        tag("div", *told, id=f"{name}-faults") if told else None,
        class_="field",
    )


def _others(words: Words, draft: Draft) -> Html | None:
    places = draft.outline.places if draft.outline is not None else ()
    if len(places) < 2:  # noqa: PLR2004 - there is no other
        return None
    options = [
        tag("option", outside(one.name, _NAME) or f"{at + 1}", value=str(at),
            selected=at == draft.chosen)
        for at, one in enumerate(places)
    ]  # fmt: skip
    return tag(
        "div",
        tag("label", words.texts["edit_which"], for_="edit-next"),
        tag("select", *options, name="next", id="edit-next"),
        tag("button", words.texts["edit_show"], name="do", value="show", class_="second"),
        class_="row",
    )


def _buttons(words: Words) -> Html:
    return tag(
        "div",
        tag("button", words.texts["edit_check"], name="do", value="check"),
        tag("button", words.texts["edit_preview"], name="do", value="preview", class_="second"),
        tag("button", words.texts["edit_download"], name="do", value="download", class_="second"),
        class_="row",
    )


def _more(words: Words) -> Html:
    def named(key: str) -> Html:
        field = tag("input", type="text", name=key, autocomplete="off")
        return tag("label", words.texts[f"edit_{key}"], field)

    return tag(
        "details",
        tag("summary", words.texts["edit_add_or_remove"]),
        named("new_id"),
        named("new_name"),
        tag(
            "div",
            tag("button", words.texts["edit_add"], name="do", value="add", class_="second"),
            tag("button", words.texts["edit_remove"], name="do", value="remove", class_="second"),
            class_="row",
        ),
        id="edit-more",
    )


def _as_text(words: Words, draft: Draft, shown: Shown, *, is_open: bool) -> Html:
    rows = str(min(max(draft.text.count("\n") + 2, 8), 40))
    return tag(
        "section",
        tag(
            "details",
            tag("summary", words.texts["edit_text"]),
            paragraph(words.texts["edit_text_alone"]) if is_open else None,
            tag(
                "form",
                _hidden(draft, shown, part="text", with_text=False),
                tag("label", words.texts["edit_text_label"], for_="edit-yaml"),
                tag("textarea", "\n" + draft.text, name="yaml", id="edit-yaml", rows=rows,
                    spellcheck="false", class_="code"),
                _buttons(words),
                method="post",
                action=PATH,
            ),
            id="edit-text",
            open=is_open,
        ),
        class_="block card",
    )  # fmt: skip


def _hidden(draft: Draft, shown: Shown, *, part: str, with_text: bool = True) -> Html:
    fields = {"token": shown.token, "part": part, "number": str(draft.chosen)}
    if with_text:
        fields["yaml"] = draft.text
    return Html("".join(tag("input", type="hidden", name=k, value=v) for k, v in fields.items()))
