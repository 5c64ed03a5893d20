"""The editor of the brands file: what it changes, what it leaves, and what the last week tells."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from agents.web.editor.draft import draft_of, drafted
from agents.web.editor.outline import field_of, outline
from agents.web.editor.preview import Past, rehearse
from agents.web.editor.splice import LISTS, changed, with_brand, without_brand
from agents.web.forms import FormError
from lab.backtest.lane import Lane
from pipeline.brands import inspect_brands, load_brands
from pipeline.detection.patterns.library import load_library
from schemas.brand import Brand, JudgedOn
from schemas.bucket import Bucket, Voices

EXAMPLE = (Path(__file__).parents[3] / "examples/demo/brands.yaml").read_text(encoding="utf-8")
SHAPES = {
    "block": """\
# ours
brands:
  - id: acme   # for ever
    names:
      # all spellings
      - Acme   # main
      - Acmé Chocolat
    handles: [acme]   # where people write

    # the budget
    false_rings_per_quarter: 1   # careful

  # the other
  - id: other
    names: ["Other"]
# the end
""",
    "flush": "brands:\n- id: acme\n  names:\n  - Acme\n- id: other\n  names: [Other]",
    "braces": 'brands:\n  - {id: acme, names: [Acme], handles: ["acme"]}\n'
    "  - {id: other, names: [O1]}\n",
    "brackets": "brands: [{id: acme, names: [Acme]}, {id: other, names: [Other]}]\n",
}


def form(text: str, **more: str) -> dict[str, str]:
    return {"yaml": text, "part": "fields", "number": "0", "do": "check", **more}


@pytest.mark.parametrize("text", [*SHAPES.values(), EXAMPLE], ids=[*SHAPES, "example"])
def test_a_change_does_what_it_says_and_touches_nothing_else(text: str) -> None:
    before = load_brands(text, "b")
    wanted = {"names": ("Acmee", "no", "C, d", "Ünï"), "critics": ("npo_1",), "languages": ()}
    found = outline(text)
    assert found is not None
    new = changed(text, found, 0, {**wanted, "false_rings_per_quarter": ("0.25",)})
    after = load_brands(new, "b")
    assert after.brands[1:] == before.brands[1:]
    assert asdict(after.brands[0]) == {
        **asdict(before.brands[0]), **wanted, "false_rings_per_quarter": 0.25,
    }  # fmt: skip
    back = outline(new)
    assert back is not None
    fields = found.places[0].fields
    was = {
        key: fields[key].values if key in fields else ()
        for key in (*wanted, "false_rings_per_quarter")
    }
    assert load_brands(changed(new, back, 0, was), "b") == before


def test_remarks_stay_with_what_stays() -> None:
    found = outline(SHAPES["block"])
    assert found is not None
    new = changed(
        SHAPES["block"], found, 0,
        {"names": ("Acme", "Akme"), "handles": ("acme", "acme_fr"), "false_rings_per_quarter": ()},
    )  # fmt: skip
    assert new == SHAPES["block"].replace("- Acmé Chocolat", "- Akme").replace(
        "[acme]", "[acme, acme_fr]"
    ).replace("    false_rings_per_quarter: 1   # careful\n", "")


@pytest.mark.parametrize("text", [*SHAPES.values(), EXAMPLE], ids=[*SHAPES, "example"])
def test_brands_come_and_go(text: str) -> None:
    found = outline(text)
    assert found is not None
    new = with_brand(text, found, "third", "Third, #3")
    brands = load_brands(new, "b").brands
    assert brands[:-1] == load_brands(text, "b").brands
    assert (brands[-1].id, brands[-1].names) == ("third", ("Third, #3",))
    more = outline(new)
    assert more is not None
    for number in range(len(brands)):
        left = load_brands(without_brand(new, more, number), "b").brands
        assert left == (*brands[:number], *brands[number + 1 :])


WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12),
    max_size=5,
    unique=True,
)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(list(SHAPES.values())),
    st.integers(0, 1),
    st.dictionaries(st.sampled_from(LISTS), WORDS, max_size=4),
)
def test_whatever_is_typed_stands_in_the_file_as_it_was_typed(
    text: str, number: int, typed: dict[str, list[str]]
) -> None:
    draft = drafted(
        form(text, number=str(number), **{key: "\r\n".join(said) for key, said in typed.items()})
    )
    assert draft.outline is not None
    place = draft.outline.places[number]
    for key, said in typed.items():
        assert (place.fields[key].values if key in place.fields else ()) == tuple(said)
    other = draft.outline.places[1 - number]
    was = outline(text)
    assert was is not None
    assert {key: one.values for key, one in other.fields.items()} == {
        key: one.values for key, one in was.places[1 - number].fields.items()
    }


@pytest.mark.parametrize(
    "text",
    ["", "brands:", "brands: [7]", "a: [", "brands: &x [{id: a, names: [A]}]", "[1, 2]",
     "brands:\n  - &a {id: a, names: [A]}\n  - *a\n", "brands:\n  - # first\n    id: a\n",
     "brands:\n  - {id: a, id: b, names: [A]}\n", "brands: " + "[" * 1200],
)  # fmt: skip
def test_what_cannot_be_shown_in_fields_is_left_to_the_text(text: str) -> None:
    assert outline(text) is None
    draft = drafted({"yaml": text, "part": "text", "number": "0", "do": "check"})
    assert draft.outline is None
    assert draft.text == text
    with pytest.raises(FormError):
        drafted(form(text))


@pytest.mark.parametrize("text", [*SHAPES.values(), EXAMPLE], ids=[*SHAPES, "example"])
@pytest.mark.parametrize(
    ("typed", "sources"),
    [
        ("all", "all"), ("each", "each"), ("x\r\nbluesky", ("x", "bluesky")), ("rss", ("rss",)),
    ],
)  # fmt: skip
def test_on_what_it_is_judged_is_what_the_loader_reads(
    text: str, typed: str, sources: str | tuple[str, ...]
) -> None:
    before = load_brands(text, "b")
    draft = drafted(form(text, judge=typed))
    after = load_brands(draft.text, "b")
    assert after.brands[0] == replace(before.brands[0], judge=JudgedOn(sources=sources))
    assert after.brands[1:] == before.brands[1:]
    assert draft.outline is not None
    assert draft.outline.places[0].fields["judge"].values == tuple(typed.split())
    assert drafted(form(draft.text, judge=typed)).text == draft.text
    assert load_brands(drafted(form(draft.text, judge="")).text, "b") == before


BELOW = """\
brands:
  - id: acme
    judge:  # the networks that we answer for
      sources:
        - x  # first of all
        - bluesky
    names: [Acme]
