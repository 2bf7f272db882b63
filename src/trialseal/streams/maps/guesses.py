"""What columns of a file seem to be: by their names, and by the cells in a sample of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from trialseal.errors import UsageError
from trialseal.streams.maps.applying import cell_text
from trialseal.streams.maps.clocks import Clock

MOST: Final = 200
"""Rows that are looked at."""
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "subject": (
        "usubjid", "subjid", "subject", "subjectid", "subjectnumber", "participant", "participantid", "patient",
        "patientid", "patientnumber", "recordid", "mnppid", "mnpaid", "pid", "patientreference", "subjectreference",
    ),
    "at": (
        "aedtc", "aestdtc", "dsstdtc", "exstdtc", "svstdtc", "lbdtc", "at", "timestamp", "datetime", "visitdate",
        "collectiondate", "eventdate", "date", "effectivedatetime", "recordeddate", "day",
    ),
    "site": ("siteid", "site", "sitecode", "centre", "center", "redcapdataaccessgroup"),
    "term": ("aedecod", "aeterm", "term", "description", "aedescription", "event"),
    "code": ("aeptcd", "meddracode", "ptcode"),
    "seriousness": ("aeser", "seriousness", "serious", "issae", "aeissae", "sae"),
    "grade": ("aetoxgr", "grade", "ctcaegrade", "aegrade"),
    "onset": ("aestdtc", "onset", "onsetdate", "aeonsetdate", "startdate"),
    "visit": ("visit", "visitname", "redcapeventname", "eventname", "visitnum"),
    "quantity": ("lbtestcd", "testcode", "test", "parameter", "analyte", "quantity", "measurement"),
    "value": ("lbstresn", "result", "value", "resultvalue", "reading"),
    "unit": ("lbstresu", "unit", "units", "resultunit"),
    "device": ("deviceid", "device", "sourcedeviceid", "serialnumber"),
    "status": ("consentstatus", "status", "consented", "consent"),
    "form_version": ("formversion", "consentversion", "version", "icfversion"),
    "reason": ("dsdecod", "reason", "terminationreason"),
    "kit": (
        "kit", "kitid", "kitno", "kitnr", "kitnumber", "kitnummer", "packnumber", "medicationnumber",
        "packungsnummer",
    ),
    "lot": ("lot", "lotnumber", "lotno", "batch", "batchnumber", "batchno", "charge", "chargennummer"),
    "place": ("place", "location", "depot", "ort", "lager"),
    "expires": ("expires", "expiry", "expirydate", "expdate", "useby", "verfall", "verfalldatum"),
    "category": ("category", "deviationcategory", "dvcat"),
}  # fmt: skip
_KEYS: Final = ("id", "uuid", "rowid", "docid", "mnpdocid", "aespid", "eventid", "sampleid", "formid", "dataid")
_COUNTERS: Final = ("seq", "aeseq", "dsseq", "exseq", "visitnum", "redcaprepeatinstance", "no", "number", "line")
_TYPES: Final = (
    ("adverse-event", ("aeterm", "aedecod", "aeser", "adverse", "issae", "seriousness", "serious")),
    ("consent", ("consent", "icf")),
    ("dispensing", ("kit", "dispens")),
    ("device-reading", ("result", "lbstresn", "reading", "glucose", "value")),
    ("visit", ("visit", "eventname")),
)
_YES, _NO = frozenset(("y", "yes", "true", "1", "ja", "oui")), frozenset(("n", "no", "false", "0", "nein", "non"))
_MEANT: Final = {"seriousness": ("serious", "not-serious"), "status": ("given", "refused")}
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.][0-9]{4}")


class Sample(NamedTuple):
    """Some rows of a file, by column."""

    columns: Mapping[str, Sequence[str]]
    """The cells, '' for an empty one; of an object of JSON, each path to something."""
    rows: int


def sample(rows: Sequence[Mapping[str, Any]]) -> Sample:
    """The columns of some rows."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return Sample({name: [row.get(name, "") for row in flat] for name in names if name}, len(flat))


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _flat(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for one in value[:1]:
            yield from _flat(one, path)
    else:
        yield path, cell_text(value)


def type_of(of: Sample) -> str | None:
    """The type of events that the columns' names speak of."""
    plain = [_plain(name) for name in of.columns]
    for type, words in _TYPES:
        if any(word in name for name in plain for word in words):
            return type
    return None


def column_of(member: str, of: Sample) -> str | None:
    """The column that seems to be a member: one of that name; for a time, else one that holds times."""
    plain = {_plain(name): name for name in reversed(tuple(of.columns))}
    for word in (_plain(member), *_NAMES.get(member, ())):
        if word in plain and any(of.columns[plain[word]]):
            return plain[word]
    if member == "at":
        return next((name for name, cells in of.columns.items() if _are_times(cells)), None)
    return None


def key_of(of: Sample, subject: str | None) -> tuple[str, ...]:
    """The columns that together name a row, by this sample; empty if none seem to."""
    plain = {_plain(name): name for name in reversed(tuple(of.columns))}
    for word in _KEYS:
        if (name := plain.get(word)) and _is_unique(of, (name,)):
            return (name,)
    if subject:
        for word in _COUNTERS:
            if (name := plain.get(word)) and _is_unique(of, (subject, name)):
                return (subject, name)
    return ()


def order_of(cells: Sequence[str]) -> str | None:
    """dmy or mdy where the cells show which; '' where they may be either; None where neither is written."""
    found = [one for cell in cells if (one := _DAY_FIRST.match(cell))]
    if not found:
        return None
    if any(int(one[1]) > 12 for one in found):
        return "dmy"
    return "mdy" if any(int(one[2]) > 12 for one in found) else ""


def needs_zone(cells: Sequence[str], order: str) -> bool:
    """Whether a cell has a time of day without its offset from UTC."""
    return any(":" in cell and _fails(Clock(order), cell) and not _fails(Clock(order, "UTC"), cell) for cell in cells)


def meanings(member: str, cells: Sequence[str], words: Sequence[str]) -> dict[str, str]:
    """For each different cell, the word of a list that it seems to mean; '' where none does."""
    found = {}
    for cell in dict.fromkeys(filter(None, cells)):
        low = cell.casefold().replace(" ", "-")
        yes, no = _MEANT.get(member, ("", ""))
        found[cell] = low if low in words else yes if low in _YES else no if low in _NO else ""
    return found


def _are_times(cells: Sequence[str]) -> bool:
    given = [cell for cell in cells if cell]
    return bool(given) and not any(
        len(cell) < 8 or (_fails(Clock("dmy", "UTC"), cell) and _fails(Clock("mdy", "UTC"), cell)) for cell in given
    )


def _fails(clock: Clock, cell: str) -> bool:
    try:
        clock.read(cell)
    except (ValueError, UsageError):
        return bool(cell)
    return False


def _is_unique(of: Sample, names: Sequence[str]) -> bool:
    rows = list(zip(*(of.columns[name] for name in names), strict=True))
    return all(all(row) for row in rows) and len(set(rows)) == len(rows)


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.casefold())
