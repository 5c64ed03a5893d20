"""The timeline of the demo: a row of text every few hours of event time."""

from datetime import UTC, datetime
from math import sqrt

from rich.console import Console
from rich.text import Text

from lab.report.voice import ReportVoice
from lab.revised import NewestOf
from schemas.bucket import Bucket

ROW_S = 7200
LONGEST_BAR = 44
BAR_PER_ROOT = 3.0


class Timeline:
    """Adds up buckets and prints a row when its two hours are over.

    The bar grows with the square root of the volume against the first rows, so that both the quiet
    and the storm can be seen; its red part is the share of negative mentions.
    """

    def __init__(self, console: Console, voice: ReportVoice | None = None) -> None:
        self._console = console
        self._voice = voice or ReportVoice()
        self._start_s: int | None = None
        self._mentions = 0
        self._negative = 0
        self._usual = 0.0
        self.mentions = 0
        self.negative = 0
        self._newest = NewestOf()

    def add(self, bucket: Bucket) -> None:
        """Count a bucket; print the rows that end before it.

        What a revision says beyond what was counted of its bucket is added to the newest row.
        """
        before = self._newest.instead_of(bucket)
        start_s = int(bucket.start.timestamp()) // ROW_S * ROW_S
        if self._start_s is None:
            self._start_s = start_s
        while self._start_s < start_s:
            self._print_row()
            self._start_s += ROW_S
        mentions = bucket.mentions - (before.mentions if before else 0)
        negative = bucket.negative - (before.negative if before else 0)
        self._mentions += mentions
        self._negative += negative
        self.mentions += mentions
        self.negative += negative

    def finish(self) -> None:
        """Print the last row."""
        if self._start_s is not None:
            self._print_row()

    def _print_row(self) -> None:
        self._usual = self._usual or max(self._mentions, 1)
        ratio = self._mentions / self._usual
        length = min(LONGEST_BAR, round(BAR_PER_ROOT * sqrt(ratio)))
        share = self._negative / self._mentions if self._mentions else 0.0
        red = round(length * share)
        at = datetime.fromtimestamp(self._start_s or 0, UTC)
        voice = self._voice
        row = Text(f"{voice.short(at):<15}  ", style="dim")
        row.append("█" * red, style="red")
        row.append("█" * (length - red), style="cyan")
        row.append(f" {voice.words.number(self._mentions)}", style="bold")
        row.append(
            f"  {voice.say('{share} negative', share=voice.words.percent(share))}", style="dim"
        )
        self._console.print(row)
        self._mentions = self._negative = 0
