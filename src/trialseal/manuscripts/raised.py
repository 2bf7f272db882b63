"""Raised numbers: those of references are no part of a sentence, exponents are."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"[\d\s,;–-]+")
# Behind these a raised number is an exponent: 'kg/m' and 2, '10' and 9, 'mm' and 3.
_BASE = re.compile(r"(?:\d|(?<![^\W\d_])[^\W\d_]{1,2})$")


def is_reference(before: str, raised: str) -> bool:
    """Whether raised signs behind a text are numbers of references."""
    before = before.rstrip()
    return _REFERENCE.fullmatch(raised) is not None and bool(before) and _BASE.search(before) is None
