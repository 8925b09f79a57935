"""Extract again over a package that people have edited: merge file by file.

Input: the manifest of the package as it stands, its folder, and the newly rendered tree. Output: the changes,
one for each generated file, and the rendered tree turned into what is to be put in place. Hand edits survive;
where they and the notebook disagree, both are kept and the file is listed as a conflict. What the user deleted
stays deleted, and what nb2prod did not write is not touched. Refuses files behind links.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from nb2prod.errors import Refusal, UserError
from nb2prod.upkeep.check import holds_conflict
from nb2prod.upkeep.journal import behind_link
from nb2prod.upkeep.manifest import BASE, Manifest, load, save, text_digest
from nb2prod.upkeep.merge import breaks_syntax, merge
from nb2prod.verify.record import README, with_record

Kind = Literal["added", "updated", "unchanged", "kept", "merged", "removed", "deleted", "conflict"]
SAID: dict[Kind, str] = {
    "added": "new",
    "updated": "brought up to date",
    "unchanged": "unchanged",
    "kept": "your edits are kept",
    "merged": "merged with your edits",
    "removed": "removed: the notebook no longer gives it",
    "deleted": "stays deleted",
    "conflict": "conflict",
}


class Change(NamedTuple):
    """What becomes of one file; `before` and `after` are its bytes, None where there is no such file."""

    path: str
    kind: Kind
    before: bytes | None
    after: bytes | None
    why: str = ""

    @property
    def sentence(self) -> str:
        """The change in words."""
        return f"{self.path}: {SAID[self.kind]}{f': {self.why}' if self.why else ''}"


class _Versions(NamedTuple):
    """A file as extracted before (None: lost, or never), as it stands, and as rendered now."""

    path: str
    known: bool
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None
    pristine: bool
    taken: bool


def update(old: Manifest, destination: Path, folder: Path) -> list[Change]:
    """Merge the package in `destination` into the tree rendered in `folder`."""
    content = load(folder)
    files = [_versions(old, destination, folder, path) for path in sorted({*old.files, *content["files"]})]
    if content["notebook"]["digest"] != old.origin.digest:
        files = [_unverified(file, destination) if file.path == README else file for file in files]
    _refuse_unsettled(files)
    changes: list[Change] = []
    for file in files:
        if file.mine is not None or file.theirs is not None:
            changes.append(_decide(file))
            _apply(changes[-1], file, folder, content)
    save(folder, content)
    return changes


def _refuse_unsettled(files: list[_Versions]) -> None:
    """A second merge over the markers of the first would lose track of what was merged."""
    marked = [file.path for file in files if not file.pristine and file.mine and holds_conflict(file.mine)]
    if marked:
        raise Refusal(
            f"conflicts of an earlier extraction are not settled: {', '.join(marked)}",
            code="NB504",
            do="settle the places between <<<<<<< and >>>>>>>, then extract again",
        )


def new_files(folder: Path) -> list[Change]:
    """Describe a tree that has no predecessor."""
    return [Change(path, "added", None, (folder / path).read_bytes()) for path in sorted(load(folder)["files"])]


def difference(changes: list[Change]) -> str:
    """Give the changes as one unified diff."""
    return "".join(line for change in changes for line in _difference(change))


def _difference(change: Change) -> Iterator[str]:
    before, after = (text.decode("utf-8", "replace") if text else "" for text in (change.before, change.after))
    names = (
        f"a/{change.path}" if change.before is not None else "/dev/null",
        f"b/{change.path}" if change.after is not None else "/dev/null",
    )
    for line in unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


# ---------------------------------------------------------------------- one file


def _versions(old: Manifest, destination: Path, folder: Path, path: str) -> _Versions:
    place = destination / path
    if place.is_symlink() or behind_link(destination, path):
        do = "replace the link by what it leads to, or give another --output"
        raise UserError(f"{place} is or lies behind a link; nothing is written through links", code="NB503", do=do)
    base, mine = _bytes(destination / BASE / f"{path}.orig"), _bytes(place)
    recorded = old.files.get(path)
    if base is not None and text_digest(base) != recorded:
        base = None  # it was edited or cut short: no ancestor
    elif base is not None:
        base = base.replace(b"\r\n", b"\n")
    pristine = mine is not None and text_digest(mine) == recorded
    return _Versions(path, recorded is not None, base, mine, _bytes(folder / path), pristine, _taken(destination, path))


def _unverified(file: _Versions, destination: Path) -> _Versions:
    """What was verified of another notebook is not shown any longer: the README grew out of the one that showed it."""
    if file.base is None or file.mine is None or file.pristine:
        return file
    base = with_record(file.base, destination)
    return file._replace(base=base, pristine=text_digest(file.mine) == text_digest(base))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _taken(destination: Path, path: str) -> bool:
    """Tell whether something else than a file is where a file, or a folder on the way to it, would be."""
    parents = [destination / parent for parent in PurePosixPath(path).parents if parent.name]
    return (destination / path).is_dir() or any(parent.is_file() for parent in parents)


def _decide(file: _Versions) -> Change:
    if not file.known:
        return _decide_new(file)
    if file.mine is None:
        return Change(file.path, "deleted", None, None)
    if file.theirs is None:
        if file.pristine:
            return Change(file.path, "removed", file.mine, None)
        why = "you edited it, and the notebook no longer gives it; it is yours now"
        return Change(file.path, "conflict", file.mine, file.mine, why)
    if text_digest(file.mine) == text_digest(file.theirs):
        return Change(file.path, "unchanged", file.mine, file.mine)
    if file.pristine:
        return Change(file.path, "updated", file.mine, file.theirs)
    return _decide_edited(file, file.mine, file.theirs)


def _decide_new(file: _Versions) -> Change:
    if file.mine is None and not file.taken:
        return Change(file.path, "added", None, file.theirs)
    if file.mine == file.theirs:
        return Change(file.path, "unchanged", file.mine, file.mine)
    why = "the notebook gives a file of this name now, and yours is in the place; rename it and extract again"
    return Change(file.path, "conflict", file.mine, file.mine, why)


def _decide_edited(file: _Versions, mine: bytes, theirs: bytes) -> Change:
    merged = merge(file.base, mine, theirs)
    if merged.conflicts:
        why = f"{merged.conflicts} place{'s' if merged.conflicts > 1 else ''} marked <<<<<<< yours"
        return Change(file.path, "conflict", mine, merged.text, why)
    if file.path.endswith(".py") and breaks_syntax(merged.text, mine, theirs):
        why = "your edits and the new code fit together as lines, but not as Python"
        return Change(file.path, "conflict", mine, merged.text, why)
    return Change(file.path, "kept" if merged.text == mine else "merged", mine, merged.text)


def _apply(change: Change, file: _Versions, folder: Path, content: dict[str, dict[str, str | None]]) -> None:
    """Bring the decision into the rendered tree and its manifest."""
    target = folder / change.path
    foreign = change.kind == "conflict" and (not file.known or file.theirs is None)
    if foreign or change.kind in ("removed", "deleted"):
        target.unlink(missing_ok=True)
    elif change.after is not None and change.after != file.theirs:
        target.write_bytes(change.after)
    if foreign:
        content["files"].pop(change.path, None)
        (folder / BASE / f"{change.path}.orig").unlink(missing_ok=True)
    elif change.kind == "deleted" and file.theirs is not None:
        content["kept"][change.path] = None
    elif change.kind in ("kept", "merged") and change.after is not None:
        content["kept"][change.path] = text_digest(change.after)
