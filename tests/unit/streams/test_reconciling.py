"""Exports that come again: new rows are taken, old ones skipped, changed ones corrected, those taken back told."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streams_at_hand import new_stream

from trialseal.cli import main
from trialseal.streams import disk, row_marks
from trialseal.streams.store import StreamStore, open_stream
from trialseal.streams.stored_events import StoredEvents

MAP = """
format = "trialseal-event-map/1"
title = "forms"
[file]
delimiter = ";"
zone = "Europe/Berlin"
dates = "dmy"
cumulative = true
[[events]]
type = "adverse-event"
prefix = "ae"
key = ["row"]
[events.members]
subject = "number"
at = "seen"
term = "what"
seriousness = { column = "serious", values = { ja = "serious", nein = "not-serious" } }
[correction]
by = "changed_by"
at = "changed_at"
reason = "changed_why"
"""
HEADER = "row;number;seen;what;serious;changed_by;changed_at;changed_why"
WHO = ("--corrected-by", "DM-1", "--correction-reason", "typed wrongly")


class Site:
    """A stream, its map, and exports that come again and again."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        (folder / "streams").mkdir()
        self.stream = new_stream(folder / "streams")
        (folder / "map.toml").write_text(MAP)

    def append(self, *lines: str, options: tuple[str, ...] = (), code: int = 0) -> dict[str, Any]:
        """Appends an export of these rows; what the command answers."""
        path = self.folder / "export.csv"
        path.write_bytes("\n".join((HEADER, *lines)).encode("utf-8") + b"\n")
        map = str(self.folder / "map.toml")
        words = ["events", "append", str(self.folder), "adverse-events", str(path), "--map", map, "--json", *options]
        self._capsys.readouterr()
        answered = main(words)
        said = self._capsys.readouterr()
        self.err = said.err
        assert answered == code, said
        return json.loads(said.out) if said.out else {}

    def events(self) -> list[dict[str, Any]]:
        stream = open_stream(self.stream.folder)
        return [stream.entry(index).event or {} for index in range(stream.size)]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Site:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return Site(tmp_path, capsys)


def ae(row: int, what: str = "rash", number: int = 101, serious: str = "nein", changed: str = ";;") -> str:
    return f"{row};{number};12.05.2020 09:30;{what};{serious};{changed}"


def test_identical_rows_are_counted_and_skipped(site: Site) -> None:
    assert site.append(ae(1), ae(2))["stored"] == 2
    again = site.append(ae(1), ae(2), ae(3))
    assert (again["stored"], again["same"], again["corrected"], again["size"]) == (1, 2, 0, 3)
    # The same rows are known without their marks too, and when another file says the same in other words.
    (site.stream.folder / row_marks.FILE).unlink()
    assert site.append(ae(1), ae(2), ae(3))["same"] == 3
    assert site.append("1;101;2020-05-12 9:30; rash;nein;;;", ae(2), ae(3))["same"] == 3
    assert len(site.events()) == 3


def test_changed_rows_wait_until_somebody_says_why(site: Site) -> None:
    site.append(ae(1), ae(2))
    waiting = site.append(ae(1, "itch"), ae(2), code=2)
    assert waiting["size"] == 2
    (changed,) = waiting["changed"]
    assert changed["members"] == ["term"]
    done = site.append(ae(1, "itch"), ae(2), options=WHO)
    assert (done["corrected"], done["reasons"], done["size"]) == (1, {"typed wrongly": 1}, 3)
    first, _, correction = site.events()
    assert correction["corrects"] == first["id"]
    assert (first["term"], correction["term"], correction["corrected_by"]) == ("rash", "itch", "DM-1")
    assert site.append(ae(1, "itch"), ae(2))["same"] == 2
    # The next change corrects the correction, and taking it back is another correction.
    assert site.append(ae(1, "burn"), ae(2), options=WHO)["corrected"] == 1
    assert site.append(ae(1, "rash"), ae(2), options=WHO)["corrected"] == 1
    ids = [one["id"] for one in site.events()]
    assert [one.get("corrects") for one in site.events()] == [None, None, ids[0], ids[2], ids[3]]


