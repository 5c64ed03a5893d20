"""Who was seen lately: what is known of an account while authors are left out to save money."""

from collections import OrderedDict
from typing import Final

from schemas.mention import Author

MOST: Final = 20_000
"""A few megabytes."""


class Authors:
    """Remembers the accounts that were seen last, in memory only.

    >>> authors = Authors()
    >>> authors.known(Author(id="1", handle="ana", followers=7)).followers
    7
    >>> authors.known(Author(id="1")).handle, authors.known(Author(id="2")).handle
    ('ana', '')
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._authors: OrderedDict[str, Author] = OrderedDict()

    def known(self, author: Author) -> Author:
        """Return an author with all that is known of it, and note what is new."""
        if not author.handle:
            return self._authors.get(author.id, author)
        self._authors[author.id] = author
        self._authors.move_to_end(author.id)
        if len(self._authors) > self._most:
            self._authors.popitem(last=False)
        return author

    def forget(self, author_id: str) -> None:
        """Know nothing more of an account."""
        self._authors.pop(author_id, None)
