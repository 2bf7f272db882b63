"""Whole columns to canonical cells, by Arrow's kernels where a column is plain and by `cells` where it is not.

Both must agree on every value; tests/property holds them against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from trialseal.documents.canonical import MAX_INTEGER
from trialseal.tables import cells
from trialseal.tables.notation import PLAIN, Notation
from trialseal.tables.schema import Column, Schema

if TYPE_CHECKING:
    import numpy as np

    from trialseal.tables.table import Array, Block

# Arrow writes doubles as ECMAScript does but for minus zero and between these, where it has exponents already.
_ARROW_AGREES_BELOW = 1e10
_EXPONENT_AGAIN = 1e21
# Longer texts are not looked at as numbers by the fast path.
_MOST_DIGITS = 40
# Every decimal of so many digits is the shortest one of its double (IEEE 754; DBL_DIG in C).
_DOUBLE_DIGITS = 15
# 0.000001 is the smallest number that ECMAScript writes without an exponent: eight characters.
_TINY = 8
_MINUS, _POINT, _SLASH, _ZERO, _NINE = b"-./09"
_DAY_ONE = -719_162  # 0001-01-01 in days since 1970
_LAST_DAY = 2_932_896  # 9999-12-31
_SAS_TO_UNIX_DAYS = 3_653


class CellMisfit(Exception):
    """A cell that cannot be of its column's type."""

    def __init__(self, column: Column, row: int, problem: str) -> None:
        super().__init__(column, row, problem)
        self.column = column
        self.row = row
        """From 0, within the block."""
        self.problem = problem


Made = tuple["Array", bool]
"""The canonical cells of a column, and whether they are bare: strings, all of them, that lack their quotes yet."""


def row_forms(
    block: Block,
    schema: Schema,
    *,
    sas: bool,
    prefix: str = "",
    notation: Notation = PLAIN,
    made: Mapping[int, Made] | None = None,
) -> Array:
    """The canonical form of every row of a block: JSON arrays as an Arrow array of strings.

    `prefix` goes before each, so that what is hashed lies in memory as it is hashed; `notation` says how numbers and
    dates are written that are text in the file; `made` holds what has been made already of some columns.
    """
    import pyarrow.compute as pc

    # Quotes go in with the commas: every piece costs a copy of the whole block less than a pass of its own.
    pieces: list[Any] = []
    between = f"{prefix}["
    for number, (array, column) in enumerate(zip(block, schema.columns, strict=True)):
        known = made and made.get(number)
        texts, bare = known or cells_of(array, column, sas=sas, notation=notation)
        pieces += [between + '"', texts] if bare else [between, texts]
        between = '",' if bare else ","
    pieces.append(between[:-1] + "]")
    return pc.binary_join_element_wise(*pieces, "")


def fragments(array: Array, column: Column, *, sas: bool, notation: Notation = PLAIN) -> Array:
    """The canonical cells of a raw column, as an Arrow array of JSON texts without nulls; CellMisfit otherwise."""
    texts, bare = cells_of(array, column, sas=sas, notation=notation)
    return _quoted(texts) if bare else texts


def otherwise_written(made: Made, array: Array) -> Array:
    """What stands in a column of text where that is neither its canonical cell nor missing."""
    import pyarrow.compute as pc

    texts, _ = made
    if texts is array:
        return array.slice(0, 0)
    return array.filter(pc.invert(pc.or_kleene(pc.equal(texts, array), pc.equal(texts, cells.NULL))))


def cells_of(array: Array, column: Column, *, sas: bool, notation: Notation) -> Made:
    """The canonical cells of a raw column; CellMisfit otherwise."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_struct(array.type):
        missing = array.field("missing")
        plain = fragments(array.field("value"), column, sas=sas)
        return pc.if_else(pc.is_valid(missing), _quoted(missing), plain), False
    if pa.types.is_floating(array.type):
        return _of_doubles(array, column, sas=sas), False
    return _of_text(array) if column.type == "text" else _of_texts(notation.plain_array(array), column)


def _quoted(texts: Array) -> Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise('"', texts, '"', "")


# ----- text -----


def _of_text(array: Array) -> tuple[Array, bool]:
    import pyarrow as pa
    import pyarrow.compute as pc

    data, lengths, last, _ = _layout(array)
    if ((last == 0x20) & (lengths > 0)).any():
        array = pc.utf8_rtrim(array, " ")
        data, lengths, *_ = _layout(array)
    special = (data < 0x20) | (data == 0x22) | (data == 0x5C)
    if special.any():
        return _exactly(array, lambda text: cells.quoted(text), Column("", "text")), False
    if array.null_count or (lengths == 0).any():
        blank = pa.array((lengths == 0) | _nulls(array))
        return pc.if_else(blank, cells.NULL, _quoted(array)), False
    return array, True


# ----- what stands as text in CSV and JSON -----


def _of_texts(array: Array, column: Column) -> tuple[Array, bool]:
    """Cells of any type but text, from text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    _, lengths, last, first = _layout(array)
    if (((last == 0x20) | (first == 0x20)) & (lengths > 0)).any():
        array = pc.utf8_trim(array, " ")
        _, lengths, last, _ = _layout(array)
    blank = _nulls(array) | (lengths == 0) | ((lengths == 1) & (last == 0x2E))
    plain = pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), array) if blank.any() else array
    if column.type in _FAST and int(lengths.max(initial=0)) <= _MOST_DIGITS:
        try:
            found = _FAST[column.type](plain, column)
        except pa.ArrowInvalid:
            found = None
        if found is not None:
            if not found.null_count:
                return found, column.type != "number"
            return pc.fill_null(found if column.type == "number" else _quoted(found), cells.NULL), False
    return _exactly(array, lambda text: cells.from_text(text, column), column), False


