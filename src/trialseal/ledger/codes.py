"""The numbers that the contracts use, with their words: the mirror of `contracts/interfaces/Types.sol`.

The contracts let more numbers through than are listed here, so each list takes any: `DocumentKind(77)` is a value
that prints as 'kind 77'.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Code(IntEnum):
    """A number of one of the contracts' lists; `str()` is its word, such as registry-record."""

    @classmethod
    def noun(cls) -> str:
        """What a number of this list is called where it has no word of its own."""
        return "code"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_ = f"UNKNOWN_{value}"
        unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether the number is one that this version has a word for."""
        return self._name_ in type(self).__members__

    @property
    def word(self) -> str:
        """The word that commands and documents use: first-participant-enrolled; 'milestone 200' if there is none."""
        return self._name_.lower().replace("_", "-") if self.is_known else f"{self.noun()} {int(self)}"

    def __str__(self) -> str:
        return self.word

    def __format__(self, spec: str) -> str:
        return format(self.word, spec)

    @classmethod
    def named(cls, word: str) -> Self:
        """The number of a word; `KeyError` if there is none: callers name what is allowed."""
        for code in cls:
            if code.word == word:
                return code
        raise KeyError(word)

    @classmethod
    def words(cls) -> list[str]:
        """Every word of the list, in the order of the numbers."""
        return [code.word for code in cls]


class DocumentKind(Code):
    """What a sealed document is."""

    PROTOCOL = 1
    ANALYSIS_PLAN = 2
    REGISTRY_RECORD = 3
    RESULTS = 4
    CONSENT_FORM = 5
    CHARTER = 6
    DATASET = 7
    OTHER = 8
    PROTOCOL_FILE = 9

    @classmethod
    def noun(cls) -> str:
        return "kind"


class Blinding(Code):
    """Whether those who decided on a version had seen unblinded data."""

    NOT_STATED = 0
    BLINDED = 1
    UNBLINDED = 2

    @classmethod
    def noun(cls) -> str:
        return "data state"


class Milestone(Code):
    """What a milestone states to have happened; a correction states that an earlier act was made in error."""

    FIRST_PARTICIPANT_ENROLLED = 1
    RECRUITMENT_CLOSED = 2
    HALTED = 3
    RESUMED = 4
    DATA_CUT_OFF = 5
    INTERIM_LOOK = 6
    DSMB_RECOMMENDATION = 7
    DATA_LOCK = 8
    UNBLINDING = 9
    PARTICIPANT_UNBLINDING = 10
    CROSSOVER = 11
    PRIMARY_COMPLETION = 12
    COMPLETION = 13
    TERMINATED = 14
    WITHDRAWN = 15
    FIRST_CONSENT = 16
    RECRUITMENT_OPENED = 17
    LAST_PARTICIPANT_LAST_VISIT = 18
    OTHER = 19
    CORRECTION = 20

    @classmethod
    def noun(cls) -> str:
        return "milestone"


class Purpose(Code):
    """What a key may be used for; a key's purposes are a sum of these."""

    MANAGE = 1
    ACT = 2
    STREAM = 4
    ATTEST = 8

    @classmethod
    def noun(cls) -> str:
        return "purpose"


class ActCode(Code):
    """What may be done in a trial."""

    REGISTER = 1
    SEAL = 2
    MILESTONE = 3
    RESULTS = 4
    CLAIM_REGISTRY_ID = 5
    APPOINT = 6
    SHORTEN_APPOINTMENT = 7
    OFFER_TRANSFER = 8
    ACCEPT_TRANSFER = 9
    NAME_ROLE = 10
    OPEN_STREAM = 11
    WITHDRAW_REGISTRY_ID = 12
    VETO_OFFER = 13

    @classmethod
    def noun(cls) -> str:
        return "act"


class AttestationKind(Code):
    """What a party states of a subject."""

    ACCREDITATION = 1
    APPROVAL = 2
    SNAPSHOT = 3
    REVIEW = 4
    PERMIT = 5
    FIRMWARE = 6
    CHECKPOINT = 7

    @classmethod
    def noun(cls) -> str:
        return "attestation of kind"


class Role(Code):
    """What a party is, or is vouched for as."""

    SPONSOR = 1
    CRO = 2
    SITE = 3
    ETHICS_COMMITTEE = 4
    REGULATOR = 5
    REGISTRY = 6
    JOURNAL = 7
    AUDITOR = 8
    DEVICE = 9
    CO_SPONSOR = 10
    COLLABORATOR = 11
    MANUFACTURER = 12
    DEPOT = 13
    LABORATORY = 14
    DATA_ACCESS_COMMITTEE = 15
    COURIER = 16
    DEVICE_MAKER = 17
    MONITOR = 18

    @classmethod
    def noun(cls) -> str:
        return "role"


class Decision(Code):
    """What a committee or a regulator decided."""

    APPROVED = 1
    APPROVED_WITH_CONDITIONS = 2
    REFUSED = 3
    WITHDRAWN_BY_COMMITTEE = 4
    WAIVED = 5

    @classmethod
    def noun(cls) -> str:
        return "decision"


APPROVING = frozenset({Decision.APPROVED, Decision.APPROVED_WITH_CONDITIONS, Decision.WAIVED})
"""The decisions that let a trial go on."""


def purpose_words(mask: int) -> list[str]:
    """The purposes of a key; every bit has a word, known or not."""
    return [Purpose(1 << bit).word for bit in range(mask.bit_length()) if mask >> bit & 1]


def purposes_told(mask: int) -> str:
    """The same for a reader: 'manage, act and 12 purposes kept for later', which have no meaning yet."""
    words = purpose_words(mask)
    known = [one for one in words if not one.startswith("purpose ")]
    later = len(words) - len(known)
    kept = f"{later} purpose{'' if later == 1 else 's'} kept for later" if later else ""
    return " and ".join(one for one in (", ".join(known), kept) if one)


def act_words_of_mask(mask: int) -> list[str]:
    """The acts that an appointment permits, bit `1 << act` each; every bit has a word, known or not."""
    return [ActCode(bit).word for bit in range(mask.bit_length()) if mask >> bit & 1]
