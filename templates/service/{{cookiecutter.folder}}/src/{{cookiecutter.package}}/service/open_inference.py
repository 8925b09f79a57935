"""The Open Inference Protocol, version 2: tensors in, tensors out; each column of a table is one input."""

from __future__ import annotations

from typing import Any

import numpy as np

from {{ cookiecutter.package }}.service.model import NAME, Answers, Served
from {{ cookiecutter.package }}.service.problems import Fault, Problem

DATATYPES = {"number": "FP64", "integer": "INT64", "boolean": "BOOL"}
SERVER = {"name": NAME, "version": "2", "extensions": []}
NUMBERS = {"FP16", "FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"}
DATATYPE_NAMES = [*sorted(NUMBERS), "BOOL", "BYTES"]
REQUEST = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "parameters": {"type": "object"},
        "inputs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
                    "datatype": {"enum": DATATYPE_NAMES},
                    "parameters": {"type": "object"},
                    "data": {"type": "array"},
                },
                "required": ["name", "shape", "datatype", "data"],
            },
        },
        "outputs": {"type": "array"},
    },
    "required": ["inputs"],
}


def metadata(served: Served) -> dict[str, Any]:
    """Describe the inputs and outputs of the model."""
    outputs = [{"name": "predict", **_tensor(served.sample.predictions, open_end=True)}]
    if served.sample.probabilities is not None:
        outputs.append({"name": "predict_proba", **_tensor(served.sample.probabilities, open_end=True)})
    return {
        "name": NAME,
        "versions": [served.version],
        "platform": "python",
        "inputs": _inputs(served),
        "outputs": outputs,
    }


def read(content: Any, served: Served) -> tuple[list[Any], str | None]:
    """Give the rows of a request, and its id."""
    inputs = content.get("inputs") if isinstance(content, dict) else None
    if not isinstance(inputs, list) or not inputs or not all(isinstance(one, dict) for one in inputs):
        raise Problem(422, "send an object with inputs, a list of tensors")
    request = content.get("id")
    if request is not None and not isinstance(request, str):
        raise Problem(422, "one fault", [Fault("#/id", "type", "id must be a text")])
    table = served.predictor.schema.kind == "table"
    faults = [fault for place, one in enumerate(inputs) for fault in _faults(one, f"#/inputs/{place}", table)]
    if faults:
        raise Problem(422, "one fault" if len(faults) == 1 else f"{len(faults)} faults", faults)
    if not table:
        if len(inputs) > 1:
            raise Problem(422, "send one input that holds all rows")
        return served.reader.read(_nested(inputs[0])), request
    columns = {one["name"]: _flat(one["data"]) for one in inputs}
    sizes = {len(values) for values in columns.values()}
    if len(sizes) > 1 or len(columns) < len(inputs):
        raise Problem(422, "every input needs a name of its own, and one value for each row")
    return served.reader.read([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]), request


def answer(answers: Answers, request: str | None) -> dict[str, Any]:
    """Give the answers as tensors."""
    outputs = [_output("predict", answers.predictions)]
    if answers.probabilities is not None:
        outputs.append(_output("predict_proba", answers.probabilities))
    head = {"model_name": NAME, "model_version": answers.version}
    return {**head, **({} if request is None else {"id": request}), "outputs": outputs}


def _faults(one: dict[str, Any], at: str, column: bool) -> list[Fault]:
    found = []
    if not isinstance(one.get("name"), str):
        found.append(Fault(f"{at}/name", "type", "name must be a text"))
    shape = one.get("shape")
    if not isinstance(shape, list) or not shape or not all(type(size) is int and size >= 0 for size in shape):
        found.append(Fault(f"{at}/shape", "type", "shape must be a list of sizes"))
        shape = None
    elif column and shape[1:] not in ([], [1]):
        found.append(Fault(f"{at}/shape", "shape", "the shape of a column is [rows] or [rows, 1]"))
    if one.get("datatype") not in DATATYPE_NAMES:
        found.append(Fault(f"{at}/datatype", "type", "datatype is none of the protocol"))
    data = one.get("data")
    if not isinstance(data, list):
        found.append(Fault(f"{at}/data", "type", "data must be a list"))
    elif shape is not None and len(_flat(data)) != _size(shape):
        found.append(Fault(f"{at}/data", "shape", "data has another number of values than its shape says"))
    elif not found and not all(_holds(one["datatype"], value) for value in _flat(data)):
        found.append(Fault(f"{at}/data", "type", "data has values of another datatype"))
    return found


def _holds(datatype: str, value: Any) -> bool:
    """Tell whether a value is of a datatype; nulls are left to the rules of the column."""
    if value is None or datatype == "BYTES":  # columns of several kinds are BYTES, too
        return True
    if datatype == "BOOL" or isinstance(value, bool):
        return datatype == "BOOL" and isinstance(value, bool)
    if isinstance(value, float):
        return datatype.startswith("FP") or value.is_integer()
    return isinstance(value, int)


def _size(shape: list[int]) -> int:
    size = 1
    for count in shape:
        size *= count
    return size


def _flat(data: list[Any]) -> list[Any]:
    while data and all(isinstance(item, list) for item in data):
        data = [value for item in data for value in item]
    return data


def _nested(one: dict[str, Any]) -> list[Any]:
    values: list[Any] = _flat(one["data"])
    for size in reversed(one["shape"][1:]):
        values = [values[start : start + size] for start in range(0, len(values), size or 1)]
    return values


def _inputs(served: Served) -> list[dict[str, Any]]:
    schema: Any = served.predictor.schema
    if schema.kind == "table":
        return [
            {"name": str(column.name), "datatype": DATATYPES.get(column.kind, "BYTES"), "shape": [-1, 1]}
            for column in schema.columns
        ]
    if schema.kind == "list":
        return [{"name": "rows", "datatype": "BYTES", "shape": [-1]}]
    return [{"name": "rows", "datatype": "FP64", "shape": [-1, *schema.shape]}]


def _tensor(values: list[Any], open_end: bool = False) -> dict[str, Any]:
    flat = _flat(values)
    kinds = {type(value) for value in flat}
    shape = list(np.shape(np.asarray(values, dtype=object)))
    if kinds <= {int}:
        datatype = "INT64"
    elif kinds <= {bool}:
        datatype = "BOOL"
    else:
        datatype = "FP64" if kinds <= {int, float} else "BYTES"
    return {"datatype": datatype, "shape": [-1, *shape[1:]] if open_end else shape}


def _output(name: str, values: list[Any]) -> dict[str, Any]:
    return {"name": name, **_tensor(values), "data": _flat(values)}
