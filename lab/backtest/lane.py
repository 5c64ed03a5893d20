"""Buckets of one brand in, transitions out: a judge under one setting."""

from typing import Protocol

from pipeline.apart import judged_as, named_part
from pipeline.detection.judge import Judge
from pipeline.detection.patterns.library import Library
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.incident import Transition


class Judging(Protocol):
    """What a backtest asks of a lane. ``transitions`` are complete after ``finish``."""

    transitions: list[Transition]

    def update(self, bucket: Bucket, /) -> None:
        """Take the next bucket."""
        ...

    def finish(self, tick: Bucket, /) -> None:
        """Let the clock say that the recording is over."""
        ...


class Lane:
    """The judges of a brand in this process: one, or one of each network that is judged apart."""

    def __init__(self, brand: Brand, *, width_s: int, library: Library | None) -> None:
        self._brand = brand
        self._width_s = width_s
        self._library = library
        self._judges: dict[str, Judge] = {}
        self.transitions: list[Transition] = []

    def update(self, bucket: Bucket) -> None:
        """Take the next bucket; figures that are only stated anew say nothing new to a report."""
        name = judged_as(self._brand, bucket.apart)
        if name is None:
            return
        if name not in self._judges:
            apart = named_part(name)[1]
            self._judges[name] = Judge(
                self._brand, width_s=self._width_s, library=self._library, apart=apart
            )
        self._take(self._judges[name], bucket)

    def finish(self, tick: Bucket) -> None:
        """Let the clock say that the recording is over; where nothing is under way, it is not."""
        for judge in self._judges.values():
            if judge.active:
                self._take(judge, tick)

    def _take(self, judge: Judge, bucket: Bucket) -> None:
        told = judge.update(bucket)
        self.transitions += [one for one in told if not one.refreshed]
