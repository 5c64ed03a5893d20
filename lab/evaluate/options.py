"""What an evaluation is asked for."""

from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from pipeline.sentiment.api import SHIPPED_SCORER

Shapes = Literal["held-out", "development"]
SHAPES: Final[tuple[Shapes, ...]] = get_args(Shapes)
Size = Literal["quick", "normal", "full"]
SIZES: Final[tuple[Size, ...]] = get_args(Size)


class EvaluateOptions(NamedTuple):
    """``nab``: directory of labelled series. A part that is not asked for is left out.

    ``shapes``: which half of the replays. ``storms``: directory of real storms to be replayed too.
    ``arrivals``: directory of real counts, under all that is replayed. ``worlds``: directories of
    worlds by other hands, beside the replays. ``budgets``: whether rings and heads-ups are held
    against what is stated. ``scorer``: name of what scores the posts of those worlds; ``reads``:
    whether some of them are read carefully.
    """

    nab: Path | None
    quiet: bool
    size: Size
    seed: int
    jobs: int
    replays: bool = False
    shapes: Shapes = "held-out"
    storms: Path | None = None
    arrivals: Path | None = None
    worlds: tuple[Path, ...] = ()
    budgets: bool = False
    scorer: str = SHIPPED_SCORER
    reads: bool = False
