"""``tocsin feedback snooze``: silence about an incident, for a time."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.feedback.common import incident_options, publish, tell
from agents.cli.language.say import say
from pipeline.detection.feedback.handling import BREAKS_AT, LONGEST_SNOOZE

_LENGTH = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,4})m)?")


class Length(click.ParamType):
    """A length of time such as ``2h``, ``1d12h`` or ``90m``."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return it, if a snooze may be that long."""
        if isinstance(value, timedelta):
            return value
        found = _LENGTH.fullmatch(str(value))
        if found is None:
            self.fail(say("{value!r} is no time such as 2h, 90m or 1d12h", value=value), param, ctx)
        days, hours, minutes = (int(part or 0) for part in found.groups())
        length = timedelta(days=days, hours=hours, minutes=minutes)
        if not timedelta() < length <= LONGEST_SNOOZE:
            self.fail(
                say("from 1m to {days}d, not {value}", days=LONGEST_SNOOZE.days, value=value),
                param,
                ctx,
            )
        return length


@click.command(
    epilog=examples("tocsin feedback snooze INCIDENT --for 2h --brands brands.yaml --by ana")
)
@incident_options
@click.option("--for", "length", required=True, type=Length(), help="How long: 2h, 90m, 1d12h.")
def command(
    *, incident: str, brands_file: Path, by: str, note: str | None, length: timedelta
) -> None:
    """Keep silent about an incident for a time.

    Its message keeps itself up to date without calling anybody. The silence breaks when severity
    rises by two or more over what it is now.
    """
    at = datetime.now(UTC)
    until = at + length
    said = publish(
        "snooze", incident, brands_file=brands_file, by=by, note=note, at=at, until=until
    )
    tell(
        said,
        say(
            "silent until {until:%Y-%m-%d %H:%M} UTC, or severity rises by {more}",
            until=until,
            more=BREAKS_AT,
        ),
    )
