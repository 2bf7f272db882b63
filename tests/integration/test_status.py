"""`status`: how a trial stands, in words, for programs, and as a page."""

from __future__ import annotations

from pathlib import Path

from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.rules.duties import NOT_KNOWN

__all__ = ["home", "registered", "trial", "user"]


def test_it_says_what_is_sealed_owed_held_kept_and_spent(user: User, registered: Path, tmp_path: Path) -> None:
    user("milestone", registered, "first-participant-enrolled", "--on", "2026-01-05", "--yes", *SPONSOR)
    page = tmp_path / "status.html"
    told = user("status", registered, "--html", page, "--trust-node").out
    assert "2 acts sealed. As of block " in told and "act 2: " in told
    assert 'attest and 12 purposes kept for later; account "sponsor" of this computer' in told
    assert f"not on this list: {NOT_KNOWN[0]}" in told
    assert "none was made here" in told and "2 receipts in the folder" in told
    assert "2 transactions: " in told and " gas, " in told
    html = page.read_text(encoding="utf-8")
    for part in ("Sealed so far", "Next steps", "Keys of the sponsor", "Kept", "Cost so far"):
        assert f"{part}:" in told and f"<h2>{part}</h2>" in html
    value = user("status", registered, "--json", "--trust-node").value
    assert [one["words"].partition(":")[0] for one in value["Sealed so far"]] == ["act 1", "act 2"]


def test_it_says_what_due_says_beside_duties(user: User, registered: Path) -> None:
    """A trial that ended and owes no results by any rule known here is not told to be in order."""
    user("milestone", registered, "completion", "--on", "2021-01-05", "--yes", *SPONSOR)
    [note] = user("due", registered, "--trust-node", "--json", code=None).value["notes"]
    assert "results: no rule here applies" in note
    told = user("status", registered, "--trust-node").out
    assert f"note: {note}" in told and "nothing that trialseal due knows of" not in told


def test_a_folder_that_is_none_is_one_sentence(user: User, registered: Path) -> None:
    assert "is not a folder" in user("status", registered / "none", code=3).err


def test_an_act_that_was_corrected_is_marked(user: User, registered: Path, tmp_path: Path) -> None:
    """Whoever reads the list must not take a date for true that the sponsor took back."""
    (why := tmp_path / "why.txt").write_text("nobody was enrolled")
    user("milestone", registered, "first-participant-enrolled", "--on", "2026-01-05", "--yes", *SPONSOR)
    user("correct", registered, "2", "--document", why, "--yes", *SPONSOR)
    told = user("status", registered, "--trust-node").out
    assert "first participant enrolled, on 2026-01-05 (corrected by act 3)" in told
    assert "act 3: act 2 was made in error, stated on " in told
