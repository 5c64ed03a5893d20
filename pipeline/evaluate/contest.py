"""Tocsin's judge as a contender in replays: the only module that knows both."""

from typing import Final

from pipeline.evaluate.replays.contender import MakeContender, Ring, RowContender
from pipeline.evaluate.replays.packing import WIDTH_S
from pipeline.evaluate.replays.reference import RuleOfThumb
from pipeline.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket

_RINGS: Final = {"open", "reopened"}


class JudgeContender:
    """The judge of one brand with all settings as they come; what it opens or reopens rings."""

    name = "tocsin"

    def __init__(self, brand: Brand) -> None:
        self._judge = Judge(brand, width_s=WIDTH_S)

    def take(self, bucket: Bucket) -> list[Ring]:
        """Give it a bucket or a tick, keep what rings."""
        return [
            Ring(one.at.timestamp(), one.incident, one.severity)
            for one in self._judge.update(bucket)
            if one.state in _RINGS
        ]


def make_judge(brand: Brand) -> JudgeContender:
    """Tocsin, new to a brand."""
    return JudgeContender(brand)


def make_rule_of_thumb(brand: Brand) -> RowContender:  # noqa: ARG001
    """The plain rule that it has to be better than."""
    return RowContender(RuleOfThumb())


CONTENDERS: Final[tuple[MakeContender, ...]] = (make_judge, make_rule_of_thumb)
