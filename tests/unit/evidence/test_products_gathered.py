"""What is gathered for an audit of products: stores held against heads, what stands, what is hidden, who wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gathered_cases import OTHER, REGULATOR, SALT, TRIAL, VISIT, WRITER, ZERO, Chain, head, received, store

from trialseal.errors import FailedError, UsageError
from trialseal.evidence.custody_streams import gather
from trialseal.evidence.profiles import Names
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.streams.config import stream_id
from trialseal.streams.store import StreamStore


def gathered(chain: Chain, *stores: StreamStore, **options: Any) -> Any:
    return gather(chain, TRIAL, stores, Names(chain, {}), **options)  # type: ignore[arg-type]


def test_entries_with_the_times_of_their_heads(tmp_path: Path) -> None:
    one = store(tmp_path, received(), VISIT, received("DE-01"), received("AT-01"))
    said: list[str] = []
    chain = Chain(head(one, 1), head(one, 3, 2), opened=[one])
    found = gathered(chain, one, progress=said.append)
    evidence = found.evidence
    assert [(entry.index, entry.event["place"], entry.anchored) for entry in evidence.entries] == [
        (0, "depot", 1000), (2, "DE-01", 2000), (3, "AT-01", None),
    ]  # fmt: skip
    assert (evidence.people, evidence.unseen, evidence.erased, evidence.corrected, evidence.in_error) == (
        (),
        None,
        0,
        0,
        0,
    )
    assert evidence.unanchored == {"kits": 1}
    assert said == ["reading stream kits …"]
    assert found.stores["kits"].heads == (head(one, 1), head(one, 3, 2))
    assert gathered(Chain(head(one, 4), opened=[one]), one).evidence.unanchored == {}
    assert gathered(Chain(opened=[one]), one).evidence.unanchored == {"kits": 4}
    assert [entry.index for entry in gathered(chain, one, as_of=1000).evidence.entries] == [0]


def test_of_a_site_s_entries_those_that_hand_out_are_of_products(tmp_path: Path) -> None:
    whom = {"subject": VISIT["subject"], "site": "DE-01"}
    events = [{"type": "consent", "status": "given", "form_version": "1"} | whom, {"type": "dispensing"} | whom, VISIT]
    evidence = gathered(Chain(), store(tmp_path, *events, name="visits")).evidence
    assert [entry.type for entry in evidence.entries] == ["dispensing"]


def test_corrections_of_several_streams_are_counted_together(tmp_path: Path) -> None:
    def corrected(name: str) -> StreamStore:
        why = {"corrected_by": "x", "correction_source": "query", "correction_reason": "typed wrongly"}
        changed = received("DE-01", corrects="e1", corrected_at="2026-03-03", **why)
        errors = [{"type": "entered-in-error", "corrects": id, **why} for id in ("e2", "e3")]
        return store(tmp_path, received(), received(), received(), changed, *errors, name=name)

    evidence = gathered(Chain(), corrected("a"), corrected("b"), corrected("c")).evidence
    assert (evidence.corrected, evidence.in_error, len(evidence.entries)) == (3, 6, 3)


def test_what_is_hidden(tmp_path: Path) -> None:
    one, two = store(tmp_path, received()), store(tmp_path, VISIT, name="visits")
    more = store(tmp_path, received(), name="more")
    not_given = "1 opened stream is not given"
    assert gathered(Chain(opened=[one, two]), one).evidence.unseen == not_given
    assert gathered(Chain(opened=[one, two]), one, all_at_hand=True).evidence.unseen is None
    assert gathered(Chain(opened=[one, two, more]), one).evidence.unseen == "2 opened streams are not given"
    gap = gathered(Chain(head(one, 1), opened=[one], gap="1 head is hidden"), one)
    assert gap.evidence.unseen == "not all heads of stream kits are shown: 1 head is hidden"
    assert gap.stores["kits"].heads == () and gap.evidence.unanchored == {"kits": 1}
    longer = gathered(Chain(head(one, 1), head(one, 5, 2), opened=[one, two]), one)
    assert longer.evidence.unseen == f"the store of stream kits holds 1 of its 5 anchored entries and {not_given}"
    assert longer.stores["kits"].heads == (head(one, 1),)
    # A stream without products need not be anchored for this audit.
    assert gathered(Chain(opened=[two]), two).evidence.unanchored == {}


@pytest.mark.parametrize("root", [ZERO, b"\xff" * 32])
def test_another_root_than_the_chain_s(tmp_path: Path, root: bytes) -> None:
    one = store(tmp_path, received(), received())
    with pytest.raises(FailedError) as caught:
        gathered(Chain(head(one, 1), head(one, 2, 2, root=root), opened=[one]), one)
    assert str(caught.value) == (
        f"{one.folder} is not what was anchored: head 2 of stream kits has another root; "
        "trialseal events audit says which entry was changed"
    )


def test_names_of_streams(tmp_path: Path) -> None:
    one, two = store(tmp_path, received()), store(tmp_path, received(), writer=OTHER)
    third = store(tmp_path, received(), name="more")
    assert list(gathered(Chain(), one, third).stores) == ["kits", "more"]
    assert list(gathered(Chain(), one, two, third).stores) == ["kits of 02020202", "kits of 03030303", "more"]
    with pytest.raises(
        UsageError, match="^stream kits is given twice, by two copies of its store: name the newer one$"
    ):
        gathered(Chain(), one, third, one)


def test_who_wrote_and_who_vouches(tmp_path: Path) -> None:
    one, two = store(tmp_path, received()), store(tmp_path, received(), writer=OTHER, name="more")
    people = store(tmp_path, VISIT, writer=REGULATOR, name="visits")
    chain = Chain()

    def vouching(by: bytes, kind: AttestationKind = AttestationKind.ACCREDITATION) -> AttestationRecord:
        return AttestationRecord(1, by, kind, Role.SPONSOR, 0, 0, 1, 0, 0, ZERO, WRITER, ZERO)

    chain.given = [vouching(REGULATOR), vouching(OTHER), vouching(REGULATOR, AttestationKind.SNAPSHOT)]
    chain.hidden = OTHER
    found = gathered(chain, one, two, people, accreditors=[REGULATOR]).evidence.suppliers
    assert {name: tuple(supplier) for name, supplier in found.items()} == {
        "kits": ("party 02020202…", (vouching(REGULATOR),), None),
        "more": ("party 03030303…", (), "1 attestation is hidden"),
    }
    assert chain.loaded == [{"subjects": [WRITER, OTHER]}]
    assert gathered(chain, one).evidence.suppliers == {}
    assert gathered(chain, people, accreditors=[REGULATOR]).evidence.suppliers == {}
    assert len(chain.loaded) == 1


def test_free_texts_are_one_line(tmp_path: Path) -> None:
    one = store(tmp_path, received(unit="vial\x1b[2J"))
    [entry] = gathered(Chain(), one).evidence.entries
    assert entry.event["unit"] == "vial\\u001b[2J"
    assert stream_id(SALT, "kits") == one.config.id
