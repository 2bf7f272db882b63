"""Anyone may seal any document: whatever it holds, every rule answers, in one printable line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recorded_acts import Answered, recorded
from trialseal.documents.canonical import document_digest
from trialseal.documents.endpoints import endpoint_leaf, endpoint_leaves
from trialseal.errors import TrialsealError
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Blinding
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import DocumentRecord, History, TrialState
from trialseal.merkle import tree
from trialseal.report.trial.verifying import verify

TRIAL, PARTY, ZERO = b"\1" * 32, b"\2" * 32, bytes(32)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def having(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these keys, and whatever behind them."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, anything))


def often(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=3) | anything


endpoint = st.fixed_dictionaries(
    {"id": st.just("P1") | anything}, optional={"role": st.just("primary") | anything, "parts": anything}
)
endpoints = st.lists(endpoint, min_size=1, max_size=3) | anything
planned = st.fixed_dictionaries(
    {"planning": st.just("planned"), "stage": st.just("final"), "protocol_version": st.just(1)},
    optional={"endpoint": st.just("P1") | anything, "part": anything, "cut_off": anything},
)
results = often(planned | having("endpoint", "protocol_version", "planning", "stage", "part", "cut_off"))


def document(kind: str, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of a kind with these members, and perhaps others, whatever they hold."""
    others = {
        "version": anything,
        "trial": having("sponsor", "code", "registry_ids") | anything,
        "parts": often(having("id")),
        "endpoints": endpoints,
        "results": results,
        "amendment": having("blinding") | anything,
        "secondary_sponsors": often(having("name")),
        "legal_name": anything,
        "\x1b[2J": anything,
    }
    fixed = {"format": st.just("trialseal/1"), "kind": st.just(kind), **members}
    return st.fixed_dictionaries(fixed, optional={key: it for key, it in others.items() if key not in members})


protocols = document("protocol", endpoints=st.lists(endpoint, min_size=1, max_size=3))
documents = st.sampled_from(["protocol", "results", "registry-record", "party-profile", "\n"]).flatmap(document)


def endpoint_set(document: dict[str, Any]) -> dict[str, Any]:
    """What a chain holds of the document's endpoints."""
    try:
        leaves = endpoint_leaves(document)
    except TrialsealError:
        leaves = []
    return {"endpointRoot": tree.root(leaves), "endpointCount": len(leaves)}


class HostileChain(Answered):
    """A chain on which these documents are sealed in every way there is."""

    def __init__(self, sealed: Sequence[dict[str, Any]]) -> None:
        acts: list[Act] = []

        def add(name: str, subject: bytes, **details: Any) -> None:
            number = len(acts) + 1
            acts.append(
                recorded(name, subject, number=number, time=10**9 + number, trial=TRIAL, actor=PARTY, **details)
            )

        first, *others = [document_digest(one) for one in sealed]
        add("TrialRegistered", first, code=b"\n\x1b[2J".ljust(32, b"\0"), **endpoint_set(sealed[0]))
        for version, (digest, document) in enumerate(zip(others, sealed[1:], strict=True), 2):
            add("DocumentSealed", digest, kind=1, version=version, blinding=1, **endpoint_set(document))
        for document in sealed:
            digest = document_digest(document)
            add("DocumentSealed", digest, kind=3, version=1, blinding=9, endpointRoot=ZERO, endpointCount=0)
            add("MilestoneRecorded", digest, part=9, milestone=9, date=20209999)
            for result in document["results"] if isinstance(document.get("results"), list) else ():
                leaf = endpoint_leaf(result) if isinstance(result, dict) else ZERO
                add("ResultReported", digest, endpoint=leaf, part=9, protocolVersion=1, index=0)
        state = TrialState(TRIAL, PARTY, 1, len(acts), ZERO, {1: 1})
        self._history = History(state, tuple(acts), None)

    def chain_id(self) -> int:
        return 1

    def is_devnet(self) -> bool:
        return False

    def finality(self, block: int) -> str:
        return "final"

    def trial(self, trial: bytes) -> TrialState | None:
        return self._history.state if trial == TRIAL else None

    def history(self, trial: bytes) -> History:
        return self._history

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        wanted = set(subjects)
        found: dict[bytes, list[Act]] = {}
        for act in self._history.acts:
            if act.subject in wanted:
                found.setdefault(act.subject, []).append(act)
        return found

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        return [DocumentRecord(0, 0, 0, 0, 0, Blinding.NOT_STATED) for _ in documents]

    def party(self, party: bytes) -> PartyRecord | None:
        return None

    def party_numbered(self, number: int) -> bytes | None:
        return None

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        return [
            AttestationRecord(1, PARTY, AttestationKind(kind), 99, 9, 99, 10**9, 0, 0, ZERO, subject, digest)
            for kind in (1, 2, 77)
        ]


@settings(max_examples=100, deadline=None)
@given(protocols, document("results"), st.lists(documents, max_size=2), documents)
def test_every_document_gets_a_verdict(
    protocol: dict[str, Any], reported: dict[str, Any], others: list[dict[str, Any]], unsealed: dict[str, Any]
) -> None:
    sealed = [protocol, reported, *others]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "receipts").mkdir()
        receipt = {"format": "trialseal-receipt/1", "trial": TRIAL.hex(), "subject": ZERO.hex(), "document": "x.json"}
        (folder / "receipts" / "r.json").write_text(json.dumps(receipt))
        for number, document in enumerate([*sealed, unsealed]):
            (folder / f"{number}.json").write_text(json.dumps(document))
        try:
            verdicts = verify(HostileChain(sealed), [folder], accreditors=[PARTY])
        except TrialsealError as error:
            raise AssertionError("a document that cannot be read is no reason to stop") from error
        assert len(verdicts) == len(sealed) + 1
        for verdict in verdicts:
            assert verdict.sentence.isprintable()
            for finding in verdict.findings:
                assert finding.sentence.isprintable()
                assert all(fact.isprintable() for fact in finding.facts)
