"""A version of the sentiment model, learned from feedback: a delta, small and verifiable."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemas.base import Counted, Identifier, Record, Total, UtcTime, Version, check_times
from schemas.incident import Share

EVERY_BRAND = "*"
"""Scope of a delta for all brands that have none of their own."""

MAX_FEATURES = 8_000
MAX_STEP = 400
"""Bound of a weight, in steps of 1/``Delta.steps``."""

MAX_RECORD_BYTES = 600_000
"""Of one record as JSON; Kafka takes a million bytes unless told otherwise."""

MOST_AUTHORS = 10_000
"""Named in a version; twice as many as the trainer takes labels of."""

KEPT_VERSIONS = 5
"""Versions of a scope that compaction keeps: keys are scope and ``seq`` modulo this."""

Scope = Annotated[str, Meta(pattern=r"^(\*|[a-z0-9][a-z0-9._-]{0,63})$")]
Digest = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]
Step = Annotated[int, Meta(ge=-MAX_STEP, le=MAX_STEP)]
Nudge = tuple[Annotated[str, Meta(min_length=1, max_length=64)], Step, Step]
"""Name of a feature; its weights for negative and for positive, against neutral."""

Lean = tuple[Annotated[str, Meta(min_length=1, max_length=64)], Step]
"""Name of a feature; its weight for attack, against no attack."""

AspectName = Literal["tone", "attack"]
"""What labels speak of, and what a delta moves."""

VersionStatus = Literal["published", "rolled_back"]


class Delta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is added to the log-odds of the weights whose digest is ``base``.

    ``steps``: a weight of 1 is so many steps. ``nudges``: to those of the tone; ``attack``: to
    those of attack. Both are sorted by name, each name once. Where nothing was learned of attack,
    the field is left out, so that older deltas keep their digest.
    """

    base: Digest
    tokenizer: Total
    steps: Annotated[int, Meta(ge=1, le=10_000)]
    nudges: Annotated[tuple[Nudge, ...], Meta(max_length=MAX_FEATURES)]
    attack: Annotated[tuple[Lean, ...], Meta(max_length=MAX_FEATURES)] = ()


class Prequential(Struct, frozen=True, kw_only=True):
    """Macro-F1 on labels of one kind since the version before, each scored before it was learned.

    By the shipped weights, by the version in force, and by the delta as it was being learned.
    """

    labels: Total = 0
    warm: Share = 0.0
    in_force: Share = 0.0
    delta: Share = 0.0


class Disowned(Struct, frozen=True, kw_only=True):
    """Labels written after ``start`` and up to ``end`` are not learned: they were rolled back."""

    start: UtcTime
    end: UtcTime

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(start=self.start, end=self.end)


class ModelVersion(Record, frozen=True, kw_only=True):
    """One version of one scope (``*`` or a brand); of a scope the highest ``seq`` is in force.

    A delta stands for itself: that of a brand holds what was learned of all brands, too.
    ``digest`` is the SHA-256 of the delta's JSON, ``parent`` the one in force before (empty: the
    shipped weights). ``until``: time of the last label in it. ``authors`` and ``refused``: labels
    by author, and those left out by reason. ``labels``, ``prequential`` and ``drifts`` are of the
    tone, ``attack_labels``, ``attack_prequential`` and ``attack_drifts`` of attack; all else is of
    both. A roll-back repeats an older delta under a new ``seq`` and says ``by`` whom and what was
    ``withdrawn``.
    """

    scope: Scope
    seq: Total
    at: UtcTime
    status: VersionStatus = "published"
    digest: Digest
    parent: Digest = ""
    delta: Delta
    made_with: Version = ""
    labels: Total = 0
    until: UtcTime | None = None
    prequential: Prequential = Prequential()
    drifts: Total = 0
    attack_labels: Total = 0
    attack_prequential: Prequential = Prequential()
    attack_drifts: Total = 0
    authors: Annotated[tuple[Counted, ...], Meta(max_length=MOST_AUTHORS)] = ()
    refused: Annotated[tuple[Counted, ...], Meta(max_length=100)] = ()
    disowned: Annotated[tuple[Disowned, ...], Meta(max_length=20)] = ()
    withdrawn: Digest = ""
    by: Identifier = "tocsin learn"

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(at=self.at, until=self.until)
