"""What a sink says of a transition that it was handed."""

from typing import Literal

Outcome = Literal["posted", "updated", "duplicate", "harmless", "quiet"]
"""``posted``: rang as a new message. ``updated``: changed one. ``duplicate``: a second copy of
``(incident, seq)``, dropped. ``harmless``: dismissed before December 2026, when nothing was said of
what never rang. ``quiet``: a step that a snooze keeps out of sight."""
