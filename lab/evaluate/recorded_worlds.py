"""Worlds by other hands: a folder of recordings, whose brands they are, and what is true of them.

``truth.json`` (``episodes``: id, kind, crisis, stream_start, stream_end, onset, peak, end or
event_start, event_peak, event_end; visible_from), ``brands.json`` (a list: episode, spellings,
handles, own_accounts, hashtags) and ``<id>.jsonl`` in the form of X's stream. Posts are read,
scored, rolled up and judged as in ``tocsin backtest``.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from agents.ingest.formats import BadLine, open_mentions
from lab.backtest.run import Backtest
from lab.evaluate.jobs import Run
from lab.evaluate.told import told_of
from lab.evaluate.worlds.truth import Happened, TruthError, WatchedStretch, happened_of
from pipeline.brands import BrandMatcher
from pipeline.phrase import Phrase
from pipeline.reading.contract import Reader
from pipeline.reading.encoder import open_reader
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import SHIPPED_SCORER, Scorer
from pipeline.sentiment.load import load_scorer
from schemas.brand import Brand, Brands
from schemas.mention import Mention

BRAND: Final = "brand"


class WorldError(ValueError):
    """A folder is not a world, or lacks something; says what and where."""


class Job(NamedTuple):
    """One episode of a world; it travels to another process, where ``scorer`` is loaded by name.

    ``reads``: whether some posts are read carefully, as a worker with one brand does.
    """

    recording: Path
    brand: Brand
    happened: Happened
    scorer: str = SHIPPED_SCORER
    reads: bool = False


def jobs_of(
    folder: Path, *, every: int = 1, scorer: str = SHIPPED_SCORER, reads: bool = False
) -> tuple[Job, ...]:
    """The episodes of a world, or one of ``every`` so many of them: crises and others alike.

    Raises:
        WorldError: the folder is not of the form, or lacks a recording.
    """
    episodes = _read(folder / "truth.json")
    brands = _read(folder / "brands.json")
    try:
        by_episode = {one["episode"]: brand_of(one) for one in brands}
        happened = [happened_of(one) for one in episodes["episodes"]]
    except (KeyError, TypeError, TruthError) as error:
        raise WorldError(f"{folder}: {error!r}") from error
    kept = [
        one
        for crisis in (True, False)
        for one in [each for each in happened if each.crisis is crisis][::every]
    ]
    jobs = []
    for one in kept:
        recording = folder / f"{one.name}.jsonl"
        if one.name not in by_episode or not recording.is_file():
            raise WorldError(
                Phrase(
                    "{folder}: no brand or no recording of episode {name}",
                    folder=folder,
                    name=one.name,
                )
            )
        jobs.append(Job(recording, by_episode[one.name], one, scorer, reads))
    return tuple(jobs)


def brand_of(entry: Mapping[str, Any]) -> Brand:
    """The brand of an episode, at all settings as they come."""
    return Brand(
        id=BRAND,
        names=tuple(dict.fromkeys(entry["spellings"])),
        handles=tuple(one.lstrip("@") for one in entry["handles"]),
        own_accounts=tuple(one["username"] for one in entry["own_accounts"]),
        hashtags=tuple(one.lstrip("#") for one in entry.get("hashtags", ())),
    )


def run_job(job: Job) -> WatchedStretch:
    """Play one recording to the judge."""
    backtest = Backtest(
        {BRAND: job.brand},
        rules=RollupRules(),
        model=_loaded(job.scorer),
        reader=_reader if job.reads else None,
    )
    matcher = BrandMatcher(Brands(brands=(job.brand,)))
    for item in open_mentions([job.recording], brands=(BRAND,)):
        if isinstance(item, Mention):
            backtest.feed(item, matcher.match(item))
        elif isinstance(item, BadLine):
            backtest.reject()
        else:
            backtest.note(item.gap, item.missed)
    backtest.finish()
    return WatchedStretch(job.happened, told_of(backtest.tallies[0].transitions))


def watch(
    folders: Sequence[Path],
    *,
    run: Run,
    every: int = 1,
    scorer: str = SHIPPED_SCORER,
    reads: bool = False,
) -> dict[str, tuple[WatchedStretch, ...]]:
    """Every world by the name of its folder, in the order given.

    ``scorer``: name of what scores the posts, as ``load_scorer`` takes it. ``reads``: whether some
    of them are read carefully, for which the optional extra has to be there.

    The largest recordings begin first, so that no process waits for one of them at the end.

    Raises:
        WorldError: a folder is no world, or two have the same name.
    """
    jobs = {
        folder.resolve().name: jobs_of(folder, every=every, scorer=scorer, reads=reads)
        for folder in folders
    }
    if len(jobs) < len(folders):
        raise WorldError(
            Phrase("two worlds have folders of the same name, and would be told as one")
        )
    order = sorted(
        ((name, job) for name, each in jobs.items() for job in each),
        key=lambda one: -one[1].recording.stat().st_size,
    )
    watched = run(run_job, [job for _, job in order])
    found = {job: one for (_, job), one in zip(order, watched, strict=True)}
    return {name: tuple(found[job] for job in each) for name, each in jobs.items()}


def _read(path: Path) -> Any:  # noqa: ANN401 - what stands in it is checked where it is used
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise WorldError(Phrase("{path}: not to be read: {why}", path=path, why=error)) from error


@cache
def _loaded(scorer: str) -> Scorer:
    return load_scorer(scorer)


@cache
def _reader() -> Reader:
    return open_reader()
