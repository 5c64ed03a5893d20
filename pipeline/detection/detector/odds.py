"""Log-odds."""

from math import log


def logit(share: float) -> float:
    """Log-odds of a share, cut off at 1 in 10,000.

    >>> round(logit(0.5), 3), round(logit(0.0), 2)
    (0.0, -9.21)
    """
    share = min(max(share, 1e-4), 1 - 1e-4)
    return log(share / (1 - share))
