"""The page over HTTP: which address answers what, and what is let in."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from aiohttp import web
from msgspec.structs import replace

from agents.alerting.answers import AnswerError
from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.message.brands import brand_of as finder
from agents.alerting.message.neutral import outside
from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.web.detail import Visitor, detail, plain_detail
from agents.web.forms import FIELDS, FormError, Sender, answer, labels_of
from agents.web.guard import Tokens, is_from_page, is_our_host, user_of
from agents.web.language import language_of
from agents.web.layout import ICON_PATH, STYLE_PATH, path_of, refusal
from agents.web.listing import listing
from agents.web.style import ICON, STYLE
from agents.web.undelivered import Undelivered
from pipeline.detection.incident.merge import Incident
from pipeline.metrics import Metrics
from schemas.brand import Brand
from schemas.feedback import Feedback
from schemas.incident import Transition

STAGE: Final = "page"
BODY_BYTES: Final = 64_000
_FORM: Final = "application/x-www-form-urlencoded"
_LOST: Final = "page_lost"
_STATUS: Final = {
    "page_not_found": 404,
    "page_nobody": 403,
    "page_not_yours": 403,
    "page_form": 400,
    "page_empty": 400,
    _LOST: 503,
    "page_host": 421,
}
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it, browsers no longer say of which origin a form is.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "tocsin",
}

log = logging.getLogger(__name__)


class Access(NamedTuple):
    """How visitors come. ``user_header``: in which the proxy names them, or nothing.

    ``url``: what the page is called outside, or nothing.
    """

    user_header: str
    url: str


class _RefusedError(Exception):
    """``why`` is the key of the text that says so, and of the status."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Page:
    """Answers requests out of ``incidents``; hands what people say to ``send``, in a thread.

    ``once``: gives a number for each showing of a form. ``send`` may raise ``AnswerError``.
    ``statuses``: by brand, whether it is heard at a time. ``body_s``: how long a form may take to
    arrive. ``undelivered``: which alerts, as of now, did not reach people as they should.
    """

    def __init__(
        self,
        *,
        brands: Mapping[str, Brand],
        incidents: IncidentMemory,
        send: Callable[[Feedback], None],
        access: Access,
        tokens: Tokens,
        once: Callable[[], str],
        now: Callable[[], datetime],
        metrics: Metrics,
        statuses: Callable[[datetime], Mapping[str, Status]],
        body_s: float = 10.0,
        undelivered: Callable[[datetime], Sequence[Undelivered]] = lambda _now: (),
    ) -> None:
        self._statuses = statuses
        self._brands = brands
        self._find = finder(brands)
        self._incidents = incidents
        self._send = send
        self._access = access
        self._tokens = tokens
        self._once = once
        self._now = now
        self._metrics = metrics
        self._body_s = body_s
        self._undelivered = undelivered

    def application(self) -> web.Application:
        """Return what aiohttp runs."""
        app = web.Application(client_max_size=BODY_BYTES, middlewares=[self._around])
        app.router.add_get("/", self._list)
        app.router.add_get("/incidents/{incident}", self._one)
        app.router.add_post("/incidents/{incident}/answer", self._answer)
        app.router.add_post("/incidents/{incident}/labels", self._labels)
        app.router.add_get(STYLE_PATH, _file(STYLE, "text/css"))
        app.router.add_get(ICON_PATH, _file(ICON, "image/svg+xml"))
        app.on_response_prepare.append(_add_headers)
        return app

    @web.middleware
    async def _around(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if is_our_host(request.headers.get("Host", ""), self._access.url):
            try:
                return await handler(request)
            except _RefusedError as error:
                why = error.why
            except web.HTTPNotFound:
                why = "page_not_found"
        else:
            why = "page_host"
        if request.method == "POST" and why != _LOST:
            self._metrics.dropped(STAGE, why.removeprefix("page_"))
        return _html(refusal(_words(request), why), _STATUS[why])

    async def _list(self, request: web.Request) -> web.StreamResponse:
        words, now = _words(request), self._now()
        return _html(
            listing(
                words,
                self._incidents.all(),
                self._speaking(words),
                chosen=request.query.get("brand", ""),
                brands=tuple(self._brands.values()),
                statuses=self._statuses(now),
                now=now,
                failed=self._failed,
                undelivered=self._undelivered(now),
            )
        )

    async def _one(self, request: web.Request) -> web.StreamResponse:
        words = _words(request)
        incident = self._incident(request)
        brand = self._speaking(words)(incident.newest)
        user, name = self._user(request), incident.newest.incident
        visitor = None
        if user is not None and incident.newest.brand in self._brands:
            visitor = Visitor(user, self._tokens.make(user, name), self._once())
        said, proof = request.query.get("said", ""), request.query.get("proof", "")
        # A stranger's link must not tell anybody that something was kept.
        if user is None or not self._tokens.fits(proof, user, f"{name}\n{said}"):
            said = ""
        try:
            text = detail(words, incident, brand, visitor=visitor, said=said, now=self._now())
        except Exception as error:  # noqa: BLE001 - shown and handed on
            self._failed(incident.newest, error)
            text = plain_detail(words, incident, brand, error, visitor=visitor)
        return _html(text)

    def _failed(self, told: Transition, error: Exception) -> None:
        """Count an incident of which no more than a line could be shown."""
        log.error("incident %s cannot be shown in full", outside(told.incident, 80), exc_info=error)
        self._metrics.errored(STAGE, "untold")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        sender, form = await self._sent(request)
        try:
            said = answer(sender, form)
        except FormError:
            raise _RefusedError("page_form") from None
        await self._publish([said])
        raise self._kept(sender, said.kind)

    async def _labels(self, request: web.Request) -> web.StreamResponse:
        sender, form = await self._sent(request)
        try:
            said = labels_of(sender, form, lambda key: self._incidents.post(sender.incident, key))
        except FormError:
            raise _RefusedError("page_form") from None
        if not said:
            raise _RefusedError("page_empty")
        await self._publish(said)
        raise self._kept(sender, "labels")

    def _kept(self, sender: Sender, what: str) -> web.HTTPSeeOther:
        """Lead back to the incident, and have it say so."""
        proof = self._tokens.make(sender.user, f"{sender.incident}\n{what}")
        return web.HTTPSeeOther(path_of(sender.incident, said=what, proof=proof))

    async def _sent(self, request: web.Request) -> tuple[Sender, dict[str, str]]:
        """Return who sent what about which incident, or refuse it."""
        self._metrics.received(STAGE)
        user = self._user(request)
        if user is None:
            raise _RefusedError("page_nobody")
        if not is_from_page(request.headers, self._access.url):
            raise _RefusedError("page_not_yours")
        incident = self._incident(request).newest
        if incident.brand not in self._brands or request.content_type != _FORM:
            raise _RefusedError("page_form")
        form = await self._fields(request)
        if not self._tokens.fits(form.get("token", ""), user, incident.incident):
            raise _RefusedError("page_not_yours")
        return Sender(user, incident.incident, incident.brand, self._now()), form

    async def _publish(self, said: list[Feedback]) -> None:
        try:
            for one in said:
                await asyncio.to_thread(self._send, one)
                self._metrics.emitted(STAGE)
        except AnswerError as error:
            log.error("%s by %s on %s is lost: %s", one.kind, one.by, one.incident, error)  # noqa: TRY400 - says all
            self._metrics.errored(STAGE, "kafka")
            raise _RefusedError(_LOST) from None
        log.info("%s %s by %s on %s", len(said), one.kind, one.by, one.incident)

    async def _fields(self, request: web.Request) -> dict[str, str]:
        """Return the fields of a form; what comes twice, too slowly or too often is refused."""
        try:
            async with asyncio.timeout(self._body_s):
                came = await request.post()
        except (ValueError, TimeoutError, web.HTTPRequestEntityTooLarge):
            raise _RefusedError("page_form") from None
        form = {name: value for name, value in came.items() if isinstance(value, str)}
        if len(came) != len(form) or len(form) > FIELDS:
            raise _RefusedError("page_form")
        return form

    def _incident(self, request: web.Request) -> Incident:
        found = self._incidents.of(request.match_info["incident"])
        if found is None:
            raise _RefusedError("page_not_found")
        return found

    def _user(self, request: web.Request) -> str | None:
        if not self._access.user_header:
            return None
        return user_of(request.headers.getall(self._access.user_header, []))

    def _speaking(self, words: Words) -> Callable[[Transition], Brand]:
        """Find a brand, and have its alerts told in the visitor's language."""
        language = next(code for code in LANGUAGES if code == words.code)

        def find(told: Transition) -> Brand:
            return replace(self._find(told), alert_language=language)

        return find


def _words(request: web.Request) -> Words:
    return LANGUAGES[language_of(request.headers.get("Accept-Language", ""))]


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _file(text: str, kind: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Serve what never changes under its name."""

    async def serve(_: web.Request) -> web.StreamResponse:
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(text=text, content_type=kind, charset="utf-8", headers=kept)

    return serve


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.update(HEADERS)
