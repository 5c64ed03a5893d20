"""``tocsin ingest x``: live posts from X's filtered stream."""

from pathlib import Path

import click
from prometheus_client import CollectorRegistry
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option, brands_or_exit, clients_or_exit, settings_or_exit
from agents.cli.common.x_rules import limits_of, rules_or_exit
from agents.cli.ingest.common import (
    log_to,
    one_line_errors,
    opened_router,
    source_option,
)
from agents.cli.ingest.x_counts import (
    checked,
    prime,
    queries_of,
    tell_completeness,
    was_heard,
)
from agents.cli.language.say import say
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.position import PositionFile
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.counting.completeness import Tally
from agents.ingest.sources.x.counting.request import XCounts
from agents.ingest.sources.x.counting.watch import Checks
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.telling import Facts, tell_prometheus
from agents.ingest.sources.x.recovery import (
    Recoverer,
    SearchRecovery,
    StreamRecovery,
    XSearch,
)
from agents.ingest.sources.x.source import XOptions, XSource
from agents.ingest.steady_clock import utc_now
from agents.ingest.stopping import stop_on_signals
from agents.secret import Renewed
from agents.settings import Settings
from schemas.brand import Brands


@click.command(epilog=examples("tocsin ingest x --brands brands.yaml"))
@brands_option
@source_option("x")
@click.option(
    "--delay-s",
    type=Number(min=0),
    default=7.0,
    show_default=True,
    help="How late X may deliver a post; the watermark stays so far behind.",
)
@click.option(
    "--grace-s",
    type=Number(min=0),
    default=10.0,
    show_default=True,
    help="How long a stop waits for Kafka; what is left then waits in the spool.",
)
def command(*, brands_file: Path, source: str, delay_s: float, grace_s: float) -> None:
    """Publish posts about the brands as X delivers them, until SIGTERM or Ctrl-C.

    What it costs is counted, and stays within TOCSIN_X_USD_A_DAY and its like: authors are given up
    first, then a share of the posts, then reposts.

    Needs X_BEARER_TOKEN. Keeps rules of its own in the project's filtered stream, and looks after
    them; rules of others are not touched (tocsin rules).
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = brands_or_exit(brands_file)
    console = Console(stderr=True)
    with one_line_errors():
        log_to(console, settings.log_level)
        rules = rules_or_exit(brands, settings)
        kept = Path(settings.spool_dir)
        connects = ConnectLog(PositionFile(kept / f"{source}.connects"))
        account = Account(
            limits_of(settings),
            kept=PositionFile(kept / f"{source}.spent"),
            owner=settings.x_owner,
            may_change_rules=settings.x_rules == "manage",
            when_spent=settings.x_when_spent,
        )
        token, base_url = Renewed(settings.x_bearer_token), settings.x_base_url
        tally = Tally(utc_now())
        checks = Checks(
            XCounts(token, base_url, account=account),
            queries_of(brands),
            tally,
            kept=PositionFile(kept / f"{source}.counted"),
            now=utc_now,
            was_heard=was_heard(settings, source),
        )
        if settings.x_counts != "off":
            prime(checks, kafka, settings)
    x = XSource(
        source,
        token,
        base_url,
        rules,
        options=XOptions(
            owner=settings.x_owner,
            may_change_rules=settings.x_rules == "manage",
            rules_cap=settings.x_rules_cap,
            connections=settings.x_connections,
            backfill_minutes=settings.x_backfill_minutes,
            delay_s=delay_s,
        ),
        connects=connects,
        account=account,
        note=tally.note,
        recoverer=_recoverer(settings, brands, connects, account),
    )

    def tell(registry: CollectorRegistry) -> None:
        tell_prometheus(account, source, registry)
        tell_completeness(checks, source, registry)

    with (
        one_line_errors(),
        checked(checks if settings.x_counts == "hourly" else None),
        stop_on_signals() as stop,
        opened_router(
            x,
            brands=brands,
            settings=settings,
            kafka=kafka,
            stop=stop,
            heartbeat_s=LIVE_HEARTBEAT_S,
            position_file=f"{source}.complete-to",
            also=tell,
            facts=lambda: {**Facts(account)(), "completeness": dict(checks.shares)},
        ) as router,
    ):
        router.run(stop, grace_s=grace_s)
    console.print(
        say(
            "{lines:,} lines from X, {published:,} mentions published, {bad:,} lines that were no "
            "posts; {money}",
            lines=x.lines,
            published=router.published,
            bad=router.bad,
            money=account.standing().words(),
        ),
        highlight=False,
        soft_wrap=True,
    )


def _recoverer(
    settings: Settings, brands: Brands, connects: ConnectLog, account: Account
) -> Recoverer | None:
    """Return the way to fetch what was missed that the settings ask for."""
    token, base_url = Renewed(settings.x_bearer_token), settings.x_base_url
    if settings.x_recover == "stream":
        return StreamRecovery(token, base_url, connects=connects, account=account, now=utc_now)
    if settings.x_recover == "search":
        queries = [query for each in queries_of(brands).values() for query in each]
        search = XSearch(token, base_url, account=account)
        return SearchRecovery(search, list(dict.fromkeys(queries)), now=utc_now, account=account)
    return None
