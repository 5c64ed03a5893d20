"""Whether what was learned becomes a version, and how an older one is put back in force."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from pipeline.learning.delta import digest_of, no_delta
from pipeline.learning.fold import Fold
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedVersionError, Verifier
from pipeline.phrase import Phrase
from schemas.codec import encode
from schemas.model import KEPT_VERSIONS, MAX_RECORD_BYTES, Disowned, ModelVersion

HoldReason = Literal[
    "few_labels", "few_new", "incident", "pinned", "worse", "same", "golden", "too_large"
]
"""Why no version is published now; the same words in log and metric."""

SHIPPED = "shipped"
"""What a roll-back calls the weights that came with Tocsin."""

MOST_DISOWNED = 20
AUTHORS_NAMED = 100
_FEWEST = 10


class PublishRules(NamedTuple):
    """When a version is due, by all labels, of whichever aspect.

    ``enough``: labels of a scope before its first version.

    ``new``: labels since the last version before the next, at most: while a scope knows few, a
    tenth of them is enough, but ``_FEWEST`` at least.
    """

    enough: int = 50
    new: int = 25

    def due(self, known: int) -> int:
        """Labels since the last version that the next one needs, of a scope with ``known``.

        >>> [PublishRules().due(known) for known in (50, 150, 1_000)]
        [10, 15, 25]
        """
        return min(self.new, max(_FEWEST, known // 10))


class RollBackError(ValueError):
    """The version can't be put back; says what to do."""


def why_held(scope: str, fold: Fold, store: ModelStore, rules: PublishRules) -> HoldReason | None:
    """Why a scope gets no new version now, judged by what costs little; None where it may."""
    learners = fold.learners_of(scope)
    labels = sum(each.learner.labels for each in learners)
    if labels < rules.enough:
        return "few_labels"
    if sum(each.contest.labels for each in learners) < rules.due(labels):
        return "few_new"
    if store.frozen(scope):
        return "incident"
    if store.pinned(scope):
        return "pinned"
    if any(each.contest.worse() for each in learners):
        return "worse"
    return None


def next_version(
    scope: str, fold: Fold, store: ModelStore, verifier: Verifier, *, at: datetime, made_with: str
) -> ModelVersion | HoldReason:
    """Make the next version of a scope, verified as every scorer will; or say why there is none."""
    tone, attack = learners = fold.learners_of(scope)
    before = store.in_force(scope)
    delta = fold.delta(scope)
    digest = digest_of(delta)
    if before is not None and digest in (before.digest, before.withdrawn):
        return "same"
    try:
        verifier.check(delta)
    except RefusedVersionError:
        return "golden"
    authors = sum((Counter(each.shares.authors) for each in learners), Counter[str]())
    refused = sum((Counter(each.refused) for each in learners), Counter[str]())
    version = ModelVersion(
        scope=scope,
        seq=store.next_seq(scope),
        at=at,
        digest=digest,
        parent=before.digest if before else "",
        delta=delta,
        made_with=made_with,
        labels=tone.learner.labels,
        until=datetime.fromtimestamp(max(each.until_s for each in learners), UTC),
        prequential=tone.contest.result(),
        drifts=tone.contest.drifts,
        attack_labels=attack.learner.labels,
        attack_prequential=attack.contest.result(),
        attack_drifts=attack.contest.drifts,
        authors=tuple(sorted(authors.items(), key=_most_first)[:AUTHORS_NAMED]),
        refused=tuple(sorted(refused.items())),
        disowned=store.disowned(scope),
    )
    return version if len(encode(version)) <= MAX_RECORD_BYTES else "too_large"


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    name, count = counted
    return -count, name


def roll_back(
    versions: Sequence[ModelVersion], to: str, *, base: str, at: datetime, by: str
) -> ModelVersion:
    """Record that puts an older version of a scope back in force.

    ``versions``: of one scope, by ``seq``. ``to``: ``shipped``, or how a digest begins. Labels
    that came after that version are disowned: the trainer does not learn them again.

    Raises:
        RollBackError: no such version, more than one, or too many roll-backs.
    """
    if not versions:
        raise RollBackError(Phrase("this scope has no versions"))
    newest = versions[-1]
    if to == SHIPPED:
        target = None
    else:
        found = {each.digest: each for each in versions if each.digest.startswith(to)}
        if len(found) != 1 or not to:
            known = ", ".join(dict.fromkeys(each.digest[:8] for each in versions))
            raise RollBackError(
                Phrase(
                    "{to!r} names {n} versions; there are {known}", to=to, n=len(found), known=known
                )
            )
        [target] = found.values()
    start = target.until if target and target.until else datetime.fromtimestamp(0, UTC)
    if target is not None and len(newest.disowned) >= MOST_DISOWNED:
        raise RollBackError(
            Phrase(
                "this scope was rolled back {most_disowned} times: roll back to {shipped}",
                most_disowned=MOST_DISOWNED,
                shipped=SHIPPED,
            )
        )
    kept = () if target is None else newest.disowned
    delta = target.delta if target else no_delta(base)
    return ModelVersion(
        scope=newest.scope,
        seq=newest.seq + 1,
        at=at,
        status="rolled_back",
        digest=target.digest if target else digest_of(delta),
        parent=newest.digest,
        delta=delta,
        made_with=newest.made_with,
        labels=target.labels if target else 0,
        attack_labels=target.attack_labels if target else 0,
        until=target.until if target else None,
        authors=target.authors if target else (),
        disowned=(*kept, Disowned(start=start, end=at)),
        withdrawn=newest.digest,
        by=by,
    )


def record_key(version: ModelVersion) -> bytes:
    """Key on the compacted topic, under which the newest ``KEPT_VERSIONS`` of a scope stay.

    >>> none = no_delta("")
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> record_key(ModelVersion(scope="*", seq=7, at=at, digest="", delta=none))
    b'*#2'
    """
    return f"{version.scope}#{version.seq % KEPT_VERSIONS}".encode()
