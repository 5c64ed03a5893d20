"""The life of an episode once it is noticed, as a pure function of (life, pulse).

    noticed → open → escalating ⇄ peaking → fading
                     escalating ← fading (second wave)

Whether what was noticed rings, and when it is over, is for the detector to say. A pause is a pause:
it is called fading once it has been low for as long as the rise to its peak took.

Every step has a name (``LifeRule``), a least time to the step before it, and a gap between the
level that starts it and the one that undoes it, so that it does not chatter.
"""

from math import sqrt
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec import Struct

from pipeline.detection.reasons import LifeRule
from schemas.incident import State

LifeState = Literal["noticed", "open", "escalating", "peaking", "fading", "over"]

DWELL_S: Final = 600
DWELL_PART: Final = 0.15
"""The least time between two steps: the longer of ``DWELL_S`` and this part of the age."""
PLATEAU_S: Final = 1800
LONGEST_S: Final = 7 * 86_400
"""An incident that lasts longer is over: what goes on is what is usual by then."""
LOW_LEAST_S: Final = 1800
LOW_MOST_S: Final = 6 * 3600
GROWTH: Final = 1.5
FALL: Final = 0.5
WAVE: Final = 1.8
REPLY_S: Final = 2 * 3600


class Pulse(NamedTuple):
    """What the life depends on, at a full minute. Rates are mentions an hour.

    ``rate``: of the last ten minutes, or of more where little is said. ``rate_hour``: of the last
    hour. ``usual``: of the brand. ``replied_s``: last post of the brand's own accounts, 0 for none.
    """

    now_s: int
    rate: float
    rate_hour: float
    usual: float
    replied_s: int


class Life(Struct, frozen=True, array_like=True):
    """``mark``: rate at the last step up; ``trough``: lowest rate since it began to fade.

    ``low_s``: since when it has been far below its peak; 0 while it is not.
    """

    state: LifeState
    began_s: int
    since_s: int
    peak: float = 0.0
    peak_s: int = 0
    mark: float = 0.0
    trough: float = 0.0
    low_s: int = 0


class Change(NamedTuple):
    """A step: the state to announce and the rule that decided."""

    state: State
    rule: LifeRule


def begin(now_s: int, onset_s: int) -> Life:
    """A life that begins with being noticed."""
    return Life(state="noticed", began_s=onset_s, since_s=now_s)


def ring(life: Life, pulse: Pulse) -> Life:
    """The life after the episode has rung."""
    return msgspec.structs.replace(
        life, state="open", since_s=pulse.now_s, mark=max(pulse.rate, 1.0), trough=0.0
    )


def advance(life: Life, pulse: Pulse) -> tuple[Life, Change | None]:
    """One minute further; at most one step."""
    if pulse.rate > life.peak:
        life = msgspec.structs.replace(life, peak=pulse.rate, peak_s=pulse.now_s)
    low = pulse.rate <= FALL * life.peak and pulse.rate_hour <= 0.8 * life.peak
    life = msgspec.structs.replace(life, low_s=(life.low_s or pulse.now_s) if low else 0)
    if life.state == "fading" and pulse.rate < life.trough:
        life = msgspec.structs.replace(life, trough=pulse.rate)
    change = _change(life, pulse)
    if change is None:
        return life, None
    return _after(life, change, pulse), change


def _change(life: Life, pulse: Pulse) -> Change | None:
    stayed_s = pulse.now_s - life.since_s
    if life.state in {"noticed", "over"}:
        return None
    if stayed_s < max(DWELL_S, DWELL_PART * (pulse.now_s - life.began_s)):
        return None
    if life.state == "fading":
        return _from_fading(life, pulse)
    return _from_rung(life, pulse)


def _from_rung(life: Life, pulse: Pulse) -> Change | None:
    if pulse.now_s - life.began_s > LONGEST_S:
        return Change("resolved", "too_long")
    if _rises(pulse.rate, life.mark, GROWTH):
        settled = life.state == "peaking"
        return Change("escalating", _wave(pulse, "second_wave") if settled else "growing")
    if life.low_s:
        lasts = pulse.now_s - life.low_s >= _rise_s(life)
        return Change("fading", "falling") if lasts else None
    if life.state != "peaking" and pulse.now_s - life.peak_s >= PLATEAU_S:
        return Change("peaking", "no_longer_growing")
    return None


def _rise_s(life: Life) -> int:
    """How long it took to its peak, within bounds."""
    return min(max(life.peak_s - life.began_s, LOW_LEAST_S), LOW_MOST_S)


def _from_fading(life: Life, pulse: Pulse) -> Change | None:
    loud = pulse.rate >= 0.35 * life.peak
    if loud and _rises(pulse.rate, max(life.trough, pulse.usual), WAVE):
        return Change("escalating", _wave(pulse, "second_wave"))
    if pulse.now_s - life.began_s > LONGEST_S:
        return Change("resolved", "too_long")
    return None


def _rises(rate: float, level: float, factor: float) -> bool:
    """Whether a rate an hour, counted over ten minutes, is above a level beyond chance."""
    return rate >= factor * level and (rate - level) / 6 >= 3 * sqrt(level / 6 + 1)


def _wave(pulse: Pulse, otherwise: LifeRule) -> LifeRule:
    replied = pulse.replied_s and pulse.now_s - pulse.replied_s <= REPLY_S
    return "wave_after_reply" if replied else otherwise


def _after(life: Life, change: Change, pulse: Pulse) -> Life:
    to: LifeState
    if change.state == "resolved":
        to = "over"
    elif change.state == "escalating":
        to = "escalating"
    elif change.state == "peaking":
        to = "peaking"
    else:
        to = "fading"
    return msgspec.structs.replace(
        life,
        state=to,
        since_s=pulse.now_s,
        mark=max(life.mark, pulse.rate) if to == "escalating" else life.mark,
        trough=pulse.rate if to == "fading" else 0.0,
    )
