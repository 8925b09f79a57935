"""Add extras to a package's pyproject.toml: its text and the requirements in, the text with them out.

Everything else in the file stays as it is, comments and order included. A requirement whose distribution is listed
already is the owner's choice and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from nb2prod.errors import UserError


def add_extras(text: str, extras: Mapping[str, Sequence[str]]) -> str:
    """Give the text in which every extra holds its requirements."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        project = document["project"]
        missing = _missing(project.get("optional-dependencies", {}), extras)
    except (TOMLKitError, AttributeError, TypeError) as fault:
        raise UserError(f"pyproject.toml cannot be extended: {fault}", code="NB505", do="mend the file") from fault
    if not missing:
        return text
    if "optional-dependencies" not in project:
        project["optional-dependencies"] = tomlkit.table()
    table = project["optional-dependencies"]
    for extra, requirements in missing.items():
        listed = table.setdefault(extra, tomlkit.array().multiline(True))
        listed.extend(requirements)
    return re.sub(r"([^\n])\n\[(?=[\w.-]+\]\n)", r"\1\n\n[", tomlkit.dumps(document))


def merged_extras(several: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Join the extras of several targets."""
    found: dict[str, list[str]] = {}
    for extras in several:
        for extra, requirements in extras.items():
            listed = found.setdefault(extra, [])
            listed += [requirement for requirement in requirements if requirement not in listed]
    return found


def _missing(present: Mapping[str, Sequence[str]], extras: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for extra, requirements in extras.items():
        known = {distribution(requirement) for requirement in present.get(extra, ())}
        new = [requirement for requirement in requirements if distribution(requirement) not in known]
        if new:
            found[extra] = new
    return found


def distribution(requirement: str) -> str:
    """Give the normalised name of a requirement's distribution."""
    name = re.split(r"[\s\[<>=!~;@(]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
