"""Whether people are told of a step, and how loudly: one pure function that names its reason.

What is compared are states and severities, as ``Snapshot`` keeps them; never what an alert says of
them. The reason's name is the same in the notification log, in metrics and in tests.
"""

from enum import Enum
from typing import Final, Self

from msgspec.structs import replace

from pipeline.detection.detector.severity import SeverityBand
from schemas.incident import Handling, State, Transition
from schemas.notification import Snapshot


class Effect(Enum):
    """What becomes of a notice in a channel."""

    RING = "ring"
    """A new message, by which people are called."""
    NEW = "new"
    """A new message that calls nobody."""
    CALL = "call"
    """The step is told beside the standing message, and people are called; the message changes."""
    STEP = "step"
    """The same, but nobody is called."""
    CHANGE = "change"
    """Only the standing message changes."""
    NOTHING = "nothing"
    """Nothing is sent."""


class NotifyReason(Enum):
    """Why a sink is told of a transition, or is not; ``effect`` says what follows from it."""

    effect: Effect

    def __new__(cls, value: str, effect: Effect) -> Self:
        """Make a member whose value is a plain word, as the log writes it."""
        member = object.__new__(cls)
        member._value_ = value
        member.effect = effect
        return member

    RINGS = "rings", Effect.RING
    """The sink hears of the incident for the first time."""
    HEADS_UP_RANG = "heads_up_rang", Effect.RING
    """What was a heads-up rings now; a changed message would call nobody."""
    HEADS_UP = "heads_up", Effect.NEW
    """A heads-up: worth a quiet line."""
    FOUND_EASING = "found_easing", Effect.NEW
    """The first that the sink hears of it is that it ebbs, or is over."""
    ESCALATED = "escalated", Effect.RING
    """Nobody had it in time; the next in the route hears of it for the first time."""
    INSTEAD = "instead", Effect.RING
    """A receiver of the same route cannot be reached."""
    TEST = "test", Effect.RING
    """Somebody tries whether alerts arrive; nothing has happened."""
    DIGEST = "digest", Effect.NEW
    """What a day or a week was like."""
    PLANNED = "planned", Effect.NEW
    """A maintenance window begins."""

    NOT_HEARD = "not_heard", Effect.NEW
    """Brands are not heard, or nothing is judged: whether something rings is not known."""

    REOPENED = "reopened", Effect.CALL
    LARGER = "larger", Effect.CALL
    """Something new and larger begins within it."""
    SECOND_WAVE = "second_wave", Effect.CALL
    """It rises again after it had ebbed, and nobody has it in hand."""
    GRAVER = "graver", Effect.CALL
    """Its severity reached a graver band than people know of."""
    SNOOZE_BROKEN = "snooze_broken", Effect.CALL
    GRAVER_AFTER_SNOOZE = "graver_after_snooze", Effect.CALL
    """A snooze ended, and it is of a graver band than when the snooze began."""

    CALLED_AGAIN = "called_again", Effect.CALL
    """Nobody had it in time, and this receiver knows of it: it is called again, or its next."""

    ACKNOWLEDGED = "acknowledged", Effect.STEP
    SNOOZED = "snoozed", Effect.STEP
    FALSE_ALARM = "false_alarm", Effect.STEP
    PROGRESS = "progress", Effect.STEP
    """Any other step of what has rung."""

    PLANNED_OVER = "planned_over", Effect.STEP
    """A maintenance window ends."""

    HEARD_AGAIN = "heard_again", Effect.STEP

    HEADS_UP_CHANGED = "heads_up_changed", Effect.CHANGE
    SNOOZE_HOLDS = "snooze_holds", Effect.CHANGE
    """Somebody snoozed it, and this step does not break that."""

    REFRESHED = "refreshed", Effect.CHANGE
    """Nothing was decided; the figures that stand there are brought up to date."""

    DUPLICATE = "duplicate", Effect.NOTHING
    """The sink has it, or a later step, already."""
    HARMLESS = "harmless", Effect.NOTHING
    """It was dismissed before December 2026, when nothing was said of what never rang."""

    @property
    def loud(self) -> bool:
        """Whether people are called."""
        return self.effect in {Effect.RING, Effect.CALL}

    @property
    def makes_message(self) -> bool:
        """Whether a new message is to stand there, whatever stands there already."""
        return self.effect in {Effect.RING, Effect.NEW}

    @property
    def tells_step(self) -> bool:
        """Whether the step is told beside the standing message."""
        return self.effect in {Effect.CALL, Effect.STEP}


