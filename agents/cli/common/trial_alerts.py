"""Test alerts: does what a route names arrive where it should, and does it wake who it should?"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import click

from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.model import Line
from agents.alerting.policy import NotifyReason
from agents.alerting.sinks.base import Notice, SinkError, Subject
from agents.cli.common.receivers import ReceiverError, Receivers
from agents.cli.language.say import say
from schemas.brand import Brand
from schemas.notification import Snapshot

SEVERITY: Final = 7


def send_tests(receivers: Receivers, names: Iterable[str], brands: Mapping[str, Brand]) -> None:
    """Send a test alert to each; say what became of it, and end with 1 where one failed."""
    wanted = list(names)
    if "all" in wanted:
        wanted = [one.name for one in receivers.routes.receivers]
    brand = next(iter(brands.values()))
    failed = False
    for name in dict.fromkeys(wanted):
        try:
            pings = receivers.routes.receiver(name).pinged(SEVERITY)
            receivers.make(name).deliver(made_up(name, brand, pings, datetime.now(UTC)))
        except (SinkError, ReceiverError) as error:
            failed = True
            click.echo(say("{name}: not delivered: {why}", name=name, why=error), err=True)
        else:
            click.echo(say("{name}: delivered", name=name))
    if failed:
        raise click.exceptions.Exit(1)


def made_up(receiver: str, brand: Brand, pings: tuple[str, ...], now: datetime) -> Notice:
    """Return a notice that says in its first word that it is a test. It calls as a ring does."""
    line = words_of(brand).say(
        "alert_test", name=receiver, brand=name_of(brand), severity=str(SEVERITY)
    )
    return Notice(
        incident=f"test-{receiver}-{now:%Y%m%dT%H%M%S}",
        seq=0,
        brand=brand,
        reason=NotifyReason.TEST,
        loud=True,
        message=Line(line),
        told=Snapshot(seq=0, state="open", severity=SEVERITY, last_hour=0.0, negative_share=0.0),
        subject=Subject(at=now, onset=now, level="ring", pattern=""),
        test=True,
        pings=pings,
    )
