"""From a parsed JSON value to its typed document, of whatever kinds are asked for: not all are needed everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from trialseal.documents.canonical import shown
from trialseal.documents.fields import as_failed, path_text
from trialseal.documents.versions import version_of
from trialseal.errors import FailedError

RESERVED_KINDS: dict[str, str] = {
    "kit-list": "the kits of a trial",
    "firmware": "a firmware that a device's maker vouches for",
    "checkpoint": "a block that a party vouches for",
}
"""Kinds whose names are kept free for what is to come."""
D = TypeVar("D", bound=BaseModel)


def parsed(value: object, name: str, kinds: Mapping[str, type[D]]) -> D:
    """The typed document of a parsed JSON value, of one of these kinds; FailedError naming `name`, the place and what
    to do, LaterVersion for a document of a later version."""
    if not isinstance(value, dict):
        raise FailedError(f"{name} holds {shown(value)}, not a document: write a JSON object with format and kind")
    version_of(value.get("format"), "trialseal", name)
    kind = value.get("kind")
    model = kinds.get(kind) if isinstance(kind, str) else None
    if model is None:
        if isinstance(kind, str) and kind in RESERVED_KINDS:
            raise FailedError(
                f"{name}: kind {kind} is reserved for {RESERVED_KINDS[kind]}, which this version of trialseal does not "
                "know yet: seal it as a file instead"
            )
        raise FailedError(f"{name}: kind is {shown(kind)}, but must be one of {', '.join(kinds)}")
    if nulls := [f"{name}: {path_text(path)} is null: leave out what is not known" for path in _nulls(value)]:
        raise FailedError(nulls[0], tuple(nulls))
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise as_failed(error, name, model) from None


def _nulls(value: object) -> Iterator[tuple[str | int, ...]]:
    """The paths of the nulls in a document."""
    steps: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        steps = value.items()
    if isinstance(value, list):
        steps = enumerate(value)
    for step, member in steps:
        if member is None:
            yield (step,)
        elif isinstance(member, dict | list):
            for path in _nulls(member):
                yield (step, *path)
