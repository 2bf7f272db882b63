"""Registry files and folders: whatever form a download has, told by what is in it, as histories."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from trialseal import files
from trialseal.documents.canonical import parse_json
from trialseal.documents.models import parse_document
from trialseal.documents.versions import FORMAT
from trialseal.documents.web_pages import is_web_page
from trialseal.errors import FailedError, UsageError
from trialseal.registries.ctgov_classic import as_version_2, classic_study
from trialseal.registries.forms import anzctr, ctgov_files, european, ictrp, isrctn, who_data_set, xml
from trialseal.registries.forms.history_file import with_history
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.registries.history_lists import history_from
from trialseal.registries.history_merging import merged
from trialseal.registries.record import RegistryRecord
from trialseal.registries.study_versions import history_of, study_version

RECORD_ENDINGS = (".json", ".jsonl", ".ndjson")
# Of these, a folder may hold what is not a record; a look at its beginning tells.
OTHER_ENDINGS = (".xml", ".csv", ".txt")
FORMS_READ = (
    "records of ClinicalTrials.gov (JSON of https://clinicaltrials.gov/api/v2/studies/NUMBER, the site's JSON, CSV or "
    "former XML), WHO ICTRP (XML or CSV of https://trialsearch.who.int, for every registry), ISRCTN (XML), the EU "
    "Clinical Trials Register (text), CTIS (JSON), DRKS (JSON), ANZCTR (XML), IRCT and ReBEC (XML of WHO's data set), "
    "cthist's CSV, and trialseal's own registry records and histories are read"
)
"""What is read, for whoever gave something else."""
# Some ten thousand histories, one a line; a download of all trials on a subject.
_LARGEST_LINES = 1 << 30
_LARGEST = 256 * 1024 * 1024
_HEAD = 4096
_SNAPSHOT = re.compile(r"(?P<number>.+)__(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")


def read_histories(path: str | os.PathLike[str]) -> Iterator[RegistryHistory]:
    """The histories in a file, of one trial or of many: a download of a registry in any form of `FORMS_READ`, or JSON
    lines with a record or history each. NCT04368728__2020-05-01.json was seen on that day.

    UsageError for what is none of these, with what is read.
    """
    for part in _parts(Path(path)):
        yield from part()


def histories_read(path: str | os.PathLike[str], unreadable: list[str]) -> Iterator[RegistryHistory]:
    """As `read_histories`; what cannot be read is a sentence in `unreadable`, and takes none of its file's other
    records down."""
    try:
        for part in _parts(Path(path)):
            try:
                found = part()
            except (FailedError, UsageError) as error:
                unreadable.append(str(error))
                continue
            yield from found
    except (FailedError, UsageError) as error:
        unreadable.append(str(error))


def _parts(place: Path) -> Iterator[Callable[[], list[RegistryHistory]]]:
    """The readings of a file: of each of its records, where the form keeps them apart."""
    if place.suffix.lower() in (".jsonl", ".ndjson"):
        try:
            lines = files.read_file(place, _LARGEST_LINES).decode("utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise UsageError(f"{place} cannot be read: {error}") from None
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield partial(_of_line, line, f"{place}, line {number}")
        return
    name, match = str(place), _SNAPSHOT.fullmatch(place.stem)
    data, seen = files.read_file(place, _LARGEST), match["day"] if match else None
    if not _is_json(data):
        yield partial(histories_from, data, name, seen)
        return
    value = parse_json(data, name)
    listed = _listed(value)
    if not listed:
        yield partial(histories_from_json, value, name, seen)
    for number, one in enumerate(listed or (), 1):
        yield partial(_listed_study, one, name, number, seen)


def _of_line(line: str, name: str) -> list[RegistryHistory]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"{name} is not JSON: get a complete copy of the source") from None
    return histories_from_json(value, name, None)


def read_registry(path: str | os.PathLike[str], number: str | None = None) -> RegistryHistory:
    """The history in a file or a folder of files about one trial; of several trials, that of `number` (else
    UsageError)."""
    place = Path(path)
    found = histories_in(place) if place.is_dir() else by_number(read_histories(place))
    if number is not None and len(found) > 1:
        found = [one for one in found if one.number == number] or found
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join([*(one.number for one in found[:3]), *(["…"] if len(found) > 3 else [])])
        raise UsageError(f"{place} holds records of {len(found)} trials, not of one: name the one you mean ({named})")
    raise UsageError(f"{place} holds no registry record: put the files downloaded from the registry there")


def by_number(histories: Iterable[RegistryHistory]) -> list[RegistryHistory]:
    """One history a trial, by number."""
    found: dict[str, list[RegistryHistory]] = {}
    for one in histories:
        found.setdefault(one.number, []).append(one)
    return [merged(found[number]) for number in sorted(found)]


def histories_in(
    folder: str | os.PathLike[str], unreadable: list[str] | None = None, paths: Iterable[Path] | None = None
) -> list[RegistryHistory]:
    """One history for each trial in a folder of records, dated snapshots and histories, by number.

    A file or record that cannot be read is an error, or, given `unreadable`, a sentence in it. Files whose JSON is
    something else altogether are passed over.
    """
    place = Path(folder)
    if paths is None:
        paths, odd = record_files(place)
        for path, kind in odd:
            if unreadable is None:
                raise UsageError(f"{path} is {kind}: move it away")
            unreadable.append(f"{path} is {kind}, and was not read")
    found: dict[str, list[RegistryHistory]] = {}
    for path in paths:
        for history in read_histories(path) if unreadable is None else histories_read(path, unreadable):
            found.setdefault(history.number, []).append(history)
    return [merged(found[number]) for number in sorted(found)]


def record_files(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files below a folder that are registry records by their names, or by how they begin; and what is not
    an ordinary file, with what it is."""
    found, odd = files.below(folder)
    return [one for one in found if _is_record(one)], [one for one in odd if _is_named(one[0])]


