"""Stance: how well attacks are told apart, on sentences never learned from and on real texts.

    python benchmarks/stance.py DATA [--worlds WORLDS] [--left-out] [--reader]

``DATA`` has ``airline/Tweets.csv``, ``replay/*.jsonl.gz`` (posts about shares, a JSON
object with ``text`` a line) and ``sentiment/xlm-t/*/val_*.txt``; ``WORLDS`` has
``a/phrases.py``, phrases by class of a made-up world. Nothing of either was learned from, but
their figures were looked at while the recipe was tuned: they are development data. Real posts that
judge, and hard ones, are those of ``hand_labels.tsv`` that are found below ``DATA``. Missing files
are passed over.
``--left-out`` learns anew without each language and each class in turn (an hour).
"""

import argparse
import gzip
import json
import random
import re
import runpy
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from agents.cli.train.stance import Encode, Floats, encoder
from agents.labelled import NAMES, read_directory, read_labelled
from pipeline.reading.careful import CarefulScorer
from pipeline.reading.encoder import open_reader
from pipeline.sentiment.api import Cue, Score, Scorer
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import decode
from pipeline.sentiment.scorer.weights import shipped as shipped_weights
from pipeline.sentiment.training.corpus import Columns, LabelledText
from pipeline.sentiment.training.stance.figures import apart, auc
from pipeline.sentiment.training.stance.hand_labels import HARD, JUDGE, digest_of, hand_labels
from pipeline.sentiment.training.stance.sentences import (
    ATTACKS,
    HARMLESS,
    TrainingSentence,
    retold,
    shipped,
)
from pipeline.sentiment.training.stance.trainer import StanceRecipe, train_stance
from schemas.reading import CLASSES

FLAGGED = 0.015
"""Share of airline negatives above the working threshold."""

ACCUSING = Cue.OUTRAGE | Cue.BOYCOTT | Cue.TAKEDOWN
LEFT_OUT_FILES = frozenset({"val_text.txt", "tweets_GroundTruth.txt"})


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--worlds", type=Path)
    parser.add_argument("--left-out", action="store_true")
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
        attacks = [each for each, one in zip(values, heldout, strict=True) if one.of in ATTACKS]
        found = [
            auc(attacks, [v for v, one in zip(values, heldout, strict=True) if one.of in others])
            for others in (set(CLASSES) - ATTACKS, {"complaint"}, {"off_topic"})
        ]
        print(f"  all, by {name}: " + " / ".join(f"{each:.3f}" for each in found))


def airline(model: NgramScorer, data: Path) -> float:
    """Log-odds above which the working share of airline negatives lies."""
    path = data / "airline" / "Tweets.csv"
    if not path.exists():
        return 0.0
    rows = read_labelled(path, "csv", "en", Columns("text", "airline_sentiment"))
    scores = model.score_many([(each.text, "en") for each in rows if each.label == 0])
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
    posts = {digest_of(each.text): each for each in rows}
    for use in (JUDGE, HARD):
        known = {digest: each.of for digest, each in hand_labels().items() if each.use == use}
        found = {digest: each for digest, each in posts.items() if digest in known}
        if found:
            judged(model, use, known, found, threshold)


def judged(
    model: Scorer,
    use: str,
    known: dict[str, str],
    posts: dict[str, LabelledText],
    threshold: float,
) -> None:
    """Figures of posts whose classes are ``known``, both by digest: as they are, and renamed."""
    for told, copies in (("as they are", 0), ("told of other brands", 3)):
        by: dict[str, list[float]] = {}
        for digest, one in posts.items():
            texts = [
                (text, one.lang) for text in (retold(one.text, seed=0, times=copies) or [one.text])
            ]
            odds = [score.signals.attack_logit for score in model.score_many(texts)]
            by.setdefault(known[digest], []).append(fmean(odds))
        attacks = [each for of in sorted(ATTACKS) for each in by.get(of, [])]
        found = [
            auc(attacks, [each for of in others for each in by.get(of, [])])
            for others in (set(CLASSES) - ATTACKS, {"complaint"}, {"off_topic"})
        ]
        flagged = {of: sum(each > threshold for each in odds) for of, odds in sorted(by.items())}
        print(f"\nreal posts read by hand, {use}, {told} ({len(posts)}, attacks {len(attacks)}): "
              "AUC " + " / ".join(f"{each:.3f}" for each in found)
              + f"; above {threshold:.2f}: {flagged}")  # fmt: skip


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


def left_out(data: Path) -> None:
    """Stance learned without a language, or without a class, judged by what was left out."""
    weights, _ = decode(shipped_weights())
    texts = list(read_directory(data / "sentiment", LEFT_OUT_FILES))
    encode, sentences, heldout = remembered(encoder()), shipped("sentences"), shipped("heldout")

    def learned(chosen: Sequence[TrainingSentence]) -> NgramScorer:
        stance = train_stance(chosen, texts, weights.lexicons, encode, recipe=StanceRecipe())
        kept = {name: getattr(weights, name) for name in weights.__struct_fields__}
        return NgramScorer(type(weights)(**{**kept, "stance": stance}), "0" * 8)

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
