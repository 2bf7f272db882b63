"""Receipts: written, read back, refused where they do not belong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recorded_acts import recorded
from trialseal.errors import UsageError
from trialseal.folder import receipts
from trialseal.ledger.acts import Act
from trialseal.ledger.contracts import contract
from trialseal.values import members


class FakeChain:
    """As much of a chain as a receipt needs."""

    source = "the node at http://node.example"

    def __init__(self, chain_id: int = 31337) -> None:
        self._chain_id = chain_id

    def chain_id(self) -> int:
        return self._chain_id

    def finality(self, block: int) -> str:
        return f"{block} blocks deep"


def act(name: str, subject: bytes = b"\5" * 32, **details: Any) -> Act:
    return recorded(name, subject, number=3, time=1587945600, trial=b"\1" * 32, actor=b"\2" * 32, **details)


MILESTONE = act("MilestoneRecorded", part=0, milestone=1, date=20200429)


def test_a_receipt_comes_back_as_it_was_written(tmp_path: Path) -> None:
    receipt = receipts.of_act(FakeChain(), MILESTONE, Path("somewhere/note.pdf"))  # type: ignore[arg-type]
    path = receipts.path_for(tmp_path / "receipts", receipt)
    assert path.name == "0003-milestone-first-participant-enrolled.json"
    receipts.keep(path, receipts.as_json(receipt))
    assert receipts.load(path) == receipt
    entry = json.loads(path.read_text())
    assert entry["recorded"] == "2020-04-27T00:00:00Z"
    assert entry["document"] == "note.pdf"
    assert entry["details"] == {"part": 0, "milestone": "first-participant-enrolled", "date": 20200429, "act": 0}
    (tmp_path / "receipts" / "other.json").write_text("{}")
    assert receipts.load_folder(tmp_path / "receipts").receipts == (receipt,)


@pytest.mark.parametrize(
    ("done", "name"),
    [
        (act("TrialRegistered", code=b"C1".ljust(32, b"\0"), endpointRoot=bytes(32), endpointCount=1), "register"),
        (act("DocumentSealed", kind=1, version=2, blinding=1), "seal-protocol-v2"),
        (act("RegistryIdClaimed", b"CTRI2232442".ljust(32, b"\0"), registryId=b"CTRI/2020/03/024402".ljust(32, b"\0")),
         "claim-registry-id-CTRI-2020-03-024402"),
        (act("RegistryIdWithdrawn", registryId=b"DRKS00210238".ljust(32, b"\0")), "withdraw-registry-id-DRKS00210238"),
        (act("ResultReported", endpoint=bytes(32), part=0, protocolVersion=1, index=0), "results"),
        (act("Appointed", stream=bytes(32), acts=12), "appoint"),
        (act("RegistryIdClaimed", registryId=b"../../x".ljust(32, b"\0")), "claim-registry-id-..-..-x"),
    ],
)  # fmt: skip
def test_file_names_tell_what_was_done_and_stay_in_their_folder(done: Act, name: str, tmp_path: Path) -> None:
    path = receipts.path_for(tmp_path, receipts.of_act(FakeChain(), done))  # type: ignore[arg-type]
    assert path == tmp_path / f"0003-{name}.json"


def test_a_receipt_of_another_chain_or_contract_is_refused() -> None:
    receipt = receipts.of_act(FakeChain(), MILESTONE)  # type: ignore[arg-type]
    receipts.require_chain(receipt, FakeChain())  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="of chain 31337, but the node at http://node.example serves chain 1"):
        receipts.require_chain(receipt, FakeChain(1))  # type: ignore[arg-type]
    assert receipt.contract == contract("TrialRegistry").address
    other = receipts.Receipt(**{**members(receipt), "contract": "0x" + "11" * 20})
    with pytest.raises(UsageError, match="of contract 0x1111"):
        receipts.require_chain(other, FakeChain())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other/1"}, "its format"),
        ({"trial": None}, "trial is of the wrong type"),
        ({"trial": "xyz"}, "trial must be 64"),
        ({"block": "9"}, "block is of the wrong type"),
        ({"block": True}, "block is of the wrong type"),
        ({"details": []}, "details is of the wrong type"),
        ({"document": 5}, "document is of the wrong type"),
    ],
)
def test_what_is_no_receipt_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    entry = receipts.as_json(receipts.of_act(FakeChain(), MILESTONE))  # type: ignore[arg-type]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(entry | change))
    with pytest.raises(UsageError, match=words):
        receipts.load(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "\0", '{"format": "trialseal-receipt/1"}'])
def test_damaged_files_are_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"x\.json is no "):
        receipts.load(path)
    with pytest.raises(UsageError, match="cannot be read"):
        receipts.load(tmp_path / "absent.json")
