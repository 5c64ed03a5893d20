"""The stories that buckets tell of: which were told lately, and which carry an episode."""

from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.deletions.records import posts_of_story, story_without
from pipeline.deletions.to_forget import ToForget
from schemas.bucket import Bucket, Story

KEPT: Final = 16
KEPT_S: Final = 3600
"""A story of which no bucket spoke for so long carries nothing new."""
TOLD: Final = 3
BEGUN_WITH_S: Final = 600
"""A story that began so shortly before an episode belongs to it as a whole."""

_COUNTS: Final = ("texts", "reposts", "voices", "negative", "attacks")

Counts = tuple[int, int, int, int, int]
NOTHING: Final[Counts] = (0, 0, 0, 0, 0)


class KnownStory(Struct, array_like=True):
    """The newest word on a story; ``before``: its counts when the episode began."""

    story: Story
    heard_s: int
    before: Counts = NOTHING

    def since(self) -> Story:
        """The story with what came after ``before`` alone."""
        if self.before == NOTHING:
            return self.story
        now = counts_of(self.story)
        left = [max(n - before, 0) for n, before in zip(now, self.before, strict=True)]
        return replace(self.story, **dict(zip(_COUNTS, left, strict=True)))


class KnownStories(Struct, array_like=True):
    """Stories by id, bounded."""

    known: dict[str, KnownStory] = field(default_factory=dict)

    def add(self, bucket: Bucket, end_s: int) -> None:
        """Take what a bucket says; a story that went into another one is not told twice."""
        for story in bucket.stories:
            known = self.known.get(story.id)
            if known is not None and known.heard_s > end_s:
                continue  # an older bucket was revised, and this is the newer word
            before = NOTHING if known is None else known.before
            for gone in story.merged:
                if (other := self.known.pop(gone, None)) is not None:
                    before = _sum(before, other.before)
            self.known[story.id] = KnownStory(story, end_s, before)
        if len(self.known) > 2 * KEPT:
            ranked = sorted(self.known.values(), key=_rank)
            self.known = {one.story.id: one for one in ranked[:KEPT]}

    def forget(self, now_s: int) -> None:
        """Let go of what was not told for long."""
        if any(one.heard_s < now_s - KEPT_S for one in self.known.values()):
            fresh = {id_: one for id_, one in self.known.items() if one.heard_s >= now_s - KEPT_S}
            self.known = fresh

    def forget_posts(self, gone: ToForget) -> None:
        """Let go of posts that are to be forgotten."""
        for one in self.known.values():
            one.story = story_without(one.story, gone)

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        return set[str]().union(*(posts_of_story(one.story, gone) for one in self.known.values()))

    def since(self, onset_s: int) -> "KnownStories":
        """The same for an episode that begins: older stories count from now on only."""
        return KnownStories(
            {
                id_: KnownStory(
                    one.story,
                    one.heard_s,
                    NOTHING
                    if one.story.started_s >= onset_s - BEGUN_WITH_S
                    else counts_of(one.story),
                )
                for id_, one in self.known.items()
            }
        )

    def foremost(self) -> tuple[Story, ...]:
        """The three largest; the one with the most attacks, or negative posts, is among them.

        A harmless burst, however large, must not hide an attack.
        """
        ranked = [one.since() for one in sorted(self.known.values(), key=_rank)]
        ranked = [one for one in ranked if one.posts]
        if len(ranked) > TOLD:
            worst = max(ranked, key=lambda one: (one.attacks, one.negative, one.posts))
            if worst not in ranked[:TOLD]:
                ranked = [*ranked[: TOLD - 1], worst]
        return tuple(ranked[:TOLD])


def counts_of(story: Story) -> Counts:
    """What of a story grows."""
    return story.texts, story.reposts, story.voices, story.negative, story.attacks


def _sum(one: Counts, other: Counts) -> Counts:
    return (
        one[0] + other[0],
        one[1] + other[1],
        one[2] + other[2],
        one[3] + other[3],
        one[4] + other[4],
    )


def _rank(one: KnownStory) -> tuple[int, str]:
    return -one.since().posts, one.story.id
