"""What alerting says of how far it is, where several sinks share the topic."""

from prometheus_client import CollectorRegistry

from agents.alerting.report import Lags
from pipeline.metrics import Metrics


def test_the_lag_is_that_of_the_sink_that_is_last() -> None:
    registry = CollectorRegistry()
    lags = Lags(Metrics(registry))

    def lag() -> float | None:
        labels = {"topic": "tocsin.incidents", "partition": "0"}
        return registry.get_sample_value("tocsin_consumer_lag_records", labels)

    lags.state("Slack", "tocsin.incidents", 0, 7)
    lags.state("The terminal", "tocsin.incidents", 0, 2)
    assert lag() == 7
    lags.state("Slack", "tocsin.incidents", 0, None)
    assert lag() == 2
    lags.state("The terminal", "tocsin.incidents", 0, None)
    assert lag() is None
