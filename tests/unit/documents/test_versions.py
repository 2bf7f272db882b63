"""What is made by a later version of trialseal is told as that, whatever it is, and never as damaged or foreign."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from trialseal.documents import events, models
from trialseal.documents.canonical import document_digest
from trialseal.documents.versions import FORMAT, NEWEST, LaterVersion, format_of, is_later, later_words, version_of
from trialseal.errors import FailedError, UsageError
from trialseal.folder import reading, receipts
from trialseal.ledger.outbox import Outbox
from trialseal.streams import proof
from trialseal.streams.config import StreamConfig
from trialseal.streams.store import create_stream, open_stream
from trialseal.tables import sealing
from trialseal.tables.reading import open_table


@pytest.mark.parametrize("family", NEWEST)
def test_versions_up_to_the_newest_are_read(family: str) -> None:
    newest = NEWEST[family]
    assert version_of(format_of(family), family, "it") == newest
    assert not is_later(format_of(family))
    for later in (newest + 1, newest + 10, 999_999):
        assert is_later(f"{family}/{later}")
        with pytest.raises(
            LaterVersion, match=rf"^it was made by a later version of trialseal \({family}/{later}\): up"
        ):
            version_of(f"{family}/{later}", family, "it")


def test_documents_are_written_in_the_newest_format() -> None:
    assert format_of("trialseal") == FORMAT


@pytest.mark.parametrize("stated", [None, 1, "", "trialseal", "trialseal/0", "trialseal/01", "trialseal/x", "other/2"])
def test_what_is_no_format_is_told_as_that(stated: object) -> None:
    assert not is_later(stated)
    with pytest.raises(FailedError, match="^it: format .* but must be 'trialseal/1'"):
        version_of(stated, "trialseal", "it")


def test_the_vectors() -> None:
    given = json.loads((Path(__file__).parents[2] / "vectors" / "versions.json").read_text())
    for stated in given["read"]:
        assert version_of(stated, "trialseal", "it") == 1
    for stated in given["made_by_a_later_version"]:
        with pytest.raises(LaterVersion):
            version_of(stated, "trialseal", "it")
    for stated in given["no_format"]:
        with pytest.raises(FailedError):
            version_of(stated, "trialseal", "it")


def later(path: Path, by: int = 1) -> Path:
    """The file, said to be of a version that is later by so many than its own."""
    value = json.loads(path.read_text())
    family, _, version = value["format"].partition("/")
    path.write_text(json.dumps(value | {"format": f"{family}/{int(version) + by}", "a member": "to come"}))
    return path


def document(folder: Path) -> None:
    models.parse_document({"format": "trialseal/2", "kind": "protocol"}, "it")


def event(folder: Path) -> None:
    events.parse_event({"format": "trialseal/2", "kind": "event", "type": "visit"}, "it")


def stream(folder: Path) -> Path:
    create_stream(folder / "s", StreamConfig(bytes(32), bytes(32), "s", bytes(32), 0, 0))
    return folder / "s"


def store(folder: Path) -> None:
    open_stream(later(stream(folder) / "stream.json").parent)


def head(folder: Path) -> None:
    open_stream(later(stream(folder) / "head.json").parent)


def event_proof(folder: Path) -> None:
    path = folder / "proof.json"
    path.write_text('{"format": "trialseal-event-proof/2"}')
    proof.read_proof(path)


def sealed(folder: Path) -> Path:
    path = folder / "t.csv"
    path.write_text("a\n1\n")
    table = open_table(path)
    return sealing.keep(sealing.make(table), folder / "t.csv.seal.json").path


def seal(folder: Path) -> None:
    sealing.read_seal(later(sealed(folder)))


def private(folder: Path) -> None:
    path = sealed(folder)
    later(folder / "t.csv.private.json", 2)  # 2 is what it becomes once somebody is erased
    sealing.read_seal(path)


def outbox(folder: Path) -> None:
    path = folder / "outbox.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 2")
    Outbox(path).slot("act").waiting()


@pytest.mark.parametrize("form", [document, event, store, head, event_proof, seal, private, outbox])
def test_every_form_of_a_later_version_is_told_as_one(tmp_path: Path, form: Callable[[Path], None]) -> None:
    with pytest.raises(
        LaterVersion, match=r"was made by a later version of trialseal \(.*/[23]\): update trialseal"
    ) as told:
        form(tmp_path)
    assert told.value.exit_code == 2


def test_a_receipt_of_a_later_version_is_a_fault_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "chain").mkdir()
    path = tmp_path / "chain" / "0001.json"
    path.write_text('{"format": "trialseal-receipt/2"}')
    assert receipts.is_one(path)
    assert receipts.load_folder(tmp_path).faults == (later_words("trialseal-receipt/2", str(path)),)


def test_a_file_of_a_later_version_has_its_digests_and_is_no_document_of_ours(tmp_path: Path) -> None:
    value = {"format": "trialseal/2", "kind": "protocol"}
    found = reading.of_bytes(tmp_path / "p.json", json.dumps(value, indent=2).encode())
    assert found.later and found.document is None and found.canonical == document_digest(value)
    assert found.fault == later_words("trialseal/2", str(tmp_path / "p.json"))


def test_a_proof_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_text('{"format": "trialseal/1"}')
    with pytest.raises(UsageError, match="name a file that events prove wrote"):
        proof.read_proof(path)
