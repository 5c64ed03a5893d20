"""What stands in the place of a name that is forgotten: enough to count by, and no name.

Ids and handles are keys of counts, and what is counted must not change when one is forgotten: a
second copy of a deleted post is still a duplicate, and its author still one of so many. So a name
makes way for its *alias*, which is made of the 32-bit fingerprint that the roll-up counts by. Of
two forgotten names in one place, one pair in four billion has the same.
"""

import re
from typing import Final
from zlib import crc32

MARK: Final = "~"

_alias: Final = re.compile(MARK + r"[0-9a-f]{8}").fullmatch


def print32(name: str) -> int:
    """Return the 32-bit fingerprint of a name; of an alias, that of the name that it stands for.

    >>> print32("ana") == print32(alias_of("ana"))
    True
    """
    if name[:1] == MARK and is_alias(name):
        return int(name[1:], 16)
    return crc32(name.encode("utf-8", "replace"))


def alias_of(name: str) -> str:
    """Return what stands in the place of a name; of an alias, itself.

    >>> alias_of("ana"), alias_of(alias_of("ana"))
    ('~779f6fe2', '~779f6fe2')
    """
    return f"{MARK}{print32(name):08x}"


def is_alias(name: str) -> bool:
    """Whether this stands for a name that is forgotten.

    >>> is_alias("~779f6fe2"), is_alias("ana")
    (True, False)
    """
    return name[:1] == MARK and _alias(name) is not None
