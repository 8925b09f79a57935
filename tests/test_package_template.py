"""The generated package: complete, clean, and true to its promises about rows, artifacts and commands."""

# ruff: noqa: ANN401 - the modules under test are generated while the tests run

from __future__ import annotations

import importlib
import json
import math
import os
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from package_sample import array_context, churn_context, churn_rows, list_context, write_churn_data

from nb2prod.generation.render import render_package

CONTEXTS = {"churn": churn_context(), "iris": array_context(), "mood": list_context()}
COMMON = {
    "README.md",
    "pyproject.toml",
    *(f"src/PKG/{name}.py" for name in ("__init__", "__main__", "artifact", "config", "data")),
    *(f"src/PKG/{name}.py" for name in ("inference", "predictor", "saving", "schema", "serving", "training")),
    *(f"tests/{name}.py" for name in ("conftest", "test_artifact", "test_predictor")),
}
FILES = {
    "churn": COMMON | {"src/PKG/preprocessing.py", "src/PKG/plain.py", "src/PKG/probe.py"},
    "iris": COMMON,
    "mood": COMMON,
}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {}
    for name, context in CONTEXTS.items():
        folders[name] = tmp_path_factory.mktemp("packages") / name
        folders[name].mkdir()
        render_package(context, folders[name])
    return folders


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_churn_data(tmp_path_factory.mktemp("data"))
    (folder / "texts.txt").write_text("good day\nbad day\ngood night\nbad night\n" * 3)
    return folder


@pytest.fixture(scope="session")
def churn(packages: dict[str, Path]) -> Iterator[types.SimpleNamespace]:
    """The modules of the generated table package."""
    sys.path.insert(0, str(packages["churn"] / "src"))
    names = [
        "artifact",
        "inference",
        "plain",
        "preprocessing",
        "probe",
        "schema",
        "serving",
        "training",
        "__main__",
    ]
    yield types.SimpleNamespace(**{name: importlib.import_module(f"churn.{name}") for name in names})
    sys.path.pop(0)


@pytest.fixture(scope="session")
def iris(packages: dict[str, Path]) -> Iterator[types.ModuleType]:
    """The schema module of the generated array package."""
    sys.path.insert(0, str(packages["iris"] / "src"))
    yield importlib.import_module("iris.schema")
    sys.path.pop(0)


@pytest.fixture(scope="session")
def artifacts(churn: types.SimpleNamespace, data: Path) -> Path:
    churn.training.train({"df": data / "data" / "churn.csv"}, data / "artifacts")
    return data / "artifacts"


@pytest.fixture(scope="session")
def predictor(churn: types.SimpleNamespace, artifacts: Path) -> Any:
    return churn.inference.Predictor.load(artifacts)


