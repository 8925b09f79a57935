"""Services for tests: an example's package with a service around it, trained, and running on loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equivalence.cases import EXAMPLES

from nb2prod.extract import Request as Extraction
from nb2prod.extract import extract_package
from nb2prod.scaffold.add import Request, scaffold_package

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Package:
    """A package with a service, and its trained artifact."""

    name: str
    folder: Path
    data: Path
    artifacts: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(self.folder / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "DATA_DIR": str(self.data),
        }

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", *arguments]
        return subprocess.run(
            line, cwd=cwd or self.data, env=self.environment, capture_output=True, text=True, check=False
        )


def make(root: Path, example: str, *targets: str) -> Package:
    """Extract an example, put targets around it, train it."""
    data = root / "data"
    shutil.copytree(EXAMPLES / example, data, ignore=shutil.ignore_patterns("package"))
    folder = root / example
    extract_package(Extraction(data / "notebook.ipynb", output=folder, name=example))
    scaffold_package(Request(folder, targets))
    package = Package(example, folder, data, root / "artifacts")
    done = package.run(example, "train", "--artifacts", str(package.artifacts))
    assert done.returncode == 0, done.stderr
    return package


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running service."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] = JSON) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            connection.request(method, path, sent, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def predict(self, rows: object) -> Answer:
        return self.ask("POST", "/predict", rows)


@contextlib.contextmanager
def serving(package: Package, log: Path, *options: str) -> Iterator[Server]:
    """Run the service until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", package.name, "serve", "--port", str(port), "--artifacts", str(package.artifacts)]
    with log.open("wb") as file:
        process = subprocess.Popen([*line, *options], env=package.environment, stdout=file, stderr=file)
    server = Server(port, process, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: Server) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(OSError):
            if server.ask("GET", "/health/ready").status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the service does not answer: {server.log.read_text()[-2000:]}")
