"""Where an incident stands on a named episode: its course over that of the episode's phases.

An episode of the library says how high each of its phases stands above the usual, and in which
order they come, but not for how long. So the axis is phases and no hours, all equally wide.
"""

from collections.abc import Callable, Sequence
from math import log10
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.web.charts.scale import LARGE, RIGHT, SMALL, Size, area, n, path
from agents.web.markup import Html, join, tag
from pipeline.detection.patterns.library import ReferenceEpisode

_TOP: Final = 26
_FLOOR: Final = 236
_HEIGHT: Final = 262
_TIMES: Final = (1, 3, 10, 30, 100, 300, 1000)
SURGE: Final = "surge"


class Likeness(NamedTuple):
    """``phase``: how far along it would be, 0 to 1. ``course``: times the usual since the onset."""

    episode: ReferenceEpisode
    phase: float
    course: Sequence[float]


def likeness_chart(words: Words, here: Likeness, *, brand: str, name: str) -> Html:
    """Return legend and chart. ``name``: what the episode is called."""
    legend = tag(
        "ul",
        _legend("M0 6h24", "l-all", words.say("like_legend_here", brand=brand)),
        _legend("M0 1h24v10H0z", "a-ref", words.say("like_legend_there", episode=name)),
        class_="legend",
    )
    return join([legend, *(_svg(words, here, size, name) for size in (LARGE, SMALL))])


def phase_number(here: Likeness) -> int:
    """In which phase it stands, from 1.

    >>> from pipeline.detection.patterns.library import load_episodes
    >>> nestle = next(one for one in load_episodes() if one.name == "nestle-greenpeace-2010")
    >>> phase_number(Likeness(nestle, 0.22, ()))
    2
    """
    return min(int(here.phase * len(here.episode.phases)) + 1, len(here.episode.phases))


def _svg(words: Words, here: Likeness, size: Size, name: str) -> Html:
    phases = here.episode.phases
    left, right = float(size.left), float(size.width - RIGHT)
    width = (right - left) / len(phases)
    heights = [here.episode.expected(phase, SURGE) for phase in phases]
    reached = max([log10(max(each, 1.0)) for each in here.course], default=0.0)
    highest = max(1.3, reached, *(middle + spread for middle, spread in heights)) * 1.05

    def y(log_times: float) -> float:
        return _FLOOR - min(max(log_times, 0.0), highest) / highest * (_FLOOR - _TOP)

    centres = [left + width * (at + 0.5) for at in range(len(phases))]
    reference = [(left, 0.0, 0.15)] + [
        (x, middle, spread) for x, (middle, spread) in zip(centres, heights, strict=True)
    ]
    reference.append((right, heights[-1][0] * 0.6, heights[-1][1]))
    now = phase_number(here)
    here_x = left + here.phase * (right - left)
    span = max(len(here.course) - 1, 1)
    own = [
        (left + (here_x - left) * at / span, y(log10(max(each, 1.0))))
        for at, each in enumerate(here.course)
    ]
    parts = [
        tag(
            "rect",
            x=n(left + width * (now - 1)),
            y=str(_TOP),
            width=n(width),
            height=str(_FLOOR - _TOP),
            class_="phase-on",
        ),
        *_scale(words, size, y, highest),
        *(
            tag(
                "text",
                str(at),
                x=n(x),
                y=str(_TOP - 8),
                class_="mid strong" if at == now else "mid",
            )
            for at, x in enumerate(centres, 1)
        ),
        *(
            tag("path", d=f"M{n(left + width * at)} {_TOP}V{_FLOOR}", class_="phase")
            for at in range(1, len(phases))
        ),
        tag(
            "path",
            class_="a-ref",
            d=area(
                [(x, y(m + s)) for x, m, s in reference], [(x, y(m - s)) for x, m, s in reference]
            ),
        ),
        tag("path", class_="l-ref", d=path([(x, y(m)) for x, m, _ in reference])),
        tag("path", class_="now", d=f"M{n(here_x)} {_TOP}V{_FLOOR}"),
        tag("path", class_="l-all", d=path(own)),
    ]
    if own:
        x, at_y = own[-1]
        place = "end" if here.phase > 0.5 else ""  # noqa: PLR2004 - on which side there is room
        shift = -9 if place else 9
        parts.append(tag("circle", cx=n(x), cy=n(at_y), r="5", class_="dot"))
        parts.append(
            tag(
                "text",
                words.texts["like_here"],
                x=n(x + shift),
                y=n(at_y - 8),
                class_=f"all halo {place}".rstrip(),
            )
        )
    said = words.say(
        "like_said", episode=name, phase=words.number(now), phases=words.number(len(phases))
    )
    return tag(
        "svg",
        join(parts),
        class_=size.name,
        viewBox=f"0 0 {size.width} {_HEIGHT}",
        role="img",
        aria_label=said,
    )


def _scale(words: Words, size: Size, y: Callable[[float], float], highest: float) -> list[Html]:
    left, right = n(size.left), n(size.width - RIGHT)
    drawn = []
    for times in _TIMES:
        if log10(times) > highest:
            break
        at = n(y(log10(times)))
        drawn.append(tag("path", class_="grid", d=f"M{left} {at}H{right}"))
        drawn.append(
            tag("text", f"×{words.number(times)}", x=n(size.left - 6), y=at, dy="4", class_="end")
        )
    drawn.append(tag("text", words.texts["like_axis"], x=left, y=str(_FLOOR + 18)))
    drawn.append(tag("path", class_="axis", d=f"M{left} {_FLOOR}H{right}"))
    return drawn


def _legend(line: str, class_: str, said: str) -> Html:
    drawn = tag("path", d=line, class_=class_)
    return tag("li", tag("svg", drawn, viewBox="0 0 24 12", aria_hidden="true"), said)
