"""Stance: how well attacks are told apart, on sentences never learned from and on real texts.

    python benchmarks/stance.py DATA [--worlds WORLDS] [--left-out] [--brands-out] [--reader]

``DATA`` has ``airline/Tweets.csv``, ``replay/*.jsonl.gz`` (posts about shares, a JSON
object with ``text`` a line) and ``sentiment/xlm-t/*/val_*.txt``; ``WORLDS`` has
``a/phrases.py``, phrases by class of a made-up world. Nothing of either was learned from, but
their figures were looked at while the recipe was tuned: they are development data. Real posts that
judge, and hard ones, are those of ``hand_labels.tsv`` that are found below ``DATA``. Missing files
are passed over.

They are scored as they are and under names that nothing was learned with; the worse is what to
quote. ``--brands-out`` learns anew without the posts of a quarter of the companies in turn and
judges by these (20 minutes): the figure to tune on. ``--left-out`` does so without each language
and each class in turn (an hour).
"""

import argparse
import gzip
import json
import random
import re
import runpy
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
from msgspec.structs import replace

from agents.cli.train.stance import Encode, Floats, encoder
from agents.labelled import NAMES, read_directory, read_labelled
from pipeline.reading.careful import CarefulScorer
from pipeline.reading.encoder import open_reader
from pipeline.sentiment.api import Cue, Score, Scorer
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import decode
from pipeline.sentiment.scorer.weights import shipped as shipped_weights
from pipeline.sentiment.training.corpus import Columns
from pipeline.sentiment.training.stance.brands_out import company_folds
from pipeline.sentiment.training.stance.figures import OnPosts, against, apart, auc, on_posts
from pipeline.sentiment.training.stance.hand_labels import (
    HARD,
    JUDGE,
    digest_of,
    kept_out,
    labelled_among,
)
from pipeline.sentiment.training.stance.sentences import (
    ATTACKS,
    HARMLESS,
    TrainingSentence,
    shipped,
)
from pipeline.sentiment.training.stance.trainer import StanceRecipe, train_stance

FLAGGED = 0.015
"""Share of airline negatives above the working threshold."""

ACCUSING = Cue.OUTRAGE | Cue.BOYCOTT | Cue.TAKEDOWN
FOLDS = 4
"""Of the companies whose posts were read: each is left out in turn."""

LEFT_OUT_FILES = frozenset({"val_text.txt", "tweets_GroundTruth.txt"})


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--worlds", type=Path)
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("--brands-out", action="store_true")
    parser.add_argument("--reader", action="store_true", help="read real posts carefully, too")
    options = parser.parse_args()
    model = load_ngram()
    print(model.version)
    own(model)
    threshold = airline(model, options.data)
    harmless(model, threshold)
    shares(model, options.data, threshold)
    read_posts(model, options.data, threshold)
    if options.reader:
        read_posts(CarefulScorer(model, open_reader()), options.data, 0)
    negatives = everyday(model, options.data, threshold)
    if options.worlds and (options.worlds / "a" / "phrases.py").exists():
        world(model, options.worlds, negatives)
    if options.brands_out:
        brands_out(options.data)
    if options.left_out:
        left_out(options.data)


def own(model: NgramScorer) -> None:
    """Held-out sentences, by language: AUC of attacks by stance, by tone, by cues."""
    heldout = shipped("heldout")
    print(
        "\nheld-out sentences, AUC of attacks against all / complaints / off topic; mockery; harm"
    )
    for lang, found in apart(model, heldout).items():
        print(f"  {lang}  {found.texts:>4}  {found.everything:.3f} / {found.complaint:.3f} / "
              f"{found.off_topic:.3f}; {found.mockery:.3f}; {found.harm:.3f}")  # fmt: skip
    for name, value in (("p_negative", lambda score: score.sentiment.p_negative), ("cues", cued)):
        scores = model.score_many([(plain(one), one.lang) for one in heldout])
        values = [value(score) for score in scores]
        figures = against([one.of for one in heldout], list(map(float, values)))
        print(f"  all, by {name}: {spelt_out(figures)}")


