"""The artifact: what training hands over to inference, in one folder.

    model.joblib   the fitted model, and the part of the state that is no plain value
    state.json     the plain part of the state, made to be read and compared
    schema.json    what a raw row looks like
    metrics.json   the scores of the training run
    manifest.json  the notebook, the libraries used, and a hash of every other file

The folder is replaced as a whole. Loading checks the files and the libraries before anything is unpickled.
The hashes find damage, not malice: load only artifacts that you trust.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import math
import os
import pickle
import platform
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias

import joblib

from spam import __version__
from spam.plain import NotPlainError, from_plain, to_plain
from spam.preprocessing import PreprocessingState
from spam.schema import Schema

FORMAT = 1
FILES = ("metrics.json", "model.joblib", "schema.json", "state.json")
LIBRARIES = ("joblib", "numpy", "pandas", "scikit-learn", "scipy")

Folder: TypeAlias = str | Path
Metrics: TypeAlias = dict[str, float | None]


class ArtifactError(RuntimeError):
    """The artifact is missing, damaged, or made with other library versions."""


@dataclass(frozen=True)
class Fitted:
    """What one training run made."""

    model: Any
    metrics: Mapping[str, Any] | None = None
    served: tuple[Any, Any] | None = None  # labels of rows that the notebook predicted, and its predictions
    rows: Any = None  # the raw rows, as loaded
    state: Any = None


@dataclass(frozen=True)
class Artifact:
    """What inference needs."""

    model: Any
    state: Any
    schema: Schema
    metrics: Metrics
    info: dict[str, Any]  # the manifest: versions and hashes


def save_artifact(folder: Folder, fitted: Fitted, schema: Schema) -> Metrics:
    """Write the artifact, replacing an older one only when the new one is complete; return the metrics."""
    folder = Path(folder).resolve()
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}")
    old = fresh.with_name(f"{fresh.name}.old")
    fresh.mkdir()
    try:
        metrics = _write_files(fresh, fitted, schema)
        replace_folder(folder, fresh, old)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return metrics


def check_folder(folder: Folder) -> None:
    """Refuse a folder that holds anything but an artifact, since saving replaces it."""
    folder = Path(folder).resolve()
    if folder.is_file():
        raise ArtifactError(f"{folder} is a file, not a folder")
    others = sorted({path.name for path in folder.glob("*")} - {*FILES, "manifest.json"})
    if others:
        raise ArtifactError(f"{folder} holds other files ({', '.join(others[:3])}): name a folder of its own")


def load_artifact(folder: Folder) -> Artifact:
    """Read the artifact after checking its files and the installed libraries."""
    folder = Path(folder)
    manifest = _read_manifest(folder)
    _check_files(folder, manifest)
    _check_libraries(manifest)
    content = joblib.load(folder / "model.joblib")
    return Artifact(
        model=content["model"],
        state=_join_state(_read_json(folder / "state.json"), content["state"]),
        schema=Schema.from_json(_read_json(folder / "schema.json")),
        metrics=_read_json(folder / "metrics.json"),
        info=manifest,
    )


def flat_numbers(metrics: Mapping[str, Any]) -> Metrics:
    """Flatten metrics to one level of numbers: a list becomes name.0, name.1, ..., and text is left out."""
    return {name: number if math.isfinite(number) else None for name, number in _numbers("", metrics)}


def _numbers(name: str, value: Any) -> Iterator[tuple[str, float]]:
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, bool | int | float):
        yield name, float(value)
    elif isinstance(value, list | tuple | Mapping):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _numbers(f"{name}.{key}" if name else str(key), item)


def _write_files(folder: Path, fitted: Fitted, schema: Schema) -> Metrics:
    metrics = flat_numbers(fitted.metrics or {})
    plain, rest = _split_state(fitted.state)
    content = {"model": fitted.model, "state": rest}  # one file, so that shared objects stay shared
    _write_json(folder / "state.json", plain)
    try:
        joblib.dump(content, folder / "model.joblib")
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ArtifactError(f"the fitted objects cannot be saved: {error}") from error
    _write_json(folder / "schema.json", schema.to_json())
    _write_json(folder / "metrics.json", metrics)
    manifest = {
        "format": FORMAT,
        "package": "spam",
        "version": __version__,
        "notebook": _notebook(),
        "python": platform.python_version(),
        "libraries": {name: _installed(name) for name in LIBRARIES},
        "files": {name: _sha256(folder / name) for name in FILES},
    }
    _write_json(folder / "manifest.json", manifest)
    return metrics


def _split_state(state: PreprocessingState) -> tuple[dict[str, Any], dict[str, Any]]:
    plain, rest = {}, {}
    for name, value in vars(state).items():
        try:
            plain[name] = to_plain(value)
        except NotPlainError:
            rest[name] = value
    return plain, rest


def _join_state(plain: dict[str, Any], rest: dict[str, Any]) -> PreprocessingState:
    values = {**from_plain(plain), **rest}
    if set(values) != set(vars(PreprocessingState())):
        raise ArtifactError(
            "PreprocessingState has other fields than when the artifact was made: train again"
        )
    return PreprocessingState(**values)


def replace_folder(folder: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `folder`, and what was there in that of `old`; at once if it can be."""
    if not folder.exists():
        fresh.rename(folder)
    elif exchange_folders(fresh, folder):
        fresh.rename(old)
    else:
        folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            old.rename(folder)
            raise


def exchange_folders(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, which a kill cannot part; False where Linux or the disk cannot."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        raise ArtifactError(f"no artifact in {folder}: run `python -m spam train` first")
    try:
        manifest = _read_json(path)
    except ValueError as error:
        raise ArtifactError(f"{path} is damaged: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ArtifactError(f"{path} is no manifest of format {FORMAT}: train again")
    return manifest


def _check_files(folder: Path, manifest: dict[str, Any]) -> None:
    for name in FILES:
        if not (folder / name).is_file():
            raise ArtifactError(f"{folder / name} is missing: the artifact is incomplete, train again")
        if _sha256(folder / name) != manifest.get("files", {}).get(name):
            raise ArtifactError(f"{folder / name} was changed after training: the artifact is refused")


def _check_libraries(manifest: dict[str, Any]) -> None:
    used = manifest.get("libraries", {})
    faults = [
        f"{name} {used[name]} (here: {_installed(name) or 'not installed'})"
        for name in used
        if _series(name, used[name]) != _series(name, _installed(name))
    ]
    if faults:
        raise ArtifactError(f"the artifact was made with {', '.join(faults)}: install that, or train again")


def _series(name: str, number: str | None) -> str | None:
    """Pickles of scikit-learn hold for one exact version, those of other libraries for a minor series."""
    if number is None or name == "scikit-learn":
        return number
    return ".".join(number.split(".")[:2])


def _notebook() -> dict[str, str] | None:
    """The notebook that the code came from, where the package's folder is at hand."""
    origin = Path(__file__).parents[2] / ".nb2prod" / "manifest.json"
    if not origin.is_file():
        return None
    notebook = _read_json(origin)["notebook"]
    return {"name": Path(notebook["path"]).name, "digest": notebook["digest"]}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, value: Any) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_bytes((text + "\n").encode("utf-8", "surrogatepass"))


def _read_json(path: Path) -> Any:
    return json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
