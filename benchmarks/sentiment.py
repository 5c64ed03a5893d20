"""Sentiment in figures: quality beside VADER and river's bag of words, calibration, speed, memory.

    python benchmarks/sentiment.py DATA

DATA holds ``sentiment/xlm-t/LANGUAGE/{train,val}_{text,labels}.txt``, ``sentiment/semeval*/*.tsv``
and ``airline/Tweets.csv`` (or any of them). Parts whose files are missing are left out, and said
so. The shipped weights may have seen SemEval and XLM-T texts, so quality there comes from weights
trained here, on other texts than those scored (``--fast`` leaves that out: minutes). The airline
tweets were never trained on.
"""

import argparse
import csv
import gc
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from pipeline.sentiment import Model, load_model
from pipeline.sentiment.corpus import LABELS, Example, parallel, semeval
from pipeline.sentiment.evaluation import Figures, figures

CODES = {
    "arabic": "ar", "english": "en", "french": "fr", "german": "de",
    "hindi": "hi", "italian": "it", "portuguese": "pt", "spanish": "es",
}  # fmt: skip
COMPOUND = 0.05
BATCH = 200
"""As the worker scores: mentions of a record, at most."""

KNOWN = 5_000
"""Fewer than the texts a model remembers."""

MEMORY = """
import sys

def used():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])

python = used()
import pipeline.sentiment
imported = used()
model = pipeline.sentiment.load_model()
loaded = used()
lines = open(sys.argv[1], encoding="utf-8", newline="\\n").readlines()
held = used()
for at in range(0, len(lines), 200):
    model.score_many([(line, "und") for line in lines[at : at + 200]])
print(python, imported - python, loaded - imported, used() - held + loaded - imported)
"""

Scorer = Callable[[str, str], Sequence[float]]


def main() -> None:
    """Print every figure of which the data is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fast", action="store_true", help="nothing that trains")
    options = parser.parse_args()
    data: Path = options.data
    model = load_model()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
          f"{model.version}, river {version('river')}")  # fmt: skip
    print(f"data: {data.name}, {time.strftime('%Y-%m-%d')}\n")
    train_split, val_split = xlm_t(data, "train"), xlm_t(data, "val")
    tweets = [each for path in sorted(data.glob("sentiment/semeval*/*.tsv"))
              for each in semeval(path.read_text(encoding="utf-8"), source=path.name)]  # fmt: skip
    airline = read_airline(data / "airline" / "Tweets.csv")
    for name, found in (("XLM-T", train_split), ("SemEval", tweets), ("airline", airline)):
        print(f"{name}: {len(found):,} texts" if found else f"{name}: not found, left out")
    if airline:
        quality_airline(model, airline)
    if train_split and not options.fast:
        quality_trained(train_split, val_split, tweets)
    speed(train_split + tweets)


def xlm_t(data: Path, split: str) -> list[Example]:
    """Read one split of all languages."""
    found: list[Example] = []
    for name, lang in CODES.items():
        folder = data / "sentiment" / "xlm-t" / name
        if folder.is_dir():
            texts, labels = (
                (folder / f"{split}_{part}.txt").read_text(encoding="utf-8")
                for part in ("text", "labels")
            )
            found += parallel(texts, labels, lang=lang, source=name)
    return found


def read_airline(path: Path) -> list[Example]:
    """Read the airline tweets in the order of time."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["tweet_created"])
    return [
        Example(row["text"], "en", LABELS.index(row["airline_sentiment"]), "airline")
        for row in rows
    ]


def quality_airline(model: Model, airline: list[Example]) -> None:
    """No label of this set was ever seen; river's baseline learns each after it is scored."""
    print("\nairline in the order of time, macro-F1 (macro-recall), calibration error")
    show("Tocsin, no labels", evaluate(model.score, airline))
    show("Tocsin, language not stated", evaluate(lambda text, _: model.score(text, "und"), airline))
    show("VADER", evaluate(vader_scorer(), airline))
    river = RiverBaseline()
    show("river BagOfWords | LogisticRegression, all labels, test then train",
         figures([each.label for each in airline],
                 [river.score_then_learn(each) for each in airline]))  # fmt: skip


