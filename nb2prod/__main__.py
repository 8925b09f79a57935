"""The program: ``check`` needs the standard library alone, all other commands are click's."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the command line names."""
    if sys.argv[1:2] == ["check"]:
        from nb2prod.upkeep.check import answer

        found = answer(sys.argv[2:])
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(found.text.encode(encoding, "backslashreplace").decode(encoding))
        sys.exit(found.exit_code)
    from nb2prod.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