def run(package: Path, folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(package / "src"), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    line = [sys.executable, "-m", *arguments]
    return subprocess.run(line, cwd=folder, env=env, capture_output=True, text=True, check=False)


# the folder


def test_no_command_but_train_waits_for_the_training_code(packages: dict[str, Path], data: Path) -> None:
    line = "import sys, churn.__main__ as line; line._parser(); print('churn.training' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(packages["churn"] / "src")}
    done = subprocess.run([sys.executable, "-c", line], cwd=data, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", CONTEXTS)
def test_the_package_holds_its_files_and_no_others(packages: dict[str, Path], name: str) -> None:
    found = {str(path.relative_to(packages[name])) for path in packages[name].rglob("*") if path.is_file()}
    assert {path for path in found if ".pyc" not in path} == {path.replace("PKG", name) for path in FILES[name]}


@pytest.mark.parametrize("name", CONTEXTS)
def test_no_template_syntax_and_no_noqa_is_left(packages: dict[str, Path], name: str) -> None:
    for path in packages[name].rglob("*.*"):
        if path.suffix in (".py", ".md", ".toml"):
            assert not [mark for mark in ("{{", "{%", "noqa", "cookiecutter") if mark in path.read_text()], path


@pytest.mark.parametrize("name", CONTEXTS)
@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_ruff_finds_nothing_to_change(packages: dict[str, Path], name: str, command: list[str]) -> None:
    done = run(packages[name], packages[name], "ruff", *command, "--no-cache", ".")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", CONTEXTS)
def test_its_own_tests_pass(packages: dict[str, Path], data: Path, name: str) -> None:
    folder = str(data / "data") if name == "churn" else str(data)
    done = run(packages[name], packages[name], "pytest", "-q", "-p", "no:cacheprovider", DATA_DIR=folder)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


def test_its_own_tests_say_where_to_put_the_data(packages: dict[str, Path], tmp_path: Path) -> None:
    package = packages["churn"]
    done = run(package, package, "pytest", "-q", "-p", "no:cacheprovider", "-x", DATA_DIR=str(tmp_path))
    assert "set DATA_DIR to the folder of the notebook's data" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTEXTS)
def test_the_types_are_strict(packages: dict[str, Path], name: str) -> None:
    done = run(packages[name], packages[name], "mypy", "--strict", "--ignore-missing-imports", "src", "tests")
    assert done.returncode == 0, done.stdout


# what training measures


def test_columns_that_cannot_change_the_answer_are_optional(predictor: Any) -> None:
    optional = {column.name for column in predictor.schema.columns if not column.required}
    assert optional == {"id", "note", "churn"}


def test_columns_without_which_no_row_is_answered_are_not_nullable(predictor: Any) -> None:
    assert {column.name for column in predictor.schema.columns if not column.nullable} == {"plan"}


def test_the_schema_survives_json(churn: types.SimpleNamespace, predictor: Any) -> None:
    text = json.dumps(predictor.schema.to_json(), allow_nan=False)
    assert churn.schema.Schema.from_json(json.loads(text)) == predictor.schema


def learn(
    churn: types.SimpleNamespace, rows: pd.DataFrame, answer: Any, **options: Any
) -> dict[Any, tuple[bool, bool]]:
    columns = churn.probe.learn_schema(rows, answer, **options).columns
    return {column.name: (column.required, column.nullable) for column in columns}


NUMBERS = pd.DataFrame({"a": np.arange(50.0), "b": np.arange(50.0) % 7, "c": np.arange(50) % 2})


@pytest.mark.parametrize(
    ("answer", "required"),
    [
        (lambda df: df["a"] + df["b"], {"a", "b"}),
        (lambda df: (df["a"] == 49) * 1.0, {"a"}),  # one row of fifty
        (lambda df: df["a"] * 0, set()),
        (lambda df: df["b"].map({float(key): key for key in range(7)}), {"b"}),
        (lambda df: df.iloc[:, 2] + df["c"].isna(), {"c"}),
        (lambda df: np.random.default_rng().random(len(df)), {"a", "b", "c"}),
        (lambda df: np.stack([df["a"], df["b"]], axis=1), {"a", "b"}),
        (lambda df: df["c"].map({0: "no", 1: "yes"}).tolist(), {"c"}),
    ],
)
def test_what_is_required_is_measured(churn: types.SimpleNamespace, answer: Any, required: set[str]) -> None:
    assert {name for name, (needed, _) in learn(churn, NUMBERS, answer).items() if needed} == required


def test_columns_that_matter_only_together_are_all_required(churn: types.SimpleNamespace) -> None:
    rows = pd.DataFrame({f"x{place}": [0] * 199 + [1] for place in range(4)})
    found = learn(churn, rows, lambda df: (df.sum(axis=1) >= 2) * 1)
    assert sum(required for required, _ in found.values()) == 2


def test_a_column_whose_other_values_stop_the_model_is_required(churn: types.SimpleNamespace) -> None:
    def answer(df: pd.DataFrame) -> Any:
        if (df["a"] % 7 != df["b"]).any():
            raise KeyError("b")
        return df["a"] * 0

    assert [name for name, (required, _) in learn(churn, NUMBERS, answer).items() if required] == ["a", "b"]


@pytest.mark.parametrize(
    ("answer", "nullable"),
    [
        (lambda df: df["a"].fillna(0), True),
        (lambda df: df["a"], False),
        (lambda df: df["a"].astype(int), False),
        (lambda df: df["c"].fillna(0) + df["a"].fillna(0), True),
    ],
)
def test_what_is_nullable_is_measured(churn: types.SimpleNamespace, answer: Any, nullable: bool) -> None:
    assert learn(churn, NUMBERS, answer)["a"][1] is nullable


def test_a_null_that_would_change_other_rows_is_not_let_in(churn: types.SimpleNamespace) -> None:
    found = learn(churn, NUMBERS, lambda df: df["c"].astype(str).map({"0": 1, "1": 2}).fillna(0))
    assert found["c"] == (True, False)


def test_rows_that_training_drops_do_not_spoil_the_measurement(churn: types.SimpleNamespace) -> None:
    rows = NUMBERS.assign(a=NUMBERS["a"].mask(NUMBERS["b"] == 3))

    def answer(df: pd.DataFrame) -> Any:
        if df["a"].isna().any():
            raise ValueError("Input contains NaN")
        return df["a"]

    assert learn(churn, rows, answer) == {"a": (True, False), "b": (False, True), "c": (False, True)}


def test_a_model_that_answers_no_training_row_is_refused(churn: types.SimpleNamespace) -> None:
    with pytest.raises(churn.serving.ServingError, match="KeyError: 'z'"):
        churn.probe.learn_schema(NUMBERS, lambda df: df["z"])


def test_rows_of_a_slow_model_are_numbered_as_in_a_request(
    churn: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(churn.probe, "POOL", 200)  # as many as a slow model can be asked about
    rows = pd.DataFrame({"a": np.arange(500.0)})
    schema = churn.probe.learn_schema(rows, lambda df: [df.loc[at, "a"] for at in range(len(df))])
    assert [column.name for column in schema.columns] == ["a"]


@pytest.mark.parametrize(("answer", "kept"), [(lambda df: df["a"], False), (lambda df: df.index.month, True)])
def test_the_index_is_kept_where_it_matters(churn: types.SimpleNamespace, answer: Any, kept: bool) -> None:
    dates = pd.date_range("2024-01-01", periods=50, freq="W", name="day")
    rows = NUMBERS.set_index(dates)
    schema = churn.probe.learn_schema(rows, answer)
    assert (schema.index is not None) is kept
    valid = schema.validate(rows.iloc[[7]].reset_index().assign(day="2024-02-25").to_dict("records"))
    assert answer(valid)[0] == (2 if kept else 7)


def test_a_missing_index_is_named(churn: types.SimpleNamespace) -> None:
    dates = pd.date_range("2024-01-01", periods=50, freq="W", name="day")
    schema = churn.probe.learn_schema(NUMBERS.set_index(dates), lambda df: df.index.month)
    with pytest.raises(churn.schema.SchemaError, match="'day': expected an ISO date"):
        schema.validate(NUMBERS)


# rows


def column(churn: types.SimpleNamespace, values: Any, **changes: Any) -> Any:
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    described = churn.probe.describe(series.rename("x"), series, required=True, nullable=True)
    return churn.schema.Schema([replace(described, **changes)])


READ = [
    ([1.5, 2.5], 1, 1.0),
    ([1.5, 2.5], "12.5", 12.5),
    ([1.5, 2.5], " 3 ", 3.0),
    ([1.5, 2.5], True, 1.0),
    ([1.5, 2.5], np.float32(0.5), 0.5),
    ([1, 2], 3.0, 3),
    ([1, 2], "4", 4),
    ([1, 2], "9007199254740993", 9007199254740993),
    ([1, 2], "4.0", 4),
    ([1, 2], False, 0),
    ([True, False], 1, True),
    ([True, False], "false", False),
    ([True, False], 0.0, False),
    (["a", "b"], "c", "c"),
    (["a", "b"], 5, "5"),
    (["a", "b"], 5.5, "5.5"),
    (["5", "6"], 5.0, "5"),
    (["5.0", "6"], 5.0, "5.0"),
    (["a", "b"], "", ""),
    (["a", 1], 2, 2),
    (["a", 1], "2", "2"),
    (pd.to_datetime(["2024-01-01"]), "2024-02-03", pd.Timestamp("2024-02-03")),
    (pd.to_datetime(["2024-01-01"]), "2024-02-03T04:05:06", pd.Timestamp("2024-02-03 04:05:06")),
    (pd.to_datetime(["2024-01-01"], utc=True), "2024-02-03T00:00:00Z", pd.Timestamp("2024-02-03", tz="UTC")),
    (pd.to_timedelta(["1 day"]), "2 days", pd.Timedelta("2 days")),
    (pd.Categorical(["lo", "hi"]), "hi", "hi"),
    (pd.Categorical([1, 2]), "2", 2),
    (pd.Series([1, 2], dtype="Int64"), "2", 2),
    (pd.Series(["a"], dtype="string"), 7, "7"),
    (np.array([1, 2], dtype="uint8"), "255", 255),
]


@pytest.mark.parametrize(("training", "given", "expected"), READ)
@pytest.mark.parametrize("form", ["dicts", "object"])
def test_values_take_the_training_type(
    churn: types.SimpleNamespace, training: Any, given: Any, expected: Any, form: str
) -> None:
    schema = column(churn, training)
    rows = [{"x": given}] if form == "dicts" else pd.DataFrame({"x": pd.Series([given], dtype=object)})
    valid = schema.validate(rows)["x"]
    assert valid.iloc[0] == expected
    assert str(valid.dtype) == schema.columns[0].dtype


STRANGE = [
    ([1.5], "abc", "a number"),
    ([1.5], "1_000", "a number"),
    ([1.5], "nan", "a number"),
    ([1.5], [1], "a number"),
    ([1.5], pd.Timestamp("2024-01-01"), "a number"),
    ([1], 1.5, "a whole number"),
    ([1], "1.5", "a whole number"),
    ([1], math.inf, "a whole number"),
    ([1], 2**70, "a whole number"),
    (np.array([1], dtype="uint8"), 256, "a whole number"),
    ([True], 2, "true or false"),
    ([True], "maybe", "true or false"),
    (["a"], ["b"], "text"),
    (["a"], {"b": 1}, "text"),
    (pd.to_datetime(["2024-01-01"]), "03/04/2024", "an ISO date"),
    (pd.to_datetime(["2024-01-01"]), 1704067200, "an ISO date"),
    (pd.to_datetime(["2024-01-01"]), "2024-01-01T00:00:00Z", "an ISO date"),
    (pd.to_datetime(["2024-01-01"]), "2024-13-01", "an ISO date"),
    (pd.to_timedelta(["1 day"]), 5, "a duration"),
    (pd.Categorical(["lo"]), "mid", "a known category"),
]


@pytest.mark.parametrize(("training", "given", "expected"), STRANGE)
def test_values_of_another_type_are_faults(
    churn: types.SimpleNamespace, training: Any, given: Any, expected: str
) -> None:
    with pytest.raises(churn.schema.SchemaError, match=f"column 'x': expected {expected}, got .* in row 0") as caught:
        column(churn, training).validate([{"x": given}])
    assert caught.value.rows == [0]


@pytest.mark.parametrize("null", [None, math.nan, np.float64("nan"), pd.NA, pd.NaT])
@pytest.mark.parametrize("training", [[1.5], [1], [True], ["a"], ["a", 1], pd.to_datetime(["2024-01-01"])])
def test_every_null_is_null(churn: types.SimpleNamespace, training: Any, null: Any) -> None:
    assert column(churn, training).validate([{"x": null}])["x"].isna().all()
    with pytest.raises(churn.schema.SchemaError, match="column 'x': null in row 0"):
        column(churn, training, nullable=False).validate([{"x": null}])


@pytest.mark.parametrize("training", [[1.5], [1], [True], pd.to_datetime(["2024-01-01"])])
def test_an_empty_text_is_null_where_no_text_is_expected(churn: types.SimpleNamespace, training: Any) -> None:
    assert column(churn, training).validate([{"x": " "}])["x"].isna().all()


@pytest.mark.parametrize(("training", "null"), [(["a", None], None), (["a", math.nan], math.nan), (["a"], math.nan)])
@pytest.mark.parametrize("given", [None, math.nan])
def test_null_text_is_the_null_that_training_saw(
    churn: types.SimpleNamespace, training: list[Any], null: Any, given: Any
) -> None:
    schema = column(churn, pd.Series(training, dtype=object))
    for rows in ([{"x": given}], pd.DataFrame({"x": pd.Series([given], dtype=object)})):
        assert repr(schema.validate(rows)["x"].iloc[0]) == repr(null)


FRAME = pd.DataFrame(
    {
        "number": [1.5, math.nan],
        "small": np.array([1, 2], dtype="int8"),
        "flag": [True, False],
        "text": ["a", math.nan],
        "mixed": pd.Series([1, "b"], dtype=object),
        "date": pd.to_datetime(["2024-01-01", None]),
        "level": pd.Categorical(["lo", "hi"], ["lo", "hi"], ordered=True),
        "empty": pd.Series([None, None], dtype=object),
        "nullable": pd.Series([1, None], dtype="Int64"),
        "list": [[1], [2]],
    }
)


def test_rows_with_the_training_types_are_not_changed(churn: types.SimpleNamespace) -> None:
    schema = churn.probe.learn_schema(FRAME, lambda df: df["small"])
    valid = schema.validate(FRAME)
    pd.testing.assert_frame_equal(valid, FRAME)
    for place in range(len(FRAME)):
        one = FRAME.iloc[[place]]
        pd.testing.assert_frame_equal(schema.validate(one), one.reset_index(drop=True))
    valid.loc[:, "number"] = 0.0
    assert FRAME["number"].iloc[0] == 1.5


def test_a_row_alone_and_dicts_give_the_rows_of_the_table(churn: types.SimpleNamespace) -> None:
    schema = churn.probe.learn_schema(FRAME, lambda df: df["small"])
    pd.testing.assert_frame_equal(schema.validate(FRAME.astype(object).to_dict("records")), FRAME)


def test_the_training_order_of_columns_is_restored_and_others_are_dropped(
    churn: types.SimpleNamespace,
) -> None:
    schema = churn.probe.learn_schema(NUMBERS, lambda df: df["a"] + df["b"])
    given = NUMBERS[["b", "a"]].assign(other="x").set_index(NUMBERS.index + 5)
    valid = schema.validate(given)
    assert list(valid.columns) == ["a", "b", "c"]
    assert valid.index.equals(pd.RangeIndex(50))


def test_columns_without_names_are_matched_by_number_or_its_text(churn: types.SimpleNamespace) -> None:
    rows = pd.DataFrame(np.arange(20.0).reshape(10, 2))
    schema = churn.probe.learn_schema(rows, lambda df: df[0] + df[1])
    again = churn.schema.Schema.from_json(json.loads(json.dumps(schema.to_json())))
    pd.testing.assert_frame_equal(again.validate(rows), rows, check_column_type=False)
    assert again.validate([{"0": 1, "1": 2}]).to_numpy().tolist() == [[1.0, 2.0]]


def test_every_fault_is_in_one_error(churn: types.SimpleNamespace, predictor: Any) -> None:
    rows = churn_rows(12).drop(columns=["city", "since", "id"]).assign(visits="many", plan=None)
    with pytest.raises(churn.schema.SchemaError) as caught:
        predictor.predict(rows)
    assert caught.value.faults == [
        "missing columns 'city', 'since'",
        "column 'plan': null in rows 0, 1, 2, 3, 4 and 7 more",
        "column 'visits': expected a whole number, got 'many' in rows 0, 1, 2, 3, 4 and 7 more",
    ]


def test_a_key_that_one_row_lacks_is_a_fault_of_that_row(churn: types.SimpleNamespace, predictor: Any) -> None:
    rows = churn_rows(3).to_dict("records")
    del rows[1]["age"]
    with pytest.raises(churn.schema.SchemaError, match="'age': expected a number, got nothing in row 1"):
        predictor.predict(rows)


@pytest.mark.parametrize("rows", [{"age": 3}, pd.Series({"age": 3}), "text", 5, np.zeros((2, 2)), [[1, 2]], None])
def test_rows_of_another_form_are_refused(churn: types.SimpleNamespace, predictor: Any, rows: Any) -> None:
    with pytest.raises(churn.schema.SchemaError):
        predictor.predict(rows)


def test_a_column_that_occurs_twice_is_refused(churn: types.SimpleNamespace, predictor: Any) -> None:
    rows = churn_rows(3)
    with pytest.raises(churn.schema.SchemaError, match="'age' occurs twice"):
        predictor.predict(pd.concat([rows, rows[["age"]]], axis=1))


@pytest.mark.parametrize("rows", [[], (), churn_rows(5).iloc[:0]])
def test_no_rows_get_an_empty_answer(predictor: Any, rows: Any) -> None:
    assert predictor.predict(rows).shape == (0,)
    assert predictor.predict_proba(rows).shape == (0, 2)


def test_rubbish_in_an_optional_column_is_no_fault(predictor: Any) -> None:
    rows = churn_rows(20)
    rubbish = rows.assign(id="A-17", churn=[["x"]] * 20, note=5)
    assert (predictor.predict(rubbish) == predictor.predict(rows)).all()


def test_an_unseen_value_that_stops_the_model_is_named(churn: types.SimpleNamespace, predictor: Any) -> None:
    with pytest.raises(churn.schema.SchemaError, match="'plan': 'platinum' was not seen in training"):
        predictor.predict(churn_rows(3).assign(plan="platinum"))


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "strings", "nullable"])
def test_rows_get_the_same_answers_whatever_they_came_through(predictor: Any, tmp_path: Path, form: str) -> None:
    rows = churn_rows(40)
    if form == "csv":
        rows.to_csv(tmp_path / "rows.csv", index=False)
        through: Any = pd.read_csv(tmp_path / "rows.csv")
    elif form == "json":
        through = json.loads(rows.to_json(orient="records"))
    elif form == "parquet":
        rows.to_parquet(tmp_path / "rows.parquet")
        through = pd.read_parquet(tmp_path / "rows.parquet", dtype_backend="pyarrow")
    elif form == "strings":
        through = [{key: str(value) for key, value in row.items() if value == value} for row in rows.to_dict("records")]
        through = [{**dict.fromkeys(rows.columns), **row} for row in through]
        through = [{key: None if value == "None" else value for key, value in row.items()} for row in through]
    else:
        through = rows.convert_dtypes()
    np.testing.assert_array_equal(predictor.predict_proba(through), predictor.predict_proba(rows))


