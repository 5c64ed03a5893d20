"""What the judge says aloud: an episode put into a transition."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.apart import named_part, part_name
from pipeline.deletions.records import transition_without
from pipeline.detection.baseline.loudness import Loudness
from pipeline.detection.incident.episode import Episode, LastJudgement, Sample
from pipeline.detection.window.influence import influencers
from pipeline.detection.window.recent import MINUTE_S
from pipeline.detection.window.top_k import top
from schemas.base import Counted
from schemas.bucket import SourceCounts
from schemas.incident import (
    Completeness,
    Course,
    Drivers,
    Handling,
    Projection,
    Reply,
    Ring,
    State,
    Transition,
    Volume,
    Wording,
)

TOP: Final = 10
INFLUENCERS: Final = 5
WORDINGS: Final = 3
STEP_MIN: Final = 10
STEPS: Final = 36

_INCIDENT = re.compile(r"(?P<part>[a-z0-9][a-z0-9._-]{0,63}(@[a-z0-9._]{1,40})?)-\d{8}T\d{6}Z")


class Identity(Struct):
    """An incident: its id and the number of its next transition.

    ``noticed_s``, ``rung_s``: when it first was worth a quiet line, and a ring; 0 for never.
    ``rang_as``: the episode of the library that it was most like when it rang. ``rings``: when
    people were woken.
    """

    incident: str
    onset_s: int
    seq: int = 0
    noticed_s: int = 0
    rung_s: int = 0
    ended_s: int = 0
    mentions: int = 0
    rang_as: str = ""
    rings: list[Ring] = field(default_factory=list)
    handling: Handling = Handling()


class Moment(NamedTuple):
    """Event time, and what the brand's volume is at it.

    ``rate``: mentions an hour, as of now. ``course``: of the last hours. ``apart``: the one network
    that is judged, if it is one.
    """

    brand: str
    now_s: int
    last_10_min: int
    last_hour: int
    originals_last_hour: int
    usual: Loudness
    rate: float
    course: Course | None = None
    apart: str = ""


def identity(brand: str, onset_s: int, apart: str = "") -> Identity:
    """The identity of an episode of ``brand``; no two begin in the same second.

    >>> identity("acme", 1268816400).incident, identity("acme", 1268816400, "x").incident
    ('acme-20100317T090000Z', 'acme@x-20100317T090000Z')
    """
    return Identity(f"{part_name(brand, apart)}-{utc(onset_s):%Y%m%dT%H%M%SZ}", onset_s)


def part_of(incident: str) -> str | None:
    """What an incident is of, from its id: a brand, or one network of it; None where it is none.

    >>> part_of("acme@x-20100317T090000Z"), part_of("acme")
    ('acme@x', None)
    """
    form = _INCIDENT.fullmatch(incident)
    return form["part"] if form else None


def brand_of(incident: str) -> str | None:
    """The brand in an incident's id, or None where it is none.

    >>> brand_of("acme-20100317T090000Z"), brand_of("acme@x-20100317T090000Z"), brand_of("acme")
    ('acme', 'acme', None)
    """
    part = part_of(incident)
    return named_part(part)[0] if part else None


def transition(
    moment: Moment,
    episode: Episode,
    verdict: LastJudgement,
    *,
    who: Identity,
    state: State,
    reason: str,
    projection: Projection | None = None,
    refreshed: bool = False,
) -> Transition:
    """The next transition of ``who``. Of what was forgotten it says nothing but what counts."""
    now_s = moment.now_s
    harmless = state == "dismissed"
    told = Transition(
        incident=who.incident,
        seq=who.seq,
        brand=moment.brand,
        state=state,
        reason=reason,
        at=utc(now_s),
        onset=utc(who.onset_s),
        severity=verdict.severity,
        pattern=(verdict.harmless if harmless else verdict.crisis) or "unknown",
        evidence=round(verdict.evidence, 3),
        confidence=verdict.confidence,
        peak=utc(episode.life.peak_s) if episode.life.peak_s else None,
        rung_at=utc(who.rung_s) if who.rung_s else None,
        volume=Volume(
            last_10_min=float(moment.last_10_min),
            last_hour=float(moment.last_hour),
            usual_per_hour=round(moment.usual.usual_per_hour, 2),
            since_onset=who.mentions + episode.mentions,
            return_period_s=round(moment.usual.return_period_s, 1),
            originals_last_hour=float(moment.originals_last_hour),
            usual_originals_per_hour=round(moment.usual.usual_originals_per_hour, 2),
            rare_originals=moment.usual.originals,
        ),
        negative_share=verdict.negative_share,
        usual_negative_share=verdict.usual_negative_share,
        completeness=Completeness(
            coverage=round(episode.coverage(now_s), 4),
            gaps=tuple(episode.gaps),
            blind=tuple(episode.blind),
            sampled=episode.sampled,
            from_history=episode.remembered,
            late=round(episode.late_share, 4),
            quarantined=tuple(episode.quarantined),
            future=round(episode.future_share, 4),
        ),
        drivers=Drivers(
            hashtags=_top(episode, "hashtags"),
            links=_top(episode, "links"),
            handles=_top(episode, "handles"),
            authors=_top(episode, "loudest"),
            languages=_top(episode, "languages"),
            terms=_top(episode, "terms"),
            influencers=influencers(episode.influence, INFLUENCERS),
            wordings=tuple(
                _wording(one, copies, episode.samples.get(one))
                for one, copies in _top(episode, "wordings")[:WORDINGS]
            ),
        ),
        reasons=verdict.reasons,
        nearest=verdict.nearest,
        stories=episode.stories.foremost(),
        examples=tuple(episode.examples),
        model=episode.model,
        nature=verdict.nature,
        automation=verdict.automation,
        reply=_reply(episode, moment),
        projection=projection,
        handling=who.handling,
        level="ring" if who.rung_s else "heads_up",
        heads_up_at=utc(who.noticed_s) if who.noticed_s else None,
        rings=tuple(who.rings),
        sighting=(episode.nearest if harmless else episode.found).sighting,
        watched=episode.watched,
        refreshed=refreshed,
        taken_off=verdict.taken_off,
        course=moment.course,
        sources=tuple(episode.sources),
        by_source=by_source(episode.networks),
        apart=moment.apart,
    )
    return transition_without(told)


def by_source(networks: Mapping[str, Sequence[int]]) -> tuple[SourceCounts, ...]:
    """Mentions, negative ones and attacks of each network as a record states them, most first.

    >>> [one.source for one in by_source({"x": [2, 1, 0], "bluesky": [5, 1, 1]})]
    ['bluesky', 'x']
    """
    most = sorted(networks.items(), key=lambda one: (-one[1][0], one[0]))[:TOP]
    return tuple(
        SourceCounts(source=name, mentions=mentions, negative=negative, attacks=attacks)
        for name, (mentions, negative, attacks) in most
    )


def _wording(wording: str, copies: int, sample: Sample | None) -> Wording:
    if sample is None:
        return Wording(id=wording, copies=copies)
    return Wording(
        id=wording, copies=copies, sample=sample.text, post=sample.post, handle=sample.handle
    )


def course(minutes: Sequence[int], until_s: int) -> Course:
    """The last hours in steps of ten minutes; ``minutes`` end at the full minute ``until_s``.

    >>> course([1] * 25, 36000).mentions
    (10, 10)
    """
    whole = [
        sum(minutes[at : at + STEP_MIN])
        for at in range(len(minutes) % STEP_MIN, len(minutes), STEP_MIN)
    ]
    return Course(until=utc(until_s), step_s=STEP_MIN * MINUTE_S, mentions=tuple(whole[-STEPS:]))


def utc(at_s: int) -> datetime:
    """A point in time from seconds since the epoch."""
    return datetime.fromtimestamp(at_s, tz=UTC)


def _reply(episode: Episode, moment: Moment) -> Reply | None:
    replies = episode.replies
    if not replies.first_s:
        return None
    return Reply(
        at=utc(replies.first_s),
        last=utc(replies.last_s),
        posts=replies.posts,
        before=round(replies.before, 1),
        highest=round(replies.highest, 1),
        now=round(moment.rate, 1),
    )


def _top(episode: Episode, category: str) -> tuple[Counted, ...]:
    return top(episode.drivers.get(category, {}), TOP)
