"""The records that wait in a stream, taken beside the one that Faust hands over.

Faust 0.15 hands over one event at a time, in half a millisecond of its own. What else is in the
stream's queue is already in memory; here it is taken as Faust's stream iterator takes it:

- an event of before a rebalance (another generation, or no flow) is passed over without an
  acknowledgement: it is read again by whoever has the partition now;
- an event that is taken is *tracked*: a rebalance waits until it is acknowledged;
- it is acknowledged once what it is part of is done, and not before.
"""

from collections.abc import Iterator

from faust.types import EventT, StreamT


class Waiting:
    """What waits in ``stream``; iterate to take it, then ``acknowledge`` all that was taken."""

    def __init__(self, stream: StreamT) -> None:
        self._stream = stream
        self._taken: list[EventT] = []

    def __iter__(self) -> Iterator[EventT]:
        """Take one event after another, until there is none."""
        app, queue = self._stream.app, self._stream.channel.queue
        while not queue.empty():
            event = queue.get_nowait()
            message = event.message
            current = message.generation_id == app.consumer_generation_id
            if not current or not app.flow_control.is_active():
                continue
            if not message.tracked:
                message.tracked = True
                app.consumer.track_message(message)
            self._taken.append(event)
            yield event

    async def acknowledge(self) -> None:
        """Let the offsets of all that was taken be committed."""
        for event in self._taken:
            await self._stream.ack(event)
        self._taken.clear()
