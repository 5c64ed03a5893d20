import re
import string
from collections.abc import Iterator
from datetime import datetime
from typing import get_args

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from agents.alerting.i18n import ENGLISH, FRENCH, LANGUAGES, Words
from pipeline.detection.detector.kind import PASSED_ON, READ, SHARES
from pipeline.detection.detector.severity import SeverityBand
from pipeline.detection.patterns.features import FEATURES
from pipeline.detection.patterns.library import ReferenceEpisode, load_episodes
from pipeline.detection.reasons import DismissRule, LifeRule, NoticeRule, RingRule
from schemas.brand import AlertLanguage
from schemas.incident import State
from schemas.mention import Cause, Kind, Recovery

TABLES = (
    "states", "reasons", "rules", "patterns", "lessons", "waves", "languages", "causes",
    "recoveries", "texts",
)  # fmt: skip
AT = datetime.fromisoformat("2010-03-07T09:05:00+00:00")


def strings(words: Words) -> Iterator[str]:
    for table in TABLES:
        for value in getattr(words, table).values():
            yield from (value.text, value.bare) if table == "reasons" else (value,)
    yield from words.severities.values()
    yield from words.months


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_keys(table: str) -> None:
    assert set(getattr(ENGLISH, table)) == set(getattr(FRENCH, table))


def test_both_languages_fill_the_same_fields() -> None:
    for key, template in ENGLISH.texts.items():
        assert fields(template) == fields(FRENCH.texts[key]), key


def test_both_languages_say_a_reason_in_the_same_unit_and_fields() -> None:
    for code, english in ENGLISH.reasons.items():
        french = FRENCH.reasons[code]
        assert english.unit == french.unit
        assert fields(english.text) == fields(french.text), code
        assert fields(english.bare) == fields(french.bare), code
        assert "normal" not in fields(english.bare)


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_everything_the_judge_says_has_words(words: Words) -> None:
    assert {*FEATURES, "course"} <= set(words.reasons)
    rules = (NoticeRule, RingRule, LifeRule, DismissRule)
    assert {name for kind in rules for name in get_args(kind)} <= set(words.rules)
    assert {*(one.code for one in SHARES), PASSED_ON, *READ.read} <= set(words.reasons)
    assert {episode.name for episode in load_episodes()} == set(words.patterns)
    assert {e.name for e in load_episodes() if e.kind == "crisis"} >= set(words.lessons)


@pytest.mark.parametrize("episode", load_episodes(), ids=lambda episode: episode.name)
def test_every_episode_has_words_in_every_language(episode: ReferenceEpisode) -> None:
    assert episode.words is not UNSET
    assert set(episode.words) == set(get_args(AlertLanguage))


def test_an_episode_without_words_goes_by_its_title() -> None:
    ours = replace(load_episodes()[0], title="our recall of 2019", words=UNSET)
    assert ours.words_in("fr").name == "our recall of 2019"


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_everything_the_schema_says_has_words(words: Words) -> None:
    assert set(words.states) == set(get_args(State))
    assert set(words.severities) == set(SeverityBand)
    assert set(words.causes) == set(get_args(Cause))
    assert set(words.recoveries) == set(get_args(Recovery))
    assert {f"kind_{kind}" for kind in get_args(Kind)} <= set(words.texts)


def test_every_alert_language_is_spoken() -> None:
    assert set(LANGUAGES) == set(get_args(AlertLanguage))


def test_french_never_breaks_before_high_punctuation() -> None:
    for text in strings(FRENCH):
        assert not re.search(r" [:;!?»%]|« |(?<=\w)'(?=\w)", text), text


