"""The FastAPI service as its clients meet it: a real server on loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scaffold.services import Answer, Package, Server, make, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make(tmp_path_factory.mktemp("churn"), "churn", "serve_fastapi")


@pytest.fixture(scope="module")
def server(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    with serving(package, log, "--reload", "0.5") as running:
        yield running


@pytest.fixture(scope="module")
def row(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.ask("GET", "/model").json()["example"]
    return found


def test_the_tests_and_the_style_of_the_generated_project_hold(package: Package) -> None:
    done = package.run("pytest", "-q", "-p", "no:cacheprovider", "tests/test_service.py", cwd=package.folder)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    for command in (["check"], ["format", "--check"]):
        done = package.run("ruff", *command, "--no-cache", ".", cwd=package.folder)
        assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------------- what is refused


def changed(row: dict[str, Any], **values: object) -> bytes:
    return json.dumps({**row, **values}).encode()


INFER = "/v2/models/churn/infer"
BAD: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "text in a number": lambda row: changed(row, MonthlyCharges="xyz"),
    "number as text": lambda row: changed(row, MonthlyCharges="1.5"),
    "null in a number": lambda row: changed(row, MonthlyCharges=None),
    "NaN": lambda row: changed(row, MonthlyCharges=float("nan")),
    "Infinity": lambda row: changed(row, MonthlyCharges=float("inf")),
    "overflow": lambda row: changed(row, MonthlyCharges=9.5).replace(b"9.5", b"1e400"),
    "far out of range": lambda row: changed(row, MonthlyCharges=1e300),
    "a negative count": lambda row: changed(row, tenure=-1),
    "half a month": lambda row: changed(row, tenure=1.5),
    "a large number": lambda row: changed(row, tenure=10**30),
    "unknown category": lambda row: changed(row, Contract="zzz"),
    "null category": lambda row: changed(row, Contract=None),
    "number as category": lambda row: changed(row, Contract=5),
    "list as category": lambda row: changed(row, Contract=["x"]),
    "extra column": lambda row: changed(row, surprise=1),
    "missing column": lambda row: json.dumps({k: v for k, v in row.items() if k != "tenure"}).encode(),
    "no column": lambda row: b"{}",
    "no row": lambda row: b"[]",
    "a list in a list": lambda row: b"[[" + changed(row) + b"]]",
    "malformed": lambda row: b'{"tenure": 1',
    "empty": lambda row: b"",
    "invalid text": lambda row: b'{"tenure": "\xff"}',
    "half a surrogate": lambda row: changed(row, Contract="x").replace(b'"x"', b'"\\ud800"'),
    "deep": lambda row: b"[" * 50_000,
    "20 MB": lambda row: changed(row, surprise="x" * 20_000_000),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_problem(server: Server, row: dict[str, Any], name: str) -> None:
    expect_problem(server.ask("POST", "/predict", BAD[name](row)))


def expect_problem(answer: Answer) -> None:
    assert 400 <= answer.status < 500, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status
    assert {"type", "title", "detail", "instance"} <= set(said)
    assert not re.search(rb"Traceback|zzz|xyz|surprise|File ", answer.body)


TENSORS: dict[str, dict[str, Any]] = {
    "another shape": {"shape": [1, 2, 1], "data": [1, 2]},
    "more rows": {"shape": [2], "data": [1, 2]},
    "more values": {"shape": [1], "data": [1, 2]},
    "truths": {"datatype": "BOOL"},
    "half a number": {"datatype": "INT64", "data": [1.5]},
    "texts": {"datatype": "FP64", "data": ["xyz"]},
    "bytes beside the text": {"data": None, "parameters": {"binary_data_size": 8}},
}


@pytest.mark.parametrize("name", TENSORS)
def test_a_bad_tensor_gets_a_problem(server: Server, row: dict[str, Any], name: str) -> None:
    expect_problem(server.ask("POST", INFER, tensors(row, tenure=TENSORS[name])))


def test_tensors_of_a_shape_that_is_no_column_get_a_problem(server: Server, row: dict[str, Any]) -> None:
    six = {column: {"shape": [2, 3], "data": [value] * 6} for column, value in row.items()}
    expect_problem(server.ask("POST", INFER, tensors(row, **six)))
    assert server.ask("POST", INFER, tensors(row)).status == 200


def tensors(row: dict[str, Any], **changes: dict[str, Any]) -> dict[str, Any]:
    kinds = {str: "BYTES", int: "INT64", float: "FP64"}
    made = [{"name": k, "shape": [1, 1], "datatype": kinds[type(v)], "data": [v]} for k, v in row.items()]
    return {"inputs": [{**one, **changes.get(str(one["name"]), {})} for one in made]}


def test_a_refused_value_is_counted_for_its_column(server: Server, row: dict[str, Any]) -> None:
    name = 'model_refused_values_total{fault="type",feature="MonthlyCharges"}'
    server.predict({**row, "MonthlyCharges": "1"})
    before = measured(server, name)
    server.predict({**row, "MonthlyCharges": "1"})
    assert measured(server, name) == before + 1 > 1


def test_a_label_is_not_longer_than_memory_bears(server: Server) -> None:
    expect_problem(server.ask("POST", "/feedback", {"prediction": 1, "label": "x" * 1001}))


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_content_type_gets_a_problem(server: Server, row: dict[str, Any], kind: str) -> None:
    answer = server.ask("POST", "/predict", changed(row), {"content-type": kind})
    assert answer.status == 415
    expect_problem(answer)


def test_all_faults_of_all_rows_are_listed_at_once(server: Server, row: dict[str, Any]) -> None:
    wrong = {**row, "tenure": "x", "Contract": None, "new": 1}
    short = {k: v for k, v in row.items() if k != "gender"}
    said = server.predict([row, wrong, short]).json()
    assert [(fault["pointer"], fault["code"]) for fault in said["errors"]] == [
        ("#/1/tenure", "type"),
        ("#/1/Contract", "null"),
        ("#/1", "extra"),
        ("#/2/gender", "missing"),
    ]
    assert said["total"] == 4


# 413, for too many rows, is not in its own list of refusals
REFUSALS = "[checks.negative_data_rejection]\nexpected-statuses = [400, 404, 406, 413, 415, 422]\n"


def test_schemathesis_finds_no_fault_in_the_document(server: Server, tmp_path: Path) -> None:
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    url = f"http://127.0.0.1:{server.port}/openapi.json"
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        url,
        "--checks",
        f"{checks},negative_data_rejection",
    ]
    line = [*command, "--max-examples", "25", "--seed", "1", "--phases", "examples,coverage,fuzzing"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stdout[-4000:]


# ---------------------------------------------------------------------- what is answered


def test_requests_at_the_same_time_get_their_own_answers(server: Server, package: Package) -> None:
    script = (
        "import json, pandas as pd; from churn.inference import Predictor\n"
        f"rows = pd.read_csv('churn.csv').dropna().head(200); p = Predictor.load({str(package.artifacts)!r})\n"
        "print(json.dumps([json.loads(rows.to_json(orient='records')), p.predict_proba(rows).tolist()]))"
    )
    rows, expected = json.loads(run_script(package, script))
    with ThreadPoolExecutor(16) as clients:
        said = [answer.json() for answer in clients.map(server.predict, rows)]
    assert [one["probabilities"][0] for one in said] == [pytest.approx(wanted, abs=1e-12) for wanted in expected]
    together = server.predict(rows).json()
    assert together["probabilities"] == [pytest.approx(wanted, abs=1e-12) for wanted in expected]
    page = server.ask("GET", "/metrics").body.decode()
    batches = float(re.search(r"^model_batch_rows_count (\S+)", page, re.MULTILINE)[1])  # type: ignore[index]
    assert batches < 202
    assert 'model_feature_psi{feature="tenure"}' in page


def run_script(package: Package, script: str) -> str:
    line = [sys.executable, "-c", script]
    done = subprocess.run(line, cwd=package.data, env=package.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_model_says_where_it_came_from(server: Server) -> None:
    said = server.ask("GET", "/model").json()
    assert said["metrics"]["accuracy"] > 0.7
    assert said["provenance"]["notebook"]["name"] == "notebook.ipynb"
    assert len(said["provenance"]["notebook"]["digest"]) == 64
    assert "scikit-learn" in said["provenance"]["libraries"]


def test_logs_are_json_and_name_the_request(server: Server) -> None:
    server.ask("GET", "/model", headers={"x-request-id": "find-me"})
    end = time.monotonic() + 30
    found = None
    while found is None and time.monotonic() < end:  # the line is written after the answer is sent
        lines = [json.loads(line) for line in server.log.read_text().splitlines(keepends=True) if line.endswith("\n")]
        found = next((line for line in lines if line.get("request_id") == "find-me"), None)
    assert found is not None
    assert (found["route"], found["status"]) == ("/model", 200)


def test_a_new_artifact_is_taken_without_a_wrong_answer(server: Server, package: Package, row: dict[str, Any]) -> None:
    before = server.predict(row).json()
    done = package.run("churn", "train", "--artifacts", str(package.artifacts))
    assert done.returncode == 0, done.stderr
    said = [server.predict(row)]
    end = time.monotonic() + 30
    while said[-1].json()["model"] == before["model"] and time.monotonic() < end:
        said.append(server.predict(row))
    assert {answer.status for answer in said} == {200}
    assert {tuple(answer.json()["predictions"]) for answer in said} == {tuple(before["predictions"])}


def test_requests_that_have_begun_are_answered_when_the_service_stops(package: Package, tmp_path: Path) -> None:
    with serving(package, tmp_path / "log") as server, ThreadPoolExecutor(8) as clients:
        row = server.ask("GET", "/model").json()["example"]
        answers = [clients.submit(server.predict, [row] * 500) for _ in range(8)]
        while server.ask("GET", "/metrics").body.count(b"model_requests_in_flight 1.0"):
            time.sleep(0.01)
        os.kill(server.process.pid, signal.SIGTERM)
        statuses = [answer.result().status for answer in answers if answer.exception() is None]
        assert set(statuses) <= {200}
        assert server.process.wait(30) in (0, -signal.SIGTERM)


def test_several_workers_share_their_metrics(package: Package, tmp_path: Path) -> None:
    with serving(package, tmp_path / "log", "--workers", "2") as server:
        row = server.ask("GET", "/model").json()["example"]
        for _ in range(20):
            assert server.predict(row).status == 200
        page = server.ask("GET", "/metrics").body.decode()
        assert 'model_requests_total{route="/predict",status="200"} 20.0' in page


def test_no_worker_is_left_out_of_the_metrics_and_no_killed_one_left_in(package: Package, tmp_path: Path) -> None:
    with serving(package, tmp_path / "log", "--workers", "2") as server:
        row = server.ask("GET", "/model").json()["example"]
        for _ in range(40):
            assert server.predict([row] * 10).status == 200
        time.sleep(6)  # until each worker has counted its rows
        assert measured(server, "model_drift_rows") == 400
        for worker in workers(server):
            os.kill(worker, signal.SIGKILL)
        end = time.monotonic() + 60
        while measured(server, "model_drift_rows") and time.monotonic() < end:
            time.sleep(0.5)
        assert measured(server, "model_drift_rows") == 0


def measured(server: Server, name: str) -> float:
    with contextlib.suppress(OSError, http.client.HTTPException):
        found = re.search(rf"^{re.escape(name)} (\S+)$", server.ask("GET", "/metrics").body.decode(), re.M)
        return float(found.group(1)) if found else -1.0
    return -1.0


def workers(server: Server) -> list[int]:
    pids = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [int(pid) for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_body_that_does_not_arrive_is_not_waited_for(package: Package, tmp_path: Path) -> None:
    with serving(package, tmp_path / "log", "--timeout", "0.5") as server:
        head = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
            client.sendall(head)
            assert client.recv(1000).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("options", [["--port", "x"], ["--unseen", "maybe"], ["--artifacts", "nowhere"]])
def test_a_wrong_setting_is_one_line(package: Package, options: list[str]) -> None:
    done = package.run("churn", "serve", *options)
    assert done.returncode != 0
    if options[0] != "--artifacts":
        assert done.stderr.count("\n") == 1


# ---------------------------------------------------------------------- Flask


def test_flask_keeps_the_same_contract(tmp_path: Path) -> None:
    package = make(tmp_path, "churn", "serve_flask")
    done = package.run("pytest", "-q", "-p", "no:cacheprovider", "tests/test_service.py", cwd=package.folder)
    assert done.returncode == 0, done.stdout
    with serving(package, tmp_path / "log") as server:
        row = server.ask("GET", "/model").json()["example"]
        assert server.predict([row, row]).status == 200
        for bad in BAD.values():
            expect_problem(server.ask("POST", "/predict", bad(row)))
