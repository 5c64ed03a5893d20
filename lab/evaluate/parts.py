"""The parts of an evaluation: each takes the options and returns its result."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from lab.evaluate.budget_part import evaluate_budgets
from lab.evaluate.contest import NAME
from lab.evaluate.jobs import Run
from lab.evaluate.nab.form import LabelledSeries, NabFormError, read_series, read_windows
from lab.evaluate.nab.run import evaluate_nab
from lab.evaluate.options import EvaluateOptions, Shapes, Size
from lab.evaluate.quiet.calibration import evaluate_quiet
from lab.evaluate.recorded_worlds import jobs_of, watch
from lab.evaluate.replay_part import replay_all, replay_part, seed_of
from lab.evaluate.replays import Replayed, read_storms
from lab.evaluate.replays.world.episodes.shape import Split
from lab.evaluate.worlds.own import own_world
from lab.evaluate.worlds.part import OWN, worlds_part
from pipeline.phrase import Phrase
from schemas.budgets import BudgetPart
from schemas.evaluation import NabPart, QuietPart
from schemas.replays import ReplayPart
from schemas.worlds import WorldsPart

WINDOWS_FILE: Final = "windows.json"
QUIET_BRANDS: Final[Mapping[Size, int]] = {"quick": 1, "normal": 5, "full": 25}
"""Brands of each kind of noise and size; each is watched for a quarter."""

EVERY: Final[Mapping[Size, int]] = {"quick": 3, "normal": 1, "full": 1}
"""Of the episodes of a world by other hands, one of so many."""

SPLITS: Final[Mapping[Shapes, Split]] = {"held-out": "held_out", "development": "development"}


def nab_part(options: EvaluateOptions, run: Run) -> NabPart | None:
    """Every detector on labelled series.

    Raises:
        NabFormError: if the directory or a file in it is not in the benchmark's form.
    """
    if options.nab is None:
        return None
    every, digest = _read(options.nab)
    if not any(series.windows for series in every):
        raise NabFormError(Phrase("{nab}: no window to find in any file", nab=options.nab))
    return evaluate_nab(every, source=options.nab.resolve().name, digest=digest, run=run)


def quiet_part(options: EvaluateOptions, run: Run) -> QuietPart | None:
    """Stated and observed false alarms on quiet series."""
    if not options.quiet:
        return None
    return evaluate_quiet(brands=QUIET_BRANDS[options.size], seed=options.seed, run=run)


def check_worlds(options: EvaluateOptions) -> None:
    """Look into the worlds by other hands before the work, which would be lost.

    Raises:
        WorldError: if a directory is no world.
    """
    for folder in options.worlds:
        jobs_of(folder)


def replayed(options: EvaluateOptions, run: Run) -> Replayed | None:
    """Tocsin and others on replays of crises, before anything is counted.

    Raises:
        ArrivalsError: if the directory of arrivals is not in the form.
        StormError: if the directory of storms is not in the form.
    """
    if not options.replays:
        return None
    return replay_all(
        shapes=SPLITS[options.shapes],
        extent=options.size,
        seed=options.seed,
        storms=read_storms(options.storms) if options.storms else (),
        arrivals=options.arrivals,
        run=run,
    )


def replays_counted(options: EvaluateOptions, heard: Replayed) -> ReplayPart:
    """The replays, contender by contender."""
    shapes = SPLITS[options.shapes]
    return replay_part(heard, shapes=shapes, first_seed=seed_of(shapes, options.seed))


def worlds_counted(options: EvaluateOptions, heard: Replayed, run: Run) -> WorldsPart:
    """Our own replays and worlds by other hands, by one set of rules.

    Raises:
        WorldError: if a directory is no world.
    """
    others = watch(
        options.worlds,
        run=run,
        every=EVERY[options.size],
        scorer=options.scorer,
        reads=options.reads,
    )
    return worlds_part({OWN: own_world(heard, NAME), **others})


def budgets_kept(options: EvaluateOptions, run: Run) -> BudgetPart | None:
    """Rings and heads-ups on quiet brands against what is stated.

    Raises:
        ArrivalsError: if the directory of arrivals is not in the form.
    """
    if not options.budgets:
        return None
    first_seed = seed_of(SPLITS[options.shapes], options.seed)
    return evaluate_budgets(
        extent=options.size, first_seed=first_seed, run=run, data=options.arrivals
    )


def left_out(options: EvaluateOptions) -> tuple[Phrase, ...]:
    """What was not run, and how to have it."""
    notes: list[Phrase] = []
    if options.nab is None:
        notes.append(
            Phrase(
                "Labelled series: --nab DIR with CSV files (timestamp,value) and windows.json, "
                "such as the Numenta Anomaly Benchmark's."
            )
        )
    if not options.quiet:
        notes.append(Phrase("Calibration on quiet series: --quiet."))
    if not options.budgets:
        notes.append(Phrase("Rings and heads-ups against what is stated: --budgets."))
    elif options.arrivals is None:
        notes.append(
            Phrase(
                "A real brand over years: --data DIR with twitterdev/mentions-5min-*.csv.gz "
                "(timestamp,value)."
            )
        )
    if options.replays and not options.worlds:
        notes.append(Phrase("Worlds by other hands: --world DIR with truth.json and brands.json."))
    if options.worlds and EVERY[options.size] > 1:
        notes.append(
            Phrase(
                "Two of {n} episodes of the worlds by other hands: --size normal.",
                n=EVERY[options.size],
            )
        )
    if not options.replays:
        notes.append(Phrase("Crisis replays: --replays."))
    elif options.storms is None:
        notes.append(
            Phrase(
                "Real storms in the replays: --storms DIR with twitter_activity_NAME.csv "
                "(date,count) and twitter_daily_sentiment_NAME.csv (date,avg_vader_compound)."
            )
        )
    return tuple(notes)


def _read(directory: Path) -> tuple[list[LabelledSeries], str]:
    try:
        raw = (directory / WINDOWS_FILE).read_bytes()
    except OSError as error:
        raise NabFormError(
            Phrase(
                "{directory}: no {windows_file} that could be read: {why}",
                directory=directory,
                windows_file=WINDOWS_FILE,
                why=error,
            )
        ) from error
    digest = sha256(raw)
    every = []
    for name, limits in sorted(read_windows(raw, WINDOWS_FILE).items()):
        try:
            content = (directory / name).read_bytes()
            lines = content.decode("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise NabFormError(
                Phrase(
                    "{name}, named in {windows_file}: {why}",
                    name=name,
                    windows_file=WINDOWS_FILE,
                    why=error,
                )
            ) from error
        digest.update(content)
        every.append(read_series(name, lines, limits))
    return every, digest.hexdigest()
