"""What a table is read with stays in `load_data`: archives, connections, open files, lists of files."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """# %%
import glob, gzip, io, os, pickle, sqlite3, zipfile
import kagglehub, requests
import pandas as pd
from sklearn.linear_model import LogisticRegression
# %%
{}
# %%
model = LogisticRegression().fit(df[["age", "fare"]], df["left"])
answers = model.predict(df[["age", "fare"]])
"""

READING = {
    "an open file": (
        "with open('people.csv') as f:\n    df = pd.read_csv(f)",
        'return {"source_rows": pd.read_csv(paths["source_rows"])}',
    ),
    "a packed file": (
        "with gzip.open('people.csv.gz', 'rt') as f:\n    print(1)\n    df = pd.read_csv(f)",
        "with gzip.open('people.csv.gz', 'rt') as f: source_rows = pd.read_csv(f)"
        ' return {"source_rows": source_rows}',
    ),
    "an archive": (
        "with zipfile.ZipFile('a.zip') as z:\n    with z.open('people.csv') as f:\n        df = pd.read_csv(f)",
        "with zipfile.ZipFile('a.zip') as z: with z.open('people.csv') as f: source_rows = pd.read_csv(f)"
        ' return {"source_rows": source_rows}',
    ),
    "an archive that stays open": (
        "z = zipfile.ZipFile('a.zip')\ndf = pd.read_csv(z.open('people.csv'))",
        "z = zipfile.ZipFile('a.zip') return {\"df\": pd.read_csv(z.open('people.csv'))}",
    ),
    "a connection": (
        "conn = sqlite3.connect('a.db')\ndf = pd.read_sql('select * from people', conn)\nconn.close()",
        'conn = sqlite3.connect(\'a.db\') return {"df": pd.read_sql(paths["df"], conn)}',
    ),
    "a text": (
        "text = open('people.csv').read()\ndf = pd.read_csv(io.StringIO(text))",
        "text = open('people.csv').read() return {\"df\": pd.read_csv(io.StringIO(text))}",
    ),
    "bytes": (
        "with open('people.pkl', 'rb') as f:\n    content = f.read()\ndf = pickle.loads(content)",
        "with open('people.pkl', 'rb') as f: content = f.read() return {\"df\": pickle.loads(content)}",
    ),
    "a download": (
        "path = kagglehub.dataset_download('a/b')\ndf = pd.read_csv(os.path.join(path, 'people.csv'))",
        "path = kagglehub.dataset_download('a/b') return {\"df\": pd.read_csv(os.path.join(path, 'people.csv'))}",
    ),
    "files of a comprehension": (
        "df = pd.concat([pd.read_csv(f) for f in glob.glob('*.csv')])",
        "return {\"df\": pd.concat([pd.read_csv(f) for f in glob.glob('*.csv')])}",
    ),
    "files of a loop": (
        "parts = []\nfor f in glob.glob('*.csv'):\n    part = pd.read_csv(f)\n    parts.append(part)\n"
        "df = pd.concat(parts)",
        "parts = [] for f in glob.glob('*.csv'): part = pd.read_csv(f) parts.append(part)"
        ' return {"df": pd.concat(parts)}',
    ),
}


@pytest.mark.parametrize(("lines", "read"), READING.values(), ids=READING)
def test_what_a_table_is_read_with_stays_in_load_data(write_notebook: WriteNotebook, lines: str, read: str) -> None:
    texts = generate(analyse(write_notebook(NOTEBOOK.format(lines)), Options()), "people").texts
    body = texts["data"].partition('"""\n\n')[2].partition("def load_data(")[2].partition('"""\n')[2]
    written = " ".join(
        line.strip() for line in body.splitlines() if not line.strip().startswith(("paths = ", "del data", "#"))
    )
    assert written.strip().replace("'", '"').replace("{ ", "{").replace(", }", "}") == read.replace("'", '"')
    for module in ("preprocessing", "inference"):
        assert not any(word in texts[module] for word in ("open(", "concat", "connect(", "glob.glob", "download"))
    assert "open(" not in texts["training"]


def test_files_that_are_worked_on_one_by_one_are_refused(write_notebook: WriteNotebook) -> None:
    lines = (
        "parts = []\nfor f in glob.glob('*.csv'):\n    part = pd.read_csv(f)\n"
        "    part['age'] = part['age'].fillna(part['age'].mean())\n    parts.append(part)\ndf = pd.concat(parts)"
    )
    with pytest.raises(Refusal):
        generate(analyse(write_notebook(NOTEBOOK.format(lines)), Options()), "people")
