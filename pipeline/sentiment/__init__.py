"""Sentiment of short texts: tokens, features, model, training."""

from pipeline.sentiment.contract import Cue, Score, SentimentModel
from pipeline.sentiment.model import Model, load_model
from pipeline.sentiment.weights import WeightsError

__all__ = ["Cue", "Model", "Score", "SentimentModel", "WeightsError", "load_model"]
