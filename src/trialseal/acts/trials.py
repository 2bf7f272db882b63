"""The acts of a trial as values. Each takes what it states, and refuses in a sentence what cannot be stated."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from trialseal.acts.act import ZERO, Act
from trialseal.documents import endpoints
from trialseal.documents.identifiers import date_code, date_text, trial_code_bytes, trial_id
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.folder.layout import ENDPOINT_SHEETS
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.codes import ActCode, Blinding, DocumentKind, Milestone, Role, act_words_of_mask
from trialseal.ledger.moments import FOR_EVER, moment
from trialseal.registries import numbers

REGISTRY: Final = "TrialRegistry"
WITH_MODEL: Final = (DocumentKind.ANALYSIS_PLAN, DocumentKind.REGISTRY_RECORD, DocumentKind.DATASET)
"""Kinds of file that may be documents of trialseal; protocols and results are sealed by acts of their own."""
# The contract allows for every time zone (UTC+14); here a date is refused before anything is sent.
_AHEAD = 14 * 3600
_MOST_PART = 1 << 16
_LASTING: Final = "this act, under your party; a later act can correct it, and both are shown"


def register(party: bytes, protocol: FileReading) -> Act:
    """Registers a trial with version 1 of its protocol, a document that passed its model."""
    document = _document(protocol)
    if document["version"] != 1:
        raise UsageError(f"{protocol.path} is version {document['version']}: a trial is registered with version 1")
    require_confirmed(document, protocol)
    code = document["trial"]["code"]
    root, count = endpoints.endpoint_root(document), len(document["endpoints"])
    return Act(
        contract=REGISTRY,
        function="register",
        arguments=((party, trial_code_bytes(code), protocol.digest, root, count),),
        about=trial_id(party, code),
        words=f"trial {code} with protocol version 1 and {_endpoints(count)}",
        lasting="the trial, and each later act, under your party; a later act can correct one, and both are shown",
        document=protocol,
    )


def require_confirmed(document: Mapping[str, Any], file: FileReading) -> None:
    """UsageError for a draft with endpoints that nobody has compared with the protocol's own text."""
    for source in document.get("drafted_from", ()):
        if open_ones := source.get("unconfirmed"):
            raise UsageError(
                f"{file.path}: {len(open_ones)} of {_endpoints(len(document['endpoints']))} are drafted from "
                f"{quoted(source['record'])} and not confirmed: compare each with the protocol's own text, and write "
                f"who did and when into the column confirmed of {ENDPOINT_SHEETS[0]}"
            )


def amend(trial: bytes, party: bytes, protocol: FileReading) -> Act:
    """Seals the next version of the protocol: a document with its number and amendment in it."""
    document = _document(protocol)
    require_confirmed(document, protocol)
    version, blinding = int(document["version"]), Blinding.named(document["amendment"]["blinding"])
    root, count = endpoints.endpoint_root(document), len(document["endpoints"])
    return Act(
        contract=REGISTRY,
        function="seal",
        arguments=((trial, party, DocumentKind.PROTOCOL, version, blinding, protocol.digest, root, count),),
        about=trial,
        words=f"protocol version {version} with {_endpoints(count)}, data state: {blinding}",
        lasting=_LASTING,
        document=protocol,
    )


def seal(
    trial: bytes, party: bytes, file: FileReading, kind: DocumentKind, version: int, blinding: Blinding, name: str = ""
) -> Act:
    """Seals a file as `version`, the next, of its kind."""
    if kind is DocumentKind.PROTOCOL_FILE and file.canonical is not None:
        raise UsageError(f"{file.path} is a protocol document: trialseal register and amend seal it with its endpoints")
    digest, root, count = file.raw, ZERO, 0
    if kind in WITH_MODEL and file.document is not None:
        digest = file.digest
        if file.document.get("endpoints"):
            root, count = endpoints.endpoint_root(file.document), len(file.document["endpoints"])
    return Act(
        contract=REGISTRY,
        function="seal",
        arguments=((trial, party, kind, version, blinding, digest, root, count),),
        about=trial,
        words=f"{name or file.path.name} as {kind} version {version}",
        lasting=_LASTING,
        doubts=() if file.size else (f"{quoted(file.path.name)} is empty: is it the file that you mean?",),
        document=file,
    )


def milestone(
    trial: bytes,
    party: bytes,
    what: Milestone,
    on: str,
    *,
    part: int = 0,
    part_name: str = "",
    document: FileReading | None = None,
    instead_of: int | None = None,
) -> Act:
    """States that something happened on a day; `instead_of` is the number of the act in whose place it stands."""
    words = f"milestone {what} on {on}" + (f", part {part_name or part}" if part else "")
    if instead_of is not None:
        _require_number(instead_of)
        words += f", in place of act {instead_of}"
    return _milestone(trial, party, what, past_date(on, "--on"), part, document, instead_of or 0, words)