# proof before saving


def fitted(churn: types.SimpleNamespace, **changes: Any) -> Any:
    return churn.artifact.Fitted(model=None, rows=NUMBERS, **changes)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda df: df["a"] - df["a"].mean(), "another answer in a batch"),
        (lambda df: df["a"].rank(), "another answer in a batch"),
        (lambda df: np.random.default_rng().random(len(df)), "another answer"),
        (lambda df: df["a"].sort_values(), "another answer in a shuffled batch"),
        (lambda df: df["a"][df["a"] > 5], "one row alone gets 0 answers"),
        (lambda df: df["z"], "no training row can be predicted alone: KeyError: 'z'"),
    ],
)
def test_an_answer_that_depends_on_other_rows_is_refused(
    churn: types.SimpleNamespace, answer: Any, reason: str
) -> None:
    with pytest.raises(churn.serving.ServingError, match=reason):
        churn.serving.check_serving(fitted(churn), answer)


def test_an_answer_that_changes_its_rows_is_refused(churn: types.SimpleNamespace) -> None:
    def answer(df: pd.DataFrame) -> Any:
        df.isetitem(0, df["a"] + 1)
        return df["b"]

    with pytest.raises(churn.serving.ServingError, match="changes the rows"):
        churn.serving.check_serving(fitted(churn), answer)


