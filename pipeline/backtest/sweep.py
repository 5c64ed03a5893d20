"""Settings to compare: the same buckets, judged as if the brands file said something else."""

from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple, TypeVar

import msgspec

from schemas.brand import Brand

T = TypeVar("T")

LANES: Final = 40
"""More settings than this make neither a table nor a picture."""


class Setting(NamedTuple):
    """What a brand's own setting is replaced by; None leaves what its file says.

    >>> brand = Brand(id="acme", names=("Acme",))
    >>> Setting(minimum_mentions=50).of(brand).minimum_mentions
    50
    """

    false_alarms_per_week: float | None = None
    minimum_mentions: int | None = None
    evidence: float | None = None

    def of(self, brand: Brand) -> Brand:
        """The brand under this setting."""
        changed = {name: value for name, value in self._asdict().items() if value is not None}
        return msgspec.structs.replace(brand, **changed)

    @property
    def label(self) -> str:
        """What to call it.

        >>> Setting(0.25, 10).label, Setting().label
        ('budget 0.25, mentions 10', 'brands file')
        """
        named = (
            ("budget", self.false_alarms_per_week),
            ("mentions", self.minimum_mentions),
            ("evidence", self.evidence),
        )
        said = [f"{name} {value:g}" for name, value in named if value is not None]
        return ", ".join(said) or "brands file"


def settings_of(
    budgets: Sequence[float], minimums: Sequence[int], evidences: Sequence[float]
) -> tuple[Setting, ...]:
    """Each combination of what is given; nothing at all gives none.

    Raises:
        ValueError: if there are more than ``LANES``.

    >>> [one.label for one in settings_of([0.1, 1], [20], [])]
    ['budget 0.1, mentions 20', 'budget 1, mentions 20']
    """
    if not (budgets or minimums or evidences):
        return ()
    every = product(_each(budgets), _each(minimums), _each(evidences))
    settings = tuple(Setting(*values) for values in every)
    if len(settings) > LANES:
        raise ValueError(f"{len(settings)} settings are too many to compare: at most {LANES}")
    return settings


def _each(values: Sequence[T]) -> Sequence[T | None]:
    return tuple(dict.fromkeys(values)) or (None,)
