"""Who is left out of a package: whoever withdrew the use of their data, as far as the withdrawal reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from trialseal.documents.times import Order, order
from trialseal.evidence.consents import Entry


class Reach(Enum):
    """What a withdrawal says of sharing."""

    OUT = "their data are not shared"
    UNDETERMINED = "neither it nor the terms say whether their data may be shared"
    IN = "their data may be shared"


class Standing(NamedTuple):
    """The last word of a participant on the use of their data, where that is a withdrawal."""

    withdrawal: Entry
    reach: Reach


def reach_of(withdrawal: Entry, legal_basis: str | None) -> Reach:
    """What a withdrawal from data-use reaches: what it says itself, else what the legal basis of the sharing allows.

    Where the sharing rests on consent, withdrawing ends it (GDPR 7(3)); on another basis it does not by itself (EDPB
    Opinion 3/2019, 2.3).
    """
    stated = withdrawal.event.get("reach")
    if stated == "new-data":
        return Reach.IN
    if stated is not None or legal_basis == "consent":
        return Reach.OUT
    return Reach.UNDETERMINED if legal_basis is None else Reach.IN


def withdrawn(entries: Iterable[Entry], legal_basis: str | None) -> Mapping[str, Standing]:
    """By pseudonym, who has withdrawn from data-use and not consented to it since; `entries` are those that stand.

    Of several withdrawals the one that reaches furthest counts.
    """
    every = withdrawals(entries, legal_basis)
    return {who: min(those, key=lambda one: _FURTHEST.index(one.reach)) for who, those in every.items()}


def withdrawals(
    entries: Iterable[Entry], legal_basis: str | None, *, by: str | None = None
) -> Mapping[str, tuple[Standing, ...]]:
    """By pseudonym, each withdrawal from data-use that no later consent takes back; `entries` are those that stand.

    A consent takes back what it certainly came after; with `by` only if it was certainly given before that time. Whose
    entries were erased may have no withdrawal left to read: erasing counts as one, which nothing takes back.
    """
    consents: dict[str, list[Entry]] = {}
    found: dict[str, list[Standing]] = {}
    for one in entries:
        if one.subject is None:
            continue
        if one.type == "withdrawal" and one.event.get("scope") == "data-use":
            found.setdefault(one.subject, []).append(Standing(one, reach_of(one, legal_basis)))
        elif one.type == "erasure":
            found.setdefault(one.subject, []).append(Standing(one, Reach.OUT))
        elif one.type == "consent" and _to_data_use(one) and (by is None or order(one.at, by) is Order.BEFORE):
            consents.setdefault(one.subject, []).append(one)
    left = {
        who: tuple(one for one in those if not _taken_back(one.withdrawal, consents.get(who, ())))
        for who, those in found.items()
    }
    return {who: those for who, those in left.items() if those}


def _taken_back(withdrawal: Entry, consents: Iterable[Entry]) -> bool:
    return withdrawal.type != "erasure" and any(order(one.at, withdrawal.at) is Order.AFTER for one in consents)


def _to_data_use(consent: Entry) -> bool:
    covers = consent.event.get("covers")
    return consent.event.get("status") in ("given", "assent") and (not covers or "data-use" in covers)


_FURTHEST = (Reach.OUT, Reach.UNDETERMINED, Reach.IN)
