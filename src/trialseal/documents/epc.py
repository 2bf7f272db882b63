"""GS1's identifiers as EPCIS writes them, as URNs or as web addresses, and the keys that they hold.

EPC Tag Data Standard 1.13, 6.3 (URN syntax) and 7 (keys of URNs); GS1 Digital Link: URI Syntax 1.2, 4 (addresses).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from trialseal.documents.gs1 import check_digit, is_checked, require_number, unescaped

_URN: Final = re.compile(r"urn:epc:(?:id|class|idpat):(sgtin|lgtin|sscc|sgln|pgln):([0-9]+)\.([0-9]*)(?:\.(.+))?")
_KEYS: Final = {"01": 14, "00": 18, "414": 13, "417": 13}


class Product(NamedTuple):
    """A pack, a lot or a class of a product."""

    gtin: str
    serial: str | None = None
    lot: str | None = None


def product(identifier: str) -> Product | None:
    """The product that an identifier names; None where it names none."""
    if found := _URN.fullmatch(identifier):
        kind, prefix, reference, rest = found.groups()
        if kind not in ("sgtin", "lgtin") or len(prefix) + len(reference) != 13:
            return None
        digits = reference[:1] + prefix + reference[1:]
        last = unescaped(rest) if rest and rest != "*" else None
        gtin = digits + check_digit(digits)
        return Product(gtin, last) if kind == "sgtin" else Product(gtin, None, last)
    pairs = _address(identifier)
    gtin = pairs["01"].zfill(14) if "01" in pairs else ""
    return Product(gtin, pairs.get("21"), pairs.get("10")) if is_checked(gtin, 14) else None


def place(identifier: str) -> str | None:
    """The GLN of a place or a party; None where it names none."""
    if found := _URN.fullmatch(identifier):
        kind, prefix, reference, _ = found.groups()
        digits = prefix + reference
        return digits + check_digit(digits) if kind in ("sgln", "pgln") and len(digits) == 12 else None
    pairs = _address(identifier)
    return next((one for key in ("414", "417") if is_checked(one := pairs.get(key, ""), 13)), None)


def container(identifier: str) -> str | None:
    """The SSCC of a box or pallet; None where it is none."""
    if found := _URN.fullmatch(identifier):
        kind, prefix, reference, _ = found.groups()
        digits = reference[:1] + prefix + reference[1:]
        return digits + check_digit(digits) if kind == "sscc" and len(digits) == 17 else None
    sscc = _address(identifier).get("00", "")
    return sscc if is_checked(sscc, 18) else None


def fault(identifier: str) -> str | None:
    """What is wrong with the number of a product or a box in a web address, and what to do; None where nothing is."""
    pairs = _address(identifier)
    for key, length in (("01", 14), ("00", 18)):
        if key in pairs:
            try:
                require_number(length, pairs[key].zfill(length))
            except ValueError as error:
                return str(error)
    return None


def _address(identifier: str) -> dict[str, str]:
    """The keys in the path of a web address, by their number: /01/04012345678901/21/A%2F1."""
    if not identifier.startswith(("https://", "http://")):
        return {}
    try:
        parts = [unquote(part) for part in urlsplit(identifier).path.split("/")]
    except ValueError:
        return {}
    start = next((at for at, part in enumerate(parts) if part in _KEYS), None)
    if start is None:
        return {}
    pairs = parts[start:]
    return dict(zip(pairs[::2], pairs[1::2], strict=False))
