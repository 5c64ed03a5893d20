"""Written times → aware ``datetime`` in UTC. Naive times need a zone; nothing is guessed."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from pipeline.phrase import Phrase, phrases, said_by

ZONE_NAMES = {
    "UTC": 0,
    "GMT": 0,
    "UT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
"""Hours from UTC of the zone names that a standard defines (RFC 822). Others, such as BST and IST,
are names of several zones."""

_ZONE_PART = re.compile(r"(?<!%)%Z")
_ZONE_NAME = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,5}(?![A-Za-z])")
_MONTH_LENGTH = 3

TimeParser = Callable[[str], datetime]
"""Raises ``ValueError`` if the text is not of its format."""

_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_TWITTER_LENGTH = len("Wed Aug 27 13:08:45 +0000 2008")
_SECONDS_LENGTH = len("2015-02-24 11:35:52")


def twitter_time(written: str) -> datetime:
    """Time as API v1.1 writes it; by hand, as ``strptime`` is slow and depends on the locale.

    >>> twitter_time("Wed Aug 27 13:08:45 +0000 2008").isoformat()
    '2008-08-27T13:08:45+00:00'
    """
    month = _MONTHS.get(written[4:7])
    if month is None or len(written) != _TWITTER_LENGTH:
        msg = Phrase(
            "{written!r} is no time such as 'Wed Aug 27 13:08:45 +0000 2008'", written=written
        )
        raise ValueError(msg)
    moment = datetime(
        int(written[26:30]),
        month,
        int(written[8:10]),
        int(written[11:13]),
        int(written[14:16]),
        int(written[17:19]),
        tzinfo=UTC,
    )
    if written[20:25] == "+0000":
        return moment
    ahead = timedelta(hours=int(written[21:23]), minutes=int(written[23:25]))
    return moment - ahead if written[20] == "+" else moment + ahead


def iso_time(written: str) -> datetime:
    """ISO 8601, also with a blank before the offset; may be naive.

    >>> iso_time("2015-02-24 11:35:52 -0800").isoformat()
    '2015-02-24T11:35:52-08:00'
    """
    if written[_SECONDS_LENGTH : _SECONDS_LENGTH + 1] == " ":
        written = written[:_SECONDS_LENGTH] + written[_SECONDS_LENGTH + 1 :]
    return datetime.fromisoformat(written)


def unix_time(written: str) -> datetime:
    """Seconds since 1970."""
    return _from_unix(float(written))


def unix_ms_time(written: str) -> datetime:
    """Milliseconds since 1970."""
    return _from_unix(float(written) / 1000)


def _from_unix(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        msg = Phrase("{seconds} seconds since 1970 is no time", seconds=seconds)
        raise ValueError(msg) from error


NAMED_FORMATS: dict[str, TimeParser] = {
    "iso": iso_time,
    "twitter": twitter_time,
    "unix": unix_time,
    "unix_ms": unix_ms_time,
}


def time_parser(formats: tuple[str, ...], zone: tzinfo | None) -> TimeParser:
    """Parser that tries ``formats`` in order: names of ``NAMED_FORMATS`` or ``strptime`` patterns.

    ``zone`` is for times without an offset; without it they are refused.
    """
    parsers = tuple(NAMED_FORMATS.get(name) or _pattern(name) for name in formats)
    several = len(parsers) > 1

    def parse(written: str) -> datetime:
        moment = _first_fitting(parsers, written) if several else parsers[0](written)
        if moment.tzinfo is UTC:
            return moment
        if moment.tzinfo is None:
            if zone is None:
                msg = Phrase(
                    "{written!r} has no offset from UTC; say 'timezone' in the mapping",
                    written=written,
                )
                raise ValueError(msg)
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)

    return parse


def _first_fitting(parsers: tuple[TimeParser, ...], written: str) -> datetime:
    faults: list[str] = []
    for parser in parsers:
        try:
            return parser(written)
        except ValueError as error:
            faults.append(said_by(error))
    raise ValueError(phrases(Phrase("; "), faults))


def _pattern(pattern: str) -> TimeParser:
    if "%Z" in pattern.replace("%%", ""):
        return _with_zone_name(pattern)

    def parse(written: str) -> datetime:
        return datetime.strptime(written, pattern)  # noqa: DTZ007 - the caller sees to the zone

    return parse


def _with_zone_name(pattern: str) -> TimeParser:
    """Read ``%Z`` as what it says; ``strptime`` would check the name and forget it."""
    offset_pattern = _ZONE_PART.sub("%z", pattern)

    def parse(written: str) -> datetime:
        found = _ZONE_NAME.findall(written)
        names = [name for name in found if name.upper() in ZONE_NAMES]
        if not names:
            said = next((name for name in reversed(found) if len(name) > _MONTH_LENGTH - 1), None)
            msg = Phrase(
                "{written!r} names no zone that is known ({said}); known are {known}: give it "
                "another format, or an offset (%z)",
                written=written,
                said=said or Phrase("none"),
                known=", ".join(ZONE_NAMES),
            )
            raise ValueError(msg)
        name = names[-1]
        hours = ZONE_NAMES[name.upper()]
        offset = f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
        before, _, behind = written.rpartition(name)
        return datetime.strptime(f"{before}{offset}{behind}", offset_pattern)  # noqa: DTZ007 - %z

    return parse
