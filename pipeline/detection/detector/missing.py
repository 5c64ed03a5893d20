"""What would make a look ring: how many voices, or how many attacks among them.

Nothing is approximated: the rarity meter and the composition are asked again, with more voices of
the kind that are coming now, until the bar of a ring is crossed. What they are asked about is
stated, since time matters: a hundred voices within minutes are rarer than a hundred in an hour.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pipeline.detection.detector.levels import Bar, reaches
from pipeline.detection.detector.rarity import Rarity, WindowSums
from pipeline.detection.detector.telling import Told
from pipeline.detection.detector.voices import INDEX, MILLI, TEXTS, Sums

MOST_VOICES: Final = 100_000
"""Where so many would not do, no number is said."""
MOST_PERCENT: Final = 95
_HOSTILE: Final = INDEX["hostile"]
_ATTACKING: Final = INDEX["attacking"]
_HOUR: Final = 1

Measure = Callable[[Sequence[WindowSums]], Rarity]
"""How rare windows would be; nothing of it is remembered."""
Tell = Callable[[Sequence[WindowSums], Rarity], Told]
"""Of what kind windows that are so rare would be."""


class Inflow(NamedTuple):
    """A way in which voices may come: what the windows hold anyhow, and each one's part of more.

    ``named``: hostile voices of the hour before there are more.
    """

    windows: tuple[WindowSums, ...]
    parts: tuple[float, ...]
    named: float


class Missing(NamedTuple):
    """Hostile voices of one hour from which on it rings: ``at_once``, or evenly over an hour.

    ``lasting_s``: for how long all has to go on as it is until it rings by that alone.

    ``attacks``: the share of attacks from which on it rings while the voices stay as they are. Each
    is None where no number would do.
    """

    at_once: int | None = None
    in_an_hour: int | None = None
    attacks: float | None = None
    lasting_s: int | None = None


def more_of(inflow: Inflow, mix: Sequence[float], voices: int) -> tuple[WindowSums, ...]:
    """Return the windows with so many hostile ``voices`` in the hour as ``mix`` is composed.

    ``mix``: thousandths of voices of each field that come with one hostile voice.
    """
    more = max(voices - inflow.named, 0.0)
    return tuple(
        WindowSums(
            [have + round(part * more * one) for have, one in zip(window.sums, mix, strict=True)],
            window.expected,
        )
        for window, part in zip(inflow.windows, inflow.parts, strict=True)
    )


def mix_of(window: WindowSums) -> list[float] | None:
    """Return what comes with one hostile voice beyond the usual; None where there is none."""
    beyond = [
        max(seen - MILLI * expected, 0.0)
        for seen, expected in zip(window.sums, window.expected, strict=True)
    ]
    hostile = beyond[_HOSTILE]
    return [MILLI * one / hostile for one in beyond] if hostile > 0 else None


def crosses(windows: Sequence[WindowSums], measure: Measure, tell: Tell, bar: Bar) -> bool:
    """Whether windows like these ring, if they stay so for a few looks."""
    rarity = measure(windows)
    return reaches(rarity.total, tell(windows, rarity).kind, bar)


def voices_to_ring(
    inflow: Inflow, mix: Sequence[float], measure: Measure, tell: Tell, bar: Bar
) -> int | None:
    """Return the hostile voices of the hour that ring, where one fewer does not."""

    def ring(voices: int) -> bool:
        return crosses(more_of(inflow, mix, voices), measure, tell, bar)

    low = int(inflow.named)
    step = 1
    while not ring(low + step):
        low += step
        step *= 2
        if low > MOST_VOICES:
            return None
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if ring(middle) else (middle, high)
    return high


def attacks_to_ring(
    windows: Sequence[WindowSums], place: int, measure: Measure, tell: Tell, bar: Bar
) -> float | None:
    """Return the share of attacks, in whole per cent, that rings, where one less does not.

    Of the texts beyond the usual, in the window at ``place``; in the others, as many more in
    proportion. Texts that are there attack in place of something else: no voice comes on top.
    """

    def ring(percent: int) -> bool:
        changed = tuple(WindowSums(attacking(one, percent / 100), one.expected) for one in windows)
        return crosses(changed, measure, tell, bar)

    low = min(int(100 * _attacks(windows[place])), MOST_PERCENT)
    high = MOST_PERCENT
    if not ring(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if ring(middle) else (middle, high)
    return high / 100


def attacking(window: WindowSums, share: float) -> Sums:
    """Return the sums of a window if such a share of the texts beyond the usual attacked."""
    texts = max(window.sums[TEXTS] - MILLI * window.expected[TEXTS], 0.0)
    usual = min(MILLI * window.expected[_ATTACKING], window.sums[_ATTACKING])
    sums = list(window.sums)
    sums[_ATTACKING] = max(round(usual + share * texts), sums[_ATTACKING])
    return sums


def _attacks(window: WindowSums) -> float:
    texts = max(window.sums[TEXTS] - MILLI * window.expected[TEXTS], 0.0)
    beyond = max(window.sums[_ATTACKING] - MILLI * window.expected[_ATTACKING], 0.0)
    return min(beyond / texts, 1.0) if texts > 0 else 0.0


def spread(windows: Sequence[WindowSums], left: Sequence[Sums], lengths_s: Sequence[int]) -> Inflow:
    """The inflow in which voices come evenly over an hour, after which the windows end.

    ``left``: what each window then still holds of what is in it now. What is usual comes, too.
    """
    hour_s = lengths_s[_HOUR]
    parts = tuple(min(length_s / hour_s, 1.0) for length_s in lengths_s)
    usual = windows[_HOUR].expected
    then = tuple(
        WindowSums(
            [one + round(MILLI * part * more) for one, more in zip(sums, usual, strict=True)],
            window.expected,
        )
        for window, sums, part in zip(windows, left, parts, strict=True)
    )
    return Inflow(then, parts, usual[_HOSTILE])


def at_once(windows: Sequence[WindowSums]) -> Inflow:
    """The inflow in which all that is missing comes within the step that ends now."""
    parts = tuple(1.0 for _ in windows)
    return Inflow(tuple(windows), parts, windows[_HOUR].sums[_HOSTILE] / MILLI)
