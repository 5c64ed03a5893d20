"""The careful reader, where the optional extra is there."""

import logging
from typing import NamedTuple

from pipeline.reading.contract import Reader
from pipeline.reading.encoder import NoReaderError, open_reader
from pipeline.reading.rules import ReadingRules, rules_for

log = logging.getLogger("tocsin.reader")


class OpenedReader(NamedTuple):
    """A reader and how much it may read; neither where nothing is read."""

    reader: Reader | None = None
    rules: ReadingRules | None = None


def open_if_there(share: float, brands: int) -> OpenedReader:
    """Open the reader for so many brands; where there is none, say once why.

    ``share``: of a core, 0 for no careful reading (``TOCSIN_READER_SHARE``).
    """
    rules = rules_for(share, brands)
    if rules is None:
        log.info("nothing is read carefully: TOCSIN_READER_SHARE=%g for %s brands", share, brands)
        return OpenedReader()
    try:
        return OpenedReader(open_reader(), rules)
    except NoReaderError as error:
        log.warning("nothing is read carefully, all else is as ever: %s", error)
        return OpenedReader()