@pytest.mark.parametrize(
    ("predictions", "reason"),
    [
        (NUMBERS["a"], None),
        (NUMBERS["a"].to_numpy().reshape(-1, 1), None),
        (NUMBERS["a"] * (1 + 1e-9), None),
        (NUMBERS["a"].to_numpy(dtype="float32") * np.float32(1.00003), None),
        (
            NUMBERS["a"] * (1 + 1e-4),
            r"49 of 50 rows are not served as the notebook predicted them, first row 1",
        ),
        (NUMBERS["a"][:-1], "gave 49 predictions, serving the same rows gives 50"),
        (NUMBERS["a"].astype(str), "50 of 50 rows"),
    ],
)
def test_the_notebooks_own_predictions_must_be_met(
    churn: types.SimpleNamespace, predictions: Any, reason: str | None
) -> None:
    made = fitted(churn, served=(NUMBERS.index, predictions))
    if reason is None:
        churn.serving.check_serving(made, lambda df: df["a"])
        return
    with pytest.raises(churn.serving.ServingError, match=reason):
        churn.serving.check_serving(made, lambda df: df["a"])


@pytest.mark.parametrize(
    ("got", "want", "same"),
    [
        ([1, 2], [1, 3], [True, False]),
        ([1_000_000], [1_000_001], [False]),
        ([math.nan, 1.0], [math.nan, math.nan], [True, False]),
        (["a", "b"], np.array(["a", "c"], dtype=object), [True, False]),
        (np.array([None, "a"]), pd.Series([math.nan, "a"]), [True, True]),
        ([("a", "b"), ("a",)], [("a", "b"), ("b",)], [True, False]),
        ([[0.1, 0.9]], [[0.1, 0.8]], [False]),
        ([1, 0], [True, False], [True, True]),
        (["1"], [1], [False]),
        ([1, 2, 3], [1, 2], [False, False, False]),
    ],
)
def test_answers_agree_row_by_row(churn: types.SimpleNamespace, got: Any, want: Any, same: list[bool]) -> None:
    assert churn.serving.agree(got, want).tolist() == same


