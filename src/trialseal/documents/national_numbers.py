"""Numbers that countries give to people, found in a text by their shape and their check digits.

A run of digits is a lot, a kit, a product or a participant far more often, so a bare run is read as a person's number
only where a date in it and its check digits leave less than one in 50 by chance; others need the separators with which
they are written. Shapes that participants' numbers have too (X1234567L, 1234 5678 9012) are not looked for where one
check digit is all there is: no participant's number may become unusable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import stdnum.at.vnr
import stdnum.be.bis
import stdnum.be.nn
import stdnum.br.cpf
import stdnum.ch.ssn
import stdnum.cl.rut
import stdnum.cz.rc
import stdnum.de.idnr
import stdnum.es.dni
import stdnum.fi.hetu
import stdnum.fr.nir
import stdnum.gb.nhs
import stdnum.is_.kennitala
import stdnum.it.codicefiscale
import stdnum.kr.rrn
import stdnum.mx.curp
import stdnum.no.fodselsnummer
import stdnum.pk.cnic
import stdnum.pl.pesel
import stdnum.se.personnummer
import stdnum.th.pin
import stdnum.us.ssn
import stdnum.za.idnr


class NationalNumber(NamedTuple):
    """What a number is, with its article, and the words that it stands in."""

    name: str
    text: str


class _Form(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]


def national_number(text: str) -> NationalNumber | None:
    """The first number in a text that seems to be a person's; None if none does."""
    for form in _FORMS:
        for match in form.pattern.finditer(text):
            if form.is_valid(match[0]):
                return NationalNumber(form.name, match[0])
    return None


def _danish(text: str) -> bool:
    """By its check digit, which numbers since 2007 may lack: a date alone is in too many participants' numbers."""
    digits = text.replace("-", "")
    day, month = int(digits[:2]), int(digits[2:4])
    weighted = sum(int(one) * weight for one, weight in zip(digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True))
    return 1 <= day <= 31 and 1 <= month <= 12 and weighted % 11 == 0


def _chinese(text: str) -> bool:
    """By its check digit; stdnum's own list of places raises KeyError for some of them."""
    weighted = sum(int(digit) * (2**place % 11) for digit, place in zip(text, range(17, 0, -1), strict=False))
    return "10X98765432"[weighted % 11] == text[17]


def _belgian(text: str) -> bool:
    return bool(stdnum.be.nn.is_valid(text) or stdnum.be.bis.is_valid(text))


def _form(name: str, pattern: str, is_valid: Callable[[str], bool] = lambda text: True) -> _Form:
    return _Form(name, re.compile(rf"(?<![\w.+-]){pattern}(?![\w]|[.-]\d)"), is_valid)


_FORMS = (
    _form("a US social security number", r"\d{3}-\d{2}-\d{4}", stdnum.us.ssn.is_valid),
    _form("a British NHS number", r"\d{3} \d{3} \d{4}", stdnum.gb.nhs.is_valid),
    _form("a British national insurance number", r"[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
    _form(
        "a French social security number",
        r"[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d",
        stdnum.fr.nir.is_valid,
    ),
    _form(
        "an Italian codice fiscale",
        r"[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]",
        stdnum.it.codicefiscale.is_valid,
    ),
    _form("a Spanish DNI", r"\d{8}-?[A-Za-z]", stdnum.es.dni.is_valid),
    _form("a Finnish personal identity code", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", stdnum.fi.hetu.is_valid),
    _form("a Swedish personal number", r"(?:19|20)?\d{6}[-+]\d{4}", stdnum.se.personnummer.is_valid),
    _form("a Danish CPR number", r"\d{6}-\d{4}", _danish),
    _form("an Icelandic kennitala", r"\d{6}-\d{4}", stdnum.is_.kennitala.is_valid),
    _form("a Norwegian identity number", r"\d{6} ?\d{5}", stdnum.no.fodselsnummer.is_valid),
    _form("a Belgian national number", r"\d{2}[. ]\d{2}[. ]\d{2}[- ]\d{3}[. ]\d{2}", _belgian),
    _form("a Swiss AHV number", r"756(?:\.\d{4}\.\d{4}\.\d{2}|\d{10})", stdnum.ch.ssn.is_valid),
    _form(
        "an Austrian insurance number", r"\d{4} (?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}", stdnum.at.vnr.is_valid
    ),
    _form("a German tax identification number", r"\d{2} \d{3} \d{3} \d{3}", stdnum.de.idnr.is_valid),
    _form("a Czech or Slovak birth number", r"\d{6}/\d{4}", stdnum.cz.rc.is_valid),
    _form("a Brazilian CPF", r"\d{3}\.\d{3}\.\d{3}-\d{2}", stdnum.br.cpf.is_valid),
    _form("a Chilean RUT", r"\d{1,2}\.\d{3}\.\d{3}-[\dK]", stdnum.cl.rut.is_valid),
    _form("a Mexican CURP", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d", stdnum.mx.curp.is_valid),
    _form("a Chinese identity number", r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dX]", _chinese),
    _form("a Korean resident number", r"\d{6}-\d{7}", stdnum.kr.rrn.is_valid),
    _form("a Pakistani identity number", r"\d{5}-\d{7}-\d", stdnum.pk.cnic.is_valid),
    _form("a Thai identity number", r"\d-\d{4}-\d{5}-\d{2}-\d", stdnum.th.pin.is_valid),
    _form("a South African identity number", r"\d{6} \d{4} \d{2} \d", stdnum.za.idnr.is_valid),
    _form("a Polish PESEL", r"\d{4}[0-3]\d{6}", stdnum.pl.pesel.is_valid),
)
