"""Up to when a live source was complete, kept so that the next start knows what it missed."""

from datetime import datetime
from pathlib import Path


class Bookmark:
    """One time in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> datetime | None:
        """Return the saved time; None if there is none or it cannot be read."""
        try:
            moment = datetime.fromisoformat(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return moment if moment.tzinfo else None

    def save(self, moment: datetime) -> None:
        """Replace the saved time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(moment.isoformat())
        fresh.replace(self._path)