def is_shortest(texts: Array) -> bool:
    """Whether every number, as far as there are any, is plainly written in its shortest digits, or with .0 behind."""
    return _is_plain(_without_point_zero(texts))


def _numbers(texts: Array, column: Column) -> Array | None:
    import numpy as np

    texts = _without_point_zero(texts)
    if _is_plain(texts):
        return texts
    doubles = texts.cast("double")
    values = doubles.to_numpy(zero_copy_only=False)
    size = np.abs(values)
    if (size > MAX_INTEGER).any() or (np.isnan(values) != _nulls(texts)).any():
        return None
    return _shortest(doubles, values)


def _without_point_zero(texts: Array) -> Array:
    """Whole numbers without the .0 that some programs write behind them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    data, offsets = _bytes(texts)
    lengths = np.diff(offsets)
    if not len(data):
        return texts
    ends = offsets[1:]
    pointed = (lengths > 2) & (data[np.maximum(ends - 1, 0)] == _ZERO) & (data[np.maximum(ends - 2, 0)] == _POINT)
    if not pointed.any():
        return texts
    mask = pa.array(pointed)
    ending = texts.filter(mask)
    first_point = pc.find_substring(ending, ".").to_numpy(zero_copy_only=False)
    used, sizes, *_ = _layout(ending)
    if (first_point != sizes - 2).any() or (used > _NINE).any():  # 1.2.0 is not a number, nor is 1e5.0
        return texts
    return pc.replace_with_mask(texts, mask, pc.utf8_slice_codeunits(ending, 0, -2))


def _is_plain(texts: Array) -> bool:
    """Whether every number is written in its shortest digits already, as can be told by looking at a few bytes.

    True for [-]digits[.digits] of at most 15 digits, which every double keeps, without a zero too many in front or
    behind, and with at most five zeros behind the point, since smaller numbers have an exponent.
    """
    import numpy as np
    import pyarrow.compute as pc

    data, lengths, last, first = _layout(texts)
    if not len(data):
        return True
    filled = lengths > 0
    minus = (first == _MINUS) & filled
    ahead = minus.astype(np.int32)
    digit = np.where(minus, _byte(texts, 1), first)
    point = pc.fill_null(pc.find_substring(texts, "."), -1).to_numpy(zero_copy_only=False)
    has_point = point >= 0
    zero = digit == _ZERO
    return bool(
        (data <= _NINE).all()
        and (data >= _MINUS).all()
        and np.count_nonzero(data == _MINUS) == np.count_nonzero(minus)
        and np.count_nonzero(data == _POINT) == np.count_nonzero(has_point)
        and not (data == _SLASH).any()
        and (lengths - ahead - has_point <= _DOUBLE_DIGITS).all()
        and (~filled | (lengths > ahead)).all()
        and (digit != _POINT)[filled].all()
        and (~zero | ~filled | (point == ahead + 1) | ((lengths == 1) & ~minus)).all()
        and (~has_point | ((last != _ZERO) & (last != _POINT))).all()
        and not (zero & has_point & (lengths > ahead + _TINY) & _is_tiny(texts, zero & has_point)).any()
    )


def _is_tiny(texts: Array, likely: Any) -> Any:
    import numpy as np
    import pyarrow.compute as pc

    if not likely.any():
        return np.zeros(len(texts), np.bool_)
    return pc.fill_null(pc.match_substring(texts, "0.000000"), False).to_numpy(zero_copy_only=False)


def _integers(texts: Array, column: Column) -> Array | None:
    data, *_ = _layout(texts)
    if (data > _NINE).any():  # 0x10, which Arrow takes for 16
        return None
    return texts.cast("int64").cast("string")


def _decimals(texts: Array, column: Column) -> Array | None:
    import pyarrow.compute as pc

    if column.decimals is None:
        return None
    fraction = rf"\.[0-9]{{{column.decimals}}}" if column.decimals else ""
    canonical = pc.match_substring_regex(texts, rf"^(?:0|-?[1-9][0-9]*){fraction}$")
    return texts if pc.all(canonical).as_py() is not False else None


def _dates(texts: Array, column: Column) -> Array | None:
    import pyarrow.compute as pc

    days = pc.min_max(texts.cast("date32").cast("int32")).as_py()
    if days["min"] is not None and (days["min"] < _DAY_ONE or days["max"] > _LAST_DAY):
        return None
    return texts


def _datetimes(texts: Array, column: Column) -> Array | None:
    import pyarrow.compute as pc

    shaped = pc.match_substring_regex(texts, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$")
    if pc.all(shaped).as_py() is False or pc.any(pc.starts_with(texts, "0000")).as_py():
        return None
    texts.cast("timestamp[s]")  # raises for what does not exist
    return texts


_FAST: dict[str, Callable[[Array, Column], Array | None]] = {
    "number": _numbers,
    "integer": _integers,
    "decimal": _decimals,
    "date": _dates,
    "datetime": _datetimes,
}


# ----- doubles -----


def _of_doubles(array: Array, column: Column, *, sas: bool) -> Array:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    doubles = array.cast("double")
    values = doubles.to_numpy(zero_copy_only=False)
    if column.type == "number":
        found = _shortest(doubles, values)
        return pc.fill_null(found, cells.NULL) if found.null_count else found
    if column.type == "date" and sas:
        whole = np.where(_nulls(doubles), 0.0, np.nan_to_num(values, nan=0.5, posinf=0.5, neginf=0.5))
        days = whole - _SAS_TO_UNIX_DAYS
        if (whole == np.floor(whole)).all() and (days >= _DAY_ONE).all() and (days <= _LAST_DAY).all():
            dates = pa.array(days.astype(np.int32), mask=_nulls(doubles)).cast("date32")
            return pc.fill_null(pc.binary_join_element_wise('"', dates.cast("string"), '"', ""), cells.NULL)
    if column.type == "integer":
        size = np.where(_nulls(doubles), 0.0, np.abs(values))
        if (size <= MAX_INTEGER).all() and (size == np.floor(size)).all():
            whole = pa.array(np.nan_to_num(values).astype(np.int64), mask=_nulls(doubles)).cast("string")
            return pc.fill_null(pc.binary_join_element_wise('"', whole, '"', ""), cells.NULL)
    return _exactly(doubles, lambda value: cells.from_double(value, column, sas=sas), column)


def _shortest(doubles: Array, values: np.ndarray[Any, Any]) -> Array:
    """Doubles in ECMAScript's shortest digits; nulls stay nulls. `values` are the same, nulls being NaN."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    size = np.abs(values)
    nulls = _nulls(doubles)
    if ((size <= MAX_INTEGER) | nulls).all():
        whole = np.where(nulls, 0.0, values)
        if (whole == np.rint(whole)).all():  # minus zero becomes 0 as well
            return pa.array(whole.astype(np.int64), mask=nulls if nulls.any() else None).cast("string")
    texts = doubles.cast("string")
    odd = (
        ((size >= _ARROW_AGREES_BELOW) & (size < _EXPONENT_AGAIN))
        | ~np.isfinite(values)
        | ((values == 0) & np.signbit(values))
    ) & ~nulls
    if odd.any():
        exact = _exactly(doubles.filter(pa.array(odd)), lambda value: cells.number(value), Column("", "number"))
        texts = pc.replace_with_mask(texts, pa.array(odd), exact)
    return texts


