"""The section of an alert that says what the talk is about: a line for each story."""

from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.model import Part
from agents.alerting.message.neutral import outside
from schemas.bucket import Story
from schemas.incident import Transition

ABOUT_CHARACTERS: Final = 80
SAMPLE_CHARACTERS: Final = 60
GROWING: Final = 1.5
FADING: Final = 0.67


def stories(words: Words, transition: Transition) -> tuple[Part, ...]:
    """Say what each story is about, how large it is and how it goes; nothing if there is none."""
    lines = tuple(story_line(words, story) for story in transition.stories)
    return (Part(words.texts["heading_stories"], lines),) if lines else ()


def story_line(words: Words, story: Story) -> str:
    """Say of one story what it is about, how large it is and how it goes."""
    posts = max(story.posts, 1)
    fields = {
        "about": _about(words, story),
        "posts": words.count("story_posts", story.posts),
        "voices": words.count("story_voices", story.voices),
        "negative": words.percent(min(story.negative / posts, 1.0)),
        "course": words.texts[f"story_{_course(story)}"],
    }
    if not story.attacks:
        return words.say("story", **fields)
    attack = words.percent(min(story.attacks / posts, 1.0))
    return words.say("story_attacked", attack=attack, **fields)


def _about(words: Words, story: Story) -> str:
    """What its posts share; where they share no more than a post, how that begins."""
    about = outside(" / ".join(story.about), ABOUT_CHARACTERS)
    if about:
        return about
    strongest = story.strongest
    sample = outside(strongest.text, SAMPLE_CHARACTERS) if strongest else ""
    return f"“{sample}”" if sample else words.texts["one_post"]


def _course(story: Story) -> str:
    if not story.growth:
        return "new"
    if story.growth >= GROWING:
        return "growing"
    return "fading" if story.growth <= FADING else "steady"
