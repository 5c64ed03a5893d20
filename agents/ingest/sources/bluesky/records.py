"""From events of Jetstream to mentions. Pure.

Source: Jetstream's README, and the lexicons ``app.bsky.feed.post``, ``app.bsky.feed.repost`` and
``app.bsky.richtext.facet`` of the AT Protocol. Anybody may write anything into a record of their
own, so beside its text nothing of a post is relied upon.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from agents.ingest.formats.make import (
    NO_CONTROL,
    checked,
    distinct,
    first_kind,
    hashtags_in,
    urls_in,
)
from schemas.codec import Decoder, UnreadableError
from schemas.deletion import DeletionCause
from schemas.mention import Author, Mention

POST: Final = "app.bsky.feed.post"
REPOST: Final = "app.bsky.feed.repost"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Microseconds = Annotated[int, Meta(ge=0, le=4 * 10**15)]
"""Since 1970, up to the year 2096."""


class Commit(Struct, frozen=True):
    """A change of one record of an account."""

    operation: str
    collection: str
    rkey: str
    rev: str = ""
    record: Any = None


class AccountState(Struct, frozen=True):
    """Whether an account can be seen; ``status`` says why not."""

    active: bool = True
    status: str = ""


class Event(Struct, frozen=True):
    """One frame. ``time_us`` is when Jetstream heard of it; ``did`` is the account."""

    did: str
    time_us: Microseconds
    kind: str = ""
    commit: Commit | None = None
    account: AccountState | None = None


_ACCOUNT_CAUSES: Final[Mapping[str, DeletionCause]] = {
    "deleted": "deleted",
    "deactivated": "protected",
    "suspended": "suspended",
    "takendown": "suspended",
}

_decode = Decoder(Event, forbid_control=False).decode


def read(frame: bytes, latest: datetime) -> Event:
    """Return the event in a frame; raise ``UnreadableError`` if there is none, or a later one."""
    event = _decode(frame)
    at = time_of(event.time_us)
    if at > latest:
        raise UnreadableError("ahead_of_time", f"dated {at.isoformat()}")
    commit = event.commit
    names = (event.did, commit.rkey, commit.rev) if commit else (event.did,)
    if not all(map(str.isprintable, names)):
        raise UnreadableError("control_characters", "in the name of an account or a record")
    return event


def time_of(time_us: int) -> datetime:
    """Return a time in microseconds since 1970 as an aware one."""
    return _EPOCH + timedelta(microseconds=time_us)


def uri_of(did: str, commit: Commit) -> str:
    """Return the address of a record.

    >>> uri_of("did:plc:7", Commit("create", POST, "3k"))
    'at://did:plc:7/app.bsky.feed.post/3k'
    """
    return f"at://{did}/{commit.collection}/{commit.rkey}"


def cause_of(account: AccountState) -> DeletionCause:
    """Return why an account that cannot be seen is gone, as far as it is told.

    >>> cause_of(AccountState(False, "takendown"))
    'suspended'
    """
    return _ACCOUNT_CAUSES.get(account.status, "withheld")


def reposted(commit: Commit) -> str:
    """Return the address of the post that a repost passes on, or ``""``."""
    return _uri(_part(commit.record, "subject"))


def post_of(event: Event, commit: Commit) -> Mention:
    """Return the mention in a post that was written or changed; raise ``UnreadableError``.

    Its time is when Jetstream heard of it: what a client states as its time may be anything. A
    changed post is a further version of the first.

    >>> record = {"text": "Acme again", "langs": ["en"]}
    >>> commit = Commit("create", POST, "3k", "3l", record)
    >>> mention = post_of(Event("did:plc:7", 1_750_000_000_000_000, "commit", commit), commit)
    >>> mention.id, mention.text, mention.lang, mention.kind
    ('at://did:plc:7/app.bsky.feed.post/3k', 'Acme again', 'en', 'original')
    """
    record = commit.record
    text = _part(record, "text")
    if not isinstance(text, str):
        raise UnreadableError("invalid", "a post without a text")
    uri = uri_of(event.did, commit)
    reply, embed = _part(record, "reply"), _part(record, "embed")
    parent, quoted = _uri(_part(reply, "parent")), _quoted(embed)
    found = _found(text, record, embed)
    kind = first_kind(repost=False, reply=bool(parent), quote=bool(quoted))
    is_changed = commit.operation == "update"
    version = f"{uri}#{commit.rev}" if is_changed else uri
    return checked(
        Mention(
            id=version,
            created_at=time_of(event.time_us),
            text=text.translate(NO_CONTROL),
            author=Author(id=event.did),
            lang=_lang(record),
            kind=kind,
            ref_id=parent or quoted,
            conversation_id=_uri(_part(reply, "root")) or uri,
            hashtags=found.hashtags,
            urls=found.urls,
            addressed=found.addressed,
            edit_history=(uri, version) if is_changed else (),
        )
    )


def repost_of(event: Event, commit: Commit, original: Mention) -> Mention:
    """Return the mention in a repost: the text of the ``original``, passed on by somebody."""
    return checked(
        replace(
            original,
            id=uri_of(event.did, commit),
            created_at=time_of(event.time_us),
            author=Author(id=event.did),
            kind="repost",
            ref_id=original.identity,
            edit_history=(),
        )
    )


class _Found(NamedTuple):
    hashtags: tuple[str, ...]
    urls: tuple[str, ...]
    addressed: tuple[str, ...]


def _part(value: Any, name: str) -> Any:  # noqa: ANN401 - what strangers wrote
    return value.get(name) if isinstance(value, dict) else None


def _items(value: Any) -> list[Any]:  # noqa: ANN401 - the same
    return value if isinstance(value, list) else []


def _texts(values: list[Any]) -> list[str]:
    return [each.translate(NO_CONTROL) for each in values if isinstance(each, str)]


def _uri(reference: Any) -> str:  # noqa: ANN401 - the same
    uri = _part(reference, "uri")
    return uri if isinstance(uri, str) and uri.isprintable() else ""


def _quoted(embed: Any) -> str:  # noqa: ANN401 - the same
    """Address of the post that an embed quotes: with pictures it lies one level deeper."""
    record = _part(embed, "record")
    uri = _uri(record) or _uri(_part(record, "record"))
    return uri if f"/{POST}/" in uri else ""


def _lang(record: Any) -> str:  # noqa: ANN401 - the same
    """The language that the author's client states; of several, none is known to be the one."""
    langs = _texts(_items(_part(record, "langs")))
    return langs[0] if len(langs) == 1 and langs[0].isascii() else "und"


def _found(text: str, record: Any, embed: Any) -> _Found:  # noqa: ANN401 - the same
    """What a post points to: its facets and its link card say it, else the text."""
    tags, urls, addressed = _texts(_items(_part(record, "tags"))), [], []
    facets = _items(_part(record, "facets"))
    raw = text.encode(errors="surrogatepass") if facets else b""
    for facet in facets:
        index = _part(facet, "index")
        start, end = _part(index, "byteStart"), _part(index, "byteEnd")
        for feature in _items(_part(facet, "features")):
            tags += _texts([_part(feature, "tag")])
            urls += _texts([_part(feature, "uri")])
            if _part(feature, "did") and isinstance(start, int) and isinstance(end, int):
                said = raw[max(start, 0) : max(end, 0)].decode(errors="ignore")
                addressed.append(said.translate(NO_CONTROL).removeprefix("@"))
    urls += _texts([_part(_part(embed, "external"), "uri")])
    return _Found(
        distinct([*tags, *hashtags_in(text)]),
        distinct(urls) or urls_in(text),
        distinct(addressed),
    )