def test_an_export_that_says_why_is_asked_nothing(site: Site) -> None:
    site.append(ae(1), ae(2))
    done = site.append(ae(1, "itch", changed="SC-4;01.06.2020 10:00;source data"), ae(2))
    assert (done["corrected"], done["reasons"]) == (1, {"source data": 1})
    correction = site.events()[2]
    assert correction["corrected_at"] == "2020-06-01T10:00+02:00"
    assert (correction["corrected_by"], correction["correction_source"]) == ("SC-4", "export")


def test_rows_that_are_gone_are_named_and_withdrawn_if_wanted(site: Site) -> None:
    site.append(ae(1), ae(2), ae(3))
    gone = site.append(ae(1), ae(3), code=2)
    assert gone["gone"] == [site.events()[1]["id"]]
    assert gone["size"] == 3
    assert "add --corrected-by CODE" in (site.append(ae(1), ae(3), options=("--withdraw-gone",), code=3), site.err)[1]
    done = site.append(ae(1), ae(3), options=("--withdraw-gone", *WHO))
    assert (done["withdrawn"], done["size"]) == (1, 4)
    assert site.events()[3]["type"] == "entered-in-error"
    assert site.append(ae(1), ae(3))["gone"] == []
    # Back again: what was withdrawn does not stand, so that this is a change.
    assert len(site.append(ae(1), ae(2), ae(3), code=2)["changed"]) == 1
    assert site.append(ae(1), ae(2), ae(3), options=WHO)["corrected"] == 1
    assert site.append(ae(1), ae(2), ae(3))["same"] == 3


def test_events_that_came_otherwise_are_never_gone(site: Site) -> None:
    other = site.folder / "one.ndjson"
    other.write_text('{"type":"adverse-event","id":"AE-1","at":"2020-05-12","subject":"105","seriousness":"serious"}\n')
    assert main(["events", "append", str(site.folder), "adverse-events", str(other)]) == 0
    assert site.append(ae(1))["gone"] == []


def test_a_row_about_another_participant_is_no_correction(site: Site) -> None:
    site.append(ae(1), ae(2))
    answer = site.append(ae(1, number=102), ae(2), options=(*WHO, "--skip-refused"), code=1)
    assert "is now about another participant" in answer["refused"][0]["why"]
    assert (answer["corrected"], answer["gone"]) == (0, None)


def test_all_refusals_are_listed_and_the_others_kept_only_if_wanted(site: Site) -> None:
    rows = (ae(1), ae(2, serious="vielleicht"), ae(3), "4;101;12.05.2020", ae(5, "seen by Dr. Smith"))
    site.append(*rows, code=1)
    assert "export.csv, line 3: serious is 'vielleicht'" in site.err
    assert "2 more rows cannot be taken either" in site.err
    assert site.events() == []
    dry = site.append(*rows, options=("--dry-run",), code=1)
    assert [one["line"] for one in dry["refused"]] == [3, 5, 6]
    assert (dry["stored"], dry["appended"], dry["size"]) == (2, 0, 0)
    assert site.append(*rows, options=("--skip-refused",), code=1)["stored"] == 2
    # What was refused is read again when it comes right.
    assert site.append(ae(1), ae(2, serious="ja"), ae(3))["stored"] == 1


def test_a_dry_run_changes_nothing(site: Site) -> None:
    site.append(ae(1), ae(2))
    before = {path.name: path.read_bytes() for path in site.stream.folder.iterdir() if path.is_file()}
    dry = site.append(ae(1, "itch"), ae(3), options=("--dry-run", *WHO, "--withdraw-gone"))
    assert [dry[name] for name in ("stored", "corrected", "withdrawn", "appended")] == [1, 1, 1, 0]
    after = {path.name: path.read_bytes() for path in site.stream.folder.iterdir() if path.is_file()}
    assert {name for name in before if before[name] != after[name]} <= {"head.json"}
    assert site.append(ae(1), ae(2))["same"] == 2


def test_the_same_row_read_otherwise_is_another_row(site: Site) -> None:
    site.append(ae(1))
    answer = site.append(ae(1), options=("--zone", "UTC"), code=2)
    assert [one["members"] for one in answer["changed"]] == [["at"]]


