"""Plain values: what `@dataclass(frozen=True)` makes, without the time that it takes to make.

A dataclass is compiled when its module is imported, half a millisecond each, and brings `inspect` with it; a command
that answers within a tenth of a second has some forty. `dataclasses.replace`, `fields` and `asdict` take these too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, dataclass_transform


class _Fields:
    """What `dataclasses` asks a class for, made when it asks."""

    def __get__(self, one: object, owner: type[Value]) -> dict[str, Any]:
        from dataclasses import field, make_dataclass

        members: list[Any] = [
            (name, kind, field(default=owner._defaults[name])) if name in owner._defaults else (name, kind)
            for name, kind in owner._members.items()
        ]
        made: dict[str, Any] = vars(make_dataclass(owner.__name__, members, kw_only=True))["__dataclass_fields__"]
        return made


@dataclass_transform(frozen_default=True)
class Value:
    """A value that never changes: members as annotated, base classes' first, equal where all members are.

    `class Name(Value, kw_only=True)` takes members by name only.
    """

    _members: ClassVar[dict[str, str]] = {}
    """The annotation of each."""
    _defaults: ClassVar[dict[str, Any]] = {}
    _positional: ClassVar[tuple[str, ...]] = ()
    __dataclass_fields__: ClassVar[Any] = _Fields()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        stated = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 -- `inspect` is what this does without
        own = {name: kind for name, kind in stated.items() if not str(kind).startswith("ClassVar")}
        cls._members = {**cls._members, **own}
        cls._defaults = {**cls._defaults, **{name: cls.__dict__[name] for name in own if name in cls.__dict__}}
        cls._positional = () if kw_only else tuple(cls._members)
        cls.__match_args__ = cls._positional  # type: ignore[attr-defined, misc]

    def __init__(self, *values: Any, **named: Any) -> None:
        state = self.__dict__
        state.update(self._defaults)
        if values:
            names = self._positional[: len(values)]
            if len(names) < len(values) or not named.keys().isdisjoint(names):
                raise TypeError(f"{type(self).__name__} takes each of {', '.join(self._members)} once")
            state.update(zip(names, values, strict=True))
        state.update(named)
        if state.keys() != self._members.keys():
            odd = ", ".join(sorted(state.keys() ^ self._members.keys()))
            raise TypeError(f"{type(self).__name__} has no members, or lacks values for: {odd}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} never changes: make another with replace")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} never changes: make another with replace")

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *(self.__dict__[name] for name in self._members)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={self.__dict__[name]!r}' for name in self._members)})"


V = TypeVar("V", bound=Value)


def replace(value: V, **changes: Any) -> V:
    """The same with other values for some members; TypeError for one that it does not have."""
    return type(value)(**(value.__dict__ | changes))


def members(value: Value) -> dict[str, Any]:
    """The members' values by name, in their order."""
    return {name: value.__dict__[name] for name in value._members}


def kinds(of: type[Value]) -> Mapping[str, str]:
    """The names of the members of a kind of value, with their types as they are written."""
    return of._members
