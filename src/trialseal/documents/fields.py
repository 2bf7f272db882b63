"""What all models share: base class, types of fields, and one sentence for each way to break them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails

from trialseal.documents.canonical import shown, step_text
from trialseal.documents.identifiers import date_code, date_range, trial_code_bytes
from trialseal.documents.territories import territory_number
from trialseal.errors import FailedError, UsageError
from trialseal.registries.numbers import doubt, read

Format = Literal["trialseal/1"]


class Model(BaseModel):
    """A part of a document: no unknown fields, never changed; what is not known is left out, never null."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty: write something or leave it out")
    return text


def _refusing(check: Callable[[str], object]) -> Callable[[str], str]:
    """A validator that keeps the text and passes on, as pydantic wants it, what `check` says against it."""

    def validate(text: str) -> str:
        try:
            check(text)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return text

    return validate


def _normalised(text: str) -> str:
    found = read(text)
    if found.number != text:
        raise UsageError(doubt(found) or f"the number {text!r} is to be written {found.number}")
    return text


def _shaped(pattern: str, must: str) -> Callable[[str], str]:
    def validate(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"{shown(text)} is not {must}: correct it")
        return text

    return validate


def _number(value: object) -> int | float:
    # A union of strict types would do the same, but complain twice about everything else.
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{shown(value)} is not a number: write it without quotes")
    return value


_HEX_32 = r"[0-9a-f]{64}"
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"
_PARTIAL_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"

Text = Annotated[str, AfterValidator(_not_blank), Field(json_schema_extra={"minLength": 1})]
PartialDate = Annotated[
    str, AfterValidator(_refusing(date_code)), Field(json_schema_extra={"pattern": f"^{_PARTIAL_DATE}$"})
]
"""An ISO 8601 date as precise as it is known: 2020, 2020-05 or 2020-05-12."""
RegistryId = Annotated[str, AfterValidator(_refusing(_normalised))]
TrialCode = Annotated[str, AfterValidator(_refusing(trial_code_bytes)), Field(json_schema_extra={"maxLength": 32})]
Territory = Annotated[str, AfterValidator(_refusing(territory_number))]
"""An ISO 3166-1 code: DE, DEU or 276."""
LocalId = Annotated[
    str,
    AfterValidator(_shaped(NAME, "1 to 32 of A-Z, a-z, 0-9, '.', '_' and '-', beginning with a letter or digit")),
    Field(json_schema_extra={"pattern": f"^{NAME}$"}),
]
"""The name of an endpoint, part or estimand within its document, kept across versions."""
Hex32 = Annotated[
    str,
    AfterValidator(_shaped(_HEX_32, "32 bytes as 64 lower-case hexadecimal digits")),
    Field(json_schema_extra={"pattern": f"^{_HEX_32}$"}),
]
Number = Annotated[int | float, PlainValidator(_number), WithJsonSchema({"type": "number"})]
"""A whole number or a decimal, kept as which of both it was written."""
Count = Annotated[StrictInt, Field(ge=0)]
VersionNumber = Annotated[StrictInt, Field(ge=1, le=2**32 - 1)]


_T = TypeVar("_T")


def _not_empty(items: tuple[_T, ...]) -> tuple[_T, ...]:
    if not items:
        raise ValueError("it is empty: give at least one")
    return items


# pydantic's own minimum would complain again of every item that is wrong in itself.
Some = Annotated[tuple[_T, ...], AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1})]


class TrialName(Model):
    """Which trial a document speaks of: the sponsor's legal name and code for it, its registry numbers."""

    sponsor: Text
    code: TrialCode
    registry_ids: tuple[RegistryId, ...] = ()


class Source(Model):
    """Where a fact was taken from."""

    citation: Text
    url: Text | None = None
    supports: Text | None = None
    """Which statements of the document rest on it."""


class NamedDigest(Model):
    """A file by name and SHA-256; `private` says that the digest is SHA-256(nonce ‖ SHA-256(file))."""

    name: Text
    sha256: Hex32
    private: StrictBool | None = None


