"""Find the notebooks under some paths and survey those that the cache does not know.

Input: folders and notebooks. Output: one `Record` for each notebook, as they come. Copies of one notebook are
analysed once. Refuses paths under which there is no notebook.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nb2prod.errors import UserError
from nb2prod.survey.cache import file_digest, opened
from nb2prod.survey.pool import survey_all
from nb2prod.survey.records import Record

SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__"})
"""Folders that are not searched, besides hidden ones."""


@dataclass(frozen=True)
class Plan:
    """What a survey is to do."""

    notebooks: tuple[Path, ...]
    processes: int = 2
    limit: float = 30.0
    cache: Path | None = None


def find_notebooks(paths: Iterable[Path]) -> tuple[Path, ...]:
    """List the notebooks that are named or lie in the named folders, sorted, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UserError(f"{path} does not exist", code="NB101", do="give a folder with notebooks")
        found |= dict.fromkeys(_under(path) if path.is_dir() else [path])
    if not found:
        named = " ".join(map(str, paths))
        raise UserError(f"no notebook is in {named}", code="NB101", do="give a folder with .ipynb files")
    return tuple(sorted(found))


def _under(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in SKIPPED]
        yield from (Path(place, name) for name in names if name.endswith(".ipynb"))


def run_survey(plan: Plan) -> Iterator[Record]:
    """Survey all notebooks of the plan; what the cache knows comes first."""
    with opened(plan.cache) as cache:
        unknown: defaultdict[str, list[str]] = defaultdict(list)
        for path in plan.notebooks:
            digest = file_digest(path)
            record = cache.find(digest, plan.limit)
            if record is not None:
                yield replace(record, path=str(path))
            else:
                unknown[digest or str(path)].append(str(path))
        first = {copies[0]: digest for digest, copies in unknown.items()}
        for record in survey_all(first, plan.processes, plan.limit):
            digest = first[record.path]
            cache.add("" if digest == record.path else digest, record)
            yield from (replace(record, path=path) for path in unknown[digest])
