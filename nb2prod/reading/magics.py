"""IPython cell to plain Python, line by line.

Input: the source of a code cell. Output: a `Neutralised` whose source has the same number of lines, so that
line k of it is line k of the cell; magics, shell lines, help requests and prompts are gone, and what they
installed or wrote is listed. Follows IPython's own rules without importing it, and leaves plain Python
alone. Refuses nothing: what is no Python afterwards was none before.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from nb2prod.reading.installs import installed

_TOKEN = re.compile(r"\"\"\"|'''|[\"'#\n()\[\]{}]|\\\n?")
_STRING_ENDS = {
    '"""': re.compile(r'(?:[^"\\]++|\\.|"(?!""))*+"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]++|\\.|'(?!''))*+'''", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]++|\\.)*+"', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]++|\\.)*+'", re.DOTALL),
}
_INDENT = r"(?P<indent>[^\S\n]*)"
_ESCAPE = re.compile(_INDENT + r"(?P<mark>!!?|%|\?\??|[,;/])")
_INSTALL = re.compile(_INDENT + r"(?=(?:pip3?|conda|mamba)[ \t]+(?:-\S+[ \t]+)*install\b)")
_ASSIGN = re.compile(
    _INDENT
    + r"(?P<left>[A-Za-z_*(][\w.,* \t()]*+(?:\[[^\]\n]*\][ \t]*)?=[ \t]*(?:\\\n[ \t]*)?)"
    + r"(?P<mark>!|%(?=\s*[A-Za-z_]))"
)
_TIMED = re.compile(r"(?:time|prun|memit|mprun|snakeviz)[ \t]+(?=[^\s\-])")
_HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?\d+\])*\?\??$")
_SAME_NAMES = re.compile(r"(?:^|\s)-\w*i\b|\.ipynb\b")  # %run works on the notebook's own objects
_LONGEST_NAME = 500
_CELL_MAGIC = re.compile(r"(?P<above>(?:[^\S\n]*(?:#[^\n]*)?\n)*)%%(?P<name>[\w.\-]*)(?P<rest>[^\n]*)(?P<end>\n|$)")
_DATABRICKS = re.compile(r"%(?:md|sql|sh|fs|scala|r)\b[^\n]*\n")
_FILE_MAGIC = re.compile(r"[ \t]+(?P<append>-a[ \t]+|--append[ \t]+)?(?P<name>[^\s].*?)[ \t]*$")
_IPYTHON_PROMPT = re.compile(r"^(?:(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: ?|\s*\.{3,}: ?)")
_FIRST_PROMPT = re.compile(r"\s*>>>(?: |$)")
_CLASSIC_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.)(?: |$)")

PYTHON_CELL = re.compile(r"time|capture|prun|memit|mprun|snakeviz|heat|debug|wandb")
"""Cell magics that run their body as Python in the notebook's own names."""
SHELL_CELL = re.compile(r"bash|sh|script|cmd|system|sx|!")
"""Cell magics whose body is shell commands."""
FOREIGN_CELL = re.compile(
    r"perl|ruby|html|HTML|svg|SVG|javascript|js|latex|markdown|sql|bigquery|R|julia|python[23]?|pypy|skip|md|fs"
    r"|scala|r|writefile|file"
)
"""Other cell magics whose body is no Python of this notebook."""
SINGLE_LINE_MAGIC = re.compile(
    r"cd|ls|ll|pwd|whos?|clear|cls|mkdir|rm|cp|mv|cat|time|timeit|run|load_ext|reload_ext|autoreload|matplotlib"
    r"|env|config"
)
"""Line magics that IPython knows without their percent sign, in cells of one line."""
PYLAB = "import numpy as np; import matplotlib.pyplot as plt"
"""The names that %pylab makes and that code relies on."""


@dataclass(frozen=True)
class WrittenFile:
    """A file that a %%writefile cell writes."""

    name: str
    text: str
    append: bool = False


