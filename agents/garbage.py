"""How often Python looks for objects that only refer to each other."""

import gc
from typing import Final

YOUNG: Final = 50_000
"""So many objects more than before are looked through at a time; Python's own number is 700."""


def leave_what_is_loaded() -> None:
    """Spare what is loaded by now, weights and brands, from every later search.

    Hundreds of thousands of objects that live as long as the process would be looked through again
    and again. Records leave few circles behind, so what comes after is looked through less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
