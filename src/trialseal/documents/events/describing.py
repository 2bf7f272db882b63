"""What each type of event means and which members it has, in words, made from the models themselves.

`python -m trialseal.documents.events.describing` writes docs/events.md; `events append --help` shows the same.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from trialseal.documents.events.kinds import EVENT_TYPES, UNBLINDED_TYPES
from trialseal.documents.events.members import CORRECTING, AnyEvent, SiteEvent
from trialseal.documents.events.reserved import RESERVED

PAGE = Path(__file__).parents[4] / "docs" / "events.md"
_OWN = {"erasure": "events forget", "padding": "events anchor"}
"""Types that no file may hold, with the command that writes them."""
_GIVEN = ("format", "kind", "type")
_KINDS: dict[object, str] = {str: "text", int: "whole number", float: "number", bool: "true or false", dict: "object"}
_WIDTH = 100


_EXAMPLES: dict[str, object] = {
    "id": "E-0001", "at": "2020-05-12T09:30+02:00", "subject": "1001", "site": "DE01", "form_version": "3.0",
    "corrects": "E-0000", "visit": "Week 4", "arm": "A", "kit": "K-0017", "quantity": "glucose",
    "unit": "mmol/L", "digest": "00" * 32, "modality": "MR", "correction_reason": "entered twice",
    "corrected_by": "CRC-2", "writer": "00" * 32, "stream": "00" * 32, "leaf": "00" * 32, "entry": 0,
    "reason": "the source says otherwise",
    "application": "00" * 32, "recipient": "00" * 32,
}  # fmt: skip
"""Words for required members that are plain text, and for one that a type needs although it need not be given."""
_USUAL = {
    "consent": ("form_version",),
    "consent-form-in-force": ("form_version",),
    "custody": ("kit",),
    "access": ("application", "recipient"),
}


class Member(NamedTuple):
    """A member of a type of events."""

    name: str
    required: bool
    kind: str
    """What it may be: text, whole number, or one of its words."""
    words: str
    """What it means."""


def members(type: str) -> list[Member]:
    """The members of a type, those of every event and those of a correction left out."""
    model = EVENT_TYPES[type]
    left_out = {*_GIVEN, *(CORRECTING if issubclass(model, SiteEvent) else ())}
    every = AnyEvent.model_fields
    return [
        one
        for one in _members(model)
        if one.name not in left_out and (one.name not in every or one.required != every[one.name].is_required())
    ]


def common_members() -> list[Member]:
    """The members of every event."""
    return [one for one in _members(AnyEvent) if one.name not in _GIVEN]


def correcting_members() -> list[Member]:
    """The members that make an event a correction."""
    return [one for one in _members(SiteEvent) if one.name in CORRECTING]


def types() -> dict[str, str]:
    """The types that a file may hold, each with a sentence about it."""
    return {type: _summary(model) for type, model in EVENT_TYPES.items() if type not in _OWN}


def about(type: str) -> str:
    """All that is said of a type, for a person: what it is, and its members."""
    model = EVENT_TYPES[type]
    lines = _help_lines(f"{type}: {_summary(model)}", _all_members(type))
    if issubclass(model, SiteEvent):
        lines += _help_lines("a correction also", correcting_members())
    if type in UNBLINDED_TYPES:
        lines += ["  in no stream of a party that is to stay blinded", ""]
    return "\n".join(lines)


def template(type: str) -> tuple[list[str], list[str]]:
    """The columns of a table of events of a type, and an example row in which what need not be given is empty."""
    rows = [Member("type", True, type, ""), *_all_members(type)]
    needed = {one.name for one in rows if one.required} | set(_USUAL.get(type, ()))
    return [one.name for one in rows], [_example(one) if one.name in needed else "" for one in rows]


def _all_members(type: str) -> list[Member]:
    """The members of a type with those of every event, none twice."""
    return list({one.name: one for one in (*common_members(), *members(type))}.values())


def _example(one: Member) -> str:
    if one.kind in ("text", "whole number") and one.name in _EXAMPLES:
        return str(_EXAMPLES[one.name])
    kind = one.kind.removeprefix("several of ")
    return {"number": "5.6", "whole number": "1", "true or false": "true"}.get(kind) or kind.partition("|")[0]


def help_text() -> str:
    """What a file of events may hold, for the help of a command."""
    lines = [
        "A row or object is one event. Its members, or columns; * must be given, several words are joined by ;",
        "",
    ]
    lines += _help_lines("every event", [Member("type", True, "", "what it is, see below"), *common_members()])
    lines += _help_lines("a correction also", correcting_members())
    for type, model in EVENT_TYPES.items():
        if type not in _OWN:
            lines += _help_lines(f"{type}: {_summary(model)}", members(type))
    lines.append("docs/events.md says the same at length.")
    return "\n".join(lines)


def page() -> str:
    """docs/events.md."""
    text = [
        "# Events",
        "",
        "<!-- Made by python -m trialseal.documents.events.describing: change the models, not this page. -->",
        "",
        "What a stream may hold, one event a row of a table or an object of JSON. Members are columns; an empty cell",
        "is a member left out. In a table several words are joined by semicolons. A participant's number at the site",
        "becomes a pseudonym when it is appended; no other member may name a person. [bytes.md](bytes.md) says how",
        "events are hashed.",
        "",
        *_table([Member("type", True, "one of the types below", "What it is."), *common_members()], "Every event"),
        "An event of any type but `padding`, `erasure` and `entered-in-error` may be a **correction** of an earlier",
        "one of its type and participant, and then has all of these:",
        "",
        *_table(correcting_members(), None),
    ]
    for type, model in EVENT_TYPES.items():
        text += _table(members(type), type, inspect.getdoc(model))
        if type in _OWN:
            text += [f"Written by `trialseal {_OWN[type]}` alone.", ""]
        if type in UNBLINDED_TYPES:
            text += ["In no stream of a party that is to stay blinded.", ""]
    text += [
        "## Reserved",
        "",
        "No stream holds these yet; their names and members are kept free.",
        "",
        "| type | for | members |",
        "|---|---|---|",
        *(f"| `{name}` | {one.purpose} | {', '.join(one.members)} |" for name, one in RESERVED.items()),
        "",
    ]
    return "\n".join(text)


def _table(rows: list[Member], title: str | None, words: str | None = None) -> list[str]:
    lines = [f"## {title}", ""] if title else []
    lines += [words, ""] if words else []
    if rows:
        lines += ["| member | | what it may be | what it means |", "|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | {'must be given' if one.required else ''} | {_listed(one.kind)} | {one.words} |"
            for one in rows
        ]
        lines.append("")
    return lines


def _listed(kind: str) -> str:
    """A list of words as a cell of a table, in which a bar would end the cell."""
    if "|" not in kind:
        return kind
    first = "several of " if kind.startswith("several of ") else ""
    return first + ", ".join(f"`{word}`" for word in kind.removeprefix(first).split("|"))


def _help_lines(title: str, rows: list[Member]) -> list[str]:
    lines = textwrap.wrap(title, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    for one in rows:
        kind = f" ({one.kind.replace('|', ', ')})" if "|" in one.kind else ""
        words = f"{one.name}{'*' if one.required else ''}{kind}: {one.words}"
        lines += textwrap.wrap(
            words,
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return [*lines, ""]


def _summary(model: type[BaseModel]) -> str:
    """The first sentence of a model's docstring."""
    return (inspect.getdoc(model) or "").partition("\n\n")[0].replace("\n", " ")


def _members(model: type[BaseModel]) -> list[Member]:
    words = _words(model)
    return [
        Member(name, field.is_required(), _kind(field.annotation), words.get(name, ""))
        for name, field in model.model_fields.items()
    ]


@cache
def _words(model: type[BaseModel]) -> dict[str, str]:
    """What stands under each member in the source of a model and of those that it builds on."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, AnyEvent):
            found |= dict(_documented(one))
    return found


def _documented(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    for one, following in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and isinstance(following, ast.Expr):
            text = ast.literal_eval(following.value)
            yield one.target.id, " ".join(str(text).split())


def _kind(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return "|".join(map(str, parts))
    if origin is tuple:
        return f"several of {_kind(parts[0])}"
    if origin is dict:
        return "object"
    if origin is not None:
        kinds = [_kind(part) for part in parts if part is not NoneType]
        return "number" if set(kinds) == {"number", "whole number"} else kinds[0]
    return _KINDS.get(annotation, "text")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
