"""Tells another receiver of the same route what one receiver does not take."""

import logging
from collections.abc import Callable
from datetime import datetime

from agents.alerting.message.brands import BrandOf, words_of
from agents.alerting.message.flat import flat
from agents.alerting.message.model import Line
from agents.alerting.message.neutral import outside
from agents.alerting.message.plain import fault
from agents.alerting.notifier import compose
from agents.alerting.plan import ReceiverPlan
from agents.alerting.policy import NotifyReason, decide
from agents.alerting.routing.watch import over
from agents.alerting.sinks.base import Notice, Sink, SinkError
from schemas.brand import Brand
from schemas.incident import Transition

log = logging.getLogger(__name__)


class Elsewhere:
    """What a receiver does not take, told in one loud line to the first other that takes it.

    ``make``: returns a sink by its receiver's name, of this thread alone. It is told once while the
    process lives, and not logged: after a restart it may be told again.
    """

    def __init__(
        self,
        plan: ReceiverPlan,
        make: Callable[[str], Sink],
        brand_of: BrandOf,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._plan = plan
        self._make = make
        self._brand_of = brand_of
        self._now = now
        self._sinks: dict[str, Sink] = {}

    def __call__(self, transition: Transition, why: str) -> str:
        """Return which receiver was told; empty where none took it, or where nothing rings."""
        if transition.level != "ring" or over(transition):
            return ""
        brand = self._brand_of(transition)
        notice = instead_of(self._plan.receiver.name, transition, brand, why)
        for name in self._plan.others(transition, self._now()):
            try:
                if name not in self._sinks:
                    self._sinks[name] = self._make(name)
                self._sinks[name].deliver(notice)
            except SinkError as error:
                log.warning("%s cannot be told instead: %s", name, error)
            except Exception:
                log.exception("%s cannot be told instead", name)
            else:
                log.warning("%s was told instead", name)
                return name
        return ""


def instead_of(receiver: str, transition: Transition, brand: Brand, why: str) -> Notice:
    """Return the notice by which others hear of what ``receiver`` does not take."""
    notice = compose(
        transition,
        brand,
        decide(transition, None),
        None,
        failed=lambda error: log.error("told in one line only: %s", fault(error)),
    )
    line = Line(
        words_of(brand).say(
            "instead", name=receiver, why=outside(why, 60), headline=flat(notice.message).title
        )
    )
    return Notice(
        incident=f"{transition.incident[:200]}~{receiver}",
        seq=transition.seq,
        brand=brand,
        reason=NotifyReason.INSTEAD,
        loud=True,
        message=line,
        told=notice.told,
        subject=notice.subject,
    )
