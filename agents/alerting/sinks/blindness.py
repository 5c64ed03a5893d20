"""That brands are not heard, told through any receiver of the routes as a notice of its own.

The receiver remembers nothing for us: after a restart what still lasts is told again, under the
same id, so that whoever drops second copies (a webhook, Alertmanager) is exact.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from agents.alerting.message.model import Line
from agents.alerting.policy import NotifyReason
from agents.alerting.sinks.base import Expiring, Notice, Sink, Subject
from agents.coverage.alarm import Blindness
from schemas.brand import Brand
from schemas.notification import Snapshot

SEVERITY: Final = 5
"""Serious: a crisis may begin unheard."""
_ID_DIGITS: Final = 16


class RoutedBlindness:
    """Tells ``sink``, which is of this thread alone. ``loud``: whether people are called by it."""

    def __init__(
        self,
        sink: Sink,
        brands: Mapping[str, Brand],
        *,
        now: Callable[[], datetime],
        loud: bool,
    ) -> None:
        self._sink = sink
        self._brands = brands
        self._now = now
        self._loud = loud
        self._refresh_s = sink.refresh_s if isinstance(sink, Expiring) else 0.0
        self._standing: dict[str, tuple[Notice, datetime]] = {}

    def standing(self, _channels: Iterable[str]) -> list[Blindness]:
        """Nothing: what lasts is told again, under the same id."""
        return []

    def tell(self, blindness: Blindness, text: str) -> None:
        """Say that brands are not heard."""
        notice = notice_of(blindness, text, self._brands, self._now(), loud=self._loud)
        ref = self._sink.deliver(notice).ref
        self._standing[blindness.id] = replace(notice, ref=ref), self._now()

    def change(self, blindness: Blindness, text: str) -> None:
        """Say that the reason is another one; a notice of its own, so that no copy drops it."""
        before = self._standing.get(blindness.id)
        notice = notice_of(blindness, text, self._brands, self._now(), loud=False)
        told = replace(
            notice,
            update=Line(text),
            ref=before[0].ref if before else "",
            call=blindness.whys[-1],
        )
        ref = self._sink.deliver(told).ref
        self._standing[blindness.id] = replace(notice, ref=ref), self._now()

    def end(self, blindness: Blindness, text: str) -> None:
        """Say that they are again."""
        over = notice_of(blindness, text, self._brands, self._now(), loud=False, over=True)
        before = self._standing.get(blindness.id)
        self._sink.deliver(replace(over, ref=before[0].ref if before else ""))
        self._standing.pop(blindness.id, None)

    def again(self) -> None:
        """Say again what stands in a channel that forgets it."""
        now = self._now()
        for key, (notice, said) in self._standing.items():
            if self._refresh_s and (now - said).total_seconds() >= self._refresh_s:
                self._sink.deliver(notice)
                self._standing[key] = notice, now


def notice_of(
    blindness: Blindness,
    text: str,
    brands: Mapping[str, Brand],
    now: datetime,
    *,
    loud: bool,
    over: bool = False,
) -> Notice:
    """Return the notice of a blindness, or of its end, in words that are ready."""
    first = blindness.brands[0]
    digits = sha256(blindness.id.encode()).hexdigest()[:_ID_DIGITS]
    line = Line(text)
    return Notice(
        incident=f"not-heard/{digits}",
        seq=int(over),
        brand=brands.get(first) or Brand(id=first, names=(first,)),
        reason=NotifyReason.HEARD_AGAIN if over else NotifyReason.NOT_HEARD,
        loud=loud,
        message=line,
        update=line if over else None,
        told=Snapshot(
            seq=int(over),
            state="resolved" if over else "open",
            severity=SEVERITY,
            last_hour=0.0,
            negative_share=0.0,
        ),
        subject=Subject(at=now, onset=blindness.since, level="ring", pattern=blindness.state),
    )
