"""The chart of an incident as a PNG, drawn by Pillow (optional extra ``tocsin[pictures]``).

Slack shows no SVG. The picture is drawn twice as large as a phone shows it, on the root scale of
the page's charts, so that the usual stays visible beside a storm; what was not heard is hatched, as
everywhere. Pillow brings a font of its own, of plain ASCII: what is written is folded into that.
"""

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Final

from agents.alerting.message.chart import Chart
from pipeline.phrase import Phrase

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Draw = Callable[[Chart], bytes]
"""From a chart to a PNG."""

WIDTH: Final = 1_200
HEIGHT: Final = 560
_LEFT, _RIGHT, _TOP, _FLOOR = 110, 1_160, 118, 440
_TITLE, _TEXT = 34, 28
_PAPER, _INK, _SOFT = "#ffffff", "#1a1f27", "#515966"
_GRID, _BAR, _USUAL, _RING = "#e4e5e2", "#1d5596", "#5d6672", "#aa2219"
_HATCH, _HATCH_GROUND = "#7a818c", "#eaeae6"
_LINES: Final = 3
_APART: Final = 12
_DASH: Final = 14
_FOLDED: Final = {"’": "'", "–": "-", "−": "-", "…": "...", "×": "x", "œ": "oe", "Œ": "OE"}


class NoPicturesError(Exception):
    """Pillow is not installed."""


def open_drawing() -> Draw:
    """Return what draws charts.

    Raises:
        NoPicturesError: the optional extra is not installed.
    """
    try:
        from PIL import features  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise NoPicturesError(Phrase("install tocsin[pictures]")) from error
    if not features.check("freetype2"):
        raise NoPicturesError(Phrase("this Pillow was built without FreeType"))
    return draw


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG of ``WIDTH`` by ``HEIGHT``; the same chart, the same bytes."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - an optional extra

    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    _Picture(chart, pen).draw()
    out = BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Picture:
    """One chart on one canvas."""

    def __init__(self, chart: Chart, pen: "ImageDraw") -> None:
        from PIL import ImageFont  # noqa: PLC0415 - an optional extra

        self._chart = chart
        self._pen = pen
        self._font = ImageFont.load_default(_TEXT)
        self._bold = ImageFont.load_default(_TITLE)
        self._top_rate = rounded_up(max([bar.rate for bar in chart.bars] + [chart.usual, 1.0]))

    def draw(self) -> None:
        chart, pen = self._chart, self._pen
        pen.text((_LEFT, 14), drawable(chart.title), fill=_INK, font=self._bold, anchor="la")
        for rate in gridlines(self._top_rate):
            y = self._y(rate)
            pen.line((_LEFT, y, _RIGHT, y), fill=_GRID, width=2)
            self._write(_LEFT - 14, y, plain_number(rate), "rm", _SOFT)
        width = (_RIGHT - _LEFT) / len(chart.bars)
        for number, bar in enumerate(chart.bars):
            left = _LEFT + number * width
            self._bar(left, left + width, bar.rate)
        for first, last in stretches([bar.unheard for bar in chart.bars]):
            self._hatch(_LEFT + first * width, _LEFT + last * width)
        self._dashed(self._y(chart.usual))
        newest = self._y(chart.bars[-1].rate)
        self._write(_RIGHT, newest - 8, chart.now_label, "rb", _INK)
        pen.line((_LEFT, _FLOOR, _RIGHT, _FLOOR), fill=_SOFT, width=3)
        last = len(chart.ticks) - 1
        for number, tick in enumerate(chart.ticks):
            anchor = "la" if not number else "ra" if number == last else "ma"
            x = _LEFT + tick.place * (_RIGHT - _LEFT)
            self._write(x, _FLOOR + 14, tick.label, anchor, _SOFT)
        self._legend()
        self._pins()

    def _bar(self, left: float, right: float, rate: float) -> None:
        gap = min(3.0, (right - left) / 6)
        y = self._y(rate)
        if y < _FLOOR:
            self._pen.rectangle((left + gap, y, right - gap, _FLOOR), fill=_BAR)

    def _hatch(self, left: float, right: float) -> None:
        """Stripe a stretch; lines end at its edges."""
        pen, height = self._pen, _FLOOR - _TOP
        pen.rectangle((left, _TOP, right, _FLOOR), fill=_HATCH_GROUND)
        for offset in range(-height, int(right - left) + _APART, _APART):
            x1, y1 = left + offset, float(_FLOOR)
            x2, y2 = x1 + height, float(_TOP)
            if x1 < left:
                x1, y1 = left, _FLOOR - (left - x1)
            if x2 > right:
                x2, y2 = right, _TOP + (x2 - right)
            if x1 < x2:
                pen.line((x1, y1, x2, y2), fill=_HATCH, width=3)

    def _dashed(self, y: float) -> None:
        for x in range(_LEFT, _RIGHT, 2 * _DASH):
            self._pen.line((x, y, min(x + _DASH, _RIGHT), y), fill=_USUAL, width=4)

    def _legend(self) -> None:
        chart, y = self._chart, HEIGHT - 24
        self._pen.line((_LEFT, y, _LEFT + 48, y), fill=_USUAL, width=4)
        x = self._write(_LEFT + 60, y, chart.usual_label, "lm", _INK)
        if any(bar.unheard for bar in chart.bars):
            left = x + 40
            self._pen.rectangle((left, y - 14, left + 44, y + 14), fill=_HATCH_GROUND)
            for number in range(4):
                at = left + number * _APART
                self._pen.line((at, y + 14, at + 8, y - 14), fill=_HATCH, width=3)
            self._write(left + 56, y, chart.unheard_label, "lm", _INK)

    def _pins(self) -> None:
        """A line each, and its words at the side where there is room; a ring is a triangle, too."""
        ends: list[float] = [0.0, 0.0]
        for number, pin in enumerate(self._chart.pins):
            x = _LEFT + pin.place * (_RIGHT - _LEFT)
            colour = _RING if number else _INK
            self._pen.line((x, _TOP - 14, x, _FLOOR), fill=colour, width=3)
            if number:
                self._pen.polygon([(x - 12, _TOP - 14), (x + 12, _TOP - 14), (x, _TOP + 6)], colour)
            label = drawable(pin.label)
            half = self._font.getlength(label) / 2
            middle = min(max(x, _LEFT + half), _RIGHT - half)
            row = 0 if middle - half > ends[0] + _APART else 1
            ends[row] = middle + half
            self._write(middle, _TOP - 34 - 30 * row, label, "mm", colour)

    def _write(self, x: float, y: float, text: str, anchor: str, colour: str) -> float:
        said = drawable(text)
        self._pen.text((x, y), said, fill=colour, font=self._font, anchor=anchor)
        return x + self._font.getlength(said)

    def _y(self, rate: float) -> float:
        return _FLOOR - math.sqrt(max(rate, 0.0) / self._top_rate) * (_FLOOR - _TOP)