def test_two_rows_of_one_id_are_told(site: Site) -> None:
    site.append(ae(1), ae(1, "itch"), code=1)
    assert "is used twice" in site.err
    site.append(ae(1))
    answer = site.append(ae(1, "itch"), ae(1, "burn"), options=(*WHO, "--skip-refused"), code=1)
    assert (answer["corrected"], len(answer["refused"])) == (0, 2)
    assert "event ae-" in answer["refused"][0]["why"] and "keep the one that holds" in answer["refused"][0]["why"]


def test_a_changed_row_beside_the_row_as_it_was_corrects_nothing(site: Site) -> None:
    site.append(ae(1), ae(2))
    for rows in (
        (ae(1), ae(1, "itch"), ae(2)),
        (ae(2), ae(1, "itch"), ae(1)),
        (ae(1, what="itch"), ae(1) + ";", ae(2)),
    ):
        answer = site.append(*rows, options=(*WHO, "--skip-refused"), code=1)
        assert (answer["stored"], answer["corrected"], len(answer["refused"])) == (0, 0, 1), rows
    assert site.append(ae(1, "itch"), ae(1, "itch"), ae(2), options=WHO)["corrected"] == 1
    assert len(site.events()) == 3


def test_a_row_that_stands_twice_in_a_new_export_is_one(site: Site) -> None:
    answer = site.append(ae(1), ae(2), ae(1))
    assert [answer[name] for name in ("stored", "doubled", "same")] == [2, 1, 0]
    many = [ae(number) for number in range(1, 4100)]  # so many that they are written in two pieces
    answer = site.append(*many, many[5])
    assert [answer[name] for name in ("stored", "doubled", "same")] == [4097, 1, 2]
    assert site.append(*many, many[5])["same"] == 4100


def test_erased_participants_stay_in_exports_and_are_skipped(site: Site) -> None:
    site.append(ae(1), ae(2, number=102))
    stream = open_stream(site.stream.folder)
    subject = site.events()[1]["subject"]
    erased: StreamStore = stream
    tombstone = {"at": "2020-06-01T10:00Z", "by": "office", "reason": "asked", "legal_basis": "GDPR 17(1)(b)"}
    erased.forget(subject, **tombstone)  # type: ignore[arg-type]
    answer = site.append(ae(1), ae(2, number=102), ae(3))
    assert (answer["stored"], answer["same"], answer["erased"], answer["gone"]) == (1, 1, 1, [])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--corrected-by", "DM-1"), "--corrected-by and --correction-reason go together"),
        (("--set", "site"), "--set site states nothing"),
        (("--set", "sight=1"), "no event has a member sight: did you mean site"),
        (("--zone", "Mars/Olympus"), "there is no zone 'Mars/Olympus'"),
        (("--encoding", "rot13"), "rot13"),
        (("--delimiter", ","), "its cells seem to be separated by another sign, say --delimiter ';'"),
        (("--map", "sdtm-a"), "there is no map sdtm-a: did you mean sdtm-ae"),
        (("--map", "sdtm-ae", "--delimiter", ";"), "has no column USUBJID, which the map reads"),
    ],
)
def test_wrong_use_is_one_sentence(site: Site, options: tuple[str, ...], says: str) -> None:
    site.append(ae(1), options=options, code=3)
    assert says in site.err
    assert site.err.count("\n") == 1 or "key of this site" in site.err


def test_a_busy_store_is_waited_for(site: Site) -> None:
    with disk.alone(site.stream.folder, "x"):
        site.append(ae(1), options=("--wait", "0.2"), code=1)
    assert "another process is writing" in site.err
    assert site.append(ae(1), options=("--wait", "5"))["stored"] == 1


@pytest.mark.parametrize(
    ("encode", "options"),
    [
        (lambda text: text.encode("cp1252"), ("--encoding", "windows-1252")),
        (lambda text: text.encode("utf-16"), ()),
        (lambda text: text.encode("utf-8-sig"), ()),
    ],
)
def test_other_encodings(site: Site, encode: Callable[[str], bytes], options: tuple[str, ...]) -> None:
    path = site.folder / "übersicht.csv"
    path.write_bytes(encode(f"{HEADER}\n{ae(1, 'Übelkeit')}\n"))
    words = ["events", "append", str(site.folder), "adverse-events", str(path), "--map", str(site.folder / "map.toml")]
    assert main([*words, *options]) == 0
    assert site.events()[0]["term"] == "Übelkeit"


