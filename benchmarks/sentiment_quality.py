"""Sentiment in figures of quality, beside VADER, a FastText-style classifier and river's own.

    python benchmarks/sentiment_quality.py DATA [--part semeval --part folds --part airline]

DATA holds ``sentiment/xlm-t/LANGUAGE/{train,val}_{text,labels}.txt``, ``sentiment/semeval*/*.tsv``
and ``airline/Tweets.csv``. Three parts, each with all models on the same texts:

- *semeval*: the test tweets of SemEval-2016 task 4, by models that saw those of the other years and
  XLM-T's train split, but no copy of a test text: macro-recall, the measure of that task;
- *folds*: XLM-T's train and val in four parts by text, each scored by models that saw the others
  and SemEval: macro-F1 per language, mean of eight. The parts are those of ``tocsin train``;
- *airline*: in the order of time, by the shipped weights and by baselines that learned what these
  did: macro-F1. River's bag of words also with every label, right after it scored the tweet.
  With labels, the model adapts: that is another script's, ``benchmarks/adapting.py``.

Takes about twenty minutes of processor time.
"""

import argparse
import csv
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from sentiment_baselines import Baseline, FastText, RiverBagOfWords, Vader

from agents.labelled import NAMES
from pipeline.sentiment.api import LABELS
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.training.adagrad import Recipe
from pipeline.sentiment.training.corpus import LabelledText, parallel, semeval
from pipeline.sentiment.training.evaluation import ModelFigures, figures
from pipeline.sentiment.training.trainer import fit, fold_of, key_of

FOLDS = 4
PARTS = ("semeval", "folds", "airline")


class Tocsin:
    """The project's model, learned as ``tocsin train`` does, through its scorer and rounding."""

    name = "Tocsin"

    def __init__(self) -> None:
        """Begin as shipped."""
        self._model = load_ngram()

    def fit(self, examples: Sequence[LabelledText]) -> None:
        """Learn from nothing; temperatures would change no label."""
        self._model = NgramScorer(fit(examples, Recipe()), "0" * 8)

    def score(self, text: str, lang: str) -> Sequence[float]:
        """Probabilities, and more."""
        return self._model.score(text, lang)


def main() -> None:
    """Print the parts asked for, of which the data is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", action="append", choices=PARTS, help="may be repeated")
    options = parser.parse_args()
    data: Path = options.data
    parts = options.part or PARTS
    print(f"{platform.machine()}, Python {platform.python_version()}, river {version('river')}, "
          f"{load_ngram().version}, {time.strftime('%Y-%m-%d')}")  # fmt: skip
    train, val = xlm_t(data, "train"), xlm_t(data, "val")
    tweets = [each for path in sorted(data.glob("sentiment/semeval*/*.tsv"))
              for each in semeval(path.read_text(encoding="utf-8"), source=path.name)]  # fmt: skip
    airline = read_airline(data / "airline" / "Tweets.csv")
    for name, found in (("XLM-T", train + val), ("SemEval", tweets), ("airline", airline)):
        print(f"{name}: {len(found):,} texts" if found else f"{name}: not found")
    if "semeval" in parts and tweets:
        of_semeval(train, val, tweets)
    if "folds" in parts and train:
        of_folds(train + val, tweets)
    if "airline" in parts and airline:
        of_airline(train + val + tweets, airline)


def xlm_t(data: Path, split: str) -> list[LabelledText]:
    """Read one split of all languages."""
    found: list[LabelledText] = []
    for name, lang in NAMES.items():
        folder = data / "sentiment" / "xlm-t" / name
        if folder.is_dir():
            texts, labels = (
                (folder / f"{split}_{part}.txt").read_text(encoding="utf-8")
                for part in ("text", "labels")
            )
            found += parallel(texts, labels, lang=lang, source=name)
    return found


def read_airline(path: Path) -> list[LabelledText]:
    """Read the airline tweets in the order of time."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["tweet_created"])
    return [
        LabelledText(row["text"], "en", LABELS.index(row["airline_sentiment"]), "airline")
        for row in rows
    ]


def models() -> list[Callable[[], Baseline]]:
    """All that is compared, made anew for each part: some hold a hundred megabytes."""
    return [Tocsin, FastText, RiverBagOfWords, Vader]


def evaluate(model: Baseline, examples: Sequence[LabelledText]) -> ModelFigures:
    """Score and compare."""
    return figures(
        [each.label for each in examples], [model.score(each.text, each.lang) for each in examples]
    )


def of_semeval(
    train: list[LabelledText], val: list[LabelledText], tweets: list[LabelledText]
) -> None:
    """SemEval-2016 test, by what is learned from other years."""
    unseen = [each for each in tweets if "2016test" in each.source]
    others = [each for each in tweets if "2016test" not in each.source]
    held = {key_of(each.text) for each in val + unseen}
    kept = [each for each in train + others if key_of(each.text) not in held]
    print(f"\nSemEval-2016 test ({len(unseen):,} texts), learned from {len(kept):,} others: "
          "macro-recall (macro-F1)")  # fmt: skip
    for make in models():
        model = make()
        model.fit(kept)
        found = evaluate(model, unseen)
        print(f"  {model.name:40} {found.macro_recall:.3f} ({found.macro_f1:.3f})", flush=True)


def of_folds(scored: list[LabelledText], tweets: list[LabelledText]) -> None:
    """Four parts of XLM-T by text; SemEval's texts fall into parts too, for they overlap."""
    everything = scored + tweets
    fold = [fold_of(key_of(each.text), FOLDS) for each in everything]
    langs = sorted(set(NAMES.values()))
    print(f"\nXLM-T train and val in {FOLDS} parts ({len(scored):,} texts): macro-F1")
    print(f"  {'':40}  mean  " + "    ".join(langs))
    for make in models():
        model = make()
        scores: dict[int, Sequence[float]] = {}
        for number in range(FOLDS):
            model.fit([each for each, at in zip(everything, fold, strict=True) if at != number])
            for at in (at for at in range(len(scored)) if fold[at] == number):
                scores[at] = model.score(scored[at].text, scored[at].lang)
        per_lang = []
        for lang in langs:
            chosen = [at for at, each in enumerate(scored) if each.lang == lang]
            labels = [scored[at].label for at in chosen]
            per_lang.append(figures(labels, [scores[at] for at in chosen]).macro_f1)
        row = "  ".join(f"{each:.3f}" for each in per_lang)
        print(f"  {model.name:40} {sum(per_lang) / len(per_lang):.3f}  {row}", flush=True)


def of_airline(learned: list[LabelledText], airline: list[LabelledText]) -> None:
    """No tweet of this set was learned, but by river's bag of words in the last row."""
    print(f"\nairline in the order of time ({len(airline):,} texts): "
          "macro-F1 (macro-recall), calibration error")  # fmt: skip
    for make in models():
        model = make()
        if not isinstance(model, Tocsin):  # which is shipped having learned this
            model.fit(learned)
        print(line_of(f"{model.name}, no labels", evaluate(model, airline)), flush=True)
    river = RiverBagOfWords()
    scores = []
    for each in airline:
        scores.append(river.score(each.text, each.lang))
        river.learn(each)
    found = figures([each.label for each in airline], scores)
    print(line_of(f"{river.name}, all labels", found))


def line_of(name: str, found: ModelFigures) -> str:
    """One row."""
    return (f"  {name:52} {found.macro_f1:.3f} ({found.macro_recall:.3f})  "
            f"{found.calibration_error:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
