"""What a package costs its reader: `python bench/readers_cost.py NOTEBOOK...`, in the project's root.

For each notebook: the code lines (no blank lines, comments or docstrings) of preprocessing.py, training.py and
inference.py, against the lines of the notebook's relevant slice, which are the statements that training or inference
needs, with their imports. Both are formatted alike. The second ratio leaves out what every package has, whatever
its notebook (the Predictor, the command behind `train`, the scaffold's imports): what an empty notebook would cost.
Notebooks that are refused are named and left out. The last line holds the medians. Without arguments: the examples.
"""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from nb2prod.errors import UserError
from nb2prod.generation.package import generate, package_name, render_tree
from nb2prod.pipeline import Analysis, Options, analyse

ROOT = Path(__file__).resolve().parent.parent
MODULES = ("preprocessing", "training", "inference")
SCAFFOLD = frozenset({"Predictor", "train"})


def main(notebooks: list[Path]) -> None:
    """Measure each notebook and print the table with its medians."""
    whole, own = [], []
    print(f"{'notebook':48} slice  whole ratio   own ratio")
    for notebook in notebooks:
        try:
            before, after, mine = measure(notebook)
        except UserError as error:
            print(f"{notebook.name[:48]:48} refused: {error.code}")
            continue
        whole.append(after / before)
        own.append(mine / before)
        print(f"{notebook.name[:48]:48} {before:5} {after:6} {whole[-1]:5.2f} {mine:5} {own[-1]:5.2f}")
    if whole:
        print(f"{'median':48} {'':5} {'':6} {statistics.median(whole):5.2f} {'':5} {statistics.median(own):5.2f}")


def measure(notebook: Path) -> tuple[int, int, int]:
    """Give the lines of the relevant slice, of the three modules, and of what in them is the notebook's own."""
    analysis = analyse(notebook, Options())
    with tempfile.TemporaryDirectory() as folder:
        package = generate(analysis, package_name(notebook.name, "measured"))
        render_tree(package, Path(folder), analysis)
        texts = [path.read_text(encoding="utf-8") for name in MODULES for path in Path(folder).glob(f"src/*/{name}.py")]
    return len(code_lines(relevant(analysis))), sum(len(code_lines(t)) for t in texts), sum(map(own_lines, texts))


def relevant(analysis: Analysis) -> str:
    """The statements of the notebook that training or inference needs, formatted as packages are."""
    needed = set(analysis.fitting.steps) | set(analysis.serving.served)
    needed |= {metric.step.number for metric in analysis.fitting.metrics}
    spans: set[int] = set()
    for number in needed:
        node = analysis.trace.steps[number].node
        spans.update(range(node.lineno, _head_end(node) + 1))
    lines = [line for cell in analysis.trace.program.cells for line in _kept(cell.start, cell.lines, spans)]
    return formatted("\n".join(lines))


def _head_end(node: ast.stmt) -> int:
    """The last line of a statement; of a compound one, the last before its body."""
    body = getattr(node, "body", None)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or not isinstance(body, list):
        return node.end_lineno or node.lineno
    return max(node.lineno, body[0].lineno - 1)


def _kept(start: int, lines: tuple[str, ...], spans: set[int]) -> list[str]:
    return [line for at, line in enumerate(lines, start) if at in spans]


def formatted(text: str) -> str:
    """Format code as a package's own settings do; text that stands on its own no more stays as it is."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "110", "-"]
    found = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    return found.stdout if found.returncode == 0 else text


def own_lines(text: str) -> int:
    """Count the code lines of a module outside the scaffold and its imports."""
    tree = ast.parse(text)
    fixed: set[int] = set()
    for node in tree.body:
        if _names(node) & SCAFFOLD or isinstance(node, ast.ImportFrom | ast.Import):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            fixed.update(range(first, (node.end_lineno or node.lineno) + 1))
    return len(code_lines(text) - fixed)


def _names(node: ast.stmt) -> frozenset[str]:
    """What a statement of a module defines."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return frozenset({getattr(node, "name", ""), *(one.id for one in targets if isinstance(one, ast.Name))})


def code_lines(text: str) -> set[int]:
    """The numbers of the lines that hold code: no blank lines, comments or docstrings."""
    lines = {at for at, line in enumerate(text.splitlines(), 1) if line.strip() and not line.lstrip().startswith("#")}
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return lines
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted((ROOT / "examples").glob("*/notebook.ipynb")))
