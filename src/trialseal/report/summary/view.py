"""What a summary page shows, as plain data, from a trial's history as of one block."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trialseal import escaping
from trialseal.evidence.wording import count, kind_words, listed, moment
from trialseal.ledger.acts import (
    Act,
    DocumentSealed,
    MilestoneRecorded,
    ResultReported,
    StreamOpened,
    TrialRegistered,
)
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.block import AsOf
from trialseal.ledger.codes import AttestationKind, DocumentKind, Milestone
from trialseal.ledger.contracts import contract
from trialseal.ledger.reader import Reader
from trialseal.ledger.reference.asking import Vouching
from trialseal.ledger.reference.vouching import Means, Voucher
from trialseal.ledger.standing import corrections, standing
from trialseal.report.summary.code import code_text
from trialseal.report.trial.trial_view import TrialView
from trialseal.report.trial.view import ShownVerdict
from trialseal.report.words import TrialNames, attestation_words, unvouched
from trialseal.rules.attesting import doubt_of
from trialseal.values import Value, replace

# So much fits on one sheet of A4, with whatever words.
MOST_DOCUMENTS = 8
MOST_VOUCHERS = 2
MOST_NUMBERS = 4
LONGEST_TITLE = 140
LONGEST_NOTICE = 200


class SealedDocument(Value):
    """A document that the trial sealed."""

    what: str
    """'protocol, version 2'."""
    endpoints: int
    """How many it was sealed with; 0 if it has none."""
    time: int
    """Time of the block, Unix seconds."""
    who: str
    digest: str
    """As it was sealed, 64 hexadecimal digits."""
    note: str = ""
    """'marked as made in error by act 7', 'and 40 earlier versions'."""


class SummaryView(Value):
    """A trial as its summary page shows it. Words of others may be in every text."""

    title: str
    trial: str
    """The trial's id, 64 hexadecimal digits."""
    sponsor: str
    sponsor_id: str
    calls_itself: bool
    """Whether `sponsor` is the name that it gave itself; else that is not known."""
    chain_id: int
    is_devnet: bool
    contract: str
    """Address of the trial registry, 0x and 40 hexadecimal digits."""
    block: int
    block_hash: str
    block_time: int
    block_vouchers: tuple[str, ...]
    """Who vouches for the block whom the maker of the page trusts."""
    undetermined: tuple[str, ...]
    """Why what the page says cannot be determined; empty if it can."""
    contradiction: str | None
    """What those say who disagree about the block."""
    command: str
    """The command by which a reader checks the page, HASH in place of the block's hash."""
    source: str
    """From what that command reads, and that it is not believed."""
    code: str
    """The text of the QR code."""
    documents: tuple[SealedDocument, ...] = ()
    left_out: int = 0
    """How many kinds of document there was no room for."""
    acts: int = 0
    others: str = ""
    """What else was recorded, in words."""
    party_vouchers: tuple[str, ...] = ()
    more_vouchers: int = 0
    """How many accreditations there was no room for."""
    numbers: tuple[str, ...] = ()
    more_numbers: int = 0
    notices: tuple[str, ...] = ()
    at: int | None = None
    """The time as of which all is told; None for the block's."""
    file: ShownVerdict | None = None
    """The file that the page was asked for."""
    file_digest: str = ""


def summary_view(
    reader: Reader, shown: TrialView, command: str, source: str, accreditors: Collection[bytes] = ()
) -> SummaryView:
    """What the page shows of a trial that `reader` knows.

    `command` and `source` are those of SummaryView; `accreditors` are parties whose accreditation is trusted.
    """
    now, vouching, page, history = reader.as_of(), reader.vouching(), shown.page, shown.history
    documents, left_out = _documents(history.acts, shown.names)
    accreditations = _accreditations(reader, history.state.sponsor, accreditors, reader.at or now.time)
    chosen = accreditations[:MOST_VOUCHERS]
    registry = contract("TrialRegistry").address
    return SummaryView(
        title=escaping.bounded(page.title, LONGEST_TITLE),
        trial=page.trial,
        sponsor=page.sponsor,
        sponsor_id=page.sponsor_id,
        calls_itself=bool(shown.names.parties.get(history.state.sponsor)),
        chain_id=now.chain_id,
        is_devnet=now.is_devnet,
        contract=registry,
        block=now.number,
        block_hash="0x" + now.hash.removeprefix("0x"),
        block_time=now.time,
        block_vouchers=tuple(map(_of_the_maker, vouching.vouchers)),
        undetermined=_undetermined(vouching, now, None if page.complete else page.completeness),
        contradiction=vouching.contradiction.words if vouching.contradiction else None,
        command=command,
        source=source,
        code=code_text(now.chain_id, registry, page.trial, now.hash),
        documents=documents,
        left_out=left_out,
        acts=len(history.acts),
        others=_others(history.acts),
        party_vouchers=tuple(_accreditation_words(reader, one, shown.names, accreditors) for one in chosen),
        more_vouchers=len(accreditations) - len(chosen),
        numbers=page.registry_ids[:MOST_NUMBERS],
        more_numbers=max(len(page.registry_ids) - MOST_NUMBERS, 0),
        notices=tuple(escaping.bounded(one, LONGEST_NOTICE) for one in page.notices[:1]),
        at=reader.at,
    )


