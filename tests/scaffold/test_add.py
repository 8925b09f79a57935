"""Adding targets to a package: what is written, what is kept, and that check and extract stay content."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import tree
from drift.samples import plant

from nb2prod.cli import main
from nb2prod.errors import UserError
from nb2prod.extract import Request as Extraction
from nb2prod.extract import extract_package
from nb2prod.scaffold.add import Request, scaffold_package
from nb2prod.upkeep.check import check
from nb2prod.upkeep.manifest import read_manifest

FOLDER = "{{cookiecutter.folder}}"
PACKAGE = "{{cookiecutter.package}}"
HELLO = """
from {{ cookiecutter.package }} import config
import os, sys
TITLE = {{ cookiecutter.title|tojson }}
SWITCHES = [{% for name in cookiecutter.targets %}"{{ name }}", {% endfor %}]
def where(): return [os.sep, sys.path, config]
"""
FILES = {
    "hello/target.toml": 'summary = "greets"\nnext = "python -m PKG hello"\n[extras]\nhello = ["greeting>=1"]\n',
    f"hello/{FOLDER}/src/{PACKAGE}/hello.py": HELLO,
    f"hello/{FOLDER}/README.section.md": "## Greeting\n\nSay hello to {{ cookiecutter.package }}.\n",
    f"hello/{FOLDER}/deploy/greet.yaml": "name: {{ cookiecutter.package }}\n",
    "wave/target.toml": 'summary = "waves"\nrequires = ["hello"]\n',
    f"wave/{FOLDER}/src/{PACKAGE}/wave.py": '"""Waves."""\n',
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return plant(tmp_path)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return put(tmp_path / "templates", FILES)


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def findings(package: Path) -> list[str]:
    return [finding.message for one in check([str(package)]) for finding in one.findings]


def test_new_files_and_no_others_are_written(package: Path, templates: Path) -> None:
    before = tree(package)
    result = scaffold_package(Request(package, ("hello",), templates))
    after = tree(package)
    name = read_manifest(str(package)).package
    new = (f"src/{name}/hello.py", "deploy/greet.yaml")
    assert set(result.new) == set(after) - set(before) == set(new)
    changed = {path for path in before if before[path] != after[path]}
    assert (
        changed
        == {*result.extended, ".nb2prod/manifest.json"}
        == {"pyproject.toml", "README.md"} | {".nb2prod/manifest.json"}
    )


def test_rendered_code_is_formatted_and_sorted(package: Path, templates: Path) -> None:
    scaffold_package(Request(package, ("wave",), templates))
    name = read_manifest(str(package)).package
    text = (package / "src" / name / "hello.py").read_text()
    assert text.startswith(f"import os\nimport sys\n\nfrom {name} import config\n")
    assert 'SWITCHES = [\n    "hello",\n    "wave",\n]' in text


def test_check_stays_content_and_extracting_again_keeps_all(package: Path, templates: Path) -> None:
    scaffold_package(Request(package, ("hello",), templates))
    assert findings(package) == []
    before = tree(package)
    notebook = next(package.parent.glob("*.ipynb"))
    extract_package(Extraction(notebook, package))
    assert tree(package) == before
    assert read_manifest(str(package)).scaffold == ("hello",)


def test_an_edit_made_before_is_still_reported(package: Path, templates: Path) -> None:
    with (package / "README.md").open("a") as file:
        file.write("mine\n")
    scaffold_package(Request(package, ("hello",), templates))
    assert findings(package) == ["edited by hand"]


def test_files_of_the_owner_are_kept_and_named(package: Path, templates: Path) -> None:
    scaffold_package(Request(package, ("hello",), templates))
    (package / "deploy" / "greet.yaml").write_text("mine: 1\n")
    result = scaffold_package(Request(package, ("hello", "wave"), templates))
    name = read_manifest(str(package)).package
    assert (package / "deploy" / "greet.yaml").read_text() == "mine: 1\n"
    assert "deploy/greet.yaml" in result.kept
    assert result.new == (f"src/{name}/wave.py",)
    assert (package / "README.md").read_text().count("## Greeting") == 1


def test_extras_are_added(package: Path, templates: Path) -> None:
    scaffold_package(Request(package, ("hello",), templates))
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"] == {"hello": ["greeting>=1"]}


def test_a_dry_run_writes_nothing(package: Path, templates: Path) -> None:
    before = tree(package)
    result = scaffold_package(Request(package, ("hello",), templates, dry_run=True))
    assert len(result.new) == 2
    assert tree(package) == before


@pytest.mark.parametrize("text", ["{{ cookiecutter.nothing }}", "{% if %}", "{{ 1/0 }"])
def test_a_template_that_does_not_render_is_refused(package: Path, templates: Path, text: str) -> None:
    put(templates, {f"hello/{FOLDER}/bad.txt": text})
    before = tree(package)
    with pytest.raises(UserError, match="hello cannot be rendered") as caught:
        scaffold_package(Request(package, ("hello",), templates))
    assert "_jinja2_env_vars" not in str(caught.value)  # nor the rest of what templates are told
    assert tree(package) == before


def test_a_generated_file_is_not_overwritten(package: Path, templates: Path) -> None:
    put(templates, {f"hello/{FOLDER}/src/{PACKAGE}/config.py": "mine = 1\n"})
    with pytest.raises(UserError, match="which nb2prod extract generates"):
        scaffold_package(Request(package, ("hello",), templates))


def test_two_targets_may_give_the_same_file_but_not_different_ones(package: Path, templates: Path) -> None:
    put(templates, {f"wave/{FOLDER}/deploy/greet.yaml": "name: {{ cookiecutter.package }}\n"})
    scaffold_package(Request(package, ("wave",), templates, dry_run=True))
    put(templates, {f"wave/{FOLDER}/deploy/greet.yaml": "name: other\n"})
    with pytest.raises(UserError, match=r"wave gives deploy/greet\.yaml"):
        scaffold_package(Request(package, ("wave",), templates))


def test_nothing_is_written_through_links(package: Path, templates: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (package / "deploy").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="behind a link"):
        scaffold_package(Request(package, ("hello",), templates))
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('a "quoted" {{ cookiecutter.package }} title', "a 'quoted'"),
        ("{% raw %} and \\\" + __import__('os').getcwd()", "raw"),
        ("line\none", "line one"),
    ],
)
def test_names_of_the_notebook_cannot_inject(package: Path, templates: Path, title: str, expected: str) -> None:
    path = package / ".nb2prod" / "manifest.json"
    content = json.loads(path.read_text())
    content["traits"]["title"] = title
    path.write_text(json.dumps(content))
    scaffold_package(Request(package, ("hello",), templates))
    name = read_manifest(str(package)).package
    space: dict[str, object] = {}
    line = next(
        line for line in (package / "src" / name / "hello.py").read_text().splitlines() if line.startswith("TITLE")
    )
    exec(line, space)  # the generated literal, to compare its value
    assert space["TITLE"] == " ".join(title.split())
    assert expected.split()[0] in str(space["TITLE"]) or "'" in expected


@pytest.mark.parametrize("wanted", [(), ("unheard_of",)])
def test_the_targets_are_named_where_none_fits(package: Path, templates: Path, wanted: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as caught:
        scaffold_package(Request(package, wanted, templates))
    assert "hello" in caught.value.do


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path, templates: Path) -> None:
    with pytest.raises(UserError, match="no package of nb2prod"):
        scaffold_package(Request(tmp_path, ("hello",), templates))


def test_the_command_writes_into_the_current_folder(
    package: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package)
    arguments = ["scaffold", "--with", "hello", "--templates", str(templates)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "next: python -m" in done.output
    assert (package / "deploy" / "greet.yaml").is_file()
    assert findings(package) == []


def test_options_name_folders(package: Path, templates: Path) -> None:
    put(templates, {"serve_tin/target.toml": 'summary = "tin"', "deploy_box/target.toml": 'summary = "box"'})
    arguments = ["scaffold", str(package), "--serve", "tin", "--deploy", "box", "--json", "--templates", str(templates)]
    done = CliRunner().invoke(main, arguments)
    assert json.loads(done.output)["targets"] == ["serve_tin", "deploy_box"]
