"""The explanation as a table for the terminal: a row for each code cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from nb2prod.explain.records import Cell, Destination, Explanation
from nb2prod.explain.roles import LABEL_SETS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from nb2prod.facts.vocabulary import Role

COLOURS: Final[dict[Role, str]] = {
    "load": "blue",
    "clean": "cyan",
    "feature": "green",
    "split": "yellow",
    "fit": "magenta",
    "predict": "red",
    "evaluate": "bright_yellow",
    "save": "bright_blue",
    "look": "bright_black",
    "define": "white",
}
SEVERITIES: Final = {"error": "bold red", "warning": "yellow", "note": "bright_black"}


def rendered(explanation: Explanation) -> list[RenderableType]:
    """The table, what was learned, and what there is to say, in this order."""
    return [_head(explanation), cells_table(explanation), *_learned(explanation), *_findings(explanation)]


def roles_table(explanation: Explanation) -> Table:
    """Each code cell's roles, and what they are called in coarser label sets."""
    table = _table("cell", "roles", *LABEL_SETS, "first line")
    for cell in _code(explanation):
        names = [labels[cell.roles[0]] if cell.roles else "" for labels in LABEL_SETS.values()]
        table.add_row(str(cell.number), _roles(cell.roles), *names, _first_line(explanation, cell))
    return table


def cells_table(explanation: Explanation) -> Table:
    """Where each code cell went, or why it was dropped."""
    table = _table("cell", "roles", "where it went", "learned", "to know")
    for cell in _code(explanation):
        codes = [explanation.findings[at] for at in cell.findings]
        learned = [one.name for one in explanation.learned if one.statement in cell.statements]
        told = _text((found.code, SEVERITIES.get(found.severity, "")) for found in codes)
        table.add_row(str(cell.number), _roles(cell.roles), _where(explanation, cell), "\n".join(learned), told)
    return table


def places(destinations: Sequence[Destination]) -> list[str]:
    """Functions of the package, as ``module.function``; the tops of modules only if there is nothing else."""
    inside = [one for one in destinations if one.function and one.function != "PreprocessingState"]
    names = [f"{one.module}.{one.function}" for one in inside]
    return list(dict.fromkeys(names or [f"{one.module}.py" for one in destinations]))


# ---------------------------------------------------------------------- parts


def _code(explanation: Explanation) -> list[Cell]:
    return [cell for cell in explanation.cells if cell.kind == "code" and cell.source.strip()]


def _table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name == "cell" else "left", overflow="fold")
    return table


def _text(parts: Iterable[tuple[str, str]]) -> Text:
    from rich.text import Text

    return Text(" ").join(Text(_plain(word), style) for word, style in parts)


def _plain(text: str) -> str:
    """Text of a notebook cannot steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _roles(roles: Sequence[Role]) -> Text:
    return _text((role, COLOURS[role]) for role in roles)


def _where(explanation: Explanation, cell: Cell) -> Text:
    if cell.fate == "refused":
        return _text([(f"refused: {cell.reason}", SEVERITIES["error"])])
    if cell.fate == "dropped":
        return _text([(f"dropped: {cell.reason}", "bright_black")])
    if cell.fate == "open":
        return _text([("not decided", "bright_black")])
    parts = [(name, "") for name in places(cell.destinations)] or [(cell.reason, "bright_black")]
    dropped = sum(explanation.statements[at].fate == "dropped" for at in cell.statements)
    if dropped:
        parts.append((f"({dropped} of {len(cell.statements)} dropped)", "bright_black"))
    return _text(parts)


def _first_line(explanation: Explanation, cell: Cell) -> Text:
    strongest = [at for at in cell.statements if explanation.statements[at].roles[:1] == cell.roles[:1]]
    return _text([(explanation.statements[strongest[0]].code[:60] if strongest else "", "bright_black")])


def _head(explanation: Explanation) -> Text:
    answer = explanation.answer
    if answer is None:
        return _text([(explanation.notebook, "bold"), ("cannot be extracted as it is", SEVERITIES["error"])])
    what = f"predicts {answer.target}" if answer.target else "predicts"
    how = f"with {answer.model} ({answer.estimator.rpartition('.')[2] or 'a model'}): {answer.reason}"
    return _text([(explanation.notebook, "bold"), (f"{what} {how}", "")])


def _learned(explanation: Explanation) -> list[RenderableType]:
    if not explanation.learned:
        return []
    table = _table("learned", "cell", "as")
    for one in explanation.learned:
        table.add_row(_text([(one.name, "magenta" if one.model else "")]), str(one.cell), _text([(one.computed, "")]))
    return ["", table]


def _findings(explanation: Explanation) -> list[RenderableType]:
    found: list[RenderableType] = []
    for one in explanation.findings:
        place = f"cell {one.cell} line {one.line}: " if one.cell else ""
        found.append("")
        found.append(
            _text([(f"{one.code} {one.severity}", SEVERITIES.get(one.severity, "")), (place + one.message, "")])
        )
        found.append(_text([(f"  why: {one.why}", "bright_black")]))
        found.append(_text([(f"  do:  {one.do}", "")]))
    return found
