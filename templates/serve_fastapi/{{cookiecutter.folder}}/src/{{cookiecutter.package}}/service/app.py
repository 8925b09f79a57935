"""The web application: routes of FastAPI around the model, the batches and the metrics."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route

from {{ cookiecutter.package }} import __version__
from {{ cookiecutter.package }}.artifact import ArtifactError
from {{ cookiecutter.package }}.service import feedback, metrics, open_inference, openapi
from {{ cookiecutter.package }}.service.batching import Batcher
from {{ cookiecutter.package }}.service.drift import Monitor
from {{ cookiecutter.package }}.service.gate import Gate, read_body, send_bytes, send_json
from {{ cookiecutter.package }}.service.logs import configure
from {{ cookiecutter.package }}.service.model import NAME, Answers, Served
from {{ cookiecutter.package }}.service.problems import Problem
from {{ cookiecutter.package }}.service.rows import parse
from {{ cookiecutter.package }}.service.settings import Settings, from_environment

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LOG = logging.getLogger("{{ cookiecutter.package }}.service")
LONG = 65_536  # bytes of a body above which it is parsed beside the event loop
COUNTING = 5.0  # seconds between counts of the rows that were answered
TURNING = 300.0  # seconds that a window of the drift is open


class Service:
    """What the routes share: the model, the batches, the monitor."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.served = Served(settings)
        self.monitor = _monitor(self.served)
        self.scores = feedback.Scores()
        self.predictions = metrics.Predictions()
        self.ready = False
        self.batcher: Batcher | None = None
        metrics.LOADED.set_to_current_time()

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Start what runs beside the requests, and stop it."""
        self.batcher = Batcher(lambda rows: self.served.answer(rows), self.settings.queue_limit, self._note)
        tasks = [asyncio.create_task(self._count()), asyncio.create_task(self._watch())]
        self.ready = True
        LOG.info("ready", extra={"data": {"model": NAME, "version": self.served.version}})
        yield
        self.ready = False
        for task in tasks:
            task.cancel()
        metrics.leave()

    def _note(self, rows: list[Any], predictions: list[Any], seconds: float) -> None:
        metrics.BATCH.observe(len(rows))
        metrics.BUSY.inc(seconds)
        self.predictions.add(predictions)
        self.monitor.see(rows)

    async def _count(self) -> None:
        loop = asyncio.get_running_loop()
        turned = loop.time()
        while True:
            await asyncio.sleep(COUNTING)
            metrics.show(await asyncio.to_thread(self.monitor.drifts))
            if loop.time() - turned > TURNING:
                self.monitor.turn()
                turned = loop.time()

    async def _watch(self) -> None:
        """Take a new artifact into service as soon as it is complete; keep the old one if it is damaged."""
        while self.settings.reload > 0:
            await asyncio.sleep(self.settings.reload)
            if not await asyncio.to_thread(self.served.replaced):
                continue
            try:
                served = await asyncio.to_thread(Served, self.settings)
            except (ArtifactError, Problem, OSError) as error:
                metrics.RELOADS.labels("refused").inc()
                LOG.error("the new artifact is refused: %s", error)
                continue
            self.served, self.monitor = served, _monitor(served)
            metrics.RELOADS.labels("taken").inc()
            metrics.LOADED.set_to_current_time()
            LOG.info("reloaded", extra={"data": {"model": NAME, "version": served.version}})

    async def ask(self, rows: list[Any], scope: Scope) -> Answers:
        """Answer rows together with those of other requests."""
        scope["rows"] = len(rows)
        if self.batcher is None:
            raise Problem(503, "the service is starting", headers={"retry-after": "1"})
        return await self.batcher.submit(rows, self.settings.timeout)

    async def content(self, scope: Scope, receive: Receive) -> Any:
        """Read the body of a request as JSON."""
        try:
            async with asyncio.timeout(self.settings.timeout):
                body, content_type = await read_body(scope, receive, self.settings.body_limit)
        except TimeoutError:
            raise Problem(408, "the body did not arrive in time", headers={"connection": "close"}) from None
        if len(body) > LONG:
            return await asyncio.to_thread(parse, body, content_type)
        return parse(body, content_type)

    async def rows(self, read: Callable[[Any], Any], content: Any) -> Any:
        """Check rows; many of them beside the event loop."""
        try:
            if isinstance(content, list) and len(content) > 200:
                return await asyncio.to_thread(read, content)
            return read(content)
        except Problem as problem:
            metrics.refuse(problem.faults)
            raise

    async def predict(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /predict: one row as an object, or several as a list."""
        rows = await self.rows(self.served.reader.read, await self.content(scope, receive))
        answers = await self.ask(rows, scope)
        content: dict[str, Any] = {"predictions": answers.predictions}
        if answers.probabilities is not None:
            content["probabilities"] = answers.probabilities
        content["model"] = {"name": NAME, "version": answers.version}
        await send_json(send, content)

    async def infer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /v2/models/NAME/infer: the Open Inference Protocol."""
        content = await self.content(scope, receive)
        rows, request = await self.rows(lambda given: open_inference.read(given, self.served), content)
        await send_json(send, open_inference.answer(await self.ask(rows, scope), request))

    async def feedback(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /feedback: what turned out to be true."""
        items = feedback.read(await self.content(scope, receive), self.settings.row_limit)
        scope["rows"] = len(items)
        scores = await asyncio.to_thread(self.scores.add, items)
        metrics.FEEDBACK.inc(len(items))
        for name, value in scores.items():
            metrics.SCORE.labels(name).set(value)
        await send_json(send, {"received": len(items), "scores": scores})

    async def model(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /model: what is served, and where it came from."""
        await send_json(send, self.served.describe())

    async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /health/live: the process runs."""
        await send_json(send, {"live": True})

    async def readiness(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /health/ready: the model answers."""
        if not self.ready:
            raise Problem(503, "the service is starting or stopping")
        await send_json(send, {"ready": True, "name": NAME, "version": self.served.version})

    async def measure(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /metrics: for Prometheus."""
        metrics.show(await asyncio.to_thread(self.monitor.drifts))
        await send_bytes(send, await asyncio.to_thread(metrics.page), metrics.CONTENT_TYPE)

    async def server(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /v2: the server."""
        await send_json(send, open_inference.SERVER)

    async def describe_tensors(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /v2/models/NAME: inputs and outputs."""
        await send_json(send, open_inference.metadata(self.served))


class Page:
    """A method of the service as an application of its own, without the cost of request objects."""

    def __init__(self, answer: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.answer(scope, receive, send)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; settings come from the environment unless they are given."""
    chosen = settings or from_environment()
    configure(chosen.log_level)
    service = Service(chosen)
    app = FastAPI(title=NAME, version=__version__, lifespan=service.lifespan, redoc_url=None)
    app.state.service = service
    pages = {
        "/predict": ("POST", service.predict),
        "/feedback": ("POST", service.feedback),
        "/model": ("GET", service.model),
        "/health/live": ("GET", service.live),
        "/health/ready": ("GET", service.readiness),
        "/metrics": ("GET", service.measure),
        "/v2": ("GET", service.server),
        "/v2/health/live": ("GET", service.live),
        "/v2/health/ready": ("GET", service.readiness),
        f"/v2/models/{NAME}": ("GET", service.describe_tensors),
        f"/v2/models/{NAME}/ready": ("GET", service.readiness),
        f"/v2/models/{NAME}/infer": ("POST", service.infer),
    }
    app.router.routes[:0] = [Route(path, Page(answer), methods=[method]) for path, (method, answer) in pages.items()]
    app.openapi = lambda: openapi.document(service.served)  # type: ignore[method-assign]
    app.add_middleware(Gate, settings=chosen, routes=frozenset(pages))
    for fault in (404, 405):
        app.add_exception_handler(fault, _as_problem)
    return app


def _as_problem(request: Any, error: Any) -> Any:
    raise Problem(error.status_code, "see /openapi.json", headers={**(error.headers or {})})


def _monitor(served: Served) -> Monitor:
    schema: Any = served.predictor.schema
    return Monitor(schema.columns if schema.kind == "table" else [])

