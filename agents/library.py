"""A user's own episodes: a directory of JSON files beside the library that Tocsin ships."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.detection.patterns.library import (
    LibraryError,
    ReferenceEpisode,
    load_episodes,
    read_episode,
)
from pipeline.phrase import Phrase, phrases, said_by

MOST_EPISODES: Final = 200
"""Each costs every look at every brand."""


class LibraryFaultsError(ValueError):
    """All faults of a directory at once, one a line."""


def read_own(directory: Path) -> tuple[ReferenceEpisode, ...]:
    """Every ``*.json`` of a directory, in order of name.

    Raises:
        LibraryFaultsError: naming each file and what is wrong with it.
    """
    if not directory.is_dir():
        raise LibraryFaultsError(
            Phrase(
                "{directory}: no such directory; TOCSIN_LIBRARY_DIR names one", directory=directory
            )
        )
    paths = sorted(directory.glob("*.json"))
    faults: list[str] = []
    if len(paths) > MOST_EPISODES:
        faults.append(
            Phrase(
                "{directory}: {n} episodes, at most {most}: take some out",
                directory=directory,
                n=len(paths),
                most=MOST_EPISODES,
            )
        )
    episodes: dict[str, Path] = {}
    found = []
    for path in paths:
        try:
            episode = read_episode(path.read_bytes(), str(path))
        except (OSError, LibraryError) as error:
            faults.append(_on_one_line(error))
            continue
        if episode.name in episodes:
            other = episodes[episode.name].name
            faults.append(
                Phrase(
                    "{path}: the name {name!r} is that of {other}, too: rename one",
                    path=path,
                    name=episode.name,
                    other=other,
                )
            )
        episodes.setdefault(episode.name, path)
        found.append(episode)
    if faults:
        raise LibraryFaultsError(phrases("\n", faults))
    return tuple(found)


def _on_one_line(error: Exception) -> str:
    said = said_by(error)
    return " ".join(said.split("\n")) if "\n" in said else said


def replaced(own: Iterable[ReferenceEpisode]) -> list[str]:
    """Names of the episodes that Tocsin ships and that ``own`` ones take the place of."""
    shipped = {episode.name for episode in load_episodes()}
    return sorted(episode.name for episode in own if episode.name in shipped)
