"""From statuses of Mastodon to mentions. Pure.

Source: Mastodon's documentation (entities ``Status``, ``Account``, ``Quote``; streaming), November
2026. Instances run other software and other versions, too, so little is relied upon.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from agents.ingest.formats.html_text import read_html
from agents.ingest.formats.make import NO_CONTROL, checked, distinct, first_kind, known, within
from schemas.base import UtcTime
from schemas.codec import Decoder, UnreadableError
from schemas.mention import MOST_FOLLOWERS, Author, Mention

_PUBLIC: Final = frozenset({"public", "unlisted"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS: Final = 4 * 10**12


class StatusAuthor(Struct, frozen=True):
    """Who wrote it. ``acct`` is the name, with the host of its instance unless that is this one."""

    acct: str
    followers_count: int | None = 0
    created_at: UtcTime | None = None


class NamedAccount(Struct, frozen=True):
    """An account that is named in a status, by its ``acct``."""

    acct: str


class StatusTag(Struct, frozen=True):
    """A hashtag, without ``#``."""

    name: str


class LinkCard(Struct, frozen=True):
    """The preview of a link."""

    url: str | None = None


class MastodonStatus(Struct, frozen=True):
    """A post, or the passing on of one (``reblog``)."""

    id: str
    created_at: UtcTime
    account: StatusAuthor
    content: str | None = ""
    spoiler_text: str | None = ""
    visibility: str = "public"
    language: str | None = None
    edited_at: UtcTime | None = None
    in_reply_to_id: str | None = None
    reblog: "MastodonStatus | None" = None
    quote: "QuotedStatus | None" = None
    mentions: tuple[NamedAccount, ...] = ()
    tags: tuple[StatusTag, ...] = ()
    card: LinkCard | None = None


class QuotedStatus(Struct, frozen=True):
    """The post that another one quotes, where its author allows that and it can be seen."""

    quoted_status: MastodonStatus | None = None
    quoted_status_id: str | None = None


class StreamFrame(Struct, frozen=True):
    """What comes over the stream: an event with what it is about as text, or an error."""

    event: str = ""
    payload: str | None = None
    error: str | None = None


frame_in = Decoder(StreamFrame, forbid_control=False).decode
status_in = Decoder(MastodonStatus, forbid_control=False).decode


class Instance(Struct, frozen=True):
    """How ids and names of an instance become those of the whole fediverse.

    ``host`` is where it is read, ``domain`` what its accounts bear; mostly they are the same.

    >>> instance = Instance("mastodon.example", "example.org")
    >>> instance.id_of("7"), instance.handle_of("ana"), instance.handle_of("bo@b.example")
    ('mastodon.example/7', 'ana@example.org', 'bo@b.example')
    """

    host: str
    domain: str

    def id_of(self, status_id: str) -> str:
        """Return the id of a mention: numbers of two instances have nothing to do with each other.

        Raises:
            UnreadableError: it could be no id.
        """
        if not (status_id.isascii() and status_id.isalnum()):
            raise UnreadableError("invalid", "a status whose id is not made of letters and digits")
        return f"{self.host}/{status_id}"

    def handle_of(self, acct: str) -> str:
        """Return a handle that means the same account everywhere, without the leading ``@``."""
        plain = "".join(filter(str.isprintable, acct))
        return plain if "@" in plain else f"{plain}@{self.domain}"

    def mention_of(self, status: MastodonStatus, heard_at: datetime) -> Mention | None:
        """Return the mention in a status; None in one that is not for the public.

        Its time is what its instance states, but no later than when it was ``heard_at``. A changed
        one is a further version of the first.

        Raises:
            UnreadableError: no mention can be made of it.
        """
        told = status.reblog or status
        if not {status.visibility, told.visibility} <= _PUBLIC:
            return None
        key = self.id_of(status.id)
        version = version_of(status)
        content = read_html(told.content or "")
        warning = (told.spoiler_text or "").translate(NO_CONTROL).strip()
        quoted, quoted_id = None, ""
        if told.quote is not None:
            quoted = told.quote.quoted_status
            quoted_id = quoted.id if quoted else told.quote.quoted_status_id or ""
        seen = quoted if quoted is not None and quoted.visibility in _PUBLIC else None
        parent = told.in_reply_to_id or ""
        ref_id = status.reblog.id if status.reblog else parent or quoted_id
        ref_author = status.reblog.account if status.reblog else seen.account if seen else None
        lang = told.language or ""
        return checked(
            Mention(
                id=f"{key}#{version}" if version else key,
                created_at=within(min(status.created_at, heard_at)),
                text="\n".join(filter(None, (warning, content.text))),
                author=self._author(status.account),
                lang=lang if lang.isascii() and lang.isprintable() and lang else "und",
                kind=first_kind(
                    repost=status.reblog is not None, reply=bool(parent), quote=bool(quoted_id)
                ),
                ref_id=self.id_of(ref_id) if ref_id else "",
                ref_author=self.handle_of(ref_author.acct) if ref_author else "",
                quoted_text=read_html(seen.content or "").text if seen else "",
                hashtags=distinct(tag.name.translate(NO_CONTROL) for tag in told.tags),
                urls=distinct([*content.links, _link(told.card)]),
                addressed=distinct(self.handle_of(one.acct) for one in told.mentions),
                edit_history=(key, f"{key}#{version}") if version else (),
            )
        )

    def _author(self, account: StatusAuthor) -> Author:
        handle = self.handle_of(account.acct)
        return Author(
            id=handle,
            handle=handle,
            followers=min(max(account.followers_count or 0, 0), MOST_FOLLOWERS),
            created_at=known(account.created_at),
        )


def version_of(status: MastodonStatus) -> str:
    """Return which version of a status this is: when it was changed last; empty for the first.

    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> version_of(MastodonStatus("7", at, StatusAuthor("ana"), edited_at=at))
    '1767571200000'
    """
    return f"{status.edited_at.timestamp() * 1000:.0f}" if status.edited_at is not None else ""


def id_from(at: datetime) -> str:
    """Return an id that is smaller than that of any status from then on.

    Mastodon's ids begin with milliseconds since 1970 (``Mastodon::Snowflake``); a status of another
    instance gets one of the time that it states.

    >>> id_from(datetime(2022, 8, 30, 23, 5, 46, tzinfo=UTC)) < "108914327388663283"
    True
    """
    return str(max(int(at.astimezone(UTC).timestamp() * 1000), 0) << 16)


def time_of(status_id: str) -> datetime | None:
    """Return when a status of this id was made, None where the id does not say so.

    >>> time_of("108914327388663283").isoformat(timespec="seconds")
    '2022-08-30T23:05:47+00:00'
    >>> time_of("AcX")
    """
    if not (status_id.isascii() and status_id.isdigit()):
        return None
    milliseconds = int(status_id) >> 16
    return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds < _LATEST_MS else None


def statuses_in(raw: bytes) -> list[bytes]:
    """Return the statuses of a timeline, the oldest first.

    Raises:
        msgspec.MsgspecError: it is no timeline.
    """
    found = msgspec.json.decode(raw, type=list[msgspec.Raw])
    return [bytes(one) for one in reversed(found)]


def _link(card: LinkCard | None) -> str:
    url = card.url if card is not None else None
    is_link = url and url.startswith(("http://", "https://")) and url.isprintable()
    return url if url and is_link else ""
