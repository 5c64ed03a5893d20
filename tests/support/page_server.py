"""The page over HTTP in a thread, with a store, a memory and brands that the tests make up."""

import asyncio
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from agents.cli.language.say import told_in
from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.web.api_tokens import ApiTokens
from agents.web.app import Page, VisitorAccess
from agents.web.editor.preview import Rehearsed, WeekRings
from agents.web.guard import Tokens
from agents.web.notified import NotifiedMemory
from agents.web.playbooks import Playbooks
from agents.web.store.store import Store
from pipeline.detection.patterns.library import load_episodes
from pipeline.metrics import Metrics
from schemas.brand import Brand
from schemas.bucket import Bucket, Example, Story, Voices
from schemas.feedback import Feedback
from schemas.incident import Projection, Ring, Transition
from schemas.mention import Gap
from schemas.notification import Calls, NextCall, Notification, Snapshot
from support.alert_examples import example, heads_up, sighting, transition
from support.waiting import PATIENCE_S

NAMES = (
    "Ardelle",
    "Belmora",
    "Brisaud",
    "Calmère",
    "Dorvane",
    "Elvessa",
    "Estavel",
    "Feronne",
    "Fjordal",
    "Galmont",
    "Havrec",
    "Ionelle",
    "Jurano",
    "Kestria",
    "Lorvain",
    "Mirelle",
    "Novarra",
    "Ombrielle",
    "Orlise",
    "Pelvane",
    "Quintare",
    "Rosenne",
    "Silvaro",
    "Tavelin",
    "Ulmeo",
    "Verdane",
    "Wexmoor",
    "Xalina",
    "Zephane",
)
NOW = datetime(2026, 11, 29, 1, 52, 10, tzinfo=UTC)
ONSET = NOW - timedelta(minutes=90)
INCIDENT = "corvanne-20261129T002210Z"
STEP_S = 300
"""Made-up buckets are five minutes long: enough to draw, and quick to write."""


def brands(count: int = 30) -> dict[str, Brand]:
    """One that is in trouble, and quiet ones that compete with it."""
    quiet = [Brand(id=name.lower(), names=(name,)) for name in NAMES[: count - 1]]
    corvanne = Brand(
        id="corvanne",
        names=("Corvanne",),
        handles=("corvanne",),
        own_accounts=("corvanne",),
        critics=("watcher_2",),
        languages=("fr", "en"),
        rivals=tuple(NAMES[:3]),
    )
    return {brand.id: brand for brand in (corvanne, *quiet)}


PLAYBOOK = """\
1. **Delete nothing.**
2. Wake whoever decides.

- [ ] Have the film checked: is it genuine?
- [ ] Put `one voice` in charge of answers
"""
PLAYBOOK_FR = """\
1. **Ne rien supprimer.**
2. Réveiller qui décide.

- [ ] Faire vérifier la vidéo : est-elle authentique ?
- [ ] Confier les réponses à `une seule voix`
"""

BRANDS_FILE = """\
# Whom we listen for. Ask communications before you change a name.
brands:
  - id: corvanne
    names:
      - Corvanne       # the house
      - Corvane        # how many write it
    handles: [corvanne]
    own_accounts: [corvanne]
    languages: [fr, en]
    critics: [forest_watch, ana_reports]
    rivals: [Ardelle, Belmora, Brisaud]
    slack_channel: "#corvanne-alerts"
    alert_zone: Europe/Paris
    false_rings_per_quarter: 0.5   # agreed in May

  - id: ardelle
    names: [Ardelle]
"""


def bucket(brand: str, start: datetime, mentions: int, **changes: object) -> Bucket:
    negative = mentions // 5
    values: dict[str, object] = {
        "brand": brand,
        "start": start,
        "width_s": STEP_S,
        "watermark": start,
        "mentions": mentions,
        "weighted": float(mentions),
        "originals": mentions * 2 // 3,
        "negative": negative,
        "neutral": mentions - negative,
        "sources": ("x",),
        "voices": Voices(texts=1000 * mentions, attacking=40 * mentions),
    }
    return Bucket(**{**values, **changes})  # type: ignore[arg-type]


