"""What people said about the incidents of one brand, and what the judge keeps of it."""

from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.detection.feedback.false_alarm_discount import FalseAlarmDiscount
from pipeline.detection.incident.transition import utc
from schemas.codec import UnreadableError
from schemas.feedback import Feedback
from schemas.incident import Transition

PAST: Final = 3
"""Incidents that are over and still known, so that people can say whether they should have rung."""
HEARD: Final = 64
"""Ids of feedback that are remembered, to know a second copy."""


class PastIncident(Struct, array_like=True):
    """An incident that is over: its last transition, and the episode that made it ring."""

    last: Transition
    rang_as: str


class FeedbackState(Struct):
    """What the judge of a brand keeps of what people said.

    ``discount``: what false alarms taught. ``past``: the last ``PAST`` incidents that are over.
    ``heard``: ids of the last ``HEARD`` pieces of feedback.
    """

    discount: FalseAlarmDiscount = field(default_factory=FalseAlarmDiscount)
    past: list[PastIncident] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def remember(self, said: Feedback) -> None:
        """Remember the id of a piece of feedback, so that a second copy of it is known."""
        self.heard = [*self.heard, said.id][-HEARD:]

    def beside(self, told: Transition, said: Feedback | None, now_s: int) -> Transition:
        """A transition with what was learned, and with the name of the person who caused it."""
        told = replace(told, learned=self.discount.learned(now_s))
        return told if said is None else _signed(told, said)

    def over(self, last: Transition, rang_as: str) -> None:
        """Remember an incident that has ended, so that people can still say what it was."""
        self.past = [*self.past, PastIncident(last, rang_as)][-PAST:]

    def back(self, incident: str) -> None:
        """Forget an incident among the ended ones: it was reopened."""
        self.past = [one for one in self.past if one.last.incident != incident]

    def afterwards(self, said: Feedback, now_s: int) -> Transition:
        """One step more for an incident that has ended: it should not have rung, or should have.

        Raises:
            UnreadableError: ``unknown_incident``; ``incident_over`` where nothing is left to say.
        """
        past = next((one for one in self.past if one.last.incident == said.incident), None)
        if past is None:
            raise UnreadableError(
                "unknown_incident",
                f"{said.kind} by {said.by}: of brand {said.brand} no incident {said.incident!r} is "
                f"under way or among the last {PAST}",
            )
        last = past.last
        fits = said.kind == ("missed" if last.state == "dismissed" else "false_alarm")
        if not fits or last.reason in {"false_alarm", "missed"}:
            raise UnreadableError(
                "incident_over",
                f"{said.kind} by {said.by}: incident {said.incident} is over since "
                f"{last.at:%Y-%m-%d %H:%M} UTC ({last.reason})",
            )
        if said.kind == "missed":
            self.discount = self.discount.after_missed(now_s)
        else:
            self.discount = self.discount.after_false_alarm(past.rang_as, now_s)
        told = replace(last, seq=last.seq + 1, at=utc(now_s), reason=said.kind)
        past.last = self.beside(told, said, now_s)
        return past.last


def _signed(told: Transition, said: Feedback) -> Transition:
    """A transition with the name of the person who caused it."""
    return replace(told, by=said.by, feedback=said.id, note=said.note)
