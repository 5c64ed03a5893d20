"""Learning on the stream, in figures: airline tweets in the order of time, scored before learned.

    python benchmarks/adapting.py DATA

DATA holds ``airline/Tweets.csv`` (Twitter US Airline Sentiment), never trained on. A seeded sample
of the tweets is labelled one hour after each was written; with 100 % each tweet is labelled right
after it was scored. *live* is the delta as it is being learned; *published* is what a worker scores
with: rounded, cut to the strongest features, renewed when the trainer's rules say so, the version
of all brands where a brand has none of its own. *admitted* learns through the trainer's own door,
with twelve people who label in turn and, in the last row, one more who answers each label with a
flipped one. River's bag of words learns the same labels at the same time.
"""

import argparse
import csv
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from river import feature_extraction, linear_model, multiclass, optim

from pipeline.learning.adapted import Table, shift_of, table_of
from pipeline.learning.admission import LabelLimits
from pipeline.learning.delta import digest_of, make_delta, norm_of
from pipeline.learning.fold import Fold, brand_learner
from pipeline.learning.golden import flips
from pipeline.learning.online import Learner, LogOdds, log_odds, moved, probabilities, summed
from pipeline.learning.prequential import Contest
from pipeline.learning.publishing import PublishRules
from pipeline.learning.verify import Verifier, verifier_of
from pipeline.sentiment.api import LABELS, label_of
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.training.evaluation import figures
from schemas.codec import encode
from schemas.feedback import Feedback
from schemas.model import EVERY_BRAND

HOUR_S = 3600.0
PEOPLE = 12
RULES = PublishRules()


class Tweet(NamedTuple):
    """One tweet with what the shipped weights make of it."""

    at_s: float
    brand: str
    text: str
    label: int
    odds: tuple[float, float]
    vector: dict[str, float]


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=5, help="samples of 5 %% that are drawn")
    options = parser.parse_args()
    verifier = verifier_of(load_ngram())
    tweets = read(options.data / "airline" / "Tweets.csv", verifier)
    print(f"{verifier.warm.version}, river {version('river')}, {len(tweets):,} tweets\n")
    print(f"{'':58} macro-F1 (calibration error)")
    show("no labels", tweets, [probabilities(each.odds) for each in tweets])
    for share in (0.05, 1.0):
        seeds = range(options.seeds) if share < 1 else range(1)
        runs = [adapt(tweets, share, seed) for seed in seeds]
        name = f"{share:.0%} of labels"
        mean(f"{name}, one hour late, live" if share < 1 else f"{name}, test then train, live",
             tweets, [run.live for run in runs])  # fmt: skip
        mean(f"{name}, published", tweets, [run.published for run in runs])
        print(f"    {statistics.mean(run.versions for run in runs):.0f} versions")
        mean(f"{name}, live, nothing of each brand's own", tweets, [run.common for run in runs])
        mean(f"{name}, river BagOfWords | LogisticRegression", tweets,
             [river(tweets, share, seed) for seed in seeds])  # fmt: skip
    for share, hostile in ((0.05, False), (0.05, True)):
        scores, fold = admitted(tweets, share, hostile=hostile, verifier=verifier)
        what = "and one who floods" if hostile else f"{PEOPLE} people"
        show(f"{share:.0%} of labels, admitted, {what}", tweets, scores)
        refused = fold.learner_of("*").refused
        print(f"    learned {fold.learner_of('*').learner.labels}, refused {refused}")
    cost(tweets, verifier)


