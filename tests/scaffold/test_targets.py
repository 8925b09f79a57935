"""Targets: what a folder of templates says about itself, and which choices fit together."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.errors import UserError
from nb2prod.generation.render import built_in_templates
from nb2prod.scaffold.targets import choose, find_targets

ROOT = {
    "shared": 'summary = "what services share"',
    "serve_quick": 'requires = ["shared"]\nexcludes = ["serve_slow"]\n[extras]\nserve = ["quick>=1"]',
    "serve_slow": 'requires = ["shared"]',
    "deploy_box": 'needs = ["serve"]',
    "ring": 'requires = ["ring"]',
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).mkdir(parents=True)
        (root / name / "target.toml").write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "built-in" / "recipes").mkdir(parents=True)
    return write(tmp_path / "built-in", ROOT)


def test_folders_with_a_target_file_are_the_targets(root: Path) -> None:
    assert sorted(find_targets(root)) == sorted(ROOT)


def test_own_folder_is_laid_over_the_built_in_one(root: Path, tmp_path: Path) -> None:
    own = write(tmp_path / "own", {"serve_slow": 'summary = "mine"', "nomad": 'summary = "new"'})
    found = find_targets(root, own)
    assert found["serve_slow"].summary == "mine"
    assert found["serve_slow"].folders == (root / "serve_slow", own / "serve_slow")
    assert found["nomad"].folders == (own / "nomad",)


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        (["serve_quick"], [], ["shared", "serve_quick"]),
        (["deploy_box", "serve_quick"], [], ["deploy_box", "shared", "serve_quick"]),
        (["deploy_box"], ["serve_slow"], ["deploy_box"]),
        (["shared", "shared"], [], ["shared"]),
        (["ring"], [], ["ring"]),
    ],
)
def test_what_a_target_requires_comes_first(root: Path, wanted: list[str], there: list[str], expected: object) -> None:
    assert [target.name for target in choose(find_targets(root), wanted, there)] == expected


@pytest.mark.parametrize(
    ("wanted", "there", "message"),
    [
        (["serve_fast"], [], "there is no target serve_fast"),
        (["deploy_box"], ["shared"], "deploy_box needs a target of --serve"),
        (["serve_quick"], ["serve_slow"], "serve_quick cannot stand beside serve_slow"),
        (["serve_quick", "serve_slow"], [], "serve_quick cannot stand beside serve_slow"),
    ],
)
def test_what_does_not_fit_is_refused(root: Path, wanted: list[str], there: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        choose(find_targets(root), wanted, there)
    assert caught.value.code == "NB506"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("summary = ", "cannot be used"),
        ("sumary = 'x'", "unknown key sumary"),
        ("summary = 1", "its summary is no text"),
        ("requires = 'shared'", "its requires is no list of texts"),
        ("extras = 3", "its extras are no table"),
        ("[extras]\nserve = 'x'", "its serve is no list of texts"),
    ],
)
def test_a_wrong_target_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        find_targets(write(tmp_path, {"one": text}))
    assert caught.value.code == "NB505"


def test_built_in_targets_fit_together() -> None:
    targets = find_targets(built_in_templates())
    for name in targets:
        assert name in [target.name for target in choose(targets, [name], ["serve_any", "deploy_any", "batch"])]
        assert targets[name].summary
