"""What was said of each incident, as far as it is judged: when, how loud, how large."""

from msgspec import Struct


class StatedSeverity(Struct, frozen=True):
    """A severity, and when it was stated."""

    at_s: float
    severity: float


class ToldIncident(Struct, frozen=True):
    """One incident.

    ``heads_up_at_s``: the quiet line, if there was one. ``rings``: every moment at which people
    were woken. ``steps``: what severity was stated when, rings included.
    """

    incident: str
    heads_up_at_s: float | None = None
    rings: tuple[StatedSeverity, ...] = ()
    steps: tuple[StatedSeverity, ...] = ()

    @property
    def last_s(self) -> float:
        """When it was last spoken of."""
        first_s = self.heads_up_at_s if self.heads_up_at_s is not None else float("-inf")
        return max(first_s, *(one.at_s for one in (*self.rings, *self.steps)), first_s)
