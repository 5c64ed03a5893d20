"""Where alerts go: the contract in ``base``, and one module or folder a channel."""