# artifacts


PLAIN = [
    *(None, True, 3, -(2**70), 0.1, math.inf, "", "é\n\ud800", [], {}, [1, [2]], {"a": {"b": None}}),
    *((1, (2, "x")), {1, 2}, frozenset({"a"}), {1: 2, (1, "a"): [3.5], None: 0}, {"$tuple": [1]}, {"$x": 1}),
    *(np.float64(0.1), np.float32(0.1), np.int8(3), np.bool_(True), np.str_("x"), np.float64("inf")),
    *(
        pd.Timestamp("2024-01-01 10:00:00.123456789"),
        pd.Timedelta("3 days 1us"),
        pd.Timestamp("2024").as_unit("s"),
    ),
    *(
        np.datetime64("2024-01-01"),
        np.timedelta64(5, "s"),
        pd.NaT,
        pd.NA,
        [np.int64(1), {"k": (np.uint8(2),)}],
    ),
]


@pytest.mark.parametrize("value", PLAIN, ids=ascii)
def test_plain_values_survive_json_exactly(churn: types.SimpleNamespace, value: Any) -> None:
    text = json.dumps(churn.plain.to_plain(value), allow_nan=False)
    back = churn.plain.from_plain(json.loads(text))
    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_nan_survives_json(churn: types.SimpleNamespace) -> None:
    back = churn.plain.from_plain(json.loads(json.dumps(churn.plain.to_plain({"x": math.nan}), allow_nan=False)))
    assert math.isnan(back["x"])


