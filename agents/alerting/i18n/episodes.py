"""What alerts call the episodes that Tocsin ships: each file of the library has its words."""

from collections.abc import Mapping

from pipeline.detection.patterns.library import load_episodes
from schemas.brand import AlertLanguage


def episode_names(language: AlertLanguage) -> Mapping[str, str]:
    """Return, by name of the episode, what stands after "Looks like".

    >>> episode_names("fr")["giveaway"]
    'un jeu-concours'
    """
    return {one.name: one.words_in(language).name for one in load_episodes()}


def episode_lessons(language: AlertLanguage) -> Mapping[str, str]:
    """Return, by name of the episode, what to do if it is like that; of many there is nothing.

    >>> sorted(set(episode_names("en")) - set(episode_lessons("en")))[:2]
    ['bad-day', 'bot-swarm']
    """
    lessons = {one.name: one.words_in(language).lesson for one in load_episodes()}
    return {name: lesson for name, lesson in lessons.items() if lesson}


def episode_waves(language: AlertLanguage) -> Mapping[str, str]:
    """Return, by name of the episode, when its second wave came; of most there was none.

    >>> sorted(episode_waves("en"))
    ['nestle-greenpeace-2010']
    """
    waves = {one.name: one.words_in(language).wave for one in load_episodes()}
    return {name: wave for name, wave in waves.items() if wave}
