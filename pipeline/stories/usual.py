"""Which words, hashtags and links are ordinary for a brand: what is left is rare.

Counted are posts that belonged to no story, so that a story does not become ordinary while it is
told. Old counts fade with a half-life of two days. Only what is frequent has to be kept.
"""

from collections.abc import Iterable
from math import log
from typing import Final

from msgspec import Struct, field

from pipeline.stories.keys import LINK, ROOT, TAG, WORDING

POST: Final = 64
"""One post, in the whole numbers that are counted in: sums must not depend on their order."""
HOUR_S: Final = 3600
_FADE: Final = (1009, 1024)  # an hour of a half-life of two days
_LONGEST_H: Final = 480
LEAST_KEPT: Final = 192
MOST_KEPT: Final = 2048
_PRIOR_POSTS: Final = 50
_PRIOR_COUNT: Final = 0.5

STRONG: Final = 3.0
_TAG_WEIGHT: Final = 2.0
_TAG_ORDINARY, _TAG_RARE = 0.05, 0.01
_LINK_ORDINARY: Final = 0.1
_WORD_ORDINARY: Final = 0.02
_WORD_DECADE: Final = log(10.0)
_MOST_OF_WORD: Final = 1.5


class OrdinaryTalk(Struct, array_like=True):
    """How many posts of ordinary talk there were, and in how many each frequent key stood."""

    hour: int = 0
    seen: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def turn(self, at_s: int) -> None:
        """Come to ``at_s``: what was counted fades by the hour."""
        hour = at_s // HOUR_S
        passed, self.hour = hour - self.hour, max(hour, self.hour)
        if passed <= 0 or not self.seen:
            return
        for _ in range(min(passed, _LONGEST_H)):
            self.seen = self.seen * _FADE[0] // _FADE[1]
        if passed > _LONGEST_H:
            self.seen = 0
        factor = (_FADE[0] / _FADE[1]) ** passed
        faded = {key: int(count * factor) for key, count in self.counts.items()}
        self.counts = {key: count for key, count in faded.items() if count >= POST // 2}

    def learn(self, keys: Iterable[str], posts: int = 1) -> None:
        """Count ``posts`` ordinary posts with these keys."""
        counts, weight = self.counts, POST * posts
        self.seen += weight
        for key in keys:
            if key[0] != ROOT and key[0] != WORDING:
                counts[key] = counts.get(key, 0) + weight
        room = min(max(self.seen // POST // 4, LEAST_KEPT), MOST_KEPT)
        if len(counts) > room + room // 2:
            # Of equals the later ones stay: a word that is new must have time to come again.
            newest = dict(reversed(counts.items()))
            kept = sorted(newest, key=newest.__getitem__, reverse=True)[:room]
            chosen = set(kept)
            self.counts = {key: count for key, count in counts.items() if key in chosen}

    def share(self, key: str) -> float:
        """Share of ordinary posts that carry ``key``; of one never met, less as more was read.

        >>> OrdinaryTalk().share("palm"), OrdinaryTalk(seen=950 * POST).share("palm")
        (0.01, 0.0005)
        """
        count = self.counts.get(key, 0) / POST
        return (count + _PRIOR_COUNT) / (self.seen / POST + _PRIOR_POSTS)

    def weight(self, key: str) -> float:
        """How much two posts have in common that share ``key``: 0 nothing, 2 a story.

        >>> talk = OrdinaryTalk(seen=950 * POST)
        >>> [round(talk.weight(key), 2) for key in (">5", "#x", "/x/y", "palm")]
        [3.0, 2.0, 3.0, 1.5]
        """
        kind = key[0]
        if kind in (ROOT, WORDING):
            return STRONG
        share = self.share(key)
        if kind == LINK:
            return STRONG if share < _LINK_ORDINARY else 0.0
        if kind == TAG:
            scale = log(_TAG_ORDINARY / share) / log(_TAG_ORDINARY / _TAG_RARE)
            return _TAG_WEIGHT * min(max(scale, 0.0), 1.0)
        return min(max(log(_WORD_ORDINARY / share) / _WORD_DECADE, 0.0), _MOST_OF_WORD)
