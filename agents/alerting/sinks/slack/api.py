"""The handful of Slack calls that alerting makes, each one attempt that either works or says why.

Nothing is repeated here: whoever calls decides when to try again (``agents.alerting.dispatcher``
does), because only the caller can wait without losing its place in a consumer group.
"""

import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPException
from typing import Any

from msgspec import Struct
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from agents.alerting.sinks.slack.blocks import Block
from agents.alerting.sinks.slack.errors import from_answer, from_network

TIMEOUT_S = 10
_PAGE = 200
_HISTORY_PAGES = 10
_CHANNEL_PAGES = 50
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")

Message = dict[str, Any]

log = logging.getLogger(__name__)


class MessageAddress(Struct, frozen=True):
    """Where a message lies: the channel's id and the message's time stamp, its id in there."""

    channel: str
    ts: str


class SlackApi:
    """Slack's Web API as alerting needs it. Every method may raise a ``SlackError``."""

    def __init__(self, token: str, base_url: str, *, timeout_s: int = TIMEOUT_S) -> None:
        self._client = WebClient(
            token=token, base_url=base_url, timeout=timeout_s, retry_handlers=[], logger=log
        )
        self._ids: dict[str, str] = {}

    def check(self) -> set[str]:
        """Return the scopes of the token; a bad token is an ``AccountError``."""
        answer = self._call(self._client.auth_test)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[Block] | None,
        metadata: dict[str, Any],
        *,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> MessageAddress:
        """Post a message, or with ``thread`` a reply, which ``broadcast`` shows to all as well."""
        answer = self._call(
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                metadata=metadata,
                thread_ts=thread,
                reply_broadcast=broadcast or None,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        address = MessageAddress(str(answer["channel"]), str(answer["ts"]))
        self._ids[channel.removeprefix("#")] = address.channel
        return address

    def update(
        self, at: MessageAddress, text: str, blocks: list[Block] | None, metadata: dict[str, Any]
    ) -> None:
        """Replace the message at ``at``."""
        self._call(
            lambda: self._client.chat_update(
                channel=at.channel, ts=at.ts, text=text, blocks=blocks, metadata=metadata
            )
        )

    def history(self, channel_id: str, oldest_s: float) -> Iterator[Message]:
        """Yield the newest messages of a channel, back to ``oldest_s`` or 2,000 of them."""
        return self._pages(
            self._client.conversations_history,
            "messages",
            pages=_HISTORY_PAGES,
            channel=channel_id,
            oldest=f"{oldest_s:.6f}",
            include_all_metadata=True,
        )

    def replies(self, at: MessageAddress) -> Iterator[Message]:
        """Yield the replies to the message at ``at``, at most 2,000."""
        return self._pages(
            self._client.conversations_replies,
            "messages",
            pages=_HISTORY_PAGES,
            channel=at.channel,
            ts=at.ts,
            include_all_metadata=True,
        )

    def open_view(self, trigger: str, view: dict[str, Any]) -> None:
        """Show a form to whoever pressed; Slack takes ``trigger`` once, within three seconds."""
        self._call(lambda: self._client.views_open(trigger_id=trigger, view=view))

    def channel_id(self, channel: str) -> str | None:
        """Return the id of a channel given by id or name; None where the bot is no member of it.

        Only a member may read a channel, so the bot's own list is the one to look in.
        """
        if _CHANNEL_ID.fullmatch(channel):
            return channel
        name = channel.removeprefix("#")
        if name not in self._ids:
            self.list_channels()
        return self._ids.get(name)

    def list_channels(self) -> None:
        """Learn which channels the bot is a member of."""
        found = self._pages(
            self._client.users_conversations,
            "channels",
            pages=_CHANNEL_PAGES,
            types="public_channel,private_channel",
            exclude_archived=True,
        )
        for item in found:
            self._ids[str(item.get("name", ""))] = str(item["id"])

    def is_member(self, channel: str) -> bool:
        """Whether ``list_channels`` found the bot in ``channel``, given by id or name."""
        return channel.removeprefix("#") in self._ids or channel in self._ids.values()

    def _pages(
        self,
        method: Callable[..., SlackResponse],
        items: str,
        *,
        pages: int,
        **arguments: str | bool,
    ) -> Iterator[Message]:
        cursor: str | None = None
        for _ in range(pages):
            page = self._call(partial(method, limit=_PAGE, cursor=cursor, **arguments))
            yield from page.get(items) or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _call(self, method: Callable[[], SlackResponse]) -> SlackResponse:
        try:
            return method()
        except SlackApiError as error:
            raise from_answer(error) from error
        except (OSError, HTTPException, UnicodeError) as error:
            raise from_network(error) from error
