"""Sentiment of short texts: tokens, features, model, training."""
