"""The library of named episodes: reference trajectories as data files beside this module.

A file states one episode: ``name``, ``kind``, ``title``, ``provenance``, ``sources``, ``weight``
(how much it counts within its kind) and ``phases`` in order of time, each with a ``name`` and
``features``: code → ``[expected value, tolerance]`` on the scales of ``pipeline.judge.features``.
A feature that a phase leaves out is taken from the episode's ``features``; what neither names is
expected as in ordinary talk, with a wide tolerance. ``or_more`` and ``or_less`` list the features
in which going further up or down than expected is no less like the episode: a louder outrage does
not make a storm less of a storm.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from pipeline.judge.features import FEATURES
from schemas.incident import EpisodeKind

Tolerance = Annotated[float, Meta(gt=0)]
Expected = dict[str, tuple[float, Tolerance]]

UNNAMED: Final = (0.0, 1.0)


class LibraryError(ValueError):
    """A library file that cannot be used: which one, where, what to do."""


class Phase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of an episode in which its features keep about the same."""

    name: str
    features: Expected = {}


class Episode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of the library. ``provenance``: rebuilt from reports, or measured on a recording."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{2,63}$")]
    kind: EpisodeKind
    title: str
    provenance: Literal["reconstruction", "archetype", "measured"]
    sources: tuple[str, ...]
    note: str = ""
    weight: Annotated[float, Meta(gt=0, le=10)] = 1.0
    features: Expected = {}
    or_more: tuple[str, ...] = ()
    or_less: tuple[str, ...] = ()
    phases: Annotated[tuple[Phase, ...], Meta(min_length=1, max_length=12)]

    def expected(self, phase: Phase, code: str) -> tuple[float, float]:
        """Value and tolerance that ``phase`` expects of a feature."""
        return phase.features.get(code) or self.features.get(code) or UNNAMED

    def side(self, code: str) -> int:
        """1 if more than expected is as good as expected, -1 if less is, 0 if neither."""
        return (code in self.or_more) - (code in self.or_less)


class Reference(NamedTuple):
    """An episode made ready for comparison: per phase, in the order of ``FEATURES``.

    ``sides``: see ``Episode.side``. ``trust``: what past false alarms left of its weight.
    """

    name: str
    kind: EpisodeKind
    weight: float
    phases: tuple[tuple[tuple[float, float], ...], ...]
    sides: tuple[int, ...]
    trust: float = 1.0


class Library(NamedTuple):
    """All references, crises first, each kind in order of name."""

    references: tuple[Reference, ...]

    @classmethod
    def of(cls, episodes: Iterable[Episode]) -> "Library":
        """Make a library; it needs a crisis and a harmless episode, and names must differ.

        Raises:
            LibraryError: if it does not.
        """
        ordered = sorted(episodes, key=lambda episode: (episode.kind, episode.name))
        names = [episode.name for episode in ordered]
        if len(set(names)) < len(names):
            raise LibraryError(f"a name is used twice among {', '.join(names)}: rename one")
        if {episode.kind for episode in ordered} != {"crisis", "harmless"}:
            raise LibraryError("the library needs a crisis and a harmless episode: add one")
        return cls(tuple(_reference(episode) for episode in ordered))

    def trusting(self, weights: Mapping[str, float]) -> "Library":
        """The library for a brand that trusts some episodes less; unknown names are passed over."""
        return Library(
            tuple(one._replace(trust=weights.get(one.name, 1.0)) for one in self.references)
        )


def read_episode(raw: bytes, path: str) -> Episode:
    """Decode one file.

    Raises:
        LibraryError: naming file and field, if it is no episode or names an unknown feature.
    """
    try:
        episode = msgspec.json.decode(raw, type=Episode)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path}: {error}") from error
    named = {*episode.features, *episode.or_more, *episode.or_less}
    named |= {code for phase in episode.phases for code in phase.features}
    if unknown := sorted(named - {*FEATURES}):
        known = ", ".join(FEATURES)
        raise LibraryError(f"{path}: no such feature: {', '.join(unknown)}; known are {known}")
    if both := sorted({*episode.or_more} & {*episode.or_less}):
        raise LibraryError(f"{path}: or_more and or_less both name {', '.join(both)}: keep one")
    return episode


@cache
def load_episodes() -> tuple[Episode, ...]:
    """The episodes that Tocsin ships."""
    directory = files("pipeline.judge") / "episodes"
    paths = sorted(path.name for path in directory.iterdir() if path.name.endswith(".json"))
    return tuple(read_episode((directory / name).read_bytes(), name) for name in paths)


@cache
def load_library() -> Library:
    """The library that Tocsin ships.

    >>> [r.name for r in load_library().references if r.kind == "crisis"][-2:]
    ['product-failure', 'service-outage']
    """
    return Library.of(load_episodes())


def _reference(episode: Episode) -> Reference:
    return Reference(
        name=episode.name,
        kind=episode.kind,
        weight=episode.weight,
        phases=tuple(
            tuple(episode.expected(phase, code) for code in FEATURES) for phase in episode.phases
        ),
        sides=tuple(episode.side(code) for code in FEATURES),
    )
