"""One trace from a batch of posts to Slack: what each stage is told of it, and hands on.

A record on Kafka bears W3C's ``traceparent`` in its headers, and ``tracestate`` where there is one
(https://www.w3.org/TR/trace-context/). Where nothing traces, which is the default, ``OFF`` stands
here: it writes no header, and costs a call. What traces is made at the edge, by
``agents.monitoring.tracing``.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Literal, Self

from schemas.bucket import Bucket
from schemas.mention import MentionBatch

Came = Mapping[str, Any] | Sequence[tuple[str, Any]] | None
"""The headers of a record, as a client of Kafka gives them."""

Headers = list[tuple[str, bytes]]
Stage = Literal["publish", "rollup", "judge", "deliver"]

BATCHES_OF_A_BUCKET: Final = 64
"""So many of the batches that a bucket comes from are linked to it; the newest is its parent."""

BUCKETS_KEPT: Final = 10_000


class Span:
    """A stage's work on one record; ends with its ``with`` block, or with ``end``. This one: none.

    ``headers``: for the record that it leads to; None for none. ``exemplar``: for a histogram.
    """

    headers: Headers | None = None
    exemplar: dict[str, str] | None = None

    def end(self, error: BaseException | None = None) -> None:
        """State that it is over, and with which error."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(error)


_NO_SPAN: Final = Span()


class Tracing:
    """Traces nothing.

    >>> with OFF.begin("judge", came=[("traceparent", b"00-...")]) as span:
    ...     span.headers, span.exemplar
    (None, None)
    """

    is_on: bool = False

    def now_ns(self) -> int | None:
        """When a span begins that may only be wanted later, UNIX time; None where none is."""
        return None

    def begin(
        self,
        stage: Stage,
        *,
        came: Came = None,
        also: Iterable[Came] = (),
        began_ns: int | None = None,
        **attributes: str | int,
    ) -> Span:
        """Begin a span.

        ``came``: headers of the record that led to it, its parent; a new trace begins without.
        ``also``: of others that it comes from, which are linked. ``attributes``: named without the
        ``tocsin.`` that stands before them.
        """
        del stage, came, also, began_ns, attributes
        return _NO_SPAN


OFF: Final = Tracing()


class Batches:
    """Which batches of posts a bucket comes from, as far as they came to this process.

    Kept in memory only: what a worker recovers after a restart has no batches any more. Bounded:
    the oldest buckets go. ``bucket_of``: the start of the bucket of a time, both in UNIX time.
    """

    def __init__(self, bucket_of: Callable[[float], int]) -> None:
        self._bucket_of = bucket_of
        self._of: OrderedDict[tuple[str, int], list[Came]] = OrderedDict()

    def came(self, batch: MentionBatch, headers: Came) -> None:
        """Remember a batch for the buckets that its posts fall into."""
        if not headers:
            return
        starts = {self._bucket_of(mention.created_at.timestamp()) for mention in batch.mentions}
        for start_s in starts:
            known = self._of.setdefault((batch.brand, start_s), [])
            known.append(headers)
            del known[:-BATCHES_OF_A_BUCKET]
        while len(self._of) > BUCKETS_KEPT:
            self._of.popitem(last=False)

    def of(self, bucket: Bucket) -> list[Came]:
        """The batches of a bucket, the newest last; a revision has those that came since."""
        return self._of.pop((bucket.brand, int(bucket.start.timestamp())), [])
