"""Rendering: text of the notebook stays text, style is ruff's, faults of ours are loud."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from package_sample import INFERENCE, TRAINING, array_context, churn_context

from nb2prod.generation.render import ROOT_FOLDER, built_in_templates, format_package, render_package, split_module
from nb2prod.generation.travelling import GENERATED


def rendered(folder: Path, context: dict[str, Any], template: Path | None = None) -> Path:
    folder.mkdir()
    render_package(context, folder, template)
    return folder


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% if x %}", "{# no comment #}", "{{ cookiecutter.package }}"])
def test_text_of_the_notebook_is_never_template_syntax(tmp_path: Path, text: str) -> None:
    code = INFERENCE.replace("return y_pred", f"return y_pred  # {text}")
    modules = {**churn_context()["modules"], "inference": code}
    context = churn_context(title=f"Predicts {text}", modules=modules, limits=[text], notebook=f"{text}.ipynb")
    files = tree(rendered(tmp_path / "p", context))
    assert f"return y_pred  # {text}" in files["src/churn/inference.py"]
    assert files["README.md"].count(text) == 3
    assert tomllib.loads(files["pyproject.toml"])["project"]["description"] == f"Predicts {text}"


@pytest.mark.parametrize("title", ['Says "yes" \\ "no"', "Zürich 🏠 prices", 'ends with """', "two\nlines", "x" * 300])
def test_any_title_gives_a_valid_project(tmp_path: Path, title: str) -> None:
    files = tree(rendered(tmp_path / "p", churn_context(title=title)))
    assert tomllib.loads(files["pyproject.toml"])["project"]["description"] == " ".join(title.split())
    compile(files["src/churn/__init__.py"], "__init__.py", "exec")


@pytest.mark.parametrize("key", ["evaluate", "proba", "has_preprocessing", "source_kind", "package"])
def test_a_missing_key_of_the_context_is_an_error(tmp_path: Path, key: str) -> None:
    context = churn_context()
    del context[key]
    with pytest.raises(Exception, match=key):
        rendered(tmp_path / "p", context)


def test_the_same_context_gives_the_same_bytes(tmp_path: Path) -> None:
    assert tree(rendered(tmp_path / "a", churn_context())) == tree(rendered(tmp_path / "b", churn_context()))


def test_imports_join_those_of_the_template_and_are_sorted(tmp_path: Path) -> None:
    code = "from churn import config\nimport os\nimport numpy as np\nimport json\n" + TRAINING
    modules = {**churn_context()["modules"], "training": code}
    text = tree(rendered(tmp_path / "p", churn_context(modules=modules)))["src/churn/training.py"]
    assert text.count("from churn import config\n") == text.count("import numpy as np\n") == 1
    assert "import os" not in text
    assert "import json" not in text


def test_the_style_of_the_author_is_kept_and_marked(tmp_path: Path) -> None:
    code = INFERENCE + "\n\ndef cleanText(l):\n    return l[l.active == True]\n"
    modules = {**churn_context()["modules"], "inference": code}
    text = tree(rendered(tmp_path / "p", churn_context(modules=modules)))["src/churn/inference.py"]
    assert "def cleanText(l):  # noqa: E741, N802" in text
    assert "l.active == True]  # noqa: E712" in text


def test_an_import_that_switches_something_on_stays_where_that_is_used(tmp_path: Path) -> None:
    line = "from sklearn.experimental import enable_iterative_imputer"
    used = f"{line}\nfrom sklearn.impute import IterativeImputer\n{TRAINING}\n\nIMPUTER = IterativeImputer()\n"
    modules = {**churn_context()["modules"], "training": used, "inference": f"{line}\n{INFERENCE}"}
    texts = tree(rendered(tmp_path / "p", churn_context(modules=modules)))
    assert f"{line}  # noqa: F401\n" in texts["src/churn/training.py"]
    assert line not in texts["src/churn/inference.py"]


@pytest.mark.parametrize("code", ["\n\ndef f() -> None:\n    print(unheard_of)\n", "\n\nreturn 3\n"])
def test_code_that_cannot_run_is_a_bug_of_ours(tmp_path: Path, code: str) -> None:
    modules = {**churn_context()["modules"], "data": churn_context()["modules"]["data"] + code}
    with pytest.raises(AssertionError, match=r"data\.py"):
        rendered(tmp_path / "p", churn_context(modules=modules))


