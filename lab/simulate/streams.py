"""Where fresh posts come from: the chatter, and each wave of a scenario, bound to one brand."""

from collections.abc import Iterable, Mapping

from lab.simulate.draws import Weighted
from lab.simulate.grammar import Phrasings
from lab.simulate.rhythm import Rhythm
from lab.simulate.scenario import Beat, Wave
from lab.simulate.texts import LANGUAGES, Texts
from pipeline.phrase import Phrase

_ECHO_LINKED = 0.1


class SilentError(ValueError):
    """Nothing could be said: no texts in any of the languages asked for."""


class WaveStream:
    """A wave in the languages that remain, with the sections it draws from.

    Args:
        wave: what is said, by whom, and how its rate goes.
        size_per_h: fresh posts an hour at the wave's peak.
        texts: all texts of the scenario.
        only: languages to keep; empty keeps all.

    Raises:
        SilentError: if no language remains.
    """

    def __init__(self, wave: Wave, *, size_per_h: float, texts: Texts, only: Iterable[str]) -> None:
        kept = frozenset(only)
        self.wave = wave
        self._size_per_h = size_per_h
        self._voices: dict[str, Weighted[Phrasings]] = {}
        self._echoes: dict[str, Weighted[Phrasings]] = {}
        for language in LANGUAGES:
            if language in wave.languages and (not kept or language in kept):
                voices = _spoken(wave.voices, language, texts)
                if voices.total:
                    self._voices[language] = voices
                    echoes = _spoken(wave.echoes, language, texts)
                    self._echoes[language] = echoes if echoes.total else voices
        if not self._voices:
            raise SilentError(
                Phrase(
                    "{what!r} has no texts in {names}; it has some in {names2}",
                    what=wave.what,
                    names=", ".join(sorted(kept)),
                    names2=", ".join(
                        language for language in LANGUAGES if language in wave.languages
                    ),
                )
            )
        total = sum(wave.languages[language] for language in self._voices)
        self._rhythms = [
            (language, wave.languages[language] / total, Rhythm(language, wave.rhythm))
            for language in self._voices
        ]

        self.addressed_share = sum(
            share * self._voices[language].share_of(lambda section: section.to_brand)
            for language, share, _ in self._rhythms
        )
        """Part of the fresh posts that speak to the brand."""

    def share(self, language: str) -> float:
        """Return the part of the posts that are in ``language``, over a week."""
        return sum(share for name, share, _ in self._rhythms if name == language)

    def rate(self, storm_hour: float) -> float:
        """Return fresh posts an hour at ``storm_hour`` after the onset, the rhythm left out."""
        return self._size_per_h * self.wave.shape(storm_hour)

    def languages(self, hour_of_week: float) -> Weighted[str]:
        """Return who is awake: languages by activity. The total is the rhythm, mean 1."""
        return Weighted(
            (language, share * rhythm.at_hour(hour_of_week))
            for language, share, rhythm in self._rhythms
        )

    def voices(self, language: str) -> Weighted[Phrasings]:
        """Return the sections to draw from, in one of the stream's languages."""
        return self._voices[language]

    def echoes(self, language: str) -> Weighted[Phrasings]:
        """Return the sections of those who answer, in one of the stream's languages."""
        return self._echoes[language]


def _spoken(voices: Mapping[str, float], language: str, texts: Texts) -> Weighted[Phrasings]:
    return Weighted(
        (section, weight)
        for name, weight in voices.items()
        if (section := texts.section(name, language)) is not None
    )


def beat_stream(beat: Beat, texts: Texts) -> WaveStream:
    """Return the stream of what a single post calls forth; nothing fresh comes from it."""
    wave = Wave(
        what=beat.name,
        voices={beat.voice: 1.0},
        echoes=beat.echoes,
        languages={beat.language: 1.0},
        branching=beat.branching,
        newcomers=beat.newcomers,
        tags=beat.tags,
        links=beat.links,
        linked=_ECHO_LINKED,
        answered=0.0,
    )
    return WaveStream(wave, size_per_h=0.0, texts=texts, only=())
