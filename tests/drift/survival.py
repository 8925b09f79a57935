"""Random edits of a package, merged with random extractions: what is lost?

Input: an example, extracted once; a seed. The seed draws a change of the notebook that still extracts, and edits of the
package's files (lines put in, changed or taken out, files deleted or added), most of them where that changes them too.
Output: what was lost, in words: an edit,
or a change of the notebook, that is neither in the result nor in a listed conflict.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import NamedTuple

from click.testing import CliRunner
from conftest import tree
from equivalence.cases import EXAMPLES

from drift.mutations import change_code
from nb2prod.cli import main
from nb2prod.errors import Refusal
from nb2prod.extract import Request, extract_package
from nb2prod.upkeep.check import holds_conflict
from nb2prod.upkeep.manifest import read_manifest

Files = dict[str, list[str]]
MARKER = "<<<<<<<"


class Planted(NamedTuple):
    """An example and its package, as extracted."""

    name: str
    folder: Path


class Outcome(NamedTuple):
    """What one trial found."""

    edits: int
    conflicts: int
    lost: list[str]


def plant_example(name: str, folder: Path) -> Planted:
    shutil.copy(EXAMPLES / name / "notebook.ipynb", folder)
    extract_package(Request(folder / "notebook.ipynb", folder / "package", name))
    return Planted(name, folder)


def files(package: Path) -> Files:
    found = {path: data for path, data in tree(package).items() if not path.startswith(".nb2prod/")}
    return {path: data.decode("utf-8").splitlines(keepends=True) for path, data in found.items()}


def code(package: Path) -> Files:
    return {path: lines for path, lines in files(package).items() if path.endswith(".py")}


def edited(before: Files, after: Files, random: Random) -> Files:
    """Edit some files, most of them where they will change; every line put in is like no other."""
    mine = {path: list(lines) for path, lines in before.items()}
    hot = {path: places for path in mine if (places := changed_places(mine[path], after.get(path, [])))}
    for path in {*random.sample(sorted(mine), random.randint(1, 4)), *random.sample(sorted(hot), min(2, len(hot)))}:
        lines = mine[path]
        for place in sorted(
            (_place(lines, hot.get(path, []), random) for _ in range(random.randint(1, 4))), reverse=True
        ):
            gone = random.randint(0, 3)
            lines[place : place + gone] = [f"# mine {random.random()}\n" for _ in range(random.randint(0, 2))]
    if random.random() < 0.3:
        del mine[random.choice(sorted(mine))]
    if random.random() < 0.3:
        mine[f"src/notes{random.randint(0, 9)}.py"] = [f"# mine {random.random()}\n"]
    return mine


def changed_places(before: list[str], after: list[str]) -> list[int]:
    """The lines that differ."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [place for kind, start, end, *_ in blocks if kind != "equal" for place in range(start, max(end, start + 1))]


def _place(lines: list[str], hot: list[int], random: Random) -> int:
    return random.choice(hot) if hot and random.random() < 2 / 3 else random.randrange(len(lines) + 1)


def put(package: Path, mine: Files) -> None:
    for path in [path for path in files(package) if path not in mine]:
        (package / path).unlink()
    for path, lines in mine.items():
        (package / path).write_text("".join(lines), encoding="utf-8", newline="")


def extracted_again(planted: Planted, scratch: Path, random: Random) -> None:
    """Change the cells that matter, in up to three places, until other code comes of them; extract it into `fresh`."""
    uses = read_manifest(str(planted.folder / "package")).functions
    used = {cell for use in uses for cell in use.cells}
    before = code(planted.folder / "package")
    content = json.loads((planted.folder / "notebook.ipynb").read_text(encoding="utf-8"))
    while True:
        changed = content
        for _ in range(random.randint(1, 3)):
            changed = change_code(changed, random, used)
        (scratch / "notebook.ipynb").write_text(json.dumps(changed), encoding="utf-8")
        try:
            extract_package(Request(scratch / "notebook.ipynb", scratch / "fresh", planted.name))
        except Refusal:
            continue
        if code(scratch / "fresh") != before:
            return
        shutil.rmtree(scratch / "fresh")


def trial(planted: Planted, scratch: Path, seed: int) -> Outcome:
    """Edit, change, extract again, and look for what is gone."""
    random = Random(seed)
    shutil.copytree(planted.folder / "package", scratch / "package")
    base = files(scratch / "package")
    extracted_again(planted, scratch, random)
    theirs = files(scratch / "fresh")
    mine = edited(base, theirs, random)
    put(scratch / "package", mine)
    command = ["extract", str(scratch / "notebook.ipynb"), "-o", str(scratch / "package"), "--json"]
    said = CliRunner().invoke(main, command)
    conflicts = set(json.loads(said.stdout)["conflicts"])
    assert said.exit_code == (1 if conflicts else 0)
    result = files(scratch / "package")
    lost = [
        said for path in sorted({*base, *mine, *theirs}) for said in losses(path, base, mine, theirs, result, conflicts)
    ]
    edits = sum(mine.get(path) != base.get(path) for path in {*mine, *base})
    return Outcome(edits, len(conflicts), lost)


def losses(path: str, base: Files, mine: Files, theirs: Files, result: Files, conflicts: set[str]) -> Iterator[str]:
    """What of one file is neither in the result nor listed."""
    own, now = mine.get(path, []), result.get(path, [])
    if path in base and path not in mine:
        if path in result:
            yield f"{path}: was deleted, and is back"
        return
    before = base.get(path, [])
    missing = Counter(line for line in own if line not in before) - Counter(now)
    if missing:
        yield f"{path}: {next(iter(missing))!r} of the user is gone"
    marked = holds_conflict("".join(now).encode())
    if (marked and path not in conflicts) or (path in conflicts and path not in result):
        yield f"{path}: its conflict is not listed, or not there"
    if path in theirs and (marked or path not in conflicts):
        came = set(theirs[path]) - set(before) - set(now)
        yield from (f"{path}: {line!r} of the notebook is gone" for line in sorted(came))
    if path not in conflicts:
        yield from _came_back(path, before, own, theirs.get(path, own), now)


def _came_back(path: str, before: list[str], own: list[str], new: list[str], now: list[str]) -> Iterator[str]:
    once = [line for line, count in Counter(before).items() if count == 1 and line in now]
    yield from (f"{path}: {line!r} was taken out by the user, and is back" for line in once if line not in own)
    yield from (f"{path}: {line!r} was taken out by the notebook, and is back" for line in once if line not in new)