@dataclass(frozen=True)
class Neutralised:
    """A cell as plain Python, with what its magics said."""

    source: str
    requirements: tuple[str, ...] = ()
    written: tuple[WrittenFile, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()


@dataclass
class _Record:
    requirements: list[str] = field(default_factory=list)
    written: list[WrittenFile] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def drop(self, line: int, text: str, shell: str = "") -> None:
        if (line, text.strip()) not in self.notes:
            self.notes.append((line, text.strip()))
        self.requirements += [name for name in installed(shell or text) if name not in self.requirements]


def parse(source: str) -> ast.Module | None:
    """Parse plain Python; None where it is not."""
    return None if isinstance(tree := _parsed(source), Exception) else tree


def syntax_fault(source: str) -> tuple[int, str] | None:
    """Give the line and the complaint of Python's parser; None where there is none."""
    fault = _parsed(source)
    if isinstance(fault, ast.Module):
        return None
    if isinstance(fault, SyntaxError):
        return min(fault.lineno or 1, source.count("\n") + 1), fault.msg
    return 1, "nested too deeply" if isinstance(fault, (RecursionError, MemoryError)) else str(fault)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> ast.Module | Exception:
    # A project that turns warnings into errors would make "\d" a syntax error.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
            return fault


@lru_cache(maxsize=1024)
def neutralise(source: str) -> Neutralised:
    """Turn the source of a cell into plain Python with as many lines."""
    record = _Record()
    text = _python(source.replace("\r\n", "\n").replace("\r", "\n"), 1, record)
    text = _without_shell_calls(text, record)
    return Neutralised(text, tuple(record.requirements), tuple(record.written), tuple(sorted(record.notes)))


def comments(source: str) -> tuple[str, ...]:
    """List the comments of plain Python."""
    return tuple(source[start:end] for kind, start, end in _tokens(source, 0) if kind == "#")


def _python(text: str, line: int, record: _Record) -> str:
    if parse(text) is not None:
        return text
    text = _without_prompts(_dedented(text))
    if _DATABRICKS.match(text) and parse(text.partition("\n")[2]) is None:
        text = f"%{text}"
    if magic := _CELL_MAGIC.match(text):
        return _cell_magic(text, magic, line, record)
    words = text.split()
    if words and SINGLE_LINE_MAGIC.fullmatch(words[0]) and "\n" not in text.strip() and parse(text) is None:
        text = text.replace(words[0], f"%{words[0]}", 1)
    return _statements(text, line, record)


def _dedented(text: str) -> str:
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines)


def _without_prompts(text: str) -> str:
    lines = text.split("\n")
    code = [line for line in lines if line.strip()][:2]
    for start, prompt in ((_FIRST_PROMPT, _CLASSIC_PROMPT), (_IPYTHON_PROMPT, _IPYTHON_PROMPT)):
        if any(start.match(line) for line in code):
            lines = [prompt.sub("", line, count=1) for line in lines]
    return "\n".join(lines)


def _cell_magic(text: str, magic: re.Match[str], line: int, record: _Record) -> str:
    name, rest, body = magic["name"], magic["rest"], text[magic.end() :]
    here = line + magic["above"].count("\n")
    if _HELP.match(f"%%{name}{rest}".rstrip()):
        return magic["above"] + _blank(text[magic.end("above") :], "")
    if name in ("writefile", "file") and (target := _FILE_MAGIC.match(rest)):
        record.written.append(WrittenFile(target["name"].strip("\"'"), body, bool(target["append"])))
    if _runs_here(name, body):
        record.drop(here, f"%%{name}{rest}")
        return magic["above"] + magic["end"] + _python(body, here + 1, record)
    record.drop(here, f"%%{name}{rest}", body if SHELL_CELL.fullmatch(name) else "")
    return magic["above"] + _blank(text[magic.end("above") :], "")


def _runs_here(name: str, body: str) -> bool:
    if SHELL_CELL.fullmatch(name) or FOREIGN_CELL.fullmatch(name):
        return False
    if PYTHON_CELL.fullmatch(name):
        return True
    tree = parse(_python(body, 1, _Record()))
    if tree is None or name != "timeit":
        return tree is not None
    # %%timeit works on the notebook's objects, but the names that it binds are its own.
    return not any(isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) for node in ast.walk(tree))


