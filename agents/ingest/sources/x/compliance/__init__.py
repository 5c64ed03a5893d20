"""Asking X which of the posts that are kept must be kept no longer (``/2/compliance/jobs``)."""
