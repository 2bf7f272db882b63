"""Sharing on a real local chain: what a crash leaves, what the audit sees, what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import PROTOCOL
from tests.integration.test_consent import SPONSOR, VIENNA, home, run

from trialseal import age_files
from trialseal.streams.store import open_stream

__all__ = ["home"]  # a fixture


def documents(place: Path, vouches: str) -> tuple[Path, Path]:
    """Terms and an application in the words of them."""
    terms, application = place / "policy.json", place / "application.json"
    common = {"format": "trialseal/1", "permission": "HMB", "modifiers": [{"code": "NPUNCU"}]}
    vouching = [{"condition": "NPUNCU", "by": [vouches]}]
    policy = {**common, "kind": "access-policy", "legal_basis": "consent", "at_end": "destroy", "vouching": vouching}
    terms.write_text(json.dumps(policy))
    application.write_text(json.dumps({**common, "kind": "application", "project": "it", "until": "2099-12-31"}))
    return terms, application


def said(capsys: pytest.CaptureFixture[str], *arguments: Any) -> str:
    capsys.readouterr()
    run(*arguments)
    return capsys.readouterr().out


def actions(trial: Path) -> list[str]:
    """What the stream of accesses says was done."""
    return [str((one.event or {})["action"]) for one in open_stream(trial / "streams" / "access").entries()]


def kept_kinds(trial: Path) -> list[str]:
    """The kinds of the documents that the holder keeps."""
    return sorted(json.loads(one.read_text())["kind"] for one in (trial / "sharing" / "documents").iterdir())


def test_a_crash_between_log_and_hand_over_leaves_the_log(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, scans, package = tmp_path / "trial", tmp_path / "scans", tmp_path / "package"
    trial.mkdir()
    shutil.copy(PROTOCOL, trial / "protocol.json")
    scans.mkdir()
    (scans / "1").write_bytes(b"one")
    (tmp_path / "owners.csv").write_text("file,subject\n1,-\n")
    run("register", trial, *SPONSOR, "--yes")
    run("events", "open", trial, "access", *SPONSOR)
    rows = json.loads((home / "parties.json").read_text())
    vienna = next(row["party"] for row in rows if row["account"] == "vienna")
    terms, application = documents(tmp_path, vienna)
    profile = home / "parties" / f"{vienna}.json"
    run("share", "key", tmp_path / "my.key", "--profile", profile)
    permit = tmp_path / "x.permit"
    ask = ("share", "permit", trial, package, "--application", application, "--file", permit, *SPONSOR)
    run("share", "pack", trial, scans, "--owners", tmp_path / "owners.csv", "--policy", terms, "--out", package)
    run(*ask, code=1)  # nobody has asked
    run("share", "request", trial, application, "--from", vienna)
    run(*ask, code=1)  # whose key is in no profile that the chain knows
    assert "the profile of party" in capsys.readouterr().err
    run("party", "profile", "--profile", profile, *VIENNA)

    run(*ask, code=3)  # nobody is there to be asked, so that nothing is sent and nothing stays behind
    assert kept_kinds(trial) == ["access-policy", "application", "package"]
    capsys.readouterr()
    run(*ask, "--dry-run")
    assert "undetermined   NPUNCU  NPUNCU" in (out := capsys.readouterr().out) and "nobody whom the terms name" in out
    kept = (trial / "sharing" / "documents").iterdir()
    (asked,) = (one for one in kept if json.loads(one.read_text())["kind"] == "application")
    run("attest", "approval", trial, "--code", "approved", "--digest", asked.stem, *VIENNA)
    run(*ask, "--dry-run")
    assert "undetermined" not in capsys.readouterr().out

    def killed(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(age_files, "encrypted", killed)
        run(*ask, code=130)
    assert not permit.exists()
    assert actions(trial) == ["requested", "permitted", "handed-over"]
    run(*ask)
    assert "already recorded, nothing was sent" in capsys.readouterr().out
    # The second hand-over has an entry of its own: logged without being made once, never made without a log.
    assert actions(trial) == ["requested", "permitted", "handed-over", "handed-over"]
    opening = ("share", "open", package, "--permit", permit, "--key", tmp_path / "my.key", "--out")
    run(*opening, tmp_path / "out")
    assert (tmp_path / "out" / "1").read_bytes() == b"one"
    # Their documents named instead are not taken for other files.
    by_documents = (package / "package.json", "--permit", f"{permit}.json", "--key", tmp_path / "my.key")
    run("share", "open", *by_documents, "--out", tmp_path / "by documents")
    run("share", "audit", trial, code=2)  # not anchored yet
    run("events", "anchor", trial, "access", *SPONSOR)
    run("share", "audit", trial)
    run("bundle", trial, "--streams", "--out", tmp_path / "all.trialseal")
    block = json.loads(said(capsys, "bundle", trial, "--out", tmp_path / "none.trialseal", "--json"))["block_hash"]
    offline = ("--block-hash", block, "--bundle")
    capsys.readouterr()
    run("share", "audit", trial, *offline, tmp_path / "all.trialseal")
    assert "1 permit on the chain, of which 1 shown; 2 hand-overs: 0 open questions" in capsys.readouterr().out
    run("share", "audit", trial, *offline, tmp_path / "none.trialseal", code=2)
    assert "make it with trialseal bundle --streams" in capsys.readouterr().err
    page = tmp_path / "timeline.html"
    run("history", trial, "--html", page)
    assert "Data shared" in page.read_text() and "permit until 2099-12-31" in page.read_text()
    run("share", "revoke", trial, package, "--to", vienna, *SPONSOR)
    run(*opening, tmp_path / "again", code=1)
    assert not (tmp_path / "again").exists()
    run("share", "audit", trial, "--csv", tmp_path / "audit.csv", code=1)  # were the data destroyed?
    assert "permit-end-kept" in (tmp_path / "audit.csv").read_text()
    a_sitting(trial, package, application, vienna, monkeypatch, capsys)
    another_numbering(trial, terms, capsys)
    numbered_otherwise(trial, terms, capsys)


def numbered_otherwise(trial: Path, terms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Participant 1001 withdrew, and is called otherwise in a table."""
    told, table = terms.with_name("told.csv"), terms.with_name("table.csv")
    told.write_text("type,id,at,site,subject,scope,reach\nwithdrawal,W-1,2026-01-01,,1001,data-use,all-uses\n")
    run("events", "open", trial, "consents", *SPONSOR)
    run("events", "append", trial, "consents", told, "--before-registration")
    pack = ("share", "pack", trial, table, "--subject", "USUBJID", "--policy", terms, "--out")
    table.write_text("USUBJID,AGE\nSALT-01-1001,40\nSALT-01-1002,41\n")
    capsys.readouterr()
    run(*pack, terms.with_name("p1"), code=1)
    error = capsys.readouterr().err
    assert "SALT-01-1001 may be 1001, who withdrew" in error and "nothing was packed" in error
    assert not terms.with_name("p1").exists()
    assert "left out: 0" in said(capsys, *pack, terms.with_name("p1"), "--numbers-checked")
    table.write_text("USUBJID,AGE\n1001,40\n1002,41\n")
    assert "left out: 1 participant" in said(capsys, *pack, terms.with_name("p2"))


