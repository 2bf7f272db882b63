"""What the headers of DICOM files (PS3.10) say of people: attributes that a de-identified file has empty or replaced.

Only headers are read, element by element, sequences too; pixel data never. What is burnt into pixels is not seen.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from trialseal import escaping, files
from trialseal.errors import FailedError

ENDINGS: Final = frozenset({".dcm", ".dicom"})
_PREAMBLE, _MAGIC = 128, b"DICM"
_PIXELS = 0x7FE00000
_ITEM = b"\xfe\xff\x00\xe0"
"""(FFFE,E000), with which the items of a sequence begin. Where no element says its kind, nothing else tells one."""
_UNDEFINED = 0xFFFFFFFF
_MOST_ELEMENTS = 100_000
_LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
_IMPLICIT, _BIG, _DEFLATED = b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99"
# Of table E.1-1 of PS3.15 (Basic Profile) those that name or describe a person, a place or a day. Identifiers of
# studies, series and images are in it too, but whether one was replaced cannot be seen.
NAMING: Final = {
    0x00080020: "StudyDate", 0x00080021: "SeriesDate", 0x00080022: "AcquisitionDate", 0x00080023: "ContentDate",
    0x0008002A: "AcquisitionDateTime", 0x00080050: "AccessionNumber", 0x00080080: "InstitutionName",
    0x00080081: "InstitutionAddress", 0x00080090: "ReferringPhysicianName", 0x00080092: "ReferringPhysicianAddress",
    0x00080094: "ReferringPhysicianTelephoneNumbers", 0x00081010: "StationName", 0x00081030: "StudyDescription",
    0x0008103E: "SeriesDescription", 0x00081040: "InstitutionalDepartmentName", 0x00081048: "PhysiciansOfRecord",
    0x00081050: "PerformingPhysicianName", 0x00081060: "NameOfPhysiciansReadingStudy", 0x00081070: "OperatorsName",
    0x00081080: "AdmittingDiagnosesDescription", 0x00082111: "DerivationDescription", 0x00100010: "PatientName",
    0x00100020: "PatientID", 0x00100030: "PatientBirthDate", 0x00100032: "PatientBirthTime", 0x00100040: "PatientSex",
    0x00101000: "OtherPatientIDs", 0x00101001: "OtherPatientNames", 0x00101005: "PatientBirthName",
    0x00101010: "PatientAge", 0x00101020: "PatientSize", 0x00101030: "PatientWeight", 0x00101040: "PatientAddress",
    0x00101060: "PatientMotherBirthName", 0x00101090: "MedicalRecordLocator", 0x00102154: "PatientTelephoneNumbers",
    0x00102160: "EthnicGroup", 0x00102180: "Occupation", 0x001021B0: "AdditionalPatientHistory",
    0x001021F0: "PatientReligiousPreference", 0x00104000: "PatientComments", 0x00181000: "DeviceSerialNumber",
    0x00181030: "ProtocolName", 0x00200010: "StudyID", 0x00204000: "ImageComments", 0x00321032: "RequestingPhysician",
    0x00321060: "RequestedProcedureDescription", 0x00380010: "AdmissionID", 0x00380500: "PatientState",
    0x00384000: "VisitComments", 0x00400006: "ScheduledPerformingPhysicianName",
    0x00400254: "PerformedProcedureStepDescription", 0x0040A075: "VerifyingObserverName", 0x0040A123: "PersonName",
    0x00700084: "ContentCreatorName",
}  # fmt: skip


def named_in(paths: Iterable[Path]) -> dict[str, int]:
    """By keyword, in how many of the DICOM files among these an attribute is filled that may name somebody.

    FailedError for a file that ends like one and is none, or whose header cannot be read to its end.
    """
    found: dict[str, int] = {}
    for path in paths:
        with files.open_file(path, follow=False) as file:
            is_one = file.read(_PREAMBLE + len(_MAGIC))[_PREAMBLE:] == _MAGIC
            if not is_one and path.suffix.lower() in ENDINGS:
                raise FailedError(f"{escaping.path(path)} is not a DICOM file: give it another ending, or take it out")
            if is_one:
                try:
                    filled = {NAMING[tag] for tag, value in _elements(file) if tag in NAMING and value.strip(b" \0")}
                except (struct.error, ValueError) as error:
                    why = "it ends in the middle of an element" if isinstance(error, struct.error) else error
                    raise FailedError(
                        f"{escaping.path(path)}: its DICOM header cannot be read ({why}), so that whom it names is "
                        "not known: take it out, or write it anew"
                    ) from None
                for keyword in filled:
                    found[keyword] = found.get(keyword, 0) + 1
    return found


def _elements(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The tags of a header with their values, of long ones the beginning; what sequences hold comes like the rest."""
    syntax = b""
    order, explicit = "<", True
    in_meta = True
    for _ in range(_MOST_ELEMENTS):
        start = file.tell()
        head = file.read(8)
        group = struct.unpack("<H", head[:2])[0] if head else None
        if in_meta and group != 2:
            in_meta = False
            if not syntax:  # PS3.10, 7.1: without it the rest cannot be told from noise
                raise ValueError("it names no transfer syntax")
            if syntax == _DEFLATED:
                raise ValueError("it is deflated")
            order, explicit = ">" if syntax == _BIG else "<", syntax != _IMPLICIT
        if not head:
            return
        group, element = struct.unpack(f"{order}HH", head[:4])
        tag = group << 16 | element
        if tag >= _PIXELS and group != 0xFFFE:
            return
        kind, length = head[4:6], 0
        if group == 0xFFFE:  # an item or an end: what it holds follows
            continue
        if not explicit:
            (length,) = struct.unpack(f"{order}I", head[4:8])
            kind = b"SQ" if length == _UNDEFINED else b""
        elif kind in _LONG:
            (length,) = struct.unpack(f"{order}I", file.read(4))
        elif kind.isalpha() and kind.isupper():
            (length,) = struct.unpack(f"{order}H", head[6:8])
        else:
            raise ValueError(f"no element begins at byte {start}")
        if kind == b"SQ":  # what its items hold follows
            continue
        if length == _UNDEFINED:
            raise ValueError(f"the length of the element at byte {start} is not stated")
        value = file.read(min(length, 256))
        if len(value) < min(length, 256):
            raise ValueError("it ends in the middle of an element")
        if not explicit and value.startswith(_ITEM):  # a sequence that states its length: what its items hold follows
            file.seek(-len(value), 1)
            continue
        file.seek(length - len(value), 1)
        if tag == 0x00020010:
            syntax = value.strip(b" \0")
        yield tag, value
    raise ValueError("it has too many elements")
