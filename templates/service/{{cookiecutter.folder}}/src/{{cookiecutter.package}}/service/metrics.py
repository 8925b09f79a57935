"""What Prometheus reads: requests, errors, load, answers, drift of the input, live scores.

The names are the same for every model, so that alert rules and dashboards are too.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter as Classes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as render
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from {{ cookiecutter.package }}.service.drift import Drift
from {{ cookiecutter.package }}.service.problems import Fault

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 10_000)
MANY = 20  # different predictions above which they are numbers, not classes

REQUESTS = Counter("model_requests", "Requests answered", ["route", "status"])
LATENCY = Histogram("model_request_seconds", "Time from request to answer", ["route"], buckets=SECONDS)
IN_FLIGHT = Gauge("model_requests_in_flight", "Requests being answered", multiprocess_mode="livesum")
BATCH = Histogram("model_batch_rows", "Rows that the model answered at once", buckets=ROWS)
BUSY = Counter("model_busy_seconds", "Time spent in the model")
PREDICTIONS = Counter("model_predictions", "Predictions by class", ["prediction"])
VALUE = Gauge("model_prediction_mean", "Mean of the last predicted numbers", multiprocess_mode="mostrecent")
REFUSED = Counter("model_refused_values", "Values that were refused", ["feature", "fault"])
PSI = Gauge("model_feature_psi", "Population stability index against training", ["feature"], multiprocess_mode="livemax")
KS = Gauge("model_feature_ks", "Kolmogorov-Smirnov distance from training", ["feature"], multiprocess_mode="livemax")
MISSING = Gauge("model_feature_missing_ratio", "Share of rows without a value", ["feature"], multiprocess_mode="livemax")
SEEN = Gauge("model_drift_rows", "Rows that drift is computed from", multiprocess_mode="livesum")
FEEDBACK = Counter("model_feedback", "True labels received")
SCORE = Gauge("model_live_score", "Score of the last labelled rows", ["score"], multiprocess_mode="mostrecent")
LOADED = Gauge("model_loaded_timestamp_seconds", "When the artifact was loaded", multiprocess_mode="mostrecent")
RELOADS = Counter("model_reloads", "Artifacts taken into service, or not", ["result"])
MEMORY = Gauge("model_resident_bytes", "Memory of the processes", multiprocess_mode="livesum")


class Predictions:
    """Counts classes, or keeps the mean of numbers."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def add(self, predictions: Sequence[Any]) -> None:
        """Count predictions."""
        for value in set(map(str, predictions)) if len(self.known) <= MANY else ():
            self.known.add(value)
        if len(self.known) <= MANY:
            for value, count in Classes(map(str, predictions)).items():
                PREDICTIONS.labels(value).inc(count)
        numbers = [value for value in predictions if isinstance(value, int | float)]
        if numbers:
            VALUE.set(sum(numbers) / len(numbers))


def refuse(faults: Sequence[Fault]) -> None:
    """Count refused values by column."""
    for fault in faults:
        REFUSED.labels(fault.feature, fault.code).inc()


def show(drifts: dict[str, Drift]) -> None:
    """Set what every worker tells of itself now and then: its memory, and the drift of the columns."""
    MEMORY.set(resident_bytes())
    for name, drift in drifts.items():
        if drift.psi is not None and drift.ks is not None:
            PSI.labels(name).set(drift.psi)
            KS.labels(name).set(drift.ks)
        if drift.rows:
            MISSING.labels(name).set(drift.missing)
    SEEN.set(max((drift.rows for drift in drifts.values()), default=0))


def page() -> bytes:
    """Give the page that Prometheus reads; of all workers, where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return render(REGISTRY)
    _forget_the_killed(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return render(registry)


def leave() -> None:
    """Take this process out of the sums of living ones."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(os.getpid())


def _forget_the_killed(folder: Path) -> None:
    """A worker that was killed could not take itself out of the sums."""
    for pid in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with contextlib.suppress(FileNotFoundError):  # another worker has just done so
                mark_process_dead(pid)
        except PermissionError:  # it lives, as another user
            continue


def resident_bytes() -> int:
    """The memory of this process, where the system tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