_EBBING: Final[frozenset[State]] = frozenset({"fading", "resolved", "dismissed"})
_BY_PERSON: Final = {
    "acknowledged": NotifyReason.ACKNOWLEDGED,
    "false_alarm": NotifyReason.FALSE_ALARM,
}
_NEWS: Final = {
    "snooze_broken": NotifyReason.SNOOZE_BROKEN,
    "larger": NotifyReason.LARGER,
}
_SECOND_WAVE: Final = ("fading", "escalating")


def snapshot(transition: Transition) -> Snapshot:
    """Return what the next transition will be compared with."""
    return Snapshot(
        seq=transition.seq,
        state=transition.state,
        severity=transition.severity,
        last_hour=transition.volume.last_hour,
        negative_share=transition.negative_share,
    )


def told_by(transition: Transition, reason: NotifyReason, before: Snapshot | None) -> Snapshot:
    """Return what the log is to say was told last.

    What changes in silence is not told: the next step is compared with what people last heard in so
    many words, so that nothing grows past them little by little.
    """
    if reason is NotifyReason.REFRESHED and before is not None:
        return replace(before, seq=transition.seq)
    return snapshot(transition)


def decide(transition: Transition, before: Snapshot | None) -> NotifyReason:
    """Return why a sink is told of ``transition``. ``before``: what it was told last, if anything.

    People hear of it again when it comes back, when it rises after it had ebbed, and when its
    severity reaches a graver band than they know of. Once somebody has it in hand, only a graver
    band than that person saw is news. A snooze hides everything until it breaks; when its time is
    over, people hear of it where it got graver meanwhile.
    """
    if transition.state == "dismissed" and transition.heads_up_at is None:
        return NotifyReason.HARMLESS
    if before is None:
        return _first(transition)
    if before.seq >= transition.seq:
        return NotifyReason.DUPLICATE
    return _next(transition, before)


def _first(transition: Transition) -> NotifyReason:
    if transition.level == "heads_up":
        return NotifyReason.HEADS_UP
    return NotifyReason.FOUND_EASING if transition.state in _EBBING else NotifyReason.RINGS


def _next(transition: Transition, before: Snapshot) -> NotifyReason:
    """Decide on a step that the sink does not know yet, of an incident that it knows."""
    if (before.state, transition.state) == ("noticed", "open"):
        return NotifyReason.HEADS_UP_RANG
    snoozed = transition.handling.snoozed_until is not None
    if snoozed and transition.reason != "snoozed":
        return NotifyReason.SNOOZE_HOLDS
    if transition.level == "heads_up":
        return NotifyReason.REFRESHED if transition.refreshed else NotifyReason.HEADS_UP_CHANGED
    if transition.refreshed:
        return _restated(transition, before)
    if snoozed:
        return NotifyReason.SNOOZED
    return _after_ring(transition, before)


def _restated(transition: Transition, before: Snapshot) -> NotifyReason:
    """Decide on figures stated anew: only a graver band than people know of is news."""
    graver = SeverityBand.of(transition.severity) > SeverityBand.of(
        _seen(transition.handling, before)
    )
    return NotifyReason.GRAVER if graver else NotifyReason.REFRESHED


def _after_ring(transition: Transition, before: Snapshot) -> NotifyReason:
    """Decide on a step of what has rung and is not snoozed."""
    if transition.reason in _BY_PERSON:
        return _BY_PERSON[transition.reason]
    if transition.state == "noticed":
        return NotifyReason.PROGRESS
    if transition.state == "reopened":
        return NotifyReason.REOPENED
    if transition.reason in _NEWS:
        return _NEWS[transition.reason]
    handling = transition.handling
    if transition.reason == "unsnoozed":
        graver = NotifyReason.GRAVER_AFTER_SNOOZE
        seen = handling.snoozed_severity
    elif not handling.acknowledged_by and (before.state, transition.state) == _SECOND_WAVE:
        return NotifyReason.SECOND_WAVE
    else:
        graver = NotifyReason.GRAVER
        seen = _seen(handling, before)
    known = SeverityBand.of(seen)
    return graver if SeverityBand.of(transition.severity) > known else NotifyReason.PROGRESS


def _seen(handling: Handling, before: Snapshot) -> int:
    """The severity that people know of: the last that was told, or that somebody took in hand."""
    taken = handling.acknowledged_severity if handling.acknowledged_by else 0
    return max(before.severity, taken)
