"""What every request passes: its id, the API key, the clock, the log, and faults as problem+json."""

from __future__ import annotations

import hmac
import itertools
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from {{ cookiecutter.package }}.service import metrics
from {{ cookiecutter.package }}.service.problems import MEDIA_TYPE, Problem
from {{ cookiecutter.package }}.service.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
LOG = logging.getLogger("{{ cookiecutter.package }}.access")
ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
PROCESS = uuid.uuid4().hex[:16].encode()  # ids are this and a number: one random draw a process, not a request
COUNT = itertools.count(1)
OPEN = ("/health/", "/metrics", "/v2/health/")
DRAIN = 64_000_000  # bytes beyond the limit that are read and dropped, so that the client hears the answer


class Gate:
    """The outermost part of the application."""

    def __init__(self, app: App, settings: Settings, routes: frozenset[str]) -> None:
        self.app = app
        self.routes = routes
        self.keys = [key.strip().encode() for key in settings.api_key.split(",") if key.strip()]
        self.quiet = not LOG.isEnabledFor(logging.INFO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and account for it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        status = 500
        begun = False

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                extra = [(b"x-request-id", request_id), (b"x-content-type-options", b"nosniff")]
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        metrics.IN_FLIGHT.inc()
        try:
            self._admit(scope["path"], headers)
            await self.app(scope, receive, answer)
        except Problem as problem:
            if not begun:
                await send_problem(answer, problem, request_id.decode())
        except ConnectionResetError:
            status = 499  # the client has left
        except Exception as error:
            LOG.error("failed", exc_info=error, extra={"data": {"request_id": request_id.decode()}})
            if not begun:
                problem = Problem(500, "the fault is in the log, under the id of this request")
                await send_problem(answer, problem, request_id.decode())
        finally:
            metrics.IN_FLIGHT.dec()
            self._account(scope, status, time.perf_counter() - start, request_id)

    def _admit(self, path: str, headers: dict[bytes, bytes]) -> None:
        if not self.keys or path.startswith(OPEN):
            return
        given = headers.get(b"x-api-key") or headers.get(b"authorization", b"").removeprefix(b"Bearer ")
        if not any([hmac.compare_digest(given, key) for key in self.keys]):  # all, so that time tells nothing
            raise Problem(401, "send a valid key as X-API-Key", headers={"www-authenticate": "Bearer"})

    def _account(self, scope: Scope, status: int, seconds: float, request_id: bytes) -> None:
        route = scope["path"] if scope["path"] in self.routes else "other"
        metrics.REQUESTS.labels(route, str(status)).inc()
        metrics.LATENCY.labels(route).observe(seconds)
        if not self.quiet:
            data = {
                "request_id": request_id.decode(),
                "method": scope["method"],
                "route": route,
                "status": status,
                "seconds": round(seconds, 6),
                "rows": scope.get("rows"),
            }
            LOG.info("request", extra={"data": data})


async def read_body(scope: Scope, receive: Receive, limit: int) -> tuple[bytearray, str]:
    """Read the body of a request, and its content type; a body beyond the limit is dropped."""
    headers = dict(scope["headers"])
    body = bytearray()
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            body += piece
        elif size > limit + DRAIN:
            break
        if not message.get("more_body", False):
            break
    if size > limit:
        raise Problem(413, f"the body has more than {limit} bytes", headers={"connection": "close"})
    return body, headers.get(b"content-type", b"").decode("latin-1")


async def send_json(send: Send, content: Any) -> None:
    """Answer with JSON."""
    await send_bytes(send, orjson.dumps(content), "application/json")


async def send_bytes(send: Send, body: bytes, kind: str, status: int = 200, headers: Any = ()) -> None:
    """Answer with a whole body."""
    head = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def send_problem(send: Send, problem: Problem, request_id: str) -> None:
    """Answer with what is wrong."""
    headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send_bytes(send, problem.body(request_id), MEDIA_TYPE, problem.status, headers)


def _request_id(headers: dict[bytes, bytes]) -> bytes:
    """The id that the client or a proxy gave, if it is harmless; else a new one."""
    given = headers.get(b"x-request-id", b"")
    return given if ID.fullmatch(given) else b"%s-%x" % (PROCESS, next(COUNT))
