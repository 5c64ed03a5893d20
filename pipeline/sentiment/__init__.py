"""Sentiment of short texts. Other packages import ``api`` and ``load`` alone."""
