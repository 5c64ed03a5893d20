"""What an evaluation is asked for."""

from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

Size = Literal["quick", "normal", "full"]
SIZES: Final[tuple[Size, ...]] = get_args(Size)


class Options(NamedTuple):
    """``nab``: directory of labelled series. A part that is not asked for is left out."""

    nab: Path | None
    quiet: bool
    size: Size
    seed: int
    jobs: int
