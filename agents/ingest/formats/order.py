"""Event-time order for files that come in any order, with bounded memory.

Up to ``RUN_LENGTH`` mentions are sorted in memory. More are sorted in runs of that length, put
aside in unnamed temporary files in the neutral form, and merged: some 200 MB of memory whatever
the size of the input, and about its uncompressed size of temporary disk. The sort is stable.
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from operator import attrgetter
from typing import IO

import msgspec

from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.items import NotPost
from schemas.codec import encode
from schemas.mention import Mention

RUN_LENGTH = 100_000

Item = Mention | BadLine | NotPost

_by_time = attrgetter("created_at")
_decode = msgspec.json.Decoder(Mention).decode


def in_event_time(items: Iterable[Item], *, run_length: int = RUN_LENGTH) -> Iterator[Item]:
    """Yield bad lines and lines that are no posts as they are met, then mentions by ``created_at``.

    What a line tells to be missed comes with the rest, before the posts after its end. Those few
    are kept in memory.
    """
    runs: list[Iterator[Mention]] = []
    current: list[Mention] = []
    missed: list[NotPost] = []
    with ExitStack() as files:
        for item in items:
            if isinstance(item, BadLine):
                yield item
                continue
            if isinstance(item, NotPost):
                if item.gap is None:
                    yield item
                else:
                    missed.append(item)
                continue
            current.append(item)
            if len(current) == run_length:
                file = files.enter_context(tempfile.TemporaryFile())
                runs.append(_put_aside(sorted(current, key=_by_time), file))
                current.clear()
        current.sort(key=_by_time)
        mentions: Iterable[Item] = heapq.merge(*runs, current, key=_by_time) if runs else current
        if missed:
            missed.sort(key=_when)
            told: Iterable[Item] = missed
            yield from heapq.merge(told, mentions, key=_when)
        else:
            yield from mentions


def _when(item: Item) -> datetime:
    if isinstance(item, NotPost) and item.gap is not None:
        return item.gap.end
    at: datetime = _by_time(item)
    return at


def _put_aside(run: list[Mention], file: IO[bytes]) -> Iterator[Mention]:
    """Write a run; the iterator that is returned reads it back."""
    file.writelines(encode(mention) + b"\n" for mention in run)
    file.seek(0)
    return map(_decode, file)
