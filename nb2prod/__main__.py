"""The program: ``check`` needs the standard library alone, all other commands are click's."""

from __future__ import annotations

import gc
import sys

GARBAGE = 1_000_000
"""Objects between two searches for cycles. Syntax trees are many objects and no cycles: searching costs a third of the
time of a large notebook, and finds a tenth of its memory (bench/extract.py)."""


def main() -> None:
    """Run the command that the command line names."""
    if sys.argv[1:2] == ["check"]:
        from nb2prod.upkeep.check import answer

        found = answer(sys.argv[2:])
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(found.text.encode(encoding, "backslashreplace").decode(encoding))
        sys.exit(found.exit_code)
    gc.set_threshold(GARBAGE)
    from nb2prod.cli import main as command_line

    try:
        command_line()
    finally:
        gc.freeze()  # nothing is left to search at the exit


if __name__ == "__main__":
    main()
