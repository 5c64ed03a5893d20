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
    >>> Setting(heads_up_per_week=0.5).of(brand).heads_up_per_week
    0.5
    """

    false_rings_per_quarter: float | None = None
    heads_up_per_week: float | None = None

    def of(self, brand: Brand) -> Brand:
        """The brand under this setting."""
        changed = {name: value for name, value in self._asdict().items() if value is not None}
        return msgspec.structs.replace(brand, **changed)

    @property
    def label(self) -> str:
        """What to call it.

        >>> Setting(0.5, 2).label, Setting().label
        ('rings 0.5, heads-ups 2', 'brands file')
        """
        named = (
            ("rings", self.false_rings_per_quarter),
            ("heads-ups", self.heads_up_per_week),
        )
        said = [f"{name} {value:g}" for name, value in named if value is not None]
        return ", ".join(said) or "brands file"


def settings_of(rings: Sequence[float], heads_ups: Sequence[float]) -> tuple[Setting, ...]:
    """Each combination of what is given; nothing at all gives none.

    ``rings``: false ones a quarter; ``heads_ups``: in vain a week.

    Raises:
        ValueError: if there are more than ``LANES``.

    >>> [one.label for one in settings_of([0.5, 1], [2])]
    ['rings 0.5, heads-ups 2', 'rings 1, heads-ups 2']
    """
    if not (rings or heads_ups):
        return ()
    every = product(_each(rings), _each(heads_ups))
    settings = tuple(Setting(*values) for values in every)
    if len(settings) > LANES:
        raise ValueError(f"{len(settings)} settings are too many to compare: at most {LANES}")
    return settings


def _each(values: Sequence[T]) -> Sequence[T | None]:
    return tuple(dict.fromkeys(values)) or (None,)