def test_running_ids_pass_where_that_is_said(site: Site) -> None:
    path = site.folder / "plain.csv"
    path.write_text("type,id,at,subject,seriousness\nadverse-event,AE-1001,2020-05-12,1001,serious\n")
    words = ["events", "append", str(site.folder), "adverse-events", str(path)]
    assert main(words) == 1
    assert main([*words, "--running-ids"]) == 0
    # An id that is the participant's number itself is refused all the same.
    path.write_text("type,id,at,subject,seriousness\nadverse-event,1002,2020-05-12,1002,serious\n")
    assert main([*words, "--running-ids"]) == 1


def test_what_was_taken_in_is_listed_by_week(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.append(ae(1), ae(2), ae(3, serious="?"), options=("--skip-refused",), code=1)
    site.append(ae(1, "itch"), options=WHO, code=2)
    words = ["events", "intake", str(site.folder), "adverse-events"]
    assert main([*words, "--json", "--plot", str(site.folder / "intake.svg")]) == 0
    (week,) = json.loads(capsys.readouterr().out).values()
    assert week == {"stored": 2, "same": 0, "corrected": 1, "gone": 1, "refused": 1}
    assert "<svg" in (site.folder / "intake.svg").read_text()
    assert main([*words, "--plot", "intake.png"]) == 3
    # Notes that are cut off or no notes at all are skipped.
    with (site.stream.folder / "intake.ndjson").open("a") as file:
        file.write('{"at": 1, "stored"\n[]\n7\n')
    assert main([*words, "--json"]) == 0


def test_nothing_is_gone_while_rows_are_refused(site: Site) -> None:
    """A row that cannot be taken may be the very row that seems to be gone."""
    site.append(ae(1), ae(2))
    options = ("--skip-refused", "--withdraw-gone", *WHO)
    answer = site.append(ae(1), ae(2, serious="?"), options=options, code=1)
    assert (answer["gone"], answer["withdrawn"], answer["size"]) == (None, 0, 2)
    assert site.append(ae(1), options=options)["withdrawn"] == 1


def test_a_file_of_one_participant_tells_of_them_alone(site: Site) -> None:
    (site.folder / "map.toml").write_text(MAP.replace('subject = "number"\n', ""))
    for number in ("201", "202"):
        assert site.append(ae(1), ae(2), options=("--set", f"subject={number}"))["stored"] == 2
    assert len({one["id"] for one in site.events()}) == 4
    gone = site.append(ae(1), options=("--set", "subject=202"), code=2)["gone"]
    assert gone == [site.events()[3]["id"]]


class Terminal(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "code", "size", "said"),
    [
        ("DM-1\ncoded anew\ny\nDM-2\nentered twice\n", 0, 5, "1 reason for 1 row"),
        ("\nn\n", 2, 3, "[leave as they are]"),
        ("DM-1\n\nn\n", 2, 3, "still standing"),
        ("DM-1\ncoded by Dr. Smith\nn\n", 2, 3, "Dr. Smith"),
        ("n\nn\n", 2, 3, "1 row differs from what the stream holds"),
        ("y\nDM-1\ncoded anew\nn\n", 2, 4, "write the code of who says it"),
    ],
)
def test_a_person_at_a_terminal_is_asked(
    site: Site,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    code: int,
    size: int,
    said: str,
) -> None:
    site.append(ae(1), ae(2), ae(3))
    (site.folder / "export.csv").write_text("\n".join((HEADER, ae(1, "itch"), ae(2))) + "\n")
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    words = ["events", "append", str(site.folder), "adverse-events", str(site.folder / "export.csv")]
    answered = main([*words, "--map", str(site.folder / "map.toml")])
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert (len(site.events()), answered) == (size, code if "Smith" not in typed else 1)


