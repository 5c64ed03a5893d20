"""Which brands of a file are competitors of another one: those that it lists as rivals."""

from collections.abc import Iterable

from pipeline.brands.fold import squashed
from schemas.brand import Brand


def competitors_of(brand: Brand, brands: Iterable[Brand]) -> list[str]:
    """Return the ids of the watched brands whose names or accounts ``brand`` lists as rivals.

    >>> acme = Brand(id="acme", names=("Acme",), rivals=("@bolt",))
    >>> competitors_of(acme, [acme, Brand(id="bolt-eu", names=("Bolt",), handles=("Bolt",))])
    ['bolt-eu']
    """
    wanted = {squashed(each.removeprefix("@")) for each in brand.rivals}
    return [
        other.id
        for other in brands
        if other.id != brand.id
        and wanted & {squashed(each) for each in (*other.names, *other.handles, other.id)}
    ]