def quality_trained(train: list[Example], val: list[Example], tweets: list[Example]) -> None:
    """Train without what is scored, as ``tocsin train`` does; baselines on the same texts."""
    from pipeline.sentiment.trainer import fit, key_of  # noqa: PLC0415 - river is slow to import
    from pipeline.sentiment.training import Recipe  # noqa: PLC0415 - river is slow to import

    unseen_year = [each for each in tweets if "2016test" in each.source]
    others = [each for each in tweets if "2016test" not in each.source]
    held = {key_of(each.text) for each in val + unseen_year}
    kept = [each for each in train + others if key_of(each.text) not in held]
    began = time.perf_counter()
    weights = fit(kept, Recipe())
    print(f"\ntrained on {len(kept):,} texts in {time.perf_counter() - began:.0f} s; "
          "macro-F1 (macro-recall), calibration error before temperature")  # fmt: skip
    model, vader, river = Model(weights, "0" * 8), vader_scorer(), RiverBaseline()
    for each in kept:
        river.learn(each)
    sets = {"SemEval-2016 test, other years": unseen_year}
    sets |= {f"XLM-T val, {name}": [e for e in val if e.source == name] for name in CODES}
    for name, found in sets.items():
        if found:
            show(f"{name}: Tocsin", evaluate(model.score, found))
            show("  language not stated", evaluate(lambda t, _: model.score(t, "und"), found))
            show("  river BagOfWords | LogisticRegression", evaluate(river.score, found))
            show("  VADER (English)", evaluate(vader, found))


class RiverBaseline:
    """One-vs-rest logistic regression over river's bag of words, as its own guide has it."""

    def __init__(self) -> None:
        """Start untrained."""
        from river import feature_extraction, linear_model, multiclass, optim  # noqa: PLC0415

        learner = linear_model.LogisticRegression(optim.AdaGrad(0.1))
        self._model = feature_extraction.BagOfWords(lowercase=True)
        self._model |= multiclass.OneVsRestClassifier(learner)

    def score(self, text: str, _: str) -> Sequence[float]:
        """Probabilities, even before anything was learned."""
        found = self._model.predict_proba_one(text)
        return [found.get(label, 0.0) for label in range(3)]

    def learn(self, example: Example) -> None:
        """Learn one example."""
        self._model.learn_one(example.text, example.label)

    def score_then_learn(self, example: Example) -> Sequence[float]:
        """Score an example, then learn it."""
        score = self.score(example.text, example.lang)
        self.learn(example)
        return score


def vader_scorer() -> Scorer:
    """VADER's compound at its customary threshold, as a certain label."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

    analyzer = SentimentIntensityAnalyzer()

    def score(text: str, _: str) -> Sequence[float]:
        compound = analyzer.polarity_scores(text)["compound"]
        label = 1 + (compound >= COMPOUND) - (compound <= -COMPOUND)
        return [float(label == each) for each in range(3)]

    return score


def evaluate(scorer: Scorer, examples: Sequence[Example]) -> Figures:
    """Score and compare."""
    return figures(
        [each.label for each in examples], [scorer(each.text, each.lang) for each in examples]
    )


def show(name: str, found: Figures) -> None:
    """Print one line."""
    print(f"  {name:64} {found.macro_f1:.3f} ({found.macro_recall:.3f}) "
          f"{found.calibration_error:.3f}")  # fmt: skip


def speed(examples: list[Example]) -> None:
    """Texts a second of processor time, one core: new, words known, whole texts known."""
    if not examples:
        return
    texts = list({each.text: each.lang for each in examples}.items())
    random.Random(1).shuffle(texts)
    print(f"\ntexts a second on one core, in batches of {BATCH} unless said otherwise;\n"
          f"words known: the last {KNOWN:,} texts again, forgotten as texts")  # fmt: skip
    print(f"  {'':24}{'texts':>8}{'never seen':>12}{'all again':>11}{'words known':>13}"
          f"{'25 a batch':>12}{'2':>8}{'1':>8}{'texts known':>13}")  # fmt: skip
    unstated = [(text, "und") for text, _ in texts]
    english = [(text, lang) for text, lang in texts if lang == "en"]
    for name, some in (("English", english), ("all languages", texts),
                       ("all, language not stated", unstated)):  # fmt: skip
        model = load_model()
        gc.collect()
        found = [rate(model, some), rate(model, some)]
        for batch in (BATCH, 25, 2, 1):
            model.forget_texts()
            model.score_many(some[-KNOWN:])
            model.forget_texts()
            found.append(rate(model, some[-KNOWN:], batch))
        found.append(rate(model, some[-KNOWN:]))
        columns = zip(found, (12, 11, 13, 12, 8, 8, 13), strict=True)
        print(f"  {name:24}{len(some):>8,}" + "".join(f"{a:>{width},.0f}" for a, width in columns))
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


def rate(model: Model, texts: Sequence[tuple[str, str]], batch: int = BATCH) -> float:
    """Texts a second of processor time."""
    began = time.process_time()
    for at in range(0, len(texts), batch):
        model.score_many(texts[at : at + batch])
    return len(texts) / (time.process_time() - began)


if __name__ == "__main__":
    main()
