"""How much the strongest carrier, and authors who speak again, usually make of an hour.

Everyday talk has its link of the day and its regulars. They come on top of nothing: without them,
a small excess looks as if one link or a handful of people had made it.
"""

from typing import Final

from msgspec import Struct, field

from pipeline.deletions.to_forget import ToForget
from pipeline.detection.window.counts import MENTIONS
from pipeline.detection.window.recent import Block
from pipeline.detection.window.top_k import CONCENTRATING, TopK, forget, merge, room

LEAST: Final = 5
"""Mentions of an hour that tell anything; twenty of them and more count fully."""
FULL: Final = 20
RATE: Final = 0.03
"""Weight of one hour: the last day or two decide."""


class Carried(Struct):
    """``top``: usual share of an hour's mentions with its strongest link, hashtag, post or wording.

    ``again``: share by authors who had already spoken in that hour.
    """

    top: float = 0.05
    again: float = 0.02
    mentions: int = 0
    top_k: TopK = field(default_factory=dict)

    def forget(self, gone: ToForget) -> None:
        """Put aliases for names that are to be forgotten."""
        forget(self.top_k, gone)

    def take(self, block: Block) -> None:
        """Count a calm block of the hour under way."""
        self.mentions += block.counts[MENTIONS]
        for category in (*CONCENTRATING, "loudest"):
            if counts := block.top_k.get(category):
                merge(self.top_k.setdefault(category, {}), counts.items(), room(category))

    def close(self) -> None:
        """The hour is over: learn from it."""
        if self.mentions >= LEAST:
            weight = RATE * min(self.mentions / FULL, 1.0)
            carried = [
                max(counts.values()) for name, counts in self.top_k.items() if name != "loudest"
            ]
            again = sum(count - 1 for count in self.top_k.get("loudest", {}).values())
            self.top += weight * (min(max(carried, default=0) / self.mentions, 1.0) - self.top)
            self.again += weight * (min(again / self.mentions, 1.0) - self.again)
        self.mentions = 0
        self.top_k = {}
