"""The parts a simulation is made of, each for itself."""

from datetime import UTC, datetime, timedelta
from statistics import mean

import pytest

from lab.simulate import SCENARIOS, Simulation, episode_from_counts, make_plan
from lab.simulate.cascade import (
    FOLLOWERS_SIGMA,
    MEDIAN_FOLLOWERS,
    delay_s,
    mean_cluster_size,
    mean_offspring,
)
from lab.simulate.draws import Draws, Weighted
from lab.simulate.grammar import GrammarError, Phrase, parse
from lab.simulate.scenario import CHATTER
from lab.simulate.snowflake import Snowflakes
from lab.simulate.style import Style
from lab.simulate.texts import LANGUAGES, Texts
from schemas.brand import Brand

ACME = Brand(id="acme", names=("Acme",))
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)


def test_poisson_counts_have_their_mean_and_variance() -> None:
    draws = Draws("poisson")
    counts = [draws.poisson(75.0) for _ in range(3000)]
    centre = mean(counts)
    assert centre == pytest.approx(75, rel=0.02)
    assert mean((count - centre) ** 2 for count in counts) == pytest.approx(75, rel=0.1)


def test_a_post_has_as_many_offspring_as_the_branching_ratio_on_average() -> None:
    draws = Draws("offspring")
    followings = [int(draws.lognormal(MEDIAN_FOLLOWERS, FOLLOWERS_SIGMA)) for _ in range(20_000)]
    offspring = [mean_offspring(followers, 0.4) for followers in followings]
    assert mean(offspring) == pytest.approx(0.4, rel=0.05)
    assert max(offspring) > 30 * 0.4


def test_every_branching_ratio_lets_cascades_die_out() -> None:
    ratios = [
        part.branching
        for scenario in (*SCENARIOS.values(), CHATTER)
        for part in (*scenario.waves, *scenario.beats)
    ]
    assert max(ratios) < 1
    assert mean_cluster_size(max(ratios)) < 5


def test_delays_are_prompt_mostly_and_long_sometimes() -> None:
    draws = Draws("delays")
    delays = sorted(delay_s(draws) for _ in range(5000))
    assert delays[len(delays) // 2] < 1800
    assert 6 * 3600 < delays[int(0.97 * len(delays))] <= 2 * 86_400


def test_cascades_are_heavy_tailed() -> None:
    plan = make_plan("quiet", seed=8, brand=ACME, start=MONDAY, days=3, mentions_per_hour=90)
    sizes: dict[str, int] = {}
    for mention, _, _ in Simulation(plan):
        if mention.kind == "repost":
            sizes[mention.ref_id] = sizes.get(mention.ref_id, 0) + 1
    ranked = sorted(sizes.values(), reverse=True)
    assert ranked[0] > 20
    assert ranked[len(ranked) // 2] <= 2


def test_ids_refuse_to_go_back_in_time() -> None:
    ids = Snowflakes(MONDAY, "x")
    ids.at_ms(1_709_500_000_001)
    with pytest.raises(ValueError, match="time order"):
        ids.at_ms(1_709_500_000_000)


def test_weights_are_kept() -> None:
    draws = Draws("weights")
    chances = Weighted([("a", 3.0), ("b", 1.0)])
    picked = [chances.pick(draws) for _ in range(4000)]
    assert picked.count("a") / 4000 == pytest.approx(0.75, abs=0.03)
    assert chances.share_of(lambda item: item == "b") == 0.25


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("lonely line", "t.txt:1: a phrasing before"),
        ("== a: angry ==\nx", "t.txt:1: stance 'angry'"),
        ("== a: neutral ==\n[x|y", "t.txt:2: '\\[' is not closed"),
        ("== a: neutral ==\n{fruit}", "t.txt:2: no slot {fruit}"),
        ("== a: neutral ==\nx\n== a: neutral ==\ny", "t.txt:3: section 'a' is there already"),
        ("== a: neutral ==", "t.txt: no phrasing in a"),
    ],
)
def test_a_broken_text_file_is_told_by_line(text: str, fault: str) -> None:
    with pytest.raises(GrammarError, match=fault):
        parse(text, "t.txt", {})


def test_slots_and_nested_choices_are_filled() -> None:
    section = parse(
        "@fruit = [ripe |]apple | pear\n== a: neutral ==\n[one|two] {fruit}", "t.txt", {}
    )["a"]
    draws = Draws("slots")
    assert {section.compose(draws) for _ in range(400)} == {
        f"{number} {fruit}"
        for number in ("one", "two")
        for fruit in ("ripe apple", "apple", "pear")
    }


def test_a_slip_never_touches_the_brand() -> None:
    style = Style(Draws("style"), year=2024, keep=("Acmeville",))
    assert all(
        "acmeville" in style.type_out("Acmeville #Acmeville", "negative", 0xFFFFFFF0).casefold()
        for _ in range(500)
    )


@pytest.mark.parametrize("scenario", [*SCENARIOS.values(), CHATTER], ids=lambda each: each.name)
def test_every_voice_is_written_in_some_language_of_its_wave(scenario: object) -> None:
    texts = Texts(("chatter", scenario.text_files), ACME)  # type: ignore[attr-defined]
    for wave in scenario.waves:  # type: ignore[attr-defined]
        assert set(wave.languages) <= set(LANGUAGES)
        for voice in (*wave.voices, *wave.echoes):
            assert any(texts.section(voice, language) for language in wave.languages), voice
        for language in wave.languages:
            assert any(texts.section(voice, language) for voice in wave.voices), language
    for beat in scenario.beats:  # type: ignore[attr-defined]
        assert texts.require(beat).phrases


def test_given_counts_are_met_day_by_day_with_their_mood() -> None:
    counts, moods = [400.0, 2400.0, 900.0], [-0.1, -0.25, 0.45]
    storm = episode_from_counts(counts, moods, crisis=True)
    plan = make_plan(storm, seed=1, brand=ACME, start=MONDAY, lead_days=1, mentions_per_hour=5)
    posts = [post for post in Simulation(plan) if post.episode]
    days = [
        [p for p in posts if p.mention.created_at.date() == (MONDAY + timedelta(days=day)).date()]
        for day in (1, 2, 3)
    ]
    assert [len(day) for day in days] == pytest.approx(counts, rel=0.35)

    def lean(day: list) -> float:  # type: ignore[type-arg]
        stances = [post.stance for post in day]
        return (stances.count("positive") - stances.count("negative")) / len(day)

    assert lean(days[1]) < -0.2
    assert lean(days[2]) > 0.05
    assert plan.truth.crisis
    assert plan.truth.onset == MONDAY + timedelta(days=1, hours=10)


def test_counts_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no day has a count.*2 counts but 1 sentiments"):
        episode_from_counts([0, 0], [0.1], crisis=True)


def names_brand(phrase: Phrase) -> bool:
    """Whether every way to fill the phrase names the brand."""
    return any(
        "Acme" in node if isinstance(node, str) else all(map(names_brand, node)) for node in phrase
    )


@pytest.mark.parametrize("stem", ["chatter", *SCENARIOS])
def test_every_phrasing_names_the_brand_unless_the_brand_speaks(stem: str) -> None:
    texts = Texts((stem,), ACME)
    nameless = [
        (language, section.name, phrase)
        for language in LANGUAGES
        for section in texts.sections(language)
        if not section.name.startswith("own-")
        for phrase in section.phrases
        if not names_brand(phrase)
    ]
    assert nameless == []
