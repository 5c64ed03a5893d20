"""What a message needs to know of a brand: its name, its language, its entry in the file."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from msgspec.structs import replace

from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.message.neutral import outside
from schemas.brand import AlertLanguage, Brand
from schemas.incident import Transition

NAME_LIMIT: Final = 60

BrandOf = Callable[[Transition], Brand]


def brand_of(brands: Mapping[str, Brand]) -> BrandOf:
    """Return a look-up; a brand that the file no longer names is still alerted about, by its id."""

    def find(transition: Transition) -> Brand:
        known = brands.get(transition.brand)
        return known or Brand(id=transition.brand, names=(transition.brand,))

    return find


def words_of(brand: Brand) -> Words:
    """Return the words of the brand's alert language, on the clocks of its readers."""
    return _words(brand.alert_language, brand.alert_zone)


@cache
def _words(language: AlertLanguage, zone: str) -> Words:
    return replace(LANGUAGES[language], zone=zone)


def name_of(brand: Brand) -> str:
    """Return the brand's name as its owner writes it first."""
    return outside(brand.names[0] if brand.names else brand.id, NAME_LIMIT)
