"""Sentiment in two checkouts, in turn: how much faster this one is, and whether scores differ.

    git worktree add OTHER COMMIT
    python benchmarks/sentiment_speedup.py DATA OTHER

``DATA/sentiment`` holds labelled files, as ``tocsin train`` reads them; only their texts count.
Each checkout is a process of its own; they take turns, so that whatever else the machine does
slows both. A figure is the median, over turns, of the ratio within a turn.
"""

import argparse
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parents[1]
TURNS = 7
CASES = {
    "English, words known, 200 a batch": ("en", 200),
    "eight languages, words known": ("all", 200),
    "not stated, words known": ("und", 200),
    "English, words known, 25 a batch": ("en", 25),
    "English, words known, 2 a batch": ("en", 2),
    "English, words known, alone": ("en", 1),
    "not stated, words known, alone": ("und", 1),
    "English, never seen, 200 a batch": ("en", 0),
    "eight languages, never seen": ("all", 0),
    "not stated, never seen": ("und", 0),
}

WORKER = """
import hashlib, random, sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from agents.labelled import read_directory
try:
    from pipeline.sentiment.load import load_ngram
except ImportError:  # a checkout of before
    from pipeline.sentiment import load_model as load_ngram

texts = list({one.text: one.lang for one in read_directory(Path(sys.argv[2]))}.items())
random.Random(1).shuffle(texts)
kinds = {"en": [one for one in texts if one[1] == "en"], "all": texts,
         "und": [(text, "und") for text, _ in texts]}
models = {}

def took(model, said, batch=200):
    began = time.process_time()
    for at in range(0, len(said), batch):
        model.score_many(said[at : at + batch])
    return (time.process_time() - began) / len(said) * 1e6

def flat(score):
    # probabilities, cues and terms
    if isinstance(score, tuple):  # a checkout of before
        return tuple(score)[:5]
    return (*score.sentiment.probabilities, score.signals.cues, score.signals.terms)

def scores():
    # sentiment, cues and terms of all, read together, and of some alone
    model, digest = load_ngram(), hashlib.sha256()
    for said in (kinds["all"], kinds["und"]):
        for at in range(0, len(said), 173):
            found = model.score_many(said[at : at + 173])
            digest.update(repr([flat(each) for each in found]).encode())
    for each in texts[:3_000]:
        model.forget_texts()
        digest.update(repr(flat(model.score(*each))).encode())
    return digest.hexdigest()

for line in sys.stdin:
    kind, batch = line.split()
    if kind == "scores":
        print(scores(), 2 * len(texts) + 3_000, flush=True)
        continue
    said, batch = kinds[kind], int(batch)
    if not batch:
        print(took(load_ngram(), said[:20_000]), flush=True)
        continue
    if kind not in models:
        models[kind] = load_ngram()
        took(models[kind], said)
    model, known = models[kind], said[-5_000:] if batch > 2 else said[-1_000:]
    model.forget_texts()
    took(model, known)
    model.forget_texts()
    print(took(model, known, batch), flush=True)
"""


class Checkout:
    """One checkout at work."""

    def __init__(self, root: Path, texts: Path) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(root), str(texts)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if process.stdin is None or process.stdout is None:
            raise SystemExit("no pipes to the other process")
        self._ask, self._answers = process.stdin, process.stdout

    def measure(self, kind: str, batch: int) -> float:
        """Microseconds of processor time a text."""
        return float(self._answer(f"{kind} {batch}"))

    def scores(self) -> str:
        """Digest and number of its scores."""
        return self._answer("scores 0")

    def _answer(self, question: str) -> str:
        self._ask.write(question + "\n")
        self._ask.flush()
        return self._answers.readline().strip()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("other", type=Path, help="another checkout of this repository")
    options = parser.parse_args(arguments)
    texts = (options.data / "sentiment").resolve()
    other, this = Checkout(options.other.resolve(), texts), Checkout(HERE, texts)
    print(f"texts a second of one core; medians of {TURNS} turns\n")
    print(f"{'':36}{'other':>10}{'this':>10}{'ratio':>8}{'of turns':>14}")
    for name, (kind, batch) in CASES.items():
        turns = [(other.measure(kind, batch), this.measure(kind, batch)) for _ in range(TURNS)]
        ratios = sorted(one / two for one, two in turns)
        before, after = (1e6 / statistics.median(column) for column in zip(*turns, strict=True))
        print(
            f"{name:36}{before:>10,.0f}{after:>10,.0f}{statistics.median(ratios):>8.2f}"
            f"{ratios[0]:>8.2f}–{ratios[-1]:.2f}",
            flush=True,
        )
    one, two = other.scores(), this.scores()
    number = two.split()[1]
    print(
        f"\n{number} scores are " + ("the same to the last bit" if one == two else "not the same")
    )


if __name__ == "__main__":
    main()
