"""The plan: everything that is decided about a package, as pure data.

The analysis ends here and the rendering begins: a plan holds no syntax tree, no path and no open question.
:func:`plan_from_json` gives back what :func:`plan_to_json` was given. A plan alone makes what the templates need, and
says where to look in a running notebook: where rows are read, what is learned, predicted and scored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nb2prod.generation.origins import Lines

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter


@dataclass(frozen=True)
class Origin:
    """A line of a cell; both are counted from 1."""

    cell: int
    line: int


@dataclass(frozen=True)
class Module:
    """The text of a generated module before it is formatted, and where each of its statements came from."""

    name: str
    text: str
    origins: dict[int, Lines] = field(default_factory=dict)
    """Line of the text -> lines of the program of all cells that its statement came from."""


@dataclass(frozen=True)
class FunctionNote:
    """A generated function and the cells that it came from."""

    module: str
    name: str
    cells: tuple[int, ...]
    summary: str


@dataclass(frozen=True)
class Table:
    """Rows that training reads: the notebook's expression, and the file if its path is a literal."""

    name: str
    origin: Origin
    expression: str
    path: str | None
    served: bool
    """Whether requests are rows of this table."""


@dataclass(frozen=True)
class Learned:
    """A value that training computes from the rows and inference recalls from the state."""

    name: str
    origin: Origin
    expression: str
    """What the notebook has at this place."""

    keys: tuple[str, ...] = ()
    """The loop variables by which there is one value each."""


@dataclass(frozen=True)
class Prediction:
    """The prediction that the package gives."""

    origin: Origin
    expression: str
    model: str
    method: str
    features: str | None
    reason: str
    runners_up: tuple[str, ...]


@dataclass(frozen=True)
class ScoreNote:
    """A metric of the notebook, recorded in training under this name."""

    name: str
    origin: Origin
    expression: str


@dataclass(frozen=True)
class Dropped:
    """A cell of which nothing is in the package."""

    cell: int
    reason: str


@dataclass(frozen=True)
class Plan:
    """A package before it is on disk."""

    package: str
    title: str
    notebook: str
    notebook_digest: str
    requires_python: str
    dependencies: tuple[str, ...]
    stated: tuple[str, ...]
    """Requirements that the notebook states itself."""

    modules: tuple[Module, ...]
    written: dict[str, str]
    """Modules of the notebook's own that travel along: name in the package -> text."""

    beside: dict[str, str]
    """Those of them that lie beside the notebook, and are no part of it: file name -> text there."""

    functions: tuple[FunctionNote, ...]
    tables: tuple[Table, ...]
    learned: tuple[Learned, ...]
    prediction: Prediction
    scores: tuple[ScoreNote, ...]
    source_kind: str
    """``table``, ``array`` or ``list``: what a batch of requests is."""

    target: str | None
    probabilities: bool
    evaluates: bool
    read_options: str
    warnings: tuple[str, ...]
    limits: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    points: dict[str, Any]
    """Where `verify` looks while the notebook runs; see verify/points.py."""

    @property
    def texts(self) -> dict[str, str]:
        """Module name -> text."""
        return {module.name: module.text for module in self.modules}

    @property
    def raw_source(self) -> str:
        """The name of the table whose rows are requests."""
        return next(table.name for table in self.tables if table.served)


def plan_to_json(plan: Plan) -> str:
    """The plan as one JSON object; keys are the names of the fields."""
    return _converter().dumps(plan, indent=1, ensure_ascii=False) + "\n"


def plan_from_json(text: str) -> Plan:
    """Read a plan back; raises ValueError where the text is none."""
    from cattrs import BaseValidationError

    try:
        return _converter().loads(text, Plan)
    except BaseValidationError as fault:
        raise ValueError("this JSON is no plan") from fault


def _converter() -> JsonConverter:
    from cattrs.preconf.json import make_converter

    return make_converter(forbid_extra_keys=True)
