"""The page over HTTP: which address answers what, and what is let in."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

import msgspec
from aiohttp import web
from msgspec.structs import replace

from agents.alerting.answers import AnswerError
from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.message.brands import brand_of as finder
from agents.alerting.message.neutral import outside
from agents.coverage.troubles import StatusSaid
from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.web.api_tokens import PREFIX as TOKEN
from agents.web.api_tokens import ApiToken, ApiTokens, TokenRefusedError
from agents.web.assets import ICON, SCRIPT, STYLE, Asset
from agents.web.catalogue import PAGE_WORDS
from agents.web.clock import time_of
from agents.web.editor.buckets import TooMuchError
from agents.web.editor.draft import BODY_BYTES as EDIT_BYTES
from agents.web.editor.draft import CHARACTERS, Draft, draft_of, drafted
from agents.web.editor.page import PATH as EDIT
from agents.web.editor.page import Shown, editor_page, too_long
from agents.web.editor.preview import Rehearsed
from agents.web.feeds.atom import feed
from agents.web.feeds.data import (
    Point,
    brand_states,
    course_csv,
    incident_line,
    incident_whole,
    point,
    posts_csv,
)
from agents.web.feeds.openapi import PREFIX, SCRIPTED, openapi
from agents.web.forms import FIELDS, FormError, FormSender, answer, labels_of
from agents.web.guard import Tokens, bearer_of, is_from_page, is_our_host, user_of
from agents.web.language import language_of
from agents.web.layout import path_of, path_of_brand, refusal
from agents.web.live import Live
from agents.web.markup import Html
from agents.web.notified import NotifiedMemory
from agents.web.playbooks import Playbook, Playbooks
from agents.web.store.courses import Courses
from agents.web.store.posts import MOST, Archive
from agents.web.store.store import Store
from agents.web.task_forms import TaskMovedError, new_task, next_step, playbook_tasks
from agents.web.tasks import Task, tasks_of
from agents.web.undelivered import Undelivered
from agents.web.views.brand import brand_page
from agents.web.views.course import WINDOWS, window_of
from agents.web.views.desk import Desk
from agents.web.views.documents.brief import brief
from agents.web.views.documents.digest import SPANS, digest
from agents.web.views.documents.report import report
from agents.web.views.explorer import explorer, wanted_of
from agents.web.views.incident import detail, plain_detail
from agents.web.views.market import called
from agents.web.views.now import now_page
from agents.web.views.parts import Visitor
from agents.web.views.strip import strip
from pipeline.detection.incident.merge import Incident
from pipeline.detection.patterns.library import ReferenceEpisode
from pipeline.metrics import Metrics
from schemas.brand import Brand
from schemas.feedback import Feedback
from schemas.incident import Transition

STAGE: Final = "page"
BODY_BYTES: Final = 64_000
_FORM: Final = "application/x-www-form-urlencoded"
_OF_TOKEN: Final = "page_token_"  # noqa: S105 - begins the keys of texts
_LOST: Final = "page_lost"
_FAILED: Final = "page_failed"
_STATUS: Final = {
    "page_not_found": 404,
    "page_nobody": 403,
    "page_not_yours": 403,
    "page_form": 400,
    "page_empty": 400,
    "page_task_moved": 409,
    _LOST: 503,
    _FAILED: 500,
    "page_host": 421,
    "page_token_missing": 401,
    "page_token_wrong": 401,
    "page_token_ended": 401,
    "page_token_here": 403,
}
_READER: Final = web.RequestKey("reader", ApiToken)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it, browsers no longer say of which origin a form is.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "tocsin",
}

Rehearse = Callable[[Mapping[str, Brand]], Sequence[Rehearsed]]
"""Says what the last week tells of other brands, by their ids; takes up to a minute."""

InWords = Callable[[str, str], str]
"""Says in a language what is wrong in a file."""

FRESH_S: Final = 30
"""So often figures are shown anew where nothing else changes."""

Rendering = Callable[[Words, Desk], str]

log = logging.getLogger(__name__)


class VisitorAccess(NamedTuple):
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
    """Answers requests out of ``incidents`` and ``store``; hands what people say to ``send``.

    Both happen in threads. ``once``: gives a number for each showing of a form. ``send`` may raise
    ``AnswerError``. ``statuses``: by brand, whether it is heard at a time. ``body_s``: how long a
    form may take to arrive. ``undelivered``: which alerts, as of now, did not reach people as they
    should. ``sources``: what each source says of itself. ``episodes``: those that an incident may
    be like, by name. ``notified``: whom alerting has told and called.
    ``brands_text``: the brands file, to be edited; ``rehearse`` and ``in_words``: see there.
    ``api_tokens``: if there are any, the API and the feeds answer to whoever has one, or is named.
    """

    def __init__(
        self,
        *,
        brands: Mapping[str, Brand],
        incidents: IncidentMemory,
        store: Store,
        send: Callable[[Feedback], None],
        access: VisitorAccess,
        tokens: Tokens,
        once: Callable[[], str],
        now: Callable[[], datetime],
        metrics: Metrics,
        statuses: Callable[[datetime], Mapping[str, Status]],
        body_s: float = 10.0,
        undelivered: Callable[[datetime], Sequence[Undelivered]] = lambda _now: (),
        sources: Callable[[datetime], Sequence[StatusSaid]] = lambda _now: (),
        playbooks: Playbooks | None = None,
        episodes: Mapping[str, ReferenceEpisode] | None = None,
        notified: NotifiedMemory | None = None,
        brands_text: str = "",
        rehearse: Rehearse = lambda _brands: (),
        in_words: InWords = lambda _language, said: said,
        api_tokens: ApiTokens | None = None,
    ) -> None:
        self._statuses = statuses
        self._brands = brands
        self._find = finder(brands)
        self._called = called(brands.values())
        self._incidents = incidents
        self._store = store
        self._courses, self._archive = Courses(store), Archive(store)
        self._send = send
        self._access = access
        self._tokens = tokens
        self._once = once
        self._now = now
        self._metrics = metrics
        self._body_s = body_s
        self._undelivered = undelivered
        self._sources = sources
        self._playbooks = playbooks if playbooks is not None else Playbooks()
        self._episodes = episodes or {}
        self._brands_text = brands_text
        self._rehearse = rehearse
        self._in_words = in_words
        self._api_tokens = api_tokens
        self._rehearsing = asyncio.Lock()
        self._notified = notified if notified is not None else NotifiedMemory()

    def application(self) -> web.Application:
        """Return what aiohttp runs."""
        app = web.Application(client_max_size=BODY_BYTES, middlewares=[self._around])
        live = Live(self._version)
        get = app.router.add_get
        get("/", self._list)
        get("/live", live.serve)
        get("/digest", self._digest)
        get("/brands/{brand}", self._brand_page)
        get("/brands/{brand}/incidents.atom", self._atom)
        get("/incidents.atom", self._atom)
        get("/incidents/{incident}", self._one)
        get("/incidents/{incident}/posts", self._posts)
        get("/incidents/{incident}/posts.csv", self._posts_csv)
        get("/incidents/{incident}/brief", self._brief)
        get("/incidents/{incident}/report", self._report)
        app.router.add_post("/incidents/{incident}/answer", self._answer)
        app.router.add_post("/incidents/{incident}/labels", self._labels)
        app.router.add_post("/incidents/{incident}/tasks", self._tasks)
        get(EDIT, self._edit)
        app.router.add_post(EDIT, self._edited)
        get(f"{PREFIX}/openapi.json", _openapi)
        get(f"{PREFIX}/brands", self._api_brands)
        get(f"{PREFIX}/brands/{{brand}}/course", self._api_course)
        get(f"{PREFIX}/brands/{{brand}}/course.csv", self._api_course_csv)
        get(f"{PREFIX}/incidents", self._api_incidents)
        get(f"{PREFIX}/incidents/{{incident}}", self._api_incident)
        for asset in (STYLE, SCRIPT, ICON):
            get(asset.path, _file(asset))
        app.on_response_prepare.append(_add_headers)
        app.on_shutdown.append(live.stop)
        return app

    @web.middleware
    async def _around(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if is_our_host(request.headers.get("Host", ""), self._access.url):
            try:
                self._let_in(request)
                return await handler(request)
            except _RefusedError as error:
                why = error.why
            except web.HTTPNotFound:
                why = "page_not_found"
            except web.HTTPException:
                raise
            except Exception:
                log.exception("%s cannot be shown", request.raw_path)
                self._metrics.errored(STAGE, "page")
                why = _FAILED
        else:
            why = "page_host"
        of_token = why.startswith(_OF_TOKEN)
        if of_token or (request.method == "POST" and why not in {_LOST, _FAILED}):
            self._metrics.dropped(STAGE, why.removeprefix("page_"))
        if of_token:
            return _unread(_words(request), why)
        return _html(refusal(_words(request), why), _STATUS[why])

    def _let_in(self, request: web.Request) -> None:
        """Know whose token a request bears; what scripts may read needs one, or a name.

        A token opens nothing else, and is refused there and where none are known: a proxy may let
        through whatever bears one.
        """
        resource = request.match_info.route.resource
        scripted = resource is not None and resource.canonical in SCRIPTED
        token = bearer_of(request.headers.getall("Authorization", []), TOKEN)
        if token is None:
            if scripted and self._api_tokens is not None and self._user(request) is None:
                raise _RefusedError("page_token_missing")
            return
        if not scripted:
            raise _RefusedError("page_token_here")
        if self._api_tokens is None:
            raise _RefusedError("page_token_wrong")
        try:
            request[_READER] = self._api_tokens.find(token, self._now())
        except TokenRefusedError as error:
            raise _RefusedError(f"page_{error.why}") from None

    async def _list(self, request: web.Request) -> web.StreamResponse:
        # Where links of before led; brands have pages of their own now.
        if request.query.get("brand") in self._brands:
            raise web.HTTPSeeOther(path_of_brand(request.query["brand"]))
        user = self._user(request)
        return await self._shown(
            request, lambda words, desk: now_page(words, desk, lambda one: self._visitor(user, one))
        )

    async def _brand_page(self, request: web.Request) -> web.StreamResponse:
        brand, user = self._brand(request), self._user(request)
        window = request.query.get("window", "")
        chosen = window if window in WINDOWS else "24h"
        return await self._shown(
            request,
            lambda words, desk: brand_page(
                words, desk, brand, chosen, lambda one: self._visitor(user, one)
            ),
        )

    async def _digest(self, request: web.Request) -> web.StreamResponse:
        asked = request.query.get("days", "")
        span = asked if asked in SPANS else "1"
        return await self._shown(request, lambda words, desk: digest(words, desk, span))

    async def _posts(self, request: web.Request) -> web.StreamResponse:
        incident, query = self._incident(request), dict(request.query)
        return await self._shown(
            request, lambda words, desk: explorer(words, desk, incident, query)
        )

    async def _posts_csv(self, request: web.Request) -> web.StreamResponse:
        incident, desk = self._incident(request), self._desk(_words(request))
        wanted = wanted_of(incident, desk, dict(request.query))
        posts = await asyncio.to_thread(self._archive.posts, wanted, most=MOST)
        return _csv(posts_csv(posts), incident.newest.incident)

    async def _brief(self, request: web.Request) -> web.StreamResponse:
        incident = self._incident(request)
        words = _words_or_asked(request)
        return await self._shown(
            request, lambda _, desk: brief(words, desk, incident, _other(words)), words
        )

    async def _report(self, request: web.Request) -> web.StreamResponse:
        incident = self._incident(request)
        words = _words_or_asked(request)
        return await self._shown(
            request, lambda _, desk: report(words, desk, incident, _other(words)), words
        )

    async def _one(self, request: web.Request) -> web.StreamResponse:
        incident = self._incident(request)
        user, name = self._user(request), incident.newest.incident
        visitor = self._visitor(user, incident)
        said, proof = request.query.get("said", ""), request.query.get("proof", "")
        # A stranger's link must not tell anybody that something was kept.
        if user is None or not self._tokens.fits(proof, user, f"{name}\n{said}"):
            said = ""

        def told(words: Words, desk: Desk) -> str:
            try:
                return detail(words, desk, incident, visitor=visitor, said=said)
            except Exception as error:  # noqa: BLE001 - shown and handed on
                self._failed(incident.newest, error)
                brand = desk.find(incident.newest)
                return plain_detail(words, incident, brand, error, visitor=visitor)

        return await self._shown(request, told)

    async def _atom(self, request: web.Request) -> web.StreamResponse:
        words = _words(request)
        desk, known = _for_reader(request, self._desk(words)), request.match_info.get("brand")
        told = [one for one in desk.incidents if known in {None, one.newest.brand}]
        title = "Tocsin" if known is None else f"Tocsin · {desk.name(self._brand(request).id)}"
        base = self._access.url or f"{request.scheme}://{request.host}"
        text = await asyncio.to_thread(
            feed, words, desk, told, base=base, path=request.path, title=title
        )
        return web.Response(text=text, content_type="application/atom+xml", charset="utf-8")

    async def _api_brands(self, request: web.Request) -> web.StreamResponse:
        desk = _for_reader(request, self._desk(_words(request)))
        return _json(await asyncio.to_thread(brand_states, desk))

    async def _api_course(self, request: web.Request) -> web.StreamResponse:
        return _json(await self._points(request))

    async def _api_course_csv(self, request: web.Request) -> web.StreamResponse:
        return _csv(course_csv(await self._points(request)), self._brand(request).id)

    async def _points(self, request: web.Request) -> list[Point]:
        brand, desk = self._brand(request).id, self._desk(_words(request))
        window = request.query.get("window", "24h")
        if window not in WINDOWS:
            raise _RefusedError("page_not_found")

        def points() -> list[Point]:
            start_s, end_s = window_of(brand, desk, window)
            usual = self._courses.usual(brand, end_s)
            slots = self._courses.course(brand, start_s, end_s, (end_s - start_s) // 60)
            return [point(slot, usual, time_of(slot.start_s)) for slot in slots]

        return await asyncio.to_thread(points)

    async def _api_incidents(self, request: web.Request) -> web.StreamResponse:
        brand = request.query.get("brand", "")
        known = (one for one in self._incidents.all() if _may_read(request, one.newest.brand))
        told = [one for one in known if brand in {"", one.newest.brand}]
        now, notified = self._now(), self._notified.of
        return _json([incident_line(one, notified(one.newest.incident), now) for one in told])

    async def _api_incident(self, request: web.Request) -> web.StreamResponse:
        found = self._incident(request)
        name = found.newest.incident
        tasks = await self._tasks_of(name)
        return _json(incident_whole(found, self._notified.of(name), tasks, self._now()))

    async def _shown(
        self, request: web.Request, render: Rendering, words: Words | None = None
    ) -> web.StreamResponse:
        """Make a page in a thread: it asks the store."""
        spoken = words or _words(request)
        desk = self._desk(spoken)
        return _html(await asyncio.to_thread(render, spoken, desk))

    def _desk(self, words: Words) -> Desk:
        now = self._now()
        return Desk(
            brands=self._brands,
            find=self._speaking(words),
            incidents=self._incidents.all(),
            statuses=self._statuses(now),
            sources=self._sources(now),
            undelivered=self._undelivered(now),
            courses=self._courses,
            archive=self._archive,
            playbooks=self._playbooks,
            episodes=self._episodes,
            now=now,
            failed=self._failed,
            notified=self._notified.of,
            called=self._called,
        )

    def _version(self) -> object:
        """What differs where an open page is to be loaded anew."""
        now = self._now()
        states = {(brand, one.state, one.since) for brand, one in self._statuses(now).items()}
        said = self._incidents.taken, self._notified.taken, self._store.remarks_written
        return said, states, int(now.timestamp()) // FRESH_S

    def _visitor(self, user: str | None, incident: Incident) -> Visitor | None:
        if user is None or incident.newest.brand not in self._brands:
            return None
        return Visitor(user, self._tokens.make(user, incident.newest.incident), self._once())

    def _failed(self, told: Transition, error: Exception) -> None:
        """Count an incident of which no more than a line could be shown."""
        log.error("incident %s cannot be shown in full", outside(told.incident, 80), exc_info=error)
        self._metrics.errored(STAGE, "untold")

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        words, asked = _words(request), request.query.get("brand", "")
        if len(self._brands_text) > CHARACTERS:
            return _html(too_long(words, self._heard(words)))
        token = self._tokens.make(self._user(request) or "", EDIT)
        shown = Shown(token, self._heard(words), partial(self._in_words, words.code))
        return _html(
            await asyncio.to_thread(
                lambda: editor_page(words, draft_of(self._brands_text, asked), shown)
            )
        )

    async def _edited(self, request: web.Request) -> web.StreamResponse:
        """Answer a form of the editor. Nothing is kept, so that nobody need be named for it."""
        self._metrics.received(STAGE)
        user, words = self._user(request) or "", _words(request)
        if not is_from_page(request.headers, self._access.url):
            raise _RefusedError("page_not_yours")
        if request.content_type != _FORM:
            raise _RefusedError("page_form")
        form = await self._fields(request.clone(client_max_size=EDIT_BYTES))
        if not self._tokens.fits(form.get("token", ""), user, EDIT):
            raise _RefusedError("page_not_yours")
        try:
            draft = await asyncio.to_thread(drafted, form)
        except FormError:
            raise _RefusedError("page_form") from None
        do, well = form.get("do", ""), draft.inspection.brands is not None
        if do == "download" and well:
            headers = {"Content-Disposition": 'attachment; filename="brands.yaml"'}
            return web.Response(text=draft.text, content_type="text/yaml", charset="utf-8",
                                headers=headers)  # fmt: skip
        shown = Shown(
            self._tokens.make(user, EDIT),
            self._heard(words),
            partial(self._in_words, words.code),
            checked=do in {"check", "preview", "download"},
        )
        if do == "preview" and well:
            shown = await self._previewed(draft, shown)
        return _html(await asyncio.to_thread(editor_page, words, draft, shown))

    def _heard(self, words: Words) -> Html | None:
        now = self._now()
        known = tuple(self._brands.values())
        return strip(words, known, self._statuses(now), now, self._sources(now))

    async def _previewed(self, draft: Draft, shown: Shown) -> Shown:
        """Judge the last week; one at a time, since it takes all that a processor has."""
        brands = draft.inspection.brands
        new = {brand.id: brand for brand in brands.brands} if brands is not None else {}
        async with self._rehearsing:
            try:
                found = await asyncio.to_thread(self._rehearse, new)
            except TooMuchError:
                return shown._replace(untold="week_too_much")
            except Exception:
                log.exception("the last week cannot be judged under another brands file")
                self._metrics.errored(STAGE, "preview")
                return shown._replace(untold="week_failed")
        return shown._replace(rehearsed=found)

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

    async def _tasks(self, request: web.Request) -> web.StreamResponse:
        sender, form = await self._sent(request)
        known = await self._tasks_of(sender.incident)
        try:
            if form.get("step") == "added":
                said = [new_task(sender, form)]
            elif form.get("step") == "playbook":
                said = playbook_tasks(sender, self._book(request, form), known)
            else:
                step = next_step(sender, form, known)
                said = [step] if step is not None else []
        except FormError:
            raise _RefusedError("page_form") from None
        except TaskMovedError:
            raise _RefusedError("page_task_moved") from None
        await self._publish(said)
        raise self._kept(sender, "task")

    async def _tasks_of(self, incident: str) -> list[Task]:
        return tasks_of(await asyncio.to_thread(self._archive.task_steps, incident))

    def _book(self, request: web.Request, form: Mapping[str, str]) -> Playbook:
        """Return the playbook that the form showed; an incident may look like another one since."""
        pattern = self._incident(request).newest.pattern
        book = self._playbooks.of(pattern, _words(request).code)
        if book is None or book.name != form.get("book"):
            raise TaskMovedError
        return book

    def _kept(self, sender: FormSender, what: str) -> web.HTTPSeeOther:
        """Lead back to the incident, and have it say so."""
        proof = self._tokens.make(sender.user, f"{sender.incident}\n{what}")
        return web.HTTPSeeOther(path_of(sender.incident, said=what, proof=proof))

    async def _sent(self, request: web.Request) -> tuple[FormSender, dict[str, str]]:
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
        return FormSender(user, incident.incident, incident.brand, self._now()), form

    async def _publish(self, said: list[Feedback]) -> None:
        try:
            for one in said:
                await asyncio.to_thread(self._send, one)
                self._metrics.emitted(STAGE)
        except AnswerError as error:
            log.error("%s by %s on %s is lost: %s", one.kind, one.by, one.incident, error)  # noqa: TRY400 - says all
            self._metrics.errored(STAGE, "kafka")
            raise _RefusedError(_LOST) from None
        for one in said[:1]:
            log.info("%s %s by %s on %s", len(said), one.step or one.kind, one.by, one.incident)

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
        if found is None or not _may_read(request, found.newest.brand):
            raise _RefusedError("page_not_found")
        return found

    def _brand(self, request: web.Request) -> Brand:
        found = self._brands.get(request.match_info["brand"])
        if found is None or not _may_read(request, found.id):
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


def _may_read(request: web.Request, brand: str) -> bool:
    """Whether whoever asks may read of a brand: all but those whose token is of some brands."""
    reader = request.get(_READER)
    return reader is None or reader.may_read(brand)


def _for_reader(request: web.Request, desk: Desk) -> Desk:
    """Return the desk with nothing on it that the reader's token is not for."""
    return desk._replace(
        brands={id_: one for id_, one in desk.brands.items() if _may_read(request, id_)},
        incidents=[one for one in desk.incidents if _may_read(request, one.newest.brand)],
    )


