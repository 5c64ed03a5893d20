"""Whom to keep an eye on: critics, the brand's own posts, and those who write to one after another.

Most of what is worth a heads-up is so because it is rare. Some things are so whoever does them: a
critic's post that begins to spread, a post of the brand's own that is answered by many and passed
on by few, and somebody who writes to dozens of accounts about the brand.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.brands.match import Rivals
from pipeline.deletions.alias import alias_of
from pipeline.deletions.to_forget import ToForget, renamed
from pipeline.rollup.speakers.voices import ACCUSING, ALLY, NEGATIVE, POSITIVE, RIVAL
from schemas.brand import Brand
from schemas.bucket import MOST_WATCHED, Watched
from schemas.mention import Mention

POST_S: Final = 2 * 86_400
MOST_POSTS: Final = 200
PEOPLE: Final = 30
"""So many of those who pass a post on or answer it are told apart; beyond, posts are counted."""
CRITIC_FROM: Final = 3
RATIOED_FROM: Final = 10
RATIOED_EARLY: Final = 30
"""In the first two days nobody knows how many answers the brand's posts usually draw."""
RATIO: Final = 3
TWICE: Final = 2

CAMPAIGN_S: Final = 86_400
CAMPAIGN_FROM: Final = 12
A_TEXT: Final = 2
"""One text addresses so many accounts at most: in a long thread a reply bears them all."""
MARK_HALF_LIFE_S: Final = 7 * 86_400
"""What was reached before has to be reached twice over to be told; half of it fades in so long."""
MOST_SENDERS: Final = 150
MOST_KEPT: Final = 100
"""Accounts and texts of one sender."""
MOST_WORDINGS: Final = 5
MOST_ADDRESSED: Final = 20

PASSED_ON, ANSWERED, OPPOSED, ADDRESSED, MILD = range(5)
"""What a note tells: a post was passed on, answered, answered in a text that is negative or
accuses; accounts were addressed in such a text, and in one that is neither."""


class Note(Struct, array_like=True, frozen=True, gc=False):
    """What one mention tells the watch.

    ``post`` and ``handle``: the post that is passed on or answered and whose it is, of a text that
    addresses accounts its own. ``own``: it is the brand's. ``author``, ``wording`` and ``accounts``
    are fingerprints.
    """

    kind: int
    post: str
    handle: str
    author: int
    own: bool = False
    wording: int = 0
    accounts: tuple[int, ...] = ()

    def without(self, gone: ToForget) -> "Note":
        """The same without names that are to be forgotten."""
        if not gone.has(self.post, self.handle):
            return self
        return replace(self, post=alias_of(self.post), handle=alias_of(self.handle))


_in_order: Final = attrgetter(*Note.__struct_fields__)
"""Compares notes in C, whole."""


class WatchList:
    """The lists of one brand, made ready to look mentions up in."""

    def __init__(self, brand: Brand) -> None:
        self._own = _folded(brand.own_accounts)
        self._handles = self._own | _folded(brand.handles)
        self._allies = _folded(brand.allies)
        self._watched = self._own | _folded(brand.critics)
        self._rivals = Rivals(brand.rivals) if brand.rivals else None

    def marks(self, mention: Mention) -> int:
        """What the lists say of the voice of a mention: ``RIVAL``, ``ALLY``, both or nothing."""
        marks = 0
        if self._rivals is not None and self._rivals.named_in(mention):
            marks = RIVAL
        if self._allies:
            passed_on = mention.ref_author if mention.kind == "repost" else ""
            if not self._allies.isdisjoint((mention.author.handle.lower(), passed_on.lower())):
                marks |= ALLY
        return marks

    def notes(self, mention: Mention, marks: int, wording: int) -> list[Note]:
        """What a mention by somebody else than the brand tells the watch.

        ``marks``: of its voice, by its score. ``wording``: fingerprint of its own words; 0 for
        none.
        """
        addressed, kind = mention.addressed, mention.kind
        whose = mention.ref_author.lower()
        if not whose and not addressed:
            return []
        repost = kind == "repost"
        watched = whose in self._watched and mention.ref_id
        mild = marks & POSITIVE
        if (repost or mild) and not watched:
            return []
        by = mention.author.handle or mention.author.id
        by_folded = by.lower()
        author = crc32(by_folded.encode())
        negative = not mild and marks & (NEGATIVE | ACCUSING)
        notes = []
        if watched and whose != by_folded:
            spread = PASSED_ON if repost else OPPOSED if negative else ANSWERED
            own = whose in self._own
            notes.append(Note(spread, mention.ref_id, mention.ref_author, author, own))
        if not repost and not mild:
            accounts = {handle.lower() for handle in addressed[:MOST_ADDRESSED]}
            if kind == "reply":
                accounts.add(whose)
            accounts -= self._handles
            accounts.discard(by_folded)
            accounts.discard("")
            if accounts:
                notes.append(
                    Note(
                        ADDRESSED if negative else MILD,
                        mention.id,
                        by,
                        author,
                        wording=wording,
                        accounts=tuple(sorted(crc32(one.encode()) for one in accounts)),
                    )
                )
        return notes


