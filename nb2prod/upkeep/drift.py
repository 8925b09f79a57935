"""Has a notebook changed in a way that matters to its package?

Input: the manifest of the package, and the bytes of the notebook, which differ from those of the extraction.
Output: a `Change`, or None where the package would come out the same. First the sources are compared as stored,
then the program without its looks; only where that differs too is the notebook analysed again, and the code
that would be generated is compared. Runs nothing of the notebook and writes nothing. Faults of the notebook
are `UserError`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from nb2prod import __version__
from nb2prod.upkeep.fingerprint import (
    CellCode,
    cells_of,
    module_digests,
    program_digest,
    settings_digest,
    sources_digest,
    stored_sources,
)
from nb2prod.upkeep.manifest import Manifest, Use

if TYPE_CHECKING:
    from nb2prod.generation.plan import Plan

SETTINGS = "config"
"""The module that stands for what the templates are told: sources, read options, kinds."""


class CellChange(NamedTuple):
    """A cell that differs: its number, now or (where it is deleted) then, and the functions that it feeds."""

    number: int
    kind: Literal["changed", "new", "deleted", "moved"]
    feeds: tuple[str, ...]


class Change(NamedTuple):
    """A change that matters: its cells, the modules that would come out otherwise, and a refusal if there is one."""

    cells: tuple[CellChange, ...]
    modules: tuple[str, ...]
    refusal: str = ""


class _Pairs(NamedTuple):
    """Cells then and now: which became which, and those without a partner."""

    same: dict[int, int]
    changed: dict[int, int]
    deleted: list[int]
    new: list[int]


def notebook_change(manifest: Manifest, path: Path, data: bytes) -> Change | None:
    """Tell what of a changed notebook matters to its package, if anything does."""
    from nb2prod.reading.notebook import read_notebook
    from nb2prod.reading.syntax import read_program

    origin = manifest.origin
    sources = stored_sources(data)
    if sources is not None and sources_digest(sources, origin.counts) == origin.sources:
        return None
    program = read_program(read_notebook(path))
    if program_digest(program) == origin.code:
        return None
    then, now = [CellCode(*cell) for cell in origin.cells], cells_of(program)
    pairs = pair_cells(then, now)
    if manifest.version != __version__:
        return Change(_told(pairs, then, now, manifest.functions, ()), ())
    return _compare(manifest, path, pairs, then, now)


def points_now(manifest: Manifest, path: Path) -> dict[str, Any]:
    """Give the points of a notebook of which nothing that matters has changed: its cells may have other numbers."""
    from nb2prod.reading.notebook import read_notebook
    from nb2prod.reading.syntax import read_program

    then, now = [CellCode(*cell) for cell in manifest.origin.cells], cells_of(read_program(read_notebook(path)))
    return dict(_generate(manifest, path, _headings(pair_cells(then, now), then, now)).points)


def _compare(
    manifest: Manifest, path: Path, pairs: _Pairs, then: Sequence[CellCode], now: Sequence[CellCode]
) -> Change | None:
    from nb2prod.errors import UserError

    try:
        plan = _generate(manifest, path, _headings(pairs, then, now))
    except UserError as fault:
        return Change(_told(pairs, then, now, manifest.functions, ()), (), str(fault).rpartition("\n")[2])
    modules = _differing(manifest, plan)
    if not modules:
        return None
    uses = [Use(note.module, note.name, list(note.cells)) for note in plan.functions]
    return Change(_told(pairs, then, now, manifest.functions, uses), modules)


def _generate(manifest: Manifest, path: Path, headings: dict[int, str]) -> Plan:
    """Generate the package anew under the old headings, because they give functions their names."""
    from nb2prod.generation.package import generate
    from nb2prod.pipeline import Options, analyse

    chosen = manifest.options
    options = Options(
        chosen.get("name"), chosen.get("model"), chosen.get("prediction"), chosen.get("fit_on") or "notebook"
    )
    analysis = analyse(path, options)
    program = analysis.trace.program
    cells = tuple(replace(cell, heading=headings.get(cell.number, cell.heading)) for cell in program.cells)
    analysis = replace(analysis, trace=replace(analysis.trace, program=replace(program, cells=cells)))
    return generate(analysis, manifest.package)


def _differing(manifest: Manifest, plan: Plan) -> tuple[str, ...]:
    then, now = manifest.modules, module_digests(plan)
    modules = {name for name in {*then, *now} if then.get(name) != now.get(name)}
    if settings_digest(plan) != manifest.settings:
        modules.add(SETTINGS)
    return tuple(sorted(modules))


# ---------------------------------------------------------------------- cells then and now


def pair_cells(then: Sequence[CellCode], now: Sequence[CellCode]) -> _Pairs:
    """Find out which cell became which."""
    same: dict[int, int] = {}
    changed: dict[int, int] = {}
    deleted: list[int] = []
    new: list[int] = []
    for kind, start, end, first, last in _opcodes([cell.digest for cell in then], [cell.digest for cell in now]):
        old, fresh = [cell.number for cell in then[start:end]], [cell.number for cell in now[first:last]]
        (same if kind == "equal" else changed).update(zip(old, fresh, strict=False))
        deleted += old[len(fresh) :]
        new += fresh[len(old) :]
    return _Pairs(same, changed, deleted, new)


def _opcodes(then: list[str], now: list[str]) -> Iterable[tuple[str, int, int, int, int]]:
    # Common ends are cut off first: difflib takes quadratic time for cells that are all alike.
    head = 0
    while head < min(len(then), len(now)) and then[head] == now[head]:
        head += 1
    tail = 0
    while tail < min(len(then), len(now)) - head and then[-1 - tail] == now[-1 - tail]:
        tail += 1
    yield "equal", 0, head, 0, head
    middle = SequenceMatcher(None, then[head : len(then) - tail], now[head : len(now) - tail], autojunk=False)
    for kind, start, end, first, last in middle.get_opcodes():
        yield kind, start + head, end + head, first + head, last + head
    yield "equal", len(then) - tail, len(then), len(now) - tail, len(now)


def _headings(pairs: _Pairs, then: Sequence[CellCode], now: Sequence[CellCode]) -> dict[int, str]:
    """Give every cell the heading that it, or the cell of the same code, or the cell above it had."""
    were = {cell.number: cell.heading for cell in then}
    by_code = {cell.digest: cell.heading for cell in then}
    headings = {number: were[old] for old, number in pairs.same.items()}
    places = {number: were[old] for old, number in pairs.changed.items()}
    above = then[0].heading if then else ""
    for cell in now:
        own = by_code.get(cell.digest, places.get(cell.number, above))
        above = headings.setdefault(cell.number, own)
    return headings


def _told(
    pairs: _Pairs, then: Sequence[CellCode], now: Sequence[CellCode], old: Sequence[Use], new: Sequence[Use]
) -> tuple[CellChange, ...]:
    """List the cells that differ; where some feed the package, only those."""
    was, is_now = {cell.number: cell.digest for cell in then}, {cell.number: cell.digest for cell in now}
    gone = {was[number] for number in (*pairs.deleted, *pairs.changed)}
    came = {is_now[number] for number in (*pairs.new, *pairs.changed.values())}
    found: list[CellChange] = []
    for before, number in sorted(pairs.changed.items()):
        kind: Literal["moved", "changed"] = "moved" if is_now[number] in gone else "changed"
        found.append(CellChange(number, kind, _feeds(old, before, new, number)))
    for number in pairs.new:
        found.append(CellChange(number, "moved" if is_now[number] in gone else "new", _feeds((), 0, new, number)))
    for number in pairs.deleted:
        if was[number] not in came:
            found.append(CellChange(number, "deleted", _feeds(old, number, (), 0)))
    return tuple(sorted([cell for cell in found if cell.feeds] or found))


def _feeds(old: Sequence[Use], before: int, new: Sequence[Use], number: int) -> tuple[str, ...]:
    uses = [use for use in old if before in use.cells] + [use for use in new if number in use.cells]
    return tuple(dict.fromkeys(f"{use.module}.{use.name}" for use in uses))
