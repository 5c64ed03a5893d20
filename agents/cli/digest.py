"""``tocsin digest``: what a day or a week was like, by the schedule of the routes."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import click
from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from agents.alerting.digest.compose import DigestFigures, digest_of
from agents.alerting.digest.send import PARTITION, is_sent, notice_of, send
from agents.alerting.i18n import LANGUAGES
from agents.alerting.log import TopicLog
from agents.alerting.message.brands import name_of
from agents.alerting.message.model import HeadsUp
from agents.alerting.routing.budget import budgets
from agents.alerting.routing.digests import DigestSchedule
from agents.alerting.sinks.base import SinkError
from agents.cli.common.digest_figures import gather
from agents.cli.common.groups import examples
from agents.cli.common.receivers import Receivers, routes_option, routes_or_exit
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_errors,
    kafka_or_exit,
    settings_or_exit,
)
from agents.cli.language.say import say
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients
from schemas.brand import Brand


@click.command(
    epilog=examples(
        "tocsin digest --brands brands.yaml --routes routes.yaml",
        "tocsin digest --brands brands.yaml --routes routes.yaml --dry-run",
    )
)
@brands_option
@routes_option
@click.option("--dry-run", is_flag=True, help="Print what was due last, and send nothing.")
def command(*, brands_file: Path, routes_file: Path | None, dry_run: bool) -> None:
    """Send the digests of the routes that are due and not sent yet, then end.

    What was sent is kept on tocsin.notifications, so a run more sends nothing twice: have a timer
    or a CronJob start it every few minutes. Exit code 1 where a receiver did not take one; the next
    run tries again.
    """
    settings = settings_or_exit()
    if routes_file is None:
        raise click.UsageError(say("a digest needs --routes, which say when and to whom it goes"))
    brands = by_id(brands_or_exit(brands_file))
    routes = routes_or_exit(routes_file, brands)
    if not routes.digests:
        raise click.ClickException(
            say("the routes have no digests; docs/guide/routes.md shows one")
        )
    kafka = clients_or_exit(settings)
    kafka_or_exit(kafka, ACCESS["digest"])
    screen = Console()
    errand = Errand(kafka, Receivers(routes, settings, screen), brands, screen, datetime.now(UTC))
    with kafka_errors(kafka):
        failed = [
            f"{one.name}: {fault}"
            for one in routes.digests
            for fault in errand.run(one, dry_run=dry_run)
        ]
    for line in failed:
        click.echo(line, err=True)
    if failed:
        raise click.exceptions.Exit(1)


class Errand(NamedTuple):
    """What every digest of one run needs; ``now`` is the same for all of them."""

    kafka: KafkaClients
    receivers: Receivers
    brands: Mapping[str, Brand]
    screen: Console
    now: datetime

    def run(self, schedule: DigestSchedule, *, dry_run: bool) -> Iterator[str]:
        """Bring one digest to its receivers; yield what went wrong."""
        meant = {one: brand for one, brand in self.brands.items() if _means(schedule, one)}
        if not meant:
            yield say("it is about no brand of this file")
            return
        due = schedule.last_due(self.now)
        brand = next(iter(meant.values()))
        figures: DigestFigures | None = None
        for name in schedule.receivers:
            sink = self.receivers.make(name)
            with closing(TopicLog(self.kafka, name)) as log:
                log.read(PARTITION)
                try:
                    if not dry_run and is_sent(schedule, due, sink, log, brand):
                        continue
                    figures = figures or gather(self.kafka, schedule.begins(due), due, meant)
                    told = self._told(schedule, figures, name, meant)
                    if dry_run:
                        self.screen.print(Text(f"{schedule.name} → {name}", style="dim"))
                        self.screen.print(Text("\n".join([told.title, *told.lines])))
                    else:
                        send(notice_of(schedule.key(due), told, brand, due), sink, log, self.now)
                except SinkError as error:
                    yield say("{name}: not delivered: {why}", name=name, why=error)

    def _told(
        self,
        schedule: DigestSchedule,
        figures: DigestFigures,
        receiver: str,
        brands: Mapping[str, Brand],
    ) -> HeadsUp:
        first = next(iter(brands.values()))
        words = replace(LANGUAGES[first.alert_language], zone=schedule.zone)
        allowed = {
            one.receiver: one.rings_per_month
            for one in budgets(self.receivers.routes, brands.values())
        }
        mine = replace(figures, allowed_per_month=allowed.get(receiver))
        return digest_of(words, mine, {one: name_of(brand) for one, brand in brands.items()})


def _means(schedule: DigestSchedule, brand: str) -> bool:
    return not schedule.brands or any(fnmatchcase(brand, one) for one in schedule.brands)
