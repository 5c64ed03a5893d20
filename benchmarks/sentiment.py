"""Speed and memory of sentiment: texts a second of one core, new and known, and megabytes.

    python benchmarks/sentiment.py DATA

``DATA/sentiment`` holds labelled files, as ``tocsin train`` reads them; only their texts count.
Quality is another script's: ``benchmarks/sentiment_quality.py``.
"""

import argparse
import gc
import platform
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

import numpy as np
from msgspec.structs import replace

from agents.labelled import read_directory
from pipeline.learning.delta import make_delta
from pipeline.learning.online import Learner, log_odds
from pipeline.learning.verify import verifier_of
from pipeline.sentiment.api import Scorer
from pipeline.sentiment.features.tokens import chunks
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.batch_scorer import (
    pairs_of,
    read,
    stance_weights,
    tone_weights,
    weigh,
)
from pipeline.sentiment.training.corpus import LabelledText

BATCH = 200
"""As the worker scores: mentions of a record, at most."""

KNOWN = 5_000
"""Fewer than the texts a model remembers."""

PASSES = 5
"""Over known words; the median counts."""

MEMORY = """
import sys

def used():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])

python = used()
import pipeline.sentiment.load
imported = used()
model = pipeline.sentiment.load.load_ngram()
loaded = used()
lines = open(sys.argv[1], encoding="utf-8", newline="\\n").readlines()
held = used()
for at in range(0, len(lines), 200):
    model.score_many([(line, "und") for line in lines[at : at + 200]])
print(python, imported - python, loaded - imported, used() - held + loaded - imported)
"""


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    data: Path = options.data
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
          f"{load_ngram().version}")  # fmt: skip
    print(f"data: {data.name}, {time.strftime('%Y-%m-%d')}\n")
    speed(list(read_directory(data / "sentiment")))


def speed(examples: list[LabelledText]) -> None:
    """Texts a second of processor time, one core: new, words known, whole texts known."""
    if not examples:
        return
    texts = list({each.text: each.lang for each in examples}.items())
    random.Random(1).shuffle(texts)
    print(f"\ntexts a second on one core, in batches of {BATCH} unless said otherwise;\n"
          f"words known: the last {KNOWN:,} texts again, forgotten as texts; median of "
          f"{PASSES}")  # fmt: skip
    print(f"  {'':24}{'texts':>8}{'never seen':>12}{'all again':>11}{'words known':>13}"
          f"{'25 a batch':>12}{'2':>8}{'1':>8}{'texts known':>13}")  # fmt: skip
    unstated = [(text, "und") for text, _ in texts]
    english = [(text, lang) for text, lang in texts if lang == "en"]
    for name, some in (("English", english), ("all languages", texts),
                       ("all, language not stated", unstated)):  # fmt: skip
        model = load_ngram()
        gc.collect()
        found = [rate(model, some), rate(model, some)]
        for batch in (BATCH, 25, 2, 1):
            passes = []
            for _ in range(PASSES):
                model.forget_texts()
                model.score_many(some[-KNOWN:])
                model.forget_texts()
                passes.append(rate(model, some[-KNOWN:], batch))
            found.append(median(passes))
        found.append(rate(model, some[-KNOWN:]))
        columns = zip(found, (12, 11, 13, 12, 8, 8, 13), strict=True)
        print(f"  {name:24}{len(some):>8,}" + "".join(f"{a:>{width},.0f}" for a, width in columns))
    stages(english)
    delta([each for each in examples if each.lang == "en"])
    if not Path("/proc/self/status").exists():
        print("memory: not measured, for there is no /proc here")
        return
    with NamedTemporaryFile("w", encoding="utf-8", newline="\n") as file:
        file.writelines(" ".join(text.split()) + "\n" for text, _ in texts)
        file.flush()
        out = subprocess.run([sys.executable, "-c", MEMORY, file.name], check=True,
                             capture_output=True, text=True).stdout  # fmt: skip
    python, imports, loaded, after = (int(value) / 1024 for value in out.split())
    print(f"memory: Python {python:.0f} MB, + {imports:.0f} MB imports; above both "
          f"{loaded:.0f} MB with weights, {after:.0f} MB after {len(texts):,} texts")  # fmt: skip


