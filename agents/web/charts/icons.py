"""Small drawings that stand beside a word, or for one that is read aloud."""

from typing import Final, Literal

from agents.web.charts.scale import n
from agents.web.markup import Html, join, tag
from pipeline.detection.detector.severity import SeverityBand

IconName = Literal["bell", "diamond", "person", "blind", "dot", "learn", "ear", "phone"]

_PATHS: Final[dict[IconName, str]] = {
    "bell": "M8 1.5c-2.6 0-4.3 2-4.3 4.6v3.6L2 12.5h12l-1.7-2.8V6.1c0-2.6-1.7-4.6-4.3-4.6z"
    "M6.3 13.3a1.8 1.8 0 0 0 3.4 0z",
    "diamond": "M8 1 15 8 8 15 1 8zM8 4 4 8l4 4 4-4z",
    "person": "M8 8a3.4 3.4 0 1 0 0-6.8A3.4 3.4 0 0 0 8 8zm-6.3 7a6.3 6.3 0 0 1 12.6 0z",
    "blind": "M1 1h14v14H1zM2.5 7.5v3l8-8h-3zM2.5 13.2v.3h2l9-9v-2h-.6zM8 13.5h3l2.5-2.5V8z",
    "dot": "M8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
    "learn": "M8 2a6 6 0 0 1 4 1.5l-1.1 1.2A4.4 4.4 0 0 0 8 3.6zM13.6 6a6 6 0 0 1 0 4l-1.5-.6a4.4 "
    "4.4 0 0 0 0-2.8zM12 12.5A6 6 0 0 1 8 14v-1.6a4.4 4.4 0 0 0 2.9-1.1zM4 12.5l1.1-1.2A4.4 4.4 0 0 "
    "1 3.9 9.4L2.4 10A6 6 0 0 0 4 12.500zM2.4 6A6 6 0 0 1 5.600 2.500l.7 1.400A4.400 4.400 0 0 0 "
    "3.900 6.600z",
    "ear": "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zm0 1.600a4.900 4.900 0 1 1 0 9.800 "
    "4.900 4.900 0 0 1 0-9.800zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
    "phone": "M4.200 1.500 6.600 4 5.400 6.200c.8 1.800 2.600 3.600 4.400 4.400L12 9.400l2.500 2.400-1.500 "
    "2.500C7.500 14.500 1.500 8.500 1.700 3z",
}


def icon(name: IconName, title: str = "") -> Html:
    """Return an icon. ``title``: what it says where no word stands beside it."""
    drawn = tag("path", d=_PATHS[name], fill_rule="evenodd")
    if title:
        return tag("svg", drawn, class_="icon", viewBox="0 0 16 16", role="img", aria_label=title)
    return tag("svg", drawn, class_="icon", viewBox="0 0 16 16", aria_hidden="true")


def severity_class(severity: int) -> str:
    """The class that colours what is as grave as that: five steps, each darker than the last.

    >>> severity_class(1), severity_class(7), severity_class(10)
    ('sev1', 'sev4', 'sev5')
    """
    return f"sev{list(SeverityBand).index(SeverityBand.of(severity)) + 1}"


def cells(severity: int, low: float, high: float) -> Html:
    """Ten cells, as many filled as the severity, and below them the range that is likely."""
    drawn = [
        tag(
            "rect", x=str(12 * at + 1), y="1", width="10", height="10", rx="1.5",
            class_="cell on" if at < severity else "cell",
        )
        for at in range(10)
    ]  # fmt: skip
    if (low, high) != (1.0, 10.0):
        left, right = n(12 * (max(low, 1.0) - 1) + 6), n(12 * (min(high, 10.0) - 1) + 6)
        drawn.append(tag("path", class_="likely", d=f"M{left} 13V17H{right}V13"))
    return tag("svg", join(drawn), viewBox="0 0 121 19", aria_hidden="true")