def _unread(words: Words, why: str) -> web.Response:
    """Say to a script what is wrong with its token; what it sent is not repeated."""
    said = {"error": why.removeprefix("page_"), "what": words.texts[why]}
    answer = web.json_response(said, status=_STATUS[why])
    if answer.status == web.HTTPUnauthorized.status_code:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Tocsin"'
    return answer


def _words(request: web.Request) -> Words:
    return PAGE_WORDS[language_of(request.headers.get("Accept-Language", ""))]


def _words_or_asked(request: web.Request) -> Words:
    """The language that the address names: a page for the board may be for others to read."""
    asked = request.query.get("lang", "")
    return next((PAGE_WORDS[code] for code in PAGE_WORDS if code == asked), _words(request))


def _other(words: Words) -> str:
    return next(code for code in PAGE_WORDS if code != words.code)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _csv(text: str, name: str) -> web.Response:
    safe = "".join(each if each.isascii() and each.isalnum() else "-" for each in name)[:80]
    headers = {"Content-Disposition": f'attachment; filename="{safe}.csv"'}
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


async def _openapi(_: web.Request) -> web.StreamResponse:
    return web.Response(text=openapi(), content_type="application/json", charset="utf-8")


def _file(asset: Asset) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Serve what never changes under its name."""

    async def serve(_: web.Request) -> web.StreamResponse:
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(text=asset.text, content_type=asset.kind, charset="utf-8", headers=kept)

    return serve


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.update(HEADERS)
