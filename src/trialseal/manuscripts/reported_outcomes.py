"""The outcomes that a paper reports, as an editor writes or corrects them: JSON, or CSV for a spreadsheet.

Nothing of it is ever sealed: it is what a journal holds against the record.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import StrictBool, ValidationError

from trialseal.documents.canonical import parse_json, read_document, shown
from trialseal.documents.endpoint_models import Role
from trialseal.documents.fields import Format, LocalId, Model, PartialDate, RegistryId, Text, as_failed
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.registries.import_source import SourceObject
from trialseal.registries.numbers import read
from trialseal.spreadsheets import csv_text, unguarded

# Real papers report under a hundred outcomes, a long results section some hundreds.
MAX_OUTCOMES = 5_000


class ReportedOutcome(Model):
    """An outcome as a paper states it, and where."""

    role: Role
    measure: Text
    description: Text | None = None
    time_frame: Text | None = None
    id: LocalId | None = None
    """The name of the same endpoint in the sealed protocol, where the reader knows it."""
    part: Text | None = None
    """Phase, cohort or sub-protocol, in the words of the protocol or record."""
    planned: Literal["prespecified", "post-hoc"] | None = None
    """What the paper says of it."""
    place: Text | None = None
    """Where the paper states it: page 3, line 12."""
    quote: Text | None = None
    """The sentence that states it."""
    confirmed: StrictBool | None = None
    """Whether a person read the paper's words and says that this is what they state; None: nobody said so."""
    certain: Literal["yes", "no"] | None = None
    """Whether it was read from a sentence that says so in the methods; `no` asks for a reader."""
    domain: Text | None = None
    measurement_variable: Text | None = None
    analysis_metric: Text | None = None
    aggregation: Text | None = None


class ReportedOutcomes(Model):
    """What a paper reports."""

    format: Format
    kind: Literal["reported-outcomes"]
    title: Text | None = None
    registry_ids: tuple[RegistryId, ...] = ()
    """The registry numbers that the paper names."""
    submitted: PartialDate | None = None
    """When it was submitted to the journal, or published."""
    parts: tuple[Text, ...] = ()
    """The parts of the trial that it is about; none means that it does not say."""
    outcomes: tuple[ReportedOutcome, ...] = ()


