"""What a sink says of a transition that it was handed."""

from typing import Literal

Outcome = Literal["posted", "updated", "duplicate", "harmless"]
"""``posted``: rang as a new message. ``updated``: changed one. ``duplicate``: a second copy of
``(incident, seq)``, dropped. ``harmless``: a ``dismissed`` transition, which never rings."""
