"""Many permits of one sitting: what a list must hold, and what a process leaves that dies anywhere in handing over."""

from __future__ import annotations

import io
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.killing import killed_at

from trialseal import age_files, files, files_together
from trialseal.cli.share import handing_over
from trialseal.cli.share.granting import Grant, document_path
from trialseal.cli.share.handing_over import log_and_write
from trialseal.cli.share.own import access_row
from trialseal.cli.share.sitting import rows_of
from trialseal.documents import models
from trialseal.documents.canonical import document_digest
from trialseal.documents.sharing import Permit
from trialseal.errors import FailedError, UsageError
from trialseal.files_together import write_together
from trialseal.streams import store
from trialseal.streams.config import StreamConfig
from trialseal.streams.store import create_stream, open_stream

ROOM = tuple(one.__file__ for one in (handing_over, files, files_together, store))
STEP = 13


def grants(place: Path, number: int) -> tuple[list[Grant], str]:
    """Permits of one package for one key, which is given too."""
    identity, _ = age_files.new_identity()
    mine, key = age_files.new_identity()
    found = []
    for each in range(number):
        value: dict[str, Any] = {"format": "trialseal/1", "kind": "permit", "trial_id": f"{1:064x}"}
        value |= {"package": f"{2:064x}", "application": f"{each:064x}", "policy": f"{3:064x}", "nonce": f"{4:064x}"}
        value |= {"recipient": f"{5:064x}", "recipient_key": key, "until": "2099-12-31T00:00:00Z"}
        document = models.parse_document(value, "it")
        assert isinstance(document, Permit)
        digest = document_digest(models.dump(document))
        found.append(Grant(document, digest, 1, identity, place / "out" / f"{each}.permit", "it"))
    return found, mine


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_permit_is_there_only_if_it_is_logged_wherever_the_process_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # of a process that is killed the kernel keeps all
    stream = tmp_path / "access"
    create_stream(stream, StreamConfig(b"\1" * 32, b"\2" * 32, "access", b"\3" * 32, 1_577_836_800, 1_577_836_800))
    wanted, mine = grants(tmp_path, 3)

    def hand_over(run: str, todo: list[Grant]) -> None:
        members = [{**one.members, "files": 1} for one in todo]
        rows = [
            access_row(f"{run}-{number}", "2026-01-01T00:00:00Z", "handed-over", one)
            for number, one in enumerate(members)
        ]
        log_and_write(open_stream(stream), rows, todo)

    def logged(run: str) -> set[str]:
        events = [one.event or {} for one in open_stream(stream).entries()]
        return {str(one["permit"]) for one in events if str(one["id"]).startswith(f"{run}-")}

    line, unlogged, unmade = 1, 0, 0
    while killed_at(line, partial(hand_over, f"first-{line}", wanted), ROOM):
        there, told = [one for one in wanted if one.path.exists()], logged(f"first-{line}")
        assert len(told) in (0, len(wanted)) and {one.digest.hex() for one in there} <= told
        unlogged, unmade = unlogged + (not told), unmade + (bool(told) and not there)
        rest = [one for one in wanted if one not in there]
        hand_over(f"again-{line}", rest)
        for one in wanted:
            assert document_path(one.path).read_bytes() == one.shown
            age_files.decrypt_with(one.path, [mine], io.BytesIO())
            one.path.unlink()
            document_path(one.path).unlink()
        line += STEP
    assert unlogged and unmade > 3 and all(one.path.exists() for one in wanted)


def test_files_written_together_are_all_there_and_replace_none(tmp_path: Path) -> None:
    wanted = [(tmp_path / str(number % 3) / str(number), b"%d" % number) for number in range(300)]
    write_together(wanted, 0o600)
    assert [path.read_bytes() for path, _ in wanted] == [data for _, data in wanted]
    with pytest.raises(UsageError, match="is there already: it was left as it is"):
        write_together([(tmp_path / "new", b"new"), (wanted[7][0], b"other"), (tmp_path / "last", b"")])
    assert wanted[7][0].read_bytes() == b"7" and not (tmp_path / "last").exists()
    assert not list(tmp_path.rglob(".*"))
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_together([(tmp_path / "file" / "in it", b"")])


def read(tmp_path: Path, text: str, package: str | None = None) -> list[tuple[str | None, ...]]:
    path = tmp_path / "sitting.csv"
    path.write_text(text)
    return [tuple(one.asked) for one in rows_of(path, package)]


def test_a_list_names_application_and_package_of_each_permit(tmp_path: Path) -> None:
    assert read(tmp_path, "Application;Package;until;file\na.json;p;2027-01-01;\n;;;\nb.json;q;;x.permit\n") == [
        ("a.json", "p", "2027-01-01", None),
        ("b.json", "q", None, "x.permit"),
    ]
    assert read(tmp_path, "application\na.json\n", "p") == [("a.json", "p", None, None)]


@pytest.mark.parametrize(
    ("text", "package", "why"),
    [
        ("", None, "has no column application and package: write application,package,until,file in its first row"),
        ("application\na\n", None, "has no column package"),
        ("application,package\n", None, "has no row below its first"),
        ("aplication,package\n", None, "no column aplication: did you mean application?"),
        ("application,package,decision\n", None, "no column decision: use application, package, until and file"),
        ("application,package\na,p\n", "q", "no column package: the command names the package of all"),
        ("application,package,package\n", None, "column package is there twice"),
    ],
)
def test_a_list_without_what_it_needs_is_refused(tmp_path: Path, text: str, package: str | None, why: str) -> None:
    with pytest.raises(UsageError, match=why.replace("?", r"\?")):
        read(tmp_path, text, package)


def test_every_row_that_is_not_whole_is_named(tmp_path: Path) -> None:
    with pytest.raises(FailedError) as found:
        read(tmp_path, "application,package\na,p\n,p\nb,\nc,p,x\n")
    assert [one.rpartition("sitting.csv, ")[2] for one in found.value.faults] == [
        "row 3: application is empty: fill it in",
        "row 4: package is empty: fill it in",
        "row 5: it has more cells than the first row: correct it",
    ]
    assert str(found.value).startswith("3 rows of 4 cannot be given: ")