def _statements(text: str, line: int, record: _Record) -> str:
    done: list[str] = []
    position = 0
    here = line
    while position < len(text):
        if install := _INSTALL.match(text, position):
            text = text[: install.end()] + "%" + text[install.end() :]
        if escape := _ESCAPE.match(text, position):
            if escape["mark"] == "%" and (timed := _TIMED.match(text, escape.end())):
                record.drop(here, f"%{timed[0]}")
                text = text[: escape.end("indent")] + text[timed.end() :]
                continue
            end = _continued_end(text, position)
            done.append(_escaped(escape, text[position:end], here, record))
        elif assign := _ASSIGN.match(text, position):
            if timed := _TIMED.match(text, assign.end()):
                record.drop(here, f"%{timed[0]}")
                text = text[: assign.start("mark")] + text[timed.end() :]
                continue
            end = _continued_end(text, position)
            record.drop(here, text[assign.start("mark") : end])
            value = "[]" if assign["mark"] == "!" else "None"
            done.append(_blank(text[position:end], assign["indent"] + assign["left"] + value))
        else:
            end, last = _statement_end(text, position)
            done.append(_unless_help(text[position:end], last - position, here, record))
        here += text.count("\n", position, end)
        position = end
    return "".join(done)


def _escaped(escape: re.Match[str], text: str, line: int, record: _Record) -> str:
    indent, mark, rest = escape["indent"], escape["mark"], text[escape.end() - escape.start() :].strip()
    name, _, arguments = rest.partition(" ")
    if mark in ",;/" and name.replace(".", "").isidentifier():
        words = arguments.split()
        quoted = [repr(arguments)] if mark == ";" else [repr(word) for word in words]
        return _blank(text, f"{indent}{name}({', '.join(words if mark == '/' else quoted)})")
    record.drop(line, text)
    if mark == "%" and name == "pylab":
        return _blank(text, indent + PYLAB)
    if mark == "%" and name == "run" and _SAME_NAMES.search(arguments):
        return _blank(text, f"{indent}get_ipython().run_line_magic('run', {' '.join(arguments.split())!r})")
    return _blank(text, indent and f"{indent}pass")


def _unless_help(text: str, code_from: int, line: int, record: _Record) -> str:
    code = text.rstrip()
    if not code.endswith("?") or len(code) <= code_from or not _HELP.search(code[-_LONGEST_NAME:]):
        return text
    record.drop(line, text)
    indent = code[: len(code) - len(code.lstrip())]
    return _blank(text, indent and f"{indent}pass")


def _blank(text: str, first: str) -> str:
    return first + "\n" * (text.count("\n") - first.count("\n"))


def _continued_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    while end > 0 and text[end - 1] == "\\":
        end = text.find("\n", end + 1)
    return end + 1 if end >= 0 else len(text)


def _statement_end(text: str, position: int) -> tuple[int, int]:
    """Find where the logical line ends, and where its last string or comment ends."""
    depth, last = 0, position
    for kind, _, end in _tokens(text, position):
        if kind == "\n" and depth <= 0:
            return end, last
        depth += (kind in "([{") - (kind in ")]}" and depth > 0)
        last = end if kind in "#'" else last
    return len(text), last


def _tokens(text: str, position: int) -> Iterator[tuple[str, int, int]]:
    """Find newlines and brackets (kind: themselves), comments (#) and strings (')."""
    while token := _TOKEN.search(text, position):
        kind, start, position = token[0], token.start(), token.end()
        if kind == "#":
            newline = text.find("\n", start)
            position = newline if newline >= 0 else len(text)
            yield "#", start, position
        elif kind[0] in "\"'":
            if closing := _STRING_ENDS[kind].match(text, position):
                position = closing.end()
            elif len(kind) == 3:
                position = len(text)
            yield "'", start, position
        elif kind[0] != "\\":
            yield kind, start, position


