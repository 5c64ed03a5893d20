"""``tocsin ingest replay``: recorded posts, with the times they had."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    settings_or_exit,
)
from agents.cli.ingest.common import (
    log_to,
    one_line_errors,
    opened_router,
    report,
    source_option,
    speed_option,
    tail_option,
    tail_or_default_s,
)
from agents.cli.ingest.live import format_option, mapping_option
from agents.cli.language.say import in_words, say
from agents.ingest.heartbeats import recorded_heartbeat_s
from agents.ingest.progress import ProgressBar
from agents.ingest.sources.replay.source import ReplaySource
from agents.ingest.stopping import stop_on_signals

_STDIN = Path("-")


@click.command(
    epilog=examples(
        "tocsin ingest replay week.jsonl.gz --brands brands.yaml",
        "tocsin ingest replay posts.csv --mapping mapping.yaml --brands brands.yaml \\\n"
        "    --speed 60 --resume",
        "tocsin ingest replay - --brands brands.yaml < week.jsonl.gz",
    )
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@brands_option
@mapping_option
@format_option
@speed_option
@source_option("replay")
@tail_option
@click.option("--resume", is_flag=True, help="Go on where the last run of this input ended.")
def command(
    *,
    files: tuple[Path, ...],
    brands_file: Path,
    mapping: Path | None,
    input_format: str | None,
    speed: float,
    source: str,
    tail_s: float | None,
    resume: bool,
) -> None:
    """Replay FILES with their own times: neutral JSONL, X API v2 or v1.1, CSV with a mapping.

    FILE - is standard input, read to its end.

    Progress that Kafka has acknowledged is kept in TOCSIN_SPOOL_DIR/SOURCE.replay.json for
    --resume.

    A post dated in the future goes to the dead letters. Beside a live source that told of a brand
    within a day, what is more than an hour old is refused for that brand (dead letters,
    replay_beside_live): replay it under another brand id, or into a Kafka of its own.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = brands_or_exit(brands_file)
    console = Console(stderr=True)
    if _STDIN in files and resume:
        raise click.UsageError(say("what comes through a pipe cannot be gone on with: no --resume"))
    with one_line_errors(), stop_on_signals() as stop, _through_pipes(files) as paths:
        log_to(console, settings.log_level)
        replay = ReplaySource(
            source,
            paths,
            speed=speed,
            input_format=input_format,
            mapping=mapping,
            brands=by_id(brands),
            ahead_s=settings.ahead_s,
        )
        named = dict(zip(map(str, paths), map(str, files), strict=True))
        for note in map(in_words, replay.reading.notes):
            for path, name in named.items():
                note = note.replace(path, name)  # noqa: PLW2901 - people gave it another name
            console.print(note, markup=False, highlight=False, soft_wrap=True)
        with (
            opened_router(
                replay,
                brands=brands,
                settings=settings,
                kafka=kafka,
                stop=stop,
                heartbeat_s=recorded_heartbeat_s(speed, settings.bucket_s),
                position_file=f"{source}.replay.json",
            ) as router,
            ProgressBar(console, router, lambda: replay.done, replay.reading) as bar,
        ):
            result = router.run(
                stop, resume=resume, tail_s=tail_or_default_s(tail_s, settings), on_look=bar.look
            )
    report(console, router, result)


@contextmanager
def _through_pipes(files: tuple[Path, ...]) -> Iterator[list[Path]]:
    """Give files that can be read twice: standard input is written to a private one first."""
    if _STDIN not in files:
        yield list(files)
        return
    with NamedTemporaryFile(prefix="tocsin-stdin-") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.flush()
        yield [Path(kept.name) if file == _STDIN else file for file in files]
