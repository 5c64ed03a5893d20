"""What is read depends on counts and ids alone, and stays within its budget."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.cascades import CAPACITY, Cascades
from pipeline.reading.offered import DRAWN, LOTS, Offered, lot_of
from pipeline.reading.rules import ReadingRules, rules_for
from pipeline.reading.state import ReadingState, composed
from schemas.reading import Reading
from support.reading import ALL, offered, score, surely
from support.rolling import mention

WIDTH_S = 10
HOUR_S = 3600


def repost(number: int, root: str, text: str = "bad", **fields):
    return mention(f"r{root}-{number}", number, text, kind="repost", ref_id=root, **fields)


def passed_on(root: str, text: str = "RT @them: bad news") -> Offered:
    found = Offered()
    found.add(repost(0, root, text, ref_author="them"), score(), 0)
    return found


def read(state: ReadingState, start_s: int, bucket: Offered, reposted=None, rules=ALL) -> Reading:
    """Choose, read everything as praise, and go on."""
    choice = state.choose(rules, start_s, bucket, reposted or {})
    reading = composed(choice, [surely("praise")] * len(choice.wanted), "fake")
    state.settle(start_s, bucket.texts, reposted or {}, reading)
    return reading


@given(st.lists(st.text("ab", min_size=1, max_size=4), unique=True, max_size=30), st.data())
def test_the_texts_that_may_be_read_are_the_same_in_any_order_and_any_parts(names, data):
    whole = Offered()
    for name in names:
        whole.add(mention(name, 1), score(), 0)
    parts = [Offered(), Offered(), Offered()]
    for name in data.draw(st.permutations(names)):
        data.draw(st.sampled_from(parts)).add(mention(name, 1), score(), 0)
    merged = Offered()
    for part in data.draw(st.permutations(parts)):
        merged.merge(part)
    assert merged == whole
    assert [one.lot for one in whole.drawn] == sorted(map(lot_of, names))[: DRAWN + 1]


reposts = st.tuples(
    st.integers(0, 9),
    st.sampled_from(["r1", "r2", "1212092628029698048"]),
    st.sampled_from(["RT @them: bad", "bad", "bad news", "RT @them: ba…"]),
    st.sampled_from(["en", "und"]),
    st.sampled_from([-30.0, 0.0]),
)


@given(st.lists(reposts, max_size=12), st.data())
def test_the_roots_that_may_be_read_are_the_same_in_any_order_and_any_parts(drawn, data):
    def add(into: Offered, one) -> None:
        number, root, text, lang, odds = one
        into.add(repost(number, root, text, lang=lang, ref_author="them"), score(odds), 0)

    whole, parts, merged = Offered(), [Offered(), Offered()], Offered()
    for one in drawn:
        add(whole, one)
    for one in data.draw(st.permutations(drawn)):
        add(data.draw(st.sampled_from(parts)), one)
    for part in parts:
        merged.merge(part)
    assert merged == whole


def test_lots_are_spread_evenly_over_ids_that_follow_each_other():
    first = 1212092628029698048
    for step in (1, 8, 1 << 22):
        lots = [lot_of(str(first + number * step)) for number in range(4000)]
        for tenth in range(10):
            share = sum(tenth <= lot * 10 / LOTS < tenth + 1 for lot in lots) / len(lots)
            assert 0.08 < share < 0.12


def test_a_quiet_brand_is_read_in_full():
    state = ReadingState()
    for hour in range(10):
        reading = read(state, hour * HOUR_S, offered("so so", start_s=hour), rules=ReadingRules())
        assert (reading.rate, reading.read) == (1.0, 1)


def heard(state: ReadingState, hours, texts_per_h: int, rules: ReadingRules) -> list[int]:
    """Texts read in each hour."""
    found = []
    for hour in hours:
        total = 0
        for place in range(HOUR_S // WIDTH_S):
            start_s = hour * HOUR_S + place * WIDTH_S
            due = (place + 1) * texts_per_h * WIDTH_S // HOUR_S
            texts = due - place * texts_per_h * WIDTH_S // HOUR_S
            total += read(
                state, start_s, offered(*["x"] * texts, start_s=start_s), rules=rules
            ).read
        found.append(total)
    return found


def test_a_loud_brand_is_sampled_and_more_of_an_unusual_hour():
    state, rules = ReadingState(), ReadingRules()
    usual = heard(state, range(6), 600, rules)
    unusual = heard(state, range(6, 8), 6000, rules)
    assert all(4 <= texts <= 40 for texts in usual[1:])
    assert all(80 <= texts <= rules.texts_per_h for texts in unusual)


@given(
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), min_size=1, max_size=80),
)
def test_an_hour_never_has_more_read_than_its_budget(budget, buckets):
    rules = ReadingRules(
        sample_per_h=budget, unusual_per_h=9 * budget, roots_per_h=budget, texts_per_h=budget
    )
    state = ReadingState()
    spent = 0
    for place, (texts, roots) in enumerate(buckets):
        start_s = place * WIDTH_S
        bucket = offered(*["x"] * texts, start_s=start_s)
        for root in range(roots):
            bucket.merge(passed_on(f"{place}-{root}"))
        reposted = {f"{place}-{root}": 5 for root in range(roots)}
        choice = state.choose(rules, start_s, bucket, reposted)
        spent += len(choice.wanted)
        reading = composed(choice, [surely("praise")] * len(choice.wanted), "fake")
        state.settle(start_s, bucket.texts, reposted, reading)
    assert spent <= budget


def test_a_root_is_told_of_at_3_10_30_and_read_once():
    state, told, wanted = ReadingState(), [], []
    for start_s in range(0, 400, WIDTH_S):
        choice = state.choose(ALL, start_s, passed_on("root"), {"root": 1})
        wanted += [one.text for one in choice.wanted]
        reading = composed(choice, [surely("praise")] * len(choice.wanted), "fake")
        state.settle(start_s, 0, {"root": 1}, reading)
        told += [root.reposts for root in reading.roots]
    assert told == [3, 10, 30]
    assert wanted == ["bad news"]


def test_a_root_for_which_no_budget_is_left_is_read_in_the_next_hour():
    rules = ReadingRules(roots_per_h=1, texts_per_h=1)
    state = ReadingState()
    assert read(state, 0, passed_on("first"), {"first": 3}, rules).roots[0].id == "first"
    assert not read(state, 10, passed_on("second"), {"second": 3}, rules).roots
    assert read(state, HOUR_S, passed_on("second"), {"second": 1}, rules).roots[0].reposts == 4


def test_the_root_s_text_is_the_fullest_of_its_reposts_without_who_passed_it_on():
    found = Offered()
    for number, text in enumerate(("RT @them: they knew of…", "RT @them: they knew of it", "")):
        found.add(repost(number, "r", text, ref_author="them"), score(), 0)
    assert [(one.id, one.handle, one.text) for one in found.roots] == [
        ("r", "them", "they knew of it")
    ]


def test_roots_are_forgotten_after_two_days_and_when_there_are_too_many():
    cascades = Cascades()
    cascades.hear(0, {"old": 2})
    cascades.hear(48 * HOUR_S + 10, {"new": 1})
    assert list(cascades.known) == ["new"]
    cascades.hear(48 * HOUR_S + 20, {f"r{number}": 1 for number in range(CAPACITY)})
    assert len(cascades.known) == CAPACITY
    assert "new" not in cascades.known


@given(st.floats(0, 1), st.integers(1, 100_000))
def test_all_brands_together_take_no_more_than_the_share(share, brands):
    rules = rules_for(share, brands)
    if rules is not None:
        assert rules.texts_per_h * brands <= share * 150 * HOUR_S
        assert rules.roots_per_h <= rules.texts_per_h <= ReadingRules().texts_per_h
