# ruff: noqa: INP001 - a script beside what it writes, no package
"""Draws the pictures of README and guide: the demo's alert in a terminal, and in Slack.

python docs/write_pictures.py [CHROMIUM]

The posts of `tocsin demo` go through the code of the worker, careful reading included, without
Kafka. CHROMIUM is the browser that takes the picture of Slack's message. The page's pictures:
`write_page_pictures.py`.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, get_args

from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from agents.alerting.log import MemoryLog
from agents.alerting.message.brands import words_of
from agents.alerting.message.compose import answers_to, message_of
from agents.alerting.notifier import Notifier
from agents.alerting.sinks.console import ConsoleSink
from agents.alerting.sinks.slack import blocks, buttons
from agents.cli.demo import DAYS, LEAD_DAYS, START
from lab.backtest import Backtest
from lab.demo.run import BRANDS_FILE
from lab.report.slack_message import slack_html
from lab.simulate import simulate
from pipeline.brands import load_brands
from pipeline.reading.encoder import open_reader
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_scorer
from schemas.brand import AlertLanguage, Brand
from schemas.incident import Transition

PICTURES: Final = Path(__file__).parent / "pictures"
SEED: Final = 2010
COLUMNS: Final = 104
ROWS: Final = 30
SLACK_SIZE: Final = "640,1000"
FONT_FACE: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""What rich puts into a picture so that it loads a font from the web."""


def until_it_rings(brand: Brand) -> list[Transition]:
    """Play the demo's crisis; return what was said of it up to the first ring."""
    backtest = Backtest(
        {brand.id: brand}, rules=RollupRules(), model=load_scorer(), reader=open_reader
    )
    mentions = simulate(
        "nestle-greenpeace-2010",
        seed=SEED,
        brand=brand,
        start=START,
        lead_days=LEAD_DAYS,
        days=DAYS,
    )
    [tally] = backtest.tallies
    for mention in mentions:
        backtest.feed(mention, [brand.id])
        if any(told.level == "ring" for told in tally.transitions):
            break
    [ring] = [told for told in tally.transitions if told.level == "ring"]
    return [told for told in tally.transitions if told.incident == ring.incident]


def alert_svg(told: Sequence[Transition], brand: Brand) -> str:
    """Return the beginning of the alert as `tocsin alert` shows it in a terminal."""
    shown = StringIO()
    console = Console(file=shown, width=COLUMNS, force_terminal=True, color_system="truecolor")
    notifier = Notifier(ConsoleSink(console), MemoryLog(), lambda _: brand, now=lambda: START)
    for one in told:
        notifier.deliver(one, sent_at=one.at)
        console.print()
    window = Console(record=True, width=COLUMNS, file=StringIO())
    window.print(Text.from_ansi("\n".join(shown.getvalue().splitlines()[:ROWS])), end="\n\n")
    picture = window.export_svg(title="tocsin alert", unique_id="alert")
    return FONT_FACE.sub("", picture)


def message_html(told: Sequence[Transition], brand: Brand) -> str:
    """Return the ring as Slack shows its Block Kit, with the evidence in its thread."""
    message = message_of(told[-1], brand, page="https://tocsin.example/incidents/1")
    row = buttons.row(words_of(brand), told[-1].incident, answers_to(told[-1]))
    return slack_html(blocks.message(message, row)[1], blocks.evidence(message)[1])


def photograph(chromium: str, page: str, picture: Path) -> None:
    """Have the browser take a picture of the top of a page."""
    with TemporaryDirectory() as place:
        file = Path(place) / "page.html"
        file.write_text(page, encoding="utf-8")
        subprocess.run(  # noqa: S603 - the browser that the caller names
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                f"--window-size={SLACK_SIZE}",
                f"--screenshot={picture}",
                file.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )


def main(chromium: str) -> None:
    """Write the pictures in every language."""
    [brand] = load_brands(BRANDS_FILE.read_text(encoding="utf-8"), str(BRANDS_FILE)).brands
    told = until_it_rings(brand)
    for language in get_args(AlertLanguage):
        speaking = replace(brand, alert_language=language)
        picture = alert_svg(told, speaking)
        (PICTURES / f"alert.{language}.svg").write_text(picture, encoding="utf-8")
        shown = message_html(told, speaking)
        photograph(chromium, shown, PICTURES / f"slack.{language}.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "chromium")
