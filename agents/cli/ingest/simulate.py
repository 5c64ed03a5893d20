"""``tocsin ingest simulate``: a brand's chatter, with a crisis or something harmless in it."""

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number, Whole
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    settings_or_exit,
)
from agents.cli.ingest.common import (
    MomentType,
    log_to,
    one_line_errors,
    opened_router,
    report,
    source_option,
    speed_option,
    tail_option,
    tail_or_default_s,
)
from agents.cli.language.say import say
from agents.ingest.heartbeats import recorded_heartbeat_s
from agents.ingest.progress import ProgressBar
from agents.ingest.sources.simulate.source import SimulateSource
from agents.ingest.stopping import stop_on_signals
from lab.simulate import SCENARIOS, simulate, write_jsonl
from schemas.brand import Brand, Brands


@click.command(
    epilog=examples(
        "tocsin ingest simulate --brands brands.yaml --start now --speed realtime",
        "tocsin ingest simulate --brands brands.yaml --scenario quiet --out quiet.jsonl",
    )
)
@click.option(
    "--scenario",
    type=click.Choice(tuple(SCENARIOS)),
    default="nestle-greenpeace-2010",
    show_default=True,
    help="What happens to the brand.",
)
@click.option(
    "--seed", type=Whole(min=0), default=0, show_default=True, help="Same seed, same posts."
)
@brands_option
@click.option("--brand", "brand_id", help="Which brand, where the file has several.")
@click.option(
    "--mentions-per-hour",
    type=Number(min=0, min_open=True),
    default=120.0,
    show_default=True,
    help="Usual chatter, as the mean over a week.",
)
@click.option(
    "--start", type=MomentType(), default="2010-03-15", show_default=True, help="UTC, or now"
)
@click.option(
    "--days", type=Number(min=0, min_open=True), help="Length.  [default: the scenario's]"
)
@click.option(
    "--crisis-scale",
    type=Number(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Size of it.",
)
@click.option(
    "--tempo",
    type=Number(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="2: twice as sudden.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write JSON lines, publish nothing.")
@speed_option
@source_option("simulate")
@tail_option
def command(
    *,
    scenario: str,
    seed: int,
    brands_file: Path,
    brand_id: str | None,
    mentions_per_hour: float,
    start: datetime,
    days: float | None,
    crisis_scale: float,
    tempo: float,
    out: Path | None,
    speed: float,
    source: str,
    tail_s: float | None,
) -> None:
    """Simulate what is said about a brand, with a crisis or something harmless in it.

    Nothing is published before its own date: with --start now, any --speed is that of life. A
    simulation of the past is a replay, and refused for a brand that a live source tells of.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    ahead_s = (start - datetime.now(UTC)).total_seconds()
    if ahead_s > settings.ahead_s and not out:
        raise click.UsageError(
            say(
                "--start lies {ahead_s:.0f} s in the future, and what is dated there is not "
                "counted: take --start now, or a time that is past",
                ahead_s=ahead_s,
            )
        )
    brands = brands_or_exit(brands_file)
    console = Console(stderr=True)
    with one_line_errors(), stop_on_signals() as stop:
        log_to(console, settings.log_level)
        mentions = simulate(
            scenario,
            seed=seed,
            brand=_chosen(brands, brand_id),
            start=start,
            days=days,
            mentions_per_hour=mentions_per_hour,
            crisis_scale=crisis_scale,
            tempo=tempo,
        )
        if out:
            console.print(
                say("{n:,} mentions written to {out}", n=write_jsonl(out, mentions), out=out)
            )
            return
        made_up = SimulateSource(
            source,
            mentions,
            speed=speed,
            on_present=lambda: console.print(
                say("This is the present: from here on, posts come at their own time.")
            ),
        )
        with (
            opened_router(
                made_up,
                brands=brands,
                settings=settings,
                kafka=kafka,
                stop=stop,
                heartbeat_s=recorded_heartbeat_s(speed, settings.bucket_s),
            ) as router,
            ProgressBar(console, router, lambda: made_up.done) as bar,
        ):
            result = router.run(stop, tail_s=tail_or_default_s(tail_s, settings), on_look=bar.look)
    report(console, router, result)


def _chosen(brands: Brands, brand_id: str | None) -> Brand:
    if brand_id is None and len(brands.brands) == 1:
        return brands.brands[0]
    chosen = by_id(brands).get(brand_id or "")
    if chosen is None:
        raise click.UsageError(
            say("say which brand with --brand: {known}", known=", ".join(by_id(brands)))
        )
    return chosen
