"""What a trial's folder is, by one rule; and what is kept in it, which nothing overwrites."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from trialseal import files
from trialseal.documents.canonical import document_digest
from trialseal.errors import UsageError
from trialseal.folder import receipts
from trialseal.folder.reading import FileReading, of_bytes
from trialseal.folder.trial_folder import Surroundings, TrialFolder, folder_of
from trialseal.values import replace

RECEIPT = {
    "format": "trialseal-receipt/1", "act": "register", "number": 1, "trial": "11" * 32, "party": "22" * 32,
    "key": "0x" + "33" * 20, "subject": "22" * 32, "details": {"code": "A"}, "document": "protocol.json", "chain_id": 1,
    "contract": "0x" + "44" * 20, "transaction": "0x" + "55" * 32, "block": 1, "block_hash": "0x" + "66" * 32,
    "time": 1, "finality": "final",
}  # fmt: skip


def protocol(folder: Path, code: str = "A") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    value = {"format": "trialseal/1", "kind": "protocol", "trial": {"sponsor": "S", "code": code}}
    (folder / "protocol.json").write_text(json.dumps(value))


def receipt(folder: Path, **members: Any) -> Path:
    path = folder / "receipts" / "1-00000000" / "0001-register.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(RECEIPT | members))
    return path


def found(file: Path) -> Path | None:
    """The folder of a file, by both callers of the one rule."""
    by_file, grouped = folder_of(file), Surroundings().folder_of(file)
    assert (by_file and by_file.path.resolve()) == (grouped and grouped.path.resolve())
    return by_file.path.resolve() if by_file else None


# ----- which folder -----


@pytest.mark.parametrize("registered", [True, False])
def test_a_copied_protocol_makes_no_second_folder(tmp_path: Path, registered: bool) -> None:
    protocol(tmp_path / "trial")
    if registered:
        receipt(tmp_path / "trial")
    protocol(tmp_path / "trial" / "data" / "site2")
    file = tmp_path / "trial" / "data" / "site2" / "x.csv"
    file.write_text("x")
    assert found(file) == tmp_path / "trial"
    with pytest.raises(UsageError, match="is the folder of the same trial: name that one"):
        TrialFolder.open(tmp_path / "trial" / "data" / "site2")


def test_a_whole_copied_folder_makes_no_second_one(tmp_path: Path) -> None:
    protocol(tmp_path / "trial")
    receipt(tmp_path / "trial")
    shutil.copytree(tmp_path / "trial", tmp_path / "backup")
    shutil.move(tmp_path / "backup", tmp_path / "trial" / "backup")
    assert found(tmp_path / "trial" / "backup" / "protocol.json") == tmp_path / "trial"


def test_a_trial_within_a_trial_is_its_own(tmp_path: Path) -> None:
    protocol(tmp_path / "platform", "A")
    receipt(tmp_path / "platform")
    protocol(tmp_path / "platform" / "substudy", "B")
    assert found(tmp_path / "platform" / "substudy" / "x") == tmp_path / "platform" / "substudy"
    assert TrialFolder.open(tmp_path / "platform" / "substudy").code == "B"


def test_a_copy_further_out_does_not_take_the_receipts_away(tmp_path: Path) -> None:
    protocol(tmp_path)
    protocol(tmp_path / "trial")
    receipt(tmp_path / "trial")
    assert found(tmp_path / "trial" / "x") == tmp_path / "trial"


def test_files_of_other_programs_make_no_folder(tmp_path: Path) -> None:
    (tmp_path / "scans" / "receipts").mkdir(parents=True)
    (tmp_path / "scans" / "receipts" / "shop.json").write_text('{"total": 7}')
    (tmp_path / "scans" / "protocol.json").write_text('{"protocol": "DICOM"}')
    assert found(tmp_path / "scans" / "x") is None


def test_a_protocol_with_a_slip_is_still_the_trials(tmp_path: Path) -> None:
    protocol(tmp_path)
    text = (tmp_path / "protocol.json").read_text()
    (tmp_path / "protocol.json").write_text(text[:-1])
    assert found(tmp_path / "documents" / "x") == tmp_path


def test_a_pipe_in_the_place_of_anything_keeps_nobody_waiting(tmp_path: Path) -> None:
    for name in (
        "protocol.json",
        "sponsor.json",
        "receipts/1/0001-x.json",
        "documents/sealed/a.json",
        "parties/a.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(tmp_path / name)
    folder = TrialFolder(tmp_path)
    assert (folder.files, folder.documents, folder.notes, folder.code) == ((), (), [], None)
    assert folder.claims.receipts == () and "named pipe" in folder.claims.faults[0]
    with pytest.raises(UsageError, match="named pipe"):
        TrialFolder.open(tmp_path)


def test_links_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    protocol(tmp_path / "other", "SECRET")
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "protocol.json").symlink_to(tmp_path / "other" / "protocol.json")
    (tmp_path / "trial" / "documents").symlink_to(tmp_path / "other")
    folder = TrialFolder(tmp_path / "trial")
    assert (folder.files, folder.code) == ((), None)
    with pytest.raises(UsageError, match="it is a link, which is not followed"):
        TrialFolder.open(tmp_path / "trial")


# ----- copies -----


def reading(version: int, note: str) -> FileReading:
    value = {"format": "trialseal/1", "kind": "results", "version": version, "note": note}
    return of_bytes(Path("results.json"), json.dumps(value, indent=1).encode())


def test_a_second_results_document_of_the_same_version_leaves_the_first_copy(tmp_path: Path) -> None:
    folder = TrialFolder(tmp_path)
    first, second = reading(1, "first"), reading(1, "second")
    kept = [folder.keep_copy(7, "results", 1, first), folder.keep_copy(9, "results", 2, second)]
    assert [path and path.name for path in kept] == [
        f"0007-results-v1-{document_digest(first.document).hex()[:8]}.json",
        f"0009-results-v2-{document_digest(second.document).hex()[:8]}.json",
    ]
    assert [path and path.read_bytes() for path in kept] == [first.data, second.data]
    again = TrialFolder(tmp_path)
    assert [again.with_digest(one.digest) is not None for one in (first, second)] == [True, True]


def test_a_copy_is_never_written_over(tmp_path: Path) -> None:
    folder, one = TrialFolder(tmp_path), reading(1, "first")
    path = folder.keep_copy(7, "results", 1, one)
    assert path is not None and folder.keep_copy(7, "results", 1, one) == path
    path.write_bytes(b"edited")
    other = folder.keep_copy(7, "results", 1, one)
    assert other is not None and other != path and path.read_bytes() == b"edited"
    assert one.digest.hex() in other.name and other.read_bytes() == one.data
    other.write_bytes(b"edited too")
    with pytest.raises(UsageError, match="holds other bytes than were sealed: move it away"):
        folder.keep_copy(7, "results", 1, one)
    assert (path.read_bytes(), other.read_bytes()) == (b"edited", b"edited too")


def test_what_is_no_document_of_trialseal_is_not_copied(tmp_path: Path) -> None:
    assert TrialFolder(tmp_path).keep_copy(3, "other", 1, of_bytes(Path("minutes.pdf"), b"private")) is None
    assert list(tmp_path.iterdir()) == []


def test_copies_do_not_leave_the_folder_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "trial" / "documents").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "trial" / "documents" / "sealed").symlink_to(tmp_path / "out")
    with pytest.raises(UsageError, match="reached through a link"):
        TrialFolder(tmp_path / "trial").keep_copy(7, "results", 1, reading(1, "x"))
    assert list((tmp_path / "out").iterdir()) == []


# ----- writing -----


@pytest.mark.parametrize("call", ["write", "fsync", "link"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*arguments: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder, one = TrialFolder(tmp_path), reading(1, "x")
    claim = receipts.load(receipt(tmp_path / "elsewhere"))
    if call == "link":  # then the name is given by renaming, which fails too
        monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(os, call, full)
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        folder.keep_copy(7, "results", 1, one)
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        folder.keep_receipt("1-00000000", claim)
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "elsewhere" not in path.parts] == []
    assert folder.keep_copy(7, "results", 1, one) is not None
    assert folder.keep_receipt("1-00000000", claim).is_file()


@pytest.mark.parametrize("changed", [{"transaction": "0x" + "77" * 32}, {}])
def test_a_receipt_of_a_block_that_a_reorganisation_dropped_gives_way_to_the_true_one(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    old = receipt(tmp_path)
    before, folder = old.read_bytes(), TrialFolder(tmp_path)
    now = replace(receipts.load(old), finality="3 blocks deep", document="renamed.json")
    assert folder.keep_receipt(old.parent.name, now) == old  # neither makes it another receipt
    assert old.read_bytes() == before
    again = replace(now, block=2, block_hash="0x" + "88" * 32, **changed)
    for _ in range(2):
        assert folder.keep_receipt(old.parent.name, again) == old and receipts.load(old) == again
        [aside] = [path for path in tmp_path.rglob("*.json") if path != old]
        assert aside.relative_to(old.parent).as_posix() == "dropped/0001-register_66666666.json"
        assert aside.read_bytes() == before
    assert TrialFolder(tmp_path).claims.receipts == (again,)


def test_what_another_act_had_of_this_number_before_a_reorganisation_is_no_claim_any_more(tmp_path: Path) -> None:
    old = receipt(tmp_path)
    other = old.rename(old.with_name("0001-milestone-completion.json"))
    now = replace(receipts.load(other), block_hash="0x" + "88" * 32)
    assert TrialFolder(tmp_path).keep_receipt(old.parent.name, now) == old
    assert not other.exists() and TrialFolder(tmp_path).claims.receipts == (now,)


@pytest.mark.parametrize("changed", [{"trial": "99" * 32}, {"chain_id": 7}, {"block_hash": "../../x"}, {"format": "a"}])
def test_what_has_a_receipt_s_name_and_is_of_something_else_stays_as_it_is(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    old = receipt(tmp_path)
    claim = replace(receipts.load(old), block_hash="0x" + "88" * 32)
    old.write_text(json.dumps(json.loads(old.read_text()) | changed))
    before = old.read_bytes()
    assert TrialFolder(tmp_path).keep_receipt(old.parent.name, claim) == old
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [old] and old.read_bytes() == before


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, {"a": 1})
    before = path.read_bytes()

    def short(descriptor: int, data: bytes) -> int:
        if len(data) < 10:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        return write(descriptor, data[:5])

    write = os.write
    monkeypatch.setattr(os, "write", short)
    with pytest.raises(UsageError, match="cannot be written: Disk quota exceeded"):
        files.write_json(path, {"a": "b" * 100})
    monkeypatch.undo()
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    with pytest.raises(UsageError, match="is there already"):
        files.write_json(path, {}, overwrite=False)
    assert path.read_bytes() == before


def test_what_is_private_is_never_open_to_others(tmp_path: Path) -> None:
    files.write_bytes(tmp_path / "key", b"secret", 0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_folder_with_only_a_registry_record_is_told_the_way_on(tmp_path: Path) -> None:
    (tmp_path / "registry-record.json").write_text("{}")
    with pytest.raises(UsageError, match=r"a registry record and no protocol\.json: trialseal init") as refused:
        TrialFolder.open(tmp_path)
    assert f"trialseal validate {tmp_path / 'registry-record.json'}" in str(refused.value)
    assert "registry record or a USDM" not in str(refused.value)


def test_a_folder_too_high_names_the_trials_below(tmp_path: Path) -> None:
    def said() -> str:
        with pytest.raises(UsageError) as raised:
            TrialFolder.open(tmp_path)
        return str(raised.value).removeprefix(f"{tmp_path} is not a trial's folder: it has no protocol.json; ")

    assert said() == "trialseal init FOLDER begins one"
    for number, told in (
        (1, f"a trial lies in {tmp_path}/trial-1: name that folder, or trialseal init FOLDER begins one"),
        (2, f"trials lie in {tmp_path}/trial-1, {tmp_path}/trial-2: name one, or trialseal init FOLDER begins one"),
        (3, f"{tmp_path}/trial-3: name one, or "),
        (4, f"{tmp_path}/trial-3 and 1 more: name one, or "),
    ):
        folder = tmp_path / f"trial-{number}"
        folder.mkdir()
        (folder / "protocol.json").write_text("{}")
        assert told in said()
