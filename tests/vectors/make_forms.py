"""Write the vectors of what Stata, SPSS, FHIR and ODM files hold, or say with --check whether the file is up to date.

    python tests/vectors/make_forms.py [--check]

A second implementation on purpose, like make_datasets.py: from the library under test it imports nothing. It follows
docs/bytes.md, section "Forms".
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import rfc8785

HERE = Path(__file__).parent
# Program, format, what the file holds.
NUMBERS: list[tuple[str, str, float]] = [
    ("stata", "%td", 0),
    ("stata", "%td", -1),
    ("stata", "%tdDD/NN/CCYY", 21_974),
    ("stata", "%d", 21_915),
    ("stata", "%tc", 0),
    ("stata", "%tc", 1_893_456_000_000),
    ("stata", "%tc", 1_893_456_000_125),
    ("stata", "%tc", -1),
    ("stata", "%tcHH:MM:SS", 30_600_000),
    ("stata", "%tcHh:MM_am", 45_296_500),
    ("stata", "%tC", 1_893_456_027_000),
    ("stata", "%tm", 720),
    ("stata", "%8.0g", 0.1),
    ("spss", "DATE11", 11_903_760_000),
    ("spss", "ADATE10", 13_797_216_000),
    ("spss", "MOYR8", 13_797_216_000),
    ("spss", "DATETIME23.2", 13_797_216_000.25),
    ("spss", "YMDHMS16", 0),
    ("spss", "TIME8", 30_600),
    ("spss", "DTIME", 360_000),
    ("spss", "WKDAY3", 2),
    ("spss", "F8.2", -99),
]
MISSING = {"stata": [".a", ".m", ".z"]}
FHIR = [
    '{"resourceType": "Patient", "id": "p1", "birthDate": "1970-01"}',
    '{"id":"o1","resourceType":"Observation","subject":{"reference":"Patient/p1"},"valueQuantity":{"value":2.50}}',
    '{"resourceType":"Consent","patient":{"reference":"Patient/p2"},"id":"c","x":[1E2,-0,"é\\u2028"]}',
    '{"resourceType":"AdverseEvent","contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}}',
]
ODM = """<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"><Study OID="S"><MetaDataVersion OID="1" Name="1">
<ItemGroupDef OID="VS" Name="Vital signs" Repeating="Yes">
<ItemRef ItemOID="DAY"/><ItemRef ItemOID="SBP"/></ItemGroupDef>
<ItemDef OID="DAY" Name="Day" DataType="date"/><ItemDef OID="SBP" Name="Systolic" DataType="integer"/>
</MetaDataVersion></Study>
<ClinicalData StudyOID="S" MetaDataVersionOID="1"><SubjectData SubjectKey="1"><StudyEventData StudyEventOID="V1">
<FormData FormOID="F"><ItemGroupData ItemGroupOID="VS" ItemGroupRepeatKey="1"><ItemData ItemOID="SBP" Value="120"/>
<ItemDataDate ItemOID="DAY">2020-02-29</ItemDataDate></ItemGroupData></FormData></StudyEventData></SubjectData>
</ClinicalData></ODM>"""


def cell(program: str, form: str, value: float) -> object:
    """The canonical cell of a number that a program shows in a format, as a JSON value."""
    start = datetime(1960, 1, 1) if program == "stata" else datetime(1582, 10, 14)
    unit = timedelta(seconds=1) if program == "spss" else timedelta(days=1)
    if program == "stata" and form.startswith("%tc"):
        unit = timedelta(milliseconds=1)
    if form.startswith(("%tcH", "TIME", "DTIME")):
        micros = int(value * unit.total_seconds() * 1_000_000)
        seconds, fraction = divmod(micros, 1_000_000)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return clock + (f".{fraction:06}".rstrip("0") if fraction else "")
    if form.startswith(("%td", "%d", "DATE1", "ADATE", "MOYR")):
        return (start + value * unit).date().isoformat()
    if form.startswith(("%tc", "DATETIME", "YMDHMS")):
        moment = start + value * unit
        return moment.isoformat().rstrip("0") if moment.microsecond else moment.isoformat()
    return value


class Numeral(str):
    """A number as it is written."""


def line(value: Any) -> str:
    """A resource in one canonical line."""
    if isinstance(value, Numeral):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{line(name)}:{line(one)}" for name, one in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(line(one) for one in value) + "]"
    return rfc8785.dumps(value).decode()


def resource(text: str) -> list[str | None]:
    """The row of a resource."""
    value = json.loads(text, parse_int=Numeral, parse_float=Numeral)
    about = (value.get("subject") or value.get("patient") or {}).get("reference")
    if value["resourceType"] == "Patient":
        about = f"Patient/{value['id']}"
    elif about and about.startswith("#"):
        about = None
    return [value["resourceType"], value.get("id"), about, line(value)]


def item_group() -> dict[str, object]:
    """The only table of ODM, whose items stand in the order of their definition."""
    space = "{http://www.cdisc.org/ns/odm/v1.3}"
    root = ElementTree.fromstring(ODM)
    data = {one.get("ItemOID"): one.get("Value") or one.text for one in root.iter() if "Data" in one.tag}
    names = [one.get("ItemOID") for one in root.iter(f"{space}ItemRef")]
    keys = ["1", "V1", None, "F", None, "1"]
    return {"file": ODM, "columns": names, "row": [*keys, data["DAY"], int(str(data["SBP"]))]}


def forms() -> dict[str, object]:
    """All vectors."""
    return {
        "numbers": [
            {"program": program, "format": form, "value": value, "cell": cell(program, form, value)}
            for program, form, value in NUMBERS
        ],
        "missing": [{"program": "stata", "value": one, "cell": one.upper()} for one in MISSING["stata"]],
        "fhir": [{"line": text, "row": resource(text)} for text in FHIR],
        "odm": item_group(),
    }


def main() -> int:
    file = HERE / "forms.json"
    text = json.dumps(forms(), indent=1, ensure_ascii=True) + "\n"
    if "--check" in sys.argv[1:]:
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            print("forms.json is not up to date: run python tests/vectors/make_forms.py")
            return 1
        return 0
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
