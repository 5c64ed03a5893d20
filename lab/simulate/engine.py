"""The simulation itself: time in slices, a heap of what is to come, one mention at a time.

Fresh posts arrive at the rates of the chatter and of the scenario's waves; each post that goes out
may call others forth. Only what is still to come is kept: memory does not grow with the length.
"""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from math import exp
from typing import NamedTuple

from lab.simulate.cascade import OFFSPRING, REPLY_REACH, delay_s, mean_offspring
from lab.simulate.draws import Draws
from lab.simulate.grammar import Stance
from lab.simulate.people import People
from lab.simulate.plan import SimulationPlan
from lab.simulate.rhythm import DayLevels, Rhythm, hour_of_week
from lab.simulate.scenario import Beat
from lab.simulate.snowflake import Snowflakes
from lab.simulate.streams import WaveStream, beat_stream
from lab.simulate.texts import LANGUAGES
from lab.simulate.writing import Passable, Writing, WrittenText
from schemas.mention import Author, Kind, Mention

SOURCE = "simulate"

_BUSY_SLICE_S = 60
_CALM_SLICE_S = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VIRALITY_SIGMA = 0.8
_VIRALITY_MEDIAN = exp(-(_VIRALITY_SIGMA**2) / 2)
_AWAKE_AT_LEAST = 0.35
_SERVICE_UTC = (7.0, 19.0)
_SERVICE_DELAY_S = 1_500.0
_CRITICS = 40


class Labelled(NamedTuple):
    """A mention with what only its maker knows."""

    mention: Mention
    episode: bool
    """Whether it belongs to the scenario rather than to the usual chatter."""
    stance: Stance


class _Coming(NamedTuple):
    """A post that is to come: fresh (no root), the echo of a root, or a beat of the scenario."""

    stream: WaveStream
    language: str
    kind: Kind = "original"
    root: Passable | None = None
    beat: Beat | None = None
    echo: bool = False
    """Called forth by another post rather than sent by the stream."""


