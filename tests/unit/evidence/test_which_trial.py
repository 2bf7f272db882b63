"""Whose file it is where several trials sealed it, as what it counts, and what state tells where acts are hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from held_cases import FIRST, OTHER, REGULATOR, SECOND, SPONSOR, TRIAL, ZERO, Chain, Crowd, file, more, sealed

from recorded_acts import recorded
from trialseal.documents.canonical import document_digest
from trialseal.errors import FailedError
from trialseal.evidence.profiles import Names
from trialseal.evidence.seals import FileEvidence, seals_of
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord, Attested
from trialseal.ledger.codes import AttestationKind, Blinding, Decision, Role
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import DocumentRecord, History, Registrations
from trialseal.ledger.rolling import SUPPOSED

THIRD_TRIAL, COMMITTEE = b"\x0c" * 32, b"\5" * 32
DIGEST = document_digest(FIRST)


class Folder(NamedTuple):
    """A folder whose receipts name these trials."""

    trials: frozenset[bytes]
    files: tuple[FileReading, ...] = ()
    path: Path = Path("folder")


def of(
    chain: Chain, reading: FileReading, trial: bytes | None = None, *receipts: bytes, **options: Any
) -> FileEvidence:
    folder: Any = Folder(frozenset(receipts)) if receipts else None
    [found] = seals_of(chain, [reading], trial, Names(chain, {}), [folder], **options)  # type: ignore[arg-type]
    return found


READ = file(FIRST)._replace(raw=b"\x0f" * 32)
BARE = FileReading("x", DIGEST, None, None, 1)
"""The protocol as bytes that name no code."""


def two(first: str = "CODE", second: str = "CODE", *, later: int = 1_600_500_000) -> Chain:
    """Two trials with codes of their own, whose registrations have one digest."""
    made = [
        [recorded("TrialRegistered", DIGEST, trial=trial, time=time, actor=actor, code=code.encode().ljust(32, b"\0"))]
        for trial, code, time, actor in ((TRIAL, first, 1_600_000_000, SPONSOR), (OTHER, second, later, b"\6" * 32))
    ]
    return Chain(*made)


RECEIPTS = "the receipts beside it, which anyone could have written, name this trial"


@pytest.mark.parametrize(
    ("chain", "reading", "receipts", "chosen", "why"),
    [
        (two(), BARE, [], TRIAL, None),  # the earlier
        (two(later=1), BARE, [], OTHER, None),
        (two(), BARE, [OTHER], OTHER, RECEIPTS),
        (two(), BARE, [TRIAL], TRIAL, RECEIPTS),
        (two(), BARE, [TRIAL, OTHER], TRIAL, None),
        (two(), BARE, [THIRD_TRIAL[:31] + b"\1", OTHER], OTHER, RECEIPTS),
        (two(), READ, [], TRIAL, None),  # both have the code that it names
        (two("ELSE"), READ, [], OTHER, "the document names its code"),
        (two(second="ELSE"), READ, [], TRIAL, "the document names its code"),
        (two("ELSE", "MORE"), READ, [], TRIAL, None),
        (two("ELSE"), READ, [TRIAL], TRIAL, RECEIPTS),
        (two("ELSE"), BARE, [], TRIAL, None),
        (two("ELSE"), READ._replace(document={"trial": {"code": 7}}), [], TRIAL, None),
        (two("ELSE"), READ._replace(document={"trial": "CODE"}), [], TRIAL, None),
    ],
)
def test_which_of_two_is_meant(
    chain: Chain, reading: FileReading, receipts: list[bytes], chosen: bytes, why: str | None
) -> None:
    found = of(chain, reading, None, *receipts)
    assert found.trial is not None
    assert (found.trial.trial, found.trial.chosen_by) == (chosen, why)
    assert [one.trial for one in found.elsewhere] == [OTHER if chosen == TRIAL else TRIAL]
    assert found.digest == DIGEST and found.unseen is None


def test_where_one_trial_has_it_nothing_chooses() -> None:
    alone = Chain(*list(two().trials.values())[:1])
    for receipts in ([], [TRIAL]):
        found = of(alone, BARE, None, *receipts)
        assert found.trial is not None and (found.trial.trial, found.trial.chosen_by) == (TRIAL, None)


def test_a_trial_with_hidden_acts_is_not_passed_over_for_its_code() -> None:
    """What its code is cannot be told, so that the document's may be its."""
    lying = Stated(*two("ELSE").trials.values(), hidden=[TRIAL])
    lying.known = {}
    found = of(lying, READ)
    assert (found.sealing, found.trial) == (None, None)
    assert found.unseen is not None
    assert [one.trial for one in found.elsewhere] == [OTHER]


