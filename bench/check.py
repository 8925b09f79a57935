"""What `nb2prod check` costs: `python bench/check.py [PACKAGES]`, in the project's root.

Plants many packages with notebooks of real sizes into a temporary folder and measures the processor time (own
and children's, the best of three runs, files in the cache of the system) of `nb2prod check`, of hashing the same
bytes by the simplest loop plus a bare start of Python, and of `nbstripout --verify` and `ruff check` on the same
files, where they are installed.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/package"))
# File sizes of 1,357 public notebooks that train a model, in kilobytes: the middle of each tenth.
SIZES = (4, 17, 34, 67, 115, 187, 292, 484, 884, 2_143)
HASH = (
    "import sys,hashlib\nfor p in open(sys.argv[1]).read().split('\\n'): hashlib.sha256(open(p,'rb').read()).digest()"
)
RUNS = 3


def main(count: int) -> None:
    """Plant, measure, print a table."""
    with tempfile.TemporaryDirectory() as folder:
        files = plant(Path(folder), count)
        size = sum(path.stat().st_size for path in files)
        print(f"{count} packages, {len(files)} files, {size / 1e6:.0f} MB")
        for name, command in commands(Path(folder), files).items():
            print(f"{name:45} {measure(command, folder):7.2f} s")


def plant(folder: Path, count: int) -> list[Path]:
    """Copy the examples' packages, each beside its notebook blown up to a real size."""
    random = Random(0)
    for number in range(count):
        source = EXAMPLES[number % len(EXAMPLES)]
        place = folder / f"team{number % 20}" / f"project{number}"
        shutil.copytree(source, place / "package", ignore=shutil.ignore_patterns("__pycache__"))
        text = blown_up((source.parent / "notebook.ipynb").read_bytes(), SIZES[number % len(SIZES)] * 1_000, random)
        (place / "notebook.ipynb").write_bytes(text)
    line = [sys.executable, str(Path(__file__)), "--adopt", str(folder)]
    subprocess.run(line, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    hidden = (f"{os.sep}base{os.sep}", f"{os.sep}next{os.sep}")
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not any(h in str(path) for h in hidden)]


def blown_up(data: bytes, size: int, random: Random) -> bytes:
    """Give a notebook outputs until it has a size, as pictures would; a larger one loses its own."""
    content = json.loads(data)
    cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    if len(data) > size:
        for other in content["cells"]:
            other.pop("outputs", None) or other.update({"outputs": []} if other["cell_type"] == "code" else {})
    missing = max(0, size - len(json.dumps(content, indent=1)))
    picture = random.randbytes(missing // 2).hex()
    cell["outputs"] = [{"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}}]
    return json.dumps(content, indent=1).encode()


def adopt(folder: Path) -> None:
    """Record the bytes of the blown-up notebooks, as an extraction from them would."""
    from nb2prod.upkeep.manifest import digest, load, save

    for path in folder.rglob("notebook.ipynb"):
        content = load(path.parent / "package")
        content["notebook"]["digest"] = digest(path.read_bytes())
        save(path.parent / "package", content)


def commands(folder: Path, files: list[Path]) -> dict[str, list[str]]:
    """List what is compared."""
    listed = folder / "files.txt"
    listed.write_text("\n".join(map(str, files)))
    notebooks = [str(path) for path in files if path.suffix == ".ipynb"]
    ours = {
        "bare start of Python, and sha256 of the bytes": [sys.executable, "-c", HASH, str(listed)],
        "nb2prod check": [sys.executable, "-m", "nb2prod", "check", str(folder)],
    }
    others = {
        "ruff check (notebooks and packages)": [shutil.which("ruff") or "", "check", "--no-cache", "-q", str(folder)],
        "ruff check (notebooks)": [shutil.which("ruff") or "", "check", "--no-cache", "-q", *notebooks],
        "nbstripout --verify (notebooks)": [shutil.which("nbstripout") or "", "--verify", *notebooks],
    }
    return {**ours, **{name: command for name, command in others.items() if command[0]}}


def measure(command: list[str], folder: str) -> float:
    """Give the least processor time of some runs."""
    return min(_once(command, folder) for _ in range(RUNS))


def _once(command: list[str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if "nb2prod" in command and done.returncode:
        sys.exit(f"not in sync:\n{done.stdout.decode()[:2000]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    if sys.argv[1:2] == ["--adopt"]:
        adopt(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
