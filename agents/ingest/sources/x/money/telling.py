"""What Prometheus and ``/healthz`` are told of the money."""

from collections.abc import Mapping
from math import isfinite

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.ladder import LADDER
from agents.ingest.sources.x.money.prices import MICROS

RUNGS = tuple(dict.fromkeys(rung.name for rung in LADDER))
"""What may be given up, the least first: their places are the values of the metric."""


class _Money(Collector):
    """Reads the account when Prometheus asks, all figures at the same moment."""

    def __init__(self, account: Account, source: str) -> None:
        self._account = account
        self._source = source

    def collect(self) -> list[GaugeMetricFamily]:
        """Return all of them."""
        standing = self._account.standing()
        of = ["source", "period", "unit"]
        spent = GaugeMetricFamily("tocsin_source_spent", "Read in this period (UTC)", labels=of)
        budget = GaugeMetricFamily("tocsin_source_budget", "What may be read in it", labels=of)
        for period, total in (("day", standing.spent.today), ("month", standing.spent.month)):
            spent.add_metric([self._source, period, "posts"], total.posts)
            spent.add_metric([self._source, period, "usd"], total.micros / MICROS)
        for purse in standing.purses:
            budget.add_metric([self._source, purse.period, purse.unit], purse.most)
        lasts = GaugeMetricFamily(
            "tocsin_source_money_lasts_seconds",
            "For how long the money lasts at this rate; +Inf where it lasts",
            labels=["source"],
        )
        lasts.add_metric([self._source], standing.lasts_s)
        saving = GaugeMetricFamily(
            "tocsin_source_saving",
            f"What is given up to save money: {', '.join(RUNGS)}, from 0",
            labels=["source"],
        )
        saving.add_metric([self._source], RUNGS.index(standing.rung.name))
        percent = GaugeMetricFamily(
            "tocsin_source_sample_percent", "Share of the posts that is read", labels=["source"]
        )
        percent.add_metric([self._source], standing.rung.percent)
        by_x = GaugeMetricFamily(
            "tocsin_source_posts_by_x", "Posts of the project today, as X counts", labels=["source"]
        )
        by_x.add_metric([self._source], standing.by_x)
        return [spent, budget, lasts, saving, percent, by_x]


def tell_prometheus(account: Account, source: str, registry: CollectorRegistry) -> None:
    """Add the figures of an account to a registry."""
    registry.register(_Money(account, source))


class Facts:
    """What ``/healthz`` says of the money.

    >>> Facts(Account())()["money"]["words"]
    '0.00 USD today, without a limit; nothing is left out'
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def __call__(self) -> Mapping[str, dict[str, object]]:
        """Return it in plain JSON values."""
        standing = self._account.standing()
        lasts_s = standing.lasts_s
        return {
            "money": {
                "words": standing.words(),
                "saving": standing.rung.name,
                "percent": standing.rung.percent,
                "lasts_s": round(lasts_s) if isfinite(lasts_s) else None,
                "usd_today": standing.spent.today.micros / MICROS,
                "posts_today": standing.spent.today.posts,
            }
        }
