"""Small mentions and batches for the tests of the roll-up."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.sentiment.api import Score, Sentiment, TextInLanguage, TextSignals
from schemas.brand import Brand
from schemas.codec import encode
from schemas.mention import Author, Gap, Mention, MentionBatch

T0 = 1_268_816_400
BRAND = Brand(id="nestle", names=("Nestlé",), own_accounts=("Nestle",), critics=("Watch",))
BRANDS = {"nestle": BRAND, "kitkat": Brand(id="kitkat", names=("KitKat",))}


class FakeModel:
    """Negative where the text says *bad*, positive where it says *good*."""

    version = "fake-1"

    def score_many(self, said: Sequence[TextInLanguage]) -> list[Score]:
        return [_score(text) for text, _ in said]


def _score(text: str) -> Score:
    if "bad" in text:
        return Score(Sentiment(0.8, 0.15, 0.05), TextSignals(1, ("bad",)))
    if "good" in text:
        return Score(Sentiment(0.05, 0.15, 0.8), TextSignals(0, ("good",)))
    return Score(Sentiment(0.1, 0.8, 0.1))


def at(second: float) -> datetime:
    return datetime.fromtimestamp(T0 + second, UTC)


def mention(name: str, second: float, text: str = "so so", **fields: object) -> Mention:
    author = Author(id=f"a{name}", handle=str(fields.pop("handle", f"h{name}")), followers=7)
    return Mention(id=name, created_at=at(second), text=text, author=author, **fields)


def batch(
    *mentions: Mention, to: float, brand: str = "nestle", source: str = "x", **fields: object
):
    return MentionBatch(
        brand=brand, source=source, seq=0, watermark=at(to), mentions=mentions, **fields
    )


def raw(*mentions: Mention, to: float, **fields: object) -> bytes:
    return encode(batch(*mentions, to=to, **fields))


def gap(start: float, end: float) -> Gap:
    return Gap(start=at(start), end=at(end), cause="disconnect")
