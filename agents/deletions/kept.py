"""Which posts of X are kept: those that incidents and the page show, and those that were labelled.

The page shows examples of buckets, for as many days as it keeps them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from agents.deletions.forgotten import Forgotten, names_in
from agents.kafka.clients import KafkaClients
from agents.kafka.topic_reader import Read
from pipeline.snowflake import posted_at_s
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.topics import BUCKETS, DELETIONS, FEEDBACK, INCIDENTS

_bucket = Decoder(Bucket)
_deletion = Decoder(Deletion)
_transition = Decoder(Transition)
_feedback = Decoder(Feedback)


class KeptPosts(NamedTuple):
    """Ids of posts in their order, and how many records could not be read."""

    posts: list[str]
    unreadable: int


def kept_at_x(kafka: KafkaClients, *, buckets_since_ms: int) -> KeptPosts:
    """Return the posts of X that Kafka keeps as examples or labels, and that are not forgotten.

    Raises:
        TopicError: Kafka does not have a topic, or falls silent.
    """
    forgotten, found, unreadable = Forgotten(), set[str](), 0
    for topic in (DELETIONS, INCIDENTS, FEEDBACK, BUCKETS):
        for record in kafka.read(topic.name, since_ms=buckets_since_ms if topic is BUCKETS else 0):
            try:
                found.update(_posts_in(record, forgotten))
            except UnreadableError:
                unreadable += 1
    posts = [post for post in found if posted_at_s(post) is not None and not forgotten.has(post)]
    return KeptPosts(sorted(posts), unreadable)


def _posts_in(record: Read, forgotten: Forgotten) -> Iterable[str]:
    if record.topic == DELETIONS.name:
        forgotten.take(_deletion.decode(record.value))
        return ()
    if record.topic == INCIDENTS.name:
        return names_in(_transition.decode(record.value))
    if record.topic == BUCKETS.name:
        return [example.id for example in _bucket.decode(record.value).examples]
    return (_feedback.decode(record.value).mention_id,)
