"""What history and trials show, and how a trial, a file and a sponsor are named."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

__all__ = ["home", "registered", "trial", "user"]


def test_trials_as_a_table_and_as_csv(user: User, registered: Path, tmp_path: Path) -> None:
    assert "registered" in user("trials").out
    target = tmp_path / "trials.csv"
    user("trials", "--csv", target)
    header, *rows = target.read_text().splitlines()
    assert header.startswith("trial,registry ids,code,sponsor")
    assert len(rows) >= 1
    listed = user("trials", "--json").value
    assert [one["trial"] for one in listed] == [row.split(",")[0] for row in rows]
    assert user("trials", "--page", "1", "--json").value == listed
    assert "page 1 of 1; complete: the contract counts" in user("trials", "--page", "1").out
    assert "--page 2 is behind the last: this chain's trials fill 1 page" in user("trials", "--page", "2", code=3).err
    assert "--page 0 is not a page" in user("trials", "--page", "0", code=3).err
    known = tmp_path / "known.csv"
    known.write_text("".join(f"{line}\n" for line in (header, rows[-1])))
    assert user("trials", "--of", known, "--json").value == listed[-1:]
    assert "1 trial of " in (said := user("trials", "--of", known).out)
    assert "whether the chain has others was not asked" in said and "complete: the contract" not in said
    assert "--of and --page both choose trials" in user("trials", "--of", known, "--page", "1", code=3).err
    known.write_text(f"trial\n{'00' * 32}\n")
    assert f"there is no trial {'00' * 32}" in user("trials", "--of", known, code=1).err


def test_history_writes_the_timeline_page(user: User, registered: Path, tmp_path: Path) -> None:
    page = tmp_path / "timeline.html"
    user("history", registered, "--html", page)
    text = page.read_text()
    assert text.startswith("<!doctype html>")
    assert "operator sets the clock" in text


def test_history_says_what_an_amendment_changed(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    """From the folder, from a bundle that was renamed, and on the page; not where no text is at hand."""
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][1]["role"] = "primary"
    protocol["endpoints"][1]["time_points"] = [{"value": 24, "unit": "week"}]
    (registered / "protocol.json").write_text(json.dumps(protocol))
    user("amend", registered, "--reason", "a better one", "--blinding", "blinded", *SPONSOR)
    bundle, page = tmp_path / "a.trialseal", tmp_path / "a.html"
    user("bundle", registered, "--out", bundle)
    renamed = bundle.rename(tmp_path / "attachment.zip")
    for named in (registered, renamed):
        said = user("history", named, "--html", page, code=None).out
        assert "protocol version 2 (act 2) says otherwise than version 1:\n" in said
        name = protocol["endpoints"][1]["id"]
        assert f"  endpoint {name}: role was secondary, is primary\n" in said and "is 24 weeks\n" in said
        assert f"endpoint {name}: role was secondary, is primary" in page.read_text()
    trial = user("history", registered, "--json").value
    assert trial["changed"]["2"]
    assert "what protocol version 2 (act 2) changed is not shown" in user("history", trial["trial"]).out
    assert "all of them" in user("verify", renamed, code=None).out


def test_what_is_sealed_and_not_in_a_folder_is_named(user: User, registered: Path, tmp_path: Path) -> None:
    (registered / "plan.txt").write_text("plan")
    user("seal", registered / "plan.txt", "--as", "sap", *SPONSOR)
    received = tmp_path / "received"
    received.mkdir()
    (received / "protocol.json").write_bytes((registered / "protocol.json").read_bytes())
    trial = user("history", registered, "--json").value["trial"]
    lacks = "sealed, and not among these files: analysis plan version 1 (act 2)"
    assert lacks in user("verify", received, "--trial", trial).out
    assert "sealed, and not among" not in user("verify", registered).out
    assert "sealed, and not among" not in user("verify", received / "protocol.json").out


def test_files_named_and_a_bundles_are_told_apart(user: User, registered: Path, tmp_path: Path) -> None:
    """Nor do counts say that all holds where nobody vouches for the block."""
    bundle = tmp_path / "a.trialseal"
    user("bundle", registered, "--out", bundle)
    said = user("verify", registered / "protocol.json", bundle, code=2).out
    first, second = said.index("among the files that you named:\n"), said.index(f"in {bundle}:\n")
    assert first < said.index("protocol.json is protocol version 1") < second
    assert said.rstrip().endswith("until somebody does, none of this is determined")


def test_the_version_told_is_the_one_sealed(user: User, registered: Path) -> None:
    for name in ("a", "b"):
        (registered / f"{name}.txt").write_text(name)
        user("seal", registered / f"{name}.txt", "--as", "icf", *SPONSOR)
    assert "consent-form version 1; sealed already" in user("seal", registered / "a.txt", "--as", "icf", *SPONSOR).out


def test_nothing_to_verify_is_not_a_good_answer(user: User, tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("x")
    assert "no file to verify" in user("verify", tmp_path, code=2).err
    assert "empty name" in user("verify", "", code=3).err


def test_a_name_without_a_voucher_is_said_to_have_none(user: User, registered: Path) -> None:
    [copy] = (registered / "documents" / "sealed").iterdir()
    assert "no party you trust vouches for it" in user("verify", copy).out
    user("accredit", "Test sponsor", "--as", "sponsor", "--account", "regulator")
    user("register", registered, *SPONSOR)
    assert "no party you trust vouches for it" in user("verify", copy).out


def test_json_may_stand_before_the_subcommand(user: User) -> None:
    assert isinstance(user("account", "--json", "list").value, list)
    assert user("devnet", "--json", "status").value["running"] is True


def test_a_trial_may_be_named_by_the_beginning_of_its_id(user: User, registered: Path) -> None:
    trial = user("history", registered, "--json").value["trial"]
    assert user("history", trial[:12], "--json").value["trial"] == trial
    assert "give more" in user("history", "00000000", code=3).err


def test_history_with_an_altered_file_does_not_exit_as_if_all_held(user: User, registered: Path) -> None:
    altered = registered / "altered.json"
    altered.write_text((registered / "protocol.json").read_text().replace("Systolic", "Diastolic", 1))
    answer = user("history", registered, "--verify", altered, "--json", code=1)
    assert answer.value["verdicts"][0]["exit_code"] == 1
