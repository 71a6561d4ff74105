"""/metrics: what Prometheus reads. Counted from the database at each look, so that a restart loses
nothing; what the process alone knows (its loop's lag) it measures itself."""

import asyncio
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.domain.budgets import Usage
from core.ports.clock import Clock
from core.ports.figures import Counts
from core.ports.store import Store

TICK_S = 0.5
LAGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
TROUBLE = frozenset({"failed", "refused", "unknown"})
OPEN = ("confirming", "queued", "running")


class Metrics:
    """`watch` is its long-lived task."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._own = CollectorRegistry()
        self._lag = Histogram(
            "darkroom_loop_lag_seconds",
            "How late the event loop comes to what is due",
            buckets=LAGS,
            registry=self._own,
        )
        self._up = Gauge("darkroom_up", "The process serves", registry=self._own)
        self._up.set(1)

    async def watch(self) -> None:
        """Measures how late this process is, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            await asyncio.sleep(TICK_S)
            self._lag.observe(max(0.0, clock() - began - TICK_S))

    async def text(self) -> bytes:
        """In Prometheus's words."""
        async with self._store.read() as uow:
            counts = await uow.figures.counts()
            usage = await uow.ledger.usage(self._clock().date())
        counted = CollectorRegistry()
        counted.register(_Counted(counts, usage))
        return generate_latest(counted) + generate_latest(self._own)


class _Counted(Collector):
    def __init__(self, counts: Counts, usage: Usage) -> None:
        self._counts, self._usage = counts, usage

    def collect(self) -> Iterator[Metric]:
        counts, usage = self._counts, self._usage
        runs = dict(counts.runs)
        yield _gauge("runs_open", "Runs that are going", sum(runs.get(each, 0) for each in OPEN))
        yield _gauge("images_today", "Images booked today", usage.images)
        yield _gauge("usd_today", "Dollars booked today", float(usage.usd))
        yield _gauge("queue_commands", "Commands that are not taken in yet", counts.waiting)
        by_status = CounterMetricFamily("darkroom_runs", "Runs by status", labels=["status"])
        for status, number in counts.runs:
            by_status.add_metric([status], number)
        yield by_status
        yield CounterMetricFamily("darkroom_rounds", "Images painted", value=counts.rounds)
        posts = GaugeMetricFamily(
            "darkroom_queue_posts", "Posts not sent", labels=["platform", "state"]
        )
        for platform, state, number in counts.outbox:
            posts.add_metric([platform, state], number)
        yield posts
        yield from self._calls()

    def _calls(self) -> Iterator[Metric]:
        labels = ["model", "step"]
        made = CounterMetricFamily(
            "darkroom_calls", "Calls of models by state", labels=[*labels, "state"]
        )
        seconds = CounterMetricFamily(
            "darkroom_step_seconds", "Seconds that calls took together", labels=labels
        )
        errors = CounterMetricFamily(
            "darkroom_provider_errors", "Calls that came to nothing", labels=["model", "state"]
        )
        usd = CounterMetricFamily("darkroom_spend_usd", "Dollars of calls", labels=["model"])
        for each in self._counts.calls:
            made.add_metric([each.model, each.kind, each.state], each.count)
        for (model, kind), took in _summed(self._counts).items():
            seconds.add_metric([model, kind], took)
        for model, dollars in _by_model(self._counts).items():
            usd.add_metric([model], dollars)
        for (model, state), number in _failed(self._counts).items():
            errors.add_metric([model, state], number)
        yield from (made, seconds, errors, usd)


def _summed(counts: Counts) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for each in counts.calls:
        key = (each.model, each.kind)
        found[key] = found.get(key, 0.0) + each.seconds
    return found


def _by_model(counts: Counts) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in counts.calls:
        found[each.model] = found.get(each.model, 0.0) + float(each.usd)
    return found


def _failed(counts: Counts) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for each in counts.calls:
        if each.state in TROUBLE:
            key = (each.model, each.state)
            found[key] = found.get(key, 0) + each.count
    return found


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"darkroom_{name}", about, value=value)
