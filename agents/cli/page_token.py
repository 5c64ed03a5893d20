"""``tocsin page-token``: make a token with which a script reads the page's API and feeds."""

from datetime import UTC, datetime

import click
import msgspec

from agents.cli.common.groups import examples
from agents.cli.language.say import say
from agents.web.api_tokens import NAME, line_of, new_token
from schemas.brand import BrandKey


@click.command(
    epilog=examples(
        "tocsin page-token grafana >> tokens",
        "tocsin page-token report --brand acme --until 2027-01-31 >> tokens",
    )
)
@click.argument("name")
@click.option(
    "--brand", "brands", multiple=True, help="Id of a brand that it may read; all without it."
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day (UTC) on which it is good.",
)
def command(*, name: str, brands: tuple[str, ...], until: datetime | None) -> None:
    """Make a token for a script, and the line by which the page knows it.

    The line goes to stdout, for the file that TOCSIN_PAGE_TOKENS_FILE names: it has the hash of the
    token and not the token. The token itself is said once, on stderr, and kept nowhere.
    """
    if not NAME.fullmatch(name):
        raise click.UsageError(
            say("{name!r} is no name: at most 64 of letters, digits, '.', '_' and '-'", name=name)
        )
    for brand in brands:
        try:
            msgspec.convert(brand, BrandKey)
        except msgspec.ValidationError:
            raise click.UsageError(say("{brand!r} is no id of a brand", brand=brand)) from None
    day = None if until is None else until.date()
    if day is not None and day < datetime.now(UTC).date():
        raise click.UsageError(say("--until {day} is over", day=day.isoformat()))
    token = new_token()
    click.echo(line_of(token, name, brands, day))
    click.echo(say("The token, which is shown only here:"), err=True)
    click.echo(token, err=True)
