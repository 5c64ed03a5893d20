"""Addresses that may be shown as links: of posts on their networks, and of what posts share.

Only what is certain becomes a link. Texts come from strangers: an address that is not plainly one
of the web, or that could be taken for another, stays text.
"""

import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from pipeline.snowflake import posted_at_s
from schemas.bucket import Example

X: Final = "https://x.com"
X_HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
_SNOWFLAKE_SLACK_S = 2.0
_BLUESKY: Final = re.compile(
    r"at://(?P<did>did:[a-z]+:[A-Za-z0-9._:%-]{1,200})/app\.bsky\.feed\.post/"
    r"(?P<key>[A-Za-z0-9._~-]{1,512})(?:#.*)?"
)
_MASTODON: Final = re.compile(r"(?P<host>[a-z0-9.-]{4,253})/(?P<key>[0-9]{1,20})(?:#[0-9]+)?")
_ACCOUNT: Final = re.compile(r"(?P<user>[A-Za-z0-9_][A-Za-z0-9_.-]{0,99})@(?P<domain>[a-z0-9.-]+)")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_MOST: Final = 2_000
_TRANSLATED: Final = 200


def web_address(text: str) -> str:
    """Return ``text`` where it is plainly an address of the web, and nothing otherwise.

    >>> web_address("https://www.video.example/watch?v=7")
    'https://www.video.example/watch?v=7'
    >>> web_address("javascript:alert(1)"), web_address("https://a@b.example")
    ('', '')
    """
    if len(text) > _MOST or not (text.isascii() and text.isprintable()):
        return ""
    if set(text) & set("<>|\"'`\\ {}^"):
        return ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    plain = parts.scheme in {"http", "https"} and port is None and "@" not in parts.netloc
    return text if plain and _HOST.fullmatch(host) else ""


def post_url(post: Example) -> str:
    """Return where a post can be read on its network, or nothing where that is not certain.

    X: its ids carry the time of the post, and its handles have at most 15 characters; what was
    simulated fails one or the other. Bluesky: its ids are the addresses of records. Feeds: the id
    of an entry often is its address. Mastodon: its ids are numbers behind the host that was read.
    """
    made_s = posted_at_s(post.id)
    if made_s is not None:
        late = abs(made_s - post.created_at.timestamp()) > _SNOWFLAKE_SLACK_S
        is_handle = X_HANDLE.fullmatch(post.handle)
        return f"{X}/{post.handle}/status/{post.id}" if is_handle and not late else ""
    if found := _BLUESKY.fullmatch(post.id):
        return f"https://bsky.app/profile/{found['did']}/post/{found['key']}"
    found, author = _MASTODON.fullmatch(post.id), _ACCOUNT.fullmatch(post.handle)
    if found and author and _HOST.fullmatch(found["host"]) and _HOST.fullmatch(author["domain"]):
        is_local = found["host"] == author["domain"]
        name = author["user"] if is_local else post.handle
        return f"https://{found['host']}/@{name}/{found['key']}"
    return web_address(post.id)


def translation_url(text: str, lang: str, into: str) -> str:
    """Return where ``text`` can be read in another language; nothing is sent before it is opened.

    >>> translation_url("nunca mais", "pt", "en")
    'https://translate.google.com/?sl=pt&tl=en&op=translate&text=nunca+mais'
    """
    asked = {"sl": lang, "tl": into, "op": "translate", "text": text[:_TRANSLATED]}
    return f"https://translate.google.com/?{urlencode(asked)}"
