"""From who speaks to what stands in the post: sentiment, words, tags, links, author."""

from typing import NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import NONE, TERMS, Floats, Ints, Mentions
from lab.evaluate.replays.world.speakers.actors import Ensemble
from lab.evaluate.replays.world.speakers.people import followers, strangers, zipf
from lab.evaluate.replays.world.speakers.reading import ModelOfBrand

TEMPLATES = 12
"""So many texts of a subject are copied."""
TOO_SHORT = 0.12
"""Share of texts whose wording is too short to tell copies."""


class TalkSubject(NamedTuple):
    """What a stretch of talk is about; each number is the first of a range of names."""

    first: int
    hashtags: int = 3
    links: int = 4
    terms: int = 60
    tag_exponent: float = 1.2


class Regulars(NamedTuple):
    """Regulars who talk of the brand anyway: followers of each, the busiest first."""

    audience: Ints

    def draw(self, rng: np.random.Generator, rows: int) -> Ints:
        """Regulars, by how busy they are."""
        return zipf(rng, rows, len(self.audience), 0.8)


class Languages(NamedTuple):
    """Languages (by number) and their shares."""

    numbers: Ints
    shares: Floats

    def draw(self, rng: np.random.Generator, rows: int) -> Ints:
        """One language each."""
        return self.numbers[rng.choice(len(self.numbers), rows, p=self.shares)]


class Writer(NamedTuple):
    """All that is needed to fill a row whose time, kind and voice are known."""

    ensemble: Ensemble
    reader: ModelOfBrand
    subject: TalkSubject
    crowd: Regulars
    languages: Languages
    again: float = 0.0
    """Share of posts by somebody who already took part in this very talk."""

    def write(self, rng: np.random.Generator, rows: Mentions, language: Ints | None = None) -> None:
        """Fill new texts by new speakers; ``language``: of each, where that is known."""
        voice = rows["voice"].astype(np.int64)
        if language is None:
            language = self.languages.draw(rng, len(rows))
        rows["language"] = language
        rows["text"] = self.ensemble.texts(rng, voice)
        self.read(rng, rows)
        subject = self.subject
        copied = rng.random(len(rows)) < self.ensemble.share("copied", voice)
        template = 1 + subject.first + zipf(rng, len(rows), TEMPLATES, 1.0)
        wording = np.where(copied, template, strangers(rng, len(rows)))
        rows["wording"] = np.where(rng.random(len(rows)) < TOO_SHORT, 0, wording)
        for field, kinds in (("hashtag", subject.hashtags), ("link", subject.links)):
            there = rng.random(len(rows)) < self.ensemble.share(field, voice)
            which = subject.first + zipf(rng, len(rows), kinds, subject.tag_exponent)
            rows[field] = np.where(there, which, NONE)
        called = rng.random(len(rows)) < self.ensemble.share("addressed", voice)
        other = rng.random(len(rows)) < 0.1  # noqa: PLR2004  # one in ten calls on somebody else
        rows["handle"] = np.where(called, 0, np.where(other, 1 + zipf(rng, len(rows), 200), NONE))
        words = zipf(rng, TERMS * len(rows), subject.terms, 0.8)
        rows["terms"] = subject.first + words.reshape(len(rows), TERMS)

    def read(self, rng: np.random.Generator, rows: Mentions) -> None:
        """Let the model read texts whose kind and language are known."""
        scored = self.reader.scores(
            rng, rows["text"].astype(np.int64), rows["language"].astype(np.int64)
        )
        for field, values in scored._asdict().items():
            rows[field] = values

    def sign(self, rng: np.random.Generator, rows: Mentions) -> None:
        """Give each row its author."""
        voice = rows["voice"].astype(np.int64)
        new = rng.random(len(rows)) < self.ensemble.share("stranger", voice)
        regular = self.crowd.draw(rng, len(rows))
        rows["author"] = np.where(new, strangers(rng, len(rows)), regular)
        audience = followers(rng, len(rows)) * self.ensemble.share("audience", voice)
        rows["followers"] = np.where(new, audience, self.crowd.audience[regular])