@pytest.mark.parametrize(("rows", "asked"), [(("1;101", "2;101"), False), ((ae(3), "1;101", "2;101"), True)])
def test_others_are_offered_only_where_there_are_some(
    site: Site,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    rows: tuple[str, ...],
    asked: bool,
) -> None:
    (site.folder / "export.csv").write_text("\n".join((HEADER, *rows)) + "\n")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    words = ["events", "append", str(site.folder), "adverse-events", str(site.folder / "export.csv")]
    assert main([*words, "--map", str(site.folder / "map.toml")]) == 1
    shown = capsys.readouterr().err
    assert ("Append the others?" in shown) == asked and len(site.events()) == asked
    assert "--skip-refused" not in shown


def test_a_sheet_is_read_below_its_title_and_counted_as_it_counts_itself(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet["A1"] = "Accountability log"
    sheet.merge_cells("A1:E1")
    for column, name in enumerate(("type", "id", "at", "subject", "visit"), 1):
        sheet.cell(3, column, name)
        sheet.cell(4, column, ("visit", "V-1", "2020-05-12", "S1", "V1")[column - 1])
        sheet.cell(5, column, ("visit", "V-2", "yesterday", "S1", "V1")[column - 1])
    book.save(site.folder / "log.xlsx")
    words = ["events", "append", str(site.folder), "adverse-events", str(site.folder / "log.xlsx")]
    assert main([*words, "--names-row", "3"]) == 1
    assert "log.xlsx, line 5: at: 'yesterday' is not" in capsys.readouterr().err
    assert main([*words, "--names-row", "3", "--skip-refused"]) == 1
    assert "1 event appended" in capsys.readouterr().out
    sheet["A3"] = "what"
    book.save(site.folder / "log.xlsx")
    assert main([*words, "--names-row", "3"]) == 3
    assert "has no column type: name a map with --map" in capsys.readouterr().err


def test_rows_are_known_by_their_marks_whether_the_file_holds_all_or_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.folder / "map.toml").write_text(MAP.replace("cumulative = true\n", ""))
    site.append(ae(1), ae(2))
    monkeypatch.setattr(StoredEvents, "by_ids", None)  # rows that are known need not be looked up
    assert site.append(ae(1), ae(2))["same"] == 2
    assert site.append(ae(1), ae(2), options=("--cumulative",))["same"] == 2
    (site.folder / "map.toml").write_text(MAP.replace('"forms"', '"our forms"'))
    assert site.append(ae(1), ae(2))["same"] == 2


PLAIN = "type,id,at,subject,seriousness"


@pytest.mark.parametrize(
    ("text", "options", "code", "says"),
    [
        (f'{PLAIN},""\nadverse-event,A-1,2020-05-12,S1,serious,\n', (), 0, "1 event appended"),
        (f"{PLAIN}\nadverse-event,A-1,2020-05-12,S1,serious,\n", (), 0, "1 event appended"),
        (f"{PLAIN}\nadverse-event,A-1,2020-05-12,S1,serious,x\n", (), 1, "has 6 cells, the header names 5 columns"),
        ('"id";"at"\n"1";"2"\n', (), 3, "say --delimiter ';'"),
        ("id\tat\n1\t2\n", (), 3, "say --delimiter tab"),
        ("id,at\n1,2\n", (), 3, "has no column type: name a map with --map (trialseal events map"),
        ("id,at,subject\nA-1,2020-05-12,S1\n", ("--set", "type=visit", "--set", "visit=V1"), 0, "1 event appended"),
        (f"{PLAIN}\nadverse-event,A-1,2020-05-12,S1,serious", (), 1, "or add a line end if it is whole"),
        (f"{PLAIN}\nadverse-event,A-1,12.05.2020,S1,serious\n", ("--dates", "dmy"), 0, "1 event appended"),
        (f"{PLAIN}\nadverse-event,A-1,12.05.2020,S1,serious\n", ("--missing", "NA"), 3, "--dates"),
        (f"Export of today\n{PLAIN}\nadverse-event,A-1,2020,S1,serious\n", ("--names-row", "2"), 0, "1 event appended"),
        (f"{PLAIN},grade\nadverse-event,A-1,2020,S1,serious,2.0\n", (), 0, "1 event appended"),
        (f"{PLAIN},grade\nadverse-event,A-1,2020,S1,serious,NA\n", ("--missing", "NA"), 0, "1 event appended"),
        (
            "type,id,at,subject,quantity,value\ndevice-reading,A-1,2020,S1,ALT,31;5\n",
            ("--decimal", ","),
            1,
            "value is '31;5'",
        ),
        (
            'type,id,at,subject,quantity,value\ndevice-reading,A-1,2020,S1,ALT,"31,5"\n',
            ("--decimal", ","),
            0,
            "1 event appended",
        ),
    ],
)
def test_files_of_other_habits_are_read_or_told_what_to_say(
    site: Site, capsys: pytest.CaptureFixture[str], text: str, options: tuple[str, ...], code: int, says: str
) -> None:
    (site.folder / "plain.csv").write_text(text)
    words = ["events", "append", str(site.folder), "adverse-events", str(site.folder / "plain.csv"), *options]
    assert main(words) == code
    said = capsys.readouterr()
    assert says in said.out + said.err


