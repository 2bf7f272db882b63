"""What proves each finding: slots of state and the logs that roll into them, or a node's word; docs/verdicts.md has it
as a table.

A log counts as proven with the slot whose word or digest it rolls into, so that none can be left out or put in. A node
alone says in which block and transaction a log lies, who paid, how final a block is, and which other trials hold a
digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

TRIALS: Final = "TrialRegistry._trials"
DOCUMENTS: Final = "TrialRegistry._documents"
ENDPOINT_SETS: Final = "TrialRegistry._endpointSets"
ALL_TRIALS: Final = "TrialRegistry._trialsWord"
NUMBERS: Final = "TrialRegistry._numberWords"
TENURES: Final = "TrialRegistry._tenures"
PARTIES: Final = "Parties._parties"
ATTESTED: Final = "Attestations._words"
HEADS: Final = "TrialLog._logs"

ROLLS_INTO: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "TrialRegistry": (TRIALS, NUMBERS, ALL_TRIALS),
        "Parties": (PARTIES,),
        "Attestations": (ATTESTED,),
        "TrialLog": (HEADS,),
    }
)
"""The slots that hold what a contract's logs are rolled into."""

SEALS: Final = tuple(
    f"TrialRegistry.{one}" for one in ("TrialRegistered", "DocumentSealed", "ResultReported", "MilestoneRecorded")
)
MILESTONES: Final = ("TrialRegistry.MilestoneRecorded",)
REPORTS: Final = ("TrialRegistry.ResultReported",)
CLAIMS: Final = ("TrialRegistry.RegistryIdClaimed", "TrialRegistry.RegistryIdWithdrawn")
MAY_ACT: Final = tuple(
    f"TrialRegistry.{one}" for one in ("TrialRegistered", "TransferAccepted", "Appointed", "AppointmentShortened")
)
ATTESTING: Final = ("Attestations.Attested", "Attestations.Withdrawn")
KEYS: Final = tuple(
    f"Parties.{one}"
    for one in ("PartyCreated", "KeyAdded", "KeyRevoked", "KeyVetoed", "CompromiseDeclared", "CompromiseContested")
)
PROFILES: Final = ("Parties.PartyCreated", "Parties.ProfileChanged")
STREAMS: Final = ("TrialRegistry.StreamOpened", "TrialLog.HeadExtended")

NODES: Final = (
    "block number",
    "transaction",
    "payer",
    "how final a block is",
    "the newest block",
    "other trials' seals",
)
"""What is a node's word and no more, until a reader proves it by other means."""


class Grounds(NamedTuple):
    """What a finding rests on."""

    slots: tuple[str, ...] = ()
    """Variables of the contracts, as docs/bytes.md lists them."""
    logs: tuple[str, ...] = ()
    """Events of the contracts."""
    node: tuple[str, ...] = ()
    """What a node says without proof; of `NODES`."""
    beside: str = ""
    """What the reader brings: files, a record, a choice."""


_RECORD = Grounds(beside="the registry's record")
_PAPER = Grounds(beside="the registry's record, the manuscript")
_SEALED_FIRST = Grounds((TRIALS,), SEALS, beside="documents of protocol versions, where there are parts")
_BY_MILESTONES = Grounds((TRIALS,), SEALS)
_ACCREDITED = Grounds((TRIALS, ATTESTED, PARTIES), (*SEALS, *ATTESTING, *KEYS), beside="whom you trust")
_NAMED = Grounds(
    (TRIALS, ATTESTED, PARTIES),
    (*SEALS, *ATTESTING, *PROFILES, *KEYS),
    beside="profiles, a record, the party's web domain",
)
_CLAIMED = Grounds((TRIALS, NUMBERS, ATTESTED, PARTIES), (*CLAIMS, *ATTESTING, *KEYS), beside="whom you trust")
_DECIDED = Grounds((TRIALS, ATTESTED, PARTIES), (*SEALS, *ATTESTING, *KEYS), beside="whom you trust")
_COUNTED = Grounds((TRIALS, NUMBERS), (*SEALS, *CLAIMS), beside="which documents are given")
_COMPLETE = Grounds((TRIALS,), (*SEALS, *CLAIMS, *MAY_ACT))
_PROVEN = Grounds((TRIALS, ENDPOINT_SETS), SEALS, beside="the results document, documents of protocol versions")
_CONSENTS = Grounds((TRIALS, HEADS), STREAMS, beside="the stores of the streams")
_CONSENTS_FORMS = Grounds(
    (TRIALS, HEADS, ATTESTED, PARTIES),
    (*STREAMS, *SEALS, *ATTESTING, *KEYS),
    beside="the stores of the streams, and whom you trust",
)