@pytest.mark.parametrize(
    "value",
    [
        pd.Series([1]),
        pd.Index(["a"]),
        np.array([1]),
        object(),
        pd.Timestamp("2024", tz="UTC"),
        [{1: object()}],
    ],
)
def test_other_values_are_left_to_the_model_file(churn: types.SimpleNamespace, value: Any) -> None:
    with pytest.raises(churn.plain.NotPlainError):
        churn.plain.to_plain(value)


def test_the_state_is_restored_with_its_types(predictor: Any) -> None:
    state = predictor.artifact.state
    assert type(state.age_median) is np.float64
    assert state.cities == ["Bern", "Oslo", "Rome"]
    assert state.encoders["plan"].classes_.tolist() == ["basic", "gold"]


def test_objects_shared_by_model_and_state_stay_shared(churn: types.SimpleNamespace, tmp_path: Path) -> None:
    scaler = churn.preprocessing.StandardScaler()
    state = churn.preprocessing.PreprocessingState(scaler=scaler)
    churn.artifact.save_artifact(
        tmp_path / "a", churn.artifact.Fitted({"scaler": scaler}, state=state), churn.schema.Schema([])
    )
    loaded = churn.artifact.load_artifact(tmp_path / "a")
    assert loaded.model["scaler"] is loaded.state.scaler