def rang(**changes: object) -> Transition:
    """The incident of the brand in trouble, as it stands."""
    values: dict[str, object] = {
        "incident": INCIDENT,
        "brand": "corvanne",
        "at": NOW,
        "onset": ONSET,
        "seq": 2,
        "severity": 7,
        "rung_at": NOW - timedelta(minutes=14),
        "heads_up_at": NOW - timedelta(minutes=65),
        "rings": (Ring(at=NOW - timedelta(minutes=14), severity=6),),
        "peak": None,
        "sighting": sighting(severity_low=5.0, severity_high=9.0),
        "projection": Projection(
            next_hour=2400,
            next_hour_low=1500,
            next_hour_high=4000,
            next_day=31_000,
            next_day_low=9000,
            next_day_high=80_000,
            branching=1.1,
            growing=True,
        ),
        "examples": (
            replace(example(1), created_at=ONSET + timedelta(minutes=3), lang="en"),
            replace(
                example(2, "Ils ont fait retirer la vidéo. La voici."),
                lang="fr",
                created_at=ONSET + timedelta(minutes=45),
            ),
        ),
    }
    return transition(**{**values, **changes})


def fill(store: Store, known: Mapping[str, Brand], *, days: float = 5.0) -> None:
    """Write some days of ordinary talk, and the crisis at their end."""
    chance = random.Random(7)
    start = NOW - timedelta(days=days)
    start -= timedelta(seconds=start.timestamp() % STEP_S)
    for number, brand in enumerate(known):
        for at in range(int((NOW - start).total_seconds()) // STEP_S):
            time = start + timedelta(seconds=at * STEP_S)
            awake = 1.0 if 6 <= time.hour < 23 else 0.3
            count = round(chance.gammavariate(2, awake * (1 + number % 9)))
            more: dict[str, object] = {}
            since_s = (time - ONSET).total_seconds()
            if brand == "corvanne" and since_s >= 0:
                count = round(6 + 160 * (since_s / 5400) ** 2)
                more = _crisis(time, count, since_s)
            if count or more:
                store.take(bucket(brand, time, count, **more), int(time.timestamp()))
    store.flush()


def _crisis(time: datetime, count: int, since_s: float) -> dict[str, object]:
    negative = round(count * min(0.25 + since_s / 12_000, 0.65))
    start_s = int(ONSET.timestamp())
    posts = tuple(
        Example(
            id=f"{int(time.timestamp())}-{number}",
            handle=f"watcher_{number}",
            created_at=time,
            followers=number * 3100,
            kind="reply" if number == 2 else "original",
            text="The same forest, the same lies." if number == 1 else "Je n'achète plus rien.",
            p_negative=0.3 + 0.3 * number,
            lang="en" if number == 1 else "fr",
        )
        for number in (1, 2)
    )
    return {
        "negative": negative,
        "neutral": count - negative,
        "voices": Voices(
            texts=1000 * count, attacking=round(min(0.05 + since_s / 12_000, 0.46) * 1000 * count)
        ),
        "own": int(3900 <= since_s < 4200),
        "gaps": (
            (
                Gap(
                    start=ONSET + timedelta(minutes=40),
                    end=ONSET + timedelta(minutes=50),
                    cause="disconnect",
                ),
            )
            if 3000 <= since_s < 3300
            else ()
        ),
        "examples": posts,
        "stories": (
            Story(
                id="forest",
                started_s=start_s,
                about=("#CorvanneQueima", "vídeo", "floresta"),
                texts=count,
                reposts=count,
                voices=count,
                negative=count,
                attacks=count // 2,
                languages=(("pt", 9), ("en", 4)),
            ),
        ),
    }


class PageServer:
    """A page to be looked at. ``statuses`` and ``memory`` may be changed while it serves."""

    def __init__(
        self,
        place: Path,
        *,
        count: int = 30,
        now: datetime = NOW,
        days: float = 5.0,
        header: str = "X-User",
        url: str = "",
        tokens: Path | None = None,
    ) -> None:
        self.brands = brands(count)
        self.memory = IncidentMemory()
        self.store = Store(f"sqlite:///{place}/page.db")
        fill(self.store, self.brands, days=days)
        self.now = now
        self.statuses = dict.fromkeys(self.brands, Status("heard", now - timedelta(seconds=20)))
        self.said: list[Feedback] = []
        self.notified = NotifiedMemory()
        self.rehearsed: list[Rehearsed] = []
        self.asked: list[Mapping[str, Brand]] = []
        self.address = ""
        self.registry = CollectorRegistry()
        self.page = Page(
            api_tokens=ApiTokens(tokens, self.brands) if tokens is not None else None,
            brands=self.brands,
            incidents=self.memory,
            store=self.store,
            send=self._send,
            access=VisitorAccess(header, url),
            tokens=Tokens(b"secret"),
            once=lambda: "1",
            now=lambda: self.now,
            metrics=Metrics(self.registry),
            statuses=lambda _: self.statuses,
            playbooks=Playbooks({"default": PLAYBOOK, "default.fr": PLAYBOOK_FR}),
            episodes={one.name: one for one in load_episodes()},
            notified=self.notified,
            brands_text=BRANDS_FILE,
            rehearse=self._rehearse,
            in_words=told_in,
        )

    def ring(self, **changes: object) -> None:
        """Have it ring."""
        self.memory.take(rang(**changes))

    def stir(self) -> None:
        """A heads-up, and one that never rang."""
        self.memory.take(
            heads_up(
                incident="ionelle-1",
                brand="ionelle",
                at=NOW,
                onset=NOW - timedelta(hours=1),
                heads_up_at=NOW - timedelta(minutes=31),
            )
        )
        self.memory.take(
            heads_up(
                incident="lorvain-1",
                brand="lorvain",
                state="dismissed",
                reason="harmless_kind",
                at=NOW - timedelta(hours=1),
                onset=NOW - timedelta(hours=3),
                heads_up_at=NOW - timedelta(hours=2),
            )
        )

    def call(self) -> None:
        """The team was told, somebody was called, and the next is due soon."""
        ahead = (
            NextCall(receiver="head-of-comms", at=NOW + timedelta(minutes=6)),
            NextCall(receiver="board", at=NOW + timedelta(minutes=26)),
        )
        for sink, minutes, done in (("comms-slack", 14, 1), ("duty-phone", 4, 2)):
            at = NOW - timedelta(minutes=minutes)
            self.notified.note(
                Notification(
                    sink=sink, incident=INCIDENT, brand="corvanne", at=at, reason="rang",
                    told=Snapshot(seq=2, state="open", severity=7, last_hour=1882.0,
                                  negative_share=0.6),
                    calls=Calls(since_seq=2, done=done, at=at), ahead=ahead,
                    decides="Inès Marchand",
                )
            )  # fmt: skip

    def judge(self) -> None:
        """What a preview tells."""
        rings = (NOW - timedelta(days=5, hours=3), NOW - timedelta(minutes=21))
        self.rehearsed = [
            Rehearsed(
                "corvanne", "judged", WeekRings(rings[1:], 3), WeekRings(rings, 3),
                NOW - timedelta(days=7), NOW, 28 * 86_400.0,
            ),
            Rehearsed("ardelle", "counted"),
        ]  # fmt: skip

    def _rehearse(self, new: Mapping[str, Brand]) -> list[Rehearsed]:
        self.asked.append(new)
        return self.rehearsed

    def _send(self, said: Feedback) -> None:
        self.said.append(said)
        self.take(said)

    def take(self, said: Feedback) -> None:
        """Have the store know what somebody said."""
        self.store.take_remark(said, int(said.at.timestamp()))
        self.store.flush()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve it; the address is that of a free port."""
        loop = asyncio.new_event_loop()
        begun = threading.Event()
        over = asyncio.Event()

        async def main() -> None:
            runner = web.AppRunner(self.page.application(), shutdown_timeout=1.0)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            self.address = f"http://{host}:{port}"
            begun.set()
            await over.wait()
            await runner.cleanup()

        thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
        thread.start()
        begun.wait(PATIENCE_S)
        try:
            yield self.address
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join(10)
            loop.close()
            self.store.close()
