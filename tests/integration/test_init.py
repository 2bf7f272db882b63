"""`init`, and what validate, register and amend make of its sheets."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest
from tests.integration.test_command import SPONSOR, User, home, user

from trialseal.cli.init import asking
from trialseal.documents import synopsis
from trialseal.documents.endpoint_rows import HEADINGS
from trialseal.spreadsheets import csv_text

__all__ = ["home", "user"]
ROOT = Path(__file__).parents[2]
FIRST_USE = ROOT / "trials" / "first-use"
RECORD = FIRST_USE / "NCT99999901.json"
ANSWERS = {one.name: one.example for one in synopsis.ITEMS}
ROW = {"id": "P1", "role": "primary", "what is measured": "SBP, mmHg", "time points": "12 weeks after randomisation"}


@pytest.fixture
def alone(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> User:
    """A person with an empty home, no network, and a folder to work in."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return User(tmp_path / "home", capsys)


def answers_file(**changed: str) -> Path:
    path = Path("answers.csv")
    given = ANSWERS | {key.replace("_", " "): value for key, value in changed.items()}
    path.write_text(csv_text(["item", "answer"], given.items()), encoding="utf-8")
    return path


def sheet(*rows: dict[str, str], path: str = "sheet.csv", headings: Iterable[str] = HEADINGS) -> Path:
    headings = list(headings)
    Path(path).write_text(
        csv_text(headings, [[row.get(one, "") for one in headings] for row in rows]), encoding="utf-8"
    )
    return Path(path)


def cells(path: Path | str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))))


