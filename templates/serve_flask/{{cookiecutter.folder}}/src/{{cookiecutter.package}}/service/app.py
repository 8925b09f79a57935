"""The web application: routes of Flask around the model and the metrics; a thread for each request."""

from __future__ import annotations

import hmac
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from {{ cookiecutter.package }}.artifact import ArtifactError
from {{ cookiecutter.package }}.service import feedback, metrics, open_inference, openapi
from {{ cookiecutter.package }}.service.drift import Monitor
from {{ cookiecutter.package }}.service.logs import configure
from {{ cookiecutter.package }}.service.model import NAME, Answers, Served
from {{ cookiecutter.package }}.service.problems import MEDIA_TYPE, Problem
from {{ cookiecutter.package }}.service.rows import parse
from {{ cookiecutter.package }}.service.settings import Settings, from_environment

LOG = logging.getLogger("{{ cookiecutter.package }}.service")
ACCESS = logging.getLogger("{{ cookiecutter.package }}.access")
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
OPEN = ("/health/", "/metrics", "/v2/health/")
DRAIN = 64_000_000  # bytes beyond the limit that are read and dropped, so that the client hears the answer
COUNTING = 5.0  # seconds between counts of the rows that were answered
TURNING = 300.0  # seconds that a window of the drift is open


class Service:
    """What the routes share: the model, the monitor, the scores."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys = [key.strip().encode() for key in settings.api_key.split(",") if key.strip()]
        self.served = Served(settings)
        self.monitor = _monitor(self.served)
        self.scores = feedback.Scores()
        self.predictions = metrics.Predictions()
        metrics.LOADED.set_to_current_time()
        threading.Thread(target=self._tend, daemon=True, name="monitor").start()

    def _tend(self) -> None:
        """Count rows, open windows, look for a new artifact; all beside the requests."""
        turned = looked = time.monotonic()
        while True:
            time.sleep(min(COUNTING, self.settings.reload or COUNTING))
            metrics.show(self.monitor.drifts())
            now = time.monotonic()
            if now - turned > TURNING:
                self.monitor.turn()
                turned = now
            if 0 < self.settings.reload <= now - looked:
                self._renew()
                looked = now

    def _renew(self) -> None:
        if not self.served.replaced():
            return
        try:
            served = Served(self.settings)
        except (ArtifactError, Problem, OSError) as error:
            metrics.RELOADS.labels("refused").inc()
            LOG.error("the new artifact is refused: %s", error)
            return
        self.served, self.monitor = served, _monitor(served)
        metrics.RELOADS.labels("taken").inc()
        metrics.LOADED.set_to_current_time()

    def content(self) -> Any:
        """Read the body of the request as JSON."""
        body = bytearray()
        size = 0
        while piece := request.stream.read(65_536):
            size += len(piece)
            if size <= self.settings.body_limit:
                body += piece
            elif size > self.settings.body_limit + DRAIN:
                break
        if size > self.settings.body_limit:
            raise Problem(413, f"the body has more than {self.settings.body_limit} bytes")
        return parse(body, request.headers.get("content-type", ""))

    def ask(self, served: Served, read: Callable[[Any], Any]) -> tuple[Answers, Any]:
        """Check the rows of the body and answer them."""
        try:
            rows, extra = read(self.content())
        except Problem as problem:
            metrics.refuse(problem.faults)
            raise
        g.rows = len(rows)
        start = time.perf_counter()
        answers = served.answer(rows)
        metrics.BUSY.inc(time.perf_counter() - start)
        metrics.BATCH.observe(len(rows))
        self.predictions.add(answers.predictions)
        self.monitor.see(rows)
        return answers, extra

    def predict(self) -> Response:
        """POST /predict: one row as an object, or several as a list."""
        served = self.served
        answers, _ = self.ask(served, lambda content: (served.reader.read(content), None))
        said: dict[str, Any] = {"predictions": answers.predictions}
        if answers.probabilities is not None:
            said["probabilities"] = answers.probabilities
        return as_json({**said, "model": {"name": NAME, "version": answers.version}})

    def infer(self) -> Response:
        """POST /v2/models/NAME/infer: the Open Inference Protocol."""
        served = self.served
        answers, asked = self.ask(served, lambda content: open_inference.read(content, served))
        return as_json(open_inference.answer(answers, asked))

    def feedback(self) -> Response:
        """POST /feedback: what turned out to be true."""
        items = feedback.read(self.content(), self.settings.row_limit)
        scores = self.scores.add(items)
        metrics.FEEDBACK.inc(len(items))
        for name, value in scores.items():
            metrics.SCORE.labels(name).set(value)
        return as_json({"received": len(items), "scores": scores})

    def ready(self) -> Response:
        """GET /health/ready: the model answers."""
        return as_json({"ready": True, "name": NAME, "version": self.served.version})

    def measure(self) -> Response:
        """GET /metrics: for Prometheus."""
        metrics.show(self.monitor.drifts())
        return Response(metrics.page(), content_type=metrics.CONTENT_TYPE)

    def admit(self) -> None:
        """Begin a request: its clock, its id, its key."""
        g.start = time.perf_counter()
        given = request.headers.get("x-request-id", "")
        g.id = given if ID.fullmatch(given) else uuid.uuid4().hex
        metrics.IN_FLIGHT.inc()
        g.counted = True
        if not self.keys or request.path.startswith(OPEN):
            return
        headers = request.headers
        sent = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        if not any([hmac.compare_digest(sent.encode(), key) for key in self.keys]):  # all: time tells nothing
            raise Problem(401, "send a valid key as X-API-Key", headers={"www-authenticate": "Bearer"})

    def account(self, response: Response) -> Response:
        """End a request: count it and log it."""
        if g.pop("counted", False):
            metrics.IN_FLIGHT.dec()
        seconds = time.perf_counter() - g.start
        route = request.url_rule.rule if request.url_rule else "other"
        metrics.REQUESTS.labels(route, str(response.status_code)).inc()
        metrics.LATENCY.labels(route).observe(seconds)
        response.headers["x-request-id"] = g.id
        response.headers["x-content-type-options"] = "nosniff"
        data = {"request_id": g.id, "method": request.method, "route": route, "status": response.status_code}
        ACCESS.info(
            "request", extra={"data": {**data, "seconds": round(seconds, 6), "rows": g.get("rows")}}
        )
        return response


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; settings come from the environment unless they are given."""
    chosen = settings or from_environment()
    configure(chosen.log_level)
    service = Service(chosen)
    app = Flask(NAME, static_folder=None)
    pages: dict[str, tuple[str, Callable[[], Response]]] = {
        "/predict": ("POST", service.predict),
        "/feedback": ("POST", service.feedback),
        "/model": ("GET", lambda: as_json(service.served.describe())),
        "/openapi.json": ("GET", lambda: as_json(openapi.document(service.served))),
        "/health/live": ("GET", lambda: as_json({"live": True})),
        "/health/ready": ("GET", service.ready),
        "/metrics": ("GET", service.measure),
        "/v2": ("GET", lambda: as_json(open_inference.SERVER)),
        "/v2/health/live": ("GET", lambda: as_json({"live": True})),
        "/v2/health/ready": ("GET", service.ready),
        f"/v2/models/{NAME}": ("GET", lambda: as_json(open_inference.metadata(service.served))),
        f"/v2/models/{NAME}/ready": ("GET", service.ready),
        f"/v2/models/{NAME}/infer": ("POST", service.infer),
    }
    for path, (method, answer) in pages.items():
        app.add_url_rule(path, path, answer, methods=[method], provide_automatic_options=False)
    app.before_request(service.admit)
    app.after_request(service.account)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(Exception, _fault)
    return app


def as_json(content: Any) -> Response:
    """Answer with JSON."""
    return Response(orjson.dumps(content), content_type="application/json")


def _problem(problem: Problem) -> Response:
    response = Response(problem.body(g.id), problem.status, content_type=MEDIA_TYPE)
    response.headers.extend(problem.headers)
    return response


def _http_fault(error: HTTPException) -> Response:
    headers = dict(error.get_headers())
    allowed = {"allow": headers["Allow"]} if "Allow" in headers else {}
    return _problem(Problem(error.code or 500, "see /openapi.json", headers=allowed))


def _fault(error: Exception) -> Response:
    LOG.error("failed", exc_info=error, extra={"data": {"request_id": g.id}})
    return _problem(Problem(500, "the fault is in the log, under the id of this request"))


def _monitor(served: Served) -> Monitor:
    schema: Any = served.predictor.schema
    return Monitor(schema.columns if schema.kind == "table" else [])
