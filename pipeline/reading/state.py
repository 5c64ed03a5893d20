"""What of a closed bucket is read, what was read of it, and what the next choice depends on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from pipeline.reading.cascades import Cascades
from pipeline.reading.contract import Wanted, outputs_of
from pipeline.reading.offered import LOTS, Candidate, Offered
from pipeline.reading.pace import ReadingPace
from pipeline.reading.rules import ReadingRules
from schemas.reading import CLASSES, MOST_ROOTS, ByClass, Reading, ReadPost

_SHOWN = ("accusation", "boycott", "mockery", "harm", "complaint")
_LEAST_LIKE = 0.4
"""A post less like a class than this is no example of it."""
_DIGITS = 3


class ReadRoot(NamedTuple):
    """A root to tell of. ``classes``: what reading it said, if it was read before."""

    post: Candidate
    reposts: int
    classes: ByClass | None


class ReadingChoice(NamedTuple):
    """What of a bucket is read.

    ``rate``: chance of each text to be drawn, as planned; ``chance``: the same, given how many
    were there to draw.
    """

    rate: float
    chance: float
    sample: Sequence[Candidate]
    roots: Sequence[ReadRoot]

    @property
    def wanted(self) -> list[Wanted]:
        """The texts to read, in order."""
        unread = [root.post for root in self.roots if root.classes is None]
        return [Wanted(post.text, post.lang, post.fast) for post in (*self.sample, *unread)]


class ReadingState(Struct, array_like=True):
    """What the choice of one brand depends on beside the bucket. A part of its checkpoint."""

    pace: ReadingPace = field(default_factory=ReadingPace)
    cascades: Cascades = field(default_factory=Cascades)

    def choose(
        self, rules: ReadingRules, start_s: int, offered: Offered, reposted: Mapping[str, int]
    ) -> ReadingChoice:
        """Choose of the bucket at ``start_s``. ``reposted``: reposts by root."""
        pace = self.pace
        pace.turn(start_s)
        texts = {one.id: one for one in offered.roots}
        roots: list[ReadRoot] = []
        most = pace.most_roots(rules)
        for due in self.cascades.due(reposted):
            if due.id in texts and len(roots) < MOST_ROOTS:
                if due.classes is None:
                    if most < 1:
                        continue  # still due at its next repost
                    most -= 1
                roots.append(ReadRoot(texts[due.id], due.reposts, due.classes))
        read = sum(root.classes is None for root in roots)
        rate = pace.rate(rules, start_s, offered.texts)
        most_drawn = min(pace.most_drawn(rules), pace.left(rules) - read)
        if most_drawn < 1 or not offered.texts:
            return ReadingChoice(0.0 if most_drawn < 1 else rate, 1.0, (), roots)
        below = rate * LOTS
        sample = [one for one in offered.drawn if one.lot < below]
        chance = rate
        if len(sample) > most_drawn:
            # Lots below that of the first one left out: such is the chance, given all others.
            chance = min(rate, sample[most_drawn].lot / LOTS)
            sample = sample[:most_drawn]
        return ReadingChoice(rate, chance, sample, roots)

    def settle(
        self, start_s: int, texts: int, reposted: Mapping[str, int], reading: Reading | None
    ) -> None:
        """Go on from the bucket at ``start_s``; ``texts`` it had, ``reading`` came of it."""
        pace = self.pace
        pace.turn(start_s)
        pace.texts += texts
        self.cascades.hear(start_s, reposted)
        if reading is None:
            return
        pace.sampled += reading.read
        for root in reading.roots:
            known = self.cascades.known.get(root.id)
            pace.roots += known is not None and known.classes is None
            self.cascades.tell(root.id, root.classes)


def composed(choice: ReadingChoice, answers: Sequence[ByClass], reader: str) -> Reading:
    """What a bucket says of its reading; ``answers`` to what was wanted, in order."""
    if not choice.sample and not choice.roots:
        return Reading(rate=round(choice.rate, 6))
    said = iter(answers)
    sample = [(post, next(said)) for post in choice.sample]
    roots = [(root, root.classes or next(said)) for root in choice.roots]
    sums = [0.0] * len(CLASSES)
    differences = [0.0, 0.0, 0.0]
    variances = [0.0, 0.0, 0.0]
    for post, classes in sample:
        for at, value in enumerate(classes):
            sums[at] += value / choice.chance
        for at, careful in enumerate(outputs_of(classes)):
            apart = careful - post.fast[at]
            differences[at] += apart / choice.chance
            variances[at] += (apart / choice.chance) ** 2 * (1 - choice.chance)
    return Reading(
        rate=round(choice.rate, 6),
        read=len(sample),
        classes=_rounded(sums),
        differences=_rounded(differences),
        variances=_rounded(variances),
        roots=tuple(_post(root.post, classes, root.reposts) for root, classes in roots),
        best=_best(sample),
        reader=reader if sample or roots else "",
    )


def _best(sample: Sequence[tuple[Candidate, ByClass]]) -> tuple[ReadPost, ...]:
    """The text that is most like each class that an alert shows examples of; each text once."""
    found: dict[str, ReadPost] = {}
    for name in _SHOWN:
        at = CLASSES.index(name)
        like = [(-classes[at], post.id, post, classes) for post, classes in sample]
        like = [one for one in like if -one[0] >= _LEAST_LIKE]
        if like:
            _, _, post, classes = min(like, key=lambda one: one[:2])
            found.setdefault(post.id, _post(post, classes))
    return tuple(found.values())


def _post(post: Candidate, classes: ByClass, reposts: int = 0) -> ReadPost:
    return ReadPost(
        id=post.id,
        handle=post.handle,
        created_at=post.created_at,
        text=post.text,
        classes=classes,
        fast=post.fast,
        lang=post.lang,
        kind=post.kind,
        followers=post.followers,
        reposts=reposts,
    )


def _rounded(values: Sequence[float]) -> tuple:  # type: ignore[type-arg]
    return tuple(round(value, _DIGITS) for value in values)
