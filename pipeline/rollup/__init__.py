"""From mentions to closed event-time buckets, exactly once in effect.

The state of a brand is a fold over *entries*, one per record applied (``entry``). An entry carries
what its record added to each bucket (``partial``) and every decision taken (late, duplicate), so
folding the entries again after a crash gives the same buckets, whatever was committed when.
``partition`` is one partition of brands and the journal where their entries are kept, ``speakers``
what is remembered of who spoke, ``event_time`` how far time has come.
"""

from pipeline.rollup.brand import BrandRollup
from pipeline.rollup.entry import Entry
from pipeline.rollup.rules import RollupRules

__all__ = ["BrandRollup", "Entry", "RollupRules"]