# ----- the rules themselves, once for each different value -----


def _exactly(array: Array, convert: Callable[[Any], str], column: Column) -> Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = array.dictionary_encode("encode")
    converted = []
    for index, value in enumerate(encoded.dictionary.to_pylist()):
        try:
            converted.append(convert(value))
        except cells.Misfit as misfit:
            # Values stand in the dictionary in the order of their first cells.
            row = int(pc.index(encoded.indices, index).as_py())
            raise CellMisfit(column, row, str(misfit)) from None
    return pa.array(converted, pa.string()).take(encoded.indices)


def _layout(array: Array) -> tuple[Any, Any, Any, Any]:
    """Of an array of strings: its bytes, and each value's length, last and first byte (of an empty one, any)."""
    import numpy as np

    data, offsets = _bytes(array)
    lengths = np.diff(offsets)
    if not len(data):
        zeros = np.zeros(len(lengths), np.uint8)
        return data, lengths, zeros, zeros
    top = len(data) - 1
    used = data[offsets[0] : offsets[-1]]
    return used, lengths, data[np.maximum(offsets[1:] - 1, 0)], data[np.minimum(offsets[:-1], top)]


def _byte(array: Array, place: int) -> Any:
    """Each value's byte at a place; where it is shorter, any."""
    import numpy as np

    data, offsets = _bytes(array)
    return data[np.minimum(offsets[:-1] + place, len(data) - 1)]


def _bytes(array: Array) -> tuple[Any, Any]:
    import numpy as np

    _, offsets, data = array.buffers()
    return (
        np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8),
        np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4),
    )


def _nulls(array: Array) -> Any:
    import numpy as np
    import pyarrow.compute as pc

    if not array.null_count:
        return np.zeros(len(array), np.bool_)
    return pc.is_null(array).to_numpy(zero_copy_only=False)