def _is_named(path: Path) -> bool:
    return path.suffix.lower() in RECORD_ENDINGS


def _is_record(path: Path) -> bool:
    if _is_named(path):
        return True
    if path.suffix.lower() not in OTHER_ENDINGS:
        return False
    try:
        with files.open_file(path) as file:
            head = file.read(_HEAD)
    except (OSError, UsageError):
        return False
    text = head.decode("utf-8", "replace")
    if path.suffix.lower() == ".xml":
        return any(f"<{root}" in text.casefold() for root in _ROOTS)
    if path.suffix.lower() == ".csv":
        columns = {cell.strip().casefold() for cell in text.lstrip("\ufeff").partition("\n")[0].split(",")}
        columns = {one.strip('"') for one in columns}
        return any(columns.issuperset(needed) for needed in _TABLES)
    return european.EUCTR_BEGINS.search(text) is not None


# ----- by content -----

_ROOTS = (*ictrp.ROOTS, who_data_set.SIGN, *isrctn.ROOTS[:2], *anzctr.ROOTS, ctgov_files.LEGACY_ROOT)
_TABLES = {
    ctgov_files.CTHIST_COLUMNS: ctgov_files.of_cthist,
    ictrp.COLUMNS: ictrp.of_rows,
    ictrp.PORTAL_COLUMNS: ictrp.of_rows,
    ctgov_files.CSV_COLUMNS: ctgov_files.of_site_rows,
}


def histories_from(data: bytes, name: str, seen: str | None = None) -> list[RegistryHistory]:
    """The histories in a download, whose form is told by its content; `seen` is the day on which it was downloaded."""
    start = _beginning(data)
    if not start:
        raise UsageError(f"{name} is empty: download it again")
    if _is_json(data):
        return histories_from_json(parse_json(data, name), name, seen)
    if start[:1] == b"<":
        return _of_markup(data, start, name, seen)
    text = _text(data, name)
    if european.EUCTR_BEGINS.search(text):
        return european.of_euctr(text, name, seen)
    if (rows := _rows(text)) is not None:
        return _of_rows(*rows, name, seen)
    said = " ".join(text[:60].split())
    if len(text) < 200 and re.match(r"not found|404|error|bad request|invalid", said, re.IGNORECASE):
        raise UsageError(f"{name} is an answer that there is no such record ({said!r}): check the number and try again")
    raise UsageError(f"{name} is not a registry's download that is known here: {FORMS_READ}")


def _beginning(data: bytes) -> bytes:
    return data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_json(data: bytes) -> bool:
    return _beginning(data)[:1] in (b"{", b"[")


def _of_markup(data: bytes, start: bytes, name: str, seen: str | None) -> list[RegistryHistory]:
    if is_web_page(start):
        raise UsageError(f"{name} is a web page, not a record: download the record itself; {FORMS_READ}")
    root = xml.parsed(data, name)
    tag = xml.local(root)
    if tag in ictrp.ROOTS:
        found = ictrp.of_xml(root, name, seen)
    elif tag in isrctn.ROOTS:
        found = isrctn.of_xml(root, name, seen)
    elif tag in anzctr.ROOTS:
        found = anzctr.of_xml(root, name, seen)
    elif tag in who_data_set.ROOTS and who_data_set.is_one(root):
        found = who_data_set.of_xml(root, name, seen)
    elif tag == ctgov_files.LEGACY_ROOT:
        found = ctgov_files.of_legacy_xml(root, name, seen)
    else:
        raise UsageError(f"{name} is XML of a form that is not known here (<{tag:.40}>): {FORMS_READ}")
    if not found:
        raise UsageError(f"{name} holds no trial: search again and download what is found")
    return found


