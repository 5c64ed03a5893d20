"""Two regressions, fitted by L-BFGS: a softmax head over vectors, and logistic ones over features.

Only training needs them, and scipy with them. The same input gives the same weights.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]  # river brings scipy
from scipy.optimize import minimize  # type: ignore[import-untyped]

Floats = npt.NDArray[np.float64]
Matrix = Any
"""A sparse matrix by rows; scipy's types are untyped here."""

_STEPS = 120


class RegressionHead(NamedTuple):
    """Softmax regression: ``weights`` by dimension and class, and a ``bias`` by class."""

    weights: Floats
    bias: Floats

    def probabilities(self, vectors: Floats) -> Floats:
        """A row a vector, a column a class."""
        odds = vectors @ self.weights + self.bias
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds)
        found: Floats = shares / shares.sum(axis=1, keepdims=True)
        return found


def fit_head(vectors: Floats, targets: Floats, weight: Floats, *, l2: float) -> RegressionHead:
    """Fit a head to soft ``targets`` (a row a vector, a column a class)."""
    size, classes = vectors.shape[1], targets.shape[1]
    whole = weight.sum()

    def loss(flat: Floats) -> tuple[float, Floats]:
        table = flat.reshape(size + 1, classes)
        odds = vectors @ table[:-1] + table[-1]
        odds -= odds.max(axis=1, keepdims=True)
        logs = odds - np.log(np.exp(odds).sum(axis=1, keepdims=True))
        slope = weight[:, None] * (np.exp(logs) - targets) / whole
        slopes = np.vstack([vectors.T @ slope + l2 * table[:-1], slope.sum(axis=0)])
        value = -(weight[:, None] * targets * logs).sum() / whole
        return value + l2 / 2 * float((table[:-1] ** 2).sum()), slopes.ravel()

    found = _minimum(loss, (size + 1) * classes).reshape(size + 1, classes)
    return RegressionHead(found[:-1], found[-1])


class Logistic(NamedTuple):
    """Logistic regression over features and over a dense part beside them."""

    weights: Floats
    dense: Floats
    bias: float


def fit_logistic(
    features: Matrix,
    dense: Floats,
    targets: Floats,
    weight: Floats,
    *,
    l2: float,
    dense_l2: float,
) -> Logistic:
    """Fit to soft ``targets``, each counting by its ``weight``."""
    count, width = features.shape[1], dense.shape[1]
    turned = sparse.csr_matrix(features.T)
    whole = weight.sum()

    def loss(flat: Floats) -> tuple[float, Floats]:
        own, rest, bias = flat[:count], flat[count:-1], flat[-1]
        odds = features @ own + dense @ rest + bias
        value = float((weight * (np.logaddexp(0, odds) - targets * odds)).sum()) / whole
        slope = weight * (1 / (1 + np.exp(-odds)) - targets) / whole
        slopes = np.concatenate(
            [turned @ slope + l2 * own, dense.T @ slope + dense_l2 * rest, [slope.sum()]]
        )
        return value + l2 / 2 * float(own @ own) + dense_l2 / 2 * float(rest @ rest), slopes

    found = _minimum(loss, count + width + 1)
    return Logistic(found[:count], found[count:-1], float(found[-1]))


def _minimum(loss: Any, size: int) -> Floats:  # noqa: ANN401 - scipy is untyped here
    found: Floats = minimize(
        loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    ).x
    return found