"""


def test_on_what_it_is_judged_is_found_on_lines_of_its_own() -> None:
    found = outline(BELOW)
    assert found is not None
    assert found.places[0].fields["judge"].values == ("x", "bluesky")
    assert drafted(form(BELOW, judge="x\nbluesky", names="Acme")).text == BELOW
    new = drafted(form(BELOW, judge="each")).text
    assert new == "brands:\n  - id: acme\n    judge: {sources: each}\n    names: [Acme]\n"


@pytest.mark.parametrize(
    ("written", "typed", "told"),
    [
        ("judge: each", "", "not keys with values"),
        ("judge: {sources: eech}", "eech", "did you mean 'each'?"),
        ("judge: {sources: [x, each]}", "x\neach", "'each' stands in a list"),
        ("judge: {sources: [twitter]}", "twitter", "did you mean 'x'?"),
    ],
)
def test_what_is_wrong_with_it_is_told_at_its_field(written: str, typed: str, told: str) -> None:
    text = f"brands:\n  - id: acme\n    names: [Acme]\n    {written}\n"
    draft = drafted(form(text, judge=typed))
    assert draft.text == text
    assert draft.outline is not None
    [fault] = draft.inspection.faults
    assert told in f"{fault.what}; {fault.do}"
    assert field_of(draft.outline.places[0], fault) == "judge"
    assert load_brands(drafted(form(text, judge="each")).text, "b").brands[0].judge.each


def test_faults_are_those_of_check_each_at_its_field() -> None:
    draft = drafted(
        form(
            SHAPES["block"], id="Acme!", names="", handles="@acme\nfine", languages="french",
            critics="acme_x", own_accounts="acme_x", false_rings_per_quarter="many",
            alert_zone="Mars",
        )
    )  # fmt: skip
    assert draft.inspection == inspect_brands(draft.text)
    assert draft.outline is not None
    at = {field_of(draft.outline.places[0], one) for one in draft.inspection.faults}
    assert at == {
        "id", "names", "handles", "languages", "critics", "false_rings_per_quarter", "alert_zone",
    }  # fmt: skip


def test_what_is_no_form_of_ours_is_refused() -> None:
    for odd in (
        {"number": "9"}, {"number": "-1"}, {"number": "x"}, {"do": "show", "next": "1e3"},
        {"yaml": "#" * 200_001},
    ):  # fmt: skip
        with pytest.raises(FormError):
            drafted(form(SHAPES["block"]) | odd)


def test_the_brand_that_is_asked_for_is_shown() -> None:
    assert draft_of(SHAPES["block"], "other").chosen == 1
    assert draft_of(SHAPES["block"], "nobody").chosen == 0
    assert drafted(form(SHAPES["block"], do="show", next="1")).chosen == 1
    added = drafted(form(SHAPES["block"], do="add", new_id="new", new_name="New"))
    assert added.outline is not None
    assert added.outline.places[added.chosen].name == "new"
    assert drafted(form(SHAPES["block"], do="remove")).text.count("- id:") == 1


# The last week.

T0 = datetime(2026, 10, 1, tzinfo=UTC)
ACME = Brand(id="acme", names=("Acme",), false_rings_per_quarter=0.5)


def weeks(days: int, *, storm_at: float | None) -> Iterable[Bucket]:
    """Ordinary talk, a bucket a minute or so, and a storm of attacks on one day."""
    chance = random.Random(3)
    for minute in range(days * 1440):
        start = T0 + timedelta(minutes=minute)
        into = (minute - storm_at * 1440) / 60 if storm_at is not None else -1.0
        stormy = 0 <= into < 4
        count = round(4 + 40 * into) if stormy else int(chance.random() < 0.4)
        if not count:
            continue
        hostile = count * 7 // 10 if stormy else 0
        yield Bucket(
            brand="acme", start=start, width_s=10, watermark=start + timedelta(seconds=10),
            mentions=count, weighted=float(count), originals=count, authors=count,
            new_authors=count, negative=hostile, neutral=count - hostile, outrage=hostile,
            sources=("x",),
            voices=Voices(texts=1000 * count, negative=1000 * hostile, accusing=1000 * hostile,
                          attacking=1000 * hostile, hostile=1000 * hostile),
        )  # fmt: skip


def past(days: int = 10, *, storm_at: float | None = 9.7) -> Past:
    known = list(weeks(days, storm_at=storm_at))
    return Past(lambda _: int(known[-1].start.timestamp()), lambda _: iter(known))


def test_the_last_week_is_judged_under_both_budgets() -> None:
    new = replace(ACME, false_rings_per_quarter=4.0)
    [found] = rehearse({"acme": ACME}, {"acme": new}, past(), load_library())
    assert found.kind == "judged"
    assert found.after.rings
    assert found.before.rings
    assert found.after.rings[0] <= found.before.rings[0]
    assert found.since is not None
    assert found.until is not None
    assert all(found.since <= ring <= found.until for ring in found.after.rings)
    assert found.until - found.since <= timedelta(days=7, seconds=10)
    assert found.learnt_s > 2 * 86_400
    # A backtest of the same buckets says the same.
    lane = Lane(new, width_s=10, library=load_library())
    for one in weeks(10, storm_at=9.7):
        lane.update(one)
    rung = {ring.at for told in lane.transitions for ring in told.rings}
    assert rung == set(found.after.rings)


def test_a_quiet_week_and_one_before_the_week_ring_nothing() -> None:
    new = replace(ACME, false_rings_per_quarter=1.0)
    for storm_at in (None, 1.0):
        [found] = rehearse({"acme": ACME}, {"acme": new}, past(storm_at=storm_at), load_library())
        assert (found.before.rings, found.after.rings) == ((), ())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"names": ("Acme", "Akme")}, "counted"),
        ({"critics": ("npo",), "false_rings_per_quarter": 2.0}, "counted"),
        ({"judge": JudgedOn(sources="each"), "false_rings_per_quarter": 2.0}, "apart"),
        ({"alert_zone": "Europe/Paris", "slack_channel": "#x"}, "told"),
    ],
)
def test_what_the_week_cannot_tell_is_said(change: dict[str, object], kind: str) -> None:
    new = replace(ACME, **change)
    [found] = rehearse({"acme": ACME}, {"acme": new}, past(), load_library())
    assert found.kind == kind


def test_new_gone_unknown_and_too_many_are_said() -> None:
    old = {f"b{n}": Brand(id=f"b{n}", names=(f"B{n}",)) for n in range(5)}
    new = {name: replace(one, heads_up_per_week=2.0) for name, one in old.items()}
    new["late"] = Brand(id="late", names=("Late",))
    nothing = Past(lambda _: None, lambda _: iter(()))
    found = rehearse({**old, "acme": ACME}, new, nothing, load_library())
    assert [one.kind for one in found] == ["unknown"] * 3 + ["many"] * 2 + ["new", "gone"]
    assert rehearse(old, old, nothing, load_library()) == []
