"""Which source brought how much of it: one short line, where there is more than one."""

from collections.abc import Sequence
from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.brands import network_name
from schemas.bucket import SourceCounts

SHOWN: Final = 4


def by_source(words: Words, counts: Sequence[SourceCounts]) -> str:
    """Return the split, the most first; empty where one source brought all.

    >>> from agents.alerting.i18n import LANGUAGES
    >>> said = [SourceCounts(source="x", mentions=312, negative=150), SourceCounts(source="rss")]
    >>> by_source(LANGUAGES["en"], [*said, SourceCounts(source="bluesky", mentions=96)])
    'X 312 (48% negative) · Bluesky 96 (0% negative)'
    """
    spoken = [one for one in counts if one.mentions]
    if len(spoken) < 2:  # noqa: PLR2004 - a split has two parts
        return ""
    return " · ".join(
        words.say(
            "by_source",
            source=network_name(one.source),
            mentions=words.number(one.mentions),
            share=words.percent(one.negative / one.mentions),
        )
        for one in spoken[:SHOWN]
    )
