"""What a judge forgets first when its state would be too large to write: long names in lists.

The lists hold names that others chose, a thousand of them and more. All as long and as wide as a
record allows, they would make more than Kafka takes, and the brand could not be judged any more.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any, Final

from msgspec.structs import replace

from pipeline.detection.state import JudgeState
from schemas.codec import encode
from schemas.incident import Drivers

STATE_BYTES: Final = 700_000
"""More than this, and the judge forgets. Ordinary states have a seventh of it."""
NAME_BYTES: Final = 40


def written(state: JudgeState) -> bytes:
    """The state as JSON; where it would be too large, it forgets first."""
    raw = encode(state)
    if len(raw) > STATE_BYTES:
        lighten(state)
        raw = encode(state)
    return raw


def lighten(state: JudgeState) -> None:
    """Forget names of more than ``NAME_BYTES``, and the drivers of incidents that are over."""
    for block in state.recent.blocks:
        _shorten(block.top_k.values())
        _shorten([block.influence])
    for row in state.recent.rows:
        row.lists, row.influence = {}, {}
    episode = state.episode
    if episode is not None:
        _shorten(episode.drivers.values())
        _shorten([episode.influence])
        episode.examples, episode.gaps, episode.samples = episode.examples[:1], [], {}
    for past in state.feedback.past:
        seen = replace(past.last.completeness, gaps=(), blind=())
        past.last = replace(past.last, drivers=Drivers(), examples=(), completeness=seen)


def _shorten(lists: Iterable[MutableMapping[str, Any]]) -> None:
    for names in lists:
        for name in [name for name in names if len(name.encode()) > NAME_BYTES]:
            del names[name]
