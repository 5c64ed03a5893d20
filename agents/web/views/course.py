"""The chart of a brand over a window of time, with what happened in it."""

from collections.abc import Sequence
from typing import Final

from agents.alerting.i18n import Words
from agents.web.charts.icons import severity_class
from agents.web.charts.scale import step_for
from agents.web.charts.volume import ChartView, Fan, Pin, PinKind, volume_chart
from agents.web.clock import clock, time_of
from agents.web.markup import Child, Html, join, tag
from agents.web.store.courses import DAY_S
from agents.web.store.tables import HOUR_S
from agents.web.views.desk import OVER, Desk
from pipeline.detection.incident.merge import Incident
from schemas.incident import Transition

WINDOWS: Final = {"1h": HOUR_S, "24h": DAY_S, "7d": 7 * DAY_S}
_POINTS: Final = 120
_PINS: Final = 12
_BEFORE_S: Final = HOUR_S
_OPEN_S: Final = 2 * DAY_S
"""So long after its last word an open incident is drawn."""

_LONGEST_S: Final = 14 * DAY_S
_AFTER: Final = 4
"""After an incident is over its chart goes on for a quarter of its length."""


def window_of(brand: str, desk: Desk, window: str) -> tuple[int, int]:
    """The last hour, day or week of a brand, up to its last full minute."""
    end_s = desk.whole_minute(brand)
    return end_s - WINDOWS[window], end_s


def window_of_incident(incident: Incident, desk: Desk) -> tuple[int, int]:
    """An incident from an hour before its beginning, as far as it goes; bounded.

    One of a replay may have been left open for ever, and counts go on to be those of today.
    """
    start_s = int(incident.onset.timestamp()) - _BEFORE_S
    told_s = int(incident.newest.at.timestamp())
    over = incident.newest.state in OVER
    after_s = (told_s - start_s) // _AFTER if over else _OPEN_S
    end_s = max(min(desk.whole_minute(incident.newest.brand), told_s + after_s), start_s + HOUR_S)
    return max(start_s, end_s - _LONGEST_S), end_s


def chart(
    words: Words,
    desk: Desk,
    brand: str,
    span: tuple[int, int],
    *,
    key: str,
    incident: Incident | None = None,
    caption: Sequence[Child] = (),
) -> Html:
    """Return the chart of ``brand`` from the first to the last of ``span``, in seconds."""
    view = view_of(words, desk, brand, span, key=key, incident=incident)
    return volume_chart(words, view, caption=caption)


def view_of(
    words: Words,
    desk: Desk,
    brand: str,
    span: tuple[int, int],
    *,
    key: str,
    incident: Incident | None = None,
) -> ChartView:
    """What is drawn of it."""
    step_s = step_for(span[1] - span[0], _POINTS)
    start_s, heard_s = span[0] - span[0] % step_s, span[1] - span[1] % step_s
    slots = desk.courses.course(brand, start_s, heard_s, step_s)
    unheard = [
        (float(max(gap.start_s, start_s)), float(gap.end_s))
        for gap in desk.courses.gaps(brand, start_s, span[1])
    ]
    end_s = float(heard_s)
    status = desk.statuses.get(brand)
    now_s = desk.now.timestamp()
    if status is not None and status.since is not None and not desk.is_heard(brand):
        since_s = max(status.since.timestamp(), start_s)
        # What is silent now is drawn up to now, as long as that leaves the rest to be seen.
        end_s = max(end_s, min(now_s, heard_s + (heard_s - start_s) / 2))
        unheard.append((since_s, end_s))
    told = incident.newest if incident is not None else _open(desk, brand)
    fan = (
        _fan(told) if told is not None and told.state not in OVER and desk.is_heard(brand) else None
    )
    if fan is not None:
        end_s = heard_s + HOUR_S
    seen = [incident] if incident is not None else desk.of_brand(brand)
    return ChartView(
        key=key,
        slots=slots,
        usual=desk.courses.usual(brand, heard_s),
        start_s=start_s,
        end_s=end_s,
        heard_s=heard_s,
        unheard=joined(unheard),
        pins=_pins(words, desk, brand, seen, (start_s, heard_s)),
        fan=fan,
    )


def _open(desk: Desk, brand: str) -> Transition | None:
    found = (one.newest for one in desk.of_brand(brand) if one.newest.state not in OVER)
    return next(found, None)


def _fan(told: Transition) -> Fan | None:
    expected = told.projection
    if expected is None:
        return None
    return Fan(expected.next_hour, expected.next_hour_low, expected.next_hour_high)


def joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans that touch, as one."""
    found: list[tuple[float, float]] = []
    for start_s, end_s in sorted(spans):
        if found and start_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_s))
        else:
            found.append((start_s, end_s))
    return found


def _pins(
    words: Words, desk: Desk, brand: str, incidents: Sequence[Incident], span: tuple[int, int]
) -> list[Pin]:
    pins: list[Pin] = []

    def add(kind: PinKind, at_s: float, said: str, class_: str = "") -> None:
        at = clock(words, time_of(at_s), beside=time_of(span[1]))
        pins.append(Pin(kind, at_s, join([tag("strong", at), " ", said]), class_))

    for one in incidents:
        told = one.newest
        add("onset", one.onset.timestamp(), words.texts["pin_onset"])
        if told.heads_up_at is not None:
            add("watch", told.heads_up_at.timestamp(), words.texts["pin_watch"])
        for ring in told.rings:
            said = words.say("pin_ring", severity=words.number(ring.severity))
            add("ring", ring.at.timestamp(), said, severity_class(ring.severity))
    last_s = -float(HOUR_S)
    for at_s in desk.courses.own_posts(brand, *span):
        # What is posted within a quarter of an hour is one voice.
        if at_s - last_s >= HOUR_S // 4:
            add("own", at_s, words.texts["pin_own"])
            last_s = at_s
    for gap in desk.courses.gaps(brand, *span):
        until = words.time(time_of(gap.end_s))
        cause = next(
            (said for cause, said in words.causes.items() if cause == gap.cause), gap.cause
        )
        said = words.say("pin_gap", until=until, cause=cause)
        add("gap", max(gap.start_s, span[0]), said)
    inside = [pin for pin in pins if span[0] <= pin.at_s <= span[1]]
    return sorted(inside, key=_when)[-_PINS:]


def _when(pin: Pin) -> float:
    return pin.at_s