@pytest.mark.parametrize(
    ("metrics", "flat"),
    [
        ({"r2": np.float32(0.5)}, {"r2": 0.5}),
        ({"scores": np.array([1, 2])}, {"scores.0": 1.0, "scores.1": 2.0}),
        ({"report": {"yes": {"f1": 1}}, "text": "fine"}, {"report.yes.f1": 1.0}),
        ({"loss": math.nan}, {"loss": None}),
        ({"by": pd.Series([1.5])}, {"by.0": 1.5}),
    ],
)
def test_metrics_become_a_flat_object_of_numbers(churn: types.SimpleNamespace, metrics: Any, flat: Any) -> None:
    assert churn.artifact.flat_numbers(metrics) == flat


def test_a_failed_training_leaves_the_old_artifact(
    churn: types.SimpleNamespace, artifacts: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(artifacts, tmp_path / "artifacts"))
    state = churn.preprocessing.PreprocessingState(cities=(lambda: 0))
    with pytest.raises(churn.artifact.ArtifactError, match="cannot be saved"):
        churn.artifact.save_artifact(old, churn.artifact.Fitted(None, state=state), churn.schema.Schema([]))
    assert [path.name for path in tmp_path.iterdir()] == ["artifacts"]
    churn.artifact.load_artifact(old)


def test_training_again_replaces_the_artifact_and_leaves_no_other_folder(
    churn: types.SimpleNamespace, artifacts: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(artifacts, tmp_path / "artifacts"))
    state = churn.preprocessing.PreprocessingState(age_median=7)
    churn.artifact.save_artifact(old, churn.artifact.Fitted("new", state=state), churn.schema.Schema([]))
    assert churn.artifact.load_artifact(old).model == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["artifacts"]


@pytest.mark.parametrize(
    ("library", "number", "fits"),
    [("pandas", "{}.99", True), ("scikit-learn", "{}.99", False), ("numpy", "0.1", False)],
)
def test_library_versions_are_compared_before_unpickling(
    churn: types.SimpleNamespace, artifacts: Path, tmp_path: Path, library: str, number: str, fits: bool
) -> None:
    folder = Path(shutil.copytree(artifacts, tmp_path / "a"))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["libraries"][library] = number.format(".".join(manifest["libraries"][library].split(".")[:2]))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if fits:
        churn.artifact.load_artifact(folder)
        return
    with pytest.raises(churn.artifact.ArtifactError, match=f"made with {library}"):
        churn.artifact.load_artifact(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', "{"])
def test_a_broken_manifest_is_refused(churn: types.SimpleNamespace, artifacts: Path, tmp_path: Path, text: str) -> None:
    folder = Path(shutil.copytree(artifacts, tmp_path / "a"))
    (folder / "manifest.json").write_text(text)
    with pytest.raises(churn.artifact.ArtifactError, match=r"manifest\.json"):
        churn.artifact.load_artifact(folder)


def test_state_of_another_shape_is_refused(churn: types.SimpleNamespace) -> None:
    with pytest.raises(churn.artifact.ArtifactError, match="other fields"):
        churn.artifact._join_state({"age_median": 1}, {})


# the command line


def test_train_on_the_command_line_prints_the_metrics(packages: dict[str, Path], data: Path, tmp_path: Path) -> None:
    done = run(packages["churn"], data, "churn", "train", "--artifacts", str(tmp_path / "artifacts"))
    assert json.loads(done.stdout) == json.loads((tmp_path / "artifacts" / "metrics.json").read_text())


def test_evaluate_scores_rows_whose_label_is_known_and_which_fit(
    churn: types.SimpleNamespace, artifacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = churn_rows()
    rows.loc[3, "plan"] = None
    rows["churn"] = rows["churn"].mask(rows.index == 5)
    rows.to_csv(tmp_path / "rows.csv", sep=";", index=False)
    arguments = ["evaluate", "--artifacts", str(artifacts), "--data", str(tmp_path / "rows.csv")]
    assert churn.__main__.main(arguments) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["accuracy"] > 0.8
    assert said.err == "2 of 240 rows have no label or do not fit: left out\n"


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_files_of_every_kind_get_the_same_answers(
    churn: types.SimpleNamespace, predictor: Any, artifacts: Path, tmp_path: Path, suffix: str
) -> None:
    rows, path, output = churn_rows(30), tmp_path / f"rows{suffix}", tmp_path / f"out{suffix}"
    if suffix == ".csv":
        rows.to_csv(path, sep=";", index=False)
    elif suffix == ".parquet":
        rows.to_parquet(path)
    else:
        rows.to_json(path, orient="records", lines=suffix == ".jsonl")
    arguments = ["predict", str(path), "--artifacts", str(artifacts), "--output", str(output)]
    assert churn.__main__.main(arguments) == 0
    readers: dict[str, Any] = {".csv": pd.read_csv, ".parquet": pd.read_parquet}
    read = readers.get(suffix, lambda place: pd.read_json(place, lines=suffix == ".jsonl"))
    assert read(output)["prediction"].tolist() == predictor.predict(rows).tolist()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["predict", "ROWS", "--artifacts", "nowhere"], 1, "no artifact in nowhere"),
        (["predict", "missing.csv"], 2, "missing.csv does not exist"),
        (["train", "--data", "missing.csv"], 2, "missing.csv does not exist: run in its folder, or give"),
        (["predict", "TEXT", "--artifacts", "ARTIFACTS"], 1, "missing columns 'age', 'plan'"),
        (["predict", "BROKEN", "--artifacts", "ARTIFACTS"], 2, "broken.json cannot be read"),
        (["predict", "ROWS", "--artifacts", "ARTIFACTS", "--output", "out.xls"], 2, "out.xls is none of"),
        (["predict", "IMAGE", "--artifacts", "ARTIFACTS"], 2, "image.png is none of"),
    ],
)
def test_faults_are_one_line_on_stderr(
    churn: types.SimpleNamespace,
    artifacts: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    churn_rows(3).to_csv(tmp_path / "rows.csv", sep=";", index=False)
    (tmp_path / "text.csv").write_text("only\nthis\n")
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "image.png").write_text("x")
    files = {"ROWS": "rows.csv", "TEXT": "text.csv", "BROKEN": "broken.json", "IMAGE": "image.png"}
    places = {**{name: str(tmp_path / file) for name, file in files.items()}, "ARTIFACTS": str(artifacts)}
    assert churn.__main__.main([places.get(argument, argument) for argument in arguments]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["learn"], ["predict"], ["train", "--speed", "9"]])
