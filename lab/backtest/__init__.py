"""The worker's own code over a recorded period, without Kafka."""

from lab.backtest.run import Backtest

__all__ = ["Backtest"]
