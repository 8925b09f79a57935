"""Run a notebook's code cells in an IPython shell of this process, without a Jupyter kernel.

Run as a script in the notebook's folder: `run_cells.py NOTEBOOK`. Cells run in document order, or in the
order of their execution counts with `--by-count`. Many times quicker than a kernel, hence used for the many
small cases. The first cell that fails ends the run with exit code 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell


class Shell(InteractiveShell):
    """A shell without a screen."""

    def enable_gui(self, gui: object = None) -> None:
        """Do nothing: `%matplotlib` asks for it."""


def main(notebook: str, *options: str) -> int:
    """Run the cells and return the exit code."""
    cells = [c for c in json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    if "--by-count" in options:
        cells.sort(key=lambda cell: int(cell["execution_count"]))
    sys.path.insert(0, "")  # a kernel can import what a cell wrote into the folder
    shell: Any = Shell.instance()
    for cell in cells:
        if not shell.run_cell("".join(cell["source"])).success:
            print("the failed cell:\n" + "".join(cell["source"]), file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
