"""Whether a decision counts: made by whom the reader trusts, or by whom a trusted accreditor had named to decide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Final

from trialseal.ledger.attestations import AttestationRecord, Standing
from trialseal.ledger.codes import Role
from trialseal.ledger.parties import PartyRecord
from trialseal.rules.attesting import Doubt, doubt_of

APPROVING: Final = frozenset((Role.ETHICS_COMMITTEE, Role.REGULATOR))
"""The roles whose decisions are approvals."""


class Authority(Enum):
    """Whether a decision was made by whom the reader trusts to decide."""

    TRUSTED = "trusted"
    UNCLEAR = "cannot be told"
    UNTRUSTED = "not trusted"


def authority_of(
    decision: AttestationRecord,
    accreditors: Collection[bytes],
    accreditations: Mapping[bytes, tuple[AttestationRecord, ...]],
    party: Callable[[bytes], PartyRecord | None],
) -> Authority:
    """Whether, when a decision was made, the reader trusted its author, or a trusted accreditor called it an ethics
    committee or a regulator. A decision that its own author disowns, by naming its key compromised, is not its."""
    doubt = doubt_of(party(decision.author), decision)
    if doubt is Doubt.DISOWNED:
        return Authority.UNTRUSTED
    if decision.author in accreditors:
        return Authority.UNCLEAR if doubt is Doubt.CONTESTED else Authority.TRUSTED
    named = [
        (one.at(decision.time), doubt_of(party(one.author), one))
        for one in accreditations.get(decision.author, ())
        if one.author in accreditors and one.code in APPROVING
    ]
    if any(pair == (Standing.STANDS, None) for pair in named):
        return Authority.UNCLEAR if doubt is Doubt.CONTESTED else Authority.TRUSTED
    unclear = any(at in (Standing.STANDS, Standing.SAME_SECOND) and its is not Doubt.DISOWNED for at, its in named)
    return Authority.UNCLEAR if unclear else Authority.UNTRUSTED
