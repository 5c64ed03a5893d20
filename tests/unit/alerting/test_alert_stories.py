"""An alert says what the talk is about: a line for each story, in words that can't do harm."""

from agents.alerting.message.brands import words_of
from agents.alerting.message.compose import message_of
from agents.alerting.message.sections.stories import stories
from schemas.bucket import Story, StoryPost
from support.alert_examples import BRAND, MARQUE, ONSET, transition

PALM = Story(
    id="1268816400-3",
    started_s=int(ONSET.timestamp()),
    about=("palm", "oil", "#killer"),
    texts=200,
    reposts=112,
    voices=140,
    negative=190,
    attacks=150,
    growth=2.4,
)
CRASH = Story(
    id="1268816400-9", started_s=int(ONSET.timestamp()), about=("app", "crash"), texts=61,
    voices=1, negative=20, growth=0.3,
)  # fmt: skip
PALM_EN = (
    "palm / oil / #killer: 312 posts by 140 independent voices, 61% negative, "
    "48% attack it, growing."
)
PALM_FR = (
    "palm / oil / #killer : 312 messages, 140 voix indépendantes, 61 % de négatifs, "
    "48 % d’attaques, en hausse."
)


def lines(brand, *told: Story) -> list[str]:
    (part,) = stories(words_of(brand), transition(stories=told))
    return [line.replace("\u00a0", " ").replace("\u202f", " ") for line in part.lines]


def test_a_line_for_each_story():
    assert lines(BRAND, PALM, CRASH) == [
        PALM_EN,
        "app / crash: 61 posts by 1 independent voice, 33% negative, fading.",
    ]


def test_in_french():
    assert lines(MARQUE, PALM, CRASH) == [
        PALM_FR,
        "app / crash : 61 messages, 1 voix indépendante, 33 % de négatifs, en recul.",
    ]


def test_a_story_without_a_word_in_common_begins_as_its_strongest_post_does():
    post = StoryPost(id="7", at_s=0, text="Look what they did *there*")
    bare = Story(id="1-1", started_s=0, texts=9, voices=5, strongest=post)
    assert lines(BRAND, bare)[0].startswith("“Look what they did *there*”: 9 posts")


def test_what_strangers_wrote_is_neutral():
    evil = Story(id="1-1", started_s=0, texts=9, about=("<!channel>", "\u202egnp.exe"))
    assert "\u202e" not in lines(BRAND, evil)[0]


def test_nothing_is_said_where_there_is_none():
    assert stories(words_of(BRAND), transition()) == ()


def test_the_alert_tells_them_before_who_drives_it():
    headings = [part.heading for part in message_of(transition(stories=(PALM,)), BRAND).parts]
    assert headings.index("What it is about") < headings.index("Who and what drives it")
