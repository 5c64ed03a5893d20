"""``tocsin evaluate``: how good Tocsin is, measured again on this machine."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.language.say import in_words, say
from agents.cli.language.spoken import words
from lab.evaluate.options import SHAPES, SIZES, EvaluateOptions, Shapes, Size
from lab.report.voice import ReportVoice
from schemas.codec import encode_pretty

_directory = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "tocsin evaluate --quiet --size quick", "tocsin evaluate --replays --out replays"
    )
)
@click.option(
    "--nab",
    type=_directory,
    help="Directory of CSV files (timestamp,value) and windows.json, as the Numenta Anomaly "
    "Benchmark has them: Tocsin beside other detectors, by the benchmark's rules.",
)
@click.option("--quiet", is_flag=True, help="False alarms stated and observed on quiet series.")
@click.option(
    "--replays",
    is_flag=True,
    help="Crises and harmless episodes drawn over made-up brands: Tocsin's judgement beside other "
    "detectors on the same streams.",
)
@click.option(
    "--storms",
    type=_directory,
    help="With --replays: directory of real storms (twitter_activity_NAME.csv: date,count; "
    "twitter_daily_sentiment_NAME.csv: date,avg_vader_compound), laid over made-up brands.",
)
@click.option(
    "--shapes",
    type=click.Choice(SHAPES),
    default="held-out",
    show_default=True,
    help="Which episodes --replays draws: those kept from tuning, or those that it may see.",
)
@click.option(
    "--world",
    "worlds",
    type=_directory,
    multiple=True,
    help="With --replays: directory of a world by other hands (truth.json, brands.json, one "
    "recording an episode), judged by the same rules, beside ours; may be given several times.",
)
@click.option(
    "--budgets",
    is_flag=True,
    help="Rings and heads-ups, stated and observed, on quiet made-up brands and, with --data, on a "
    "real one.",
)
@click.option("--all", "everything", is_flag=True, help="All parts for which there is data.")
@click.option(
    "--data",
    type=_directory,
    help="Directory with real data: --replays and --budgets put the counts of its folders nab and "
    "twitterdev under everything, and --all looks there for nab and storms, too.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("evaluation"),
    show_default=True,
    help="Where report.html and report.json are written.",
)
@click.option(
    "--size",
    type=click.Choice(SIZES),
    default="normal",
    show_default=True,
    help="How much is simulated: a look, a measurement, or narrow intervals.",
)
@click.option(
    "--jobs",
    type=Whole(1, 256),
    default=os.cpu_count() or 1,
    show_default="processors",
    help="Processes at once; results do not depend on it.",
)
@click.option(
    "--seed",
    type=Whole(min=0),
    default=1,
    show_default=True,
    help="Of what is simulated; another seed, other series. Held-out replays begin at seed 1000 + "
    "100 · N; those below 1000 are for tuning.",
)
def command(
    *,
    nab: Path | None,
    quiet: bool,
    replays: bool,
    storms: Path | None,
    shapes: Shapes,
    worlds: tuple[Path, ...],
    budgets: bool,
    everything: bool,
    data: Path | None,
    out: Path,
    size: Size,
    jobs: int,
    seed: int,
) -> None:
    """Measure Tocsin beside other detectors, and write one page with the JSON behind it.

    Everything runs at the one fixed default: nothing is tuned to a file. The same data, size and
    seed give the same figures on every machine.
    """
    replays = replays or everything
    if storms is not None and not replays:
        raise click.UsageError(say("--storms is a part of --replays"))
    if worlds and not replays:
        raise click.UsageError(say("--world is a part of --replays"))
    if everything and data is not None:
        nab = nab or _folder(data / "nab")
        storms = storms or _folder(data / "storms")
    options = EvaluateOptions(
        nab=nab,
        quiet=quiet or everything,
        size=size,
        seed=seed,
        jobs=jobs,
        replays=replays,
        shapes=shapes,
        storms=storms,
        arrivals=data if data is not None and _has_series(data) else None,
        worlds=worlds,
        budgets=budgets or everything,
    )
    if nab is None and not (options.quiet or replays or options.budgets):
        raise click.UsageError(
            say("say what to evaluate: --nab DIR, --quiet, --replays, --budgets or --all")
        )
    _evaluate(_as_in_a_worker(options) if worlds else options, out)


def _as_in_a_worker(options: EvaluateOptions) -> EvaluateOptions:
    """Have posts of worlds by other hands scored and read as a worker does; others have no text."""
    # Slow to import, and only for this.
    from agents.cli.common.reader import reader_or_exit  # noqa: PLC0415
    from agents.cli.common.scorer import scorer_or_exit  # noqa: PLC0415
    from agents.cli.common.start import settings_or_exit  # noqa: PLC0415

    settings = settings_or_exit()
    scorer_or_exit(settings)
    reads = reader_or_exit(settings, 1) is not None
    return options._replace(scorer=settings.scorer, reads=reads)


def _has_series(data: Path) -> bool:
    return any((data / name).is_dir() for name in ("nab", "twitterdev"))


def _folder(path: Path) -> Path | None:
    return path if path.is_dir() else None


def _evaluate(options: EvaluateOptions, out: Path) -> None:
    # River is slow to import, and other commands do not need it.
    from lab.evaluate.nab.form import NabFormError  # noqa: PLC0415
    from lab.evaluate.parts import (  # noqa: PLC0415
        budgets_kept,
        check_worlds,
        left_out,
        nab_part,
        quiet_part,
        replayed,
        replays_counted,
        worlds_counted,
    )
    from lab.evaluate.recorded_worlds import WorldError  # noqa: PLC0415
    from lab.evaluate.replays import StormError  # noqa: PLC0415
    from lab.evaluate.replays.world.timing.arrivals import ArrivalsError  # noqa: PLC0415
    from lab.evaluate.running import runner  # noqa: PLC0415
    from lab.evaluate.targets import (  # noqa: PLC0415
        budget_targets,
        nab_targets,
        quiet_targets,
        replay_targets,
        worlds_targets,
    )
    from lab.report.evaluation.page import render_evaluation  # noqa: PLC0415
    from lab.report.evaluation.table import print_evaluation  # noqa: PLC0415
    from schemas.evaluation import Evaluation  # noqa: PLC0415

    try:  # before the work, which would be lost
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            say("{path} can't be written: {why}", path=out, why=error)
        ) from error
    with runner(options.jobs, Console(stderr=True)) as run:
        try:
            check_worlds(options)
            nab = nab_part(options, run)
            heard = replayed(options, run)
            replays = None if heard is None else replays_counted(options, heard)
            worlds = None if heard is None else worlds_counted(options, heard, run)
            budgets = budgets_kept(options, run)
        except (NabFormError, StormError, ArrivalsError, WorldError) as error:
            raise click.ClickException(in_words(error)) from error
        quiet = quiet_part(options, run)
    left = left_out(options)
    targets = (
        *(worlds_targets(worlds) if worlds else ()),
        *(replay_targets(replays) if replays else ()),
        *(nab_targets(nab) if nab else ()),
        *(quiet_targets(quiet) if quiet else ()),
        *(budget_targets(budgets) if budgets else ()),
    )
    evaluation = Evaluation(
        tocsin=version("tocsin"),
        python=platform.python_version(),
        river=version("river"),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count() or 1} processors",
        at=datetime.now(UTC),
        seed=options.seed,
        size=options.size,
        left_out=tuple(map(str, left)),
        targets=tuple(replace(one, what=str(one.what), wanted=str(one.wanted)) for one in targets),
        nab=nab,
        quiet=quiet,
        replays=replays,
        worlds=worlds,
        budgets=budgets,
    )
    (out / "report.json").write_bytes(encode_pretty(evaluation))
    # The JSON is the same in every language; page and screen are in that of the reader.
    shown = replace(
        evaluation,
        left_out=tuple(map(in_words, left)),
        targets=tuple(
            replace(one, what=in_words(one.what), wanted=in_words(one.wanted)) for one in targets
        ),
    )
    spoken = ReportVoice(words(), say)
    (out / "report.html").write_text(render_evaluation(shown, spoken), encoding="utf-8")
    console = Console()
    print_evaluation(shown, console, spoken)
    console.print(
        say("Written: {page}, {json}", page=out / "report.html", json=out / "report.json"),
        markup=False,
    )
