"""What a command writes takes the place of an earlier one of its kind, and of nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trialseal.errors import UsageError
from trialseal.outputs import first_lines, write_output

PAGE = b'<!doctype html>\n<html lang="en">\n<head>\n'
TABLE = b"rule,status,sentence\n"
PROOF = b'{\n  "format": "trialseal-event-proof/1",\n  "event": {}\n}\n'
PLOT = b'<svg xmlns="http://www.w3.org/2000/svg" class="plot"/>'


@pytest.mark.parametrize("data", [PAGE, TABLE, PROOF, PLOT, b""])
def test_a_new_file_an_empty_one_and_an_earlier_one_of_its_kind_are_written(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "new" / "out"
    write_output(path, data)
    write_output(path, data + b"more")
    assert path.read_bytes() == data + b"more"
    path.write_bytes(b"")
    write_output(path, data)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "there", [b"%PDF-1.7", b"USUBJID,AGE\n1001,54\n", b"A paper.\n", b'{"format": "x"}', b"r", b"\0"]
)
@pytest.mark.parametrize("data", [PAGE, TABLE, PROOF])
def test_another_file_is_left_as_it_is(there: bytes, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a\nb"
    path.write_bytes(there)
    with pytest.raises(
        UsageError, match=r"a\\nb\W* is there already, and is not what this command writes: it was left"
    ):
        write_output(path, data)
    assert path.read_bytes() == there


def test_documents_of_one_format_are_told_apart_by_more_lines(tmp_path: Path) -> None:
    path = tmp_path / "protocol.json"
    path.write_bytes(b'{\n  "format": "trialseal/1",\n  "kind": "protocol"\n}\n')
    row = b'{\n  "format": "trialseal/1",\n  "kind": "dataset-row",\n  "row": 1\n}\n'
    with pytest.raises(UsageError, match="is there already"):
        write_output(path, row, first_lines(row, 3))
    path.unlink()
    write_output(path, row, first_lines(row, 3))
    write_output(path, row.replace(b"1\n}", b"2\n}"), first_lines(row, 3))
    assert b'"row": 2' in path.read_bytes()


def test_a_device_a_pipe_and_a_folder_are_no_place_for_an_output(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("pipe", "zero", "loop", "."):
        with pytest.raises(UsageError, match=r"cannot be written over \(.*\): name another file"):
            write_output(tmp_path / name, PAGE)
    assert (tmp_path / "zero").is_symlink()
