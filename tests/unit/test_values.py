"""Plain values: made, compared, changed and refused as frozen dataclasses are."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, ClassVar

import pytest

from trialseal.values import Value, kinds, members, replace


class Place(Value):
    street: str
    number: int = 1
    kept: ClassVar[int] = 5


class House(Place):
    floors: int = 2


class Named(Value, kw_only=True):
    first: str
    last: str = ""


class Longer(Named, kw_only=True):
    title: str


@dataclasses.dataclass(frozen=True)
class Known:
    street: str
    number: int = 1


@pytest.mark.parametrize(
    ("values", "named"),
    [(("a",), {}), (("a", 2), {}), ((), {"street": "a", "number": 3}), (("a",), {"number": 4})],
)
def test_a_value_is_made_as_a_dataclass_is(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    one, known = Place(*values, **named), Known(*values, **named)
    assert (one.street, one.number) == (known.street, known.number)
    assert repr(one) == repr(known).replace("Known", "Place")
    assert one == Place(*values, **named) and hash(one) == hash(Place(*values, **named))
    assert one != known and one != House(*values, **named) and one != Place("b", one.number)
    assert members(one) == dataclasses.asdict(known)


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a", 1, 2), {}), (("a",), {"street": "b"}), (("a",), {"floor": 1}), ((), {"number": 1, "floor": 2})],
)
def test_what_a_dataclass_refuses_is_refused(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    for kind in (Place, Known):
        with pytest.raises(TypeError):
            kind(*values, **named)


def test_members_of_base_classes_come_first() -> None:
    assert House("a", 2, 3) == House(street="a", number=2, floors=3)
    assert list(kinds(House).items()) == [("street", "str"), ("number", "int"), ("floors", "int")]
    match House("a", 2, 3):
        case House(street, number, floors):
            assert (street, number, floors) == ("a", 2, 3)
    with pytest.raises(TypeError):
        Named("a")  # type: ignore[misc]
    assert Longer(first="a", title="b").last == ""


def test_a_value_never_changes() -> None:
    one = Place("a")
    for change in (lambda: setattr(one, "street", "b"), lambda: setattr(one, "new", 1), lambda: delattr(one, "street")):
        with pytest.raises(AttributeError):
            change()
    assert replace(one, number=7) == Place("a", 7) and one == Place("a")
    with pytest.raises(TypeError):
        replace(one, floors=7)
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one


def test_the_functions_of_dataclasses_take_values() -> None:
    one = House("a")
    assert dataclasses.replace(one, floors=9) == House("a", 1, 9)
    assert dataclasses.asdict(one) == {"street": "a", "number": 1, "floors": 2}
    assert [field.name for field in dataclasses.fields(Longer)] == ["first", "last", "title"]
