"""JSON that this program keeps for itself, read back: whatever became of the file, it is a value or a ValueError.

What others write, and what is hashed, is read by `documents.canonical.parse_json`, which is stricter and says where.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(numeral: str) -> float:
    number = float(numeral)
    return number if math.isfinite(number) else _refuse(numeral)


def value_of(data: bytes | str) -> Any:
    """The JSON value. ValueError for all that is none, nests too deep or has NaN or Infinity, which `int` refuses."""
    try:
        return json.loads(data, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("it nests too deep") from None
