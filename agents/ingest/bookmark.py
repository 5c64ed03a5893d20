"""Up to when a live source was complete, kept so that the next start knows what it missed."""

import logging
from datetime import datetime
from pathlib import Path

from agents.ingest.outbox.private_files import (
    PRIVATE_FILE,
    is_full,
    make_private_directory,
    replace_file,
    tighten,
)

log = logging.getLogger(__name__)


class Bookmark:
    """One time in one private file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> datetime | None:
        """Return the saved time; None if there is none or it cannot be read."""
        try:
            tighten(self._path, PRIVATE_FILE)
            moment = datetime.fromisoformat(self._path.read_text())
        except FileNotFoundError:
            return None
        except ValueError:
            log.warning("%s is unreadable: what was missed since is not known", self._path)
            return None
        return moment if moment.tzinfo else None

    def save(self, moment: datetime) -> None:
        """Replace the saved time; when this returns, a power failure does not take it.

        On a full disk the older time stays: the next start then states a longer gap.
        """
        try:
            make_private_directory(self._path.parent)
            replace_file(self._path, moment.isoformat().encode())
        except OSError as error:
            if not is_full(error):
                raise
            log.warning("%s: %s; the older time stays", self._path, error.strerror)
