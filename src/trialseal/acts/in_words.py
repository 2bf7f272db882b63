"""What an act states, member by member, in words: for whoever signs or sends what somebody else made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from trialseal import escaping
from trialseal.acts.act import ZERO, Act
from trialseal.errors import UsageError
from trialseal.ledger.codes import (
    AttestationKind,
    Blinding,
    Decision,
    DocumentKind,
    Milestone,
    Role,
    act_words_of_mask,
    purpose_words,
)
from trialseal.ledger.moments import FOR_EVER, declared_date, moment, territory
from trialseal.registries import numbers

_NO_KEY: Final = "0x" + "0" * 40


def named(act: Act) -> str:
    """What kind of act it is, by what it states alone: 'attest: approval, approved', 'record milestone: data lock'."""
    words = re.sub("(?<=[a-z])(?=[A-Z])", " ", act.function).lower()
    said = dict(_pairs(act))
    told = [said[name] for name in ("kind", "milestone", "code") if name in said]
    return words + (f": {escaping.visible(', '.join(told))}" if told else "")


def stated(act: Act) -> list[str]:
    """Each member of an act that says something, as 'member: words'; the whole of every id and digest is shown."""
    return [f"{name}: {escaping.visible(words)}" for name, words in (*_pairs(act), *_of_signer(act))]


def _of_signer(act: Act) -> Iterator[tuple[str, str]]:
    """What the document that it names states of its signer."""
    said = act.statement.document if act.statement else None
    if said:
        yield "meaning of the signature", str(said["meaning"])
        yield "the signer's role", escaping.quoted(said["role"])


def _pairs(act: Act) -> Iterator[tuple[str, str]]:
    members = act.stated
    for name, value in members.items():
        words = _words(act, name, value, members)
        if words:
            yield _LABELS.get(name, name), words


def _words(act: Act, name: str, value: Any, members: dict[str, Any]) -> str:
    """A member in words; empty if it states nothing."""
    if name in ("kind", "code") and act.contract == "Attestations":
        return _attested(name, int(value), int(members["kind"]))
    if name in _WORDS:
        return _WORDS[name](value)
    if isinstance(value, bytes):
        return "" if value == ZERO else value.hex()
    if isinstance(value, str):
        return "" if value == _NO_KEY else value
    return str(value) if value else ""


def _attested(name: str, value: int, kind: int) -> str:
    if name == "kind":
        return str(AttestationKind(value))
    if not value:
        return ""
    if kind == AttestationKind.ACCREDITATION:
        return str(Role(value))
    return str(Decision(value)) if kind == AttestationKind.APPROVAL else f"code {value}"


def _time(value: int) -> str:
    return moment(value, exact=True) if value else ""


def _text(value: bytes) -> str:
    try:
        return escaping.quoted(numbers.stated(value))
    except UsageError:
        return value.hex()


def _code(value: bytes) -> str:
    return escaping.quoted(value.rstrip(b"\0").decode("ascii", "backslashreplace"))


_LABELS: Final = {"endpointRoot": "endpoints' root", "endpointCount": "number of endpoints"}
_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "kind": lambda value: str(DocumentKind(value)),
    "blinding": lambda value: str(Blinding(value)),
    "milestone": lambda value: str(Milestone(value)),
    "role": lambda value: str(Role(value)),
    "held": lambda value: "yes" if value else "no longer",
    "date": lambda value: declared_date(value) or "",
    "submitted": lambda value: declared_date(value) or "",
    "territory": lambda value: territory(value) if value else "",
    "since": _time,
    "from": lambda value: _time(value) if isinstance(value, int) else value.hex(),
    "until": lambda value: "when it is ended" if value >= FOR_EVER else _time(value),
    "purposes": lambda value: ", ".join(purpose_words(value)),
    "secondPurposes": lambda value: ", ".join(purpose_words(value)),
    "thirdPurposes": lambda value: ", ".join(purpose_words(value)),
    "acts": lambda value: ", ".join(act_words_of_mask(value)),
    "registryId": _text,
    "code": _code,
}