class Typing:
    """What a person types at a terminal; at its end they press Ctrl-C."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = list(lines)

    def readline(self) -> str:
        if not self._lines:
            raise KeyboardInterrupt
        return self._lines.pop(0) + "\n"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[str]], None]:
    def types(lines: Iterable[str]) -> None:
        monkeypatch.setattr(sys, "stdin", Typing(lines))

    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    return types


RIGHT = ""
ENDPOINT_ANSWERS = ["y", "SBP, mmHg", "change from baseline", "mean", "12 weeks after randomisation", "n", "n"]


def test_questions_make_a_trial_that_validates(alone: User, typing: Callable[[Iterable[str]], None]) -> None:
    typing([*ANSWERS.values(), RIGHT, *ENDPOINT_ANSWERS])
    told = alone("init", "my-trial")
    for promised in ("public once you register: ", "stays here: ", "cannot be undone: ", "cost: about 130,000 gas"):
        assert promised in told.out
    assert "left for later" not in told.out
    assert "such as: Example University Hospital" in told.err
    assert "1 endpoint" in alone("validate", "my-trial").out
    protocol = json.loads(Path("my-trial/protocol.json").read_text())
    assert protocol["trial"]["code"] == "EUH-SALT-01"
    [endpoint] = protocol["endpoints"]
    assert endpoint["time_points"] == [{"value": 12, "unit": "week", "anchor": "randomisation"}]


def test_ctrl_c_at_every_question_leaves_a_folder_that_goes_on(
    alone: User, typing: Callable[[Iterable[str]], None]
) -> None:
    """Each run answers one question more and is stopped at the next; nothing is asked twice."""
    asked = [*ANSWERS.values(), *ENDPOINT_ANSWERS]
    for answer in asked[: len(ANSWERS)]:
        typing([answer])
        alone("init", "my-trial", code=130)
    for begun in (2, 3, 4, 5):  # "y" and a first answer; then each further element
        typing(asked[len(ANSWERS) :][:begun] if begun == 2 else [asked[len(ANSWERS) + begun - 1]])
        alone("init", "my-trial", code=130)
    typing(["n", "n"])
    alone("init", "my-trial")
    assert {row["item"]: row["answer"] for row in cells("my-trial/synopsis.csv")} == ANSWERS
    [row] = cells("my-trial/endpoints.csv")
    assert row["what is measured"] == "SBP, mmHg" and row["time points"] == "12 weeks after randomisation"
    alone("validate", "my-trial")


def test_a_wrong_answer_is_asked_again(alone: User, typing: Callable[[Iterable[str]], None]) -> None:
    lines = list(ANSWERS.values())
    place = list(ANSWERS).index("protocol date")
    typing([*lines[:place], "the ides of March", *lines[place:], RIGHT, "n", "n"])
    told = alone("init", "my-trial")
    assert "'the ides of March' is not a date: write 2020" in told.err


def test_the_question_before_is_asked_again(alone: User, typing: Callable[[Iterable[str]], None]) -> None:
    """Before the first question there is none; 'help' and '?' say what may be typed."""
    first, second, third, *others = ANSWERS.values()
    typing(
        ["back", "?", "A misprint", "EUH-WRONG", "back", "BACK", first, second, "help", third, *others, RIGHT, "n", "n"]
    )
    told = alone("init", "my-trial")
    assert told.err.count("answer as the example does; 'later' puts it off\n") == 2  # 'back' and '?' at the first
    assert "'back' asks the question before again" in told.err
    assert {row["item"]: row["answer"] for row in cells("my-trial/synopsis.csv")} == ANSWERS


def test_every_answer_is_shown_in_the_end_and_can_be_given_anew(
    alone: User, typing: Callable[[Iterable[str]], None]
) -> None:
    first, second, *others = ANSWERS.values()
    typing([first, second, *others, "cod", "Code", "EUH-SALT-02", "y", "n", "n"])
    told = alone("init", "my-trial")
    assert told.err.count("Your answers:\n") == 2 and 'code: "EUH-SALT-01"\n' in told.err
    assert "there is no item " in told.err and ": did you mean code?" in told.err
    kept = {row["item"]: row["answer"] for row in cells("my-trial/synopsis.csv")}
    assert kept == ANSWERS | {"code": "EUH-SALT-02"}


def test_a_code_that_a_trial_beside_it_has_is_refused(alone: User) -> None:
    alone("init", "one", "--answers", answers_file(), "--endpoints", sheet(ROW))
    alone("validate", "one")
    assert (
        "EUH-SALT-01 is the code of the trial in one" in alone("init", "two", "--answers", answers_file(), code=3).err
    )
    assert not Path("two").exists()


def test_answers_come_from_a_file(alone: User) -> None:
    told = alone("init", "my-trial", "--answers", answers_file(start="later"), "--endpoints", sheet(ROW), "--json")
    assert told.value["later"] == ["start"] and told.value["endpoints"] == 1
    assert "left for later in synopsis.csv: start" in alone("validate", "my-trial").out
    assert "start" not in json.loads(Path("my-trial/protocol.json").read_text())


def test_every_wrong_answer_is_told_and_nothing_written(alone: User) -> None:
    answered = alone("init", "my-trial", "--answers", answers_file(start="soon", sample_size="x", colour="red"),
                     "--json", code=1)  # fmt: skip
    assert len(answered.value["faults"]) == 3
    assert not Path("my-trial").exists()


def test_folders_that_are_there(alone: User) -> None:
    Path("empty").mkdir()
    alone("init", "empty", "--answers", answers_file())
    Path("other").mkdir()
    Path("other/letters.txt").write_text("x")
    assert "other holds letters.txt" in alone("init", "other", "--answers", answers_file(code="B"), code=3).err
    Path("trial").mkdir()
    Path("trial/protocol.json").write_text("{}")
    assert "validate trial checks it" in alone("init", "trial", "--answers", answers_file(code="B"), code=3).err
    assert "is not a folder" in alone("init", "answers.csv", "--answers", answers_file(code="B"), code=3).err
    assert "there is no terminal to ask at" in alone("init", "new", code=3).err
    assert not Path("new").exists()
    told = alone("init", "new", "--from", RECORD, "--endpoints", sheet(ROW), code=3).err
    assert "leave --answers and --endpoints out" in told and not Path("new").exists()


def test_a_protocol_that_is_a_link_is_not_followed(alone: User) -> None:
    alone("init", "my-trial", "--answers", answers_file(), "--endpoints", sheet(ROW))
    Path("elsewhere.json").write_text("{}")
    Path("my-trial/protocol.json").symlink_to(Path("elsewhere.json").absolute())
    alone("validate", "my-trial", code=3)
    assert Path("elsewhere.json").read_text() == "{}"


def test_the_sheet_is_the_source_and_every_fault_is_told(alone: User) -> None:
    alone("init", "my-trial", "--answers", answers_file(), "--endpoints", sheet(ROW))
    alone("validate", "my-trial")
    path = Path("my-trial/protocol.json")
    protocol = json.loads(path.read_text())
    protocol["endpoints"][0] |= {"measurement_variable": "written by hand", "notes": ["kept"]}
    path.write_text(json.dumps(protocol))
    assert 'what is measured: "written by hand" is now "SBP, mmHg"' in alone("validate", "my-trial").out
    [endpoint] = json.loads(path.read_text())["endpoints"]
    assert endpoint["measurement_variable"] == "SBP, mmHg" and endpoint["notes"] == ["kept"]
    before = path.read_bytes()
    rows = cells("my-trial/synopsis.csv")
    rows[list(ANSWERS).index("start")]["answer"] = "soon"
    Path("my-trial/synopsis.csv").write_text(csv_text(["item", "answer"], [[r["item"], r["answer"]] for r in rows]))
    sheet({**ROW, "role": "main"}, {"id": "S1", "role": "secondary"}, path="my-trial/endpoints.csv")
    Path("my-trial/results.json").write_text('{"format": "trialseal/1", "kind": "results"}')
    told = alone("validate", "my-trial", "--json", code=1).value["faults"]
    assert len(told) >= 5 and sum("results.json" in one for one in told) >= 2
    assert sum("endpoints.csv" in one for one in told) == 2 and sum("synopsis.csv" in one for one in told) == 1
    assert path.read_bytes() == before


def test_sheets_that_cannot_be_read(alone: User) -> None:
    alone("init", "my-trial", "--answers", answers_file())
    place = Path("my-trial/endpoints.csv")
    assert "has no endpoint: write a row for each" in alone("validate", "my-trial", code=1).err
    sheet(ROW, path=str(place), headings=["id", "role", "time point", "what is measured"])
    assert "row 1, column 3: there is no column \"time point\": did you mean time points?" in alone(
        "validate", "my-trial", code=1).err  # fmt: skip
    place.write_bytes(b"id,role,what is measured\nP1,primary,\xff\xfe\n")
    assert "not UTF-8 text" in alone("validate", "my-trial", code=3).err
    place.write_text("id;role;what is measured\nP1;Primary;weight, kg\n")  # as spreadsheets begin a cell
    alone("validate", "my-trial")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(list(HEADINGS))
    page.append([ROW.get(one) for one in HEADINGS])
    page.merge_cells("C2:C3")
    book.save("my-trial/endpoints.xlsx")
    assert "keep one, and move the other away" in alone("validate", "my-trial", code=3).err
    place.unlink()
    assert "cells C2:C3 are merged: unmerge them" in alone("validate", "my-trial", code=1).err
    page.unmerge_cells("C2:C3")
    for number in range(500):
        page.append([f"S{number}", "secondary", f"measure {number}"])
    book.save("my-trial/endpoints.xlsx")
    assert "protocol with 501 endpoints" in alone("validate", "my-trial").out
    page["C2"] = "=A2"
    book.save("my-trial/endpoints.xlsx")
    assert "row 2, column 3 holds a formula" in alone("validate", "my-trial", code=1).err


@pytest.mark.parametrize(("source", "items"), [(RECORD, 2), (FIRST_USE / "study-usdm.json", 5)], ids=["record", "usdm"])
def test_a_record_only_drafts(alone: User, source: Path, items: int, typing: Callable[[Iterable[str]], None]) -> None:
    typing([])
    alone("init", "drafted", "--from", source, code=130)
    told = alone("validate", "drafted", code=2).out
    assert "3 of 3 endpoints drafted from " in told and "not confirmed against the protocol's own text" in told
    # Rehearsing needs no account to hear of it.
    assert "3 of 3 endpoints are drafted from " in alone("register", "drafted", "--dry-run", code=3).err
    typing([*["later"] * items, *[RIGHT] * bool(items), "yes", "R. Jones 2026-03-02", "later", "later", "n", "n"])
    alone("init", "drafted")
    assert "2 of 3 endpoints drafted from " in alone("validate", "drafted", code=2).out
    rows = [row | {"confirmed": "R. Jones 2026-03-02"} for row in cells("drafted/endpoints.csv")]
    sheet(*rows, path="drafted/endpoints.csv")
    alone("validate", "drafted")
    [mark] = json.loads(Path("drafted/protocol.json").read_text())["drafted_from"]
    assert "unconfirmed" not in mark and len(mark["sha256"]) == 64
    assert "was begun already" in alone("init", "drafted", "--from", source, code=3).err


def test_a_record_of_64_endpoints_gives_64_rows(alone: User) -> None:
    record = json.loads(RECORD.read_text())
    record["protocolSection"]["outcomesModule"]["secondaryOutcomes"] = [
        {"measure": f"Measure {number}", "timeFrame": "12 weeks"} for number in range(62)
    ]
    Path("large.json").write_text(json.dumps(record))
    alone("init", "large", "--from", "large.json")
    assert len(cells("large/endpoints.csv")) == 64
    assert "64 of 64 endpoints" in alone("validate", "large", code=2).out


def test_own_words_that_differ_from_the_registrys_are_told(alone: User) -> None:
    """Whoever confirmed an endpoint may have looked at one of its two wordings only."""
    alone("init", "drafted", "--from", RECORD)
    path = Path("drafted/endpoints.csv")
    rows = cells(path)
    measure, frame = rows[0]["registry's measure"], rows[0]["registry's time frame"]

    def validated(what: str, when: str) -> str:
        rows[0] |= {"what is measured": what, "time points": when}
        sheet(*rows, path=str(path))
        return alone("validate", "drafted", code=2).out

    assert "registry's words, " not in validated(measure, frame)
    told = validated(measure, "99 weeks")
    assert 'endpoint "P1", ' in told and "The time was " in told and "is '99 weeks'" in told
    assert "they may be two outcomes; see which of the two" in validated("Serum ferritin", frame)
    assert "registry's words, " not in validated("", "")


def test_a_draft_is_registered_once_confirmed_and_amended_by_its_sheet(user: User, tmp_path: Path) -> None:
    folder = tmp_path / "drafted"
    user("init", folder, "--from", RECORD)
    assert "3 of 3 endpoints are drafted from NCT99999901 and not confirmed" in user(
        "register", folder, *SPONSOR, code=3).err  # fmt: skip
    path = folder / "endpoints.csv"
    rows = [row | {"confirmed": "R. Jones 2026-03-02"} for row in cells(path)]
    sheet(*rows, path=str(path))
    before = (folder / "protocol.json").read_bytes()
    assert "would be sent" in user("register", folder, "--dry-run", *SPONSOR).out
    assert (folder / "protocol.json").read_bytes() == before
    assert "sheets that say other than its protocol.json" in user(
        "register", "--from", tmp_path, "--yes", *SPONSOR, code=3).err  # fmt: skip
    user("register", folder, "--yes", *SPONSOR)
    assert "protocol version 1" in user("verify", folder / "protocol.json", "--trust-node", code=None).out
    rows[0]["aggregation"] = "mean"
    sheet(*rows, path=str(path))
    told = user("amend", folder, "--reason", "clearer", "--blinding", "blinded", "--yes", *SPONSOR).out
    assert 'endpoint P1, aggregation: "" is now mean' in told
    assert json.loads((folder / "protocol.json").read_text())["version"] == 2
    user("validate", folder)
    shown = user("verify", folder, "--trust-node", code=None).out
    assert "synopsis.csv (a sheet that the protocol is made of)" in shown
