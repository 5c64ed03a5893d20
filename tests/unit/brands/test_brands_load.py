"""Every fault of a brands file is said, with its line and what to do, all of them at once."""

import pytest

from pipeline.brands import BrandFaultsError, inspect_brands, load_brands

GOOD = """\
brands:
  - id: nestle
    names: [Nestlé, Kit Kat]
    handles: [Nestle]
    hashtags: [HaveABreak]
    own_accounts: [NestleFR]
    exclude: [nestle down]
    languages: [fr, "no"]
    critics: [Greenpeace]
    allies: [NescafeFR]
    rivals: [Danone, "@MarsGlobal"]
    slack_channel: "#nestle"
    alert_language: fr
    false_rings_per_quarter: 0.5
    heads_up_per_week: 2
    judge: {sources: [x, bluesky]}
  - id: other
    names: [Überfirma]
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(BrandFaultsError) as caught:
        load_brands(text, "brands.yaml")
    return str(caught.value).splitlines()


def only_fault(fields: str) -> str:
    """The one fault of a brand with these fields beside its id, which stands on line 2."""
    [fault] = faults_of(f"brands:\n  - id: a\n    {fields}\n")
    return fault


def test_reads_every_field() -> None:
    first, second = load_brands(GOOD, "brands.yaml").brands
    assert first.names == ("Nestlé", "Kit Kat")
    assert first.handles == ("Nestle",)
    assert first.hashtags == ("HaveABreak",)
    assert first.own_accounts == ("NestleFR",)
    assert first.exclude == ("nestle down",)
    assert first.languages == ("fr", "no")
    assert first.critics == ("Greenpeace",)
    assert first.allies == ("NescafeFR",)
    assert first.rivals == ("Danone", "@MarsGlobal")
    assert first.slack_channel == "#nestle"
    assert first.alert_language == "fr"
    assert first.false_rings_per_quarter == 0.5
    assert first.heads_up_per_week == 2.0
    assert first.judge.sources == ("x", "bluesky")
    assert second.heads_up_per_week == 1.0
    assert second.judge.sources == "all"


def test_byte_order_mark_is_no_fault() -> None:
    assert load_brands("\ufeff" + GOOD, "brands.yaml").brands[0].id == "nestle"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("name: [x1]", ("'name' is no setting", "did you mean 'names'?")),
        ("names: [Aa]\n    colour: red", ("'colour' is no setting", "known are id, names")),
        ("names: [Aa]\n    names: [Bb]", ("'names' occurs twice", "keep one")),
        ("names: Aa", ("not a list", 'names: ["Aa"]')),
        ("names: {a: b}", ("a mapping, not a list",)),
        ("names: []", ("'names' of brand 'a' lists nothing",)),
        ("names:", ("'names' is empty",)),
        ('names: [""]', ("a name is empty",)),
        ('names: ["?!"]', ("holds no word",)),
        ('names: ["@aa"]', ("begins with @", "under 'handles'")),
        ('names: ["#aa"]', ("begins with #", "under 'hashtags'")),
        (f"names: [{'long ' * 50}]", ("characters", "at most 200")),
        ("names: [[Aa]]", ("is a list", "single text")),
        ("names: [2024]", ("reads 2024 as a number", '"2024" in quotes')),
        ("names: [2024-01-01]", ("as a date",)),
        ("names: [on]", ("reads on as true or false", '"on" in quotes')),
        ("names: [~]", ("is empty",)),
        ('names: [Aa]\n    handles: ["@aa"]', ("begins with @", "write aa")),
        ("names: [Aa]\n    handles: [a-b]", ("is no handle",)),
        ('names: [Aa]\n    own_accounts: ["@"]', ("begins with @", "fill it in")),
        ("names: [Aa]\n    critics: [a-b]", ("is no handle",)),
        ('names: [Aa]\n    allies: ["@aa"]', ("under 'allies' begins with @", "write aa")),
        (
            "names: [Aa]\n    allies: [aa, Bb]\n    critics: [bb]",
            ("brands.yaml:4: 'Bb' under 'allies' is under 'critics', too, line 5",),
        ),
        (
            "names: [Aa]\n    own_accounts: [aa]\n    critics: [AA]",
            ("'AA' under 'critics' is under 'own_accounts', too, line 4",),
        ),
        (
            "names: [Aa]\n    rivals: [àA]",
            ("brands.yaml:4: rival 'àA' is part of name 'Aa', line 3",),
        ),
        ("names: [Aa Bb]\n    rivals: [Bb]", ("part of name 'Aa Bb'", "put down to the rival")),
        ("names: [Aa]\n    hashtags: [bb]\n    rivals: [Bb]", ("part of hashtag 'bb', line 4",)),
        ('names: [Aa]\n    handles: [bb]\n    rivals: ["@BB"]', ("is under 'handles'", "line 4")),
        ('names: [Aa]\n    rivals: ["@b-b"]', ("'b-b' under 'rivals' is no handle",)),
        ('names: [Aa]\n    rivals: ["#bb"]', ("rival '#bb' begins with #", "write bb")),
        ('names: [Aa]\n    rivals: ["?!"]', ("rival '?!' holds no word",)),
        ('names: [Aa]\n    hashtags: ["#aa"]', ("begins with #", "write aa")),
        ("names: [Aa]\n    hashtags: [a b]", ("is no hashtag",)),
        ('names: [Aa]\n    hashtags: ["12"]', ("digits only",)),
        ("names: [Aa]\n    exclude: [aa]", ("part of name 'Aa', line 3", "no post could ever")),
        ("names: [Big Ääh]\n    exclude: [aah]", ("part of name 'Big Ääh'",)),
        ("names: [Aa]\n    hashtags: [bb]\n    exclude: [bb]", ("is hashtag 'bb'",)),
        ('names: [Aa]\n    exclude: ["!"]', ("holds no word",)),
        ("names: [Aa]\n    languages: [no]", ("Norwegian", '"no" in quotes')),
        ("names: [Aa]\n    languages: [fr-FR]", ("no two- or three-letter", "write fr")),
        ("names: [Aa]\n    languages: [french]", ("use codes such as",)),
        ("names: [Aa]\n    slack_channel: #aa", ("'slack_channel' is empty", "comment")),
        ("names: [Aa]\n    alert_language: de", ("'de'", "one of en, fr")),
        ("names: [Aa]\n    alert_zone: Paris", ("no time zone 'Paris'", "Europe/Paris")),
        ("names: [Aa]\n    false_rings_per_quarter: 0", ("> 0", "default, 0.5")),
        ("names: [Aa]\n    heads_up_per_week: some", ("the text 'some'", "write a number")),
        ("names: [Aa]\n    heads_up_per_week: .nan", ("is nan", "default, 1.0")),
        ("names: [Aa]\n    judge: each", ("'judge' is the text 'each'", "sources")),
        ("names: [Aa]\n    judge: {}", ("'judge' says nothing", "or delete it")),
        ("names: [Aa]\n    judge: {source: all}", ("did you mean 'sources'?",)),
        ("names: [Aa]\n    judge: {sources: eech}", ("is 'eech'", "did you mean 'each'?")),
        ("names: [Aa]\n    judge: {sources: rss}", ("is 'rss'", "write sources: [rss]")),
        ("names: [Aa]\n    judge: {sources: []}", ("lists nothing", "sources: [x, bluesky]")),
        ("names: [Aa]\n    judge: {sources: [all]}", ("'all' stands in a list", "sources: all")),
        (
            "names: [Aa]\n    judge:\n      sources: [x, X-Mentions]",
            ("brands.yaml:5: 'X-Mentions' under 'sources' is no network", "write x:"),
        ),
        ("names: [Aa]\n    <<: {handles: [b]}", ("merge", "write the keys out")),
        (f"names: [Aa]\n    exclude: [{'w' * 1100}]", ("X takes 1024", "shorten 'exclude'")),
    ],
)
def test_names_fault_and_remedy(fields: str, words: tuple[str, ...]) -> None:
    faults = faults_of(f"brands:\n  - id: a\n    {fields}\n")
    assert any(all(word in fault for word in words) for fault in faults), faults


def test_fault_names_file_and_line_of_the_value() -> None:
    fault = only_fault('names: [Aa]\n    handles:\n      - ok\n      - "@bad"')
    assert fault == "brands.yaml:6: '@bad' under 'handles' begins with @; write bad"


@pytest.mark.parametrize(
    ("identity", "better"), [("Nestlé SA", "nestle-sa"), ("-x-", "x"), ("***", "choose another")]
)
def test_bad_id_comes_with_a_better_one(identity: str, better: str) -> None:
    [fault] = faults_of(f'brands:\n  - id: "{identity}"\n    names: [Aa]\n')
    assert better in fault


def test_missing_id_and_names() -> None:
    first, second = faults_of("brands:\n  - handles: [x]\n")
    assert "no 'id'" in first
    assert "no 'names'" in second


def test_doubled_id_names_the_first_line() -> None:
    [fault] = faults_of("brands:\n  - id: a\n    names: [Aa]\n  - id: a\n    names: [Bb]\n")
    assert fault.startswith("brands.yaml:4: id 'a' is taken by the brand on line 2")


def test_all_faults_at_once_in_order_of_lines() -> None:
    faults = faults_of('brands:\n  - id: A\n    names: [""]\n    oops: 1\n  - 5\n  - names: no\n')
    lines = [int(fault.split(":")[1]) for fault in faults]
    assert lines == sorted(lines)
    assert set(lines) == {2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("[1]", 1, "not keys with values"),
        ("brands: []", 1, "lists nothing"),
        ("other: 1", 1, "known are brands"),
        ("{}", 1, "there is no 'brands'"),
        ("brands:\n\t- id: a", 2, "no tabs"),
        ("brands:\n  - id: @a", 2, "without @"),
        ("brands:\n  - id: [a", 2, "no YAML"),
        ("brands:\n  - id: a\x07", 2, "U+0007"),
    ],
)
def test_file_that_is_no_list_of_brands(text: str, line: int, words: str) -> None:
    [fault] = faults_of(text)
    assert fault.startswith(f"brands.yaml:{line}: ")
    assert words in fault


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("names: [X]", "single letter"),
        ("names: [Orange]", "everyday word"),
        ("names: [Aaa, aaa]", "listed twice"),
        ("names: [Aaa]\n    judge: {sources: [x, x]}", "'x' is listed twice under 'sources'"),
        (
            "names: [Aaa]\n    judge: {sources: [twitter]}",
            "no source of Tocsin is called 'twitter'",
        ),
    ],
)
def test_doubtful_is_a_warning_not_a_fault(fields: str, words: str) -> None:
    inspection = inspect_brands(f"brands:\n  - id: a\n    {fields}\n")
    assert inspection.brands is not None
    [fault] = inspection.faults
    assert fault.warning
    assert words in fault.what


def test_single_ideograph_is_a_name() -> None:
    assert inspect_brands("brands:\n  - id: a\n    names: [花]\n").faults == ()


def test_handle_shared_by_two_brands_is_a_warning() -> None:
    text = "brands:\n"
    for brand in ("aa", "bb"):
        text += f"  - id: {brand}\n    names: [{brand}]\n    handles: [Same]\n"
    [fault] = inspect_brands(text).faults
    assert "shares '@same' with 'aa'" in fault.what
    assert fault.warning


def test_more_rules_than_x_holds_is_a_warning() -> None:
    text = "brands:\n" + "".join(f"  - id: b{n}\n    names: [brand{n}]\n" for n in range(1001))
    [fault] = inspect_brands(text).faults
    assert "1001 rules" in fault.what


def test_a_rule_that_two_brands_share_is_one_for_x() -> None:
    text = "brands:\n" + "".join(f"  - id: b{n}\n    names: [brand{n}]\n" for n in range(1000))
    faults = inspect_brands(f"{text}  - id: again\n    names: [brand0]\n").faults
    assert not [fault for fault in faults if "rules for X" in fault.what]


def test_alias_of_itself_ends() -> None:
    assert inspect_brands("brands: &a [*a]").brands is None
