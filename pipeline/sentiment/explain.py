"""Which tokens moved a score: what the log-odds of positive against negative owe to each."""

from pipeline.sentiment.model import Model
from pipeline.sentiment.tokens import tokens


def explain(model: Model, text: str, lang: str) -> list[tuple[str, float]]:
    """Each token with its pull: below 0 towards negative, above 0 towards positive, in nats.

    The pull is what the log-odds lose when the token is taken out, so it holds everything the
    token takes part in: its word, its pairs, its negations. In the order of the text.
    """
    found = tokens(text)
    lang = model.language(found, lang)
    whole = _lean(model, found, lang)
    return [
        (token, whole - _lean(model, found[:at] + found[at + 1 :], lang))
        for at, token in enumerate(found)
    ]


def _lean(model: Model, found: list[str], lang: str) -> float:
    negative, positive = model.log_odds(" ".join(found), lang)
    return positive - negative
