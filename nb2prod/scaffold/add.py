"""Put targets around a package: a request in, a `Result` out; the package's folder gains files, all or none.

What is there already belongs to its owner and is kept, whatever the templates say now. Of the generated files only
pyproject.toml (extras) and README.md (sections) gain text; the manifest takes note, so that ``nb2prod check`` stays
content and extracting again keeps it. Refuses a folder that is no package, and files behind links.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nb2prod.errors import UserError
from nb2prod.generation.render import built_in_templates, format_package
from nb2prod.scaffold.pyproject import add_extras, merged_extras
from nb2prod.scaffold.targets import Target, choose, find_targets
from nb2prod.scaffold.tree import render_targets
from nb2prod.upkeep.journal import behind_link, recover, unfinished
from nb2prod.upkeep.manifest import BASE, FOLDER, Manifest, ManifestError, load, read_manifest, save, text_digest
from nb2prod.upkeep.write import files_of, install, scratch, staging

PYPROJECT, README = "pyproject.toml", "README.md"


@dataclass(frozen=True)
class Request:
    """The options of one call; `wanted` are names of target folders."""

    package: Path
    wanted: tuple[str, ...]
    templates: Path | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Result:
    """What was done: files written, files of the owner that were kept, generated files that gained text."""

    folder: Path
    written: bool
    targets: tuple[str, ...]
    new: tuple[str, ...]
    kept: tuple[str, ...]
    extended: tuple[str, ...]
    next: tuple[str, ...]

    def summary(self) -> str:
        """The result for people."""
        verb = "wrote" if self.written else "would write"
        lines = [f"{verb} {len(self.new)} files to {self.folder}: {', '.join(self.targets)}"]
        lines += [f"    {path}" for path in self.new]
        lines += [f"extended {path}" for path in self.extended]
        lines += [f"kept {path}: it is yours, and differs from the template" for path in self.kept]
        return "\n".join([*lines, *(f"next: {text}" for text in self.next)])

    def as_json(self) -> str:
        """The result as one JSON object."""
        return json.dumps({**vars(self), "folder": str(self.folder)}, indent=1)


def scaffold_package(request: Request) -> Result:
    """Add the wanted targets to a package."""
    targets = find_targets(built_in_templates(), *([request.templates] if request.templates else []))
    if not request.wanted:
        known = "; ".join(f"{name}: {target.summary}" for name, target in sorted(targets.items()))
        raise UserError("no target is named", code="NB506", do=f"choose of these: {known}")
    destination = request.package.resolve()
    manifest = _manifest(destination, request.dry_run)
    chosen = choose(targets, request.wanted, manifest.scaffold)
    stage = scratch if request.dry_run else partial(staging, destination)
    try:
        with stage(destination.name) as folder, scratch("rendered") as rendered:
            new, kept, extended = _prepare(folder, rendered, destination, manifest, chosen)
            if not request.dry_run:
                install(folder, destination)
    except OSError as fault:
        raise UserError(f"cannot write {destination}: {fault.strerror or fault}", code="NB503") from fault
    names = tuple(target.name for target in chosen)
    return Result(destination, not request.dry_run, names, new, kept, extended, _next(chosen, manifest.package))


def _manifest(destination: Path, dry_run: bool) -> Manifest:
    if unfinished(destination) and not dry_run:
        recover(destination)
    try:
        found = read_manifest(str(destination))
    except ManifestError as fault:
        do = "name the folder that nb2prod extract wrote"
        raise UserError(f"{destination} is no package of nb2prod: {fault}", code="NB603", do=do) from fault
    if not found.traits:
        raise UserError(f"{destination} was extracted by an older nb2prod", code="NB603", do="extract it again")
    return found


def _prepare(
    folder: Path, rendered: Path, destination: Path, manifest: Manifest, chosen: list[Target]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Stage what is to be put in place: new files, the two that gain text, the manifest and its copies."""
    tree = rendered / "tree"
    tree.mkdir()
    names = sorted({*manifest.scaffold, *(target.name for target in chosen)})
    sections = render_targets(chosen, _context(manifest, names), rendered, tree)
    before = {path: (destination / path).read_bytes() for path in (PYPROJECT, README) if (destination / path).is_file()}
    after = _extended(before, chosen, sections)
    (tree / PYPROJECT).write_bytes(after[PYPROJECT])
    _format(tree, destination, manifest.package)
    new, kept = _sort_out(tree, folder, destination, manifest)
    extended = tuple(path for path in after if after[path] != before[path])
    shutil.copytree(destination / BASE, folder / BASE)
    content = load(destination)
    content["scaffold"] = names
    for path in extended:
        (folder / path).write_bytes(after[path])
        if text_digest(before[path]) == manifest.kept.get(path, manifest.files.get(path)):
            content["kept"][path] = text_digest(after[path])
    save(folder, content)
    return tuple(new), tuple(kept), extended


def _format(tree: Path, destination: Path, package: str) -> None:
    """Format the tree beside empty modules of the package's names, so that ruff knows whose they are."""
    inner = Path("src", package)
    (tree / inner).mkdir(parents=True, exist_ok=True)
    others = {inner / path.name for path in (destination / inner).glob("*.py")}
    stand_ins = [tree / path for path in others if not (tree / path).exists()]
    for path in stand_ins:
        path.touch()
    format_package(tree)
    for path in (*stand_ins, tree / PYPROJECT):
        path.unlink()


def _context(manifest: Manifest, names: list[str]) -> dict[str, Any]:
    title = " ".join(str(manifest.traits.get("title", "")).split())
    return {**manifest.traits, "title": title, "package": manifest.package, "targets": names}


def _extended(before: dict[str, bytes], chosen: list[Target], sections: list[str]) -> dict[str, bytes]:
    if PYPROJECT not in before:
        raise UserError("the package has no pyproject.toml", code="NB603", do="take it back from git")
    extras = merged_extras(target.extras for target in chosen)
    after = {PYPROJECT: add_extras(before[PYPROJECT].decode("utf-8"), extras).encode("utf-8")}
    if README in before:
        after[README] = _with_sections(before[README].decode("utf-8"), sections).encode("utf-8")
    return after


def _with_sections(readme: str, sections: list[str]) -> str:
    """Append the sections whose heading is not there yet."""
    lines = readme.splitlines()
    new = [section for section in sections if section and section.splitlines()[0] not in lines]
    return "\n\n".join([readme.rstrip("\n"), *new]) + "\n" if new else readme


def _sort_out(tree: Path, folder: Path, destination: Path, manifest: Manifest) -> tuple[list[str], list[str]]:
    """Stage the files that are not there yet; list them, and those of the owner that differ."""
    new, kept = [], []
    for path in files_of(tree):
        target = destination / path
        if path in manifest.files or path.startswith(f"{FOLDER}/"):
            raise UserError(f"a target gives {path}, which nb2prod extract generates", code="NB505")
        if behind_link(destination, path):
            raise UserError(f"{target} lies behind a link; nothing is written through links", code="NB503")
        if not target.exists() and not target.is_symlink():
            new.append(path)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / path, folder / path)
        elif not target.is_file() or text_digest(target.read_bytes()) != text_digest((tree / path).read_bytes()):
            kept.append(path)
    return new, kept


def _next(chosen: list[Target], package: str) -> tuple[str, ...]:
    return tuple(target.next.replace("PKG", package) for target in chosen if target.next)
