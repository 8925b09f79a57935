"""Statements of the notebook as CST nodes, with renamed variables and edited expressions.

Input: a step and the edits of a slice. Output: libcst statements that keep the author's expressions, names and
comments. Code moves as nodes: text is only ever cut at the boundaries of statements and parsed again.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from nb2prod.interpretation.trace import Context, Step
from nb2prod.reading.scopes import children_in_scopes
from nb2prod.reading.syntax import Program
from nb2prod.slicing.slices import Hole, Template

Span = tuple[int, int, int, int]
EditFor = Callable[[Step, ast.AST, bool], Template | None]
"""(step, expression, inner) -> replacement; ``inner`` asks for what stands inside a wrapper."""


@dataclass(frozen=True, eq=False)
class Parsed:
    """A parsed piece of the notebook: its node and the spans (in program coordinates) of all its expressions."""

    node: cst.BaseStatement | cst.BaseExpression | cst.SimpleStatementLine
    spans: dict[cst.CSTNode, Span]
    by_span: dict[Span, cst.BaseExpression]


@dataclass
class Rewriter:
    """Turns steps into CST statements. Caches what it parsed."""

    program: Program
    cache: dict[object, Parsed] = field(default_factory=dict)
    tables: dict[tuple[int, ast.AST], Template] = field(default_factory=dict)
    """The names of the tables that ``load_data`` has read, for the calls that read them in the notebook."""
    literals: dict[str, str] = field(default_factory=dict)
    """The literals that stand in the place of variables: name -> code."""

    # ------------------------------------------------------------------ parsing pieces

    def statement(self, node: ast.stmt) -> Parsed:
        """Parse one statement with its leading comments."""
        if node not in self.cache:
            self.cache[node] = self._parse_statement(node)
        return self.cache[node]

    def _parse_statement(self, node: ast.stmt) -> Parsed:
        first, last = self._first_line(node), node.end_lineno or node.lineno
        start, end = self._column(node.lineno, node.col_offset), self._column(last, node.end_col_offset or 0)
        text = self._cut(first, last, start, end)
        if isinstance(node, ast.If) and text.lstrip().startswith("elif"):
            text = text.replace("elif", "if  ", 1)  # a branch of its own; columns stay as they are
        indented = start > 0
        comments = self._comments(first, self._indentation(first, start))
        body = f"{comments}{text}\n"
        module = cst.parse_module(f"if 1:\n{body}" if indented else body)
        shift = first - 1 - comments.count("\n") - (1 if indented else 0)
        wrapper, spans, by_span = _spans(module, shift)
        outer = wrapper.module.body[0]
        if indented:
            assert isinstance(outer, cst.If)
            outer = outer.body.body[0]  # type: ignore[assignment]
        else:  # the comments above the first statement of a module belong to the module
            outer = outer.with_changes(leading_lines=[*wrapper.module.header, *outer.leading_lines])
        return Parsed(outer, spans, by_span)

    def _first_line(self, node: ast.stmt) -> int:
        decorators = getattr(node, "decorator_list", [])
        first: int = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        return first

    def _cut(self, first: int, last: int, start: int, end: int) -> str:
        lines = [self.program.line(number) for number in range(first, last + 1)]
        lines[-1] = lines[-1][:end] + _trailing_comment(lines[-1][end:])
        lines[0] = self._indentation(first, start) + lines[0][start:]
        return "\n".join(lines)

    def _indentation(self, number: int, start: int) -> str:
        """What stands before a statement: its own blanks and tabs, as the lines below it have."""
        before = self.program.line(number)[:start]
        return before if not before.strip() else " " * start

    def _column(self, line: int, offset: int) -> int:
        text: bytes = self.program.line(line).encode()[:offset]
        return len(text.decode(errors="ignore"))

    def _comments(self, first: int, indent: str) -> str:
        """The block of comments directly above, without commented-out code."""
        cell = self.program.cell_at(first)
        kept: list[str] = []
        at = first - 1
        while at >= cell.start and self.program.line(at).strip().startswith("#"):
            kept.insert(0, self.program.line(at).strip())
            at -= 1
        return "".join(f"{indent}{line}\n" for line in kept if not is_code_comment(line))

    def expression(self, node: ast.expr) -> Parsed:
        """Parse one expression."""
        if node not in self.cache:
            self.cache[node] = self._parse_expression(node)
        return self.cache[node]

    def _parse_expression(self, node: ast.expr) -> Parsed:
        if not hasattr(node, "lineno"):
            return Parsed(cst.parse_expression(ast.unparse(node)), {}, {})
        last = node.end_lineno or node.lineno
        start, end = self._column(node.lineno, node.col_offset), self._column(last, node.end_col_offset or 0)
        lines = [self.program.line(number) for number in range(node.lineno, last + 1)]
        lines[-1] = lines[-1][:end]
        lines[0] = " " * start + lines[0][start:]
        module = cst.parse_module("(\n" + "\n".join(lines) + "\n)\n")
        wrapper, spans, by_span = _spans(module, node.lineno - 2)
        line = wrapper.module.body[0]
        assert isinstance(line, cst.SimpleStatementLine)
        value = line.body[0]
        assert isinstance(value, cst.Expr)
        return Parsed(value.value, spans, by_span)

    # ------------------------------------------------------------------ rewriting

    def span(self, node: ast.AST) -> Span | None:
        """The span of an ast expression in program coordinates (characters, not bytes)."""
        if not hasattr(node, "lineno"):
            return None
        last = node.end_lineno or node.lineno  # type: ignore[attr-defined]
        return (
            node.lineno,
            self._column(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            last,
            self._column(last, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def rewrite_statement(self, step: Step, edit_for: EditFor) -> cst.BaseStatement:
        """The step's own statement with its edits; blocks of compound statements are left as they are."""
        parsed = self.statement(step.node)
        edits = self._edits(step, step.node, step.context, edit_for)
        if not edits:
            assert isinstance(parsed.node, cst.BaseStatement)
            return parsed.node
        result = parsed.node.visit(_Replacer(self, parsed, edits, edit_for))
        assert isinstance(result, cst.BaseStatement)
        return result

    def rewrite_expression(self, step: Step, node: ast.expr, edit_for: EditFor) -> cst.BaseExpression:
        """One expression with its edits, without outer parentheses."""
        parsed = self.expression(node)
        context = step.bind_context if step.bind is not None and step.bind_context is not None else step.context
        edits = self._edits(step, node, context, edit_for)
        if not parsed.spans:  # an expression that the notebook does not hold: a part that a statement takes apart
            made = edit_for(step, node, False)
            return self.fill(made, edit_for) if made is not None else self._rename_free(parsed.node, context)  # type: ignore[arg-type]
        whole = edits.get(self.span(node) or (0, 0, 0, 0))
        if whole is not None:
            return self.fill(whole[1], edit_for)
        result = parsed.node.visit(_Replacer(self, parsed, edits, edit_for))
        assert isinstance(result, cst.BaseExpression)
        return strip_parentheses(result)

    def _rename_free(self, node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
        if not context.rename:
            return node
        parts = {
            name: cst.parse_expression(self.literals.get(emitted, emitted))
            for name, emitted in context.rename.items()
            if name != emitted or emitted in self.literals
        }
        result = node.visit(_Filler(parts))
        assert isinstance(result, cst.BaseExpression)
        return result

    def fill(self, template: Template, edit_for: EditFor) -> cst.BaseExpression:
        """A template with its holes filled."""
        code = _parsed(template.code)
        parts = {}
        for number, hole in enumerate(template.holes):
            parts[f"__{number}__"] = self.rewrite_expression(hole.step, hole.node, self._for_hole(hole, edit_for))
        if not parts:
            return code
        filled = code.visit(_Filler(parts))
        assert isinstance(filled, cst.BaseExpression)
        return filled

    def _for_hole(self, hole: Hole, edit_for: EditFor) -> EditFor:
        """Inside a wrapper the wrapped expression gets its own edit, not the wrapper again."""

        def without(step: Step, node: ast.AST, inner: bool) -> Template | None:
            if hole.fit:
                return self.tables.get((step.number, node)) or result_of(step, node)
            return edit_for(step, node, inner or node is hole.node)

        return without

    def _edits(
        self, step: Step, root: ast.AST, context: Context, edit_for: EditFor
    ) -> dict[Span, tuple[Step, Template]]:
        """All edits below a node by span; the outermost one wins."""
        found: dict[Span, tuple[Step, Template]] = {}
        pending: list[tuple[ast.AST, frozenset[str]]] = [(root, frozenset())]
        while pending:
            node, bound = pending.pop()
            edit = edit_for(step, node, False) if isinstance(node, ast.expr) else None
            span = self.span(node)
            if edit is not None and span is not None:
                found[span] = (step, edit)
                continue
            if isinstance(node, ast.Name) and node.id not in bound and span is not None:
                emitted = context.rename.get(node.id, node.id)
                emitted = self.literals.get(emitted, emitted)
                if emitted != node.id:
                    found[span] = (step, Template(emitted))
            pending.extend((child, bound | names) for child, names in children_in_scopes(node))
        return found


def result_of(step: Step, node: ast.AST) -> Template | None:
    """The name that holds the result of an expanded call."""
    return Template(step.inlined[node][0]) if isinstance(node, ast.Call) and node in step.inlined else None


def _trailing_comment(rest: str) -> str:
    stripped = rest.strip()
    if stripped.startswith("#") and not is_code_comment(stripped):
        return f"  {stripped}"
    return ""


def is_code_comment(line: str) -> bool:
    """Whether a comment is code that was commented out."""
    text = line.lstrip("#!").strip()
    if not text or (" " in text and not any(mark in text for mark in "=([.")):
        return not text
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return not all(isinstance(s, ast.Expr) and isinstance(s.value, (ast.Name, ast.Constant)) for s in tree.body)


def _spans(
    module: cst.Module, shift: int
) -> tuple[MetadataWrapper, dict[cst.CSTNode, Span], dict[Span, cst.BaseExpression]]:
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    spans: dict[cst.CSTNode, Span] = {}
    by_span: dict[Span, cst.BaseExpression] = {}
    for node, place in wrapper.resolve(PositionProvider).items():
        if isinstance(node, cst.BaseExpression):
            span = (place.start.line + shift, place.start.column, place.end.line + shift, place.end.column)
            spans[node] = span
            by_span.setdefault(span, node)
    return wrapper, spans, by_span


class _Replacer(cst.CSTTransformer):
    """Replaces expressions by span."""

    def __init__(
        self, rewriter: Rewriter, parsed: Parsed, edits: dict[Span, tuple[Step, Template]], edit_for: EditFor
    ) -> None:
        super().__init__()
        self.rewriter, self.parsed, self.edits, self.edit_for = rewriter, parsed, edits, edit_for

    def _edit(self, node: cst.CSTNode) -> Template | None:
        span = self.parsed.spans.get(node)
        if span is None:
            return None
        found = self.edits.get(span) or self.edits.get(_with_parentheses(node, span))
        return found[1] if found is not None else None

    def on_visit(self, node: cst.CSTNode) -> bool:
        return self._reaches_edit(node) and self._edit(node) is None and super().on_visit(node)

    def _reaches_edit(self, node: cst.CSTNode) -> bool:
        """Whether there is anything to replace in an expression; statements have no span and are walked through."""
        span = self.parsed.spans.get(node)
        if span is None:
            return True
        first, last = span[:2], span[2:]
        return any(first <= (line, end) and (top, start) <= last for top, start, line, end in self.edits)

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        template = self._edit(original_node)
        if template is None:
            return super().on_leave(original_node, updated_node)
        filled = self.rewriter.fill(template, self.edit_for)
        assert isinstance(original_node, cst.BaseExpression)
        if original_node.lpar and not filled.lpar and not isinstance(filled, (cst.Name, cst.Attribute, cst.Call)):
            return filled.with_changes(lpar=original_node.lpar, rpar=original_node.rpar)
        return filled


def _with_parentheses(node: cst.CSTNode, span: Span) -> Span:
    """An ast tuple's span includes its parentheses, a libcst tuple's does not."""
    if isinstance(node, (cst.Tuple, cst.GeneratorExp)) and node.lpar:
        return (span[0], span[1] - 1, span[2], span[3] + 1)
    return span


@lru_cache(maxsize=512)
def _parsed(code: str) -> cst.BaseExpression:
    return cst.parse_expression(code)


class _Filler(cst.CSTTransformer):
    def __init__(self, parts: dict[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.parts = parts

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        part = self.parts.get(original_node.value)
        if part is None:
            return updated_node
        return part

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:  # noqa: N802
        return updated_node.with_changes(value=parenthesised(updated_node.value))

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:  # noqa: N802
        return updated_node.with_changes(value=parenthesised(updated_node.value))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        return updated_node


def parenthesised(node: cst.BaseExpression) -> cst.BaseExpression:
    """Wrap an expression that is not atomic, so that ``.attr`` may follow."""
    atomic = (
        cst.Name,
        cst.Attribute,
        cst.Call,
        cst.Subscript,
        cst.SimpleString,
        cst.List,
        cst.Dict,
        cst.Tuple,
    )
    if isinstance(node, atomic) or node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def strip_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    """Remove the parentheses that parsing a cut-out expression added."""
    if not node.lpar:
        return node
    cut = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
    kept = isinstance(node, (cst.Tuple, cst.GeneratorExp)) or _breaks_off(cut)
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]) if kept else cut


def _breaks_off(node: cst.BaseExpression) -> bool:
    """Whether an expression goes on in a further line outside of any bracket."""
    text = cst.Module([]).code_for_node(node)
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return "\n" in text
    return False


@functools.cache
def assign(target: str, value_marker: str = "__value__") -> cst.SimpleStatementLine:
    """A statement ``target = __value__`` to be filled."""
    parsed = cst.parse_statement(f"{target} = {value_marker}\n")
    assert isinstance(parsed, cst.SimpleStatementLine)
    return parsed


def assignment(target: str, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    """Build ``target = value``."""
    result = assign(target).visit(_Filler({"__value__": _on_its_own(value)}))
    assert isinstance(result, cst.SimpleStatementLine)
    return result


def _on_its_own(value: cst.BaseExpression) -> cst.BaseExpression:
    """Give an expression that goes over several lines the parentheses that it had from what stood around it."""
    code = cst.Module([]).code_for_node(value)
    if "\n" not in code:
        return value
    try:
        cst.parse_module(f"value = {code}\n")
    except cst.ParserSyntaxError:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value