COLUMNS: tuple[str, ...] = (
    "confirmed", "role", "measure", "time_frame", "description", "part", "planned", "id", "certain", "place", "quote",
    "domain",
    "measurement_variable", "analysis_metric", "aggregation", "registry_id",
)  # fmt: skip
"""The columns of a CSV file; `role` and `measure` are needed, the rest may be absent, in any order."""
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{(?!\\)|\[\s*(?:[^\w\s.]|$))")
_ROLES = {"primary": "primary", "secondary": "secondary", "other": "other"}
_CERTAIN = {"yes": "yes", "no": "no"}
_PLANNED = {
    "prespecified": "prespecified",
    "pre-specified": "prespecified",
    "post-hoc": "post-hoc",
    "post hoc": "post-hoc",
}
_CONFIRMED = dict.fromkeys(("yes", "y", "x", "true", "1", "ja", "oui", "si", "sí"), True) | dict.fromkeys(
    ("no", "n", "false", "0", "nein", "non"), False
)
_RESULT_ROLES = {"PRIMARY": "primary", "SECONDARY": "secondary", "OTHER_PRE_SPECIFIED": "other", "POST_HOC": "other"}


def is_table(path: str | os.PathLike[str]) -> bool:
    """Whether a file's name says that it is a table of outcomes."""
    return Path(path).suffix.lower() in (".csv", ".tsv")


def is_json(data: bytes) -> bool:
    """Whether a file begins as JSON does, and not as RTF, nor as words in brackets."""
    return _JSON.match(data[:64]) is not None


def read_reported(path: str | os.PathLike[str]) -> ReportedOutcomes:
    """The outcomes in a CSV or JSON file, or in the results section of a ClinicalTrials.gov study (API v2).

    UsageError for a file that cannot be read as one of these, FailedError for outcomes that break the model; each
    says which row, column or field.
    """
    data = read_document(path)
    name = str(path)
    if is_table(path) or not is_json(data):
        return _from_table(data, name)
    value = parse_json(data, name)
    if isinstance(value, list):
        value = {"format": FORMAT, "kind": "reported-outcomes", "outcomes": value}
    if not isinstance(value, dict):
        raise UsageError(f"{name} holds {shown(value)}, not outcomes: give a list of them, or name another file")
    if "resultsSection" in value or "protocolSection" in value:
        return _from_results(value, name)
    return _parse(value, name)


def _parse(value: dict[str, object], name: str) -> ReportedOutcomes:
    if value.get("kind", "reported-outcomes") != "reported-outcomes":
        raise UsageError(
            f"{name} is a document of the kind {shown(value.get('kind'))}: name a manuscript, a CSV or JSON file of "
            "reported outcomes, or a registry record with results"
        )
    try:
        reported = ReportedOutcomes.model_validate({"format": FORMAT, "kind": "reported-outcomes", **value})
    except ValidationError as error:
        raise as_failed(error, name, ReportedOutcomes) from None
    if len(reported.outcomes) > MAX_OUTCOMES:
        raise UsageError(f"{name} holds {len(reported.outcomes)} outcomes, more than {MAX_OUTCOMES}: no paper does")
    return reported


# ----- CSV -----


def _from_table(data: bytes, name: str) -> ReportedOutcomes:
    text = _decoded(data, name)
    # A spreadsheet is told the separator so, in a row of its own.
    told = re.match(r"sep=([,;\t])\r?\n", text, re.IGNORECASE)
    text = text[told.end() :] if told else text
    header = text.partition("\n")[0]
    delimiter = told[1] if told else max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UsageError(f"{name} is not a readable CSV: {error}; save it anew from the spreadsheet") from None
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise UsageError(f"{name} is empty: its first row must name columns, role and measure among them")
    columns = _columns([unguarded(cell.strip()) for cell in rows[0]], name)
    outcomes: list[dict[str, object]] = []
    numbers: list[str] = []
    for number, fields in enumerate(rows[1:], 3 if told else 2):
        if not any(cell.strip() for cell in fields):
            continue
        if len(fields) > len(columns):
            raise UsageError(
                f"{name}, row {number} has {len(fields)} cells under {len(columns)} columns: put text that holds the "
                f"separator {delimiter!r} in double quotes"
            )
        cells = {column: unguarded(cell.strip()) for column, cell in zip(columns, fields, strict=False) if cell.strip()}
        if registry_id := cells.pop("registry_id", None):
            try:
                numbers.append(read(registry_id).number)
            except UsageError as error:
                raise UsageError(f"{name}, row {number}: {error}") from None
        row = _row(cells, f"{name}, row {number}")
        if row.get("confirmed") is not False:
            outcomes.append(row)
    value: dict[str, object] = {"outcomes": outcomes}
    if numbers:
        value["registry_ids"] = list(dict.fromkeys(numbers))
    try:
        return _parse(value, name)
    except FailedError as error:
        raise UsageError(re.sub(r"outcomes\[(\d+)\]\.?", lambda m: f"outcome {int(m[1]) + 1}: ", str(error))) from None


def _decoded(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise UsageError(f"{name} is not text: name a CSV or JSON file of outcomes")
    return text


def _columns(cells: Sequence[str], name: str) -> list[str]:
    columns = [re.sub(r"[\s-]+", "_", cell.strip().casefold()) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    known = f"the columns are {', '.join(COLUMNS)}"
    for column, cell in zip(columns, cells, strict=False):
        if column not in COLUMNS:
            close = get_close_matches(column, COLUMNS, 1, 0.6)
            hint = f"did you mean {close[0]}? " if close else "remove it or correct its name "
            raise UsageError(f"{name} has the unknown column {shown(cell)}: {hint}({known})")
        if columns.count(column) > 1:
            raise UsageError(f"{name} has the column {column} twice: keep one")
    for needed in ("role", "measure"):
        if needed not in columns:
            raise UsageError(f"{name} lacks the column {needed}: add it ({known}; role and measure are needed)")
    return columns


def _row(cells: dict[str, str], where: str) -> dict[str, object]:
    row: dict[str, object] = dict(cells)
    for column, allowed in (("role", _ROLES), ("planned", _PLANNED), ("certain", _CERTAIN)):
        word = cells.get(column, "").casefold()
        if word in allowed:
            row[column] = allowed[word]
        elif column in cells or column == "role":
            raise UsageError(
                f"{where}: {column} is {shown(cells.get(column, ''))}, but must be one of "
                f"{', '.join(dict.fromkeys(allowed.values()))}"
            )
    if word := cells.get("confirmed", "").casefold():
        if word not in _CONFIRMED:
            raise UsageError(f"{where}: confirmed is {shown(cells['confirmed'])}, but must be yes or no, or empty")
        row["confirmed"] = _CONFIRMED[word]
    if "measure" not in cells:
        raise UsageError(f"{where} has no measure: write what was measured, or delete the row")
    return row


# ----- ClinicalTrials.gov results -----


def _from_results(value: dict[str, object], name: str) -> ReportedOutcomes:
    results = value.get("resultsSection")
    if not isinstance(results, dict):
        raise UsageError(
            f"{name} is a registry record without results: name a manuscript, or a CSV or JSON file of outcomes"
        )
    protocol = SourceObject({key: one for key, one in value.items() if key == "protocolSection"}, name)
    number = protocol.child("protocolSection").child("identificationModule").text("nctId")
    outcomes = []
    measures = SourceObject(results, name).child("outcomeMeasuresModule").children("outcomeMeasures")
    for place, one in enumerate(measures, 1):
        kind = one.text("type") or ""
        if kind not in _RESULT_ROLES:
            raise one.wrong("type", kind, f"one of {', '.join(_RESULT_ROLES)}")
        outcome = {
            "role": _RESULT_ROLES[kind],
            "measure": one.required_text("title"),
            "description": one.text("description"),
            "time_frame": one.text("timeFrame"),
            "planned": "post-hoc" if kind == "POST_HOC" else "prespecified",
            "place": f"results section, outcome measure {place}",
        }
        outcomes.append({key: words for key, words in outcome.items() if words})
    found: dict[str, object] = {"outcomes": outcomes}
    if number:
        found["registry_ids"] = [read(number).number]
    return _parse(found, name)


# ----- writing -----


def outcomes_csv(outcomes: Iterable[ReportedOutcome], numbers: Sequence[str] = ()) -> bytes:
    """A CSV file that a spreadsheet opens, the editor corrects and `read_reported` reads again.

    It begins with a byte order mark, without which Excel takes UTF-8 for something else.
    """
    used: list[dict[str, Any]] = [one.model_dump(exclude_none=True) for one in outcomes]
    columns = [column for column in COLUMNS if column in _ALWAYS or any(column in one for one in used)] + (
        ["registry_id"] if numbers else []
    )
    for index, one in enumerate(used):
        if index < len(numbers):
            one["registry_id"] = numbers[index]
        one["confirmed"] = "yes" if one.get("confirmed") else ""
    rows = ([one.get(column, "") for column in columns] for one in used)
    return csv_text(columns, rows, line_end="\r\n").encode("utf-8-sig")


_ALWAYS = ("confirmed", "role", "measure", "time_frame", "description", "part", "place", "quote")


def outcomes_json(reported: ReportedOutcomes) -> bytes:
    """The same as JSON; what is not known is left out."""
    value = reported.model_dump(mode="json", exclude_none=True)
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
