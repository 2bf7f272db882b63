"""The choice of rows by role and by part, which the style sheet makes without a script; on paper all rows stand."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.report.check.view import OutcomeRow
from trialseal.report.trial.chart_scale import text

_ROLES = ("primary", "secondary", "other")
# The style sheet knows so many parts; what names none of them is shown under `no part named`.
_MOST_PARTS = 12
_NO_PART = "no part named"


def parts_named(rows: Sequence[OutcomeRow]) -> tuple[str, ...]:
    """The parts to choose from, in order; none where there is nothing to choose."""
    parts = sorted({part for row in rows for part in row.parts})
    return tuple(parts[:_MOST_PARTS]) if len(parts) > 1 else ()


def filters(rows: Sequence[OutcomeRow], parts: Sequence[str]) -> str:
    """The choices, of what there is more than one."""
    roles = [role for role in _ROLES if any(role in row.roles for row in rows)]
    choices = []
    if len(roles) > 1:
        choices.append(_choice("Role", [("", "all"), *((f"role-{role}", role) for role in roles)]))
    if parts:
        numbered = [(f"part-{number}", part) for number, part in enumerate(parts, 1)]
        choices.append(_choice("Part", [("", "all"), *numbered, ("part-0", _NO_PART)]))
    return f'<div class="filters">{"".join(choices)}</div>\n' if choices else ""


def _choice(name: str, options: Sequence[tuple[str, str]]) -> str:
    labels = ""
    for kind, words in options:
        which = f'class="{kind}"' if kind else "checked"
        labels += f'<label><input type="radio" name="{name}" {which}><span>{text(words)}</span></label>'
    return f"<fieldset><legend>{name}</legend>{labels}</fieldset>"


def shown_for(rows: Sequence[OutcomeRow], parts: Sequence[str]) -> str:
    """The classes by which the choices find what shows these outcomes."""
    named = {f"in-part-{number}" for number, part in enumerate(parts, 1) if any(part in row.parts for row in rows)}
    if any(not set(row.parts) & set(parts) for row in rows):
        named.add("in-part-0")
    roles = {f"as-{role}" for row in rows for role in row.roles}
    return " ".join(["of-roles", "of-parts", *sorted(roles), *sorted(named)])
