"""The faults that end a command: a sentence for the user, never a traceback.

Input: a code of the catalogue, a message and, where known, a place. Output: an exception whose text ends in
one line that says it all, because tools that call nb2prod show the last line. Refuses codes that have no row
in the catalogue.
"""

from __future__ import annotations

from typing import ClassVar

from nb2prod.diagnostics import Diagnostic, Place


class UserError(Exception):
    """nb2prod could not tell: an unreadable file, a bad argument."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, code: str, why: str = "", do: str = "", place: Place | None = None) -> None:
        self.diagnostic = Diagnostic(code, "error", " ".join(message.split()), place, why, do)
        super().__init__(message)

    @property
    def code(self) -> str:
        """The code of the catalogue."""
        return self.diagnostic.code

    @property
    def message(self) -> str:
        """The fault in one sentence."""
        return self.diagnostic.message

    @property
    def why(self) -> str:
        """Why it matters."""
        return self.diagnostic.why

    @property
    def do(self) -> str:
        """What to do about it."""
        return self.diagnostic.do

    @property
    def place(self) -> Place | None:
        """The line of the notebook, where there is one."""
        return self.diagnostic.place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{self.diagnostic.render()}\nerror {self.code}: {where}{self.message}"


class Refusal(UserError):  # noqa: N818 - a refusal is an answer, no error
    """The notebook was understood, and cannot be served as it is: the user's matter."""

    exit_code: ClassVar[int] = 1
