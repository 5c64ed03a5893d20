"""Tocsin's judge as a contender in replays, and who stands beside it: all knowledge of both."""

from functools import partial
from typing import Final

from lab.evaluate.baselines.registry import BASELINES
from lab.evaluate.budgets import AlarmBudget, under
from lab.evaluate.replays.contender import ContenderRing, Counting, MakeContender, RowContender
from lab.evaluate.replays.packing import WIDTH_S
from lab.evaluate.replays.reference import RuleOfThumb
from lab.evaluate.replays.told import ToldIncident
from lab.evaluate.told import retold
from pipeline.detection.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket

NAME: Final = "Tocsin"


class JudgeContender:
    """The judge of one brand."""

    def __init__(self, brand: Brand, name: str = NAME) -> None:
        self.name = name
        self._judge = Judge(brand, width_s=WIDTH_S)
        self._told: dict[str, ToldIncident] = {}

    def take(self, bucket: Bucket) -> list[ContenderRing]:
        """Give it a bucket or a tick, keep when people are woken."""
        rings = []
        for one in self._judge.update(bucket):
            before = self._told.get(one.incident)
            after = self._told[one.incident] = retold(before, one)
            known = len(before.rings) if before is not None else 0
            rings += [
                ContenderRing(said.at_s, one.incident, int(said.severity))
                for said in after.rings[known:]
            ]
        return rings

    def told(self) -> tuple[ToldIncident, ...]:
        """All incidents until now."""
        return tuple(self._told.values())


def make_judge(brand: Brand) -> JudgeContender:
    """Tocsin, new to a brand."""
    return JudgeContender(brand)


def make_judge_at(budget: AlarmBudget, brand: Brand) -> JudgeContender:
    """Tocsin under a budget, of which it has the name."""
    return JudgeContender(under(brand, budget), str(budget))


def make_rule_of_thumb(brand: Brand) -> RowContender:  # noqa: ARG001
    """The plain rule that it has to be better than."""
    return RowContender(RuleOfThumb())


def make_counting(name: str, brand: Brand) -> RowContender:  # noqa: ARG001
    """A detector of counts, by its name in the registry."""
    return RowContender(Counting(BASELINES[name]()))


COUNTING: Final = (
    "z-score over 12 h, 3σ",
    "5σ over 14 days",
    "EARS C2, daily",
    "river GaussianScorer, 7 days",
    "river HalfSpaceTrees, 99.5 % quantile",
    "S-H-ESD, 14 days, hourly",
)
"""One of each family; they see how much is said, and nothing of what."""

TUNED: Final[tuple[MakeContender, ...]] = (make_judge, make_rule_of_thumb)
"""What tuning needs: the judge, and the rule that it has to be better than."""

CONTENDERS: Final[tuple[MakeContender, ...]] = (
    *TUNED,
    *(partial(make_counting, name) for name in COUNTING),
)