GROUNDS: Final[Mapping[str, Grounds]] = MappingProxyType(
    {
        # of a file
        "sealed-here": Grounds(
            (TRIALS, DOCUMENTS, ALL_TRIALS),
            SEALS,
            ("other trials' seals",),
            "the file; not sealed in this trial is proven",
        ),
        "this-trial": Grounds(
            (TRIALS,), SEALS, ("other trials' seals",), "receipts, whom you trust, the trial you name"
        ),
        "says-what-was-sealed": Grounds((TRIALS, DOCUMENTS), SEALS, beside="the document"),
        "endpoint-set": Grounds((TRIALS, ENDPOINT_SETS), SEALS, beside="the document"),
        "results-proven": _PROVEN,
        "primary-reported": _PROVEN,
        "reports-listed": _PROVEN,
        "post-hoc-named": _PROVEN,
        "prospective": Grounds((TRIALS, NUMBERS), (*MILESTONES, *REPORTS, *CLAIMS), beside="the registry's record"),
        "protocol-sealed-first": _SEALED_FIRST,
        "endpoints-before-data": Grounds((TRIALS, ENDPOINT_SETS), SEALS, beside="documents of protocol versions"),
        "amended-blinded": _BY_MILESTONES,
        "acting-party": Grounds((TRIALS, TENURES), (*SEALS, *MAY_ACT)),
        "key-trusted": Grounds((TRIALS, PARTIES), (*SEALS, *KEYS)),
        "party-accredited": _ACCREDITED,
        "party-named": _NAMED,
        "number-claimants": _CLAIMED,
        "approvals": _DECIDED,
        "version-standing": _BY_MILESTONES,
        "other-results": Grounds((TRIALS,), REPORTS, beside="documents of protocol versions"),
        "all-counted": _COUNTED,
        "history-complete": _COMPLETE,
        "settled": Grounds(node=("block number", "how final a block is", "the newest block")),
        "node-current": Grounds(node=("the newest block",), beside="this computer's clock"),
        # of a trial, by its record
        "registered-before-enrolment": _RECORD,
        "start-date-kept": _RECORD,
        "fdaaa-registered": _RECORD,
        "fdaaa-updated": _RECORD,
        "who-data-set": _RECORD,
        "data-sharing-plan": _RECORD,
        "data-sharing-statement": Grounds(beside="the manuscript"),
        "registered-outcomes-kept": _RECORD,
        "record-outcomes-defined": _RECORD,
        "protocol-outcomes-defined": Grounds(beside="the protocol's document"),
        "paper-outcomes-defined": Grounds(beside="the manuscript"),
        "reported-as-registered": _PAPER,
        "reported-were-registered": _PAPER,
        "registered-were-reported": _PAPER,
        "stop-explained": _RECORD,
        "fdaaa-results": _RECORD,
        "fdaaa-secondary-results": _RECORD,
        "registry-accepted": _RECORD,
        "uk-registered": _RECORD,
        "uk-results": _RECORD,
        "eudract-results": _RECORD,
        # of a trial, by its acts
        "record-notarised": Grounds((ATTESTED,), ATTESTING, beside="the record's files"),
        "numbers-agree": Grounds((TRIALS,), CLAIMS, beside="the registry's record, the manuscript"),
        "sealed-before-enrolment": _SEALED_FIRST,
        "sponsor-vouched": _ACCREDITED,
        "sponsor-named": _NAMED,
        "number-claimed-once": _CLAIMED,
        "everything-counted": _COUNTED,
        "acts-complete": _COMPLETE,
        "plan-before-lock": _BY_MILESTONES,
        "endpoints-first-sealed": Grounds((TRIALS, ENDPOINT_SETS), SEALS, beside="documents of protocol versions"),
        "amendments-blinded": _BY_MILESTONES,
        "amendments-before-lock": Grounds((TRIALS, ENDPOINT_SETS), SEALS),
        "interim-looks-planned": Grounds((TRIALS,), SEALS, beside="the analysis plan's document"),
        "results-after-completion": Grounds((TRIALS,), SEALS, beside="the registry's record, the analysis plan"),
        "eu-notices": Grounds((TRIALS,), (*MILESTONES, *CLAIMS), beside="the registry's record"),
        "eu-results": Grounds((TRIALS,), (*MILESTONES, *CLAIMS), beside="the registry's record"),
        "results-sealed": Grounds((TRIALS,), SEALS, beside="the registry's record"),
        "planned-proven": _PROVEN,
        "primary-sealed-reported": _PROVEN,
        "post-hoc-called-so": _PROVEN,
        "approved-before-enrolment": _DECIDED,
        "consent-audit": _CONSENTS_FORMS,
        # of participants' consents
        "consent-before-enrolment": _CONSENTS,
        "consent-version": _CONSENTS_FORMS,
        "asked-again": _CONSENTS_FORMS,
        "treated-after-withdrawal": _CONSENTS,
        "followed-after-withdrawal": _CONSENTS,
        "data-after-withdrawal": _CONSENTS,
        "form-approved": _CONSENTS_FORMS,
    }
)
"""Of each rule, what its findings rest on."""


def grounds_table() -> str:
    """The table in docs/verdicts.md, which a test holds against this."""
    rows = [
        f"| `{rule}` | {_code(one.slots)} | {_events(one.logs)} | {', '.join(one.node) or '–'} | {one.beside or '–'} |"
        for rule, one in GROUNDS.items()
    ]
    head = "| finding | slots | logs | this node's word | brought by you |"
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{one}`" for one in names) or "–"


def _events(names: tuple[str, ...]) -> str:
    """The events by contract, each once: a contract's name stands before its first."""
    by_contract: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        contract, _, event = name.partition(".")
        by_contract.setdefault(contract, []).append(event)
    return "; ".join(f"{contract}: {', '.join(events)}" for contract, events in by_contract.items()) or "–"
