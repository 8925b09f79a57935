"""Names of the generated step functions: from the heading above the cells, else from what the code does.

Input: the heading and the code of a step. Output: an identifier such as ``clean_up``, ``encode_sex`` or
``fill_missing_values``, and a sentence for the docstring.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterable

from nb2prod.slicing.naming import identifier

BUILTINS = frozenset(dir(builtins))
LONGEST = 5
"""A heading of more words than these is a sentence, and no name."""

VERBS: dict[str, tuple[str, str]] = {
    "bin": ("bin_values", "Sort values into bins"),
    "clean": ("clean_text", "Clean the text"),
    "convert": ("convert_types", "Convert the types"),
    "drop": ("drop_columns", "Drop columns"),
    "encode": ("encode_categories", "Encode the categories"),
    "fill": ("fill_missing_values", "Fill the gaps"),
    "join": ("join_tables", "Join the tables"),
    "parse": ("parse_dates", "Take the dates apart"),
    "rename": ("rename_columns", "Rename columns"),
    "replace": ("replace_values", "Replace values"),
    "scale": ("scale_features", "Scale the features"),
    "select": ("select_features", "Select the features"),
    "vectorize": ("vectorize_text", "Turn the text into numbers"),
    "reduce": ("reduce_dimensions", "Reduce the dimensions"),
    "transform": ("transform_features", "Transform the features"),
    "add": ("add_features", "Add features"),
}
"""What a step does -> the name of the function, and its docstring."""

CALLS = {
    "bin": {"cut", "qcut", "digitize", "KBinsDiscretizer"},
    "clean": {"lower", "upper", "strip", "extract", "sub", "translate", "split", "findall"},
    "convert": {"astype", "to_numeric", "apply_str", "convert_dtypes"},
    "drop": {"drop", "dropna", "drop_duplicates", "pop"},
    "encode": {
        "get_dummies", "with_categories", "LabelEncoder", "OneHotEncoder", "OrdinalEncoder", "factorize", "codes",
        "TargetEncoder", "map",
    },
    "fill": {"fillna", "interpolate", "ffill", "bfill", "SimpleImputer", "KNNImputer", "IterativeImputer"},
    "join": {"merge", "join"},
    "parse": {"to_datetime", "dt", "strptime", "to_timedelta"},
    "rename": {"rename", "set_axis"},
    "replace": {"replace", "clip", "where", "mask"},
    "scale": {"StandardScaler", "MinMaxScaler", "RobustScaler", "scale", "Normalizer", "PowerTransformer", "zscore"},
    "vectorize": {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer", "HashingTF"},
}  # fmt: skip
LEARNED = {"scal": "scale", "enc": "encode", "categories": "encode", "vect": "vectorize", "tfidf": "vectorize",
           "pca": "reduce", "imputer": "fill", "median": "fill", "mode": "fill", "selector": "select"}  # fmt: skip
"""What a step does with a learned value of such a name."""
VERB_OF = {name: verb for verb, names in CALLS.items() for name in names}


def from_heading(heading: str) -> str:
    """An identifier made of a heading without its number; empty if it gives none."""
    if not heading.isascii():
        return ""
    words = [word for word in identifier(heading, "step").split("_") if not word.isdigit() and word != "step"]
    name = "_".join(words)
    taken = name in BUILTINS or name in ("fit", "train", "preprocess", "predict", "score")
    return "" if taken or len(words) > LONGEST else name


def sentence(heading: str) -> str:
    """A heading as the first sentence of a docstring, without its number and marks."""
    text = "".join(c for c in heading if c.isprintable() and c not in '"\\`{}')
    text = re.sub(r"\)", "", text) if text.count("(") != text.count(")") else text
    return " ".join(re.sub(r"^[\W_]*(?:\d+[.)]?)*[\W_]*", "", text).split()).strip(" .:#*")[:70].strip()


def from_code(code: str) -> tuple[str, str]:
    """The name and the docstring of a function by what most of its statements do."""
    tree = ast.parse(code)
    verbs = [verb for statement in _simple(tree.body) if (verb := _verb(statement))]
    if not verbs:
        return "prepare", "Prepare the rows"
    telling = [verb for verb in verbs if verb != "drop"] or verbs
    ((verb, _),) = Counter(telling).most_common(1)
    name, told = VERBS[verb]
    columns = _columns(tree)
    if len(columns) == 1 and verb != "drop":
        (column,) = columns
        word = identifier(column, "column")
        if column and column.isascii() and len(word) <= 20:
            return f"{name.partition('_')[0]}_{word}", f"Add {word}" if verb == "add" else f"{told} of {word}"
    return name, told


def _simple(body: Iterable[ast.stmt]) -> Iterable[ast.stmt]:
    for statement in body:
        below = [child for name in ("body", "orelse") for child in getattr(statement, name, [])]
        if below:
            yield from _simple(below)
        else:
            yield statement


def _verb(statement: ast.stmt) -> str:
    """What a statement does, by the call that says most."""
    called = [node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)]
    called += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    verbs = [VERB_OF[name] for name in called if name in VERB_OF]
    learned = [verb for name in _recalled(statement) for part, verb in LEARNED.items() if part in name]
    if learned or verbs:
        return [*learned, *verbs][0]
    if "transform" in called:
        return "transform"
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Subscript):
        return "replace" if isinstance(target.value, ast.Attribute) else "add"
    value = getattr(statement, "value", None)
    return "select" if isinstance(target, ast.Name) and isinstance(value, ast.Subscript) else ""


def _recalled(statement: ast.stmt) -> list[str]:
    nodes = [node for node in ast.walk(statement) if isinstance(node, ast.Attribute)]
    return [node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == "state"]


def _columns(tree: ast.Module) -> set[str]:
    """The columns that are assigned."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            keys = [n.value for n in ast.walk(node.slice) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            found |= set(keys[-1:]) or {""}
    return found
