"""What makes a post one about a brand."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.brands import BrandMatcher
from pipeline.brands.match import Rivals
from schemas.brand import Brand, Brands
from schemas.mention import Author, Mention

NESTLE = Brand(
    id="nestle",
    names=("Nestlé", "Kit Kat", "Häagen-Dazs", "雀巢", "ネスレ", "네슬레", "نستله", "नेस्ले"),
    handles=("Nestle",),
    hashtags=("HaveABreak",),
    own_accounts=("NestleFR",),
    exclude=("nestle down",),
)
COLA = Brand(id="cola", names=("Coca-Cola", "$KO", "McDonald's", "Canal+", "H&M", "L'Oréal"))
FRENCH = Brand(id="french", names=("Nestlé",), languages=("fr", "id"))
MATCHER = BrandMatcher(Brands(brands=(NESTLE, COLA)))


def post(text: str = "", handle: str = "", **fields: object) -> Mention:
    moment = datetime(2010, 3, 17, tzinfo=UTC)
    author = Author(id="a", handle=handle)
    return Mention(id="1", created_at=moment, text=text, author=author, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Nestlé",
        "NESTLE!",
        "nestle\u0301",
        "(nestlé)",
        "Nestlé's forest",
        "Nestlé’s forest",
        "l'usine de Nestlé",
        "#Nestle",
        "#BoycottNestlé",
        "#nestlé_x nestlé",
        "ＮＥＳＴＬＥ",
        "𝐍𝐞𝐬𝐭𝐥𝐞",
        "Nestlé™ and Nestlé®",
        "Nes\u200btlé",
        "kit-kat",
        "KitKat",
        "#kitkat",
        "Haagen Dazs",
        "hey @nestle",
        ".@NESTLE",
        "＠nestle",
        "#haveabreak",
        "我喜欢雀巢咖啡",
        "ネスレのコーヒー",
        "네슬레는",
        "اشتري من نستله",
        "ونستله",
        "नेस्ले का",
        "🍫Nestlé🍫",
        "Nestlé\ufe0f",
    ],
)
def test_names_nestle(text: str) -> None:
    assert MATCHER.match(post(text)) == ("nestle",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nestling nestles",
        "kit and kat",
        "kit #kat",
        "haveabreak",
        "mail@nestle.com or info@nestle",
        "@nestlefan",
        "see https://www.nestle.com/kit-kat",
        "let us nestle down here",
        "ネスレット",
        "नेस्ल",
        "nestlé_x",
        "#kit #kat",
    ],
)
def test_does_not_name_nestle(text: str) -> None:
    assert MATCHER.match(post(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "$KO up",
        "long $ko.",
        "cocacola",
        "Coca Cola",
        "McDonald’s",
        "mcdonalds",
        "McDonald's",
        "canal+",
        "Canal + sport",
        "H & M",
        "h&m",
        "loreal",
        "L’OREAL",
    ],
)
def test_names_with_signs(text: str) -> None:
    assert MATCHER.match(post(text)) == ("cola",)


@pytest.mark.parametrize(
    "text", ["KO", "#KO", "the canal", "hm", "h m", "coca tea and cola", "oreal"]
)
def test_signs_are_part_of_the_name(text: str) -> None:
    assert MATCHER.match(post(text)) == ()


def test_several_brands_in_the_order_of_the_file() -> None:
    assert MATCHER.match(post("coca-cola beside kitkat")) == ("nestle", "cola")


@pytest.mark.parametrize(
    "mention",
    [
        post("cut te…", hashtags=("HaveABreak",)),
        post("cut te…", hashtags=("Nestlé",)),
        post("cut te…", addressed=("nestle",)),
        post("shame!", kind="reply", ref_author="NestleFR"),
        post("shame!", kind="repost", ref_author="nestle"),
        post("thank you", handle="nestlefr", kind="reply", ref_author="somebody"),
        post("nestle down", handle="NestleFR"),
    ],
)
def test_what_the_source_says_beside_the_text(mention: Mention) -> None:
    assert MATCHER.match(mention) == ("nestle",)


def test_link_text_and_hashtags_of_others_do_not_join() -> None:
    assert MATCHER.match(post("kit", hashtags=("kat",))) == ()


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fr", ("french",)),
        ("fr-CA", ("french",)),
        ("in", ("french",)),
        ("und", ("french",)),
        ("qme", ("french",)),
        ("en", ()),
    ],
)
def test_languages(lang: str, expected: tuple[str, ...]) -> None:
    assert BrandMatcher(Brands(brands=(FRENCH,))).match(post("nestlé", lang=lang)) == expected


def test_language_of_one_brand_does_not_bind_another() -> None:
    matcher = BrandMatcher(Brands(brands=(FRENCH, NESTLE)))
    assert matcher.match(post("nestlé", lang="en")) == ("nestle",)


def test_excluded_word_of_one_brand_does_not_bind_another() -> None:
    other = Brand(id="other", names=("nestle",))
    assert BrandMatcher(Brands(brands=(NESTLE, other))).match(post("nestle down")) == ("other",)


def test_brand_that_is_set_decides() -> None:
    assert MATCHER.match(post("Nestlé", brand="cola")) == ("cola",)


def test_unknown_brand_that_is_set_matches_none() -> None:
    assert MATCHER.match(post("Nestlé", brand="unheard")) == ()


def test_own_accounts() -> None:
    assert MATCHER.is_own("nestle", "NESTLEfr")
    assert not MATCHER.is_own("nestle", "Nestle")
    assert not MATCHER.is_own("cola", "NestleFR")
    assert not MATCHER.is_own("unheard", "NestleFR")


LATIN = st.text(alphabet="abcdeéèñöüçÅøœßзйαά", min_size=2, max_size=8)


@given(name=LATIN, before=st.text(max_size=5), after=st.text(max_size=5))
def test_matching_ignores_case_accents_and_normal_form(name: str, before: str, after: str) -> None:
    matcher = BrandMatcher(Brands(brands=(Brand(id="b", names=(name,)),)))
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    for written in (name, name.upper(), bare, unicodedata.normalize("NFD", name)):
        assert matcher.match(post(f"{before} {written} {after}")) == ("b",)


@given(name=LATIN, before=st.text(max_size=5), after=st.text(max_size=5))
def test_a_rival_is_found_where_a_brand_of_that_name_would_be(name, before, after) -> None:
    rivals, matcher = Rivals((name,)), BrandMatcher(Brands(brands=(Brand(id="b", names=(name,)),)))
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    for written in (name, name.upper(), bare, f"#Boycott{name.capitalize()}", before):
        said = post(f"{before} {written} {after}")
        assert rivals.named_in(said) == bool(matcher.match(said))


@pytest.mark.parametrize("name", [*NESTLE.names, *COLA.names])
def test_rivals_are_found_in_every_script_and_form(name: str) -> None:
    assert Rivals((name,)).named_in(post(f"it is {name}, too"))
    assert not Rivals((name,)).named_in(post("it is another"))


def test_a_rival_account_is_found_wherever_it_stands() -> None:
    rivals = Rivals(("@MarsGlobal",))
    assert rivals.named_in(post("hello @marsGLOBAL"))
    assert rivals.named_in(post("hello", addressed=("marsglobal",)))
    assert rivals.named_in(post("hello", ref_author="MARSglobal"))
    assert rivals.named_in(post("hello", handle="marsglobal"))
    assert not rivals.named_in(post("hello marsglobal"))


@given(st.text(max_size=60))
def test_any_text_is_matched_without_error(text: str) -> None:
    assert set(MATCHER.match(post(text))) <= {"nestle", "cola"}


@settings(max_examples=40)
@given(st.lists(st.from_regex(r"[a-z]{6,9}", fullmatch=True), min_size=1, max_size=30, unique=True))
def test_one_table_finds_what_single_brands_find(names: list[str]) -> None:
    brands = [Brand(id=name, names=(name,)) for name in names]
    text = " ".join(names[::2])
    together = BrandMatcher(Brands(brands=tuple(brands))).match(post(text))
    alone = [BrandMatcher(Brands(brands=(brand,))).match(post(text)) for brand in brands]
    assert together == tuple(brand for found in alone for brand in found)