def _of_the_maker(one: Voucher) -> str:
    """A voucher in words for somebody else than the one who chose it, who is 'you' in the voucher's own."""
    match one.means:
        case Means.OWN_NODE:
            return "a node that the maker of this page calls their own"
        case Means.TYPED_HASH:
            return "a hash that the maker of this page typed"
        case Means.CHECKPOINT:
            return f"{one.words}, which the maker of this page trusts"
        case Means.ATTESTED:
            return "a checkpoint attested on another chain, by a party that the maker of this page trusts"
        case Means.QUORUM:
            return f"{one.words}, whom the maker of this page lists"
        case Means.SEALS:
            return f"{one.words}, whom the maker of this page lists"


def _undetermined(vouching: Vouching, now: AsOf, gap: str | None) -> tuple[str, ...]:
    found = []
    if not vouching.vouched and vouching.contradiction is None:
        found.append(unvouched(f"{now.number:,}"))
    return (*found, gap) if gap else tuple(found)


def _documents(acts: Sequence[Act], names: TrialNames) -> tuple[tuple[SealedDocument, ...], int]:
    """The documents in their order; where they are too many, the newest version of each kind. And how many kinds less.

    Registration seals version 1 of the protocol, and the first result that a document reports seals that document.
    """
    corrected = corrections(acts)
    results: set[bytes] = set()
    found: list[tuple[int, SealedDocument]] = []
    for act in acts:
        match act:
            case TrialRegistered():
                kind, what, endpoints = DocumentKind.PROTOCOL, "protocol, version 1", act.endpoint_count
            case DocumentSealed():
                kind, what, endpoints = act.kind, f"{kind_words(act.kind)}, version {act.version}", act.endpoint_count
            case ResultReported() if act.subject not in results:
                results.add(act.subject)
                kind, what, endpoints = DocumentKind.RESULTS, f"results document {len(results)}", 0
            case _:
                continue
        by = corrected.get(act.number)
        made = SealedDocument(
            what=what,
            endpoints=endpoints,
            time=act.time,
            who=names.party(act.actor),
            digest=act.subject.hex(),
            note=f"marked as made in error by act {by.number}" if by else "",
        )
        found.append((int(kind), made))
    if len(found) <= MOST_DOCUMENTS:
        return tuple(one for _, one in found), 0
    by_kind: dict[int, list[SealedDocument]] = {}
    for number, one in found:
        by_kind.setdefault(number, []).append(one)
    newest = [
        _newest(some, "document" if kind == DocumentKind.RESULTS else "version") for kind, some in by_kind.items()
    ]
    return tuple(newest[:MOST_DOCUMENTS]), max(len(newest) - MOST_DOCUMENTS, 0)


def _newest(versions: Sequence[SealedDocument], thing: str) -> SealedDocument:
    *before, last = versions
    if not before:
        return last
    earlier = f"and {count(len(before), f'earlier {thing}')}, the first sealed {moment(before[0].time)}"
    return replace(last, note="; ".join(filter(None, (last.note, earlier))))


def _others(acts: Sequence[Act]) -> str:
    """'2 milestones, 1 result proven to be of a sealed endpoint and 1 stream of events'; '' for nothing."""
    proven = sum(isinstance(act, ResultReported) and bool(act.protocol_version) for act in acts)
    post_hoc = sum(isinstance(act, ResultReported) for act in acts) - proven
    streams = sum(isinstance(act, StreamOpened) for act in acts)
    said = [
        (sum(_happened(act) for act in standing(acts)), "milestone", ""),
        (sum(isinstance(act, MilestoneRecorded) and not _happened(act) for act in acts), "correction", ""),
        (proven, "result", " of a sealed endpoint"),
        (post_hoc, "post hoc result", ""),
        (streams, "stream", " of events"),
    ]
    words = [f"{number:,} {thing}{'' if number == 1 else 's'}{more}" for number, thing, more in said if number]
    return listed(words) if words else ""


def _happened(act: Act) -> bool:
    """Whether an act states that something happened, and not that an earlier one was made in error."""
    return isinstance(act, MilestoneRecorded) and act.milestone is not Milestone.CORRECTION


def _accreditations(reader: Reader, sponsor: bytes, accreditors: Collection[bytes], at: int) -> list[AttestationRecord]:
    """The accreditations of the sponsor: first those whom the maker trusts, then those in force, then the newest."""
    found = [one for one in reader.attestations(sponsor) if AttestationKind(one.kind) is AttestationKind.ACCREDITATION]
    return sorted(
        found, key=lambda one: (one.author not in accreditors, not one.stands_in_block(at), -one.time, one.number)
    )


def _accreditation_words(
    reader: Reader, one: AttestationRecord, names: TrialNames, accreditors: Collection[bytes]
) -> str:
    words = attestation_words(one, names, "").removeprefix(f"{names.party(one.subject)} ")
    if doubt := doubt_of(reader.party(one.author), one):
        words += f"; {doubt.value}"
    return words + ("; the maker of this page trusts that party" if one.author in accreditors else "")
