"""A trial on one page: from a node, from a bundle, for a file; and what it says where nobody vouches for the block."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.integration.test_bundles import bundle, the_hash
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.cli import main
from trialseal.report.summary.code import code_svg

__all__ = ["bundle", "home", "registered", "trial", "user"]

KEPT = Path(__file__).parents[1] / "vectors" / "bundles" / "2026-11.trialseal"


def words_of(page: Path) -> str:
    """What is read on a page, its styles and title bar left out."""
    body = page.read_text(encoding="utf-8").partition("<main>")[2]
    return " ".join(re.sub(r"<wbr>|<[^>]+>", lambda tag: "" if tag[0] == "<wbr>" else " ", body).split())


def test_a_page_from_a_node(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    user("accredit", "Test sponsor", "--as", "sponsor", "--account", "regulator")
    user("add-id", registered, "NCT01234567", *SPONSOR)
    page = tmp_path / "summary.html"
    said = user("summary", registered, "--html", page, "--accredited-by", "Test regulator", "--json").value
    known = the_hash(home)
    shown = words_of(page)
    assert "annot be determined" not in shown
    for part in (
        "This page does not say that the trial is good, approved, registered or true.",
        f"trialseal history {said['trial']} --network NODE --block-hash HASH",
        "claims NCT01234567",
        "A practice chain: its operator sets the clock, and can undo everything.",
        "Protocol, version 1",
        '3 endpoints, by "Test sponsor"'.replace('"', "&quot;"),
        said["documents"][0]["digest"],
        "vouched for as sponsor by &quot;Test regulator&quot;; the maker of this page trusts that party",
        "a node that the maker of this page calls their own",
        known,
    ):
        assert part in shown, part
    assert said["qr_code"].split(":")[4:] == [said["trial"].upper(), known[2:].upper()]
    assert code_svg(said["qr_code"]) in page.read_text()
    assert said["as_of"]["block_hash"] == known and said["undetermined"] == []
    assert said["documents"][0]["endpoints"] == 3


def test_the_command_on_the_page_shows_the_same(user: User, registered: Path, home: Path, tmp_path: Path) -> None:
    said = user("summary", registered, "--html", tmp_path / "s.html", "--json").value
    words = said["check"].replace("NODE", "devnet").replace("HASH", the_hash(home)).split()
    assert "complete: 1 act, which is all of them" in user(*words[1:]).out


def test_a_page_for_a_sealed_file_and_none_for_another(user: User, registered: Path, tmp_path: Path) -> None:
    page = tmp_path / "summary.html"
    user("summary", registered / "protocol.json", "--html", page)
    assert "Holds. protocol.json is protocol version 1 of" in words_of(page)
    page.unlink()
    other = tmp_path / "other.txt"
    other.write_text("never sealed")
    said = user("summary", other, "--html", page, code=None)
    assert said.code in (1, 2) and "no page was written" in said.out
    assert not page.exists()


def test_a_page_from_a_bundle_needs_no_node(user: User, bundle: Path, home: Path, tmp_path: Path) -> None:
    known, page = the_hash(home), tmp_path / "summary.html"
    port = user("devnet", "status", "--json").value["url"].rpartition(":")[2]
    user("devnet", "down")
    try:
        user("summary", bundle, "--block-hash", known, "--html", page)
        assert "a hash that the maker of this page typed" in words_of(page)
        first = page.read_bytes()
        user("summary", bundle, "--block-hash", known, "--html", page)
        assert page.read_bytes() == first
        check = user("summary", bundle, "--html", page, "--json", code=2).value["check"]
        words = check.replace("HASH", known).replace(bundle.name, str(bundle)).split()
        assert "complete: 2 acts, which are all of them" in user(*words[1:]).out
        assert "one bundle at a time" in user("summary", bundle, "--bundle", bundle, "--html", page, code=3).err
    finally:
        user("devnet", "up", "--port", port)


def test_nobody_vouches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    page = tmp_path / "summary.html"
    for trust in ([], ["--block-hash", "0x" + "00" * 32]):
        assert main(["summary", str(KEPT), "--html", str(page), *trust]) == 2
        shown = words_of(page)
        assert shown.index("Cannot be determined") < shown.index("This page does not say that the trial is good")
        assert "vouched for by nobody whom you trust" in capsys.readouterr().out


def test_of_a_file_too_nothing_is_determined_where_nobody_vouches(
    user: User, registered: Path, home: Path, tmp_path: Path
) -> None:
    page, packed = tmp_path / "summary.html", tmp_path / "trial.trialseal"
    user("bundle", registered, "--out", packed)
    words = ("summary", registered / "protocol.json", "--bundle", packed, "--html", page)
    user(*words, "--block-hash", the_hash(home))
    assert "Holds. protocol.json is protocol version 1" in words_of(page)
    user(*words, code=2)
    assert "Cannot be determined. protocol.json is protocol version 1" in words_of(page)


def test_a_bundle_of_its_day_still_gives_a_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    page, known = tmp_path / "summary.html", json.loads(KEPT.with_suffix(".json").read_text())["block_hash"]
    assert main(["summary", str(KEPT), "--html", str(page), "--block-hash", known]) == 0
    shown = words_of(page)
    assert "annot be determined" not in shown
    assert "The sponsor calls itself &quot;Example sponsor&quot; . Anyone may take any name." in shown
    assert "Protocol, version 2" in shown and "Also recorded: 1 milestone. 3 acts in all." in shown
    assert known in shown.replace(" ", "")
    assert "2 sealed documents on the page" in capsys.readouterr().out
