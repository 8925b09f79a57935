"""The catalogue of everything that nb2prod can say: one row per code, the text of its reference page.

Families: NB1xx reading, NB2xx choosing, NB3xx learning, NB4xx refusals, NB5xx writing, NB6xx checking.
A code keeps its meaning for ever; the number of a deleted row is not given again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Code:
    """One kind of finding: its stable code, and the text of its reference page."""

    code: str
    title: str
    meaning: str
    why: str
    do: str


def code(name: str) -> Code:
    """Look a code up in the catalogue; a code that is not there is a KeyError."""
    return CODES[name]


_CATALOGUE = (
    Code(
        "NB101",
        "The file cannot be read",
        "The notebook's path does not lead to a readable file.",
        "there is nothing to analyse",
        "check the path and its permissions",
    ),
    Code(
        "NB102",
        "The file is not JSON",
        "A notebook is a JSON file in UTF-8. This one is empty, cut off, damaged or in another encoding.",
        "guessing the missing part could change the model",
        "open the notebook in Jupyter and save it again, or take the last good version from git",
    ),
    Code(
        "NB103",
        "The file is not a notebook",
        "The file is JSON, but a part that every notebook has is missing or of the wrong type.",
        "cells that cannot be read could hold part of the model",
        "open the notebook in Jupyter and save it again",
    ),
    Code(
        "NB104",
        "The notebook is not in Python",
        "The notebook names a kernel of another language.",
        "nb2prod understands Python only",
        "extract a notebook with a Python kernel",
    ),
    Code(
        "NB105",
        "The notebook is in Python 2",
        "A cell holds syntax that only Python 2 accepts, or the notebook names a Python 2 kernel.",
        "the same text means something else in Python 3: 1 / 2 is 0 in one and 0.5 in the other",
        "convert the notebook to Python 3, run it again and save it",
    ),
    Code(
        "NB106",
        "A cell is not Python",
        "The code of a cell has a syntax error. Such a cell does nothing when run, so it is left out with a"
        " warning; it is an error where the notebook shows that the cell did run.",
        "a cell with a syntax error cannot run, and a step may be missing",
        "correct the cell, or make it a markdown cell if it is prose",
    ),
    Code(
        "NB107",
        "The notebook has no code",
        "No code cell holds anything but blank lines, comments and magics.",
        "there is nothing to extract",
        "choose a notebook that fits a model",
    ),
    Code(
        "NB108",
        "The notebook format is unknown",
        "The notebook says that it is in a format other than 1 to 4.",
        "cells of an unknown format could be misread",
        "save the notebook as nbformat 4 in Jupyter",
    ),
    Code(
        "NB109",
        "A cell takes code from elsewhere",
        "The cell runs or loads another file (%run, %load, %store -r), which nb2prod does not read.",
        "what that file defines or changes is unknown here",
        "import the file as a module, or copy its code into a cell",
    ),
    Code(
        "NB110",
        "A cell is of an unknown kind",
        "The cell is neither code, markdown nor raw text, or it is code in another language.",
        "the cell is left out, and a step may be missing",
        "make it a Python code cell if the model needs it",
    ),
    Code(
        "NB111",
        "A directive is unknown",
        "A comment or tag starts with nb2prod: and goes on with a word that has no meaning.",
        "a mistyped directive would have no effect",
        "use skip, training, parameters or model",
    ),
    Code(
        "NB112",
        "The project's settings cannot be used",
        "[tool.nb2prod] in the pyproject.toml above the notebook, or a file of facts that it names, is not valid.",
        "without the project's facts the package could be another one",
        "correct the file in the message",
    ),
    Code(
        "NB201",
        "No fitted model",
        "No statement fits a model that nb2prod knows.",
        "without a model there is nothing to put into production",
        "choose a notebook that fits a model, or name its variable with --model NAME",
    ),
    Code(
        "NB202",
        "No prediction",
        "A model is fitted, but the notebook never predicts with it.",
        "the steps before and after the prediction are not shown by the notebook",
        "add a cell that predicts, or name the predicted variable with --prediction NAME",
    ),
    Code(
        "NB203",
        "Several models are equally good candidates",
        "Nothing in the notebook says which of the fitted models is the final one.",
        "a package for the wrong model would look right",
        "name the model with --model NAME",
    ),
    Code(
        "NB204",
        "A model was chosen",
        "The notebook fits several models; the message names the one that was taken and the runners-up.",
        "the other models are not in the package",
        "name another with --model NAME if this is not the one",
    ),
    Code(
        "NB205",
        "The cells are taken in the order of their execution counts",
        "Read from top to bottom the notebook cannot run, in the order of its execution counts it can.",
        "the stored order would fail with a NameError",
        "move the cells into the order in which they must run",
    ),
    Code(
        "NB206",
        "The notebook cannot run from top to bottom",
        "A cell uses a name that only a later cell makes, or none, and the execution counts give no better order.",
        "the order in which the results came about is not known",
        "move the cells into the order in which they must run, run them all and save",
    ),
    Code(
        "NB207",
        "The model that was asked for is not there",
        "--model names a variable that never holds a fitted model.",
        "another model would be packaged than the one asked for",
        "name one of the models in the message",
    ),
    Code(
        "NB208",
        "The prediction that was asked for is not there",
        "--prediction names a variable that never holds the answer of a model.",
        "another prediction would be packaged than the one asked for",
        "name one of the predictions in the message",
    ),
    Code(
        "NB209",
        "The train rows cannot be learned from alone",
        "--fit-on train was asked for, and the rows that the model is fitted on are no part of a train_test_split, "
        "have lost the labels by which they could be found in the file, or are not all that training reads.",
        "statistics of the train rows need to know which rows these are before anything is learned",
        "do what the message says, or extract without --fit-on train",
    ),
    Code(
        "NB301",
        "A statistic is computed over train and test rows",
        "A mean, a mode, a category list or the like is taken from rows that are later used as test rows.",
        "the reported score has seen the test rows",
        "compute it below train_test_split from the train rows, or extract with --fit-on train",
    ),
    Code(
        "NB302",
        "A transformer is fitted before the split",
        "A scaler, an encoder or the like is fitted on the rows that are later split into train and test.",
        "the reported score has seen the test rows",
        "fit it below train_test_split on the train rows, or extract with --fit-on train",
    ),
    Code(
        "NB303",
        "A transformer is fitted again on the predicted rows",
        "The test rows go through a second fit_transform, or fill their gaps with their own statistics.",
        "test rows are scaled otherwise than the train rows, and one row alone has no statistics",
        "call transform instead of fit_transform, or extract with --fit-on train",
    ),
    Code(
        "NB304",
        "A feature holds statistics of the target",
        "A feature is computed from the target of rows that are later used as test rows.",
        "the reported score has seen the answers",
        "compute it below train_test_split from the train rows, or extract with --fit-on train",
    ),
    Code(
        "NB305",
        "A model or a threshold is chosen on the test part",
        "The rows that give the reported score also decided on the model, its settings or the threshold.",
        "the reported score is too good",
        "decide on a validation part or by cross-validation, and score once on the test part",
    ),
    Code(
        "NB306",
        "The rows are resampled before the split",
        "Oversampling or duplication happens before the rows are split into train and test.",
        "copies of one row can be in both parts, and the reported score is too good",
        "split first, then resample the train part alone",
    ),
    Code(
        "NB307",
        "The model is fitted on the test rows",
        "The rows that the model is fitted on hold the rows that it is scored on, although the notebook splits them.",
        "the reported score is that of rows which the model knows",
        "fit the model on the train part alone before it is scored",
    ),
    Code(
        "NB308",
        "The target is among the features",
        "A feature is the target, is computed from it, or is the column that the target is computed from.",
        "the model reads the answer off the row, and a new row has no answer yet",
        "leave the column out of the features",
    ),
    Code(
        "NB309",
        "The train and the test part overlap",
        "The two parts are taken from one table independently of each other, so that a row can be in both.",
        "the reported score is partly that of rows which the model knows",
        "take the test part from the rows that are not in the train part, or call train_test_split",
    ),
    Code(
        "NB310",
        "A random draw or the time is frozen",
        "The notebook draws a random value or reads the clock; the package uses one documented value.",
        "a prediction must be the same when it is asked for again",
        "replace the draw by a fixed value or a learned statistic",
    ),
    Code(
        "NB320",
        "A row filter became an assumption",
        "The notebook drops rows while training; the package answers for such rows all the same.",
        "the model has never seen rows like the dropped ones",
        "keep such rows out of the input, or handle them in the notebook",
    ),
    Code(
        "NB321",
        "An unknown call is taken as row by row",
        "nb2prod does not know a call on the way to the prediction, and assumes that each row stands alone.",
        "if the call mixes rows, one row alone gets another answer than in a batch",
        "check the call, and add a row for it under [tool.nb2prod] facts",
    ),
    Code(
        "NB322",
        "The rows are read from a file that the notebook writes",
        "The table is written to a file and read back. The package starts where the file is read.",
        "what the notebook did before it wrote the file is not done to the rows that are predicted",
        "go on with the table itself, or give the package rows that look like that file",
    ),
    Code(
        "NB323",
        "Rows are edited by hand",
        "A statement changes single rows by their labels or places. It is done in training, not for rows to predict.",
        "a row of a request has no such label, and training stops where a predicted row was edited",
        "correct the rows in the data source, or write a condition on their values",
    ),
    Code(
        "NB330",
        "Code was rewritten for pandas 3",
        "fillna(inplace=True) on a column, chained assignment and DataFrame.append do nothing or fail in"
        " pandas 3; the package does what the author meant.",
        "the same line would have no effect in the package",
        "assign the result instead: df[c] = df[c].fillna(v)",
    ),
    Code(
        "NB331",
        "An unseen value becomes a gap",
        "A group or category that was not there in training has no learned value, and becomes NaN.",
        "the prediction for such a row may fail or be poor",
        "fill the gap after the lookup with a value of your choice",
    ),
    Code(
        "NB401",
        "A feature needs other rows",
        "A lag, a rolling window, a cumulative sum or the like reads the rows around the predicted one.",
        "a single row has no neighbours, so the feature cannot be computed when predicting",
        "compute the feature in the data source, and load it as a column",
    ),
    Code(
        "NB402",
        "A feature is random",
        "The value of a feature is drawn at random and the model depends on it.",
        "the same row would get another prediction each time",
        "drop the feature, or replace the draw by a fixed value",
    ),
    Code(
        "NB403",
        "The rows are reshaped",
        "The rows that are predicted are groups, pivots or windows of the rows that are loaded.",
        "one prediction does not belong to one input row",
        "do the reshaping in the data source, and load its result",
    ),
    Code(
        "NB404",
        "The model cannot predict new rows",
        "The model labels only the rows that it was fitted on (DBSCAN, t-SNE, agglomerative clustering).",
        "it has no answer for a row that it has not seen",
        "use a model with predict, or fit a classifier on the labels",
    ),
    Code(
        "NB405",
        "The rows cannot be followed from the source to the prediction",
        "Between loading and predicting there is a step through which nb2prod cannot follow the rows.",
        "the package could answer for the wrong row",
        "write the step with pandas or numpy calls, or name the prediction with --prediction NAME",
    ),
    Code(
        "NB406",
        "Unsupported syntax on the way to the prediction",
        "A statement that the prediction needs uses syntax that nb2prod does not follow (exec, ...).",
        "leaving it out could change the prediction silently",
        "write it as plain assignments, loops and functions",
    ),
    Code(
        "NB407",
        "No data source",
        "The rows of the model do not come from a file, a table or a data set that nb2prod knows.",
        "the package would have nothing to train on",
        "load the rows with a reader such as pd.read_csv",
    ),
    Code(
        "NB501",
        "The output folder is taken",
        "The folder holds something that nb2prod did not write.",
        "files of yours would be overwritten",
        "choose another folder with --output",
    ),
    Code(
        "NB502",
        "The package name is not usable",
        "The name is not a Python identifier, is a keyword, or hides a library that the package imports.",
        "the package could not be imported",
        "choose another with --name",
    ),
    Code(
        "NB503",
        "A file cannot be written",
        "The file system refused a file of the package.",
        "the package would be incomplete; nothing was changed",
        "check the permissions and the free space of the output folder",
    ),
    Code(
        "NB504",
        "Hand edits and the new extraction disagree",
        "A place of a file was changed by hand and by the new notebook in different ways.",
        "one of the two would be lost",
        "settle the marked places by hand",
    ),
    Code(
        "NB505",
        "The template cannot be used",
        "The template folder is missing or one of its files cannot be rendered.",
        "the package would be incomplete",
        "check the path given with --template, and the file in the message",
    ),
    Code(
        "NB506",
        "The scaffold's targets cannot be chosen",
        "A target is not known, needs another one, or cannot stand beside one that is there.",
        "the service would be incomplete; nothing was changed",
        "choose targets that fit together",
    ),
    Code(
        "NB601",
        "The notebook has changed since the extraction",
        "The notebook's code is no longer the code that the package came from.",
        "the package predicts as the old notebook does",
        "run nb2prod extract again, and review the change",
    ),
    Code(
        "NB602",
        "The package has changed since the extraction",
        "Files of the package were edited or deleted after they were written.",
        "the notebook no longer shows what the package does",
        "bring the change into the notebook, or keep it: extracting again merges it",
    ),
    Code(
        "NB603",
        "The manifest cannot be read",
        "The folder has no .nb2prod/manifest.json, or it is damaged or from a newer nb2prod.",
        "without it nobody knows which notebook the package came from",
        "extract the package again",
    ),
    Code(
        "NB604",
        "The notebook of the package is gone",
        "The manifest names a notebook that is not there.",
        "whether the package is up to date cannot be told",
        "bring the notebook back, or extract from its new place",
    ),
    Code(
        "NB605",
        "The package was built by another nb2prod",
        "The manifest names another version than the one that checks.",
        "this version may generate other code from the same notebook",
        "run nb2prod extract again, and review the change",
    ),
    Code(
        "NB611",
        "The package does not reproduce the notebook",
        "The metrics or the predictions of the package differ from the notebook's.",
        "the package must not replace the notebook before the difference is explained",
        "compare the values in the message, and report a bug if the notebook is right",
    ),
    Code(
        "NB612",
        "The notebook does not run",
        "A cell of the notebook fails when it is run for the comparison.",
        "there is nothing to compare the package with",
        "make the notebook run from top to bottom, then verify again",
    ),
    Code(
        "NB613",
        "The notebook cannot be run here",
        "Running a notebook needs nbclient beside nb2prod, and ipykernel in the interpreter that runs it.",
        "without a run there is nothing to compare the package with",
        "install what the message names, or give another interpreter with --python",
    ),
    Code(
        "NB614",
        "The comparison did not come to an end",
        "The package's interpreter failed or took too long while it trained and compared.",
        "nothing is known of the package's answers",
        "give a longer --timeout, or an interpreter with the package's dependencies with --package-python",
    ),
)

CODES: Mapping[str, Code] = MappingProxyType({entry.code: entry for entry in _CATALOGUE})