def test_the_trial_that_the_reader_names() -> None:
    for named, elsewhere in ((TRIAL, [OTHER]), (OTHER, [TRIAL])):
        found = of(two(), BARE, named)
        assert found.trial is not None and found.trial.trial == named and found.trial.chosen_by is None
        assert [one.trial for one in found.elsewhere] == elsewhere
    chain = Chain(*two().trials.values(), sealed(SECOND, trial=THIRD_TRIAL))
    found = of(chain, BARE, THIRD_TRIAL)
    assert found.sealing is None and found.trial is None and found.unseen is None
    assert {one.trial for one in found.elsewhere} == {TRIAL, OTHER}


def vouching(party: bytes, *, by: bytes = REGULATOR, **members: Any) -> AttestationRecord:
    given = {"kind": AttestationKind.ACCREDITATION, "code": Role.SPONSOR, "time": 1, "subject": party, "digest": ZERO}
    rest = {"number": 1, "author": by, "territory": 0, "date": 0, "until": 0, "withdrawn_at": 0, "document": ZERO}
    return AttestationRecord(**(rest | given | members))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "trust", "chosen"),
    [
        ([vouching(b"\6" * 32)], [REGULATOR], OTHER),
        ([vouching(SPONSOR)], [REGULATOR], TRIAL),
        ([vouching(SPONSOR), vouching(b"\6" * 32)], [REGULATOR], None),
        ([vouching(b"\6" * 32)], [COMMITTEE], None),
        ([vouching(b"\6" * 32)], [], None),
        ([vouching(b"\6" * 32, kind=AttestationKind.APPROVAL)], [REGULATOR], None),
    ],
)
def test_the_one_that_an_accredited_party_sealed(
    given: list[AttestationRecord], trust: list[bytes], chosen: bytes | None
) -> None:
    chain = two()
    chain.given = given
    found = of(chain, BARE, None, accreditors=trust)
    assert found.trial is not None
    why = "it is the only one sealed by a party that one you trust vouches for" if chosen else None
    assert (found.trial.trial, found.trial.chosen_by) == (chosen or TRIAL, why)


class Hiding(Chain):
    """A chain that hides what is attested of some subjects."""

    hidden: Sequence[bytes] = ()

    def attested(self, subject: bytes) -> Attested:
        gap: Any = "1 attestation is hidden" if subject in self.hidden else SUPPOSED
        return Attested(tuple(self.attestations(subject)), (), gap)


def test_what_is_hidden_of_an_actor_might_choose_otherwise() -> None:
    chain = Hiding(*two().trials.values(), attested=[vouching(b"\6" * 32)])
    chain.hidden = [SPONSOR]
    found = of(chain, BARE, None, accreditors=[REGULATOR])
    assert found.trial is not None and found.trial.chosen_by is None


@pytest.mark.parametrize(
    ("hidden", "gap"),
    [
        ([], None),
        ([TRIAL], "what is attested about the trial: 1 attestation is hidden"),
        ([SPONSOR], "what is attested about the party that acted: 1 attestation is hidden"),
        ([COMMITTEE], "what is attested about a party that decided: 1 attestation is hidden"),
        ([REGULATOR], None),
    ],
)
def test_what_is_known_around_a_seal(hidden: list[bytes], gap: str | None) -> None:
    decision = vouching(TRIAL, by=COMMITTEE, kind=AttestationKind.APPROVAL, code=Decision.APPROVED, digest=DIGEST)
    note = vouching(TRIAL, kind=AttestationKind.SNAPSHOT, digest=DIGEST)
    other = vouching(SPONSOR, kind=AttestationKind.APPROVAL)
    given = [decision, note, other, vouching(SPONSOR), vouching(COMMITTEE), vouching(REGULATOR)]
    chain = Hiding(sealed(FIRST), attested=given)
    chain.hidden = hidden
    found = of(chain, file(FIRST))
    assert found.attested_gap == gap
    assert found.attestations == (decision, note)
    assert found.accreditations == (vouching(SPONSOR),)
    assert dict(found.author_accreditations) == {COMMITTEE: (vouching(COMMITTEE),)}
    assert (found.finality, found.also, found.elsewhere, found.results) == ("final", (), (), ())


