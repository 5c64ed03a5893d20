"""``tocsin ingest mastodon``: public posts that an instance of Mastodon knows."""

from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option
from agents.cli.ingest.common import source_option
from agents.cli.ingest.live import delay_option, figures, report, run_live, start_or_exit
from agents.cli.language.say import say
from agents.ingest.sources.mastodon.source import MastodonSource, Options
from agents.ingest.sources.mastodon.streams import streams
from pipeline.brands import BrandMatcher


@click.command(
    epilog=examples(
        "tocsin ingest mastodon --brands brands.yaml",
        "tocsin ingest mastodon --hashtag nestle --hashtag kitkat --brands brands.yaml",
    )
)
@click.option("--public", is_flag=True, help="All public posts; also where nothing is named.")
@click.option("--hashtag", "hashtags", multiple=True, help="A hashtag; may be given repeatedly.")
@click.option("--home", is_flag=True, help="What the account follows, with boosts.")
@click.option("--local", is_flag=True, help="Only what was written at the instance itself.")
@brands_option
@source_option("mastodon")
@delay_option(10.0)
@click.option(
    "--most-behind-s",
    type=Number(min=0),
    default=3000.0,
    show_default=True,
    help="What is older is not read again after a standstill, but stated as a gap.",
)
def command(
    *,
    public: bool,
    hashtags: tuple[str, ...],
    home: bool,
    local: bool,
    brands_file: Path,
    source: str,
    delay_s: float,
    most_behind_s: float,
) -> None:
    """Publish what the Mastodon instance TOCSIN_MASTODON_URL says about the brands.

    Runs until SIGTERM or Ctrl-C. Needs MASTODON_ACCESS_TOKEN, or MASTODON_ACCESS_TOKEN_FILE: a
    token of an account there (scopes read:statuses, and read:notifications for --home).
    """
    if any(not tag.removeprefix("#").replace("_", "").isalnum() for tag in hashtags):
        raise click.UsageError(say("--hashtag takes one word, such as nestle"))
    start = start_or_exit(brands_file)
    settings = start.settings
    if not settings.mastodon_access_token:
        raise click.UsageError(say("MASTODON_ACCESS_TOKEN is not set"))
    mastodon = MastodonSource(
        source,
        settings.mastodon_url,
        settings.mastodon_access_token.reveal,
        streams(hashtags, public=public, home=home, local=local),
        BrandMatcher(start.brands).match,
        options=Options(delay_s=delay_s, most_behind_s=most_behind_s),
    )
    _, router = run_live(start, lambda: mastodon)
    report(
        start,
        say("{figures}, {gone:,} to be forgotten.", figures=figures(router), gone=router.gone),
    )
