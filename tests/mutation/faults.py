"""The faults that cosmic-ray's operators know in the modules on which verdicts rest."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeGuard

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
# Proofs, reference blocks, evidence, bundles, and the rules of `verify`.
MODULES = (
    "trialseal/ledger/proofs/*.py",
    "trialseal/ledger/reference/*.py",
    *(
        f"trialseal/ledger/{name}.py"
        for name in (
            "state",
            "reader",
            "rolling",
            "records",
            "logs",
            "attestations",
            "claims",
            "parties",
            "heads",
            "carried",
            "listing",
        )
    ),
    "trialseal/evidence/*.py",
    "trialseal/evidence/bundle/*.py",
    "trialseal/tables/row_text.py",
    "trialseal/tables/row_proof.py",
    "trialseal/folder/held.py",
    "trialseal/once.py",
    *(
        f"trialseal/rules/{name}.py"
        for name in (
            "sealing",
            "sealed_trial",
            "approvals",
            "parties",
            "results",
            "timing",
            "attesting",
            "authority",
            "contested",
        )
    ),
)


class Fault(NamedTuple):
    """One change: which operator changes which of its places in a module."""

    module: str
    """Path below src."""
    operator: str
    occurrence: int

    @property
    def name(self) -> str:
        """The module's name, as it is imported."""
        return self.module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules() -> list[Path]:
    """The modules that faults are put into."""
    return [path for pattern in MODULES for path in sorted(SOURCE.glob(pattern))]


def faults() -> Iterator[Fault]:
    """Every change that the operators know in the modules."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator, operator_names

    # Operators that take arguments are for faults of one's own; the others are the default.
    operators = [(name, get_operator(name)) for name in sorted(operator_names())]
    plain = [(name, operator()) for name, operator in operators if not operator.arguments()]
    for path in modules():
        nodes = list(ast_nodes(get_ast_from_path(path)))
        for name, operator in plain:
            for occurrence in range(sum(1 for node in nodes for _ in operator.mutation_positions(node))):
                yield Fault(str(path.relative_to(SOURCE)), name, occurrence)


def sources(fault: Fault) -> tuple[str, str]:
    """A module's source before and after."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    before = (SOURCE / fault.module).read_text(encoding="utf-8")
    try:
        after = mutate_code(before, get_operator(fault.operator)(), fault.occurrence)
    except AttributeError:  # where exceptions are named by their module, cosmic-ray fails
        after = None
    return before, before if after is None else after


def is_fault(before: str, after: str) -> bool:
    """Whether a change is one of the code: annotations are not run, and docstrings say nothing to a computer."""
    try:
        return _run_part(before) != _run_part(after)
    except SyntaxError:  # what is no Python is found before it runs
        return False


def _run_part(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that differ, as `diff` shows them without any around them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-@" and line[:3] not in ("---", "+++")]


def users(before: str, after: str) -> set[int]:
    """The lines that name what a changed statement outside any function gives a value, or what gets its value of that.

    A constant's own line runs at import; what it does is seen where it is used.
    """
    tree = ast.parse(before)
    at = _first_changed(before, after)
    named: set[str] = set()
    found: set[int] = set()
    statements = [one for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign)]
    waiting = [one for one in statements if at in range(one.lineno, (one.end_lineno or one.lineno) + 1)]
    while waiting:
        new = {one.id for given in waiting for one in ast.walk(given) if _is_name(one, ast.Store)} - named
        named |= new
        found = {one.lineno for one in ast.walk(tree) if _is_name(one, ast.Load) and one.id in named}
        waiting = [one for one in statements if new and found & set(range(one.lineno, (one.end_lineno or 0) + 1))]
    return found


def _is_name(node: ast.AST, context: type[ast.expr_context]) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, context)


def _first_changed(before: str, after: str) -> int:
    """The first line that differs."""
    old, new = before.splitlines(), after.splitlines()
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b), min(len(old), len(new)))


def place(before: str, after: str) -> tuple[range, range] | None:
    """The lines of the statement that differs, and of the innermost function around it; None outside any function.

    Of a compound statement only the head counts: what stands in it may run more seldom.
    """
    at = _first_changed(before, after)
    function = statement = range(0)
    for node in ast.walk(ast.parse(before)):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        head = range(node.lineno, body[0].lineno) if body and body[0].lineno > node.lineno else lines
        if isinstance(node, ast.FunctionDef):
            inside = range(node.body[0].lineno, lines.stop)
            if at in inside and (not function or len(inside) < len(function)):
                function = inside
        elif at in head and (not statement or len(head) < len(statement)):
            statement = head
    if not function:
        return None
    return (statement if statement and statement.start in function else function), function
