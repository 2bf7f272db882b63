"""GS1's numbers of products, places and shipments, and the texts beside them, as the GS1 General Specifications say."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from trialseal.documents.canonical import shown

# General Specifications, 7.11, character set 82, in which serials (AI 21) and lots (AI 10) are written.
_TEXT_82 = r"[!-\"%-?A-Z_a-z]{1,20}"
_KINDS = {
    14: ("a GTIN", "write its 14 digits, with zeros in front of a shorter one"),
    18: ("an SSCC", "write its 18 digits"),
}


def check_digit(digits: str) -> str:
    """The digit that fills up the weighted sum of those before it to ten (General Specifications, 7.9)."""
    total = sum(int(one) * (3, 1)[place % 2] for place, one in enumerate(reversed(digits)))
    return str(-total % 10)


def is_checked(text: str, length: int) -> bool:
    """Whether a text is that many ASCII digits, of which the last checks the others."""
    return bool(re.fullmatch(f"[0-9]{{{length}}}", text, re.ASCII)) and check_digit(text[:-1]) == text[-1]


def require_number(length: int, text: str) -> str:
    """A GTIN (14 digits) or an SSCC (18), or ValueError saying what is wrong with it."""
    name, how = _KINDS[length]
    if is_checked(text, length):
        return text
    if length == 14 and any(is_checked(text, shorter) for shorter in (8, 12, 13)):
        raise ValueError(f"{shown(text)} is a GTIN of {len(text)} digits: write {text.zfill(14)}")
    if re.fullmatch(f"[0-9]{{{length}}}", text, re.ASCII):
        raise ValueError(f"{shown(text)} is not {name}, since its last digit would be {check_digit(text[:-1])}: {how}")
    raise ValueError(f"{shown(text)} is not {name}: {how}")


def _gtin(text: str) -> str:
    return require_number(14, text)


def _sscc(text: str) -> str:
    return require_number(18, text)


def _serial(text: str) -> str:
    if not re.fullmatch(_TEXT_82, text, re.ASCII):
        raise ValueError(
            f"{shown(text)} is not a serial number: write 1 to 20 letters, digits and signs, without spaces and as "
            "printed (/ and not %2F)"
        )
    return text


def _as_printed(text: str) -> str:
    if re.search("%[0-9A-Fa-f]{2}", text):
        raise ValueError(f"{shown(text)} is written as in a web address: write it as printed ({unescaped(text)})")
    return text


def unescaped(text: str) -> str:
    """A serial or lot as it is printed, of one in a URN or a web address, where % and two hexadecimal digits stand for
    a character (Tag Data Standard, 6.3)."""
    return re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)


Gtin = Annotated[str, AfterValidator(_gtin), Field(json_schema_extra={"pattern": "^[0-9]{14}$"})]
"""A product by GS1's number."""
Sscc = Annotated[str, AfterValidator(_sscc), Field(json_schema_extra={"pattern": "^[0-9]{18}$"})]
"""A shipment's box or pallet by GS1's number."""
Serial = Annotated[
    str,
    AfterValidator(_as_printed),
    AfterValidator(_serial),
    Field(json_schema_extra={"pattern": f"^{_TEXT_82}$"}),
]
"""One pack of a product, as the label shows it."""
