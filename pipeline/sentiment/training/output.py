"""What training hands over: the bytes of a weights file and what is in them."""

from typing import NamedTuple

from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import Weights, decode, encode, shipped


class WeightsFile(NamedTuple):
    """A weights file as it is written: ``data``, the digest it bears, and the weights in it."""

    data: bytes
    digest: str
    weights: Weights

    def scorer(self) -> NgramScorer:
        """Return what scores with these weights."""
        return NgramScorer(self.weights, self.digest)


def weights_file(weights: Weights) -> WeightsFile:
    """Encode weights; the same weights give the same bytes.

    Raises:
        WeightsError: the file would be too large.
    """
    data = encode(weights)
    return WeightsFile(data, decode(data)[1], weights)


def read_weights(data: bytes | None = None) -> Weights:
    """Read the weights in ``data``, or the shipped ones.

    Raises:
        WeightsError: they are altered, too large, or made for another tokenizer.
    """
    return decode(shipped() if data is None else data)[0]
