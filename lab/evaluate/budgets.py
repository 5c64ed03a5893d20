"""What a brand is promised: how often it may be told of nothing. The one place that says it."""

from typing import Final, NamedTuple

from msgspec.structs import replace

from schemas.brand import Brand


class AlarmBudget(NamedTuple):
    """So many false rings a quarter and false heads-ups a week."""

    rings_per_quarter: float
    heads_up_per_week: float


USUAL: Final = AlarmBudget(0.5, 1.0)
"""What a brand is given unless its file says otherwise."""
BUDGETS: Final = (AlarmBudget(0.25, 0.5), USUAL, AlarmBudget(1.0, 2.0))
"""Half of the usual, the usual, twice the usual."""


def under(brand: Brand, budget: AlarmBudget) -> Brand:
    """The brand with this budget in its line of the brands file.

    >>> under(Brand(id="acme", names=("Acme",)), USUAL) == Brand(id="acme", names=("Acme",))
    True
    """
    return replace(
        brand,
        false_rings_per_quarter=budget.rings_per_quarter,
        heads_up_per_week=budget.heads_up_per_week,
    )
