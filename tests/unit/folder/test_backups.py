"""Backups that lie: whatever their tar says, nothing is written outside the folder, and no damage passes."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from trialseal.errors import FailedError
from trialseal.folder import backups


def made(tmp_path: Path) -> bytes:
    home = tmp_path / "home"
    home.mkdir()
    (home / "parties.json").write_text("[]")
    (home / "link").symlink_to("/etc/passwd")
    trial = tmp_path / "trial"
    (trial / "streams" / "visits").mkdir(parents=True)
    (trial / "streams" / "visits" / "head.json").write_text("{}")
    (trial / "protocol.json").write_text("{}")
    out = io.BytesIO()
    backups.write(out, home, [trial], lambda words: None)
    return out.getvalue()


def tar_of(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_a_backup_comes_back_without_links_and_locks(tmp_path: Path) -> None:
    kept = backups.restore(io.BytesIO(made(tmp_path)), tmp_path / "back")
    assert {one.name for one in kept} == {
        "home/parties.json", "trials/trial/protocol.json", "trials/trial/streams/visits/head.json",
    }  # fmt: skip
    assert not (tmp_path / "back" / "home" / "link").exists()


@pytest.mark.parametrize("name", ["home/../../out", "/etc/out", "elsewhere/x", "home", "trials/a/../../../out"])
def test_names_that_lead_out_are_refused_and_nothing_stays(tmp_path: Path, name: str) -> None:
    data = tar_of(("home/fine", b"x"), (name, b"x"))
    with pytest.raises(FailedError, match="which no backup of trialseal does"):
        backups.restore(io.BytesIO(data), tmp_path / "back")
    assert not any((tmp_path / "back").rglob("*"))


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        (None, "ends before its list"),
        ([], "damaged at 'home/fine'"),
        ([{"name": "home/fine", "size": 1, "sha256": "0" * 64}], "damaged at 'home/fine'"),
        ([{"name": "home/gone", "size": 1, "sha256": "0" * 64}], "damaged at 'home/fine'"),
    ],
)
def test_what_the_list_does_not_say_is_refused(tmp_path: Path, listed: object, sentence: str) -> None:
    members = [("home/fine", b"x")]
    if listed is not None:
        members.append(("manifest.json", json.dumps({"format": "trialseal-backup/1", "files": listed}).encode()))
    with pytest.raises(FailedError, match=sentence):
        backups.restore(io.BytesIO(tar_of(*members)), tmp_path / "back")
    assert not any((tmp_path / "back").rglob("*"))


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_backup_that_was_cut_off_is_refused(tmp_path: Path, cut: float) -> None:
    data = made(tmp_path).rstrip(b"\0")
    with pytest.raises(FailedError, match="damaged|ends before its list"):
        backups.restore(io.BytesIO(data[: int(len(data) * cut)]), tmp_path / "back")
