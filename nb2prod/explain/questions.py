"""What a stranger asks of a package, and the answers, each with the places to show for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nb2prod.explain.records import Answer, Destination, Explanation, Statement
from nb2prod.explain.table import places


@dataclass(frozen=True)
class Item:
    """A line of an answer; it leads to a statement if it has one."""

    text: str
    statement: int | None = None


@dataclass(frozen=True)
class Question:
    """A question with its answer; ``lines`` are shown in the package beside those of the statements."""

    id: str
    text: str
    answer: str
    items: tuple[Item, ...]
    statements: tuple[int, ...]
    lines: tuple[Destination, ...] = ()


def questions_of(explanation: Explanation) -> tuple[Question, ...]:
    """Give the questions that the explanation can answer, in the order in which they are asked."""
    told = _Told(explanation)
    if explanation.answer is None:
        return (told.refused(), told.data(), told.findings())
    answer = explanation.answer
    return (
        told.predicted(answer),
        told.fitted(answer),
        told.learned(),
        told.request(answer),
        told.serving(),
        told.data(),
        told.scores(answer),
        told.findings(),
        told.dropped(),
        told.others(answer),
    )


@dataclass(frozen=True)
class _Told:
    explanation: Explanation

    def _item(self, number: int, text: str = "") -> Item:
        one = self.explanation.statements[number]
        place = f"cell {one.cell} line {one.line}"
        return Item(f"{place}: {text or one.code}", number)

    def refused(self) -> Question:
        assert self.explanation.refusal is not None
        found = self.explanation.findings[self.explanation.refusal]
        items = [Item(f"why: {found.why}"), Item(f"do: {found.do}")]
        at = () if found.statement is None else (found.statement,)
        text = f"{found.code}: {found.message}"
        return Question("refused", "Why is it refused?", text, (*(self._item(n) for n in at), *items), at)

    def predicted(self, answer: Answer) -> Question:
        what = answer.target or "what the notebook predicts"
        text = f"It predicts {what} with {answer.model}{_kind(answer)}: {answer.reason}."
        return Question(
            "predicted", "What does it predict?", text, (self._item(answer.statement),), (answer.statement,)
        )

    def fitted(self, answer: Answer) -> Question:
        where = places([to for n in answer.fitted for to in self.explanation.statements[n].destinations])
        text = f"In {' and '.join(where)}, and nowhere else." if where else "The notebook loads a fitted model."
        items = tuple(self._item(number) for number in answer.fitted)
        return Question("fitted", "Where is the model fitted?", text, items, answer.fitted)

    def learned(self) -> Question:
        values = self.explanation.learned
        items = tuple(self._item(one.statement, f"{one.name} = {one.computed}") for one in values)
        text = f"{_count(len(values), 'value')}, computed in training and recalled for every request."
        lines = [to for one in values for to in (*one.stored, *one.recalled)]
        at = [one.statement for one in values]
        return Question("learned", "What was learned?", text, items, tuple(at), tuple(lines))

    def request(self, answer: Answer) -> Question:
        served = [source for source in self.explanation.sources if source.served]
        rows = f"Rows as in {served[0].path}" if served else "Raw rows"
        named = f", with the columns {', '.join(answer.columns)}" if answer.columns else ""
        more = "Training measures which columns the answer needs and writes them to schema.json in the artifact."
        at = tuple(one.number for one in self._serving() if any(name in one.code for name in answer.columns))
        return Question("request", "What must a request contain?", f"{rows}{named}.", (Item(more),), at)

    def serving(self) -> Question:
        way = self._serving()
        where = places([to for one in way for to in one.destinations if to.module == "preprocessing"])
        steps = [name.partition(".")[2] for name in where if name != "preprocessing.preprocess"]
        runs = f", which runs {', '.join(steps)}" if steps else ""
        text = f"inference.predict_rows calls preprocessing.preprocess{runs}; then the model predicts."
        items = tuple(self._item(one.number) for one in way if one.depth == 0)
        return Question("serving", "What happens to a request?", text, items, tuple(one.number for one in way))

    def data(self) -> Question:
        sources = self.explanation.sources
        items = tuple(self._item(one.statement, f"{one.path}{' (requests)' if one.served else ''}") for one in sources)
        text = f"From {_count(len(sources), 'source')}." if sources else "The notebook reads no table that is known."
        return Question("data", "Where do the data come from?", text, items, tuple(one.statement for one in sources))

    def scores(self, answer: Answer) -> Question:
        split = [one.number for one in self.explanation.statements if "split" in one.roles and one.fate == "kept"]
        items = [*(self._item(n, name) for name, n in answer.metrics), *(self._item(n) for n in split)]
        names = ", ".join(name for name, _ in answer.metrics)
        text = f"Training reports {names}." if names else "The notebook scores this prediction nowhere."
        at = (*(n for _, n in answer.metrics), *split)
        return Question("scores", "How is it measured?", text, tuple(items), at)

    def findings(self) -> Question:
        found = self.explanation.findings
        items = [Item(f"{one.code}: {one.message}. To do: {one.do}", one.statement) for one in found]
        text = f"{_count(len(found), 'finding')}." if found else "nb2prod found nothing to warn of."
        at = [one.statement for one in found if one.statement is not None]
        return Question("findings", "What is suspicious?", text, tuple(items), tuple(at))

    def dropped(self) -> Question:
        reasons: dict[str, list[Statement]] = {}
        for one in self.explanation.statements:
            if one.fate == "dropped":
                reasons.setdefault(one.reason, []).append(one)
        items = []
        for reason, lost in sorted(reasons.items(), key=lambda item: -len(item[1])):
            cells = sorted({one.cell for one in lost})
            items.append(Item(f"{reason}: cell{'s' if len(cells) > 1 else ''} {_numbers(cells)}", lost[0].number))
        at = [one.number for lost in reasons.values() for one in lost]
        text = f"{_count(len(at), 'statement')} of {len(self.explanation.statements)}, because:"
        return Question("dropped", "What was dropped, and why?", text, tuple(items), tuple(at))

    def others(self, answer: Answer) -> Question:
        names = ", ".join(answer.runners_up)
        text = f"{names}. Choose with --model." if names else "None: this is the only model that predicts."
        at = [
            one.number
            for one in self.explanation.statements
            if one.fate == "dropped" and {"fit", "predict"} & set(one.roles)
        ]
        return Question("others", "Which other models are there?", text, tuple(map(self._item, at)), tuple(at))

    def _serving(self) -> list[Statement]:
        return [one for one in self.explanation.statements if one.path == "serving" and one.roles != ("define",)]


def _kind(answer: Answer) -> str:
    name = answer.estimator.rpartition(".")[2]
    return f", a {name}" if name else ""


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _numbers(cells: Iterable[int]) -> str:
    shown = [str(cell) for cell in cells]
    return ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