def test_fhir_documents_are_read_resource_by_resource(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    resource = {
        "resourceType": "AdverseEvent", "id": "1", "actuality": "actual", "subject": {"reference": "Patient/17"},
        "date": "2020-05-12T09:30:00+02:00", "contained": [{"resourceType": "Patient", "id": "p"}],
        "event": {"coding": [{"code": "1"}, {"display": "Rash"}]},
        "seriousness": {"coding": [{"code": "Non-serious"}]},
    }  # fmt: skip
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource}, {"resource": {"resourceType": "Patient"}}, 7]}
    path = site.folder / "bundle.json"
    path.write_text(json.dumps(bundle, indent=1))
    words = ["events", "append", str(site.folder), "adverse-events", str(path), "--map", "fhir-adverse-event", "--json"]
    assert main([*words, "--skip-refused"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["stored"], answer["left_out"], len(answer["refused"])) == (1, 1, 1)
    said = site.events()[0]
    path.write_text(json.dumps(bundle | {"entry": bundle["entry"] * 9 + ["x" * 5000]}))  # all in one line
    assert main([*words, "--skip-refused"]) == 1
    assert json.loads(capsys.readouterr().out)["same"] == 9
    assert (said["term"], said["onset"], said["seriousness"]) == ("Rash", "2020-05-12", "not-serious")
    path.write_text("[" * 9000)
    assert main(words) == 1
    assert "nests deeper than" in json.loads(capsys.readouterr().out)["error"]


def test_a_row_of_which_not_all_was_taken_is_told_again(site: Site) -> None:
    second = '[[events]]\ntype = "visit"\nkey = ["row"]\n[events.members]\nsubject = "number"\nat = "seen"\n'
    (site.folder / "map.toml").write_text(MAP.replace("[correction]", second + 'visit = "what"\n[correction]'))
    row = "1;101;12.05.2020;rash;nein;;;"
    assert site.append(row, "2;101;12.05.2020;;nein;;;", options=("--skip-refused",), code=1)["stored"] == 3
    again = site.append(row, "2;101;12.05.2020;;nein;;;", options=("--skip-refused",), code=1)
    assert (again["same"], len(again["refused"])) == (2, 1)


def test_an_export_cannot_date_a_correction_in_the_future(site: Site) -> None:
    site.append(ae(1))
    site.append(ae(1, "itch", changed="DM-1;01.01.2999;coded anew"), code=1)
    assert "line 2: the correction is dated in the future (2999-01-01)" in site.err
    assert len(site.events()) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04" + bytes(99), "is a workbook or another archive, whatever its name says"),
        (b"\x1f\x8b" + bytes(99), "is a packed file, whatever its name says: unpack it first"),
        (b"<html><table>\n", "is HTML or XML, whatever its name says: export it as CSV"),
        (HEADER.encode("utf-16-le"), "is --encoding utf-16-le meant?"),
        (HEADER.encode() + b"\r" + ae(1).encode() + b"\r", "lines that end with CR alone"),
    ],
)
def test_what_is_no_text_is_told(site: Site, capsys: pytest.CaptureFixture[str], data: bytes, sentence: str) -> None:
    path = site.folder / "export.csv"
    path.write_bytes(data)
    map = str(site.folder / "map.toml")
    assert main(["events", "append", str(site.folder), "adverse-events", str(path), "--map", map]) == 3
    assert sentence in capsys.readouterr().err
