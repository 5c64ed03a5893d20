"""Finds the scorer that a setting names.

Either the one that comes with Tocsin (``SHIPPED_SCORER``), or one of your own, named by the factory
that makes it: ``package.module:factory``. docs/develop/swapping-the-scorer.md has an example.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from pipeline.phrase import Phrase
from pipeline.sentiment.api import (
    LABELS,
    SHIPPED_SCORER,
    Score,
    Scorer,
    ScorerError,
    Sentiment,
    TextSignals,
)
from pipeline.sentiment.scorer.explain import Explainer
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import decode, shipped

_TRIED: Final = (("", "und"), ("Good morning", "en"))
"""Texts on which a scorer is tried when it is loaded."""

_TOLERANCE: Final = 1e-6
"""By how much the sum of three probabilities may differ from 1."""


def load_scorer(name: str = SHIPPED_SCORER) -> Scorer:
    """Load the scorer called ``name``, and try it on two texts.

    Raises:
        ScorerError: there is no such module or factory, it fails, or what it makes is no scorer;
            says which, and what is missing.

    >>> load_scorer("nowhere.to_be:found")
    Traceback (most recent call last):
        ...
    pipeline.sentiment.api.ScorerError: no module 'nowhere' to import 'nowhere.to_be' from
    """
    if name == SHIPPED_SCORER:
        return load_ngram()
    scorer = _made(name, _factory(name))
    if fault := _fault(scorer):
        raise ScorerError(Phrase("what {name} makes is no scorer: {fault}", name=name, fault=fault))
    return scorer  # type: ignore[no-any-return] # as was just checked


def load_ngram(data: bytes | None = None) -> NgramScorer:
    """Load the shipped scorer with its own weights, or with those in ``data``.

    Raises:
        ScorerError: the weights are altered, too large, or made for another tokenizer.
    """
    return NgramScorer(*decode(shipped() if data is None else data))


def load_explainer(data: bytes | None = None) -> Explainer:
    """Load what explains the scores of ``load_ngram(data)``.

    Raises:
        ScorerError: as ``load_ngram``.
    """
    return Explainer(decode(shipped() if data is None else data)[0])


def _factory(name: str) -> Callable[[], Any]:
    path, colon, called = name.partition(":")
    if not (path and colon and called):
        raise ScorerError(
            Phrase(
                "{name!r} is neither {shipped_scorer} nor package.module:factory",
                name=name,
                shipped_scorer=SHIPPED_SCORER,
            )
        )
    try:
        module = import_module(path)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing == path or path.startswith(f"{missing}."):
            raise ScorerError(
                Phrase("no module {missing!r} to import {path!r} from", missing=missing, path=path)
            ) from error
        raise ScorerError(
            Phrase("{path} needs a module that is not there: {missing}", path=path, missing=missing)
        ) from error
    except Exception as error:
        raise ScorerError(
            Phrase("{path} fails when it is imported: {why}", path=path, why=repr(error))
        ) from error
    factory = getattr(module, called, None)
    if factory is None:
        raise ScorerError(Phrase("module {path} has no {called!r}", path=path, called=called))
    if not callable(factory):
        raise ScorerError(Phrase("{name} is no factory: it can't be called", name=name))
    return factory  # type: ignore[no-any-return] # a module's members are untyped


def _made(name: str, factory: Callable[[], Any]) -> Any:  # noqa: ANN401 - not known yet
    try:
        return factory()
    except Exception as error:
        raise ScorerError(Phrase("{name} fails: {why}", name=name, why=repr(error))) from error


def _fault(scorer: Any) -> str:  # noqa: ANN401 - what it is, is the question
    """Say what an object lacks to be a ``Scorer``; ``""`` where it lacks nothing."""
    version = getattr(scorer, "version", None)
    if not isinstance(version, str) or not version:
        return "it lacks a version, which is a text and not empty"
    if not callable(getattr(scorer, "score_many", None)):
        return "it lacks the method score_many"
    try:
        scores = scorer.score_many(_TRIED)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not be raised
        return f"score_many raises {error!r}"
    if not isinstance(scores, list) or len(scores) != len(_TRIED):
        return f"score_many gives no list of {len(_TRIED)} scores for {len(_TRIED)} texts"
    return next(filter(None, map(_fault_of_score, scores)), "")


def _fault_of_score(score: Any) -> str:  # noqa: ANN401 - what it is, is the question
    if not (
        isinstance(score, Score)
        and isinstance(score.sentiment, Sentiment)
        and isinstance(score.signals, TextSignals)
    ):
        return f"score_many gives {score!r}, which is no Score of Sentiment and TextSignals"
    shares = score.sentiment.probabilities
    if min(shares) < 0 or abs(sum(shares) - 1) > _TOLERANCE:
        return f"the probabilities of {', '.join(LABELS)} are {shares}, which do not sum to 1"
    return ""
