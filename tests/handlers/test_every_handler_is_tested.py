from __future__ import annotations

from pathlib import Path

from nb2prod import handlers

HERE = Path(__file__)


def test_every_handler_has_a_test_file_and_every_test_file_a_handler() -> None:
    families = {path.stem for path in Path(handlers.__file__).parent.glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in HERE.parent.glob("test_*.py") if path != HERE}
    assert tested == families
