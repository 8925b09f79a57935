"""Survey notebooks in processes of their own, because one may hang, and one may bring its process down.

Input: paths, the number of processes and the seconds that one notebook may take. Output: one `Record` for each
path, as they come. A process that is over its time is killed, one that died is replaced, and both are records.
Refuses nothing; it fails if processes cannot be started at all.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic

from nb2prod.survey.records import Reason, Record

Survey = Callable[[Path], Record]


@dataclass
class _Worker:
    """A process, the notebook that it is at, and when its time is over."""

    process: BaseProcess
    connection: Connection
    path: str | None = None
    deadline: float = float("inf")

    def give(self, path: str, limit: float) -> None:
        self.path, self.deadline = path, monotonic() + limit
        self.connection.send(path)

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


def survey_all(paths: Iterable[str], processes: int, limit: float, survey: Survey | None = None) -> Iterator[Record]:
    """Survey notebooks side by side; the order of the records is that in which they are done."""
    waiting = deque(paths)
    context = _context()
    workers = [_start(context, survey) for _ in range(min(processes, len(waiting)))]
    try:
        while waiting or any(worker.path for worker in workers):
            for worker in _due(workers):
                record = _heard(worker) or _over(worker, limit)
                if record is not None:
                    yield record
                if record is not None and record.outcome in ("stopped", "crashes"):
                    worker.end()
                    workers[workers.index(worker)] = _start(context, survey)
                elif waiting:
                    worker.give(waiting.popleft(), limit)
                else:
                    worker.path, worker.deadline = None, float("inf")
    finally:
        for worker in workers:
            worker.end()


def _context() -> BaseContext:
    """A server forks processes that have imported everything already, where the system knows how to."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nb2prod.survey.one"])
    return context


def _start(context: BaseContext, survey: Survey | None) -> _Worker:
    here, there = context.Pipe()
    process = context.Process(target=work, args=(there, survey), daemon=True)  # type: ignore[attr-defined]
    process.start()
    there.close()
    return _Worker(process, here)


def _due(workers: list[_Worker]) -> list[_Worker]:
    """The workers that have something to say, or whose time is over; waits until there is one."""
    patience = max(0.0, min(worker.deadline for worker in workers) - monotonic())
    ready = wait([worker.connection for worker in workers], None if patience == float("inf") else patience)
    now = monotonic()
    return [worker for worker in workers if worker.connection in ready or worker.deadline <= now]


def _heard(worker: _Worker) -> Record | None:
    """What the worker says; None if it only says that it is ready, or says nothing."""
    if not worker.connection.poll():
        return None
    try:
        said: Record | None = worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join()
        ended = f"the process ended with {worker.process.exitcode}"
        if worker.path is None:
            raise RuntimeError(f"a process of the survey cannot start: {ended}") from None
        return Record(worker.path, "crashes", Reason("", ended))
    return said


def _over(worker: _Worker, limit: float) -> Record | None:
    if worker.path is None or worker.deadline > monotonic():
        return None
    return Record(worker.path, "stopped", Reason("", f"not done after {limit:g} s"), seconds=limit)


def work(connection: Connection, survey: Survey | None) -> None:
    """Survey the notebooks that come through the connection, until it is closed or a fault ends the process."""
    from nb2prod.survey.one import survey_notebook  # here, because the survey itself need not load the analysis

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the survey itself is interrupted, and ends this process
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the traceback of a fault is told in its record
    connection.send(None)
    while path := _next(connection):
        _tell(connection, path, survey or survey_notebook)


def _next(connection: Connection) -> str | None:
    try:
        path: str = connection.recv()
    except EOFError:
        return None
    return path


def _tell(connection: Connection, path: str, survey: Survey) -> None:
    """Send the record of one notebook; a fault is told, and goes on to end the process."""
    from nb2prod.survey.one import crash

    started = monotonic()
    record: Record | None = None
    try:
        record = survey(Path(path))
    finally:
        fault = sys.exc_info()[1]
        told = record if record is not None else Record(path, "crashes", crash(fault) if fault else None)
        connection.send(replace(told, seconds=round(monotonic() - started, 3)))
