"""What careful reading costs, how much of an hour it reads, and what it is worth.

    python benchmarks/reader.py

Cost: the shipped encoder and head on one thread. Share: a made-up day of a brand through the
roll-up of a worker, with the reader and without. Worth: held-out sentences of
pipeline/sentiment/training/stance/heldout, which neither fast nor careful reading learned from.
"""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from lab.backtest.rolling import Rolling
from pipeline.reading.careful import CarefulScorer
from pipeline.reading.contract import Wanted
from pipeline.reading.encoder import EncoderReader, open_reader
from pipeline.reading.rules import DEFAULT_SHARE, rules_for
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import Scorer
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.training.stance.figures import apart
from pipeline.sentiment.training.stance.names import invent
from pipeline.sentiment.training.stance.sentences import TrainingSentence, filled, shipped
from schemas.brand import Brand
from schemas.mention import Author, Mention
from schemas.reading import ByClass

BRAND = Brand(id="acme", names=("Acme",))
START = datetime(2026, 3, 2, tzinfo=UTC)
DAY_S = 86_400
CRISIS_H = 18
TEXTS = 2000


class Clocked:
    """A reader that keeps how much time it took."""

    def __init__(self, reader: EncoderReader) -> None:
        self.version = reader.version
        self._reader = reader
        self.texts = 0
        self.took_s = 0.0

    def read(self, wanted: Sequence[Wanted]) -> list[ByClass]:
        """Answer as the reader does."""
        begun_s = time.process_time()
        answers = self._reader.read(wanted)
        self.took_s += time.process_time() - begun_s
        self.texts += len(wanted)
        return answers


def cost(reader: EncoderReader, console: Console) -> None:
    """Texts a second, one at a time and many together."""
    chance = random.Random(1)
    texts = [filled(one.text, one.lang, invent(chance), chance) for one in shipped("heldout")]
    wanted = [Wanted(text, "und", (0.0, 0.0, 0.0)) for text in texts[:TEXTS]]
    table = Table("texts at a time", "texts a second of processor time", title="Cost, one thread")
    for together in (1, 4, 16, 64):
        begun_s = time.process_time()
        for first in range(0, len(wanted), together):
            reader.read(wanted[first : first + together])
        table.add_row(str(together), f"{len(wanted) / (time.process_time() - begun_s):.0f}")
    console.print(table)


def day(
    per_h: int, crisis_per_h: int, chance: random.Random, texts: list[TrainingSentence]
) -> Iterator[Mention]:
    """Posts of a day; from ``CRISIS_H`` on there are more, a third of them reposts of few."""
    second, number = 0.0, 0
    while second < DAY_S:
        crisis = second >= CRISIS_H * 3600
        second += chance.expovariate((crisis_per_h if crisis else per_h) / 3600)
        number += 1
        one = chance.choice(texts)
        root = f"root{chance.randrange(20)}" if crisis and chance.random() < 1 / 3 else ""
        yield Mention(
            id=f"{per_h}-{number}",
            created_at=START + timedelta(seconds=second),
            text=filled(one.text, one.lang, "Acme", chance),
            lang=one.lang,
            author=Author(id=str(chance.randrange(10_000))),
            kind="repost" if root else "original",
            ref_id=root,
        )


def share(reader: EncoderReader, model: Scorer, console: Console) -> None:
    """How much of a day is read, and what that takes of a core."""
    table = Table(
        *("posts an hour", "in the crisis", "posts", "read", "read, busiest hour"),
        *("share of a core, live", "roll-up without, s", "with, s"),
        title=f"A brand's day in the roll-up, {DEFAULT_SHARE:g} of a core allowed",
    )
    for per_h, crisis_per_h in ((5, 60), (60, 2000), (1500, 20_000)):
        posts = list(day(per_h, crisis_per_h, random.Random(2), list(shipped("sentences"))))
        took = []
        hours: dict[int, int] = {}
        clocked = Clocked(reader)
        for careful in (None, clocked):
            rolling = Rolling(
                BRAND, RollupRules(), model, reader=careful, reading=rules_for(DEFAULT_SHARE, 1)
            )
            begun_s = time.process_time()
            buckets = [bucket for post in posts for bucket in rolling.feed(post)]
            buckets += rolling.roll(START + timedelta(days=1, minutes=1))
            took.append(time.process_time() - begun_s)
        for bucket in buckets:
            if bucket.reading:
                hours[bucket.start.hour] = hours.get(bucket.start.hour, 0) + bucket.reading.read
        table.add_row(
            f"{per_h:,}",
            f"{crisis_per_h:,}",
            f"{len(posts):,}",
            f"{clocked.texts:,}",
            str(max(hours.values())),
            f"{clocked.took_s / DAY_S:.3%}",
            f"{took[0]:.1f}",
            f"{took[1]:.1f}",
        )
    console.print(table)


def worth(reader: EncoderReader, model: Scorer, console: Console) -> None:
    """How much better attacks are told apart."""
    names = ("everything", "complaint", "off_topic", "mockery", "harm")
    heldout = shipped("heldout")
    table = Table("language", *names, title="AUC on held-out sentences, fast → careful")
    fast, careful = apart(model, heldout), apart(CarefulScorer(model, reader), heldout)
    for lang, found in careful.items():
        both = [f"{getattr(fast[lang], name):.3f} → {getattr(found, name):.3f}" for name in names]
        table.add_row(lang, *both)
    console.print(table)


def main() -> None:
    """Print all three tables."""
    console = Console()
    reader, model = open_reader(), load_ngram()
    console.print(f"{model.version}, {reader.version}")
    cost(reader, console)
    share(reader, model, console)
    worth(reader, model, console)


if __name__ == "__main__":
    main()
