"""In which language a report speaks: the words of alerts, and a report's own sentences.

What an alert says, too, is said in its words (``agents.alerting.i18n``). A report's own sentences
stand in the code in English; who runs it hands in what finds them in another language.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from agents.alerting.i18n import ENGLISH, Words


def in_english(text: str, /, **fields: object) -> str:
    """Fill a sentence that stands in the code.

    >>> in_english("{n} incidents", n=3)
    '3 incidents'
    """
    return text.format(**fields)


class ReportVoice(NamedTuple):
    """One language. ``say``: fills a sentence of a report, given in English.

    >>> ReportVoice().say("{n} incidents", n=ReportVoice().words.number(3000))
    '3,000 incidents'
    """

    words: Words = ENGLISH
    say: Callable[..., str] = in_english

    def rate(self, value: float) -> str:
        """Say a rate with two figures.

        >>> ReportVoice().rate(0.5), ReportVoice().rate(26.4)
        ('0.5', '26')
        """
        return f"{value:.2g}".replace(".", self.words.decimal)

    def fixed(self, value: float, digits: int) -> str:
        """Say a figure with so many digits behind the point.

        >>> ReportVoice().fixed(0.25, 1)
        '0.2'
        """
        return f"{value:,.{digits}f}".translate(
            {ord(","): self.words.thousands, ord("."): self.words.decimal}
        )

    def share(self, part: float, whole: float) -> str:
        """Say a share in per cent; a dash where there is no whole."""
        return self.words.percent(part / whole) if whole else "–"

    def short(self, at: datetime, *, year: bool = False) -> str:
        """Say a moment for a chart, which says elsewhere on which clocks.

        >>> from datetime import UTC
        >>> ReportVoice().short(datetime(2010, 3, 17, 9, 5, tzinfo=UTC))
        '17 Mar 09:05'
        """
        local = self.words.local(at)
        day = f"{local.day} {self.words.months[local.month - 1]}"
        return f"{day} {local.year}" if year else f"{day} {local:%H:%M}"
