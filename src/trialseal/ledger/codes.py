"""The numbers that the contracts use, with their words: the mirror of `contracts/interfaces/Types.sol`."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    1: "protocol",
    2: "analysis-plan",
    3: "registry-record",
    4: "results",
    5: "consent-form",
    6: "charter",
    7: "dataset",
    8: "other",
    9: "protocol-file",
}
BLINDING: Final = {0: "not-stated", 1: "blinded", 2: "unblinded"}
MILESTONES: Final = {
    1: "first-participant-enrolled",
    2: "recruitment-closed",
    3: "halted",
    4: "resumed",
    5: "data-cut-off",
    6: "interim-look",
    7: "dsmb-recommendation",
    8: "data-lock",
    9: "unblinding",
    10: "participant-unblinding",
    11: "crossover",
    12: "primary-completion",
    13: "completion",
    14: "terminated",
    15: "withdrawn",
    16: "first-consent",
    17: "recruitment-opened",
    18: "last-participant-last-visit",
    19: "other",
}
PURPOSES: Final = {1: "manage", 2: "act", 4: "stream"}
ACTS: Final = {
    1: "register",
    2: "seal",
    3: "milestone",
    4: "results",
    5: "claim-registry-id",
    6: "appoint",
    7: "shorten-appointment",
    8: "offer-transfer",
    9: "accept-transfer",
    10: "name-role",
    11: "open-stream",
}
ATTESTATIONS: Final = {1: "accreditation", 2: "approval", 3: "snapshot", 4: "review"}
ROLES: Final = {
    1: "sponsor",
    2: "cro",
    3: "site",
    4: "ethics-committee",
    5: "regulator",
    6: "registry",
    7: "journal",
    8: "auditor",
    9: "device",
    10: "co-sponsor",
    11: "collaborator",
}
DECISIONS: Final = {
    1: "approved",
    2: "approved-with-conditions",
    3: "refused",
    4: "withdrawn-by-body",
    5: "waived",
}


def code_of(words: dict[int, str], word: str) -> int:
    """The number of a word; `KeyError` if there is none: callers name what is allowed."""
    for code, known in words.items():
        if known == word:
            return code
    raise KeyError(word)


def words_of_mask(words: dict[int, str], mask: int) -> list[str]:
    """The words of a bit mask whose bits are the codes themselves (purposes)."""
    return [word for bit, word in words.items() if mask & bit]


def acts_of_mask(mask: int) -> list[str]:
    """The acts that an appointment permits: bit `1 << act` each."""
    return [word for code, word in ACTS.items() if mask & (1 << code)]