def _text(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise UsageError(f"{name} is not text: {FORMS_READ}")
    return text


def _rows(text: str) -> tuple[tuple[str, ...], list[dict[str, str]]] | None:
    """The columns that tell the form of a table, and its rows, the columns' names in small letters; None for none."""
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    columns = [cell.strip().casefold() for cell in rows[0]] if rows else []
    form = next((needed for needed in _TABLES if set(columns).issuperset(needed)), None)
    if form is None:
        return None
    return form, [dict(zip(columns, row, strict=False)) for row in rows[1:] if any(cell.strip() for cell in row)]


def _of_rows(form: tuple[str, ...], rows: list[dict[str, str]], name: str, seen: str | None) -> list[RegistryHistory]:
    if not rows:
        raise UsageError(f"{name} has columns and no rows: search again and download what is found")
    return _TABLES[form](rows, name, seen)


def histories_from_json(value: object, name: str, seen: str | None) -> list[RegistryHistory]:
    """The histories in a JSON value: one record, a list or page of records, or a history."""
    listed = _listed(value)
    if listed is not None:
        if not listed:
            raise UsageError(f"{name} holds no study: search again and download what is found")
        return [one for place, study in enumerate(listed, 1) for one in _listed_study(study, name, place, seen)]
    return [_of_object(value, name, seen)]


def _listed_study(study: object, name: str, place: int, seen: str | None) -> list[RegistryHistory]:
    return [_of_object(study, f"{name}, study {place}", seen)]


def _listed(value: object) -> list[object] | None:
    """The studies of the site's JSON array, of a page of the API, of an answer of version 1; None for one record."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if isinstance(value.get("studies"), list):
            return value["studies"]  # type: ignore[no-any-return]
        many = value.get("FullStudiesResponse")
        if isinstance(many, dict) and isinstance(many.get("FullStudies"), list):
            return many["FullStudies"]  # type: ignore[no-any-return]
    return None


def _of_object(value: object, name: str, seen: str | None) -> RegistryHistory:
    if not isinstance(value, dict):
        raise UsageError(f"{name} is not a registry record: {FORMS_READ}")
    return _of_mapping(value, name, seen)


def _of_mapping(value: dict[str, object], name: str, seen: str | None) -> RegistryHistory:
    study = value.get("study")
    if isinstance(study, dict) and "protocolSection" in study:
        if isinstance(value.get("history"), dict):
            return with_history(value, name, seen)
        return _one(study_version(study, name, seen=seen))
    if "protocolSection" in value:
        return _one(study_version(value, name, seen=seen))
    if "versions" in value and "trial_id" in value:
        return history_from(value, name)
    if value.get("format") == FORMAT and value.get("kind") == "registry-record":
        record = parse_document(value, name)
        assert isinstance(record, RegistryRecord)
        return history_of(record, name)
    if (classic := classic_study(value)) is not None:
        return _classic(as_version_2(classic, name), name, seen)
    if "ctNumber" in value:
        return european.of_ctis(value, name, seen)
    if "drksId" in value:
        return european.of_drks(value, name, seen)
    if isinstance(value.get("data"), list) and "pagination" in value:
        raise UsageError(
            f"{name} is a list of what CTIS found, which leaves out most of each record: download each trial by its "
            "number"
        )
    raise UsageError(
        f"{name} is neither a ClinicalTrials.gov API v2 study nor JSON of another form that is known here: {FORMS_READ}"
    )


def _classic(study: dict[str, object], name: str, seen: str | None) -> RegistryHistory:
    """An answer of version 1; one for some fields only is not a whole record."""
    version = study_version(study, name, seen=seen, partial=True)
    history = _one(version)
    protocol = study["protocolSection"]
    assert isinstance(protocol, dict)
    if version.sponsor is not None and "designModule" in protocol:
        return history
    outcomes = version.outcomes or None
    note = None if outcomes else "this answer does not hold the outcomes"
    part = replace(
        version, record=None, partial=True, title=history.title, outcomes=outcomes, outcomes_note=note,
        other_numbers=tuple(one for one in version.record.trial.registry_ids if one != history.number)
        if version.record else (),
    )  # fmt: skip
    return replace(history, versions=(part,))


def _one(version: RegistryVersion) -> RegistryHistory:
    assert version.record is not None
    return RegistryHistory(version.record.number, (version,))