def require_unique(what: str, names: Sequence[str]) -> None:
    """ValueError naming the first that comes twice."""
    if names and (found := repeated(what, names)):
        raise ValueError(found[0])


def repeated(what: str, names: Sequence[str]) -> list[str]:
    """A sentence for each name that comes twice."""
    seen: set[str] = set()
    found = []
    for name in names:
        if name in seen:
            found.append(f"{what} {name} comes twice: give each its own")
        seen.add(name)
    return list(dict.fromkeys(found))


def require_order(*dates: tuple[str, str | None]) -> None:
    """ValueError if a date lies before one named earlier, whatever days the imprecise ones may mean."""
    known = [(name, text) for name, text in dates if text]
    for index, (name, text) in enumerate(known):
        for later_name, later in known[index + 1 :]:
            if date_range(later)[1] < date_range(text)[0]:
                raise ValueError(f"{later_name} ({later}) lies before {name} ({text}): correct one of them")


class SeveralFaults(ValueError):
    """What a model says of several members that do not fit together; `faults` has a sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(faults[0])
        self.faults = tuple(faults)


def require_all(*checks: Callable[[], object]) -> None:
    """Runs every check, each of which raises ValueError; then ValueError, or SeveralFaults, if any did."""
    faults: list[str] = []
    for check in checks:
        try:
            check()
        except ValueError as error:
            faults += error.faults if isinstance(error, SeveralFaults) else [str(error)]
    if faults:
        raise SeveralFaults(faults)


def as_failed(error: ValidationError, name: str, model: type[BaseModel]) -> FailedError:
    """The first thing wrong with a document as one sentence: what, where, what to do; `faults` holds all."""
    found = error.errors(include_url=False, include_input=True)
    faults = tuple(f"{name}: {words}" for one in found for words in _faults(one, model))
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return FailedError(f"{faults[0]}{more}", faults)


def _faults(fault: ErrorDetails, model: type[BaseModel]) -> list[str]:
    """What is wrong at one place of a document: where, what, what to do."""
    where = path_text(fault["loc"])
    if fault["type"] == "value_error":
        error = fault["ctx"]["error"]
        stated = error.faults if isinstance(error, SeveralFaults) else [str(error)]
        return [f"{where}: {words}" if where else words for words in stated]
    problem = _problem(fault["type"], fault.get("ctx", {}), fault["input"], fault["loc"], model)
    return [f"{where or 'the document'} {problem}"]


def path_text(path: Sequence[str | int]) -> str:
    """endpoints[3].time_points[0] from its steps."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step_text(step)}" if text else step_text(step)
    return text


def _problem(
    kind: str, context: dict[str, object], value: object, path: tuple[str | int, ...], model: type[BaseModel]
) -> str:
    match kind:
        case "missing":
            return "is missing: add it"
        case "extra_forbidden":
            close = get_close_matches(str(path[-1]), _field_names(model), 1, 0.75)
            return "is not a known field: " + (
                f"did you mean {close[0]}?" if close else "remove it or correct its name"
            )
        case "literal_error":
            return f"is {shown(value)}, but must be {context['expected']}"
        case "union_tag_invalid":
            return f"has the type {shown(context['tag'])}, but must have one of {context['expected_tags']}"
        case "union_tag_not_found":
            return 'lacks its type: add "type"'
        case "string_type":
            return f"is {shown(value)}, but must be text"
        case "tuple_type" | "list_type":
            return f"is {shown(value)}, but must be a list"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"is {shown(value)}, but must be an object"
        case "int_type" | "int_from_float":
            return f"is {shown(value)}, but must be a whole number"
        case "bool_type" | "bool_parsing":
            return f"is {shown(value)}, but must be true or false"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            bound = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
            words = ", ".join(f"{bound[key]} {limit}" for key, limit in context.items() if key in bound)
            return f"is {shown(value)}, but must be {words}"
        case _:
            return f"cannot be {shown(value)}: {kind.replace('_', ' ')}"


def _field_names(model: type[BaseModel]) -> list[str]:
    """The names of all fields of a model and of the models in it."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return sorted({name for part in parts for name in part.get("properties", {})})
