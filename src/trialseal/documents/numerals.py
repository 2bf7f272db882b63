"""Which texts are numbers, once for every form: CSV, sheets, SAS, Dataset-JSON, and rows of events."""

from __future__ import annotations

import math
import re
from decimal import Decimal

NUMERAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
"""`-0`, `.5`, `2.50` and `1E-04` are numbers. A lone full stop is none: SAS writes its missing number so."""
MISSING_NUMERAL = "."
# Longer numbers are not measurements, and turning them into integers takes quadratic time.
MAX_DIGITS = 400
_is_numeral = re.compile(NUMERAL, re.ASCII).fullmatch


def is_numeral(text: str) -> bool:
    """Whether a text is a decimal number of at most MAX_DIGITS characters."""
    return len(text) <= MAX_DIGITS and _is_numeral(text) is not None


def is_kept(text: str) -> bool:
    """Whether a double keeps all that a number says: the nearest double, rounded to as many significant digits as the
    number has, is the number.

    True of every number of at most 15 digits, and of what programs write of a double, be it the shortest digits or all
    of 17. `text` is a numeral.
    """
    value, exact = float(text), Decimal(text)
    if math.isinf(value):
        return False
    digits = "".join(map(str, exact.as_tuple().digits)).strip("0")
    return Decimal(f"{value:.{max(len(digits) - 1, 0)}e}") == exact
