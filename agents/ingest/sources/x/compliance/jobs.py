"""Batch compliance jobs: ids go up, and what must be done with some of them comes down.

Source: X API v2, batch compliance, read in November 2026. One job at a time; ids are to be there
within 15 minutes, results stay for a week.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from time import monotonic, sleep
from typing import Any, Final, Literal, TypeVar

import msgspec
import requests
import tweepy
from msgspec import Struct

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.client import SILENCE_S, RebasedSession, ended_by, user_agent
from agents.ingest.sources.x.lines import chunks_of, lines_in
from pipeline.phrase import Phrase

NAME: Final = "tocsin"
"""Of our jobs at X."""

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
"""Between two questions whether a job is done; X allows 150 in 15 minutes."""

_OK: Final = range(200, 300)

log = logging.getLogger(__name__)


class ComplianceError(RuntimeError):
    """X did not do it; the message says what it said instead, without a secret."""


class ComplianceJob(Struct, frozen=True):
    """A job as X tells of it. The addresses are signed: whoever has them may use them."""

    id: str
    status: Literal["created", "in_progress", "failed", "complete", "expired"]
    upload_url: str = ""
    download_url: str = ""
    name: str = ""


class _One(Struct, frozen=True):
    data: ComplianceJob


class _Several(Struct, frozen=True):
    data: tuple[ComplianceJob, ...] = ()


_Answer = TypeVar("_Answer", _One, _Several)


class ComplianceJobs:
    """Jobs about posts of the project that ``bearer_token`` is of.

    The token goes to ``base_url`` only; addresses elsewhere that X names get none, and have to be
    as private as that. Redirects are not followed.

    Raises ``ComplianceError`` from every method.
    """

    def __init__(self, bearer_token: str, base_url: str, *, timeout_s: float = SILENCE_S) -> None:
        self._base_url = base_url.rstrip("/")
        self._bearer_token = bearer_token
        self._timeout_s = timeout_s
        self._client = tweepy.Client(bearer_token, return_type=requests.Response)
        self._client.session = RebasedSession(base_url, timeout_s)
        self._client.user_agent = user_agent()

    def under_way(self) -> ComplianceJob | None:
        """Return the job that an earlier run has begun, if X still works on it."""
        found = self._asked(_Several, self._client.get_compliance_jobs, "tweets")
        ours = (job for job in found.data if job.name == NAME)
        return next((job for job in ours if job.status == "in_progress"), None)

    def create(self) -> ComplianceJob:
        """Begin a job."""
        return self._asked(_One, self._client.create_compliance_job, "tweets", name=NAME).data

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> None:
        """Hand over the ids of posts; X then begins to look them up."""
        body = "".join(f"{one}\n" for one in ids).encode()
        headers = {"Content-Type": "text/plain"}
        self._outside("PUT", job.upload_url, data=body, headers=headers).close()

    def done(
        self,
        job: ComplianceJob,
        *,
        wait_s: float,
        pause: Callable[[float], object] = sleep,
        clock_s: Callable[[], float] = monotonic,
    ) -> ComplianceJob:
        """Wait until X has looked all ids up, ``wait_s`` at most; return the job then."""
        deadline_s, pause_s = clock_s() + wait_s, FIRST_PAUSE_S
        while True:
            job = self._asked(_One, self._client.get_compliance_job, job.id).data
            if job.status == "complete":
                return job
            if job.status in {"failed", "expired"}:
                raise ComplianceError(
                    Phrase("job {id} has {status}: run it again", id=job.id, status=job.status)
                )
            left_s = deadline_s - clock_s()
            if left_s <= 0:
                raise ComplianceError(
                    Phrase(
                        "X still works on job {id} ({status}) after {wait_s:.0f} s; the next run "
                        "waits for it",
                        id=job.id,
                        status=job.status,
                        wait_s=wait_s,
                    )
                )
            pause(min(pause_s, left_s))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def results(self, job: ComplianceJob) -> Iterator[bytes]:
        """Yield the lines that say which posts must be kept no longer, see ``gone_in``."""
        response = self._outside("GET", job.download_url, stream=True)
        try:
            yield from filter(None, map(bytes.strip, lines_in(chunks_of(response))))
        except (requests.RequestException, OSError) as error:
            raise ComplianceError(shown(f"{type(error).__name__} in the results")) from error
        finally:
            response.close()

    def _asked(
        self, answer: type[_Answer], ask: Callable[..., Any], *args: str, **more: str
    ) -> _Answer:
        try:
            response: requests.Response = ask(*args, **more)
        except tweepy.HTTPException as error:
            ended = ended_by(error.response)
            raise ComplianceError(
                Phrase("X says: {short} {detail}", short=ended.short, detail=ended.detail)
            ) from error
        except (requests.RequestException, OSError) as error:
            raise ComplianceError(shown(f"{type(error).__name__}: {error}")) from error
        try:
            return msgspec.json.decode(response.content, type=answer)
        except msgspec.DecodeError as error:
            raise ComplianceError(
                Phrase("an answer of X that makes no sense: {why}", why=error)
            ) from error

    def _outside(self, method: str, url: str, **more: Any) -> requests.Response:  # noqa: ANN401 - handed on
        """A request to an address that X has named; what it is stays untold, for it is signed."""
        if not url.startswith(("https://", f"{self._base_url}/")):
            raise ComplianceError(Phrase("X names an address for the ids that is not private"))
        headers = {**more.pop("headers", {}), "User-Agent": user_agent()}
        if url.startswith(f"{self._base_url}/"):
            headers["Authorization"] = f"Bearer {self._bearer_token}"
        try:
            response = requests.request(
                method, url, headers=headers, timeout=self._timeout_s, allow_redirects=False, **more
            )
        except (requests.RequestException, OSError) as error:
            raise ComplianceError(
                Phrase(
                    "{method} where X wants it: {name}", method=method, name=type(error).__name__
                )
            ) from error
        if response.status_code not in _OK:
            response.close()
            raise ComplianceError(
                Phrase(
                    "{method} where X wants it: http {status_code}",
                    method=method,
                    status_code=response.status_code,
                )
            )
        return response
