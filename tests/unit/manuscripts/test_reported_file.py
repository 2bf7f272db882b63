"""The file in which an editor writes or corrects what a paper reports."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents import schemas
from trialseal.errors import FailedError, UsageError
from trialseal.manuscripts.reported_outcomes import (
    COLUMNS,
    ReportedOutcome,
    ReportedOutcomes,
    is_json,
    outcomes_csv,
    outcomes_json,
    read_reported,
)

PAIN = ReportedOutcome(role="primary", measure="Pain", time_frame="week 12", place="page 3, line 12")
HARM = ReportedOutcome(role="other", measure="=HYPERLINK(0)", planned="post-hoc", quote='Said; "so",\nand so.')


@pytest.mark.parametrize("name", ["o.csv", "o.json"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    reported = ReportedOutcomes(format="trialseal/1", kind="reported-outcomes", outcomes=(PAIN, HARM))
    data = outcomes_csv(reported.outcomes) if name == "o.csv" else outcomes_json(reported)
    (tmp_path / name).write_bytes(data)
    assert read_reported(tmp_path / name).outcomes == (PAIN, HARM)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_row_may_tell_the_separator_and_rows_keep_their_numbers(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "o.csv"
    path.write_text(f'sep={sign}\r\nrole{sign}measure\r\nprimary{sign}"Pain, rest; walking"\r\n')
    assert read_reported(path).outcomes == (ReportedOutcome(role="primary", measure="Pain, rest; walking"),)
    path.write_text(f"sep={sign}\nrole{sign}measure\nfirst{sign}Pain\n")
    with pytest.raises(UsageError, match="row 3: role is 'first'"):
        read_reported(path)


def test_words_in_brackets_are_no_json() -> None:
    for words in (b"{\\rtf1\\ansi Pain}", b"[Title page]\nPain", b"[1] Pain", b"[.ShellClassInfo]", b"Pain"):
        assert not is_json(words)
    for data in (b'{"outcomes": []}', b"\xef\xbb\xbf [\n{", b"[]", b"{", b" {\n ", b"{role: 'primary'}"):
        assert is_json(data)


def test_a_spreadsheet_runs_nothing() -> None:
    """OWASP's CSV injection: a cell that begins like a formula is one to a spreadsheet."""
    rows = list(csv.reader(io.StringIO(outcomes_csv((HARM,)).decode("utf-8-sig"))))
    assert rows[1][2] == "'=HYPERLINK(0)"


@given(st.lists(st.tuples(st.sampled_from(["primary", "secondary", "other"]), st.text(min_size=1)), max_size=4))
def test_any_text_survives_a_spreadsheets_file(rows: list[tuple[str, str]]) -> None:
    given_rows = [(role, " ".join(text.split())) for role, text in rows if text.isprintable() and text.strip(" '")]
    outcomes = [ReportedOutcome.model_validate({"role": role, "measure": text}) for role, text in given_rows]
    table = list(csv.DictReader(io.StringIO(outcomes_csv(outcomes).decode("utf-8-sig"), newline="")))
    assert [(row["role"], row["measure"].removeprefix("'")) for row in table] == [
        (role, text.removeprefix("'")) for role, text in given_rows
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_as_spreadsheets_save_them(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = (("Role", "Measure", "Time Frame"), ("Primary", "Überleben", "1 Jahr"), ("", "", ""))
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    (tmp_path / "o.csv").write_bytes(text.encode(encoding))
    [one] = read_reported(tmp_path / "o.csv").outcomes
    assert (one.role, one.measure, one.time_frame) == ("primary", "Überleben", "1 Jahr")


def test_a_registry_number_may_stand_in_a_column(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("role,measure,registry_id\nprimary,Pain,nct 01234567\n", encoding="utf-8")
    assert read_reported(tmp_path / "o.csv").registry_ids == ("NCT01234567",)


def test_a_bare_list_will_do(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text('[{"role": "primary", "measure": "Pain"}]', encoding="utf-8")
    assert read_reported(tmp_path / "o.json").outcomes[0].measure == "Pain"


def test_the_schema_takes_what_is_written() -> None:
    schema = json.loads((schemas.FOLDER / "reported-outcomes.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    reported = ReportedOutcomes(format="trialseal/1", kind="reported-outcomes", outcomes=(PAIN, HARM))
    jsonschema.validate(json.loads(outcomes_json(reported)), schema)


def test_every_column_is_a_field_or_the_number() -> None:
    assert set(COLUMNS) == {*ReportedOutcome.model_fields, "registry_id"}


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ({"protocolSection": {}}, "without results"),
        ({"resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": [{"type": "NEW", "title": "x"}]}}}, "NEW"),
        ({"resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": [{"type": "PRIMARY"}]}}}, "title is missing"),
        ({"resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": {}}}}, "must be a list"),
    ],
)
def test_results_that_cannot_be_read(tmp_path: Path, results: object, words: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps(results), encoding="utf-8")
    with pytest.raises((UsageError, FailedError), match=words):
        read_reported(tmp_path / "r.json")


def test_the_table_says_which_outcomes_need_a_reader(tmp_path: Path) -> None:
    some = tuple(
        ReportedOutcome.model_validate({"role": "primary", "measure": "Pain", "certain": word})
        for word in ("yes", "no")
    )
    (tmp_path / "o.csv").write_bytes(outcomes_csv(some))
    assert [one.certain for one in read_reported(tmp_path / "o.csv").outcomes] == ["yes", "no"]
    (tmp_path / "o.csv").write_text("role,measure,certain\nprimary,Pain,perhaps\n", encoding="utf-8")
    with pytest.raises(UsageError, match="row 2: certain is 'perhaps'"):
        read_reported(tmp_path / "o.csv")
