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
    "learn": "M7 2h2v2H7zM11.5 4h2v2h-2zM12.5 8.5h2v2h-2zM9 12h2v2H9zM5 12h2v2H5zM1.5 8.5h2v2h-2z"
    "M2.5 4h2v2h-2z",
    "ear": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.6a4.9 4.9 0 1 1 0 9.8 "
    "4.9 4.9 0 0 1 0-9.8zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
    "phone": "M4.2 1.5 6.6 4 5.4 6.2c.8 1.8 2.6 3.6 4.4 4.4L12 9.4l2.5 2.4"
    "-1.5 2.5C7.5 14.5 1.5 8.5 1.700 3z",
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
            "rect",
            x=str(12 * at + 1),
            y="1",
            width="10",
            height="10",
            rx="1.5",
            class_="cell on" if at < severity else "cell",
        )
        for at in range(10)
    ]
    if (low, high) != (1.0, 10.0):
        left, right = n(12 * (max(low, 1.0) - 1) + 6), n(12 * (min(high, 10.0) - 1) + 6)
        drawn.append(tag("path", class_="likely", d=f"M{left} 13V17H{right}V13"))
    return tag("svg", join(drawn), viewBox="0 0 121 19", aria_hidden="true")
