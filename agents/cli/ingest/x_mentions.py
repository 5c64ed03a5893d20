"""``tocsin ingest x-mentions``: posts that mention the account which owns the app at X."""

from functools import partial
from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option, brands_or_exit, clients_or_exit, settings_or_exit
from agents.cli.common.x_rules import limits_of
from agents.cli.ingest.common import log_to, one_line_errors, opened_router, source_option
from agents.cli.language.say import say
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.position import PositionFile
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.telling import Facts, tell_prometheus
from agents.ingest.sources.x.owned import OwnedSource
from agents.ingest.stopping import stop_on_signals


@click.command(
    epilog=examples("tocsin ingest x-mentions --user-id 2244994945 --brands brands.yaml")
)
@click.option("--user-id", required=True, help="Numeric id of the account that owns the app.")
@brands_option
@source_option("x-mentions")
@click.option(
    "--interval-s",
    type=Number(min=5),
    default=15.0,
    show_default=True,
    help="Between two questions; one that brings nothing costs nothing.",
)
def command(*, user_id: str, brands_file: Path, source: str, interval_s: float) -> None:
    """Publish posts that mention your own account, at a fifth of X's price, until SIGTERM.

    Needs X_USER_TOKEN, or X_USER_TOKEN_FILE, which is read again for each question: a token of the
    account (OAuth 2.0, scopes tweet.read and users.read). Brands are found by handles and names.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = brands_or_exit(brands_file)
    if not user_id.isdecimal():
        raise click.UsageError(
            say("--user-id {user_id!r} is no id: X gives accounts a number", user_id=user_id)
        )
    if not settings.x_user_token:
        raise click.UsageError(say("X_USER_TOKEN is not set"))
    console = Console(stderr=True)
    with one_line_errors():
        log_to(console, settings.log_level)
        account = Account(
            limits_of(settings),
            kept=PositionFile(Path(settings.spool_dir) / f"{source}.spent"),
            may_change_rules=False,
            when_spent=settings.x_when_spent,
        )
    x = OwnedSource(
        source,
        user_id,
        settings.x_user_token.reveal,
        settings.x_base_url,
        account=account,
        interval_s=interval_s,
    )
    with (
        one_line_errors(),
        stop_on_signals() as stop,
        opened_router(
            x,
            brands=brands,
            settings=settings,
            kafka=kafka,
            stop=stop,
            heartbeat_s=LIVE_HEARTBEAT_S,
            position_file=f"{source}.position",
            also=partial(tell_prometheus, account, source),
            facts=Facts(account),
        ) as router,
    ):
        router.run(stop)
    console.print(
        say(
            "{n:,} posts mention the account, {published:,} mentions published; {money}",
            n=router.mentions,
            published=router.published,
            money=account.standing().words(),
        ),
        highlight=False,
        soft_wrap=True,
    )
