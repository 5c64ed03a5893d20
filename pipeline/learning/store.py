"""Which version scores which brand: the newest of its own, else the newest for all, else none.

While a brand has an open incident it keeps the version that was in force when the incident was
first written to Kafka: nothing that adapts may amplify or hide a storm. What counts is the time
at which Kafka took the records, so any order of reading gives the same answer.
"""

import zlib
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from pipeline.learning.adapted import Adapted, Memo
from pipeline.learning.verify import RefusedVersionError, Verifier
from pipeline.sentiment.api import Scorer
from schemas.incident import State, Transition
from schemas.model import EVERY_BRAND, KEPT_VERSIONS, Disowned, ModelVersion

OPEN_STATES: frozenset[State] = frozenset(("open", "escalating", "peaking", "fading", "reopened"))
SCORERS = 128
"""Deltas kept ready for use, of about a megabyte each; more are made anew when they are needed."""


class StoredVersion(NamedTuple):
    """A verified version as it is kept: packed to a third, and when Kafka took it."""

    seq: int
    digest: str
    written_ms: int
    packed: bytes

    def version(self) -> ModelVersion:
        """Unpack it."""
        return msgspec.json.decode(zlib.decompress(self.packed), type=ModelVersion)


class ModelStore:
    """All versions that may be needed, and the brands that are frozen.

    One thread may call ``take`` and ``incident`` while another calls ``of``: what ``of`` reads is
    replaced as a whole. Bounded: ``KEPT_VERSIONS`` of each scope, scopes as many as ``brands``.
    """

    def __init__(self, verifier: Verifier, brands: Mapping[str, object]) -> None:
        self._verifier = verifier
        self._brands = brands
        self._held: dict[str, tuple[StoredVersion, ...]] = {}
        self._frozen: dict[str, tuple[str, int]] = {}
        self._former: dict[str, tuple[int, tuple[Disowned, ...]]] = {}
        self._scorers: dict[str, Adapted] = {}
        self._memo: Memo = {}

    def take(self, raw: bytes, written_ms: int) -> ModelVersion:
        """Take a record of tocsin.models that Kafka took at ``written_ms``.

        Raises:
            RefusedError: the version may not score.
        """
        try:
            version = self._verifier.read(raw)
        except RefusedVersionError as error:
            if error.reason == "base" and error.version is not None:
                self._note_former(error.version)
            raise
        if version.scope != EVERY_BRAND and version.scope not in self._brands:
            return version
        known = {held.seq: held for held in self._held.get(version.scope, ())}
        known[version.seq] = StoredVersion(
            version.seq, version.digest, written_ms, zlib.compress(raw)
        )
        newest = sorted(known.values(), key=lambda held: held.seq)[-KEPT_VERSIONS:]
        self._held = self._held | {version.scope: tuple(newest)}
        return version

    def incident(self, transition: Transition, written_ms: int) -> None:
        """Take note of a transition that Kafka took at ``written_ms``."""
        brand = transition.brand
        known = self._frozen.get(brand)
        if transition.state in OPEN_STATES:
            if known is None or known[0] != transition.incident:
                self._frozen = self._frozen | {brand: (transition.incident, written_ms)}
        elif known is not None and known[0] == transition.incident:
            self._frozen = {key: value for key, value in self._frozen.items() if key != brand}

    def _note_former(self, version: ModelVersion) -> None:
        """Other weights were shipped then: it can't score, but what was rolled back stays so."""
        known = self._former.get(version.scope)
        if (version.scope == EVERY_BRAND or version.scope in self._brands) and (
            known is None or version.seq > known[0]
        ):
            self._former[version.scope] = (version.seq, version.disowned)

    def disowned(self, scope: str) -> tuple[Disowned, ...]:
        """Times whose labels were rolled back in this scope."""
        newest = self.in_force(scope)
        return newest.disowned if newest else self._former.get(scope, (0, ()))[1]

    def next_seq(self, scope: str) -> int:
        """Number of the next version of a scope."""
        newest = self.newest(scope)
        return max(newest.seq if newest else -1, self._former.get(scope, (-1, ()))[0]) + 1

    def frozen(self, brand: str) -> bool:
        """Whether the brand has an open incident."""
        return brand in self._frozen

    def pinned(self, scope: str) -> bool:
        """Whether one more version of the scope would push out one that a frozen brand needs."""
        held = self._held.get(scope, ())
        return len(held) >= KEPT_VERSIONS and any(
            self._chosen(brand) is held[0] for brand in self._frozen
        )

    def of(self, brand: str) -> Scorer:
        """The model that scores the brand now."""
        held = self._chosen(brand)
        if held is None:
            return self._verifier.warm
        scorer = self._scorers.get(held.digest)
        if scorer is None:
            delta = held.version().delta
            scorer = Adapted(self._verifier.warm, delta, held.digest, self._memo)
            if len(self._scorers) >= SCORERS:
                self._scorers.clear()
            self._scorers[held.digest] = scorer
        return scorer

    def newest(self, scope: str) -> StoredVersion | None:
        """The newest version of a scope as it is held."""
        held = self._held.get(scope)
        return held[-1] if held else None

    def in_force(self, scope: str) -> ModelVersion | None:
        """Newest version of a scope, whether or not incidents hold it back."""
        held = self._held.get(scope)
        return held[-1].version() if held else None

    def newest_for(self, brand: str) -> ModelVersion | None:
        """Newest version that scores a brand, its own or that of all; incidents are not heeded."""
        return self.in_force(brand) or self.in_force(EVERY_BRAND)

    def versions(self) -> list[tuple[ModelVersion, int]]:
        """All that is held, by scope and ``seq``, and when Kafka took it."""
        return [
            (held.version(), held.written_ms)
            for scope in sorted(self._held)
            for held in self._held[scope]
        ]

    def _chosen(self, brand: str) -> StoredVersion | None:
        frozen = self._frozen.get(brand)
        for scope in (brand, EVERY_BRAND):
            for held in reversed(self._held.get(scope, ())):
                if frozen is None or held.written_ms < frozen[1]:
                    return held
        return None