def test_bad_arguments_exit_with_2(churn: types.SimpleNamespace, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        churn.__main__.main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        (["a.csv"], {"df": "a.csv"}),
        (["df=a.csv"], {"df": "a.csv"}),
        (["x=1.csv"], {"df": "x=1.csv"}),
        ([], {}),
    ],
)
def test_data_is_named_or_that_of_the_rows(churn: types.SimpleNamespace, given: list[str], paths: Any) -> None:
    assert churn.__main__._paths(given) == paths


# arrays


@pytest.mark.parametrize(
    ("training", "given", "expected"),
    [
        (np.zeros((9, 2)), [[1, 2]], [[1.0, 2.0]]),
        (np.zeros((9, 2)), pd.DataFrame({"a": [1], "b": ["2"]}), [[1.0, 2.0]]),
        (np.zeros((9, 2), dtype=np.uint8), np.array([[3.0, 4.0]]), [[3, 4]]),
        (np.zeros((9, 2, 2)), np.ones((1, 2, 2)), [[[1.0, 1.0], [1.0, 1.0]]]),
        (np.array(["a", "bb"]), ["ccc"], ["ccc"]),
        (np.zeros((9, 2)), [], []),
        (np.zeros(9), pd.Series([5]), [5.0]),
    ],
)
def test_arrays_take_the_training_shape_and_type(
    iris: types.ModuleType, training: np.ndarray, given: Any, expected: Any
) -> None:
    schema = iris.learn_schema(training, lambda rows: np.zeros(len(rows)))
    again = iris.Schema.from_json(json.loads(json.dumps(schema.to_json())))
    valid = again.validate(given)
    assert valid.tolist() == expected
    assert valid.dtype.kind == training.dtype.kind


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.zeros(2), r"a single row goes in an array of one row: rows.reshape\(1, 2\)"),
        (np.zeros((1, 3)), r"expected rows of shape \(2\), got an array of shape \(1, 3\)"),
        ([[1, 2], [3]], "unequal length"),
        ([["a", 2]], "expected float64 values"),
        ([[math.nan, 2]], "null in rows 0"),
        ({"a": 1}, "not dict"),
        ("text", "not str"),
    ],
)
def test_other_arrays_are_refused(iris: types.ModuleType, given: Any, message: str) -> None:
    def answer(rows: np.ndarray) -> Any:
        if np.isnan(rows).any():
            raise ValueError("Input contains NaN")
        return rows.sum(axis=1)

    with pytest.raises(iris.SchemaError, match=message):
        iris.learn_schema(np.zeros((9, 2)), answer).validate(given)


@pytest.mark.parametrize("given", [[[1.5, 2]], [[300, 2]], [[-1, 2]], [[math.nan, 2]]])
def test_numbers_that_the_training_type_cannot_hold_are_refused(iris: types.ModuleType, given: Any) -> None:
    schema = iris.learn_schema(np.zeros((9, 2), dtype=np.uint8), lambda rows: rows.sum(axis=1))
    with pytest.raises(iris.SchemaError, match="expected uint8 values"):
        schema.validate(given)


def test_an_array_is_copied(iris: types.ModuleType) -> None:
    rows = np.zeros((9, 2))
    iris.learn_schema(rows, lambda rows: rows.sum(axis=1)).validate(rows)[:] = 7
    assert not rows.any()
