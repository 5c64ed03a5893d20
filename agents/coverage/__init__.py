"""Whether brands are heard and judged: what must be known before silence may be called quiet."""
