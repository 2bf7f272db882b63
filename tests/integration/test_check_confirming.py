"""What a reader confirms, and which part of a trial they mean: an unread file of outcomes confirms nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.integration.test_check import PAIN, PAPER, QUALITY, Check, check, write_outcomes, write_paper, write_record

__all__ = ["check"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def found(check: Check, tmp_path: Path) -> Path:
    write_paper(tmp_path / "paper.txt", "\n".join(line for line in PAPER.splitlines() if "amended" not in line))
    check("--reported", "paper.txt", "--outcomes-out", "found.csv")
    return tmp_path / "found.csv"


def confirmed(check: Check, path: Path) -> bool:
    value = check("--reported", "paper.txt", "--outcomes", path.name, "--json").value
    assert value["read_by_a_person"] == (not any("not marked as read" in one for one in value["notices"]))
    return bool(value["read_by_a_person"])


def test_the_line_to_type_next_can_be_typed(check: Check, found: Path) -> None:
    assert '--outcomes "found here.csv"' in check("--reported", "paper.txt", "--outcomes-out", "found here.csv").out


def test_a_file_handed_back_unread_confirms_nothing(check: Check, found: Path) -> None:
    assert not confirmed(check, found)
    rows = rows_of(found)
    assert {row["confirmed"] for row in rows} == {""}
    write_rows(found, [{key: row[key] for key in row if key != "confirmed"} for row in rows])
    assert not confirmed(check, found)  # nor without the column


def test_each_row_must_be_marked(check: Check, found: Path) -> None:
    rows = rows_of(found)
    for row in rows[1:]:
        row["confirmed"] = "Yes"
    write_rows(found, rows)
    assert not confirmed(check, found)
    rows[0]["confirmed"] = "x"
    write_rows(found, rows)
    assert confirmed(check, found)


def test_a_row_that_is_no_outcome_is_left_out(check: Check, found: Path) -> None:
    rows = rows_of(found)
    for row in rows:
        row["confirmed"] = "yes"
    rows[-1]["confirmed"] = "no"
    write_rows(found, rows)
    value = check("--reported", "paper.txt", "--outcomes", "found.csv", "--json").value
    assert value["read_by_a_person"]
    assert sum(len(row["reported"]) for row in value["outcomes"]) == len(rows) - 1


def test_a_mark_that_is_neither_yes_nor_no_is_refused(check: Check, found: Path) -> None:
    rows = rows_of(found)
    rows[0]["confirmed"] = "perhaps"
    write_rows(found, rows)
    answer = check("--reported", "paper.txt", "--outcomes", "found.csv")
    assert answer.code == 3
    assert "row 2: confirmed is 'perhaps', but must be yes or no, or empty" in answer.err


def test_what_patterns_found_given_as_reported_is_unread_too(check: Check, found: Path) -> None:
    value = check("NCT01234567.json", "--reported", "found.csv", "--json").value
    assert not value["read_by_a_person"]


def test_a_file_written_by_hand_needs_no_marks(check: Check, tmp_path: Path) -> None:
    write_outcomes(tmp_path / "o.csv", ("primary", "Change from baseline in pain", "12 weeks"))
    assert check("NCT01234567.json", "--reported", "o.csv", "--json").value["read_by_a_person"]


def parted(path: Path) -> None:
    write_record(
        path,
        primary=[PAIN | {"measure": "Pain, Phase 2"}, PAIN | {"measure": "Death, Phase 3"}],
        secondary=[QUALITY | {"measure": "Quality of life, Phase 3"}],
    )


def test_parts_are_suggested_where_the_record_has_several(check: Check, tmp_path: Path) -> None:
    parted(tmp_path / "NCT01234567.json")
    write_outcomes(tmp_path / "o.csv", ("primary", "Death", "12 weeks"))
    value = check("NCT01234567.json", "--reported", "o.csv", "--json").value
    assert any("--part 'phase 2', --part 'phase 3'" in one for one in value["notices"])
    named = check("NCT01234567.json", "--reported", "o.csv", "--part", "Phase 3", "--json").value
    assert not any("--part" in one for one in named["notices"])


def test_a_part_that_the_record_does_not_have_is_refused(check: Check, tmp_path: Path) -> None:
    parted(tmp_path / "NCT01234567.json")
    write_outcomes(tmp_path / "o.csv", ("primary", "Death", "12 weeks"))
    answer = check("NCT01234567.json", "--reported", "o.csv", "--part", "cohort z", "--html", "r.html")
    assert answer.code == 3
    assert "names that part: write it as the record does, such as 'phase 2', 'phase 3'" in answer.err
    assert not (tmp_path / "r.html").exists()


def test_the_trials_number_in_another_registry_is_not_another_trials(check: Check, tmp_path: Path) -> None:
    text = "Methods\nThe primary outcome was pain at 12 weeks.\nThe trial was registered (EudraCT {}; {})."
    write_paper(tmp_path / "paper.txt", text.format("2018-001393-16", "NCT01234567"))
    record = json.loads((tmp_path / "NCT01234567.json").read_text(encoding="utf-8"))
    for listed in (False, True):
        identification = record["protocolSection"]["identificationModule"]
        identification["secondaryIdInfos"] = [{"id": "2018-001393-16", "type": "EUDRACT_NUMBER"}] if listed else []
        (tmp_path / "NCT01234567.json").write_text(json.dumps(record), encoding="utf-8")
        found = check("--reported", "paper.txt", "--json")
        assert not any("other trial" in one or "right record" in one for one in found.value["notices"])
        assert found.finding("numbers-agree")["answer"] == ("holds" if listed else "undetermined")


def test_a_number_of_another_trial_alone_finds_no_record(check: Check, tmp_path: Path) -> None:
    write_paper(tmp_path / "paper.txt", "Methods\nPain is measured in a separate trial (ISRCTN: NCT01234567).")
    answer = check("--reported", "paper.txt")
    assert (answer.code, "names no registry number" in answer.err) == (3, True)
