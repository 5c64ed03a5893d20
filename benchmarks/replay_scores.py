"""Measures what the model says of texts of each kind, from which the replays draw.

    python benchmarks/replay_scores.py

Scores our own held-out sentences, of which nothing was learned
(pipeline/sentiment/training/stance/heldout), with invented names of brands, and writes
lab/evaluate/replays/scores.tsv anew. Of Dutch and Japanese, which the model does not know, we have
no sentence: German and Hindi ones are scored as if they were. Run it after the model was trained
anew.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.training.stance.figures import auc
from pipeline.sentiment.training.stance.names import invent
from pipeline.sentiment.training.stance.sentences import ATTACKS, TrainingSentence, filled, shipped
from schemas.reading import CLASSES

TABLE = Path(__file__).parents[1] / "lab" / "evaluate" / "replays" / "scores.tsv"
STAND_INS = {"nl": "de", "ja": "hi"}
"""Language that the model does not know → whose sentences are taken."""


def sentences() -> Iterator[TrainingSentence]:
    """All that are scored, each with the language that the model is told."""
    held_out = shipped("heldout")
    yield from held_out
    for unknown, known in STAND_INS.items():
        yield from (one._replace(lang=unknown) for one in held_out if one.lang == known)


def main() -> None:
    """Write the table, and print how well attacks are told."""
    model = load_ngram()
    chance = random.Random(1)
    every = sorted(sentences(), key=lambda one: (one.lang, CLASSES.index(one.of), one.text))
    texts = [(filled(one.text, one.lang, invent(chance), chance), one.lang) for one in every]
    scores = model.score_many(texts)
    head = (
        f"## {model.version}: language, kind, thousandths of p_negative and p_positive, cues, "
        "hundredths of the logit of attack, of each held-out sentence. "
        "Written by benchmarks/replay_scores.py."
    )
    rows = [head]
    rows += [
        f"{one.lang}\t{one.of}\t{score.sentiment.p_negative * 1000:.0f}\t"
        f"{score.sentiment.p_positive * 1000:.0f}\t{score.signals.cues}\t"
        f"{score.signals.attack_logit * 100:.0f}"
        for one, score in zip(every, scores, strict=True)
    ]
    TABLE.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{TABLE}: {len(rows) - 1} rows")
    for lang in sorted({one.lang for one in every}):
        logits: dict[bool, list[float]] = {True: [], False: []}
        for one, score in zip(every, scores, strict=True):
            if one.lang == lang:
                logits[one.of in ATTACKS].append(score.signals.attack_logit)
        print(lang, f"AUC of attacks {auc(logits[True], logits[False]):.2f}")


if __name__ == "__main__":
    main()
