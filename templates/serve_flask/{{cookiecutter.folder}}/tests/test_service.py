"""The web service: right answers, and one clear problem for whatever is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("flask")
httpx = pytest.importorskip("httpx")

from {{ cookiecutter.package }}.inference import Predictor
from {{ cookiecutter.package }}.service.app import create_app
from {{ cookiecutter.package }}.service.settings import Settings
from {{ cookiecutter.package }}.serving import agree

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="session")
def client(artifacts: Path) -> Iterator[Any]:
    """A client of the running application."""
    app = create_app(Settings(artifacts=artifacts, body_limit=100_000, row_limit=50, log_level="warning"))
    with talking_to(app) as running:
        yield running


def talking_to(app: Any) -> Any:
    """A client that calls the application without a socket."""
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://service")


@pytest.fixture(scope="session")
def example(client: Any) -> Any:
    """A row that the service shows as an example."""
    return client.get("/model").json()["example"]


def test_the_example_is_answered_as_the_predictor_answers(
    client: Any, example: Any, predictor: Predictor
) -> None:
    said = client.post("/predict", json=[example, example]).json()
    assert agree(said["predictions"], predictor.predict([example, example])).all()
    assert said["model"]["name"] == "{{ cookiecutter.package }}"
{% if cookiecutter.proba %}
    assert agree(said["probabilities"], predictor.predict_proba([example, example])).all()
{% endif %}

{% if cookiecutter.source_kind == "table" %}

def test_one_object_is_one_row(client: Any, example: Any) -> None:
    assert len(client.post("/predict", json=example).json()["predictions"]) == 1


def test_every_fault_is_listed_at_once(client: Any, example: Any) -> None:
    required = client.get("/openapi.json").json()["components"]["schemas"]["Row"]["required"]
    wrong = {**dict.fromkeys(required, ["wrong"]), "surprise": "x"}
    answer = client.post("/predict", json=[example, wrong])
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == len(required) + 1
    assert "surprise" not in answer.text

{% endif %}

@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"[NaN]", JSON, 400),
        (b"[1e999]", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"[]", JSON, 422),
        (b"null", JSON, 422),
        (b"[{}]", {"content-type": "text/plain"}, 415),
        (b"[" + b"0," * 60_000 + b"0]", JSON, 413),
        (b"[" + b"0," * 60 + b"0]", JSON, 413),
    ],
    ids=["empty", "cut", "nan", "huge", "binary", "deep", "none", "null", "text", "large", "many"],
)
def test_what_is_no_request_gets_a_problem(
    client: Any, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/predict", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    assert answer.json()["status"] == status


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("GET", "/predict", 405)])
def test_other_pages_get_a_problem(client: Any, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/model", "/openapi.json", "/v2"])
def test_pages_are_there(client: Any, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_open_inference_protocol_gives_the_same_answer(client: Any, example: Any) -> None:
    model = client.get("/v2/models/{{ cookiecutter.package }}").json()
    wanted = client.post("/predict", json=[example]).json()["predictions"]
    inputs = []
    for column in model["inputs"]:
        data = [example[column["name"]]] if isinstance(example, dict) else [example]
        shape = [1, 1] if isinstance(example, dict) else [1, *column["shape"][1:]]
        inputs.append({"name": column["name"], "shape": shape, "datatype": column["datatype"], "data": data})
    said = client.post("/v2/models/{{ cookiecutter.package }}/infer", json={"id": "7", "inputs": inputs})
    assert said.status_code == 200, said.text
    assert said.json()["outputs"][0]["data"] == wanted
    assert said.json()["id"] == "7"


def test_feedback_gives_live_scores(client: Any, example: Any) -> None:
    answer = client.post("/feedback", json=[{"prediction": 1, "label": 1}, {"prediction": 1, "label": 0}])
    assert answer.json()["received"] == 2
    assert client.post("/feedback", json=[{"prediction": None}]).status_code == 422
    assert "model_live_score" in client.get("/metrics").text


def test_requests_keep_their_id(client: Any) -> None:
    assert client.get("/model", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert client.get("/model", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


def test_a_key_opens_all_but_health(artifacts: Path) -> None:
    app = create_app(Settings(artifacts=artifacts, api_key="one,two", log_level="warning"))
    with talking_to(app) as guarded:
        assert guarded.get("/health/ready").status_code == 200
        assert guarded.get("/model").status_code == 401
        assert guarded.get("/model", headers={"x-api-key": "two"}).status_code == 200
        assert guarded.get("/model", headers={"authorization": "Bearer one"}).status_code == 200


def test_the_document_is_json(client: Any) -> None:
    assert json.loads(client.get("/openapi.json").text)["openapi"].startswith("3.")
