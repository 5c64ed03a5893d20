"""What a brand's judge learns from what people say of its rings: to doubt, a little, for a time.

A false alarm that a person marks is one step of doubt: about the volume of this brand, and about
the episode of the library that made it ring. A step halves what is doubted. No more than
``MOST_STEPS`` count, whoever says it how often, and half of the doubt is gone after
``HALF_LIFE_S`` of event time: a genuine crisis must still ring, and brands change. What should have
rung and did not is a step the other way, at most ``MOST_LENIENT`` beyond what the budget asks.
"""

from collections.abc import Mapping
from math import log10
from typing import Final

from msgspec import Struct, field

from schemas.incident import Learned

HALF_LIFE_S: Final = 90 * 86_400
MOST_STEPS: Final = 3.0
"""An eighth: 0.9 in log10, of a budget as of a weight."""
MOST_LENIENT: Final = 2.0
"""Four times the budget: more would wake people for nothing, whatever was missed once."""
FORGOTTEN_STEPS: Final = 0.05
"""Less is no doubt any more."""


class Doubt(Struct, array_like=True):
    """``steps`` of doubt as of event time ``at_s``; they fade. Below zero they are leniency."""

    steps: float = 0.0
    at_s: int = 0

    def left(self, now_s: int) -> float:
        """Steps of doubt that are left at ``now_s``.

        >>> Doubt(2.0, 0).left(HALF_LIFE_S)
        1.0
        """
        steps = self.steps * 0.5 ** (max(now_s - self.at_s, 0) / HALF_LIFE_S)
        return steps if abs(steps) >= FORGOTTEN_STEPS else 0.0

    def more(self, now_s: int) -> "Doubt":
        """One step more, as far as the bound allows."""
        return Doubt(min(self.left(now_s) + 1.0, MOST_STEPS), now_s)

    def less(self, now_s: int) -> "Doubt":
        """One step less: below nothing, it is leniency."""
        return Doubt(max(self.left(now_s) - 1.0, -MOST_LENIENT), now_s)


class FalseAlarmDiscount(Struct, array_like=True):
    """How much less the judge of a brand believes its alarms, since people called some false.

    ``volume``: doubt about how rare its volume is. ``episodes``: doubt about those of the library,
    by name.
    """

    volume: Doubt = field(default_factory=Doubt)
    episodes: dict[str, Doubt] = field(default_factory=dict)

    def after_false_alarm(self, episode: str, now_s: int) -> "FalseAlarmDiscount":
        """What is doubted once an alarm that rang like ``episode`` was false.

        >>> discount = FalseAlarmDiscount().after_false_alarm("boycott-call", 0)
        >>> discount.weights(0), round(discount.margin(0), 3)
        ({'boycott-call': 0.5}, 0.301)
        """
        kept = {name: doubt for name, doubt in self.episodes.items() if doubt.left(now_s)}
        if episode:
            kept[episode] = kept.get(episode, Doubt()).more(now_s)
        return FalseAlarmDiscount(self.volume.more(now_s), kept)

    def after_missed(self, now_s: int) -> "FalseAlarmDiscount":
        """What is doubted once something should have rung and did not.

        >>> discount = FalseAlarmDiscount().after_missed(0)
        >>> round(discount.margin(0), 3), discount.learned(0).lenient
        (-0.301, 2.0)
        """
        return FalseAlarmDiscount(self.volume.less(now_s), dict(self.episodes))

    def margin(self, now_s: int) -> float:
        """How much rarer, in log10 of the return period, a volume must be than the budget asks."""
        return log10(2) * self.volume.left(now_s)

    def weights(self, now_s: int) -> Mapping[str, float]:
        """Factor on the weight of each episode that is doubted."""
        steps = {name: doubt.left(now_s) for name, doubt in sorted(self.episodes.items())}
        return {name: 0.5**left for name, left in steps.items() if left}

    def learned(self, now_s: int) -> Learned:
        """What was learned, as a transition states it."""
        factor = 0.5 ** self.volume.left(now_s)
        return Learned(
            budget=round(min(factor, 1.0), 3),
            lenient=round(max(factor, 1.0), 3),
            weights=tuple((name, round(f, 3)) for name, f in self.weights(now_s).items()),
        )