class Spread(Struct, array_like=True):
    """A watched post, and how far it has spread.

    ``people``: fingerprints of the first who passed it on or answered it. ``told``: how many people
    there were at the step that was told last.
    """

    handle: str
    own: bool
    began_s: int
    passed_on: int = 0
    answers: int = 0
    opposed: int = 0
    people: list[int] = field(default_factory=list)
    told: int = 0

    def add(self, note: Note) -> None:
        """Count one who passes it on or answers it; the same person once, as far as is known."""
        if note.author in self.people:
            return
        if len(self.people) < PEOPLE:
            self.people.append(note.author)
        if note.kind == PASSED_ON:
            self.passed_on += 1
        else:
            self.answers += 1
            self.opposed += note.kind == OPPOSED

    def step(self, bar: float) -> int:
        """The people counted, where they came to a new step; else 0. ``bar``: for own posts."""
        count = self.answers if self.own else self.answers + self.passed_on
        if count < CRITIC_FROM or half_decade(count) <= self.told:
            return 0
        ratioed = count >= RATIO * self.passed_on and 2 * self.opposed >= count
        if self.own and not (count >= bar and ratioed):
            return 0
        self.told = half_decade(count)
        return count


class Mark(Struct, array_like=True):
    """The highest count of late, ``most`` at ``at_s``; it fades, and a lower one is news again."""

    most: int = 0
    at_s: int = 0

    def faded(self, now_s: int) -> float:
        """Return what is left of the highest count."""
        return float(self.most * 0.5 ** ((now_s - self.at_s) / MARK_HALF_LIFE_S))

    def reach(self, count: int, now_s: int) -> None:
        """Take a count; it becomes the highest where it is above what is left of that."""
        if count > self.faded(now_s):
            self.most, self.at_s = count, now_s


class Addresser(Struct, array_like=True):
    """Somebody who addresses accounts: when he last addressed each, and wrote each of his texts."""

    accounts: dict[int, int] = field(default_factory=dict)
    texts: list[int] = field(default_factory=list)
    wordings: list[int] = field(default_factory=list)

    def add(self, note: Note, now_s: int) -> bool:
        """Take a text; return whether it counts towards a campaign.

        A mild text does so only where its author repeats words of his own.
        """
        again = note.wording > 0 and note.wording in self.wordings
        if note.wording and not again:
            self.wordings = [*self.wordings, note.wording][-MOST_WORDINGS:]
        if note.kind == MILD and not again:
            return False
        self.texts = [one for one in self.texts if one > now_s - CAMPAIGN_S]
        self.texts = [*self.texts, now_s][-MOST_KEPT:]
        for account in note.accounts:
            self.accounts[account] = now_s
        if min(self.accounts.values()) <= now_s - CAMPAIGN_S or len(self.accounts) > MOST_KEPT:
            fresh = [one for one in self.accounts.items() if one[1] > now_s - CAMPAIGN_S]
            fresh.sort(key=lambda one: (-one[1], one[0]))
            self.accounts = dict(fresh[:MOST_KEPT])
        return True

    @property
    def reach(self) -> int:
        """How many accounts were addressed, but no more than ``A_TEXT`` for each text."""
        return min(len(self.accounts), A_TEXT * len(self.texts))