def read(path: Path, verifier: Verifier) -> list[Tweet]:
    """Read the tweets in the order of time."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["tweet_created"])
    return [
        Tweet(
            datetime.strptime(row["tweet_created"], "%Y-%m-%d %H:%M:%S %z").timestamp(),
            row["airline"].lower().replace(" ", "-"),
            row["text"],
            LABELS.index(row["airline_sentiment"]),
            log_odds(verifier.warm.score(row["text"], "en").sentiment),
            verifier.warm.features(row["text"], "en"),
        )
        for row in rows
    ]


def stream(tweets: list[Tweet], share: float, seed: int) -> Iterator[tuple[str, Tweet]]:
    """What happens, in order: ``score`` a tweet, ``learn`` one."""
    chance = random.Random(seed)
    waiting: list[Tweet] = []
    learned = 0
    for tweet in tweets:
        while learned < len(waiting) and waiting[learned].at_s <= tweet.at_s - HOUR_S:
            yield "learn", waiting[learned]
            learned += 1
        yield "score", tweet
        if share >= 1:
            yield "learn", tweet
        elif chance.random() < share:
            waiting.append(tweet)


Row = tuple[float, ...]


class Scope(NamedTuple):
    """What scores one scope, and how it compares with what is being learned."""

    contest: Contest
    versions: list[Table]

    def odds(self, tweet: Tweet) -> LogOdds:
        """Log-odds by the version in force, else by the shipped weights."""
        if not self.versions:
            return tweet.odds
        return moved(tweet.odds, shift_of(self.versions[-1], tweet.vector))


class Run(NamedTuple):
    """Scores of each tweet in three ways, and how many versions there were."""

    live: list[Row]
    published: list[Row]
    common: list[Row]
    versions: int


def adapt(tweets: list[Tweet], share: float, seed: int) -> Run:
    """Scores of the delta as it is learned, of what is published, and without brands' own part."""
    shared, own = Learner(), defaultdict[str, Learner](brand_learner)
    scopes = defaultdict[str, Scope](lambda: Scope(Contest(), []))
    run = Run([], [], [], 0)
    for what, tweet in stream(tweets, share, seed):
        vector, brand = tweet.vector, tweet.brand
        for_all = moved(tweet.odds, shared.shift(vector))
        for_brand = moved(for_all, own[brand].shift(vector))
        if what == "score":
            run.common.append(probabilities(for_all))
            run.live.append(probabilities(for_brand))
            chosen = scopes[brand if scopes[brand].versions else EVERY_BRAND]
            run.published.append(probabilities(chosen.odds(tweet)))
            continue
        for name, total in ((EVERY_BRAND, for_all), (brand, for_brand)):
            guesses = (label_of(probabilities(odds))
                       for odds in (tweet.odds, scopes[name].odds(tweet), total))  # fmt: skip
            warm, in_force, delta = guesses
            scopes[name].contest.add((tweet.label, warm, in_force, delta))
        shared.learn(vector, tweet.odds, label=tweet.label)
        own[brand].learn(vector, moved(tweet.odds, shared.shift(vector)), label=tweet.label)
        for name, learners in ((EVERY_BRAND, (shared,)), (brand, (shared, own[brand]))):
            contest, known = scopes[name].contest, learners[-1].labels
            if known >= RULES.enough and contest.labels >= RULES.due(known) and not contest.worse():
                made = make_delta(summed(learners), base="")
                scopes[name].versions.append(table_of(made.nudges, made.steps))
                contest.begin()
    return run._replace(versions=sum(len(scope.versions) for scope in scopes.values()))


def river(tweets: list[Tweet], share: float, seed: int) -> list[Row]:
    """One-vs-rest logistic regression over river's bag of words, as its own guide has it."""
    model = feature_extraction.BagOfWords(lowercase=True)
    model |= multiclass.OneVsRestClassifier(linear_model.LogisticRegression(optim.AdaGrad(0.1)))
    scores = []
    for what, tweet in stream(tweets, share, seed):
        if what == "score":
            found = model.predict_proba_one(tweet.text)
            scores.append((found.get(0, 0.0), found.get(1, 0.0), found.get(2, 0.0)))
        else:
            model.learn_one(tweet.text, tweet.label)
    return scores


