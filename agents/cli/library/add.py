"""``tocsin library add``: a past crisis of one's own, measured on a recording."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.recordings import open_mentions_or_exit
from agents.cli.common.scorer import scorer_or_exit
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    rollup_rules,
    settings_or_exit,
)
from agents.cli.ingest.common import MomentType
from agents.cli.language.say import in_words, say
from agents.cli.library.show import print_episode
from agents.ingest.formats import FORMATS, BadLine, Item
from lab.backtest.rolling import Rolling
from lab.library.measure import measure
from lab.library.observe import MeasureError, Observer
from pipeline.brands import BrandMatcher
from pipeline.detection.patterns.library import NAME, LibraryError, ReferenceEpisode, read_episode
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import Scorer
from schemas.brand import Brands
from schemas.codec import encode_pretty
from schemas.mention import Mention

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "tocsin library add our-recall-2019 week.jsonl --kind crisis \\\n"
        "    --title 'our recall of 2019' --brands brands.yaml --brand acme \\\n"
        "    --from 2019-05-03T08:00 --to 2019-05-06"
    )
)
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=_file)
@click.option(
    "--kind",
    type=click.Choice(["crisis", "harmless"]),
    required=True,
    help="Whether talk like it should ring.",
)
@click.option("--title", required=True, help="What alerts call it, such as 'our recall of 2019'.")
@brands_option
@click.option("--brand", "brand_id", required=True, help="Whom it happened to.")
@click.option("--from", "begins", type=MomentType(), required=True, help="Its onset, UTC.")
@click.option("--to", "ends", type=MomentType(), required=True, help="Its end, UTC.")
@click.option("--mapping", type=_file, help="YAML that says which column is what.")
@click.option(
    "--input-format",
    type=click.Choice(FORMATS),
    help="Where it cannot be told from the file.",
)
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the episode is written. Default: TOCSIN_LIBRARY_DIR.",
)
@click.option("--replace", is_flag=True, help="Overwrite an episode of this name.")
def command(
    *,
    name: str,
    files: tuple[Path, ...],
    kind: Literal["crisis", "harmless"],
    title: str,
    brands_file: Path,
    brand_id: str,
    begins: datetime,
    ends: datetime,
    mapping: Path | None,
    input_format: str | None,
    directory: Path | None,
    replace: bool,
) -> None:
    """Measure the episode NAME on a recording and add it to your library.

    FILES are read as tocsin backtest reads them. They must hold about a day of ordinary talk before
    --from, which says what was usual. Worker, backtest and check compare with what lies in
    TOCSIN_LIBRARY_DIR.
    """
    settings = settings_or_exit()
    brands = brands_or_exit(brands_file)
    directory = directory or (Path(settings.library_dir) if settings.library_dir else None)
    if not re.fullmatch(NAME, name):
        raise click.UsageError(
            say("{name!r} is not made of lower-case letters, digits and '-'", name=name)
        )
    if brand_id not in by_id(brands):
        raise click.UsageError(
            say("no brand {brand!r} in {brands_file}", brand=brand_id, brands_file=brands_file)
        )
    if directory is None:
        raise click.UsageError(say("say where it goes: --dir, or TOCSIN_LIBRARY_DIR"))
    if begins >= ends:
        raise click.UsageError(say("--from must be before --to"))
    path = directory / f"{name}.json"
    if path.exists() and not replace:
        raise click.ClickException(
            say("{path} is there already; --replace overwrites it", path=path)
        )
    scorer = scorer_or_exit(settings)
    items = open_mentions_or_exit(
        files, input_format, mapping, brands=by_id(brands), console=Console(stderr=True)
    )
    observer = Observer(int(begins.timestamp()), int(ends.timestamp()))
    try:
        bad = _observe(items, observer, brands, brand_id, rollup_rules(settings), scorer=scorer)
        observer.check()
        episode = measure(
            observer.sights,
            name=name,
            kind=kind,
            title=title,
            sources=[f"measured on {file.name}" for file in files],
            note=f"{brand_id}, {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}Z: "
            f"{observer.mentions:,} mentions, {observer.negative:,} of them negative, "
            f"{len(observer.sights)} looks.",
        )
        _write(episode, path)
    except (MeasureError, LibraryError) as error:
        raise click.ClickException(in_words(error)) from error
    if bad:
        click.echo(say("{bad:,} lines could not be read", bad=bad), err=True)
    console = Console()
    print_episode(episode, console)
    console.print(
        say("Written to {path}.", path=path), highlight=False, markup=False, soft_wrap=True
    )


def _observe(
    items: Iterable[Item],
    observer: Observer,
    brands: Brands,
    brand_id: str,
    rules: RollupRules,
    *,
    scorer: Scorer,
) -> int:
    """Let the observer see the recording as the worker would count it; how many lines were bad."""
    rolling = Rolling(by_id(brands)[brand_id], rules, scorer)
    matcher = BrandMatcher(brands)
    reached, bad = None, 0
    for item in items:
        if isinstance(item, BadLine):
            bad += 1
        if not isinstance(item, Mention):
            continue
        if brand_id not in matcher.match(item):
            continue
        reached = item.created_at
        for bucket in rolling.feed(item):
            observer.update(bucket)
    if reached is not None:
        end = reached + timedelta(seconds=rules.width_s + rules.lateness_s)
        for bucket in rolling.roll(end):
            observer.update(bucket)
    return bad


def _write(episode: ReferenceEpisode, path: Path) -> None:
    """Write it, having read it as a worker will."""
    raw = encode_pretty(episode)
    read_episode(raw, str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
