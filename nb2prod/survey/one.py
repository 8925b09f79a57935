"""Survey one notebook: all stages of an extraction, into a folder that is thrown away.

Input: a path. Output: a `Record`. Runs none of the notebook's code. A fault of the analysis is not caught here;
the pool reports it.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from nb2prod.diagnostics import Diagnostic
from nb2prod.errors import Refusal, UserError
from nb2prod.generation.package import generate, package_name, render_tree
from nb2prod.interpretation.trace import Trace
from nb2prod.pipeline import Options, analyse_trace, trace_notebook
from nb2prod.reading.notebook import Notebook, read_notebook
from nb2prod.survey.records import Outcome, Reason, Record
from nb2prod.upkeep.write import scratch


def survey_notebook(path: Path) -> Record:
    """Find out what stands in the way of a package; never raises what the user is to blame for."""
    try:
        notebook = read_notebook(path)
        trace = trace_notebook(notebook)
    except UserError as fault:
        return Record(str(path), "unreadable", _reason(fault.diagnostic))
    estimators, cells = _fitted(trace), len(notebook.cells)
    try:
        warnings, model = _extracted(notebook, trace)
    except UserError as fault:
        found = tuple(map(_reason, trace.diagnostics))
        outcome: Outcome = "refuses" if isinstance(fault, Refusal) else "unreadable"
        return Record(str(path), outcome, _reason(fault.diagnostic), found, estimators, cells=cells)
    return Record(str(path), "extracts", None, warnings, estimators, model, cells)


def _extracted(notebook: Notebook, trace: Trace) -> tuple[tuple[Reason, ...], str]:
    analysis = analyse_trace(notebook, trace, Options())
    plan = generate(analysis, package_name(notebook.name, None))
    with scratch(plan.package) as folder:
        render_tree(plan, folder, analysis)
    return tuple(map(_reason, analysis.diagnostics)), analysis.answer.event.model.qualified or ""


def _fitted(trace: Trace) -> tuple[str, ...]:
    named = (fit.model.qualified for fit in trace.fits)
    return tuple(dict.fromkeys(name for name in named if name))


def _reason(found: Diagnostic) -> Reason:
    place = found.place
    if place is None:
        return Reason(found.code, found.message)
    return Reason(found.code, found.message, place.cell or None, place.line or None, place.source.strip())


def _own(filename: str) -> bool:
    return "nb2prod" in Path(filename).parts


def crash(fault: BaseException) -> Reason:
    """A fault of nb2prod: its type and the last place in nb2prod that it passed."""
    passed = traceback.extract_tb(fault.__traceback__)
    frames = [frame for frame in passed if Path(frame.filename).parts[-2:-1] != ("survey",) and _own(frame.filename)]
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    text = str(fault).strip().splitlines()
    return Reason("", f"{type(fault).__name__}{where}: {' '.join(text[:2])[:300]}".rstrip(": "))