def airline(model: NgramScorer, data: Path) -> float:
    """Log-odds above which the working share of airline negatives lies."""
    texts = airline_negatives(data)
    if not texts:
        return 0.0
    scores = model.score_many(texts)
    odds = sorted((score.signals.attack_logit for score in scores), reverse=True)
    threshold = odds[int(len(odds) * FLAGGED)]
    print(f"\nairline negatives ({len(odds):,}): {share(odds, 0):.3f} above log-odds of 0; "
          f"{FLAGGED:.1%} above {threshold:.2f}, the working threshold; accusing cues "
          f"{sum(map(cued, scores)) / len(scores):.3f}")  # fmt: skip
    heldout = shipped("heldout")
    for lang in sorted({one.lang for one in heldout}):
        some = [one for one in heldout if one.lang == lang]
        scores = model.score_many([(plain(one), lang) for one in some])
        above = [score.signals.attack_logit > threshold for score in scores]
        hits = sum(one.of in ATTACKS for one, yes in zip(some, above, strict=True) if yes)
        attacks = sum(one.of in ATTACKS for one in some)
        print(f"  held-out {lang} at that threshold: precision {hits / max(sum(above), 1):.2f}, "
              f"recall {hits / attacks:.2f}")  # fmt: skip
    return threshold


def airline_negatives(data: Path) -> list[tuple[str, str]]:
    """Negative airline tweets, with their language."""
    path = data / "airline" / "Tweets.csv"
    if not path.exists():
        return []
    rows = read_labelled(path, "csv", "en", Columns("text", "airline_sentiment"))
    return [(each.text, "en") for each in rows if each.label == 0]


def harmless(model: NgramScorer, threshold: float) -> None:
    """Posts of the kinds that rang falsely: how many are flagged, and how far below attacks."""
    attacks = [one for one in shipped("heldout") if one.lang == "en" and one.of in ATTACKS]
    odds = [
        score.signals.attack_logit
        for score in model.score_many([(plain(o), "en") for o in attacks])
    ]
    print("\nharmless kinds, 20 posts each: above the working threshold / above 0; AUC of attacks")
    for kind in HARMLESS:
        texts = [(plain(one), one.lang) for one in shipped("harmless") if one.of == kind]
        rest = [score.signals.attack_logit for score in model.score_many(texts)]
        print(f"  {kind:<9} {share(rest, threshold):.2f} / {share(rest, 0):.2f}; "
              f"{auc(odds, rest):.3f}")  # fmt: skip


