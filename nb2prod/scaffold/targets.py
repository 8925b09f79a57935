"""The targets of ``nb2prod scaffold``: folders in, an ordered choice out.

Each folder with a ``target.toml`` is a target. The file says in a line what the target is, which other targets come
with it (`requires`), of which options one target must be chosen (`needs`), which targets it cannot stand beside
(`excludes`), and what it adds to the package's extras. Refuses unknown keys, unknown targets and choices that do
not fit together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import UserError

FILE = "target.toml"
_LISTS = ("requires", "needs", "excludes")


@dataclass(frozen=True)
class Target:
    """One folder of templates; `folders` are the built-in one and the user's own, which is laid over it."""

    name: str
    folders: tuple[Path, ...]
    summary: str
    requires: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    next: str = ""


def find_targets(*roots: Path) -> dict[str, Target]:
    """List the targets of template folders; a later folder is laid over an earlier one, target by target."""
    folders: dict[str, list[Path]] = {}
    for root in roots:
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            folders.setdefault(folder.name, []).append(folder)
    with_file = {name: found for name, found in folders.items() if any((one / FILE).is_file() for one in found)}
    return {name: _read(name, found) for name, found in with_file.items()}


def choose(targets: Mapping[str, Target], wanted: Iterable[str], there: Collection[str]) -> list[Target]:
    """Give the wanted targets and those that they require, these first; `there` are the targets of earlier calls."""
    chosen: dict[str, Target] = {}
    for name in wanted:
        _collect(targets, name, chosen)
    names = {*chosen, *there}
    for target in chosen.values():
        _expect_fit(target, names, targets)
    return list(chosen.values())


def _collect(targets: Mapping[str, Target], name: str, chosen: dict[str, Target], behind: tuple[str, ...] = ()) -> None:
    if name in chosen or name in behind:
        return
    if name not in targets:
        known = ", ".join(sorted(targets)) or "none"
        raise UserError(f"there is no target {name}", code="NB506", do=f"choose of these: {known}")
    for other in targets[name].requires:
        _collect(targets, other, chosen, (*behind, name))
    chosen[name] = targets[name]


def _expect_fit(target: Target, names: Collection[str], targets: Mapping[str, Target]) -> None:
    for option in target.needs:
        if not any(name == option or name.startswith(f"{option}_") for name in names):
            ways = sorted(name.partition("_")[2] for name in targets if name.startswith(f"{option}_"))
            do = f"add --{option}{' ' + ' or '.join(ways) if ways else ''}"
            raise UserError(f"{target.name} needs a target of --{option}", code="NB506", do=do)
    for other in target.excludes:
        if other in names:
            do = f"delete the files of {other} and its name in .nb2prod/manifest.json first"
            raise UserError(f"{target.name} cannot stand beside {other}", code="NB506", do=do)


def _read(name: str, folders: list[Path]) -> Target:
    import tomllib

    path = next(folder / FILE for folder in reversed(folders) if (folder / FILE).is_file())
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _unfit(path, str(fault)) from fault
    strange = sorted(set(content) - {"summary", "next", "extras", *_LISTS})
    if strange:
        raise _unfit(path, f"it has the unknown key {strange[0]}")
    summary, follow = (_text(path, content, key) for key in ("summary", "next"))
    requires, needs, excludes = (_texts(path, key, content.get(key, [])) for key in _LISTS)
    extras = content.get("extras", {})
    if not isinstance(extras, dict):
        raise _unfit(path, "its extras are no table")
    added = {extra: _texts(path, extra, listed) for extra, listed in extras.items()}
    return Target(name, tuple(folders), summary, requires, needs, excludes, added, follow)


def _text(path: Path, content: Mapping[str, Any], key: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise _unfit(path, f"its {key} is no text")
    return value


def _texts(path: Path, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _unfit(path, f"its {key} is no list of texts")
    return tuple(value)


def _unfit(path: Path, why: str) -> UserError:
    return UserError(f"{path} cannot be used: {why}", code="NB505", do="mend the file")
