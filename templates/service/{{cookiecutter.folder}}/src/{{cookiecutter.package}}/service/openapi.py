"""The service's OpenAPI document, made from the schema of the training rows."""

from __future__ import annotations

from typing import Any

from {{ cookiecutter.package }} import __version__
from {{ cookiecutter.package }}.service import feedback, open_inference
from {{ cookiecutter.package }}.service.model import NAME, Served
from {{ cookiecutter.package }}.service.problems import MEDIA_TYPE, TITLES

TITLE = {{ cookiecutter.title|tojson }}
JSON = "application/json"
MODEL = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "version": {"type": "string"}},
    "required": ["name", "version"],
}
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "total": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
                "required": ["pointer", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
BODY_FAULTS = (400, 401, 408, 413, 415, 422, 503)


def document(served: Served) -> dict[str, Any]:
    """Describe the service as it stands, with an example that it answers."""
    paths = {
        "/predict": {"post": _predict(served)},
        "/model": {"get": _get("What is served, and where it came from", {"type": "object"}, 401)},
        "/feedback": {"post": _feedback()},
        "/health/live": {"get": _get("The process runs", {"type": "object"})},
        "/health/ready": {"get": _get("The model answers", {"type": "object"}, 503)},
        "/metrics": {"get": _metrics()},
        "/v2": {"get": _get("Open Inference Protocol: the server", {"type": "object"}, 401)},
        "/v2/health/live": {"get": _get("Open Inference Protocol: alive", {"type": "object"})},
        "/v2/health/ready": {"get": _get("Open Inference Protocol: ready", {"type": "object"}, 503)},
        f"/v2/models/{NAME}": {"get": _get("Open Inference Protocol: the model", {"type": "object"}, 401)},
        f"/v2/models/{NAME}/ready": {"get": _get("Open Inference Protocol: model ready", {"type": "object"}, 401, 503)},
        f"/v2/models/{NAME}/infer": {"post": _infer(served)},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {"Row": served.reader.schema(), "Problem": PROBLEM},
            "responses": {f"Problem{status}": _problem(status) for status in TITLES},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
        },
        "security": [{"key": []}] if served.settings.api_key else [],
    }


def _predict(served: Served) -> dict[str, Any]:
    row = {"$ref": "#/components/schemas/Row"}
    many = {"type": "array", "items": row, "minItems": 1, "maxItems": served.settings.row_limit}
    examples = {"one": {"value": served.example}, "several": {"value": [served.example, served.example]}}
    answer = {
        "type": "object",
        "properties": {"predictions": {"type": "array"}, "probabilities": {"type": "array"}, "model": MODEL},
        "required": ["predictions", "model"],
    }
    return {
        "summary": "Predict one row or several",
        "operationId": "predict",
        "requestBody": _body({"oneOf": [row, many]}, examples),
        "responses": _responses("One prediction for each row, in order", answer, BODY_FAULTS),
    }


def _feedback() -> dict[str, Any]:
    item = feedback.SCHEMA
    example = {"one": {"value": {"prediction": 1, "label": 0}}}
    return {
        "summary": "Report what turned out to be true",
        "operationId": "feedback",
        "requestBody": _body({"oneOf": [item, {"type": "array", "items": item, "minItems": 1}]}, example),
        "responses": _responses("The scores of the last labelled rows", {"type": "object"}, BODY_FAULTS),
    }


def _infer(served: Served) -> dict[str, Any]:
    return {
        "summary": "Open Inference Protocol: predict",
        "operationId": "infer",
        "requestBody": _body(open_inference.REQUEST, {}),
        "responses": _responses("Tensors of predictions", {"type": "object"}, BODY_FAULTS),
    }


def _metrics() -> dict[str, Any]:
    page = {"description": "Metrics as Prometheus reads them", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {"summary": "Metrics", "security": [], "responses": {"200": page}}


def _get(summary: str, schema: dict[str, Any], *faults: int) -> dict[str, Any]:
    return {
        "summary": summary,
        "responses": _responses(summary, schema, faults),
        **({} if 401 in faults else {"security": []}),
    }


def _body(schema: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": schema, **({"examples": examples} if examples else {})}}}


def _responses(summary: str, schema: dict[str, Any], faults: tuple[int, ...]) -> dict[str, Any]:
    good = {"description": summary, "content": {JSON: {"schema": schema}}}
    return {"200": good, **{str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in faults}}


def _problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": TITLES[status], "content": content}
