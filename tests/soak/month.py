"""What 200 brands live through: chatter, and for one in ten a crisis or only noise."""

from random import Random

from chaos.archive import SCENARIOS, Life

LOUD = ("product-launch", "giveaway", "spam-flood", "positive-storm")
"""What is loud and no crisis."""

CRISIS_EVERY, LOUD_EVERY = 10, 7
LEARNED_DAYS = 1.2
"""Nothing begins before that: a brand is young in its first day."""

SCALE = 0.5
"""Of the scenarios: small brands, of which there are many."""


def words(count: int) -> dict[str, str]:
    """Id and name of so many brands."""
    return {f"brand-{number:03d}": f"Acme{number:03d}corp" for number in range(count)}


def lives(brands: dict[str, str], *, days: float, seed: int) -> tuple[dict[str, Life], set[str]]:
    """What happens to each brand, and which of them have a crisis."""
    chance = Random(f"{seed}-month")
    found: dict[str, Life] = {}
    crises: set[str] = set()
    for number, brand in enumerate(brands):
        begins = chance.uniform(LEARNED_DAYS, max(LEARNED_DAYS + 0.1, days - 1.0))
        if number % CRISIS_EVERY == 0:
            crises.add(brand)
            kind = SCENARIOS[number // CRISIS_EVERY % len(SCENARIOS)]
            found[brand] = Life(kind, begins, SCALE)
        elif number % LOUD_EVERY == 0:
            kind = LOUD[number // LOUD_EVERY % len(LOUD)]
            found[brand] = Life(kind, begins, SCALE)
        else:
            found[brand] = Life("quiet")
    return found, crises