def shares(model: NgramScorer, data: Path, threshold: float) -> None:
    """Real posts about companies' shares, nearly all of them sober reports: how many flagged."""
    texts: dict[str, str] = {}
    for path in sorted((data / "replay").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            posts = (str(json.loads(line)["text"]) for line in lines)
            texts |= {digest_of(text): text for text in posts}
    if texts:
        scores = model.score_many([(text, "en") for text in texts.values()])
        odds = [score.signals.attack_logit for score in scores]
        print(f"\nposts about shares ({len(odds):,}): above the working threshold / above 0: "
              f"{share(odds, threshold):.3f} / {share(odds, 0):.3f}")  # fmt: skip


def read_posts(model: Scorer, data: Path, threshold: float) -> None:
    """Real posts that name a company, given a class by hand and kept out of training."""
    rows = list(read_directory(data / "sentiment")) if (data / "sentiment").exists() else []
    if (path := data / "airline" / "Tweets.csv").exists():
        rows += read_labelled(path, "csv", "en", Columns("text", "airline_sentiment"))
    for use in (JUDGE, HARD):
        if posts := kept_out(rows, use):
            judged(on_posts(model, posts), use, threshold)


def judged(found: OnPosts, use: str, threshold: float) -> None:
    """Figures of real posts: as they are, renamed, and the worse, which is the one to quote."""
    attacks = sum(of in ATTACKS for of in found.classes)
    print(f"\nreal posts read by hand, {use} ({len(found.classes)}, attacks {attacks}): AUC of "
          "attacks against all / complaints / off topic; how many are flagged")  # fmt: skip
    for told, figures, tellings in (
        ("as they are", found.own, [found.odds]),
        ("under unseen names", found.renamed, found.odds_renamed),
    ):
        flagged = Counter[str]()
        for odds in tellings:
            for each, of in zip(odds, found.classes, strict=True):
                flagged[of] += each > threshold
        shares = {of: round(flagged[of] / len(tellings), 1) for of in sorted(flagged)}
        print(f"  {told}: {spelt_out(figures)}; above {threshold:.2f}: {shares}")
    print(f"  worse: {spelt_out(found.worse)}")


def spelt_out(figures: Sequence[float]) -> str:
    """Three figures."""
    return " / ".join(f"{each:.3f}" for each in figures)


def everyday(model: NgramScorer, data: Path, threshold: float) -> dict[str, list[float]]:
    """Everyday negatives by language; returns their log-odds of attack."""
    found: dict[str, list[float]] = {}
    print("\neveryday negatives: above the working threshold / above 0 / accusing cues")
    for folder, lang in NAMES.items():
        path = data / "sentiment" / "xlm-t" / folder / "val_text.txt"
        if not path.exists():
            continue
        texts = [each.text for each in read_labelled(path, None, lang, Columns()) if not each.label]
        scores = model.score_many([(text, lang) for text in texts])
        odds = found[lang] = [score.signals.attack_logit for score in scores]
        print(f"  {lang}  {len(odds):>4}  {share(odds, threshold):.3f} / {share(odds, 0):.3f} / "
              f"{sum(map(cued, scores)) / len(scores):.3f}")  # fmt: skip
    return found


def world(model: NgramScorer, worlds: Path, negatives: dict[str, list[float]]) -> None:
    """Attacks of a made-up world against everyday negatives, and against its other negatives."""
    themes = runpy.run_path(str(worlds / "a" / "phrases.py"))["T"]
    print("\nworld A, AUC of its criticism against everyday negatives, against its other negatives")
    others: dict[str, list[str]] = {}
    for theme, by_lang in themes.items():
        for lang, by_label in by_lang.items():
            if theme != "crit" and isinstance(by_label, dict):
                others.setdefault(lang, []).extend(by_label.get(0, ()))
    for lang, table in themes["crit"].items():
        if lang not in negatives:
            continue
        attacks = said(model, table[0], lang)
        rest = said(model, others.get(lang, []), lang)
        print(f"  {lang}  {auc(attacks, negatives[lang]):.3f}, "
              f"{auc(attacks, rest) if rest else float('nan'):.3f}")  # fmt: skip


def said(model: NgramScorer, phrases: Sequence[str], lang: str) -> list[float]:
    """Log-odds of attack of phrases, each spelt out three times."""
    chance = random.Random(5)
    texts = [spelt(phrase, chance) for phrase in phrases for _ in range(3)]
    return [
        score.signals.attack_logit for score in model.score_many([(text, lang) for text in texts])
    ]


def spelt(phrase: str, chance: random.Random) -> str:
    """Choose among alternatives, and put names where the world would."""
    while "[" in phrase:
        phrase = re.sub(
            r"\[([^\[\]]*)\]", lambda found: chance.choice(found[1].split("|")), phrase, count=1
        )
    names = {"n": chance.choice(("Velmora", "@Velmora")), "h": "Velmora", "u": "https://t.co/abc"}
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "video"), phrase)


