"""Batch scoring of the committed example: every source to every sink, and runs that are killed."""

# ruff: noqa: ANN401 - connections of a library that may be missing

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nb2prod.scaffold.add import Request, scaffold_package

pytestmark = pytest.mark.slow
pytest.importorskip("tqdm")
sa: Any = pytest.importorskip("sqlalchemy")

ROOT = Path(__file__).resolve().parents[2]
KILLS = 4
ROWS = 3000
TORN, MISTYPED = 2, 6  # every 1500th row has too few fields, every 500th a text for a number


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with batch scoring, trained."""
    folder = tmp_path_factory.mktemp("batch") / "package"
    shutil.copytree(ROOT / "examples/churn/package", folder)
    scaffold_package(Request(folder, ("batch",)))
    done = command(folder, "-m", "churn", "train", "--data", str(ROOT / "examples/churn/churn.csv"))
    assert done.returncode == 0, done.stderr
    write_rows(folder / "rows.csv")
    return folder


def command(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), **variables}
    line = [sys.executable, *arguments]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def batch(folder: Path, *arguments: str, **variables: str) -> dict[str, Any]:
    done = command(folder, "-m", "churn", "batch", "--chunk-rows", "700", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def write_rows(path: Path) -> None:
    with (ROOT / "examples/churn/churn.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    dice = random.Random(3)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(ROWS):
            row = list(dice.choice(rows))
            row[0] = 'a "quoted",\nname' if number % 900 == 8 else f"id-{number}"
            row[header.index("MonthlyCharges")] = "many" if number % 500 == 13 else row[header.index("MonthlyCharges")]
            writer.writerow(row[:-3] if number % 1500 == 5 else row)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server of our own."""
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not servers or os.getuid() != 0:
        pytest.skip("needs the PostgreSQL server, and root to start it as its own user")
    pytest.importorskip("psycopg")
    with tempfile.TemporaryDirectory() as name:
        shutil.chown(name, "postgres")
        yield from serve(servers[-1], Path(name))


def serve(programs: Path, folder: Path) -> Iterator[str]:
    def as_postgres(program: str, *line: object) -> None:
        command = ["runuser", "-u", "postgres", "--", programs / program, "-D", folder / "data", *line]
        subprocess.run(list(map(str, command)), check=True, cwd="/", stdout=subprocess.DEVNULL)

    as_postgres("initdb", "-A", "trust", "-N")
    options = f"-c listen_addresses= -c unix_socket_directories={folder}"
    as_postgres("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
    yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    as_postgres("pg_ctl", "-w", "-m", "fast", "stop")


@pytest.fixture(scope="session")
def expected(package: Path) -> list[tuple[int, int]]:
    """Number and prediction of each row that has one."""
    outcome = batch(package, "rows.csv", "expected.csv")
    assert (outcome["answered"], outcome["quarantined"]) == (ROWS - TORN - MISTYPED, TORN + MISTYPED)
    with (package / "expected.csv").open(newline="") as file:
        return [(int(number), int(answer)) for number, answer in list(csv.reader(file))[1:]]


def test_the_generated_tests_pass(package: Path) -> None:
    done = command(package, "-m", "pytest", "-q", "tests/test_batch.py", DATA_DIR=str(ROOT / "examples/churn"))
    assert done.returncode == 0, done.stdout[-3000:]


def test_bad_rows_have_their_reasons(package: Path, expected: list[tuple[int, int]]) -> None:
    with (package / "expected.quarantine.csv").open(newline="") as file:
        reasons = {int(row["source_row"]): row["reason"] for row in csv.DictReader(file)}
    assert len(reasons) + len(expected) == ROWS
    assert reasons[5] == "16 fields where the header has 19"
    assert reasons[13] == "column 'MonthlyCharges': expected a number, got 'many'"


@pytest.mark.parametrize("database", ["sqlite", "duckdb", "postgresql"])
def test_tables_give_the_answers_of_the_file(
    package: Path, database: str, expected: list[tuple[int, int]], request: pytest.FixtureRequest
) -> None:
    if database == "duckdb":
        pytest.importorskip("duckdb_engine")
    address = (
        request.getfixturevalue("postgresql")
        if database == "postgresql"
        else f"{database}:///{package / f'{database}.db'}"
    )
    outcome = batch(package, "rows.csv", "env:DB#from_file", "--keep", "tenure", DB=address)
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        found = connection.execute(sa.text("SELECT source_row, prediction FROM from_file ORDER BY source_row")).all()
        bad = connection.scalar(sa.text("SELECT count(*) FROM from_file_quarantine"))
        load_table(connection)
    engine.dispose()
    assert [tuple(row) for row in found] == expected
    assert bad == outcome["quarantined"]
    (package / "address").write_text(f"{address}\n")
    again = batch(package, "file:address#customers", "env:DB#from_table", "--run", "one", DB=address)
    assert (again["rows"], again["quarantined"]) == (1402, 0)
    whole = batch(package, str(ROOT / "examples/churn/churn.csv"), "whole.csv")
    with sa.create_engine(address).connect() as connection:
        answers = connection.execute(sa.text("SELECT id, prediction FROM from_table ORDER BY id")).all()
    assert whole["rows"] == again["rows"]
    with (package / "whole.csv").open(newline="") as file:
        assert [tuple(row) for row in answers] == [tuple(map(int, row)) for row in list(csv.reader(file))[1:]]


def load_table(connection: Any) -> None:
    """Store the example's rows under a key."""
    import pandas as pd

    frame = pd.read_csv(ROOT / "examples/churn/churn.csv", dtype={"TotalCharges": str}).rename_axis("id").reset_index()
    types = {name: sa.BigInteger if str(dtype).startswith("int") else sa.Text for name, dtype in frame.dtypes.items()}
    types["MonthlyCharges"] = sa.Double
    keys = {"id": {"primary_key": True, "autoincrement": False}}
    columns = [sa.Column(name, dtype, **keys.get(name, {})) for name, dtype in types.items()]
    table = sa.Table("customers", sa.MetaData(), *columns)
    table.create(connection)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for start in range(0, len(rows), 400):
        connection.execute(table.insert().values(rows[start : start + 400]))


@pytest.mark.parametrize("kind", ["csv", "sqlite", "postgresql"])
def test_killed_runs_lose_and_double_nothing(package: Path, kind: str, request: pytest.FixtureRequest) -> None:
    sinks = {"csv": "SINK.csv", "sqlite": "sqlite:///SINK.db#answers"}
    sink = sinks.get(kind) or f"{request.getfixturevalue('postgresql')}#SINK"
    script = str(Path(__file__).parent / "kill_batch.py")
    done = command(package, script, "src", "artifacts", "rows.csv", sink, str(KILLS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["kills"] >= KILLS


@pytest.mark.parametrize(
    ("address", "says"),
    [("nosuch://host/db", "no driver for nosuch"), ("not an address", "is no database URL")],
    ids=["driver", "address"],
)
def test_database_that_cannot_be_opened_is_told(package: Path, address: str, says: str) -> None:
    done = command(package, "-m", "churn", "batch", "rows.csv", f"{address}#table")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
