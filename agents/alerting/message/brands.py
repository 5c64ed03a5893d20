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

_NETWORKS: Final = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon", "rss": "RSS"}

BrandOf = Callable[[Transition], Brand]


def brand_of(brands: Mapping[str, Brand]) -> BrandOf:
    """Return a look-up; a brand that the file no longer names is still alerted about, by its id.

    Where a source is judged on its own the brand is first called with the name of that source.
    """

    def find(transition: Transition) -> Brand:
        known = brands.get(transition.brand)
        brand = known or Brand(id=transition.brand, names=(transition.brand,))
        if not transition.apart:
            return brand
        title = entitled(brand.names[0] if brand.names else brand.id, transition.apart)
        return replace(brand, names=(title, *brand.names))

    return find


def words_of(brand: Brand) -> Words:
    """Return the words of the brand's alert language, on the clocks of its readers."""
    return _words(brand.alert_language, brand.alert_zone)


@cache
def _words(language: AlertLanguage, zone: str) -> Words:
    return replace(LANGUAGES[language], zone=zone)


def entitled(name: str, apart: str) -> str:
    """Return the name of a brand, with that of the one source that is judged, if it is one.

    >>> entitled("Acme", "bluesky"), entitled("Acme", "")
    ('Acme · Bluesky', 'Acme')
    """
    return f"{name} · {network_name(apart)}" if apart else name


def network_name(network: str) -> str:
    """Return how a network is called in print.

    >>> network_name("x"), network_name("brandwatch")
    ('X', 'brandwatch')
    """
    return _NETWORKS.get(network) or outside(network, NAME_LIMIT)


def name_of(brand: Brand) -> str:
    """Return the brand's name as its owner writes it first."""
    return outside(brand.names[0] if brand.names else brand.id, NAME_LIMIT)
