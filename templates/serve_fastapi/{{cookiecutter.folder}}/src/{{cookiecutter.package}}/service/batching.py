"""Micro-batches: requests that wait at the same time are answered by one call of the model.

The model runs in a thread of its own, so the event loop goes on reading. Nothing waits for a timer when
requests come one at a time; when the last call answered several, the next one waits a moment for as many.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from {{ cookiecutter.package }}.service.model import Answers
from {{ cookiecutter.package }}.service.problems import Problem

Answer = Callable[[list[Any]], Answers]
MOST = 512  # rows in one call, unless a single request brings more
PATIENCE = (0.004, 0.025)  # seconds that a call waits for as many requests as the last one had


class Waiting(NamedTuple):
    """The rows of one request, and where their answers go."""

    rows: list[Any]
    future: asyncio.Future[Answers]


class Batcher:
    """Gathers requests and hands them to the model."""

    def __init__(self, answer: Answer, limit: int, done: Callable[[list[Any], list[Any], float], None]) -> None:
        self.answer = answer
        self.limit = limit
        self.done = done
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="model")
        self.loop = asyncio.get_running_loop()
        self.waiting: list[Waiting] = []
        self.rows = 0
        self.busy = False
        self.last = 1
        self.patience = PATIENCE[0]
        self.timer: asyncio.TimerHandle | None = None

    async def submit(self, rows: list[Any], timeout: float) -> Answers:
        """Answer the rows of one request."""
        if self.rows + len(rows) > self.limit and self.waiting:
            raise Problem(503, "too many rows wait for an answer", headers={"retry-after": "1"})
        future: asyncio.Future[Answers] = self.loop.create_future()
        self.waiting.append(Waiting(rows, future))
        self.rows += len(rows)
        self._consider()
        handle = self.loop.call_later(timeout, _expire, future)
        try:
            return await future
        finally:
            handle.cancel()

    def _consider(self) -> None:
        if self.busy:
            return
        if len(self.waiting) >= self.last:
            self._start()
        elif self.timer is None:
            self.timer = self.loop.call_later(self.patience, self._start)

    def _start(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        batch = self._take()
        if not batch:
            return
        self.busy = True
        self.last = len(batch)
        self.loop.run_in_executor(self.pool, self._run, batch)

    def _take(self) -> list[Waiting]:
        """Take what fits into one call; requests whose time is up are left out."""
        taken: list[Waiting] = []
        size, used = 0, 0
        for one in self.waiting:
            if taken and size + len(one.rows) > MOST:
                break
            used += 1
            self.rows -= len(one.rows)
            if not one.future.done():
                taken.append(one)
                size += len(one.rows)
        del self.waiting[:used]
        return taken

    def _run(self, batch: list[Waiting]) -> None:
        """Runs in the model's thread."""
        start = time.perf_counter()
        results: list[Answers | BaseException]
        try:
            results = self._together(batch)
        except Problem as problem:
            results = [problem] if len(batch) == 1 else [self._alone(one) for one in batch]
        except BaseException as error:
            results = [error] * len(batch)
        self.loop.call_soon_threadsafe(self._finish, batch, results, time.perf_counter() - start)

    def _together(self, batch: list[Waiting]) -> list[Answers | BaseException]:
        if len(batch) == 1:
            return [self.answer(batch[0].rows)]
        answers = self.answer([row for one in batch for row in one.rows])
        parts: list[Answers | BaseException] = []
        start = 0
        for one in batch:
            parts.append(answers.part(start, start + len(one.rows)))
            start += len(one.rows)
        return parts

    def _alone(self, one: Waiting) -> Answers | BaseException:
        """One row that the model cannot answer must not fail its neighbours."""
        try:
            return self.answer(one.rows)
        except Problem as problem:
            return problem

    def _finish(self, batch: list[Waiting], results: list[Answers | BaseException], seconds: float) -> None:
        self.busy = False
        self.patience = min(max(PATIENCE[0], seconds / 2), PATIENCE[1])
        for one, result in zip(batch, results, strict=True):
            if one.future.done():
                continue
            if isinstance(result, Answers):
                one.future.set_result(result)
            else:
                one.future.set_exception(result)
        pairs = zip(batch, results, strict=True)
        answered = [(one.rows, result) for one, result in pairs if isinstance(result, Answers)]
        if answered:
            rows = [row for some, _ in answered for row in some]
            self.done(rows, [value for _, said in answered for value in said.predictions], seconds)
        if self.waiting:
            self._consider()


def _expire(future: asyncio.Future[Answers]) -> None:
    if not future.done():
        future.set_exception(Problem(503, "the model did not answer in time", headers={"retry-after": "1"}))
