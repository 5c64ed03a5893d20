"""Which streams of an instance are read, and the timelines in which the same can be read again."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote


class Stream(NamedTuple):
    """One stream: its ``name`` in the protocol, and the ``tag`` if it is that of a hashtag."""

    name: str
    tag: str = ""

    @property
    def subscribing(self) -> dict[str, str]:
        """What is sent to have it."""
        asked = {"type": "subscribe", "stream": self.name}
        return {**asked, "tag": self.tag} if self.tag else asked

    @property
    def timeline(self) -> tuple[str, dict[str, str]]:
        """Path and parameters of the timeline that lists the same posts.

        >>> Stream("hashtag:local", "nestlé").timeline
        ('/api/v1/timelines/tag/nestl%C3%A9', {'local': 'true'})
        """
        if self.name == "user":
            return "/api/v1/timelines/home", {}
        path = f"/api/v1/timelines/tag/{quote(self.tag, safe='')}" if self.tag else ""
        parameters = {"local": "true"} if self.name.endswith(":local") else {}
        return path or "/api/v1/timelines/public", parameters


def streams(
    hashtags: Sequence[str] = (), *, public: bool = False, home: bool = False, local: bool = False
) -> tuple[Stream, ...]:
    """Return the streams that were asked for; all public posts where none was.

    ``local``: of public and of hashtags, only what was written at the instance itself.

    >>> streams(["#Nestlé"], local=True)
    (Stream(name='hashtag:local', tag='nestlé'),)
    >>> streams()
    (Stream(name='public', tag=''),)
    """
    where = ":local" if local else ""
    tags = dict.fromkeys(tag.removeprefix("#").lower() for tag in hashtags)
    found = [Stream(f"hashtag{where}", tag) for tag in tags]
    if public or not (found or home):
        found.insert(0, Stream(f"public{where}"))
    if home:
        found.append(Stream("user"))
    return tuple(found)
