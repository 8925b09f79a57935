"""Import names to requirements: what the generated modules import.

Versions are those that the notebook states (``%pip install pandas==2.2.3``), else those of the notebook's own
environment where it is known; the environment that nb2prod itself runs in says nothing about either.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

DISTRIBUTIONS: Final = {
    "sklearn": "scikit-learn",
    "cv2": "opencv-python",
    "PIL": "pillow",
    "imblearn": "imbalanced-learn",
    "category_encoders": "category-encoders",
    "yaml": "PyYAML",
    "bs4": "beautifulsoup4",
    "skimage": "scikit-image",
    "dateutil": "python-dateutil",
    "feature_engine": "feature-engine",
    "sentence_transformers": "sentence-transformers",
    "pytorch_tabnet": "pytorch-tabnet",
    "tensorflow": "tensorflow",
    "keras": "keras",
}
ALWAYS: Final = ("joblib", "numpy", "pandas")
LOOKUP: Final = (
    "import sys, importlib.metadata as m\n"
    "for n in sys.argv[1:]:\n"
    "    try: print(n + '==' + m.version(n))\n"
    "    except m.PackageNotFoundError: print(n)\n"
)


def requirements_of(texts: Iterable[str], stated: Sequence[str], python: str | None, own: str = "") -> tuple[str, ...]:
    """The distributions that the package (whose own name is ``own``) imports."""
    imported = {root for text in texts for root in _third_party(text)}
    roots = sorted((imported | set(ALWAYS)) - {own})
    names = tuple(DISTRIBUTIONS.get(root, root.replace("_", "-")) for root in roots)
    pinned = {requirement.partition("==")[0].lower(): requirement for requirement in stated if "==" in requirement}
    found = versions(names, python)
    return tuple(pinned.get(name.lower(), found.get(name, name)) for name in names)


def _third_party(text: str) -> Iterable[str]:
    tree = ast.parse(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases = [(alias.asname or alias.name.partition(".")[0], alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            aliases = [(alias.asname or alias.name, node.module) for alias in node.names]
        else:
            continue
        for name, module in aliases:
            root = module.partition(".")[0]
            if name in used and root not in sys.stdlib_module_names and root != "__future__":
                yield root


@cache
def versions(names: tuple[str, ...], python: str | None) -> dict[str, str]:
    """``name==version`` for the distributions that an interpreter has; nothing without one."""
    if python is None:
        return {}
    command = [python, "-I", "-c", LOOKUP, *names]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    lines = done.stdout.split() if done.returncode == 0 else []
    return {line.partition("==")[0]: line for line in lines}
