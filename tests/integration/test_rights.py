"""Who may act: appointments, transfers, accreditations, approvals and keys."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "registered", "trial", "user"]


def test_appointee_acts_until_its_appointment_ends(user: User, registered: Path) -> None:
    stated = ("milestone", registered, "recruitment-closed", "--on", "2020-06-01", "--account", "committee")
    user(*stated, code=1)
    user("appoint", registered, "Test committee", "--acts", "milestone", *SPONSOR)
    assert (
        user("appoint", registered, "Test committee", "--acts", "milestone", *SPONSOR, "--json").value["sent"] is False
    )
    user(*stated)
    user("appoint", registered, "Test committee", "--end", *SPONSOR)
    user("milestone", registered, "data-lock", "--on", "2020-07-01", "--account", "committee", code=1)


def test_transfer_is_offered_and_accepted(user: User, registered: Path) -> None:
    code = json.loads((registered / "protocol.json").read_text())["trial"]["code"]
    user("transfer", "offer", registered, "Test committee", "--confirm", code, *SPONSOR)
    assert "nothing was sent" in user("transfer", "offer", registered, "Test committee", *SPONSOR).out
    user("transfer", "accept", registered, "--account", "regulator", code=1)
    user("transfer", "accept", registered, "--account", "committee", "--yes")
    assert "nothing was sent" in user("transfer", "accept", registered, "--account", "committee").out
    user("milestone", registered, "data-lock", "--on", "2020-07-01", *SPONSOR, code=1)
    user("milestone", registered, "data-lock", "--on", "2020-07-01", "--account", "committee")


def test_accredit_approve_and_withdraw(user: User, registered: Path) -> None:
    accredit = ("accredit", "Test sponsor", "--as", "cro", "--account", "regulator", "--json")
    assert user(*accredit).value["sent"] is True
    assert user(*accredit).value["sent"] is False
    approve = ("approve", registered, "--version", "1", "--on", "2020-04-24", "--territory", "US")
    assert user(*approve, "--account", "committee", "--json").value["sent"] is True
    assert "approved by" in user("history", registered).out
    assert user("withdraw", "Test sponsor", "--account", "regulator", "--json").value["sent"] is True
    assert user("withdraw", "Test sponsor", "--account", "regulator", "--json").value["sent"] is False
    assert "withdrawn" in user("party", "show", "Test sponsor").out


def test_withdraw_finds_what_was_attested_of_a_trials_documents(user: User, registered: Path) -> None:
    committee = ("--account", "committee")
    about = "NCT04368731"
    user("add-id", registered, about, *SPONSOR, "--yes")
    trial = user("history", registered, "--json").value["trial"]
    assert "has attested nothing about NCT04368731" in user("withdraw", about, *committee, code=1).err
    user("approve", registered, "--on", "2020-04-24", *committee)
    time.sleep(1.1)  # a block's time is told in seconds: within one, nothing says what came first
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "Arterial pressure"
    (registered / "protocol.json").write_text(json.dumps(protocol))
    user("amend", registered, "--reason", "a better word", "--blinding", "blinded", *SPONSOR)
    user("approve", registered, *committee)
    told = user("history", registered).out
    places = [told.index(one) for one in ("with protocol version 1", "version 1 approved by", "version 2 sealed")]
    assert places == sorted(places) and 'after the approval of version 1 by "Test committee")' in told
    for named in (about, trial, trial[:12], registered):
        several = user("withdraw", named, *committee, code=3)
        assert "2 attestations of your party" in several.err
        assert "protocol version 1 of" in several.out and "protocol version 2 of" in several.out
        assert f"trialseal withdraw {named} --number 2 --account committee" in several.out
    other = user("withdraw", about, "--number", "7", *committee, code=1)
    assert "no such attestation" in other.err and "--number 1" in other.out
    [digest] = [
        act["subject"] for act in user("history", registered, "--json").value["acts"] if act["act"] == "TrialRegistered"
    ]
    taken = user("withdraw", about, "--digest", digest, *committee, "--dry-run").out
    assert "to be withdrawn: attestation 1" in taken and f"protocol version 1 of {about} approved by" in taken
    assert "2020-04-24" in taken and "this stays: the withdrawal" in taken
    assert "protocol version 1" in user("withdraw", about, "--number", "1", *committee).out
    assert "it was withdrawn" in user("withdraw", about, "--number", "1", *committee).out
    last = user("withdraw", about, *committee).out  # the only one that stands
    assert 'protocol version 2 of NCT04368731 approved by "Test committee") withdrawn, recorded' in last


def test_keys_are_added_revoked_and_vetoed(user: User, home: Path) -> None:
    for name in ("second", "third"):
        accounts.new(home, name, "correct horse", light=True)
        user("devnet", "fund", name)
        user("party", "add-key", name, "--purposes", "manage,act", "--account", "regulator")
    assert (
        "nothing was sent"
        in user("party", "add-key", "third", "--purposes", "manage,act", "--account", "regulator").out
    )
    # Of a party with several managing keys, another one waits seven days; then it may veto what is asked for later.
    chain = Chain(networks.resolve("devnet", home))
    devnet.set_time(chain, chain.block()["timestamp"] + 8 * 86_400)  # type: ignore[index]
    digits = dict(accounts.list_accounts(home))["second"][-8:]
    user("party", "revoke-key", "second", "--account", "regulator", "--yes", code=3)  # which --yes never answers
    user("party", "revoke-key", "second", "--account", "regulator", "--confirm", digits)
    assert "not valid from" in user("party", "show", "Test regulator").out
    veto = ("party", "veto", "second", "--account", "third", "--party", "Test regulator")
    assert "vetoed" in user(*veto).out
    stated = ("party", "compromise", "second", "--since", "2026-01-01", "--account", "regulator")
    assert f"--confirm {digits}" in user(*stated, "--yes", code=3).err
    user(*stated, "--confirm", digits)
    assert "compromised since" in user("party", "show", "Test regulator").out
