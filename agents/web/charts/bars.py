"""A bar in a row of a table."""

from agents.web.charts.scale import n
from agents.web.markup import Html, tag


def bar(share: float, ticks: tuple[float, ...] = (), *, strong: bool = False) -> Html:
    """Return a bar of 0 to 1, with ticks. The figure stands beside it, so it is not read aloud."""
    width = n(100 * min(max(share, 0.0), 1.0))
    return tag(
        "svg",
        tag("rect", width="100", height="8", y="2", class_="track"),
        tag("rect", width=width, height="8", y="2", class_="bar" if strong else "bar-soft"),
        *(tag("path", d=f"M{n(100 * tick)} 0v12", class_="tick") for tick in ticks),
        viewBox="0 0 100 12",
        class_="weight",
        aria_hidden="true",
    )
