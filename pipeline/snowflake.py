"""The time that an id of X carries, for edits: an edit counts at the time of its first version."""

EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247


def posted_at_s(post_id: str) -> float | None:
    """Seconds since the epoch at which X issued ``post_id``; None if it is no snowflake id.

    >>> posted_at_s("1212092628029698048")
    1577820376.771
    >>> posted_at_s("7") is None
    True
    """
    if not post_id.isascii() or not post_id.isdigit():
        return None
    number = int(post_id)
    if not FIRST_SNOWFLAKE <= number < 1 << 63:
        return None
    return ((number >> 22) + EPOCH_MS) / 1000
