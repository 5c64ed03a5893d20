"""The worker's own code over a recorded period, without Kafka."""

from pipeline.backtest.run import Backtest

__all__ = ["Backtest"]
