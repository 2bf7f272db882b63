"""An office with many trials: acts from a table or a folder, and what is due."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

__all__ = ["home", "registered", "trial", "user"]


@pytest.fixture
def trials(tmp_path: Path, trial: Path) -> Path:
    """A folder with three trials, of which each has a code of its own, and a folder that is none."""
    place = tmp_path / "trials"
    for number in (1, 2, 3):
        made = place / f"trial-{number}"
        made.mkdir(parents=True)
        value = json.loads((trial / "protocol.json").read_text())
        value["trial"]["code"] = f"{value['trial'].get('code', 'CODE')[:20]}-{number}"
        (made / "protocol.json").write_text(json.dumps(value))
    (place / "minutes").mkdir()
    return place


def table(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_folder_of_trials_is_registered_in_one_transaction_and_once(user: User, trials: Path) -> None:
    shown = user("register", "--from", trials, *SPONSOR, "--dry-run").out
    assert "3 acts in 1 transaction" in shown and "ether" in shown
    done = user("register", "--from", trials, *SPONSOR, "--yes").out
    assert "3 of 3 acts are on the chain" in done
    assert all(list((trials / f"trial-{n}" / "receipts").rglob("*-register.json")) for n in (1, 2, 3))
    again = user("register", "--from", trials, *SPONSOR, "--yes").out
    assert "0 acts in 0 transactions; 3 are on the chain already" in again


def test_a_trial_in_two_folders_and_one_that_is_only_begun_are_told_before_gas_is_spent(
    user: User, trials: Path
) -> None:
    shutil.copytree(trials / "trial-2", trials / "copy")
    value = json.loads((trials / "trial-1" / "protocol.json").read_text())
    (trials / "trial-3" / "protocol.json").write_text(json.dumps(value | {"conditions": ["Another condition"]}))
    (trials / "minutes" / "synopsis.csv").write_text("item,answer\n")
    said = user("register", "--from", trials, *SPONSOR, "--yes", code=3).err
    assert f"{trials}/minutes has a synopsis.csv and no protocol.json" in said
    assert f"{trials}/trial-2 is the same trial as {trials}/copy: leave one of them" in said
    assert f"{trials}/trial-3 is the same trial as {trials}/trial-1" in said and "nothing was sent" in said


def test_a_table_of_milestones_and_numbers_is_carried_out(user: User, trials: Path, tmp_path: Path) -> None:
    user("register", "--from", trials, *SPONSOR, "--yes")
    rows = "".join(f"{trials / f'trial-{n}'};recruitment-closed;2026-01-0{n}\n" for n in (1, 2, 3))
    milestones = table(tmp_path / "closed.csv", f"\ufefftrial;milestone;on\n{rows}")
    said = user("milestone", "--from", milestones, *SPONSOR, "--yes").out
    assert "3 of 3 acts" in said and f"{trials}/trial-2: act 2: milestone recruitment-closed on 2026-01-02" in said
    numbers = table(tmp_path / "numbers.csv", f"trial,id,submitted\n{trials / 'trial-1'},ISRCTN50189673,2025-01-01\n")
    assert "1 of 1 acts" in user("add-id", "--from", numbers, *SPONSOR, "--yes").out
    shown = user("history", trials / "trial-1").out
    assert "recruitment closed" in shown and "ISRCTN50189673" in shown
    assert "a plan for this trial was sealed" in shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("trial,milestoen,on\n", "line 1: there is no column milestoen: did you mean milestone?"),
        ("trial,milestone\n", "line 1: column on is missing"),
        ("trial,milestone,on,on\n", "column on is there twice"),
        ("trial,milestone,on\n", "describes no act"),
        ("trial,milestone,on\n{0}/trial-1,data-lock\n", "line 2: it has 2 cells, and the first line 3"),
        (
            "trial,milestone,on\n{0}/trial-1,data-lock,2026-01-01\n{0}/trial-1,data-lock,2026-01-01\n",
            "line 3 says the same as line 2",
        ),
        (
            "trial,milestone,on\n{0}/minutes,data-lock,2026-01\n{0}/trial-1,data-lock,soon\n{0}/trial-2,no,2026\n",
            "3 of 3 entries cannot be carried out",
        ),
        ('trial,milestone,on\n"x', "is no CSV"),
    ],
)
def test_a_table_that_is_wrong_sends_nothing(
    user: User, trials: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    file = table(tmp_path / "acts.csv", text.replace("{0}", str(trials)))
    assert sentence in user("milestone", "--from", file, *SPONSOR, "--yes", code=3).err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("register",), "TRIAL is missing"),
        (("milestone", "{0}/trial-1", "data-lock"), "--on DATE is missing"),
        (("register", "{0}/trial-1", "--from", "{0}"), "leave trial out"),
        (("register", "--from", "{0}/trial-1"), "is one trial's folder"),
        (("add-id", "--from", "{0}"), "is a folder: give a table"),
        (("register", "--from", "{0}/minutes"), "minutes holds no trial's folder"),
    ],
)
def test_wrong_use_of_tables_is_one_sentence(user: User, trials: Path, words: tuple[str, ...], sentence: str) -> None:
    given = [word.replace("{0}", str(trials)) for word in words]
    assert sentence in user(*given, *SPONSOR, code=3).err


def test_a_row_that_the_contract_refuses_takes_no_other_down(user: User, trials: Path, tmp_path: Path) -> None:
    user("register", "--from", trials, *SPONSOR, "--yes")
    rows = [("trial-1", "1"), ("trial-2", "65535"), ("trial-3", "")]
    text = "trial,milestone,on,part\n" + "".join(
        f"{user_id(user, trials / n)},data-lock,2026-01-01,{p}\n" for n, p in rows
    )
    shown = user("milestone", "--from", table(tmp_path / "locks.csv", text), *SPONSOR, "--yes", code=None)
    assert shown.code in (0, 1) and "of 3 acts are on the chain" in shown.out


def user_id(user: User, folder: Path) -> str:
    return str(user("history", folder, "--json").value["trial"])


# ----- what is due -----


def record(path: Path, **members: object) -> Path:
    value = {
        "format": "trialseal/1", "kind": "registry-record", "registry": "ClinicalTrials.gov", "number": "NCT01234567",
        "trial": {"sponsor": "Example Sponsor", "registry_ids": ["NCT01234567"]},
        "titles": {"public": "A trial", "scientific": "A trial of one thing"}, "first_submitted": "2019-12-01",
        "public_contacts": [{"name": "Office"}], "scientific_contacts": [{"name": "Office"}],
        "countries": ["United States"], "conditions": ["A condition"], "interventions": [{"name": "A drug"}],
        "eligibility": {"criteria": "Adults"}, "study_type": "INTERVENTIONAL", "phases": ["PHASE3"],
        "start": {"date": "2020-01-15", "certainty": "actual"}, "sample_size": {"count": 100},
        "recruitment_status": "RECRUITING", "data_sharing": {"plan": "NO"},
        "primary_completion": {"date": "2021-03-01", "certainty": "actual"},
        "oversight": {"fda_regulated_drug": True, "fda_regulated_device": False},
    }  # fmt: skip
    path.write_text(json.dumps(value | members))
    return path


def test_a_trial_on_the_chain_owes_what_its_milestones_and_streams_start(
    user: User, registered: Path, tmp_path: Path
) -> None:
    shown = user("due", registered, code=0).out
    assert "register the trial in a public registry" in shown and "This list does not know" in shown
    user("events", "open", registered, "visits", *SPONSOR)
    (tmp_path / "visits.csv").write_text(f"id,type,at,subject,visit\nV1,visit,{_now()},1001,1\n")
    user("events", "append", registered, "visits", tmp_path / "visits.csv")
    assert "1 entry not anchored" in user("due", registered).out
    user("events", "anchor", registered, "visits", *SPONSOR)
    assert "not anchored" not in user("due", registered).out


def _now() -> str:
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def test_records_alone_are_judged_offline_and_written_three_ways(user: User, tmp_path: Path) -> None:
    place = tmp_path / "records"
    place.mkdir()
    record(place / "NCT01234567.json")
    out = {name: tmp_path / f"due.{name}" for name in ("csv", "html", "ics")}
    user(
        "due",
        place,
        "--as-of",
        "2026-01-01",
        "--csv",
        out["csv"],
        "--html",
        out["html"],
        "--calendar",
        out["ics"],
        code=1,
    )
    rows = list(csv.DictReader(io.StringIO(out["csv"].read_text())))
    assert ("fdaaa-results", "overdue", "2022-03-01") in [(r["duty"], r["state"], r["by"]) for r in rows]
    assert out["html"].read_text().startswith("<!doctype html>") and b"BEGIN:VEVENT" in out["ics"].read_bytes()
    printed = user("due", place, "--as-of", "2026-01-01", "--json", code=1).value
    assert [one["duty"] for one in printed["owed"]] == [one["duty"] for one in rows]


def test_a_stated_duty_is_taken_off(user: User, trial: Path) -> None:
    record(trial / "NCT01234567.json")
    said = user(
        "due", trial, "--done", "fdaaa-results", "--on", "2022-02-01", "--by", "Registry desk", "--as-of", "2026-01-01"
    )
    assert "by your word" in said.out
    shown = user("due", trial, "--as-of", "2026-01-01", code=None)
    assert "fdaaa-results" not in shown.out and "1 left out" in shown.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere",), "nowhere is not there"),
        (("{0}", "--within", "-1"), "--within takes a number of days"),
        (("{0}", "--done", "nothing"), "the trial has no open duty nothing"),
        (("{0}", "--as-of", "2026"), "is not a single day"),
        (("{0}", "--csv", "-", "--json"), "both want standard output"),
    ],
)
def test_wrong_use_of_due_is_one_sentence(user: User, trial: Path, words: tuple[str, ...], sentence: str) -> None:
    given = [word.replace("{0}", str(trial)) for word in words]
    assert sentence in user("due", *given, code=3).err


def test_a_node_out_of_reach_leaves_the_rest_to_be_told(user: User, registered: Path) -> None:
    record(registered / "NCT01234567.json")
    shown = user("due", registered, "--network", "http://127.0.0.1:9", "--as-of", "2026-01-01", code=1).out
    assert "could not be looked at" in shown and "fdaaa-results" in shown


def test_a_folder_without_trials_says_so(user: User, tmp_path: Path) -> None:
    assert "no trial was found" in user("due", tmp_path, code=3).err
    shutil.copy(Path(__file__), tmp_path / "notes.txt")
    assert "no trial was found" in user("due", tmp_path, code=3).err


def test_every_stream_that_is_due_is_anchored_and_a_damaged_one_ends_no_other(
    user: User, trials: Path, tmp_path: Path
) -> None:
    user("register", "--from", trials, *SPONSOR, "--yes")
    (tmp_path / "visits.csv").write_text(f"id,type,at,subject,visit\nV1,visit,{_now()},1001,1\n")
    for number in (1, 2):
        user("events", "open", trials / f"trial-{number}", "visits", *SPONSOR)
        user("events", "append", trials / f"trial-{number}", "visits", tmp_path / "visits.csv")
    user("events", "open", trials / "trial-3", "empty", *SPONSOR)
    first = user("events", "anchor", "--all", trials, *SPONSOR).out
    assert "2 of 3 streams anchored now" in first and "trial-3/empty: no entry yet" in first
    assert "0 of 3 streams anchored now" in user("events", "anchor", "--all", trials, *SPONSOR).out
    (trials / "trial-1" / "streams" / "visits" / "stream.json").write_text("{")
    shown = user("events", "anchor", "--all", trials, *SPONSOR, "--json", code=1).value
    assert len(shown["failed"]) == 1 and [row["stream"] for row in shown["streams"]] == ["trial-2/visits"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("{0}",), "STREAM is missing"),
        (("{0}", "visits", "--all"), "leave stream out"),
        (("--all", "{0}", "--dry-run"), "leave dry-run out"),
        (("--all", "{0}/minutes"), "holds no stream"),
    ],
)
def test_wrong_use_of_anchoring_all_is_one_sentence(
    user: User, trials: Path, words: tuple[str, ...], sentence: str
) -> None:
    given = [word.replace("{0}", str(trials)) for word in words]
    assert sentence in user("events", "anchor", *given, *SPONSOR, code=3).err


def test_rows_of_a_table_are_judged_as_a_single_act_is(user: User, trials: Path, tmp_path: Path) -> None:
    user("register", "--from", trials, *SPONSOR, "--yes")
    early = ("first-participant-enrolled", "--on", "2024-11-01")
    assert (
        "cannot be determined  protocol-sealed-first: "
        in user("milestone", trials / "trial-1", *early, *SPONSOR, "--dry-run").out
    )
    rows = "".join(f"{trials / f'trial-{n}'},first-participant-enrolled,2024-11-01\n" for n in (1, 2, 3))
    file = table(tmp_path / "early.csv", f"trial,milestone,on\n{rows}")
    signed = tmp_path / "signed.json"
    for words in (
        ("milestone", "--from", file, *SPONSOR, "--dry-run"),
        ("milestone", "--from", file, *SPONSOR, "--sign-only", "-o", signed, "--yes"),
    ):
        shown = user(*words).out
        [line] = [one for one in shown.splitlines() if one.startswith("cannot be determined")]
        assert "and 1 more alike: protocol-sealed-first: " in line and "2024-11-01" in line


def test_relaying_takes_yes_as_other_acts_do(user: User, tmp_path: Path) -> None:
    assert "does not exist" in user("relay", tmp_path / "none.json", "--yes", code=3).err
