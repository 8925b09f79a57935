"""Shell command to requirements: what `pip install`, `conda install` and the like would bring.

Input: a shell line or script. Output: requirement strings without options. Leaves out requirement files,
paths and addresses, which no index can give.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_INSTALLER = re.compile(
    r"\s*[!%]*\s*(?:sudo\s+|\w+=\S*\s+)*(?:\S*(?:python[\d.]*|sys\.executable\}?)[\"']?\s+-m\s+)?"
    r"(?P<tool>pip[\d.]*|conda|mamba|uv(?:\s+pip)?)\s+(?:-\S+\s+)*(?:install|add)\s+(?P<words>.*)",
    re.DOTALL,
)
_VALUED = re.compile(
    r"-[cefinprt]|--(?:requirement|index-url|extra-index-url|find-links|target|editable|prefix|root|constraint"
    r"|trusted-host|platform|python-version|progress-bar|timeout|retries|channel|name|file|cache-dir|log|proxy)"
)
_REDIRECTION = re.compile(r"[\d&]?>>?")
_REQUIREMENT = re.compile(
    r"[A-Za-z0-9](?:[\w.\-]*\w)?(?:\[[\w\-., ]+\])?(?:(?:[=<>!~]=|===|[<>])[\w.*+!]+(?:,(?=.)|$))*"
)


def installed(command: str) -> tuple[str, ...]:
    """List what a shell line or script installs with pip, conda or uv."""
    parts = re.split(r"&&|\|\|?|;|\n", command.replace("\\\n", " "))
    found = [name for part in parts if (line := _INSTALLER.match(part)) for name in _requirements(line)]
    return tuple(dict.fromkeys(found))


def _requirements(line: re.Match[str]) -> Iterator[str]:
    words = iter(_words(line["words"]))
    for word in words:
        if _VALUED.fullmatch(word) or _REDIRECTION.fullmatch(word):
            next(words, None)
        elif _REQUIREMENT.fullmatch(word):
            yield word
        elif line["tool"] in ("conda", "mamba") and _REQUIREMENT.fullmatch(pinned := word.replace("=", "==", 1)):
            yield pinned


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()
