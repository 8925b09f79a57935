"""A survey as one HTML page that needs no network.

Input: records and their summary. Output: the text of the page. Text of notebooks enters it escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from nb2prod import __version__
from nb2prod.survey.records import MEANINGS, OUTCOMES, Record
from nb2prod.survey.summary import Summary
from nb2prod.survey.table import common_folder, relative

TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(records: Iterable[Record], summary: Summary) -> str:
    """Render the page."""
    records = sorted(records, key=lambda record: record.path)
    root = common_folder(record.path for record in records)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["share"] = lambda count: f"{100 * count / max(1, summary.notebooks):.0f} %"
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        version=__version__,
        summary=summary,
        outcomes=OUTCOMES,
        meanings=MEANINGS,
        records=[(relative(record.path, root), record) for record in records],
    )