def test_formatting_twice_changes_nothing(tmp_path: Path) -> None:
    folder = rendered(tmp_path / "p", churn_context())
    before = tree(folder)
    format_package(folder)
    assert tree(folder) == before


@pytest.mark.parametrize("root", [".", ROOT_FOLDER])
def test_the_users_template_is_laid_over_the_built_in_one(tmp_path: Path, root: str) -> None:
    own = tmp_path / "own" / root
    own.mkdir(parents=True)
    (own / "LICENSE").write_text("Licence of {{ cookiecutter.package }}\n")
    (own / "README.md").write_text("# ours\n")
    files = tree(rendered(tmp_path / "p", churn_context(), tmp_path / "own"))
    assert files["LICENSE"] == "Licence of churn\n"
    assert files["README.md"] == "# ours\n"
    assert "src/churn/artifact.py" in files


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ('{"sep": ";", "nrows": 100}', "{'sep': ';'}"),
        ('{"usecols": ["a", "b"], "sep": ";"}', "{'sep': ';'}"),
        ('{"usecols": [0, 1]}', "{'usecols': [0, 1]}"),
        ('{"names": ["a"], "usecols": ["a"]}', "{'names': ['a'], 'usecols': ['a']}"),
        ('{"nrows": 5}', None),
    ],
)
def test_rows_to_predict_are_read_like_the_training_rows(tmp_path: Path, options: str, expected: str | None) -> None:
    text = tree(rendered(tmp_path / "p", churn_context(read_options=options)))["src/churn/__main__.py"]
    assert ("READ_OPTIONS" in text) == (expected is not None)
    assert expected is None or f"= {expected}  #" in text.replace('"', "'")


def test_versions_that_are_given_win_over_the_oldest_supported(tmp_path: Path) -> None:
    context = churn_context(dependencies=["pandas==2.3.3", "scikit_learn==1.9.1"])
    project = tomllib.loads(tree(rendered(tmp_path / "p", context))["pyproject.toml"])["project"]
    assert project["dependencies"] == ["joblib>=1.3", "numpy>=1.26", "pandas==2.3.3", "scikit_learn==1.9.1"]


def test_labels_are_named_to_the_probe_of_a_table_only(tmp_path: Path) -> None:
    assert 'labels=["churn"]' in tree(rendered(tmp_path / "a", churn_context()))["src/churn/saving.py"]
    assert "labels=" not in tree(rendered(tmp_path / "b", array_context()))["src/iris/saving.py"]


@pytest.mark.parametrize(
    ("text", "docstring", "imports", "body"),
    [
        ("import a\nx = 1\n", '"""Ours."""', "import a", "x = 1"),
        ('"""Own."""\nimport a\n\n\nx = 1\n', '"""Own."""', "import a", "x = 1"),
        ("from __future__ import annotations\nimport a\n", '"""Ours."""', "import a", ""),
        ("# why\nimport a\n# what\nx = 1\n", '"""Ours."""', "# why\nimport a", "# what\nx = 1"),
        (
            "from a import (\n    b,\n)\nx = 1\nimport c\n",
            '"""Ours."""',
            "from a import (\n    b,\n)",
            "x = 1\nimport c",
        ),
        ("", '"""Ours."""', "", ""),
    ],
)
def test_a_module_is_split_into_docstring_imports_and_body(text: str, docstring: str, imports: str, body: str) -> None:
    assert split_module(text, "Ours.") == (docstring, imports, body)


def test_the_names_of_generated_modules_are_known() -> None:
    ways = (path.as_posix() for path in built_in_templates().rglob("*"))
    inside = (way.partition("/src/{{cookiecutter.package}}/")[2] for way in ways)
    names = (
        re.sub(r"{%.*?%}", "", way).partition("/")[0].removesuffix(".py") for way in inside if "__pycache__" not in way
    )
    assert {name for name in names if name} == GENERATED


def test_the_templates_lie_beside_the_package() -> None:
    assert (built_in_templates() / "package" / ROOT_FOLDER / "pyproject.toml").is_file()


def test_importing_the_renderer_does_not_import_cookiecutter() -> None:
    code = "import sys, nb2prod.generation.render; sys.exit('cookiecutter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
