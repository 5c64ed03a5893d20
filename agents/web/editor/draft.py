"""What a form of the editor makes of the brands file."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from agents.web.editor.outline import JUDGE, Outline, outline
from agents.web.editor.splice import LISTS, NUMBERS, TEXTS, changed, with_brand, without_brand
from agents.web.forms import FormError
from pipeline.brands import Inspection, inspect_brands

CHARACTERS: Final = 200_000
"""Of a file that is edited here. A page carries it twice, and reading it takes a second or two."""

BODY_BYTES: Final = 2_000_000
"""Of what a form sends: a letter with an accent takes six."""


class Draft(NamedTuple):
    """A brands file as it would be. ``outline``: None where its fields can't be shown.

    ``chosen``: which brand is shown, from 0.
    """

    text: str
    inspection: Inspection
    outline: Outline | None
    chosen: int


def draft_of(text: str, chosen: int | str = 0) -> Draft:
    """Check a text, as ``tocsin check`` does. ``chosen``: number or id of the brand to show."""
    found = outline(text)
    count = len(found.places) if found is not None else 0
    if isinstance(chosen, str) and found is not None:
        chosen = next((at for at, one in enumerate(found.places) if one.name == chosen), 0)
    number = chosen if isinstance(chosen, int) and 0 <= chosen < count else 0
    return Draft(text, inspect_brands(text), found, number)


def drafted(form: Mapping[str, str]) -> Draft:
    """Return what a form wants.

    Raises:
        FormError: it is none of the page's, or longer than what can be edited here.
    """
    text = form.get("yaml", "").replace("\r\n", "\n").removeprefix("\ufeff")
    if len(text) > CHARACTERS:
        raise FormError
    found, chosen, do = outline(text), _number(form.get("number", "0")), form.get("do", "")
    if form.get("part") == "fields":
        if found is None or chosen >= len(found.places):
            raise FormError
        text = changed(text, found, chosen, _wanted(form))
        found = outline(text)
    if found is not None and do == "add" and form.get("new_id", "").strip():
        called = form.get("new_name", "").strip() or form["new_id"].strip()
        text, chosen = with_brand(text, found, form["new_id"].strip(), called), len(found.places)
    elif found is not None and do == "remove" and chosen < len(found.places):
        text, chosen = without_brand(text, found, chosen), max(chosen - 1, 0)
    elif do == "show":
        chosen = _number(form.get("next", "0"))
    return draft_of(text, chosen)


def _wanted(form: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    wanted: dict[str, tuple[str, ...]] = {}
    for key in (*LISTS, JUDGE, *TEXTS, *NUMBERS):
        if key in form:
            is_listed = key in LISTS or key == JUDGE
            lines = form[key].splitlines() if is_listed else [" ".join(form[key].split())]
            wanted[key] = tuple(line for line in map(str.strip, lines) if line)
    return wanted


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 7):  # noqa: PLR2004
        raise FormError
    return int(said)
