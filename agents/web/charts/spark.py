"""A day of a brand in one line of a table: its course over what is usual."""

from collections.abc import Sequence
from typing import Final

from agents.web.charts.scale import CountScale, Times, area, path, rounded_up
from agents.web.markup import Html, tag
from agents.web.store.courses import Slot, UsualDay

_WIDTH: Final = 120
_HEIGHT: Final = 20


def spark(slots: Sequence[Slot], usual: UsualDay) -> Html:
    """Return the line. It says nothing that the row does not, so it is not read aloud."""
    if not slots:
        return tag("svg", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", aria_hidden="true")
    bands = [(slot, band) for slot in slots if (band := usual.at(slot.start_s))]
    highest = max([slot.per_hour for slot in slots] + [band.high for _, band in bands])
    times = Times(slots[0].start_s, slots[-1].start_s + slots[-1].width_s, 0, _WIDTH)
    figures = CountScale(rounded_up(highest), 1, _HEIGHT - 1)
    upper = [(times.x(slot.start_s), figures.y(band.high)) for slot, band in bands]
    lower = [(times.x(slot.start_s), figures.y(band.low)) for slot, band in bands]
    line = [(times.x(slot.start_s), figures.y(slot.per_hour)) for slot in slots]
    return tag(
        "svg",
        tag("path", class_="band", d=area(upper, lower)) if upper else None,
        tag("path", class_="l-all", d=path(line)),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