class Simulation:
    """One run of a plan. Iterating it yields every mention in time order; iterate it once."""

    def __init__(self, plan: SimulationPlan) -> None:
        self._plan = plan
        self._usual = (plan.chatter, plan.own_posts, plan.own_answers)
        self._draws = Draws(plan.name, "events")
        self._levels = DayLevels(Draws(plan.name, "days"))
        self._ids = Snowflakes(plan.start, plan.name)
        self._writing = Writing(plan.brand, Draws(plan.name, "texts"), year=plan.start.year)
        self._people = People(
            plan.name,
            plan.brand,
            start=plan.start,
            mentions_per_hour=plan.mentions_per_hour,
            chatter=plan.chatter,
        )
        self._first_hour = hour_of_week(plan.start)
        self._length_s = (plan.end - plan.start).total_seconds()
        self._onset_s = (plan.onset - plan.start).total_seconds()
        self._start_ms = (plan.start - _EPOCH) // timedelta(milliseconds=1)
        self._rhythms = {language: Rhythm(language) for language in LANGUAGES}
        self._heap: list[tuple[float, int, _Coming]] = []
        self._order = count()
        self._beats: dict[str, Passable] = {}
        self._critics: deque[Passable] = deque(maxlen=_CRITICS)

    def __iter__(self) -> Iterator[Labelled]:
        for beat in self._plan.scenario.beats:
            if not self._plan.brand.languages or beat.language in self._plan.brand.languages:
                stream = beat_stream(beat, self._plan.texts)
                at_s = self._onset_s + beat.at_h * 3600
                self._push(at_s, _Coming(stream, beat.language, beat=beat))
        start_s = 0.0
        while start_s < self._length_s:
            end_s = min(start_s + self._slice_s(start_s), self._length_s)
            self._fill(start_s, end_s)
            while self._heap and self._heap[0][0] < end_s:
                at_s, _, coming = heappop(self._heap)
                yield self._post(at_s, coming)
            start_s = end_s

    def _slice_s(self, start_s: float) -> int:
        soon_h = (start_s + _CALM_SLICE_S - self._onset_s) / 3600
        stormy = any(wave.rate(soon_h) for wave in self._plan.waves)
        return _BUSY_SLICE_S if stormy else _CALM_SLICE_S

    def _push(self, at_s: float, coming: _Coming) -> None:
        if 0 <= at_s < self._length_s:
            heappush(self._heap, (at_s, next(self._order), coming))

    def _fill(self, start_s: float, end_s: float) -> None:
        """Draw the fresh posts of one slice, over which the rates are taken as level."""
        draws = self._draws
        middle_s = (start_s + end_s) / 2
        hour = self._first_hour + middle_s / 3600
        slice_h = (end_s - start_s) / 3600
        day_level = self._levels.at_day(middle_s / 86_400)
        for stream in (self._plan.chatter, self._plan.own_posts, *self._plan.waves):
            rate = stream.rate((middle_s - self._onset_s) / 3600)
            if not rate:
                continue
            if stream is self._plan.chatter:
                rate *= day_level
            languages = stream.languages(hour)
            for _ in range(draws.poisson(rate * languages.total * slice_h)):
                at_s = draws.between(start_s, end_s)
                self._push(at_s, _Coming(stream, languages.pick(draws)))

    def _post(self, at_s: float, coming: _Coming) -> Labelled:
        stream, beat = coming.stream, coming.beat
        kind, root = self._target(coming)
        language = root.language if root and kind == "repost" else coming.language
        person = self._people.next_author(stream, language, beat, echo=coming.echo)
        if beat is not None:
            words = self._writing.beat(stream, self._plan.texts.require(beat), beat)
        elif root is None:
            words = self._writing.fresh(stream, language, person)
        elif kind == "repost":
            words = root.words
        else:
            words = self._writing.answer(stream, language, root, person, echo=coming.echo)
        mention = self._mention(at_s, person.author, words, kind=kind, language=language, root=root)
        if root is None or kind != "repost":
            root = Passable(
                mention.id, person.author.handle, language, mention.conversation_id, words
            )
            self._remember(root, stream, beat)
            self._maybe_answered(at_s, root, stream, kind)
            virality = self._draws.lognormal(_VIRALITY_MEDIAN, _VIRALITY_SIGMA)
        else:
            virality = 1.0
        if kind == "reply":
            virality *= REPLY_REACH
        reach = virality * mean_offspring(person.author.followers, stream.wave.branching)
        self._spread(at_s, reach, stream, root)
        return Labelled(mention, stream not in self._usual, words.stance)

    def _target(self, coming: _Coming) -> tuple[Kind, Passable | None]:
        """Return what the post is and which other post it speaks of."""
        wave = coming.stream.wave
        if coming.root is not None or coming.beat is not None:
            return coming.kind, coming.root
        if wave.of in self._beats:
            return wave.kind, self._beats[wave.of]
        if wave.crowd == "own" and wave.kind == "reply" and self._critics:
            return wave.kind, self._draws.pick(self._critics)
        return "original", None

    def _mention(
        self,
        at_s: float,
        author: Author,
        words: WrittenText,
        *,
        kind: Kind,
        language: str,
        root: Passable | None,
    ) -> Mention:
        time_ms = self._start_ms + int(at_s * 1000)
        post_id = self._ids.at_ms(time_ms)
        return Mention(
            id=post_id,
            created_at=_EPOCH + timedelta(milliseconds=time_ms),
            text=words.text,
            author=author,
            brand=self._plan.brand.id,
            source=SOURCE,
            lang=language,
            kind=kind,
            ref_id=root.id if root else "",
            ref_author=root.handle if root else "",
            conversation_id=root.conversation if root and kind == "reply" else post_id,
            hashtags=words.hashtags,
            urls=words.urls,
            addressed=words.addressed,
        )

    def _remember(self, root: Passable, stream: WaveStream, beat: Beat | None) -> None:
        if beat is not None:
            self._beats[beat.name] = root
        if stream not in self._usual and root.words.stance == "negative":
            self._critics.append(root)

    def _maybe_answered(self, at_s: float, root: Passable, stream: WaveStream, kind: Kind) -> None:
        """The brand's service answers some of those who speak to it, in its opening hours."""
        draws = self._draws
        if kind != "original" or not root.words.section.to_brand:
            return
        if draws.random() >= stream.wave.answered:
            return
        at_s += draws.lognormal(_SERVICE_DELAY_S, 0.9)
        opens, closes = _SERVICE_UTC
        hour = (self._first_hour + at_s / 3600) % 24
        if not opens <= hour < closes:
            at_s += ((opens - hour) % 24 + 2 * draws.random()) * 3600
        self._push(at_s, _Coming(self._plan.own_answers, root.language, "reply", root))

    def _spread(self, at_s: float, reach: float, stream: WaveStream, root: Passable) -> None:
        """Draw who passes a post on, replies to it or quotes it, and when."""
        draws = self._draws
        for _ in range(draws.poisson(reach)):
            then_s = at_s + delay_s(draws)
            rhythm = self._rhythms[root.language]
            awake = rhythm.at_hour(self._first_hour + then_s / 3600) / rhythm.peak
            if draws.random() > _AWAKE_AT_LEAST + (1 - _AWAKE_AT_LEAST) * awake:
                then_s += draws.between(3, 9) * 3600  # found in the morning
            chance = draws.random()
            kind = next(kind for bound, kind in OFFSPRING if chance < bound)
            self._push(then_s, _Coming(stream, root.language, kind, root, None, True))
