"""Lets recorded or simulated posts pass at the speed of life, faster, or unheld."""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.ingest.formats import Item
from pipeline.phrase import Phrase
from schemas.mention import Mention


class Tick(NamedTuple):
    """Nothing was said, and event time has moved on to ``at``."""

    at: datetime


def parse_speed(text: str) -> float:
    """Event seconds per second: ``realtime`` is 1, ``60``, ``x60`` and ``×60`` are 60.

    Raises ``ValueError`` for anything else.

    >>> parse_speed("max"), parse_speed("×60"), parse_speed("realtime")
    (inf, 60.0, 1.0)
    """
    speed = {"realtime": 1.0, "max": math.inf}.get(text) or float(text.lstrip("x×"))
    if not speed > 0:
        raise ValueError(Phrase("a speed is above 0, not {text}", text=text))
    return speed


def paced(
    items: Iterable[Item],
    speed: float,
    *,
    clock_s: Callable[[], float],
    sleep: Callable[[float], object],
    tick_s: float = 0.05,
    is_ahead: Callable[[datetime], bool] = lambda _: False,
) -> Iterator[Item | Tick]:
    """Yield items when their time has come, and a ``Tick`` every ``tick_s`` in between.

    The first mention is due at once, and every other by its distance from that one divided by
    ``speed``; a reader who was held up is given what is overdue without a pause. With an infinite
    speed nothing is held and there are no ticks. ``clock_s`` is monotonic. A mention that
    ``is_ahead`` of now is yielded at once, to be refused: nobody waits ten years for it.
    """
    origin: datetime | None = None
    began_s = 0.0
    for item in items:
        if math.isfinite(speed) and isinstance(item, Mention) and not is_ahead(item.created_at):
            if origin is None:
                origin, began_s = item.created_at, clock_s()
            due_s = began_s + (item.created_at - origin).total_seconds() / speed
            while (left_s := due_s - clock_s()) > 0:
                sleep(min(left_s, tick_s))
                passed_s = min(clock_s(), due_s) - began_s
                yield Tick(origin + timedelta(seconds=passed_s * speed))
        yield item


def held(
    items: Iterable[Item | Tick],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], object],
    on_present: Callable[[], None],
    tick_s: float = 0.05,
) -> Iterator[Item | Tick]:
    """Yield items no sooner than their date, however fast they come; tick while they wait.

    ``on_present`` is called once, when the first of them has to wait.
    """
    waited = False
    for item in items:
        while (left_s := _left_s(item, now())) > 0:
            if not waited:
                waited = True
                on_present()
            sleep(min(left_s, tick_s))
            yield Tick(now())
        yield item


def _left_s(item: Item | Tick, now: datetime) -> float:
    if isinstance(item, Tick):
        return (item.at - now).total_seconds()
    return (item.created_at - now).total_seconds() if isinstance(item, Mention) else 0.0
