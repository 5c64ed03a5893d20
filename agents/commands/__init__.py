"""One module a command of ``tocsin``."""