def _require_number(act: int) -> None:
    """UsageError for what no act's number can be: the contracts count acts in 32 bits."""
    if not 1 <= act < 1 << 32:
        raise UsageError(f"{act} is not an act's number: trialseal history shows them, from 1")


def correct(trial: bytes, party: bytes, act: int, document: FileReading, on: str, *, part: int = 0) -> Act:
    """States that an earlier act was made in error; the document says what was wrong and what holds."""
    _require_number(act)
    words = f"correction of act {act}, which {document.path.name} explains"
    return _milestone(trial, party, Milestone.CORRECTION, past_date(on, "--on"), part, document, act, words)


def _milestone(
    trial: bytes,
    party: bytes,
    what: Milestone,
    date: int,
    part: int,
    document: FileReading | None,
    instead_of: int,
    words: str,
) -> Act:
    if not 0 <= part < _MOST_PART:
        raise UsageError(f"part {part} is not a part's number: use 1 to {_MOST_PART - 1}, or 0 for the whole trial")
    digest = document.raw if document else ZERO
    return Act(
        contract=REGISTRY,
        function="recordMilestone",
        arguments=((trial, party, part, what, date, instead_of, digest),),
        about=trial,
        words=words,
        lasting=_LASTING,
        document=document,
    )


def claim_number(trial: bytes, party: bytes, number: str, submitted: str | None = None) -> Act:
    """Binds a registry's number, with the day of its first submission."""
    read = numbers.read(number)
    doubt = numbers.doubt(read)
    return Act(
        contract=REGISTRY,
        function="claimRegistryId",
        arguments=((trial, party, read.packed, past_date(submitted, "--submitted") if submitted else 0),),
        about=trial,
        words=f"registry number {read.chain_text}" + (f", submitted {submitted}" if submitted else ""),
        doubts=(doubt,) if doubt else (),
    )


def withdraw_number(trial: bytes, party: bytes, number: str) -> Act:
    """Takes back the trial's claims of a registry number."""
    read = numbers.read(number)
    return Act(
        contract=REGISTRY,
        function="withdrawRegistryId",
        arguments=((trial, party, read.packed),),
        about=trial,
        words=f"registry number {read.chain_text} withdrawn",
    )


def report_result(
    trial: bytes,
    party: bytes,
    results: FileReading,
    result: Mapping[str, Any],
    protocols: Mapping[int, Mapping[str, Any]],
) -> Act:
    """Reports one result of a results document, with the proof that its endpoint is in the version it names.

    `protocols` are the sealed protocol documents found, by version.
    """
    from trialseal.documents.canonical import canonical_bytes
    from trialseal.merkle import tree

    last = protocols[max(protocols)] if protocols else {}
    parts = {str(part["id"]): n for n, part in enumerate(last.get("parts", []), 1)}
    part = parts.get(str(result.get("part", "")), 0)
    name, planned = result.get("endpoint"), result["planning"] == "planned"
    if name is None:
        leaf = tree.leaf_hash(canonical_bytes(dict(result)))
        return _report(trial, party, results, (leaf, part, 0, 0, 0), [], "a post hoc result")
    version = result["protocol_version"]
    if version not in protocols:
        raise UsageError(
            f"{results.path} reports endpoint {name} of protocol version {version}, whose document is not in the "
            "folder: put it there, the proof is made from it"
        )
    leaves = endpoints.endpoint_leaves(protocols[version])
    index = endpoints.endpoint_index(protocols[version], name)
    if not planned:
        words = f"a post hoc analysis of endpoint {name}"
        return _report(trial, party, results, (leaves[index], part, 0, 0, 0), [], words)
    proof = tree.inclusion_proof(leaves, index)
    words = f"endpoint {name}, proven to be in protocol version {version}"
    return _report(trial, party, results, (leaves[index], part, version, index, len(leaves)), proof, words)


def _report(
    trial: bytes,
    party: bytes,
    results: FileReading,
    where: tuple[bytes, int, int, int, int],
    proof: Sequence[bytes],
    words: str,
) -> Act:
    return Act(
        contract=REGISTRY,
        function="reportResult",
        arguments=((trial, party, results.digest, *where), list(proof)),
        about=trial,
        words=words,
        lasting=_LASTING,
        document=results,
    )


def appoint(
    trial: bytes,
    party: bytes,
    appointee: bytes,
    acts: Collection[ActCode],
    *,
    stream: bytes = ZERO,
    start: int = 0,
    until: int = FOR_EVER,
) -> Act:
    """Lets another party do acts, or write a stream, from a time (0: now) to before another, in Unix seconds."""
    mask = sum(1 << act for act in set(acts))
    what = f"stream {stream.hex()[:8]}…" if stream != ZERO else ",".join(act_words_of_mask(mask))
    end = "you end it" if until >= FOR_EVER else moment(until)
    return Act(
        contract=REGISTRY,
        function="appoint",
        arguments=((trial, party, appointee, stream, mask, start, until),),
        about=trial,
        words=f"party {appointee.hex()[:8]}… appointed for {what} until {end}",
        lasting=_LASTING,
    )


