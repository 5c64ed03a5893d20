"""What a route says of the people: who decides, and what is done first."""

from msgspec import Struct


class Team(Struct, frozen=True):
    """``decides``: who decides on communication. ``steps``: what the team does first."""

    decides: str = ""
    steps: tuple[str, ...] = ()