def test_no_text_is_empty_but_the_kind_that_goes_without_saying() -> None:
    for words in LANGUAGES.values():
        assert [key for key, text in words.texts.items() if not text] == ["kind_original"]


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0, "0", "0"),
        (3.44, "3.4", "3,4"),
        (3.0, "3", "3"),
        (9.97, "10", "10"),
        (31.4, "31", "31"),
        (1240, "1,240", "1\u202f240"),
        (-2.5, "\u22122.5", "\u22122,5"),
        (float("inf"), "∞", "∞"),
    ],
)
def test_numbers(value: float, english: str, french: str) -> None:
    assert (ENGLISH.number(value), FRENCH.number(value)) == (english, french)


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (0.0, "0%", "0\u00a0%"),
        (0.004, "<\u00a01%", "<\u00a01\u00a0%"),
        (0.46, "46%", "46\u00a0%"),
        (0.996, "99%", "99\u00a0%"),
        (1.0, "100%", "100\u00a0%"),
    ],
)
def test_shares_are_never_rounded_to_none_or_all(share: float, english: str, french: str) -> None:
    assert (ENGLISH.percent(share), FRENCH.percent(share)) == (english, french)


def test_singular_and_plural_follow_the_language() -> None:
    assert [ENGLISH.count("followers", n) for n in (0, 1, 2)] == [
        "0 followers",
        "1 follower",
        "2 followers",
    ]
    assert [FRENCH.count("followers", n) for n in (0, 1, 2)] == [
        "0\u00a0abonné",
        "1\u00a0abonné",
        "2\u00a0abonnés",
    ]


@pytest.mark.parametrize(
    ("seconds", "english"),
    [(0, "0 min"), (20, "20 s"), (720, "12 min"), (5400, "1 h 30 min"), (7200, "2 h"),
     (90_000, "1 day 1 h"), (3 * 86_400, "3 days")],
)  # fmt: skip
def test_durations(seconds: float, english: str) -> None:
    assert ENGLISH.duration(seconds) == english


@pytest.mark.parametrize(
    ("seconds", "english"),
    [
        (3 * 3600, "about once in 3 h"),
        (5 * 86_400, "about once in 5 days"),
        (21 * 86_400, "about once in 3 weeks"),
        (120 * 86_400, "about once in 4 months"),
        (3 * 366 * 86_400, "about once in 3 years"),
        (80 * 366 * 86_400, "less than once in 10 years"),
        (float("inf"), "less than once in 10 years"),
    ],
)
def test_rarity_claims_nothing_past_ten_years(seconds: float, english: str) -> None:
    assert ENGLISH.period(seconds) == english


def test_times_are_said_in_utc() -> None:
    elsewhere = datetime.fromisoformat("2010-03-07T10:05:00+01:00")
    assert ENGLISH.moment(elsewhere) == "7\u00a0Mar\u00a02010, 09:05 UTC"
    assert FRENCH.moment(elsewhere) == "7\u00a0mars\u00a02010, 9\u00a0h\u00a005 UTC"
    assert ENGLISH.moment(AT, beside=elsewhere) == "09:05 UTC"


def test_every_severity_has_a_word() -> None:
    for words in LANGUAGES.values():
        assert all(words.severity(severity) for severity in range(1, 11))


def test_times_are_said_on_the_clocks_of_those_who_read_with_utc_beside() -> None:
    there = FRENCH
    paris = replace(there, zone="Europe/Paris")
    assert paris.time(AT) == "10\u00a0h\u00a005 CET"
    assert paris.with_utc(AT) == "10\u00a0h\u00a005 CET (9\u00a0h\u00a005 UTC)"
    late = AT.replace(hour=23, minute=30)
    assert paris.day(late) == "8\u00a0mars\u00a02010"


def test_an_episode_of_the_users_own_library_keeps_its_name() -> None:
    assert ENGLISH.pattern("our-recall_2019") == "our recall 2019"
    assert ENGLISH.pattern("our-recall_2019", "our recall of 2019") == "our recall of 2019"
    assert ENGLISH.pattern("boycott-call", "the march on our shop") == "the march on our shop"


def test_words_are_data() -> None:
    assert msgspec.to_builtins(ENGLISH)["texts"]["next"]