def brands_out(data: Path) -> None:
    """Stance learned without some companies, judged by posts of these: each company once.

    One model rather than the mean of three: the parts are compared, not shipped.
    """
    weights, _ = decode(shipped_weights())
    texts = list(read_directory(data / "sentiment", LEFT_OUT_FILES))
    encode, sentences = remembered(encoder()), shipped("sentences")
    complaints = airline_negatives(data)
    odds, ofs, flagged = list[float](), list[str](), list[bool]()
    print(
        "\nlearned without companies, judged by their posts: against all / complaints / off topic"
    )
    for fold in company_folds(labelled_among(texts)[0], FOLDS):
        stance = train_stance(
            sentences, texts, weights.lexicons, encode,
            recipe=StanceRecipe(draws=1), without=fold.without,
        )  # fmt: skip
        model = NgramScorer(replace(weights, stance=stance), "0" * 8)
        threshold = np.quantile(said_by(model, complaints), 1 - FLAGGED) if complaints else 0.0
        found = said_by(model, [(one.text, one.lang) for one, _ in fold.judged])
        classes = [of for _, of in fold.judged]
        print(f"  {len(fold.without)} companies, {len(classes)} posts: "
              f"{spelt_out(against(classes, found))}", flush=True)  # fmt: skip
        odds, ofs = odds + found, ofs + classes
        flagged += [each > threshold for each in found]
    attacks = [yes for yes, of in zip(flagged, ofs, strict=True) if of in ATTACKS]
    print(f"  all {len(ofs):,} posts, {len(attacks)} attacks: {spelt_out(against(ofs, odds))}; "
          f"at the working threshold precision {sum(attacks) / max(sum(flagged), 1):.2f}, "
          f"recall {fmean(attacks):.2f}")  # fmt: skip


def said_by(model: Scorer, texts: Sequence[tuple[str, str]]) -> list[float]:
    """Log-odds of attack of texts, each with its language."""
    return [score.signals.attack_logit for score in model.score_many(texts)]


def left_out(data: Path) -> None:
    """Stance learned without a language, or without a class, judged by what was left out."""
    weights, _ = decode(shipped_weights())
    texts = list(read_directory(data / "sentiment", LEFT_OUT_FILES))
    encode, sentences, heldout = remembered(encoder()), shipped("sentences"), shipped("heldout")

    def learned(chosen: Sequence[TrainingSentence]) -> NgramScorer:
        stance = train_stance(chosen, texts, weights.lexicons, encode, recipe=StanceRecipe())
        return NgramScorer(replace(weights, stance=stance), "0" * 8)

    print("\nlearned without a language, judged by it: against all / complaints / off topic")
    for lang in sorted({one.lang for one in sentences}):
        model = learned([one for one in sentences if one.lang != lang])
        found = apart(model, [one for one in heldout if one.lang == lang])[lang]
        print(f"  {lang}  {found.everything:.3f} / {found.complaint:.3f} / {found.off_topic:.3f}",
              flush=True)  # fmt: skip
    print("\nlearned without a class of attacks, which is told from all that is none, en and fr")
    for of in sorted(ATTACKS):
        model = learned([one for one in sentences if one.of != of])
        some = [one for one in heldout if one.of == of or one.of not in ATTACKS]
        found_by = apart(model, some)
        print(f"  {of}  {found_by['en'].everything:.3f}, {found_by['fr'].everything:.3f}",
              flush=True)  # fmt: skip


def remembered(encode: Encode) -> Encode:
    """An encoder that encodes each text once."""
    known: dict[str, Floats] = {}

    def once(texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encode(new).astype(np.float32), strict=True))
        return np.stack([known[text] for text in texts]).astype(np.float64)

    return once


def plain(one: TrainingSentence) -> str:
    """Sentence with one name in every slot."""
    return re.sub(r"\{\w+\}", "Velmora", one.text)


def cued(score: Score) -> bool:
    """Whether a text has an accusing cue."""
    return bool(score.signals.cues & ACCUSING)


def share(odds: Sequence[float], threshold: float) -> float:
    """Share of log-odds above a threshold."""
    return sum(each > threshold for each in odds) / max(len(odds), 1)


if __name__ == "__main__":
    main()
