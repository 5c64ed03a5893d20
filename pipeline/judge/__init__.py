"""Is it a crisis? Features, the library of episodes, evidence, the life cycle of an incident."""

from pipeline.judge.judge import Judge
from pipeline.judge.library import Library, LibraryError, load_library

__all__ = ["Judge", "Library", "LibraryError", "load_library"]
