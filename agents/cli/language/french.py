"""What stands in the code in English, in French: help, and what commands say."""

from functools import cache
from inspect import cleandoc
from typing import Final

from agents.cli.language.answering import ANSWERING
from agents.cli.language.evaluation import EVALUATION
from agents.cli.language.faults import FAULTS
from agents.cli.language.measuring import MEASURING
from agents.cli.language.messages import MESSAGES
from agents.cli.language.outcomes import OUTCOMES
from agents.cli.language.reports import REPORTS
from agents.cli.language.sources import SOURCES
from agents.cli.language.watching import WATCHING
from agents.cli.language.workings import WORKINGS

FRENCH: Final = {
    **WATCHING,
    **SOURCES,
    **ANSWERING,
    **MEASURING,
    **MESSAGES,
    **FAULTS,
    **REPORTS,
    **EVALUATION,
    **OUTCOMES,
    **WORKINGS,
}
"""By the English, each paragraph of it on one line (``paragraphs``)."""


def paragraphs(text: str) -> str:
    r"""Put each paragraph on one line, as the catalogue has it.

    >>> paragraphs("One\n    line.\n\n    Another.\n    ")
    'One line.\n\nAnother.'
    """
    return "\n\n".join(" ".join(one.split()) for one in cleandoc(text).split("\n\n"))


@cache
def in_french(text: str) -> str:
    """Return a text in French; as it is, where the catalogue has none.

    >>> in_french("Its tone.")
    'Son ton.'
    """
    from agents.alerting.i18n.typeset import french  # noqa: PLC0415 - slow, and no English needs it

    return french(FRENCH.get(text) or FRENCH.get(paragraphs(text), text))
