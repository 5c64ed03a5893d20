"""Incidents as they stand, and the posts that their alerts have shown. Bounded, for threads."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Final

from msgspec import Struct, field

from agents.deletions.forgotten import Forgotten, names_in, names_of, names_of_post
from agents.labelling import post_key
from pipeline.detection.incident.merge import Incident, merge, view
from schemas.bucket import Example
from schemas.deletion import Deletion
from schemas.incident import Transition

INCIDENTS: Final = 1_000
POSTS: Final = 60
"""Of one incident: an alert shows three at a time, and changes them now and then."""

STEPS_IN_ALL: Final = 50_000
"""Of all trails. Beyond that, those that were longest without a word keep their ``LEAST_STEPS``."""

LEAST_STEPS: Final = 40
"""As many as the page of an incident shows."""


class _Known(Struct):
    incident: Incident
    posts: OrderedDict[str, Example] = field(default_factory=OrderedDict)
    names: set[str] = field(default_factory=set)


class IncidentMemory:
    """Takes transitions, in any order and any number of copies.

    ``most`` incidents are known; beyond that, the one that was longest without a word is forgotten,
    and before that all but the newest steps of it. What is held does not grow with the time that an
    incident takes (``benchmarks/page_memory.py``).
    What was dismissed before December 2026 was no heads-up, and is left out. What is to be
    forgotten is shown no more, whether it was said before or comes later; ``told`` is called, from
    the thread that tells the memory, with each incident which shows less for that.
    """

    def __init__(
        self, most: int = INCIDENTS, *, told: Callable[[str], object] = lambda _incident: None
    ) -> None:
        self.forgotten = Forgotten()
        self._told = told
        self._most = most
        self._known: OrderedDict[str, _Known] = OrderedDict()
        # Which incidents show a post or an account: deletions may be millions, and few are shown.
        self._shown_in: defaultdict[str, set[str]] = defaultdict(set)
        self._steps = 0
        self._lock = Lock()
        self.taken = 0
        """How many transitions were taken: whoever shows them sees whether there is news."""

    def take(self, told: Transition) -> None:
        """Add what one transition says."""
        if told.state == "dismissed" and told.heads_up_at is None:
            return
        said, told = told, self.forgotten.shown(told)
        self._add(told)
        if told is not said:
            self._told(told.incident)

    def forget(self, deletion: Deletion) -> None:
        """Show no longer what a deletion is about."""
        self.forgotten.take(deletion)
        with self._lock:
            suspects = set().union(*(self._shown_in.get(one, ()) for one in names_of(deletion)))
            changed = [one for one in sorted(suspects) if self._forget_in(self._known[one])]
        for incident in changed:
            self._told(incident)

    def _forget_in(self, known: _Known) -> bool:
        for key, post in list(known.posts.items()):
            if self.forgotten.has(post.id, post.handle):
                del known.posts[key]
        newest = known.incident.newest
        shown = self.forgotten.shown(newest)
        known.incident = known.incident._replace(newest=shown)
        return shown is not newest

    def _add(self, told: Transition) -> None:
        with self._lock:
            self.taken += 1
            known = self._known.pop(told.incident, None)
            if known is None:
                known = _Known(view(told))
            else:
                self._steps -= len(known.incident.trail)
                known.incident = merge(known.incident, view(told))
            self._steps += len(known.incident.trail)
            for post in told.examples:
                key = post_key(post)
                known.posts[key] = post
                known.posts.move_to_end(key)
            while len(known.posts) > POSTS:
                known.posts.popitem(last=False)
            self._known[told.incident] = known
            self._name(told.incident, known)
            if len(self._known) > self._most:
                gone, was = self._known.popitem(last=False)
                self._steps -= len(was.incident.trail)
                self._unname(gone, was.names)
            if self._steps > STEPS_IN_ALL:
                self._shorten()

    def _name(self, incident: str, known: _Known) -> None:
        """Note under which names an incident is to be found for what it shows now."""
        names = set(names_in(known.incident.newest))
        names.update(name for post in known.posts.values() for name in names_of_post(post))
        for name in names - known.names:
            self._shown_in[name].add(incident)
        self._unname(incident, known.names - names)
        known.names = names

    def _unname(self, incident: str, names: set[str]) -> None:
        for name in names:
            self._shown_in[name].discard(incident)
            if not self._shown_in[name]:
                del self._shown_in[name]

    def _shorten(self) -> None:
        """Leave the newest steps alone of those that were longest without a word."""
        for known in self._known.values():
            trail = known.incident.trail
            if len(trail) > LEAST_STEPS:
                known.incident = known.incident._replace(trail=trail[-LEAST_STEPS:])
                self._steps -= len(trail) - LEAST_STEPS
            if self._steps <= STEPS_IN_ALL * 9 // 10:
                return

    def of(self, incident: str) -> Incident | None:
        """One incident as it stands, or None where nothing is known of it."""
        with self._lock:
            known = self._known.get(incident)
            return known.incident if known else None

    def all(self) -> list[Incident]:
        """All of them, the one with the latest onset first."""
        with self._lock:
            found = [known.incident for known in self._known.values()]
        return sorted(found, key=lambda one: (one.onset, one.newest.incident), reverse=True)

    def post(self, incident: str, key: str) -> Example | None:
        """A post that an alert of ``incident`` has shown, by its ``post_key``."""
        with self._lock:
            known = self._known.get(incident)
            return known.posts.get(key) if known else None
