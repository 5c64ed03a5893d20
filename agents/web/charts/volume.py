"""The chart of a brand: mentions an hour against the usual, and how many are against it.

Two lines and no stack: all mentions, and the originals among them. What was not heard is hatched.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal, NamedTuple

from agents.alerting.i18n import Words
from agents.web.charts.labels import Point, baseline, heights, width_of
from agents.web.charts.scale import (
    LARGE,
    RIGHT,
    SMALL,
    CountScale,
    ShareScale,
    Size,
    Times,
    area,
    n,
    path,
    rounded_up,
)
from agents.web.clock import clock, time_of
from agents.web.markup import Child, Html, join, tag
from agents.web.store.courses import Band, Slot, UsualDay

_TOP: Final = 34
_FLOOR: Final = 232
_SHARE_TOP: Final = 262
_SHARE_FLOOR: Final = 336
_HEIGHT: Final = 360
_PIN: Final = 9.0
_DAY_S: Final = 86_400
_ROWS: Final = 24

PinKind = Literal["onset", "watch", "own", "ring", "gap"]


class Pin(NamedTuple):
    """A moment with a number above the chart, explained below it."""

    kind: PinKind
    at_s: float
    said: Child
    severity_class: str = ""


class Fan(NamedTuple):
    """What is expected for an hour: the middle and the bounds of eight cases in ten, an hour."""

    middle: float
    low: float
    high: float


class ChartView(NamedTuple):
    """What is drawn. Times are seconds; ``unheard``: spans in which something was missed.

    ``heard_s``: up to when it is complete. ``key``: makes ids of this chart unique on its page.
    """

    key: str
    slots: Sequence[Slot]
    usual: UsualDay
    start_s: float
    end_s: float
    heard_s: float
    unheard: Sequence[tuple[float, float]] = ()
    pins: Sequence[Pin] = ()
    fan: Fan | None = None


def volume_chart(words: Words, view: ChartView, *, caption: Iterable[Child] = ()) -> Html:
    """Return legend, chart in both sizes, pins in words, and the figures as a table."""
    sampled = any(slot.sampled for slot in view.slots)
    return join(
        [
            _legend(words, view),
            *(_svg(words, view, size) for size in (LARGE, SMALL)),
            tag("p", words.texts["chart_root"], class_="soft small"),
            tag("p", words.texts["chart_sampled"], class_="soft small") if sampled else None,
            *caption,
            _pins(view),
            _table(words, view),
        ]
    )


def _svg(words: Words, view: ChartView, size: Size) -> Html:
    times = Times(view.start_s, view.end_s, size.left, size.width - RIGHT)
    figures = CountScale(_highest(view), _TOP, _FLOOR)
    shares = ShareScale(_SHARE_TOP, _SHARE_FLOOR)
    hatch = f"hatch-{view.key}-{size.name}"
    return tag(
        "svg",
        tag("defs", _pattern(hatch)),
        *_grid(words, size, times, figures, shares),
        *_usual(view, times, figures, shares),
        *_fan(view, times, figures),
        *_lines(view, times, figures, shares),
        *_unheard(view, times, hatch),
        *_marks(view, times),
        *_newest(words, view, times, figures, shares),
        class_=size.name,
        viewBox=f"0 0 {size.width} {_HEIGHT}",
        role="img",
        aria_label=_in_words(words, view),
    )


def _highest(view: ChartView) -> float:
    rates = [slot.per_hour for slot in view.slots]
    bands = [band.high for slot in view.slots if (band := view.usual.at(slot.start_s))]
    return rounded_up(max([*rates, *bands, view.fan.high if view.fan else 0.0], default=0.0))


def _pattern(name: str) -> Html:
    return tag(
        "pattern",
        tag("rect", width="10", height="10", class_="hatch-back"),
        tag("path", d="M-2 12 12-2M-2 2 2-2M8 12 12 8", class_="hatch-line"),
        id=name,
        width="10",
        height="10",
        patternUnits="userSpaceOnUse",
    )


def _grid(
    words: Words, size: Size, times: Times, figures: CountScale, shares: ShareScale
) -> list[Html]:
    left, right = n(size.left), n(size.width - RIGHT)
    drawn = [
        _text(size.left - 6, figures.y(value) + 4, words.number(value), "end")
        for value in figures.ticks()
    ]
    drawn += [
        tag("path", class_="grid", d=f"M{left} {n(figures.y(value))}H{right}")
        for value in figures.ticks()
    ]
    for share in (0.0, 0.5, 1.0):
        y = shares.y(share)
        drawn.append(tag("path", class_="grid", d=f"M{left} {n(y)}H{right}"))
        drawn.append(_text(size.left - 6, y + 4, words.percent(share), "end"))
    drawn.append(_text(size.left + 4, _TOP + 12, words.texts["chart_per_hour"], "halo"))
    drawn.append(_text(size.left + 4, _SHARE_TOP - 5, words.texts["chart_shares"], "halo"))
    days = times.end_s - times.start_s > 2 * _DAY_S
    for tick in times.ticks(size.labels):
        said = _day(words, tick) if days else _clock(words, tick)
        x = times.x(tick)
        place = "mid" if size.left + 16 < x < size.width - RIGHT - 8 else "end"
        drawn.append(tag("path", class_="axis", d=f"M{n(x)} {_SHARE_FLOOR}v5"))
        drawn.append(_text(x if place == "mid" else x + 10, _SHARE_FLOOR + 18, said, place))
    drawn.append(_text(size.left - 6, _SHARE_FLOOR + 18, "UTC", "end"))
    drawn.append(
        tag("path", class_="axis", d=f"M{left} {_FLOOR}H{right}M{left} {_SHARE_FLOOR}H{right}")
    )
    return drawn


def _day(words: Words, at_s: float) -> str:
    at = time_of(at_s)
    return f"{at.day}\u00a0{words.months[at.month - 1]}"


def _clock(words: Words, at_s: float) -> str:
    return words.time(time_of(at_s)).removesuffix(" UTC")


def _usual(view: ChartView, times: Times, figures: CountScale, shares: ShareScale) -> list[Html]:
    drawn: list[Html] = []
    known = [(slot, band) for slot in view.slots if (band := view.usual.at(slot.start_s))]
    if known:
        x = [times.x(slot.start_s + slot.width_s / 2) for slot, _ in known]
        upper = [(at, figures.y(band.high)) for at, (_, band) in zip(x, known, strict=True)]
        lower = [(at, figures.y(band.low)) for at, (_, band) in zip(x, known, strict=True)]
        middle = [(at, figures.y(band.middle)) for at, (_, band) in zip(x, known, strict=True)]
        drawn += [
            tag("path", class_="band", d=area(upper, lower)),
            tag("path", class_="usual", d=path(middle)),
        ]
    if view.usual.negative is not None:
        band = view.usual.negative
        left, right = times.x(view.start_s), times.x(view.heard_s)
        drawn.append(
            tag(
                "rect",
                class_="band",
                x=n(left),
                y=n(shares.y(band.high)),
                width=n(right - left),
                height=n(shares.y(band.low) - shares.y(band.high)),
            )
        )
    return drawn


def _fan(view: ChartView, times: Times, figures: CountScale) -> list[Html]:
    if view.fan is None or not view.slots:
        return []
    now, then = times.x(view.heard_s), times.x(view.heard_s + 3600)
    begin = figures.y(view.slots[-1].per_hour)
    high, low, middle = (figures.y(each) for each in (view.fan.high, view.fan.low, view.fan.middle))
    return [
        tag(
            "path", class_="fan", d=area([(now, begin), (then, high)], [(now, begin), (then, low)])
        ),
        tag("path", class_="fan-edge", d=path([(then, high), (now, begin), (then, low)])),
        tag("path", class_="fan-mid", d=path([(now, begin), (then, middle)])),
    ]


def _lines(view: ChartView, times: Times, figures: CountScale, shares: ShareScale) -> list[Html]:
    def points(value: Callable[[Slot], float]) -> list[tuple[float, float]]:
        return [
            (times.x(slot.start_s + slot.width_s / 2), figures.y(value(slot)))
            for slot in view.slots
        ]

    every, originals = (
        points(lambda slot: slot.per_hour),
        points(lambda slot: slot.originals_per_hour),
    )
    floor = [(x, float(_FLOOR)) for x, _ in every]
    drawn = [
        tag("path", class_="a-all", d=area(every, floor)),
        tag("path", class_="a-orig", d=area(originals, floor)),
        tag("path", class_="l-orig", d=path(originals)),
        tag("path", class_="l-all", d=path(every)),
    ]
    for name, share in _SHARES:
        if line := _share_line(view, times, shares, share):
            drawn.append(tag("path", class_=f"l-{name}", d=path(line)))
    return drawn


def _share_line(
    view: ChartView, times: Times, shares: ShareScale, share: Callable[[Slot], float | None]
) -> list[Point]:
    return [
        (times.x(slot.start_s + slot.width_s / 2), shares.y(said))
        for slot in view.slots
        if (said := share(slot)) is not None
    ]


def _negative(slot: Slot) -> float | None:
    return slot.negative_share


def _attack(slot: Slot) -> float | None:
    return slot.attack_share


_SHARES: Final = (("neg", _negative), ("att", _attack))


def _unheard(view: ChartView, times: Times, hatch: str) -> list[Html]:
    drawn = []
    for start_s, end_s in view.unheard:
        left, right = times.x(start_s), times.x(end_s)
        if end_s <= view.start_s or start_s >= view.end_s:
            continue
        width = max(right - left, 6.0)
        drawn.append(
            tag(
                "rect",
                x=n(left),
                y=str(_TOP),
                width=n(width),
                height=str(_SHARE_FLOOR - _TOP),
                fill=f"url(#{hatch})",
                class_="hatch",
            )
        )
    return drawn


def _marks(view: ChartView, times: Times) -> list[Html]:
    shown = [
        (number, pin)
        for number, pin in enumerate(view.pins, 1)
        if view.start_s <= pin.at_s <= view.end_s
    ]
    drawn = []
    for (number, pin), x in zip(
        shown, _apart([times.x(pin.at_s) for _, pin in shown], times), strict=True
    ):
        drawn.append(tag("path", class_="event", d=f"M{n(times.x(pin.at_s))} 24V{_SHARE_FLOOR}"))
        drawn.append(_pin(pin, number, x, 12))
    return drawn


def _apart(wanted: Sequence[float], times: Times) -> list[float]:
    """Move pins so that none hides another and all are within the drawing."""
    width = 2 * _PIN + 3
    placed = list(wanted)
    for at in range(1, len(placed)):
        placed[at] = max(placed[at], placed[at - 1] + width)
    limit = times.right
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - width
    return placed


def _pin(pin: Pin, number: int, x: float, y: float) -> Html:
    """A shape for each kind, so that colour is never alone."""
    size = _PIN
    if pin.kind in {"own", "gap"}:
        rounded = "3" if pin.kind == "gap" else None
        shape = tag(
            "rect",
            x=n(x - size),
            y=n(y - size),
            width=n(2 * size),
            height=n(2 * size),
            rx=rounded,
            class_=f"p-{pin.kind}",
        )
    elif pin.kind == "watch":
        wide = size + 2
        shape = tag(
            "path",
            d=f"M{n(x)} {n(y - wide)}l{wide} {wide}-{wide} {wide}-{wide}-{wide}z",
            class_="p-watch",
        )
    elif pin.kind == "ring":
        shape = tag(
            "path",
            class_="p-ring",
            d=f"M{n(x - size)} {n(y + size)}v-{n(size)}a{size} {size} 0 0 1 {n(2 * size)} 0"
            f"v{n(size)}z",
        )
    else:
        shape = tag("circle", cx=n(x), cy=n(y), r=n(size), class_="p-onset")
    tone = {"watch": " open", "gap": " open", "ring": " ring"}.get(pin.kind, "")
    label = tag("text", str(number), x=n(x), y=n(y + 4), class_=f"pin mid{tone}")
    return tag("g", shape, label, class_=pin.severity_class or None)


def _newest(
    words: Words, view: ChartView, times: Times, figures: CountScale, shares: ShareScale
) -> list[Html]:
    if not view.slots:
        return []
    newest = view.slots[-1]
    x, y = times.x(newest.start_s + newest.width_s / 2), figures.y(newest.per_hour)
    drawn = [tag("circle", cx=n(x), cy=n(y), r="4.5", class_="dot")]
    # With a future to the right of it, the present is a line.
    if view.end_s > view.heard_s:
        at = n(times.x(view.heard_s))
        drawn.insert(0, tag("path", class_="now", d=f"M{at} {_TOP - 6}V{_SHARE_FLOOR}"))
    drawn.append(
        _text(x - 8, max(y - 8, _TOP + 24), words.number(round(newest.per_hour)), "all end halo")
    )
    return [*drawn, *_shares_now(words, view, times, shares)]


def _shares_now(words: Words, view: ChartView, times: Times, shares: ShareScale) -> list[Html]:
    """Write how many are against it beside the ends of the lines, where no line runs through it."""
    newest = view.slots[-1]
    said = {
        name: words.say(f"chart_{name}_now", share=words.percent(now))
        for name, share in _SHARES
        if (now := share(newest)) is not None
    }
    lines = {name: _share_line(view, times, shares, share) for name, share in _SHARES}
    wide = max(map(width_of, said.values()), default=0.0)
    # Behind the present there are no lines, where it has room.
    ahead = times.x(view.heard_s) + 6
    fits = ahead + wide <= times.x(view.end_s)
    right = times.x(newest.start_s + newest.width_s / 2) - 6
    there = [] if fits else [heights(line, right - wide, right) for line in lines.values()]
    upper_first = sorted(said, key=lambda one: lines[one][-1][1])
    placed: list[float] = []
    for name in upper_first:
        wanted = lines[name][-1][1] + (4 if fits else -6)
        placed.append(baseline(wanted, there, placed, _SHARE_TOP - 14, _SHARE_FLOOR))
    place, side = (ahead, "") if fits else (right, " end")
    return [
        _text(place, at, said[name], f"{name}{side} halo")
        for name, at in zip(upper_first, sorted(placed), strict=True)
    ]


def _text(x: float, y: float, said: str, class_: str) -> Html:
    return tag("text", said, x=n(x), y=n(y), class_=class_)


def _legend(words: Words, view: ChartView) -> Html:
    drawn = {
        "all": tag("path", d="M0 6h24v6H0z", class_="a-all")
        + tag("path", d="M0 6h24", class_="l-all"),
        "originals": tag("path", d="M0 6h24v6H0z", class_="a-orig")
        + tag("path", d="M0 6h24", class_="l-orig"),
        "usual": tag("path", d="M0 2h24v8H0z", class_="band")
        + tag("path", d="M0 6h24", class_="usual"),
        "fan": tag("path", d="M0 6 24 0v12z", class_="fan")
        + tag("path", d="M0 6h24", class_="fan-mid"),
        "unheard": tag(
            "path", d="M.5.5h23v11H.5zM2 11 12 1M12 11 22 1", fill="none", class_="hatch"
        ),
        "negative": tag("path", d="M0 6h24", class_="l-neg"),
        "attack": tag("path", d="M0 6h24", class_="l-att"),
    }
    shown = {
        "usual": bool(view.usual.hours),
        "fan": view.fan is not None,
        "unheard": bool(view.unheard),
        "attack": any(slot.attack_share is not None for slot in view.slots),
    }
    return tag(
        "ul",
        *(
            tag(
                "li",
                tag("svg", Html(picture), viewBox="0 0 24 12", aria_hidden="true"),
                words.texts[f"chart_{name}"],
            )
            for name, picture in drawn.items()
            if shown.get(name, True)
        ),
        class_="legend",
    )


def _pins(view: ChartView) -> Html | None:
    shown = [
        (number, pin)
        for number, pin in enumerate(view.pins, 1)
        if view.start_s <= pin.at_s <= view.end_s
    ]
    if not shown:
        return None
    return tag(
        "ul",
        *(
            tag(
                "li",
                tag("svg", _pin(pin, number, 12, 12), viewBox="0 0 24 24", aria_hidden="true"),
                tag("span", pin.said),
            )
            for number, pin in shown
        ),
        class_="pins",
    )


def _in_words(words: Words, view: ChartView) -> str:
    if not view.slots:
        return words.texts["chart_empty"]
    newest = view.slots[-1]
    highest = max(view.slots, key=_rate)
    band = view.usual.at(newest.start_s)
    said = words.say(
        "chart_said",
        now=words.number(round(newest.per_hour)),
        highest=words.number(round(highest.per_hour)),
        at=words.moment(time_of(highest.start_s)),
    )
    return f"{said} {_usual_said(words, band)}".rstrip()


def _usual_said(words: Words, band: Band | None) -> str:
    return words.say("chart_said_usual", usual=words.number(round(band.middle))) if band else ""


def _rate(slot: Slot) -> float:
    return slot.per_hour


def _table(words: Words, view: ChartView) -> Html:
    every = max(1, -(-len(view.slots) // _ROWS))
    rows = []
    for slot in list(view.slots)[::-1][::every]:
        negative, attack = slot.negative_share, slot.attack_share
        band = view.usual.at(slot.start_s)
        rows.append(
            tag(
                "tr",
                tag("th", clock(words, time_of(slot.start_s)), scope="row"),
                tag("td", words.number(round(slot.per_hour)), class_="right"),
                tag("td", words.number(round(slot.originals_per_hour)), class_="right"),
                tag("td", words.number(round(band.middle)) if band else "–", class_="right"),
                tag("td", "–" if negative is None else words.percent(negative), class_="right"),
                tag("td", "–" if attack is None else words.percent(attack), class_="right"),
            )
        )
    heads = ("time", "all", "originals", "usual_short", "negative", "attack")
    head = tag(
        "tr",
        *(
            tag("th", words.texts[f"chart_{name}"], scope="col", class_="right" if at else None)
            for at, name in enumerate(heads)
        ),
    )
    return tag(
        "details",
        tag("summary", words.texts["chart_table"]),
        tag("table", tag("thead", head), tag("tbody", *rows)),
        id=f"table-{view.key}",
        class_="screen",
    )
