"""Crisis replays as tables in the terminal."""

from collections.abc import Iterable, Iterator

from rich.markup import escape
from rich.table import Table

from lab.report.evaluation.replay_words import estimate_minutes, in_order, kind_of, minutes, of
from lab.report.evaluation.terminal import plain_table
from lab.report.voice import ReportVoice
from schemas.replays import ReplayLine, ReplayPart, Share


def replay_tables(part: ReplayPart, voice: ReportVoice) -> Iterator[Table]:
    """All contenders, then Tocsin's times, shapes and sizes, then the real storms."""
    yield _contenders(part, voice)
    yield _times(part, voice)
    yield _lines(voice.say("Tocsin by shape"), part.by_shape, voice)
    yield _lines(voice.say("Tocsin by size, mentions"), part.by_size, voice)
    if part.contenders[0].storms:
        yield _storms(part, voice)


def _contenders(part: ReplayPart, voice: ReportVoice) -> Table:
    title = voice.say(
        "{crises} crises, {harmless} harmless episodes ({shapes} shapes), {quarters} quiet "
        "brand-quarters",
        crises=part.crises,
        harmless=part.harmless,
        shapes=part.shapes.replace("_", "-"),
        quarters=voice.words.number(part.quiet_quarters),
    )
    table = plain_table(title)
    table.add_column(voice.say("contender"))
    for name in (
        voice.say("recall"),
        voice.say("precision"),
        voice.say("false a quarter"),
        voice.say("harmless rung"),
        voice.say("after onset"),
    ):
        table.add_column(name, justify="right")
    for place, one in enumerate(part.contenders):
        false = one.false_per_quarter
        table.add_row(
            escape(one.contender),
            _share(one.recall, voice),
            _share(one.precision, voice),
            "–" if false.value is None else _interval(false.value, false.low, false.high, 1, voice),
            of(one.harmless_rung.hits, one.harmless_rung.of, voice),
            minutes(one.delay_median_s.value, voice),
            style="" if place else "bold",
        )
    return table


def _times(part: ReplayPart, voice: ReportVoice) -> Table:
    one, paced = part.contenders[0], part.contenders[0].paced
    table = plain_table(voice.say("Tocsin's times with 95 % intervals"))
    table.add_column("")
    table.add_column(voice.say("all crises that rang"), justify="right")
    table.add_column(voice.say("of Nestlé's pace"), justify="right")
    for name, every, own in (
        (voice.say("after onset, median"), one.delay_median_s, paced.delay_median_s),
        (voice.say("after onset, 90 %"), one.delay_90_s, None),
        (
            voice.say("after it could be seen, median"),
            one.after_visible_median_s,
            paced.after_visible_median_s,
        ),
        (voice.say("after it could be seen, 90 %"), one.after_visible_90_s, None),
        (voice.say("before the peak, median"), one.lead_median_s, paced.lead_median_s),
    ):
        table.add_row(
            name, estimate_minutes(every, voice), estimate_minutes(own, voice) if own else ""
        )
    return table


def _lines(title: str, lines: Iterable[ReplayLine], voice: ReportVoice) -> Table:
    table = plain_table(title)
    table.add_column("", no_wrap=True)
    table.add_column(voice.say("episodes"))
    for name in (
        voice.say("rang"),
        voice.say("other rings"),
        voice.say("after onset"),
        voice.say("before peak"),
    ):
        table.add_column(name, justify="right")
    for one in in_order(lines):
        table.add_row(
            escape(one.name),
            kind_of(one, voice),
            of(one.rung.hits, one.rung.of, voice),
            str(one.false_rings),
            minutes(one.delay_median_s, voice),
            minutes(one.lead_median_s, voice),
        )
    return table


def _storms(part: ReplayPart, voice: ReportVoice) -> Table:
    table = plain_table(voice.say("Real storms: how many rang, and the median after onset"))
    table.add_column(voice.say("contender"))
    for storm in in_order(part.contenders[0].storms):
        table.add_column(f"{escape(storm.name)} ({kind_of(storm, voice)})", justify="right")
    for one in part.contenders:
        cells = (
            f"{of(line.rung.hits, line.rung.of, voice)}, {minutes(line.delay_median_s, voice)}"
            for line in in_order(one.storms)
        )
        table.add_row(escape(one.contender), *cells)
    return table


def _share(one: Share, voice: ReportVoice) -> str:
    return "–" if one.share is None else _interval(one.share, one.low, one.high, 2, voice)


def _interval(
    value: float, low: float | None, high: float | None, digits: int, voice: ReportVoice
) -> str:
    edges = (voice.fixed(edge or 0.0, digits) for edge in (low, high))
    return f"{voice.fixed(value, digits)} ({'–'.join(edges)})"