def test_as_what_a_digest_counts_that_is_sealed_as_several_kinds() -> None:
    acts = more(sealed(FIRST), "MilestoneRecorded", DIGEST, milestone=8)
    acts = more(acts, "DocumentSealed", DIGEST, kind=8, version=1)
    acts = more(acts, "DocumentSealed", DIGEST, kind=2, version=1)
    for kind, first, others in (
        ("protocol", 1, [0, 8, 2]),  # what the document calls itself
        ("other", 8, [1, 0, 2]),
        ("x", 1, [0, 8, 2]),  # else the first, a milestone's document last
    ):
        reading = file(FIRST)._replace(document=FIRST | {"kind": kind})
        found = of(Chain(acts), reading)
        assert found.sealing is not None and found.sealing.kind == first
        assert [one.kind for one in found.also] == others
    only = more(
        more(sealed(SECOND), "MilestoneRecorded", DIGEST, milestone=8), "DocumentSealed", DIGEST, kind=8, version=1
    )
    found = of(Chain(only), BARE)
    assert found.sealing is not None and (found.sealing.kind, [one.kind for one in found.also]) == (8, [0])


def test_the_canonical_digest_goes_before_that_of_the_bytes() -> None:
    raw = b"\x0e" * 32
    acts = more(sealed(FIRST), "DocumentSealed", raw, kind=8, version=1)
    found = of(Chain(acts), file(FIRST)._replace(raw=raw))
    assert found.digest == DIGEST
    found = of(Chain(more(sealed(SECOND), "DocumentSealed", raw, kind=8, version=1)), file(FIRST)._replace(raw=raw))
    assert found.digest == raw


class Stated(Crowd):
    """A chain whose state knows documents that no act shows."""

    known: dict[bytes, DocumentRecord]
    gap: str | None = None

    def documents(self, trial: bytes, documents: Any) -> list[DocumentRecord]:
        none = DocumentRecord(0, 0, 0, 0, 0, Blinding.NOT_STATED)
        return [self.known.get(digest, none) if kind == 2 else none for kind, digest in documents]

    def document_times(self, trials: Sequence[bytes], documents: Sequence[tuple[int, bytes]]) -> dict[Any, int]:
        return {
            (trial, kind, digest): self.known[digest].time if kind == 2 and digest in self.known else 0
            for trial in trials
            for kind, digest in documents
        }

    def party_numbered(self, number: int) -> bytes | None:  # type: ignore[override]
        return COMMITTEE if number == 4 else None

    def registrations(self) -> Registrations:
        return super().registrations() if self.gap is None else Registrations((), 0, self.gap)


RECORD = DocumentRecord(1_600_000_000, 4, 7, 3, 2, Blinding.BLINDED)
HIDDEN = "not all acts of the trial can be seen: an act lacks: ask another node of the same chain"


def stated(known: dict[bytes, DocumentRecord], *, hidden: Iterable[bytes] = (TRIAL,)) -> Stated:
    chain = Stated(more(sealed(FIRST), "MilestoneRecorded", milestone=8), hidden=hidden)
    chain.known = known
    return chain


@pytest.mark.parametrize("named", [True, False])
def test_state_tells_where_acts_are_hidden(named: bool) -> None:
    """Whether the file is found by the acts that are shown, or by the trial that is named."""
    digest = document_digest(FIRST if not named else SECOND)
    reading = file(FIRST if not named else SECOND)
    found = of(stated({digest: RECORD}), reading, TRIAL if named else None)
    assert found.sealing is not None and found.trial is not None
    assert found.sealing._asdict() == {
        "kind": 2, "version": RECORD.version, "time": RECORD.time, "actor": COMMITTEE, "act": RECORD.act, "key": None,
        "block": None, "blinding": RECORD.blinding, "endpoint_count": RECORD.endpoint_count, "endpoint_root": None,
        "milestone": None,
    }  # fmt: skip
    assert (found.finality, found.digest, found.unseen) == (None, digest, None)
    assert not found.trial.history.acts
    hidden = of(stated({}), reading, TRIAL if named else None)
    somewhere = "not all acts of 1 trial of this chain can be seen: ask another node of the same chain"
    assert hidden.sealing is None and hidden.unseen == (HIDDEN if named else somewhere)


def test_an_author_that_state_does_not_know() -> None:
    found = of(stated({DIGEST: replace(RECORD, author=5)}), file(FIRST))
    assert found.sealing is not None and found.sealing.actor == ZERO


