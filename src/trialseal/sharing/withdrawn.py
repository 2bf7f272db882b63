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

    A later consent takes a withdrawal back only where it certainly came later. Of several withdrawals the one that
    reaches furthest counts. Whose entries were erased has no withdrawal left to read, and is left out in any case.
    """
    consents: dict[str, list[Entry]] = {}
    withdrawals: dict[str, list[Entry]] = {}
    erased: dict[str, Standing] = {}
    for one in entries:
        if one.subject is None:
            continue
        if one.type == "withdrawal" and one.event.get("scope") == "data-use":
            withdrawals.setdefault(one.subject, []).append(one)
        elif one.type == "erasure":
            erased[one.subject] = Standing(one, Reach.OUT)
        elif one.type == "consent" and _to_data_use(one):
            consents.setdefault(one.subject, []).append(one)
    found: dict[str, Standing] = {}
    for subject, those in withdrawals.items():
        for one in those:
            if any(order(other.at, one.at) is Order.AFTER for other in consents.get(subject, ())):
                continue
            standing = Standing(one, reach_of(one, legal_basis))
            if subject not in found or _FURTHEST.index(standing.reach) < _FURTHEST.index(found[subject].reach):
                found[subject] = standing
    return found | erased


def _to_data_use(consent: Entry) -> bool:
    covers = consent.event.get("covers")
    return consent.event.get("status") in ("given", "assent") and (not covers or "data-use" in covers)


_FURTHEST = (Reach.OUT, Reach.UNDETERMINED, Reach.IN)