def drawable(text: str) -> str:
    """Fold a text into what the font can write.

    >>> drawable("d’habitude\u00a0: 1\u202f882, à 2\u00a0h")
    "d'habitude : 1 882, a 2 h"
    """
    for one, other in _FOLDED.items():
        text = text.replace(one, other)
    folded = unicodedata.normalize("NFKD", text)
    return "".join(one for one in folded if one.isascii())


def rounded_up(rate: float) -> float:
    """Return the next round figure: 1, 2 or 5 times a power of ten.

    >>> rounded_up(1882), rounded_up(0.4)
    (2000.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(max(rate, 1.0)))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= rate)


def stretches(unheard: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each run of what was not heard begins, and where it is over.

    >>> list(stretches([False, True, True, False, True]))
    [(1, 3), (4, 5)]
    """
    place = 0
    for missed, run in groupby(unheard):
        length = len(list(run))
        if missed:
            yield place, place + length
        place += length


def gridlines(highest: float) -> Iterator[float]:
    """Yield the highest figure and those below it, so that they stand well apart on a root scale.

    >>> list(gridlines(2000.0))
    [2000.0, 400.0, 80.0]
    """
    yield from (highest / 5**number for number in range(_LINES))


def plain_number(rate: float) -> str:
    """Write a figure of the scale, with a space between thousands.

    >>> plain_number(12500.0), plain_number(1.25)
    ('12 500', '1.2')
    """
    return f"{rate:,.0f}".replace(",", " ") if rate >= 10 or rate.is_integer() else f"{rate:.1f}"  # noqa: PLR2004 - below, a decimal tells