def test_what_no_trial_that_is_seen_has_sealed() -> None:
    whole = of(stated({}, hidden=()), file(SECOND))
    assert (whole.sealing, whole.unseen) == (None, None)
    some = of(stated({}), file(SECOND))
    assert some.unseen == "not all acts of 1 trial of this chain can be seen: ask another node of the same chain"
    known = of(stated({document_digest(SECOND): RECORD}), file(SECOND))
    assert known.unseen == (
        "trial 01010101… has sealed it, by the contract's state, and no act shows it: "
        "ask another node of the same chain"
    )
    chain = stated({})
    chain.gap = "a registration is hidden"
    assert of(chain, file(SECOND)).unseen == (
        "not all trials of this chain can be seen: a registration is hidden: ask another node of the same chain"
    )


class Contradicting(Chain):
    """A node that shows an act about a digest, which is not among the trial's acts."""

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        act = recorded("DocumentSealed", document_digest(SECOND), number=9, trial=TRIAL, kind=1, version=9)
        return {act.subject: [act]} if act.subject in set(subjects) else {}


def test_an_act_that_the_trial_does_not_have() -> None:
    found = of(Contradicting(sealed(FIRST)), file(SECOND))
    assert found.sealing is None and found.trial is None and not found.elsewhere
    assert found.unseen == (
        "the node shows an act about it that is not among the trial's acts: it contradicts itself: ask another node of "
        "the same chain"
    )


def test_progress_is_told() -> None:
    said: list[str] = []
    chain = Chain(sealed(FIRST))
    names = Names(chain, {})  # type: ignore[arg-type]
    files = [file(SECOND), file(FIRST)]
    seals_of(chain, files, None, names, [None, None], progress=said.append)  # type: ignore[arg-type]
    assert said == ["looking for 2 files on the chain …", "reading the trial of file 2 of 2 …"]


def test_a_party_that_the_chain_shows_is_told() -> None:
    class Known(Chain):
        def party(self, party: bytes) -> PartyRecord:  # type: ignore[override]
            return PartyRecord(party, 1, 0, ZERO, (), SUPPOSED)

    found = of(Known(sealed(FIRST)), file(FIRST))
    assert found.party is not None and found.party.party == SPONSOR


def test_history_without_a_trial_is_nobody_s() -> None:
    """A log that names a trial which the chain does not have seals nothing."""

    class Without(Contradicting):
        def history(self, trial: bytes) -> History:
            raise FailedError("no such trial")

    found = of(Without(sealed(FIRST)), file(SECOND))
    assert found.sealing is None and found.unseen is None and not found.elsewhere


@pytest.mark.parametrize(("deciding", "vouching_for", "named"), [(3, 2, 5), (100, 100, 200), (101, 100, 101)])
def test_very_many_who_attest_are_not_all_read(deciding: int, vouching_for: int, named: int) -> None:
    """Anyone may vouch; those who decided are always named."""

    class Counting(Chain):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            self.parties: list[set[bytes]] = []

        def load(self, **what: Any) -> None:
            self.parties.append(set(what.get("parties", ())))

    def id(number: int) -> bytes:
        return number.to_bytes(32, "big")

    decided = [
        vouching(TRIAL, by=id(n), kind=AttestationKind.APPROVAL, code=Decision.APPROVED) for n in range(deciding)
    ]
    vouched = [vouching(SPONSOR, by=id(1000 + n)) for n in range(vouching_for)]
    chain = Counting(sealed(FIRST), attested=[*decided, *vouched])
    of(chain, file(FIRST))
    assert max(map(len, chain.parties)) == named


@pytest.mark.parametrize(("files", "asked"), [(124, 1000), (125, None)])
def test_state_is_not_asked_without_end(files: int, asked: int | None) -> None:
    """Each trial whose acts are hidden is asked for each digest; beyond a thousand words of that none is."""

    class Asked(Stated):
        lookups: list[int]

        def document_times(self, trials: Sequence[bytes], documents: Sequence[tuple[int, bytes]]) -> dict[Any, int]:
            self.lookups.append(len(trials) * len({digest for _, digest in documents}))
            return super().document_times(trials, documents)

    trials = [sealed(FIRST, trial=bytes([n]) * 32) for n in range(1, 9)]
    chain = Asked(*trials, hidden=[acts[0].trial for acts in trials])
    chain.known, chain.lookups = {}, []
    readings = [FileReading(f"f{n}", n.to_bytes(32, "big"), None, None, 1) for n in range(files + 1)]
    found = seals_of(chain, readings, None, Names(chain, {}), [None] * len(readings))  # type: ignore[arg-type]
    assert chain.lookups == ([asked] if asked else [])
    why = "not all acts of 8 trials of this chain can be seen: ask another node of the same chain"
    assert {one.unseen for one in found} == {why}
