"""Sentiment of short texts: tokens, features, model, training."""

from pipeline.sentiment.api import Cue, Score, SentimentModel
from pipeline.sentiment.scorer.ngram import Model, load_model
from pipeline.sentiment.scorer.weights import WeightsError

__all__ = ["Cue", "Model", "Score", "SentimentModel", "WeightsError", "load_model"]
