"""The backtest as a table in the terminal."""

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from lab.report.backtest.why import headline, why_not
from lab.report.voice import ReportVoice
from schemas.incident import Level
from schemas.report import BacktestReport, BrandReport, ReportedIncident

SHOWN_HEADS_UPS = 5


def print_report(
    report: BacktestReport, console: Console, voice: ReportVoice | None = None
) -> None:
    """Print what rang and what was worth a quiet line, brand by brand."""
    voice = voice or ReportVoice()
    table = Table(title=voice.say("What would have rung"), title_justify="left", expand=True)
    table.add_column(voice.say("brand"), no_wrap=True)
    for name in (
        voice.say("mentions"),
        voice.say("negative"),
        voice.say("rang"),
        voice.say("heads-ups"),
    ):
        table.add_column(name, justify="right")
    table.add_column(voice.say("what rang, and what never did"), ratio=1)
    for brand in report.brands:
        table.add_row(
            Text(brand.brand),
            voice.words.number(brand.mentions),
            voice.share(brand.negative, brand.mentions),
            _count(brand, "ring"),
            _count(brand, "heads_up"),
            _findings(brand, voice),
        )
    console.print(table)
    console.print(Text(accounted(report, voice), style="dim"))


def accounted(report: BacktestReport, voice: ReportVoice) -> str:
    """Say what became of every line, and which model said what is negative."""
    number = voice.words.number
    said = [
        voice.say(
            "{lines} lines: {mentions} mentions, {duplicates} duplicates, {own} own, {bad} could "
            "not be read, {unmatched} named no brand, {not_posts} not posts.",
            lines=number(report.lines),
            mentions=number(report.mentions),
            duplicates=number(report.duplicates),
            own=number(report.own),
            bad=number(report.bad),
            unmatched=number(report.unmatched),
            not_posts=number(report.not_posts),
        )
    ]
    if report.missed:
        said.append(
            voice.say(
                "{n} posts were missed, as the recording itself says.", n=number(report.missed)
            )
        )
    said.append(voice.say("Sentiment: {model}.", model=report.model))
    if report.reader:
        read = sum(brand.read for brand in report.brands)
        said.append(
            voice.say("Read carefully: {n} posts ({reader}).", n=number(read), reader=report.reader)
        )
    else:
        said.append(voice.say("Read carefully: no post."))
    return " ".join(said)


def _count(brand: BrandReport, level: Level) -> str:
    return str(sum(one.level == level for one in brand.incidents) or "–")


def _findings(brand: BrandReport, voice: ReportVoice) -> Group:
    lines = [_rang(one, voice) for one in brand.incidents if one.level == "ring"]
    quiet = [one for one in brand.incidents if one.level == "heads_up"]
    lines += [_never_rang(one, voice) for one in quiet[:SHOWN_HEADS_UPS]]
    if (more := len(quiet) - SHOWN_HEADS_UPS) > 0:
        lines.append(Text(voice.say("… and {n} more heads-ups", n=more), style="dim"))
    return Group(*(lines or [Text(voice.say("quiet"), style="dim")]))


def _rang(incident: ReportedIncident, voice: ReportVoice) -> Text:
    rings = " · ".join(voice.words.moment(ring.at) for ring in incident.rings)
    said = Text(f"▲ {rings}  {headline(voice.words, incident)}", style="bold red")
    return said.append(f"\n  {since(incident, voice)}", style="not bold")


def since(incident: ReportedIncident, voice: ReportVoice) -> str:
    """When it began and was noticed, and how much was said."""
    words = voice.words
    return voice.say(
        "Since {onset}, heads-up {noticed}, peak {peak}; {n} mentions.",
        onset=words.moment(incident.onset),
        noticed=words.moment(incident.heads_up_at or incident.onset, beside=incident.onset),
        peak=words.moment(incident.peak, beside=incident.onset),
        n=words.number(incident.mentions),
    )


def _never_rang(one: ReportedIncident, voice: ReportVoice) -> Text:
    words = voice.words
    return Text(
        voice.say(
            "· {moment}  {why} {n} mentions.",
            moment=words.moment(one.heads_up_at or one.onset),
            why=" ".join(why_not(words, one)[:2]),
            n=words.number(one.mentions),
        ),
        style="dim",
    )
