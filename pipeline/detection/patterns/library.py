"""The library of named episodes: reference trajectories as data files beside this module.

A file states one episode: ``name``, ``kind``, ``title``, ``words`` (what alerts call it, in each
language), ``provenance``, ``sources``, ``weight`` (how much it counts within its kind) and
``phases`` in order of time, each with a ``name`` and ``features``: code → ``[expected value,
tolerance]`` on the scales of ``pipeline.detection.patterns.features``. A feature that a phase
leaves out is taken from the episode's ``features``; what neither names is expected as in ordinary
talk, with a wide tolerance.
``or_more`` and ``or_less`` list the features in which going further up or down than expected is no
less like the episode: a louder outrage does not make a storm less of a storm.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from pipeline.detection.patterns.features import FEATURES
from pipeline.phrase import Phrase
from schemas.brand import AlertLanguage
from schemas.incident import EpisodeKind

Tolerance = Annotated[float, Meta(gt=0)]
Expected = dict[str, tuple[float, Tolerance]]

NAME: Final = "^[a-z0-9][a-z0-9-]{2,63}$"
UNNAMED: Final = (0.0, 1.0)


class LibraryError(ValueError):
    """A library file that cannot be used: which one, where, what to do."""


class Phase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of an episode in which its features keep about the same."""

    name: str
    features: Expected = {}


class EpisodeWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What alerts of one language say of an episode, typed plainly.

    ``name`` stands after "Looks like"; ``lesson`` says what to do if it is like that, or nothing;
    ``wave``: when a second, larger wave came, of an episode that had one.
    """

    name: Annotated[str, Meta(min_length=1)]
    lesson: str = ""
    wave: str = ""


class ReferenceEpisode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of the library. ``provenance``: rebuilt from reports, or measured on a recording.

    ``words``: by language, of the episodes that Tocsin ships; a user's goes by its ``title``.
    """

    name: Annotated[str, Meta(pattern=NAME)]
    kind: EpisodeKind
    title: str
    words: dict[AlertLanguage, EpisodeWords] | UnsetType = UNSET
    provenance: Literal["reconstruction", "archetype", "measured"]
    sources: tuple[str, ...]
    note: str = ""
    weight: Annotated[float, Meta(gt=0, le=10)] = 1.0
    features: Expected = {}
    or_more: tuple[str, ...] = ()
    or_less: tuple[str, ...] = ()
    phases: Annotated[tuple[Phase, ...], Meta(min_length=1, max_length=12)]

    def words_in(self, language: AlertLanguage) -> EpisodeWords:
        """Return what alerts say of it in ``language``; an episode without words, its title."""
        known = {} if self.words is UNSET else self.words
        return known.get(language) or EpisodeWords(name=self.title)

    def expected(self, phase: Phase, code: str) -> tuple[float, float]:
        """Value and tolerance that ``phase`` expects of a feature."""
        return phase.features.get(code) or self.features.get(code) or UNNAMED

    def side(self, code: str) -> int:
        """1 if more than expected is as good as expected, -1 if less is, 0 if neither."""
        return (code in self.or_more) - (code in self.or_less)


class Reference(NamedTuple):
    """An episode made ready for comparison: per phase, in the order of ``FEATURES``.

    ``sides``: see ``ReferenceEpisode.side``. ``trust``: what past false alarms left of its weight.
    ``title``: of an episode that a user added; those that Tocsin ships are worded by whoever speaks
    of them. ``famous``: it is one case of history, and no kind of case.
    """

    name: str
    kind: EpisodeKind
    weight: float
    phases: tuple[tuple[tuple[float, float], ...], ...]
    sides: tuple[int, ...]
    title: str = ""
    trust: float = 1.0
    famous: bool = False


class Library(NamedTuple):
    """All references, crises first, each kind in order of name.

    ``digest``: twelve hexadecimal digits that differ where anything of two libraries does, but for
    the trust in their episodes: it changes no way through their phases.
    """

    references: tuple[Reference, ...]
    digest: str = ""

    @classmethod
    def of(
        cls, episodes: Iterable[ReferenceEpisode], own: Iterable[ReferenceEpisode] = ()
    ) -> "Library":
        """Make a library; it needs a crisis and a harmless episode, and names must differ.

        ``own`` are a user's: one of the name of another replaces it.

        Raises:
            LibraryError: if it does not.
        """
        mine = list(own)
        names = {episode.name for episode in mine}
        rest = [episode for episode in episodes if episode.name not in names]
        ordered = sorted([*rest, *mine], key=lambda episode: (episode.kind, episode.name))
        if twice := sorted(name for name, n in Counter(e.name for e in ordered).items() if n > 1):
            raise LibraryError(
                Phrase("a name is used twice: {names}: rename one", names=", ".join(twice))
            )
        if {episode.kind for episode in ordered} != {"crisis", "harmless"}:
            raise LibraryError(Phrase("the library needs a crisis and a harmless episode: add one"))
        references = tuple(_reference(episode, own=episode.name in names) for episode in ordered)
        return cls(references, sha256(msgspec.json.encode(references)).hexdigest()[:12])

    def trusting(self, weights: Mapping[str, float]) -> "Library":
        """The library for a brand that trusts some episodes less; unknown names are passed over."""
        references = (one._replace(trust=weights.get(one.name, 1.0)) for one in self.references)
        return self._replace(references=tuple(references))


def read_episode(raw: bytes, path: str) -> ReferenceEpisode:
    """Decode one file.

    Raises:
        LibraryError: naming file and field, if it is no episode or names an unknown feature.
    """
    try:
        episode = msgspec.json.decode(raw, type=ReferenceEpisode)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path}: {error}") from error
    named = {*episode.features, *episode.or_more, *episode.or_less}
    named |= {code for phase in episode.phases for code in phase.features}
    if unknown := sorted(named - {*FEATURES}):
        known = ", ".join(FEATURES)
        raise LibraryError(
            Phrase(
                "{path}: no such feature: {names}; known are {known}",
                path=path,
                names=", ".join(unknown),
                known=known,
            )
        )
    if both := sorted({*episode.or_more} & {*episode.or_less}):
        raise LibraryError(
            Phrase(
                "{path}: or_more and or_less both name {names}: keep one",
                path=path,
                names=", ".join(both),
            )
        )
    return episode


@cache
def load_episodes() -> tuple[ReferenceEpisode, ...]:
    """The episodes that Tocsin ships."""
    directory = files("pipeline.detection.patterns") / "episodes"
    paths = sorted(path.name for path in directory.iterdir() if path.name.endswith(".json"))
    return tuple(read_episode((directory / name).read_bytes(), name) for name in paths)


@cache
def load_library() -> Library:
    """The library that Tocsin ships.

    >>> [r.name for r in load_library().references if r.kind == "crisis"][-2:]
    ['product-failure', 'service-outage']
    """
    return Library.of(load_episodes())


def _reference(episode: ReferenceEpisode, *, own: bool) -> Reference:
    return Reference(
        name=episode.name,
        kind=episode.kind,
        weight=episode.weight,
        phases=tuple(
            tuple(episode.expected(phase, code) for code in FEATURES) for phase in episode.phases
        ),
        sides=tuple(episode.side(code) for code in FEATURES),
        title=episode.title if own else "",
        famous=not own and episode.provenance != "archetype",
    )
