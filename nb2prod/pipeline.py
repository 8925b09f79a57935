"""The stages of ``nb2prod extract``, on one screen.

A five-line notebook on its way through them::

    df = pd.read_csv("people.csv")                      # cell 1
    df["age"] = df["age"].fillna(df["age"].mean())      # cell 2
    X_train, X_test, y_train, y_test = train_test_split(df[["age"]], df["y"], random_state=0)   # cell 3
    model = LogisticRegression().fit(X_train, y_train)  # cell 4
    y_pred = model.predict(X_test)                      # cell 5

1. ``read_notebook`` and ``read_program`` give one statement per line; each knows its cell.
2. ``trace_program`` interprets them abstractly: ``df`` is a frame aligned with the rows of ``people.csv``;
   ``df["age"].mean()`` was computed from data but is not aligned with rows; ``X_test`` is one part of a split.
3. ``choose`` takes ``model.predict(X_test)`` as the answer.
4. ``recall`` walks back from it: the split is the identity for a request, ``fillna`` is row-wise, the mean is
   learned and becomes ``state.age_mean``; ``model`` is learned too.
5. ``training_slice`` keeps what is needed to compute the state, the model and the metrics.
6. ``arrange`` and ``build_modules`` see that both slices run cell 2 alike, so it becomes one function::

       if fitting:
           state.age_mean = df["age"].mean()
       df["age"] = df["age"].fillna(state.age_mean)

7. ``render_package`` writes the modules into the template, ``write_tree`` moves the finished tree into place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.dataflow import trace_program
from nb2prod.interpretation.trace import Trace
from nb2prod.reading.notebook import Notebook, read_notebook
from nb2prod.reading.project import project_facts
from nb2prod.reading.syntax import read_program
from nb2prod.slicing.choice import Answer, choose
from nb2prod.slicing.evaluation import Evaluation, evaluation_slice
from nb2prod.slicing.fitting import FitSlice, training_slice
from nb2prod.slicing.honesty import find_leaks
from nb2prod.slicing.kept_names import names_after_slicing
from nb2prod.slicing.recall import recall
from nb2prod.slicing.rounds import RoundsRefusal, settled_answer
from nb2prod.slicing.slices import ServeSlice
from nb2prod.slicing.train_part import MENDED, TrainPart, refuse_test_rows, train_part


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    name: str | None = None
    model: str | None = None
    prediction: str | None = None
    fit_on: str = "notebook"


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that is known of a notebook before code is generated."""

    notebook: Notebook
    trace: Trace
    answer: Answer
    serving: ServeSlice
    fitting: FitSlice
    evaluation: Evaluation | None
    part: TrainPart | None
    """The split on whose train rows alone training learns; None if it learns on the notebook's rows."""
    diagnostics: tuple[Diagnostic, ...]


def analyse(path: Path, options: Options) -> Analysis:
    """Read and analyse a notebook; runs none of it."""
    notebook = read_notebook(path)
    return analyse_trace(notebook, trace_notebook(notebook), options)


def trace_notebook(notebook: Notebook) -> Trace:
    """Interpret a notebook abstractly."""
    return trace_program(read_program(notebook), project_facts(notebook.path))


def analyse_trace(notebook: Notebook, trace: Trace, options: Options) -> Analysis:
    """Decide what training and inference need of an interpreted notebook."""
    found = _decide(notebook, trace, options)
    names = names_after_slicing(trace, found.serving, found.fitting, found.evaluation)
    if not names:
        return found
    return _decide(notebook, trace_program(trace.program, project_facts(notebook.path), names), options)


def _answered(trace: Trace, options: Options) -> tuple[Answer, ServeSlice]:
    """The final prediction; where it stands in a loop that tries out models, the last one outside of it."""
    answer = choose(trace, options.model, options.prediction)
    try:
        return answer, recall(trace, answer)
    except RoundsRefusal:
        settled = settled_answer(trace, answer) if options.model is None else None
        if settled is None:
            raise
        return settled, recall(trace, settled)


def _decide(notebook: Notebook, trace: Trace, options: Options) -> Analysis:
    answer, serving = _answered(trace, options)
    evaluation = evaluation_slice(trace, serving)
    labels = evaluation.labels.captures if evaluation else ()
    fitting = training_slice(trace, serving, labels)
    part = train_part(trace, serving) if options.fit_on == "train" else None
    leaks = find_leaks(trace, serving, fitting)
    if part is not None:
        fitting = training_slice(trace, serving, labels, evaluation.functions(trace) if evaluation else frozenset())
        refuse_test_rows(trace, fitting, part)
        leaks = tuple(leak for leak in leaks if leak.code not in MENDED)
    return Analysis(
        notebook,
        trace,
        answer,
        serving,
        fitting,
        evaluation,
        part,
        tuple(dict.fromkeys((*trace.diagnostics, *serving.diagnostics, *leaks))),
    )
