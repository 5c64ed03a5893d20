"""Crisis replays as tables in the terminal."""

from collections.abc import Iterable, Iterator

from rich.markup import escape
from rich.table import Table

from lab.report.evaluation.replay_words import estimate_minutes, in_order, minutes
from lab.report.evaluation.terminal import plain_table
from schemas.replays import ReplayLine, ReplayPart, Share


def replay_tables(part: ReplayPart) -> Iterator[Table]:
    """All contenders, then Tocsin's times, shapes and sizes, then the real storms."""
    yield _contenders(part)
    yield _times(part)
    yield _lines("Tocsin by shape", part.by_shape)
    yield _lines("Tocsin by size, mentions", part.by_size)
    if part.contenders[0].storms:
        yield _storms(part)


def _contenders(part: ReplayPart) -> Table:
    title = (
        f"{part.crises} crises, {part.harmless} harmless episodes ({part.shapes.replace('_', '-')} "
        f"shapes), {part.quiet_quarters:g} quiet brand-quarters"
    )
    table = plain_table(title)
    table.add_column("contender")
    for name in ("recall", "precision", "false a quarter", "harmless rung", "after onset"):
        table.add_column(name, justify="right")
    for place, one in enumerate(part.contenders):
        false = one.false_per_quarter
        table.add_row(
            escape(one.contender),
            _share(one.recall),
            _share(one.precision),
            "–" if false.value is None else f"{false.value:.1f} ({false.low:.1f}–{false.high:.1f})",
            f"{one.harmless_rung.hits} of {one.harmless_rung.of}",
            minutes(one.delay_median_s.value),
            style="" if place else "bold",
        )
    return table


def _times(part: ReplayPart) -> Table:
    one, paced = part.contenders[0], part.contenders[0].paced
    table = plain_table("Tocsin's times with 95 % intervals")
    table.add_column("")
    table.add_column("all crises that rang", justify="right")
    table.add_column("of Nestlé's pace", justify="right")
    for name, every, own in (
        ("after onset, median", one.delay_median_s, paced.delay_median_s),
        ("after onset, 90 %", one.delay_90_s, None),
        (
            "after it could be seen, median",
            one.after_visible_median_s,
            paced.after_visible_median_s,
        ),
        ("after it could be seen, 90 %", one.after_visible_90_s, None),
        ("before the peak, median", one.lead_median_s, paced.lead_median_s),
    ):
        table.add_row(name, estimate_minutes(every), estimate_minutes(own) if own else "")
    return table


def _lines(title: str, lines: Iterable[ReplayLine]) -> Table:
    table = plain_table(title)
    table.add_column("", no_wrap=True)
    table.add_column("episodes")
    for name in ("rang", "other rings", "after onset", "before peak"):
        table.add_column(name, justify="right")
    for one in in_order(lines):
        table.add_row(
            escape(one.name),
            one.kind,
            f"{one.rung.hits} of {one.rung.of}",
            str(one.false_rings),
            minutes(one.delay_median_s),
            minutes(one.lead_median_s),
        )
    return table


def _storms(part: ReplayPart) -> Table:
    table = plain_table("Real storms: how many rang, and the median after onset")
    table.add_column("contender")
    for storm in in_order(part.contenders[0].storms):
        table.add_column(f"{escape(storm.name)} ({storm.kind})", justify="right")
    for one in part.contenders:
        cells = (
            f"{line.rung.hits} of {line.rung.of}, {minutes(line.delay_median_s)}"
            for line in in_order(one.storms)
        )
        table.add_row(escape(one.contender), *cells)
    return table


def _share(one: Share) -> str:
    return "–" if one.share is None else f"{one.share:.2f} ({one.low:.2f}–{one.high:.2f})"
