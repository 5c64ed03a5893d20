"""What must be forgotten: a post, or all of an account. The record is the audit, without a text."""

from typing import Literal

from schemas.base import Identifier, Record, Reference, UtcTime, check_times

DeletionKind = Literal["post", "author"]
DeletionCause = Literal["deleted", "edited", "withheld", "protected", "suspended", "requested"]
"""``requested``: somebody asked for it by ``tocsin forget``. The others are the place's words."""


class Deletion(Record, frozen=True, kw_only=True):
    """A post or an account whose texts, handles and ids are to be shown and kept no longer.

    ``subject``: id of the post, or id or handle of the account, as mentions have it; ``handle``: of
    the account, where it is known besides. ``by``: who said so, a source or a person. Counts stay
    as they are. ``id`` makes a second copy known.
    """

    id: Identifier
    at: UtcTime
    kind: DeletionKind
    subject: Identifier
    handle: Reference = ""
    cause: DeletionCause = "deleted"
    by: Identifier

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)
