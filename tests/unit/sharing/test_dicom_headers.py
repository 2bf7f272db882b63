"""Headers of DICOM files: what is filled that may name somebody; what is no DICOM file."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from trialseal.errors import FailedError
from trialseal.sharing.dicom import named_in

EXPLICIT, IMPLICIT, BIG, DEFLATED = (f"1.2.840.10008.1.2{end}".encode() for end in (".1", "", ".2", ".1.99"))


def element(tag: int, kind: bytes, value: bytes, order: str = "<") -> bytes:
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    if kind in (b"SQ", b"OW", b"UT"):
        return head + kind + b"\0\0" + struct.pack(f"{order}I", len(value)) + value
    return head + kind + struct.pack(f"{order}H", len(value)) + value


def plain(tag: int, value: bytes) -> bytes:
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def item(content: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + content + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)


def written(path: Path, syntax: bytes, body: bytes) -> Path:
    path.write_bytes(bytes(128) + b"DICM" + element(0x00020010, b"UI", syntax) + body)
    return path


PIXELS = element(0x7FE00010, b"OW", b"\x10\x00\x10\x00PN" * 9)


def test_what_is_filled_is_named(tmp_path: Path) -> None:
    nested = struct.pack("<HH", 0x0008, 0x1111) + b"SQ\0\0" + struct.pack("<I", 0xFFFFFFFF)
    nested += item(element(0x0040A123, b"PN", b"Nurse^A ")) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    body = element(0x00080060, b"CS", b"MR") + nested + element(0x00100010, b"PN", b"Doe^Jane") + PIXELS
    one = written(tmp_path / "1.dcm", EXPLICIT, body)
    two = written(tmp_path / "2", IMPLICIT, plain(0x00100010, b"Doe^Jane") + plain(0x00100030, b""))
    three = written(tmp_path / "3.dcm", BIG, element(0x00101040, b"LO", b"Street", ">"))
    clean = written(tmp_path / "4.dcm", EXPLICIT, element(0x00100010, b"PN", b"  ") + PIXELS)
    (tmp_path / "notes.txt").write_text("no image")
    assert named_in([clean, tmp_path / "notes.txt"]) == {}
    assert named_in([one, two, three, clean]) == {"PatientName": 2, "PersonName": 1, "PatientAddress": 1}


def test_a_sequence_that_states_its_length_is_read_where_no_element_says_its_kind(tmp_path: Path) -> None:
    inner = plain(0x00100010, b"Doe^Jane")
    record = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
    body = plain(0x00041220, record * 40) + plain(0x00101040, b"Street")
    assert named_in([written(tmp_path / "DICOMDIR", IMPLICIT, body)]) == {"PatientName": 1, "PatientAddress": 1}


def test_what_is_none_or_cannot_be_read(tmp_path: Path) -> None:
    none = tmp_path / "none.dcm"
    none.write_bytes(b"not an image")
    with pytest.raises(FailedError, match=r"none.dcm is not a DICOM file"):
        named_in([none])
    cut = element(0x00100010, b"PN", b"Doe^Jane")[:-2]
    for body, syntax, words in (
        (cut, EXPLICIT, "in the middle of an element"),
        (b"\x10\0\x10\0??xx", EXPLICIT, "no element begins"),
        (b"\x10\0\x10", EXPLICIT, "in the middle of an element"),
        (b"", b"", "names no transfer syntax"),
        (PIXELS, b"", "names no transfer syntax"),
        (b"\x10\0\x10\0PN\0\0", DEFLATED, "it is deflated"),
    ):
        with pytest.raises(FailedError, match=f"header cannot be read.*{words}"):
            named_in([written(tmp_path / "bad.dcm", syntax, body)])
