"""Record, inside the notebook's own kernel, what the package must reproduce.

Input: the notebook's namespace and expressions for `raw` (the rows as loaded), `pred` (the predictions for
them) and named metrics. Output: one pickle file. Stands alone, because kernels import it from its folder.
An expression that fails raises there, and so fails the notebook.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

Answer = Any  # a frame, a series, an array, a sparse matrix or a list


def record(namespace: dict[str, Any], expressions: dict[str, Any], target: str) -> None:
    """Evaluate the expressions and write their values."""
    raw = eval(expressions["raw"], namespace)
    pred = plain(eval(expressions["pred"], namespace))
    metrics = {name: float(eval(text, namespace)) for name, text in expressions.get("metrics", {}).items()}
    if len(raw) != len(pred):
        raise ValueError(f"{len(raw)} raw rows, {len(pred)} predictions")
    Path(target).write_bytes(pickle.dumps({"raw": raw, "pred": pred, "metrics": metrics}))


def plain(answer: Answer) -> list[Any]:
    """Return predictions of any kind as a list of Python values, one for each row."""
    if hasattr(answer, "columns"):
        answer = answer["prediction"] if "prediction" in answer.columns else answer.squeeze(axis=1)
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    values = answer.tolist() if hasattr(answer, "tolist") else list(answer)
    return [value[0] if isinstance(value, list) and len(value) == 1 else value for value in values]


def probe_cell(expressions: dict[str, Any], target: Path) -> str:
    """Return the source of the cell that records the expressions."""
    here = str(Path(__file__).resolve().parent)
    return (
        f"import sys\nsys.path.insert(0, {here!r})\n"
        f"from probe import record\nrecord(globals(), {expressions!r}, {str(target)!r})\n"
    )
