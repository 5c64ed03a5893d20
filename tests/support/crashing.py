"""A table of a worker that ends the process at a chosen write, for tests of crashes."""


class CrashError(Exception):
    """The process ends here."""


class Table(dict):
    """A table that ends the process just before its nth write; 0 for never."""

    def __init__(self, known, at_write=0) -> None:
        super().__init__(known)
        self._left = at_write

    def __setitem__(self, key, value) -> None:
        self._left -= 1
        if self._left == 0:
            raise CrashError
        super().__setitem__(key, value)
