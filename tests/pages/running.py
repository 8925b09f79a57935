"""Do what a page of the documentation says, in a folder of its own.

A block with a title is written to that file (``.ipynb``: percent format). A ``python`` block without one is run. In a
``console`` block each line after ``$`` is run; the lines below it are what it says, where ``...`` stands for anything;
``# exit code 1`` at its end says how it ends; one that ends in ``&`` runs until the page is done, and port 8000 is a
free one. A comment names the folder that the page starts in a copy of; without it there is a copy of ``examples``.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diagnostic_pages import notebook
from documents import Block
from equivalence.processes import ROOT

FENCE = re.compile(r"^```(?P<language>\w*)(?P<rest>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FOLDER = re.compile(r"<!-- folder: (\S+) -->")
COMMAND = re.compile(r"\$ (?P<line>.*?)(?:  # exit code (?P<code>\d))?")
GIVEN = ("pip install .",)
"""What the environment of the tests has done already."""


@dataclass(frozen=True)
class Command:
    """A line for the shell, how it ends, and what it says."""

    line: str
    code: int
    said: str


def blocks_of(text: str) -> list[Block]:
    """All fenced blocks, in order."""
    return [Block(**match.groupdict()) for match in FENCE.finditer(text)]


def commands_of(text: str) -> Iterator[Command]:
    """The commands of a console block."""
    for part in re.split(r"^(?=\$ )", text, flags=re.MULTILINE)[1:]:
        first, _, said = part.partition("\n")
        command = COMMAND.fullmatch(first)
        assert command
        yield Command(command["line"], int(command["code"] or 0), said)


def title_of(block: Block) -> str | None:
    """The file that a block is the text of."""
    found = re.search(r'title="(.+?)"', block.rest)
    return found[1] if found else None


class Place:
    """A folder, and an environment in which its commands run: that of the tests, with room for packages."""

    def __init__(self, folder: Path, start: str | None) -> None:
        self.folder, self.environment = folder / "work", folder / "environment"
        self.port = free_port()
        self.servers: list[subprocess.Popen[bytes]] = []
        (folder / ".curlrc").write_text("retry = 90\nretry-connrefused\nretry-delay = 1\n")  # a server takes a while
        ignored = shutil.ignore_patterns("package", "__pycache__")
        if start:
            shutil.copytree(ROOT / start, self.folder, ignore=ignored)
        else:
            shutil.copytree(ROOT / "examples", self.folder / "examples", ignore=ignored)

    def prepare(self) -> None:
        """Make the environment: installing a package there leaves that of the tests as it is."""
        venv.create(self.environment, with_pip=False)
        (site,) = self.environment.glob("lib/python*/site-packages")
        above = [path for path in sys.path if path.endswith("site-packages")]
        (site / "tests.pth").write_text("\n".join(above) + "\n")
        pip = self.environment / "bin" / "pip"
        pip.write_text(f'#!/bin/sh\nexec "{self.environment}/bin/python" -m pip "$@"\n')
        pip.chmod(0o755)

    def follow(self, text: str) -> None:
        """Do what the blocks of a page say."""
        try:
            for block in blocks_of(text):
                self.do(block)
        finally:
            self.stop()

    def do(self, block: Block) -> None:
        """Do what one block says."""
        title = title_of(block)
        if title:
            self.write(title, block.text)
        elif block.language == "console":
            for command in commands_of(block.text):
                self.run(command)
        elif block.language == "python":
            (self.folder / "block.py").write_text(block.text, encoding="utf-8")
            self.run(Command("python block.py", 0, "..."))

    def write(self, name: str, text: str) -> None:
        """Write a file of the page."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook(text) if path.suffix == ".ipynb" else text, encoding="utf-8")

    def variables(self) -> dict[str, str]:
        """The environment of the commands: the page's own programs first."""
        programs = [self.environment / "bin", Path(sys.executable).parent]
        path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
        above = str(self.environment.parent)
        return {**os.environ, **QUIET, "PATH": path, "CURL_HOME": above, "XDG_CACHE_HOME": f"{above}/cache"}

    def stop(self) -> None:
        """End the servers that the page has started."""
        for server in self.servers:
            server.terminate()
            server.wait(30)

    def run(self, command: Command) -> None:
        """Run a command; it has to end and to say as the page has it."""
        if command.line in GIVEN:
            return
        if command.line.startswith(("pip ", "python ")) and not self.environment.exists():
            self.prepare()
        line = command.line.replace("8000", self.port)
        if line.endswith(" &"):
            started = ["bash", "-c", f"exec {line.removesuffix(' &')}"]
            nowhere = subprocess.DEVNULL
            server = subprocess.Popen(started, cwd=self.folder, env=self.variables(), stdin=nowhere, stdout=nowhere)
            self.servers.append(server)
            return
        shell = ["bash", "-euo", "pipefail", "-c", line]
        done = subprocess.run(
            shell,
            cwd=self.folder,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        said = f"$ {command.line}\n{done.stdout}{done.stderr}"
        assert done.returncode == command.code, said
        assert any(says(text, command.said) for text in (done.stdout, done.stderr)), f"{said}-- not\n{command.said}"


def free_port() -> str:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


QUIET = {
    "COLUMNS": "120",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def says(text: str, expected: str) -> bool:
    """Whether a text is what a page shows; a page that shows nothing says nothing of it."""
    if not expected.strip():
        return True
    pattern = r"\s+".join(re.escape(word).replace(r"\.\.\.", "(?s:.*?)") for word in expected.split())
    pattern = pattern.replace(r"\s+(?s:.*?)\s+", r"\s(?s:.*?)")
    return re.fullmatch(rf"\s*{pattern}\s*", text) is not None
