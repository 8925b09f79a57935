"""The catalogue of what nb2prod knows of libraries, from the rows of nb2prod/facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from nb2prod import facts as knowledge
from nb2prod.facts import EstimatorFact, Fact, When, load_facts

VOCABULARY = Path(knowledge.__file__).with_name("vocabulary.py")
_WORD = re.compile(r'^    "(\w+)",(?:  # (.+))?$', re.M)

HEAD = """# What nb2prod knows

Each public name of a library that nb2prod knows has a row in `nb2prod/facts/*.toml`: how its result relates to the
rows of the table. The tests try every row by experiment. A call that is not listed is taken as row by row and
reported as [NB321](../diagnostics/NB321.md); [a row of your own](../../how-to/teach-a-library.md) settles it.

{count} names and {estimators} estimators are known.

| library | names |
|---|---|
{libraries}

## Relations

| word | meaning |
|---|---|
{words}
"""
REMAINING = {
    "io_read": "reads rows from outside",
    "io_write": "writes to outside",
    "rng": "random",
    "est": "the fit and predict family",
}


def pages() -> dict[str, str]:
    """The index, and one page for each library."""
    rows = load_facts().rows
    libraries: defaultdict[str, dict[str, list[Fact]]] = defaultdict(dict)
    for owner, facts in sorted(rows.facts.items()):
        if facts:
            libraries[owner.partition(".")[0]][owner] = sorted(facts.values(), key=lambda fact: fact.name)
    texts = {f"reference/facts/{name}.md": _page(name, owners) for name, owners in libraries.items()}
    texts["reference/facts/estimators.md"] = _estimators(rows.estimators)
    counts = {name: sum(map(len, owners.values())) for name, owners in libraries.items()}
    links = [f"| [{name}]({name}.md) | {count} |" for name, count in sorted(counts.items())]
    links.append(f"| [estimators](estimators.md) | {len(rows.estimators)} |")
    texts["reference/facts/index.md"] = HEAD.format(
        count=sum(counts.values()),
        estimators=len(rows.estimators),
        libraries="\n".join(links),
        words="\n".join(f"| `{word}` | {meaning} |" for word, meaning in relations().items()),
    )
    return texts


def relations() -> dict[str, str]:
    """The words for relations and the comment that stands behind each."""
    text = VOCABULARY.read_text(encoding="utf-8")
    body = text[text.index("Relation = Literal[") : text.index("Returns = ")]
    return {word: comment or REMAINING.get(word, word) for word, comment in _WORD.findall(body)}


def _page(library: str, owners: dict[str, list[Fact]]) -> str:
    parts = [f"# {library}"]
    for owner, facts in owners.items():
        parts.append(
            f"## {owner}\n\n| name | relation | gives | changes | exceptions and reasons |\n|---|---|---|---|---|"
        )
        parts[-1] += "".join(f"\n{_row(owner, fact)}" for fact in facts)
    return "\n\n".join(parts) + "\n"


def _row(owner: str, fact: Fact) -> str:
    name = fact.name.removeprefix(f"{owner}.")
    changes = "" if fact.mutates == "never" else fact.mutates
    notes = [*([fact.why] if fact.why else []), *map(_exception, fact.when)]
    return f"| `{name}` | {fact.relation} | {fact.returns} | {changes} | {_cell('; '.join(notes))} |"


def _exception(when: When) -> str:
    value = " or ".join(map(repr, when.equals)) if when.equals is not None else "given" if when.present else "not given"
    becomes = [f"relation {when.relation}"] if when.relation else []
    becomes += [f"gives {when.returns}"] if when.returns else []
    becomes += [f"changes {when.mutates}"] if when.mutates else []
    text = f"`{when.argument}` {value}: {', '.join(becomes) or 'otherwise'}"
    return f"{text} ({when.why})" if when.why else text


def _estimators(estimators: Mapping[str, EstimatorFact]) -> str:
    rows = [f"| `{name}` | {fact.kind} |" for name, fact in sorted(estimators.items())]
    return "# Estimators\n\n| class | kind |\n|---|---|\n" + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
