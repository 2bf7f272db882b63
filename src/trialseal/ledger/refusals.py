"""Why a contract refused: for each of its errors a sentence with the rule, the values, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trialseal.ledger import abi, contracts
from trialseal.ledger.codes import AttestationKind, DocumentKind, act_words_of_mask, purpose_words
from trialseal.ledger.moments import moment

_ERROR = bytes.fromhex("08c379a0")  # Error(string)
_PANIC = bytes.fromhex("4e487b71")  # Panic(uint256)
# https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
_PANICS = {
    0x01: "an assertion failed",
    0x11: "a number overflowed",
    0x12: "a division by zero",
    0x21: "a value outside its list",
    0x22: "a damaged storage entry",
    0x31: "an empty list was shortened",
    0x32: "an index outside its list",
    0x41: "too much memory was asked for",
    0x51: "a function that is not there was called",
}


def explain(data: bytes) -> str:
    """What a contract said when it reverted with `data`, as a sentence without a full stop."""
    found = contracts.decode_error(data)
    if found:
        name, values = found
        sentence = SENTENCES.get(name)
        if sentence:
            return sentence(values)
        return f"the contract refused with {name}({', '.join(str(one) for one in values.values())})"
    try:
        if data[:4] == _ERROR:
            return f"the contract refused: {abi.decode([{'type': 'string'}], data[4:])[0]}"
        if data[:4] == _PANIC:
            code = abi.decode([{"type": "uint256"}], data[4:])[0]
            return (
                f"the contract stopped at a fault of its own ({_PANICS.get(code, f'panic {code}')}): "
                "nothing was recorded; please report it"
            )
    except abi.AbiError:
        pass
    if not data:
        return "the contract refused without a reason: perhaps the call ran out of gas"
    return f"the contract refused with an error that trialseal does not know (0x{data[:4].hex()})"


def _id(value: bytes) -> str:
    return f"{value.hex()[:10]}…"


def _time(seconds: int) -> str:
    return moment(seconds, exact=True)


def _date(number: int) -> str:
    year, month, day = number // 10000, number // 100 % 100, number % 100
    return "-".join([f"{year:04}", *([f"{month:02}"] if month or day else []), *([f"{day:02}"] if day else [])])


def _text(value: bytes) -> str:
    """A registry number as it is written."""
    return value.rstrip(b"\0").decode("ascii", "backslashreplace")


def _kind(code: int) -> str:
    return DocumentKind(code).word


def _purposes(mask: int) -> str:
    return " and ".join(purpose_words(mask)) or f"purpose {mask}"


def _act(code: int) -> str:
    """What a party may not do: 'record a milestone'."""
    done = {
        2: "seal a document",
        3: "record a milestone",
        4: "report results",
        5: "claim a registry number",
        12: "withdraw a registry number",
        13: "veto an offer",
        6: "appoint anybody",
        7: "end an appointment",
        8: "offer the sponsorship",
        10: "name a role",
        11: "write this stream",
    }
    return done.get(code, f"do act {code}")


def _acts(mask: int) -> str:
    return ", ".join(act_words_of_mask(mask)) or f"mask {mask}"


Values = dict[str, Any]

# By the error's name in the contracts. The rules are those of contracts/interfaces.
SENTENCES: dict[str, Callable[[Values], str]] = {
    # Parties
    "PartyExists": lambda v: (
        f"party {_id(v['party'])} exists already: this key created it with the same salt; use it, or take another salt"
    ),
    "KeyNotValid": lambda v: (
        f"key {v['key']} may not {_purposes(v['purpose'])} for party {_id(v['party'])} now: it was never "
        "added for that, or it was revoked; use a valid key of the party, or have its managing key add "
        "this one"
    ),
    "KeyKnown": lambda v: (
        f"key {v['key']} belongs or belonged to party {_id(v['party'])} already, and a key is never added "
        "twice: add a new key"
    ),
    "KeyUnknown": lambda v: (
        f"key {v['key']} never belonged to party {_id(v['party'])}: trialseal party show lists the keys that do"
    ),
    "KeyBeingRemoved": lambda v: (
        f"key {v['key']} of party {_id(v['party'])} is to be removed {_time(v['until'])}: until then it may act and "
        "veto, but not manage; another managing key must do this, or veto the removal first"
    ),
    "PartiesExhausted": lambda v: "there are as many parties on this chain as can be numbered",
    "KeyRevokedBefore": lambda v: (
        f"key {v['key']} of party {_id(v['party'])} was revoked before: there is nothing left to revoke"
    ),
    "KeyWithoutUse": lambda v: (
        f"key {v['key']} with purposes {v['purposes']} could do nothing: give an account's address and at least one "
        "purpose, such as act"
    ),
    "KeyNotBefore": lambda v: (
        f"key {v['key']} was added to party {_id(v['party'])} only after {_time(v['time'])}: what was offered or "
        "stated then is for a managing key from before to veto or contest"
    ),
    "KeyNotBegun": lambda v: (
        f"key {v['key']} of party {_id(v['party'])} is valid only from {_time(v['from'])} on: until then it can be "
        "vetoed, not revoked or reported"
    ),
    "NothingToContest": lambda v: (
        f"nothing is stated against key {v['key']} of party {_id(v['party'])} that can be contested: a statement of "
        "compromise can be for seven days, once"
    ),
    "AdditionPending": lambda v: (
        f"key {v['key']} of party {_id(v['party'])} cannot remove itself while a managing key is being added, whose "
        f"addition can be vetoed until {_time(v['settledAt'])}: do so from then on"
    ),
    "LastManagingKey": lambda v: (
        f"key {v['key']} is the last that manages party {_id(v['party'])}, which would have none left: add "
        "another managing key first"
    ),
    "NothingToVeto": lambda v: (
        f"no change of key {v['key']} of party {_id(v['party'])} is pending: a veto is possible in the seven days "
        "after a managing key was added or revoked"
    ),
    "CompromiseNotEarlier": lambda v: (
        f"a key can be stated compromised since {_time(v['limit'])} at the latest, not since "
        f"{_time(v['since'])}: such a statement is never in the future, and is restated only earlier"
    ),
    # Attestations
    "AttestationKindUnknown": lambda v: (
        f"attestations have no kind {v['kind']}: their kinds are {', '.join(AttestationKind.words())}"
    ),
    "SubjectMissing": lambda v: (
        "the attestation says nothing of what it is about: name a party, a trial, or a registry number"
    ),
    "SelfAccreditation": lambda v: f"party {_id(v['party'])} cannot vouch for itself: ask another party to do so",
    "EndNotAhead": lambda v: (
        f"an attestation cannot end {_time(v['until'])}, which is not after {_time(v['time'])}, the time of its block: "
        "name a later end, or none"
    ),
    # Relayed
    "ActNotRelayable": lambda v: "what was signed is no act that can be sent for somebody else",
    "SignatureExpired": lambda v: (
        f"the signature was good until {_time(v['deadline'])} only: have the act signed again with a later deadline"
    ),
    "SignatureNotValid": lambda v: (
        f"the signature is not that of key {v['key']} over this act on this chain: have it signed again"
    ),
    "NonceUsed": lambda v: (
        f"key {v['key']} used or gave up nonce {v['nonce']} before: the act is recorded already, or must be "
        "signed again"
    ),
    # TrialRegistry
    "TrialUnknown": lambda v: f"there is no trial {_id(v['trial'])} on this chain: register it first",
    "TrialExists": lambda v: (
        f"trial {_id(v['trial'])} is registered already: this sponsor used the same code before; amend that "
        "trial, or take another code"
    ),
    "NotPermitted": lambda v: (
        f"party {_id(v['actor'])} may not {_act(v['act'])} for trial {_id(v['trial'])}: it is neither the "
        "sponsor nor appointed for this act now; ask the sponsor to appoint it"
    ),
    "DigestMissing": lambda v: "a digest is missing where one must stand: name the document, endpoint or stream",
    "DocumentSealedBefore": lambda v: (
        f"document {_id(v['document'])} is sealed already as {_kind(v['kind'])} of trial {_id(v['trial'])}: "
        "nothing is left to do"
    ),
    "KindNotSealable": lambda v: (
        "results are sealed by reporting them: use trialseal results"
        if v["kind"] == 4
        else f"there is no document kind {v['kind']}: kinds are 1 to 9"
    ),
    "VersionOutOfOrder": lambda v: (
        f"the next version of this trial's {_kind(v['kind'])} is {v['expected']}, not {v['given']}: perhaps "
        "somebody sealed another meanwhile; look at trialseal history and try again"
    ),
    "EndpointSetMismatch": lambda v: (
        f"a {_kind(v['kind'])} with {v['endpointCount']} endpoints cannot be sealed: a protocol needs at "
        "least one, plans and registry records may have some, other documents none, and a set needs its "
        "root"
    ),
    "BlindingUnknown": lambda v: (
        f"blinding {v['blinding']} is none of 0 not stated, 1 blinded and 2 unblinded: choose one of these"
    ),
    "MilestoneUnknown": lambda v: f"there is no milestone {v['milestone']}: their numbers begin with 1",
    "EndpointNotInSet": lambda v: (
        f"the endpoint set of protocol version {v['protocolVersion']} does not exist"
        if not any(v["endpointSet"])
        else f"endpoint {_id(v['endpoint'])} is not among those of protocol version {v['protocolVersion']}: "
        "report it as post hoc, or against the version that holds it"
    ),
    "ProofWithoutProtocol": lambda v: (
        "a post hoc result is in no protocol version and so has no proof: leave out the proof, or name the version"
    ),
    "ActUnknown": lambda v: (
        f"the trial has no act {v['act']} yet, so that no statement can stand in its place: trialseal history numbers "
        "its acts"
    ),
    "ActsNotDelegable": lambda v: (
        f"these acts cannot be given to another party so: {_acts(v['acts'])}; seal, milestone, results and "
        "claim-registry-id can, and open-stream for a named stream"
    ),
    "AppointmentPeriod": lambda v: (
        f"an appointment from {_time(v['from'])} until {_time(v['until'])} is empty, begins in the past, or "
        "overlaps the party's last one: choose another period"
    ),
    "AppointmentUnknown": lambda v: (
        f"party {_id(v['appointee'])} has no appointment {v['index']} under the present sponsor: trialseal "
        "history lists them"
    ),
    "AppointmentOnlyShortens": lambda v: (
        f"an appointment until {_time(v['present'])} cannot be made to end at {_time(v['until'])}: it may "
        "only be shortened, and not into the past; make a new one for a longer time"
    ),
    "SameParty": lambda v: f"party {_id(v['party'])} cannot appoint itself or take the trial over from itself",
    "PartyUnknown": lambda v: f"there is no party {_id(v['party'])} on this chain: check its id",
    "NotOffered": lambda v: (
        f"trial {_id(v['trial'])} is not offered to party {_id(v['party'])}: its sponsor must offer it first"
    ),
    "OfferNotYetEffective": lambda v: (
        f"the offer of trial {_id(v['trial'])} can be accepted from {_time(v['effective'])} on: until then the "
        "sponsor's managing keys may veto it; try again then"
    ),
    "NoOfferToVeto": lambda v: (
        f"no offer of trial {_id(v['trial'])} can be vetoed: none stands, or its seven days are over"
    ),
    "StreamNotOpen": lambda v: (
        f"party {_id(v['writer'])} has not opened stream {_id(v['stream'])} of trial {_id(v['trial'])}: open it first"
    ),
    "StreamOpenedBefore": lambda v: (
        f"party {_id(v['writer'])} opened stream {_id(v['stream'])} of trial {_id(v['trial'])} before: "
        "nothing is left to do"
    ),
    # TrialLog
    "SizeNotGrown": lambda v: (
        f"the log has {v['present']} entries anchored, and a head of {v['given']} adds none: perhaps somebody anchored "
        "them meanwhile; read the log's head again"
    ),
    "StepTooLong": lambda v: (
        f"a head of {v['given']} entries after one of {v['present']} adds more than the {v['most']} that one step may: "
        "anchor a smaller head first"
    ),
    "RootMissing": lambda v: "the first head of a log has no root: give the root over its entries",
    "HeadsNotConsistent": lambda v: (
        f"the proof is for another present head ({_id(v['oldReached'])}) than the one anchored ({_id(v['oldRoot'])}): "
        "what was anchored is not what the proof was made from; audit the store against its heads"
        if v["oldReached"] != v["oldRoot"]
        else f"the proof leads to the root {_id(v['newReached'])}, the new head has {_id(v['newRoot'])}: make the "
        "proof again, from the same entries as the head"
    ),
    "EntryNotIncluded": lambda v: (
        f"the proof of entry {v['index']} leads to the root {_id(v['reached'])}, the head of {v['size']} entries has "
        f"{_id(v['root'])}: the entry is not in this log at this place, or the proof is for another head"
    ),
    "GasTooLittle": lambda v: (
        f"act {v['place']} of the batch, counted from 0, used up nearly all gas: send fewer acts at once, or more gas"
    ),
    "BatchInBatch": lambda v: (
        f"act {v['place']} of the batch, counted from 0, is a batch itself: send its acts beside it"
    ),
    # Libraries
    "CountExhausted": lambda v: "the trial has as many acts, versions, transfers or heads of a log as can be counted",
    "DateDoesNotExist": lambda v: (
        f"the date {_date(v['date'])} is not in the calendar: write a day from 1900 on as yyyy-mm-dd, or "
        "leave out what is not known, as in 2020-05"
    ),
    "DateInFuture": lambda v: (
        f"the date {_date(v['date'])} has not begun anywhere by the chain's clock, {_date(v['latest'])} "
        "has: only what happened can be stated"
    ),
    "RegistryIdNotText": lambda v: (
        f"{_text(v['registryId'])!r} is not a registry number: write it in letters, digits and signs of ASCII, such as "
        "NCT04368728"
    ),
    "RegistryIdEmpty": lambda v: (
        f"{_text(v['registryId'])!r} is not a registry number: nothing is left without zeros and separators; write one "
        "such as NCT04368728"
    ),
    "IndexOutsideTree": lambda v: (
        f"number {v['index']}, counted from 0, cannot be in a tree of {v['size']}: make the proof again"
    ),
    "ProofLength": lambda v: (
        f"a proof of {v['given']} nodes does not fit the sizes of the trees that it is for: make the proof again"
    ),
    "SizesOutOfOrder": lambda v: (
        f"nothing can be proven between a tree of {v['oldSize']} and one of {v['newSize']}: the old one must have "
        "entries, and the new one more"
    ),
    # OpenZeppelin
    "AddressEmptyCode": lambda v: f"there is no contract at {v['target']}, which the call wants to reach",
    "FailedCall": lambda v: "a call inside the contract failed without a reason: probably it ran out of gas",
    "InvalidShortString": lambda v: "a text in the contract is damaged: nothing was recorded; please report it",
    "StringTooLong": lambda v: "a text in the contract is too long: nothing was recorded; please report it",
    "FailedDeployment": lambda v: "the account could not be made: nothing was recorded; send more gas, and try again",
    "InsufficientBalance": lambda v: (
        f"the contract has {v['balance']} wei and needs {v['needed']}: it should need none; please report it"
    ),
    "Create2EmptyBytecode": lambda v: "the account to be made has no code: nothing was recorded; please report it",
    "CloneArgumentsTooLong": lambda v: "a board has too many members for an account: name fewer",
    # Boards
    "ThresholdOutOfRange": lambda v: (
        f"a board of {v['members']} cannot need {v['threshold']} signatures: name a number from 1 to that of its "
        "members"
    ),
    "MembersNotAscending": lambda v: (
        f"member {v['member']} comes after {v['before']}, and a board's members are in ascending order, each once: "
        "sort their addresses"
    ),
}
