"""The parts of an evaluation: each takes the options and returns its result."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from agents.evaluation.options import Options, Shapes, Size
from pipeline.evaluate.calibration import evaluate_quiet
from pipeline.evaluate.jobs import Run
from pipeline.evaluate.nab_form import NabFormError, Series, read_series, read_windows
from pipeline.evaluate.nab_run import evaluate_nab
from pipeline.evaluate.replay_part import evaluate_replays
from pipeline.evaluate.replays import read_storms
from pipeline.evaluate.replays.shape import Split
from schemas.evaluation import NabPart, QuietPart
from schemas.replays import ReplayPart

WINDOWS_FILE: Final = "windows.json"
QUIET_BRANDS: Final[Mapping[Size, int]] = {"quick": 1, "normal": 5, "full": 25}
"""Brands of each kind of noise and size; each is watched for a quarter."""

SPLITS: Final[Mapping[Shapes, Split]] = {"held-out": "held_out", "development": "development"}


def nab_part(options: Options, run: Run) -> NabPart | None:
    """Every detector on labelled series.

    Raises:
        NabFormError: if the directory or a file in it is not in the benchmark's form.
    """
    if options.nab is None:
        return None
    every, digest = _read(options.nab)
    if not any(series.windows for series in every):
        raise NabFormError(f"{options.nab}: no window to find in any file")
    return evaluate_nab(every, source=options.nab.resolve().name, digest=digest, run=run)


def quiet_part(options: Options, run: Run) -> QuietPart | None:
    """Stated and observed false alarms on quiet series."""
    if not options.quiet:
        return None
    return evaluate_quiet(brands=QUIET_BRANDS[options.size], seed=options.seed, run=run)


def replay_part(options: Options, run: Run) -> ReplayPart | None:
    """Tocsin and others on replays of crises.

    Raises:
        StormError: if the directory of storms is not in the form.
    """
    if not options.replays:
        return None
    return evaluate_replays(
        shapes=SPLITS[options.shapes],
        extent=options.size,
        seed=options.seed,
        storms=read_storms(options.storms) if options.storms else (),
        run=run,
    )


def left_out(options: Options) -> tuple[str, ...]:
    """What was not run, and how to have it."""
    notes = []
    if options.nab is None:
        notes.append(
            "Labelled series: --nab DIR with CSV files (timestamp,value) and windows.json, such as "
            "the Numenta Anomaly Benchmark's."
        )
    if not options.quiet:
        notes.append("Calibration on quiet series: --quiet.")
    if not options.replays:
        notes.append("Crisis replays: --replays.")
    elif options.storms is None:
        notes.append(
            "Real storms in the replays: --storms DIR with twitter_activity_NAME.csv (date,count) "
            "and twitter_daily_sentiment_NAME.csv (date,avg_vader_compound)."
        )
    return tuple(notes)


def _read(directory: Path) -> tuple[list[Series], str]:
    try:
        raw = (directory / WINDOWS_FILE).read_bytes()
    except OSError as error:
        raise NabFormError(f"{directory}: no {WINDOWS_FILE} that could be read: {error}") from error
    digest = sha256(raw)
    every = []
    for name, limits in sorted(read_windows(raw, WINDOWS_FILE).items()):
        try:
            content = (directory / name).read_bytes()
            lines = content.decode("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise NabFormError(f"{name}, named in {WINDOWS_FILE}: {error}") from error
        digest.update(content)
        every.append(read_series(name, lines, limits))
    return every, digest.hexdigest()
