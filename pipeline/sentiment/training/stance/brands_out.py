"""Folds of the posts that we read, so that none is judged by what knows its company.

The posts that teach and those that judge speak of the same companies, and half of what was read of
some of these attacks them. What a stance is worth for a brand of which nobody read posts is told by
learning without a company, and judging by its posts.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.names import companies
from pipeline.sentiment.training.stance.sentences import ATTACKS

_POST = 0.05
"""What a post that attacks nobody counts beside an attack, where folds are made even."""


class CompanyFold(NamedTuple):
    """Companies (their numbers) to leave out, and the posts of them, each with its class."""

    without: frozenset[int]
    judged: list[tuple[LabelledText, str]]


def company_folds(labelled: Sequence[tuple[LabelledText, str]], count: int) -> list[CompanyFold]:
    """Folds with about as many attacks each. Posts of no company that is known are in none.

    A post of several companies goes with the first that it names; ``train_stance`` leaves out all
    posts that name any of ``without``.

    >>> posts = [("Monsanto lies", "accusation"), ("BBC lies", "accusation"), ("tea", "everyday")]
    >>> two = company_folds([(LabelledText(text, "en", 0, "mine"), of) for text, of in posts], 2)
    >>> [[one.text for one, _ in fold.judged] for fold in two]
    [['Monsanto lies'], ['BBC lies']]
    """
    first = [(named[0], one, of) for one, of in labelled if (named := companies(one.text))]
    size = defaultdict[int, float](float)
    for company, _, of in first:
        size[company] += 1 if of in ATTACKS else _POST
    load, where = [0.0] * count, dict[int, int]()
    for company in sorted(size, key=lambda each: (-size[each], each)):
        where[company] = load.index(min(load))
        load[where[company]] += size[company]
    return [
        CompanyFold(
            frozenset(company for company in where if where[company] == number),
            [(one, of) for company, one, of in first if where[company] == number],
        )
        for number in range(count)
    ]
