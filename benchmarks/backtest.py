"""Mentions per second of ``tocsin backtest``, file to report.

    python benchmarks/backtest.py FILE BRANDS [--mapping MAPPING] [--settings N]

Prints processor time of the whole, and of reading and matching alone; and what each of N settings
that are compared adds to it.
"""

import argparse
import platform
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from agents.ingest.formats import open_mentions
from lab.backtest import Backtest
from lab.backtest.sweep import settings_of
from pipeline.brands import Matcher, load_brands
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_ngram
from schemas.mention import Mention


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("brands", type=Path)
    parser.add_argument("--mapping", type=Path)
    parser.add_argument("--settings", type=int, default=0)
    options = parser.parse_args()
    brands = load_brands(options.brands.read_text(encoding="utf-8"), str(options.brands))
    by_id = {brand.id: brand for brand in brands.brands}
    model = load_ngram()
    model.score("so that loading is not measured", "en")

    begun_s = time.process_time()
    matcher = Matcher(brands)
    matched = [
        (item, matcher.match(item))
        for item in open_mentions([options.file], mapping=options.mapping)
        if isinstance(item, Mention)
    ]
    read_s = time.process_time() - begun_s
    _play(matched, Backtest(by_id, rules=RollupRules(), model=model))
    took_s = time.process_time() - begun_s
    print(
        f"Python {platform.python_version()}; {options.file.name}: {len(matched):,} mentions, "
        f"{len(matched) / took_s:,.0f} a second of processor time in all, "
        f"{len(matched) / read_s:,.0f} reading and matching alone"
    )
    if options.settings:
        compared = settings_of([], [100 + n for n in range(options.settings)], [])
        spent_s = []
        for settings in ((), compared):  # the model knows the texts by now, both times
            begun_s = time.process_time()
            _play(matched, Backtest(by_id, rules=RollupRules(), model=model, settings=settings))
            spent_s.append(time.process_time() - begun_s)
        each_s = (spent_s[1] - spent_s[0]) / options.settings
        print(f"each of {options.settings} settings: {each_s:.2f} s beside {took_s:.2f} s in all")


def _play(matched: Iterable[tuple[Mention, Sequence[str]]], backtest: Backtest) -> None:
    for mention, found in matched:
        backtest.feed(mention, found)
    backtest.finish()


if __name__ == "__main__":
    main()