def stages(english: list[tuple[str, str]]) -> None:
    """Where the time of texts with known words goes, in microseconds a text."""
    model = load_ngram()
    model.score_many(english)
    vocabulary, tables = model._vocabulary, model._tables  # noqa: SLF001 - a look inside
    language = vocabulary.languages["en"]
    took: dict[str, list[float]] = {}
    for number, at in enumerate(range(len(english) - KNOWN, len(english), BATCH)):
        said = english[at : at + BATCH]
        texts = [text for text, _ in said]
        model.forget_texts()
        marks = {"": time.process_time()}
        if number % 2:  # other texts than the stages have, so that neither warms the other
            model.score_many(said)
            marks["whole"] = time.process_time()
        else:
            pieced = list(map(chunks, texts))
            marks["split into chunks"] = time.process_time()
            line: list[bytes] = []
            for pieces in pieced:
                line += [language.first, *map(language.__getitem__, pieces), language.last]
            rows = b"".join(line)
            marks["look chunks up"] = time.process_time()
            batch, _ = read(vocabulary.columns, rows, texts)
            marks["read in columns"] = time.process_time()
            langs = np.full(len(said), language.lang)
            numbers = vocabulary.columns.number.take(batch.rows).astype(np.int64)
            pairs = pairs_of(batch, numbers, tables)
            weigh(batch, tone_weights(vocabulary.columns, batch), pairs, tables.tone, langs)
            marks["weigh"] = time.process_time()
            weigh(batch, stance_weights(vocabulary.columns, batch), pairs, tables.stance, None)
            marks["weigh stance"] = time.process_time()
        for (_, begin), (name, end) in pairwise(marks.items()):
            took.setdefault(name, []).append(1e6 * (end - begin) / len(said))
    each = {name: median(values) for name, values in took.items()}
    whole = each.pop("whole")
    each["probabilities, memory of texts"] = whole - sum(each.values())
    print(f"\nwhere it goes, English, words known, µs a text: whole {whole:.1f}; "
          + ", ".join(f"{name} {value:.1f}" for name, value in each.items()))  # fmt: skip


def delta(english: list[LabelledText]) -> None:
    """Texts a second with a delta of as many weights as one may have, English, words known."""
    model = load_ngram()
    verifier = verifier_of(model)
    learner = Learner()
    for each in english[:600]:
        odds = log_odds(model.score(each.text, each.lang).sentiment)
        learner.learn(model.features(each.text, each.lang), odds, label=each.label)
    made = make_delta(learner.weights(), base=verifier.base)
    # As if the same features had taught as much about attack.
    both = replace(made, attack=tuple((name, low) for name, low, _ in made.nudges))
    said = list(dict.fromkeys((each.text, each.lang) for each in english[-KNOWN:]))
    for what, one in (("the tone", made), ("the tone and of attack", both)):
        found = []
        for batch in (BATCH, 25, 2, 1):
            model.forget_texts()
            fresh = verifier.scorer(one, "0" * 64)
            fresh.score_many([(text + " ", lang) for text, lang in said])
            model.forget_texts()
            found.append(f"{rate(fresh, said, batch):,.0f} ({batch} a batch)")
        print(f"under a delta of {len(one.nudges):,} weights of {what}, words known: "
              + ", ".join(found))  # fmt: skip


def rate(model: Scorer, texts: Sequence[tuple[str, str]], batch: int = BATCH) -> float:
    """Texts a second of processor time."""
    began = time.process_time()
    for at in range(0, len(texts), batch):
        model.score_many(texts[at : at + batch])
    return len(texts) / (time.process_time() - began)


if __name__ == "__main__":
    main()