def _without_shell_calls(text: str, record: _Record) -> str:
    tree = parse(text) if "get_ipython" in text else None
    if tree is None:
        return text
    statements = [node for node in ast.walk(tree) if isinstance(node, (ast.Expr, ast.Assign))]
    spots = [node for node in statements if _calls_shell(node.value) and not _runs_text(node.value)]
    for node in sorted(spots, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        text = _replace_call(text, node, record)
    return text


def _calls_shell(node: ast.expr) -> bool:
    while isinstance(node, (ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id == "get_ipython"


def _runs_text(node: ast.expr) -> bool:
    """Whether a call runs Python among the notebook's names: it stays, for the analysis to know of it."""
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in ("run_cell", "run_code", "safe_execfile", "ex")


def _replace_call(text: str, node: ast.Expr | ast.Assign, record: _Record) -> str:
    call = node.value
    start, end = (
        _offset(text, call.lineno, call.col_offset),
        _offset(text, call.end_lineno, call.end_col_offset),
    )
    magic = _as_magic(call)
    if isinstance(node, ast.Assign):
        new = _statements(f"_ = {magic}", call.lineno, record).removeprefix("_ = ")
    else:
        new = _python(magic, call.lineno, record).strip() or "pass"
    if "\n" in new:
        return text
    followed = text[end:].partition("\n")[0].strip()
    return text[:start] + new + (" \\\n" if followed else "\n") * text.count("\n", start, end) + text[end:]


def _as_magic(call: ast.expr) -> str:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return "%get_ipython"
    words = [word.value for word in call.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
    mark = {"system": "!", "getoutput": "!", "run_cell_magic": "%%"}.get(call.func.attr, "%")
    head, *bodies = [" ".join(words[:2]), *words[2:]] if mark != "!" else [" ".join(words)]
    return mark + "\n".join([head, *bodies])


def _offset(text: str, line: int | None, column: int | None) -> int:
    lines = text.split("\n")[: line or 1]
    return sum(len(before) + 1 for before in lines[:-1]) + len(lines[-1].encode()[: column or 0].decode())


_PYTHON2 = (
    (
        "a print statement",
        re.compile(r"(?:^|[;:])[ \t]*print[ \t]+(?![=.,(\[+\-*/%&|^<>:)\]}])\S", re.MULTILINE),
    ),
    ("an exec statement", re.compile(r"(?:^|[;:])[ \t]*exec[ \t]+[\"'\w]", re.MULTILINE)),
    ("an 'except X, e' clause", re.compile(r"^[ \t]*except\b[^\n:]*,[ \t]*\w+[ \t]*:", re.MULTILINE)),
    ("a 'raise X, message' statement", re.compile(r"^[ \t]*raise[ \t]+[\w.]+[ \t]*,", re.MULTILINE)),
)
_PYTHON2_SIGNS = (
    ("backticks", re.compile(r"`([^`\n]+)`"), r"(\1)"),
    ("the <> operator", re.compile(r"<>"), "!="),
    ("a ur'' string", re.compile(r"\b[uU][rR](?=[\"'])"), "r"),
    ("a long integer", re.compile(r"\b(\d+)[lL]\b"), r"\1"),
)


def python2_fault(source: str) -> str | None:
    """Name what only Python 2 accepts, with its line; None where there is no such thing."""
    if parse(source) is not None:
        return None
    code = _without_text(source)
    for name, pattern in _PYTHON2:
        if found := pattern.search(code):
            return f"{name} on line {code.count(chr(10), 0, found.end()) + 1}"
    # Prose has backticks too: these signs count only if the text is Python 3 without them.
    modern = source
    for _, pattern, replacement in _PYTHON2_SIGNS:
        modern = pattern.sub(replacement, modern)
    signs = [(name, found) for name, pattern, _ in _PYTHON2_SIGNS if (found := pattern.search(code))]
    if not signs or parse(modern) is None:
        return None
    name, found = signs[0]
    return f"{name} on line {code.count(chr(10), 0, found.start()) + 1}"


def _without_text(source: str) -> str:
    parts, position = [], 0
    for kind, start, end in _tokens(source, 0):
        if kind in "#'":
            inside = re.sub(r"[^\n]", " ", source[start + 1 : end - 1])
            parts.append(source[position:start] + ("" if kind == "#" else f"'{inside}'"))
            position = end
    return "".join(parts) + source[position:]