def admitted(
    tweets: list[Tweet], share: float, *, hostile: bool, verifier: Verifier
) -> tuple[list[Row], Fold]:
    """Learn through the trainer's fold; ``hostile``: for each label a flipped one by one author."""
    fold = Fold(verifier, frozenset(tweet.brand for tweet in tweets), limits=LabelLimits())
    scores = []
    number = 0
    for what, tweet in stream(tweets, share, 0):
        shared, own = fold.learner_of("*").learner, fold.learner_of(tweet.brand).learner
        if what == "score":
            shift = moved(shared.shift(tweet.vector), own.shift(tweet.vector))
            scores.append(probabilities(moved(tweet.odds, shift)))
            continue
        number += 1
        fold.apply(
            said(tweet, number, f"person-{number % PEOPLE}", tweet.label), tweet.at_s + HOUR_S
        )
        if hostile:
            turned = 2 - tweet.label if tweet.label != 1 else 0
            fold.apply(said(tweet, -number, "mallory", turned), tweet.at_s + HOUR_S)
    return scores, fold


def said(tweet: Tweet, number: int, by: str, label: int) -> Feedback:
    """Make a label."""
    return Feedback(
        id=str(number), brand=tweet.brand, at=datetime.fromtimestamp(tweet.at_s, UTC), by=by,
        kind="label", text=tweet.text, lang="en", label=LABELS[label],
    )  # fmt: skip


def show(name: str, tweets: list[Tweet], scores: list[Row]) -> float:
    """Print one line; return macro-F1."""
    found = figures([tweet.label for tweet in tweets], scores)
    print(f"{name:58} {found.macro_f1:.3f} ({found.calibration_error:.3f})", flush=True)
    return found.macro_f1


def mean(name: str, tweets: list[Tweet], runs: list[list[Row]]) -> None:
    """Print the mean of several runs, and their range."""
    labels = [tweet.label for tweet in tweets]
    found = [figures(labels, scores) for scores in runs]
    f1 = [each.macro_f1 for each in found]
    error = statistics.mean(each.calibration_error for each in found)
    spread = f"  {min(f1):.3f} to {max(f1):.3f}" if len(f1) > 1 else ""
    print(f"{name:58} {statistics.mean(f1):.3f} ({error:.3f}){spread}", flush=True)


def cost(tweets: list[Tweet], verifier: Verifier) -> None:
    """What a delta costs: bytes, time to verify, time to score a text that was not met before."""
    learner = Learner()
    for tweet in tweets:
        learner.learn(tweet.vector, tweet.odds, label=tweet.label)
    delta = make_delta(summed((learner,)), base=verifier.base)
    print(f"\na delta of all labels: {len(delta.nudges):,} features, {len(encode(delta)):,} bytes, "
          f"length {norm_of(delta.nudges, delta.steps):.0f}, golden texts wrong: "
          f"{flips(delta, verifier.asked)}")  # fmt: skip
    began = time.process_time()
    verifier.check(delta)
    print(f"to verify it: {(time.process_time() - began) * 1000:.0f} ms")
    texts = [tweet.text for tweet in tweets]
    warm = load_ngram()
    for text in texts:
        warm.score(text, "en")  # words are known from here on, for both
    rates = {}
    model = verifier_of(warm)
    for name, scorer in (("shipped", warm), ("delta", model.scorer(delta, digest_of(delta)))):
        for turn, some, batch in (
            ("new text, alone", texts[:4_000], 1),
            ("same text", texts[:4_000], 1),
            ("new text, of 200", texts[-4_000:], 200),
        ):
            if turn != "same text":
                warm.forget_texts()
            began = time.process_time()
            for at in range(0, len(some), batch):
                scorer.score_many([(text, "en") for text in some[at : at + batch]])
            rates[name, turn] = (time.process_time() - began) / len(some) * 1e6
    print("µs a text: " + ", ".join(f"{' '.join(key)} {each:.1f}" for key, each in rates.items()))
    began = time.process_time()
    for text in texts[:8_000]:
        warm.features(text, "en")
    took = (time.process_time() - began) / 8_000 * 1e6
    print(f"reading its features by name, as learning does: {took:.1f} µs")


if __name__ == "__main__":
    main()