class WatchMemory(Struct, array_like=True):
    """What has to be remembered of a brand to tell its steps once each, in bounded room.

    ``posts``: watched posts by id, the newest in the talk last. ``senders``: by fingerprint.
    ``campaign``: the reach of campaigns that were told. ``usual``: how many answered own posts, of
    those that are watched no more; ``since_s``: when own posts were first answered.
    """

    posts: dict[str, Spread] = field(default_factory=dict)
    senders: dict[int, Addresser] = field(default_factory=dict)
    campaign: Mark = field(default_factory=Mark)
    usual: Mark = field(default_factory=Mark)
    since_s: int = 0

    def close(self, start_s: int, notes: Sequence[Note]) -> tuple[Watched, ...]:
        """What the bucket that begins at ``start_s`` came to; buckets come in order of time."""
        if not notes:
            return ()
        spreading: dict[str, Spread] = {}
        sending: dict[int, Note] = {}
        for note in sorted(notes, key=_in_order):
            if note.kind >= ADDRESSED:
                if self.senders.setdefault(note.author, Addresser()).add(note, start_s):
                    sending[note.author] = note
            else:
                spreading[note.post] = self._post(note, start_s)
                spreading[note.post].add(note)
        found = self._spread(spreading, start_s) + self._campaigns(sending, start_s)
        self._forget(start_s)
        return tuple(found[:MOST_WATCHED])

    def forget(self, gone: ToForget) -> None:
        """Let go of the names that are to be forgotten."""
        for name, post in self.posts.items():
            if gone.has(name, post.handle):
                post.handle = alias_of(post.handle)
        self.posts = renamed(self.posts, gone.id_of)

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        return {name for name, post in self.posts.items() if gone.author(post.handle)}

    def _post(self, note: Note, start_s: int) -> Spread:
        post = self.posts.pop(note.post, None)
        if post is None or post.began_s < start_s - POST_S:
            self._learn(post)
            post = Spread(note.handle, note.own, start_s)
            if note.own:
                self.since_s = self.since_s or start_s
        self.posts[note.post] = post
        return post

    def _learn(self, post: Spread | None) -> None:
        """Take what an own post drew, once it is watched no more."""
        if post is not None and post.own:
            self.usual.reach(post.answers, post.began_s + POST_S)

    def _spread(self, posts: dict[str, Spread], now_s: int) -> list[Watched]:
        known = now_s - self.since_s >= POST_S
        bar = max(float(RATIOED_FROM if known else RATIOED_EARLY), TWICE * self.usual.faded(now_s))
        found = [
            Watched(
                kind="ratioed" if one.own else "critic", post=name, handle=one.handle, count=count
            )
            for name, one in posts.items()
            if (count := one.step(bar))
        ]
        return sorted(found, key=lambda one: (one.kind, -one.count, one.post))

    def _campaigns(self, sending: dict[int, Note], start_s: int) -> list[Watched]:
        found = []
        reached = sorted((-self.senders[author].reach, author) for author in sending)
        for reach, author in reached:
            if -reach < max(CAMPAIGN_FROM, TWICE * self.campaign.faded(start_s)):
                break
            self.campaign.reach(-reach, start_s)
            note = sending[author]
            count = len(self.senders[author].accounts)
            found.append(Watched(kind="campaign", post=note.post, handle=note.handle, count=count))
        return found

    def _forget(self, now_s: int) -> None:
        while self.posts:
            oldest = next(iter(self.posts))
            if len(self.posts) <= MOST_POSTS and self.posts[oldest].began_s >= now_s - POST_S:
                break
            self._learn(self.posts.pop(oldest))
        if len(self.senders) > 2 * MOST_SENDERS:
            ranked = sorted(
                self.senders.items(), key=lambda one: (-one[1].reach, _silent_s(one[1]), one[0])
            )
            self.senders = dict(ranked[:MOST_SENDERS])


def half_decade(count: int) -> int:
    """The largest of 1, 3, 10, 30, 100 … that is not above a count of at least 1.

    >>> [half_decade(count) for count in (1, 3, 9, 10, 299, 300)]
    [1, 3, 3, 10, 100, 300]
    """
    decade = int("1" + "0" * (len(str(count)) - 1))
    return 3 * decade if count >= 3 * decade else decade


def _silent_s(sender: Addresser) -> int:
    return -sender.texts[-1] if sender.texts else 0


def _folded(handles: Sequence[str]) -> frozenset[str]:
    return frozenset(handle.lower() for handle in handles)
