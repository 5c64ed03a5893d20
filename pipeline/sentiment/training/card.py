"""The model card: what the weights are made of, how good they are, what they cannot do."""

from pipeline.sentiment.training.trainer import HeldOut, Trained

_CARD = """\
# Model card: sentiment of tweets

{name}, digest `{digest}`, {size:,} bytes of JSON, {features:,} features.
Tokenizer {tokenizer}, {made_with}. Written by `tocsin train`; do not edit by hand.

## What it does

Gives a short text three calibrated probabilities, negative, neutral and positive, in Arabic,
English, French, German, Hindi (also in Latin letters), Italian, Portuguese and Spanish. Meant for
sums over many posts about a brand, where single errors even out. Not meant to judge a person or a
single post.

A linear model: words, pairs of words, negated words, prefixes, word lists, notions that every
language has a word for, and shape, learned by river's one-vs-rest logistic regression under
AdaGrad, every feature once for all languages and once for its own. Several models are learned from
the same texts in different orders; what is shipped is the mean of their log-odds against neutral,
rounded, divided by a temperature per language.

## Data

{sources}

`semeval*` are tweets of SemEval-2013 to 2016 task 4, whose terms bar passing the texts on; the
language directories are XLM-T's (repository under Apache-2.0, tweets from shared tasks). Weights
are shipped, texts never. Twitter US Airline Sentiment (CC BY-NC-SA 4.0) served for evaluation only:
nothing was trained on it and no text of it was read for the word lists, though its figures were
known when these grew. The VADER lexicon (MIT, C.J. Hutto) is kept in the weights as polarities;
the other word lists were written for Tocsin.

## Figures, held out

Each source in {folds} parts by text, copies together; every part scored by a model that saw none of
it, through the shipped scorer and its rounding. Temperatures for one half of the parts come from
the other half. "Guessed" is without a stated language. "Prequential" is without parts: in one walk
in shuffled order each text is guessed, then learned, so it includes the ignorance of the beginning
and flatters a source whose texts have copies elsewhere, as XLM-T's English has in SemEval.

{head}
{rows}

`benchmarks/sentiment_quality.py` sets them beside VADER, a FastText-style classifier and river's
bag of words, on other splits too.

## Limits

- Sarcasm is mostly taken at its word, and sadness about the news is as negative as anger at a
  brand; the cues *outrage*, *boycott*, *complaint* and *sad news* (French and English) are counted
  apart for that.
- Tweets of 2013 to 2017: later words and emoji are known only by their lists.
- The sources' annotators disagree in about a third of the cases. Hindi is close to chance: words
  whose tone is beyond doubt stand among its labels as often on one side as on the other.
- A language not listed is scored by signs, emoji and what all languages share: close to chance, and
  usually near neutral. The guess of a language needs some words; English is mistaken for Hindi in
  Latin letters, and the reverse.
- Of a text, the first 4,000 characters count.
- What people's labels teach moves the tone and *attack* of a text by at most 3 nats; *complaint*
  and *harm* stay as they were shipped.

## Build it again

`tocsin train DATA --out weights.json --card model-card.md` over your own copy of the files, in
the layouts of XLM-T (`LANGUAGE/*_text.txt` with `*_labels.txt`), SemEval (`*.tsv`) and VADER
(`tweets_GroundTruth.txt`). The same files, options, versions and platform give the same bytes.

Weights made so know no stance. `tocsin train DATA --stance --weights weights.json --out
weights.json --card model-card.md --skip vader --skip-file val_text.txt` learns it into them; the
validation files are left out, so that figures on them are of texts that were never seen.

Who may use only data under clear licences can train on VADER's tweets and the lists alone (give
`tocsin train` a directory with just these): earlier trials gave about .60 macro-recall in English
instead of .66, and about .53 macro-F1 in French instead of .64.
"""


_COLUMNS = (
    "source",
    "texts",
    "macro-F1",
    "macro-recall",
    "recall −/0/+",
    "calibration error",
    "macro-F1 guessed",
    "language right",
    "macro-F1 prequential",
    "macro-recall prequential",
)


def render(trained: Trained, digest: str, size: int, folds: int) -> str:
    """Render the card in Markdown for weights of ``size`` bytes."""
    weights = trained.weights
    return _CARD.format(
        name=weights.name,
        digest=digest,
        size=size,
        features=sum(map(len, weights.pairs.values())),
        tokenizer=weights.tokenizer,
        made_with=", ".join(f"{name} {version}" for name, version in weights.made_with.items()),
        sources="\n".join(f"- {source}" for source in weights.sources),
        folds=folds,
        head=f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}",
        rows="\n".join(_row(source, held) for source, held in trained.held.items()),
    )


def _row(source: str, held: HeldOut) -> str:
    stated, unstated, prequential = held.stated, held.unstated, held.prequential
    recall = "/".join(f"{each:.2f}" for each in stated.recall)
    return (
        f"| {source} | {stated.texts:,} | {stated.macro_f1:.3f} | {stated.macro_recall:.3f} "
        f"| {recall} | {stated.calibration_error:.3f} | {unstated.macro_f1:.3f} "
        f"| {held.guessed:.1%} | {prequential.macro_f1:.3f} | {prequential.macro_recall:.3f} |"
    )
