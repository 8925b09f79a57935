"""Packages of arrays and of texts in service: over HTTP and in batches as by `predict`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scaffold.services import make, serving

pytestmark = pytest.mark.slow
FIRST = {  # writes the first rows as files, and prints them as JSON
    "digits": "import json, numpy as np, pandas as pd; from sklearn.datasets import load_digits\n"
    "rows = load_digits().data[:50]; np.save('rows.npy', rows); pd.DataFrame(rows).to_csv('rows.csv', index=False)\n"
    "print(json.dumps(rows.tolist()))",
    "spam": "import pandas as pd; rows = pd.read_csv('messages.csv', encoding='latin-1', nrows=50)\n"
    "rows.to_csv('rows.csv', index=False, encoding='latin-1'); print(rows.to_json(orient='records'))",
}


@pytest.mark.parametrize(("example", "rows"), [("digits", "rows.npy"), ("spam", "rows.csv")])
def test_every_way_gives_the_same_answers(tmp_path: Path, example: str, rows: str) -> None:
    package = make(tmp_path, example, "serve_fastapi", "batch")
    (package.data / "first.py").write_text(FIRST[example])
    given = json.loads(package.run("first").stdout)
    artifacts = ("--artifacts", str(package.artifacts))
    for line in (["predict", rows, "--output", "one.csv"], ["batch", "rows.csv", "chunks.csv", "--chunk-rows", "20"]):
        done = package.run(example, *line, *artifacts)
        assert done.returncode == 0, done.stderr
    wanted = column(package.data / "one.csv")
    assert len(set(wanted)) > 1
    assert column(package.data / "chunks.csv") == wanted
    with serving(package, tmp_path / "log") as server:
        assert list(map(str, server.predict(given).json()["predictions"])) == wanted
        assert [str(server.predict(row).json()["predictions"][0]) for row in given[:10]] == wanted[:10]
        assert server.predict([given[0], 5]).status == 422


def test_a_file_that_retraining_cannot_read_is_one_line(tmp_path: Path) -> None:
    package = make(tmp_path, "churn", "serve_fastapi", "retrain")
    given = ("--artifacts", str(package.artifacts), "--holdout", "notebook.ipynb", "--labels", "notebook.ipynb")
    done = package.run("churn", "retrain", *given)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    suite = package.run("pytest", "-q", "-p", "no:cacheprovider", "tests/test_retrain.py", cwd=package.folder)
    assert suite.returncode == 0, suite.stdout
    for command in (["check"], ["format", "--check"]):
        done = package.run("ruff", *command, "--no-cache", ".", cwd=package.folder)
        assert done.returncode == 0, done.stdout


def column(path: Path) -> list[str]:
    with path.open(newline="") as file:
        return [row["prediction"] for row in csv.DictReader(file)]
