"""The closed vocabulary of the knowledge base: every word that a row may use, and nothing else."""

from __future__ import annotations

from typing import Literal

Relation = Literal[
    "map",  # row i of the result depends on row i only
    "col",  # columns chosen by name, row-wise
    "agg",  # reduces rows to a statistic
    "fit",  # as many rows, but set-dependent
    "grp",  # value per row from a statistic of the row's group
    "group",  # a groupby object
    "sel",  # the set of columns comes from the data
    "win",  # depends on neighbouring rows or on their order
    "rowf",  # row filter decidable from the row
    "rows",  # row filter that depends on other rows or on positions
    "ord",  # reorders rows or changes the index only
    "aug",  # creates rows
    "join",  # adds columns of another table
    "resh",  # changes what a row stands for
    "split",  # takes the rows apart, or puts the parts together again
    "rng",  # random
    "eda",  # a look: no value for the model
    "io_read",
    "io_write",
    "const",  # no data in it
    "est",  # the fit and predict family
    "meta",  # describes the table: columns, shape, dtypes, index
]
Returns = Literal[
    "frame",
    "series",
    "array",
    "scalar",
    "index",
    "groupby",
    "window",  # Rolling, Expanding, ExponentialMovingWindow
    "resampler",
    "list",
    "dict",
    "set",
    "tuple",
    "str",
    "estimator",
    "same",  # the receiver's type
    "arg",  # the first argument's type
    "rowfn",
    "none",
    "any",
    "accessor",
    "bunch",
    "sparse",
    "object",  # a library's own holder of rows: xgboost.DMatrix, catboost.Pool
]
Mutates = Literal["never", "inplace", "self", "args"]
Role = Literal["load", "clean", "feature", "split", "fit", "predict", "evaluate", "save", "look", "define"]
Does = Literal[
    "fit",
    "transform",
    "fit_transform",
    "predict",
    "fit_predict",
    "resample",
    "inverse",
    "score",
    "save",
    "inspect",
    "configure",
]
Kind = Literal[
    "transformer",
    "classifier",
    "regressor",
    "clusterer",
    "sampler",
    "decomposition",
    "text",
    "search",
    "composite",
    "outlier",
    "network",
]
LiteralForm = Literal["number", "text", "sequence", "mapping"]
Oracle = Literal["run", "skip"]