def end_appointment(
    trial: bytes, party: bytes, appointee: bytes, index: int, *, stream: bytes = ZERO, until: int = 0
) -> Act:
    """Makes an appointment end earlier, at a time in Unix seconds (0: now)."""
    when = moment(until) if until else "now"
    return Act(
        contract=REGISTRY,
        function="shortenAppointment",
        arguments=((trial, party, appointee, stream, index, until),),
        about=trial,
        words=f"the appointment of party {appointee.hex()[:8]}… ends {when}",
        lasting=_LASTING,
    )


def offer(trial: bytes, party: bytes, to: bytes, trial_name: str) -> Act:
    """Offers the sponsorship to another party."""
    return Act(
        contract=REGISTRY,
        function="offerTransfer",
        arguments=((trial, party, to),),
        about=trial,
        words=f"the sponsorship offered to party {to.hex()[:8]}…",
        final="whoever accepts it is the sponsor from then on, and no act of yours brings the trial back",
        typed=trial_name,
    )


def withdraw_offer(trial: bytes, party: bytes) -> Act:
    """Takes an offer of the sponsorship back."""
    return Act(
        contract=REGISTRY,
        function="offerTransfer",
        arguments=((trial, party, ZERO),),
        about=trial,
        words="the offer of the sponsorship withdrawn",
    )


def veto_offer(trial: bytes, party: bytes) -> Act:
    """Stops an offer of the sponsorship, within seven days of it."""
    return Act(
        contract=REGISTRY,
        function="vetoOffer",
        arguments=((trial, party),),
        about=trial,
        words="the offer of the sponsorship vetoed",
    )


def accept(trial: bytes, party: bytes, sponsor: bytes) -> Act:
    """Takes the sponsorship over from the party that offers it."""
    return Act(
        contract=REGISTRY,
        function="acceptTransfer",
        arguments=((trial, party, sponsor),),
        about=trial,
        words=f"the sponsorship accepted from party {sponsor.hex()[:8]}…",
        final="your party answers for the trial from then on, and every appointment ends",
    )


def name_role(trial: bytes, party: bytes, named: bytes, role: Role, *, held: bool = True) -> Act:
    """Names a party as having a role in the trial, or as having it no longer."""
    return Act(
        contract=REGISTRY,
        function="nameRole",
        arguments=((trial, party, named, role, held),),
        about=trial,
        words=f"party {named.hex()[:8]}… named as {role}" + ("" if held else " no longer"),
    )


def open_stream(trial: bytes, party: bytes, stream: bytes, name: str) -> Act:
    """Opens a stream of the party under its salted digest."""
    return Act(
        contract=REGISTRY,
        function="openStream",
        arguments=((trial, party, stream),),
        about=trial,
        words=f"stream {name} opened under its salted digest {stream.hex()[:8]}…",
    )


def trial_in(folder: TrialFolder, party: Callable[[], bytes]) -> bytes:
    """The id of a folder's trial: from its receipts, which only claim, or from its code and the acting party.

    Whether a chain has it, whoever looks there is told. UsageError where receipts are of several trials.
    """
    claims, where = folder.claims, folder.path / "receipts"
    if len(claims.trials) > 1:
        raise UsageError(f"the receipts in {where} are of {len(claims.trials)} trials: move those of other trials away")
    if claims.trials:
        return min(claims.trials)
    if claims.faults:
        raise UsageError(claims.faults[0])
    if folder.code is None:
        folder.protocol().value()  # says what is wrong with it
        raise FailedError(f"{folder.path / 'protocol.json'} names no trial code: give it trial.code")
    return trial_id(party(), folder.code)


def past_date(text: str, option: str) -> int:
    """The yyyymmdd code of a date as it is written; UsageError for one that has begun nowhere on Earth."""
    code = date_code(text)
    latest = datetime.fromtimestamp(time.time() + _AHEAD, UTC)
    if code > latest.year * 10_000 + latest.month * 100 + latest.day:
        raise UsageError(f"{option} {text} has not begun anywhere on Earth: state what has happened, not what will")
    return code


def today() -> str:
    """The day that it is in UTC, as acts state it."""
    now = datetime.now(UTC)
    return date_text(now.year * 10_000 + now.month * 100 + now.day)


def _document(file: FileReading) -> dict[str, Any]:
    if file.document is None:
        raise UsageError(f"{file.path} is not a document of trialseal: its format must be {FORMAT}")
    return file.document


def _endpoints(count: int) -> str:
    return "1 endpoint" if count == 1 else f"{count} endpoints"