def a_sitting(
    trial: Path,
    package: Path,
    application: Path,
    party: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two applications of a party are granted by one list."""
    place, asked = package.parent, json.loads(application.read_text())
    for number in (1, 2, 3):
        (place / f"a{number}.json").write_text(json.dumps({**asked, "project": f"project {number}"}))
    (place / "past.json").write_text(json.dumps({**asked, "until": "2025-01-31"}))
    run("share", "request", trial, place / "past.json", "--from", party, code=1)
    for number in (1, 2):
        run("share", "request", trial, place / f"a{number}.json", "--from", party)
    files = [place / "out of it" / f"{number}.permit" for number in (1, 2)]
    lines = [f"{place}/a{number}.json;{package};{file}\n" for number, file in enumerate(files, 1)]
    listed = place / "sitting.csv"
    give = ("share", "permit", trial, "--list", listed, *SPONSOR)
    before = actions(trial)

    wrong = f"{place}/a3.json;{package};x\n{place}/a2.json;{package};{files[0]}\n"
    listed.write_text("application;package;file\n" + lines[0] * 2 + wrong)
    capsys.readouterr()
    run(*give, "--yes", code=1)
    error = capsys.readouterr().err
    assert "3 rows of 4 cannot be given" in error and "row 3: it gives the same permit as row 2" in error
    assert "row 4: " in error and "was not entered" in error
    assert "row 5: it would lie where that of row 2 does: name another file" in error

    listed.write_text("application;package;file\n" + "".join(lines))
    run(*give, "--dry-run")
    assert "would be sent: 2 acts in 1 transaction" in capsys.readouterr().out
    kinds = kept_kinds(trial)
    run(*give, code=3)  # nobody is there to be asked
    assert kept_kinds(trial) == kinds
    assert actions(trial) == before and not any(map(Path.exists, files))

    def killed(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(age_files, "encrypted", killed)
        run(*give, "--yes", code=130)
    logged = ["permitted", "handed-over"] * 2
    assert actions(trial) == [*before, *logged] and not any(map(Path.exists, files))
    run(*give, "--yes")
    assert actions(trial) == [*before, *logged, "handed-over", "handed-over"] and all(map(Path.exists, files))
    run(*give, "--yes")
    assert "2 permits of the list given already" in capsys.readouterr().out
    assert len(actions(trial)) == len(before) + 6
    files[1].write_bytes(b"")  # as a power cut may leave it
    run(*give, "--yes", code=1)
    assert '2.permit" is damaged: remove it' in capsys.readouterr().err
    files[1].unlink()
    run(*give, "--yes")
    assert len(actions(trial)) == len(before) + 7
    run("share", "open", package, "--permit", files[1], "--key", place / "my.key", "--out", place / "opened")
    assert (place / "opened" / "1").read_bytes() == b"one"


def another_numbering(trial: Path, terms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever withdrew is not shared under another way of writing their number."""
    place = trial.parent
    (place / "w.csv").write_text("type,id,at,subject,scope,reach\nwithdrawal,W,2026-01-05,1001,data-use,all-uses\n")
    run("events", "append", trial, "access", place / "w.csv", "--before-registration")
    table, ids, less = place / "dm.csv", place / "ids.csv", place / "less"
    table.write_text("USUBJID;AGE\nS-01-1001;30\nS-01-1002;31\n")
    ids.write_text("participant,in_table\n1001,S-01-1001\n1002,S-01-1002\n")
    packing = ("share", "pack", trial, table, "--subject", "USUBJID", "--policy", terms, "--out", less)
    packing = (*packing, "--consents-at-hand")
    run(*packing, code=1)
    assert "say --delimiter ';'" in capsys.readouterr().err
    run(*packing, "--delimiter", ";", code=1)
    assert "S-01-1001 may be 1001, who withdrew" in capsys.readouterr().err and not less.exists()
    run(*packing, "--delimiter", ";", "--ids", ids)
    assert "left out: 1 participant" in capsys.readouterr().out
