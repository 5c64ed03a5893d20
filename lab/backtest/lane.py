"""Buckets of one brand in, transitions out: a judge under one setting."""

from typing import Protocol

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
    """A judge in this process."""

    def __init__(self, brand: Brand, *, width_s: int, library: Library | None) -> None:
        self.judge = Judge(brand, width_s=width_s, library=library)
        self.transitions: list[Transition] = []

    def update(self, bucket: Bucket) -> None:
        """Take the next bucket; figures that are only stated anew say nothing new to a report."""
        told = self.judge.update(bucket)
        self.transitions += [one for one in told if not one.refreshed]

    def finish(self, tick: Bucket) -> None:
        """Let the clock say that the recording is over; where nothing is under way, it is not."""
        if self.judge.active:
            self.update(tick)
