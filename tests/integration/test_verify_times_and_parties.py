"""What `verify` says of when things were done, and by whom, on a real local chain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from trials_on_chain import DAY, ZERO, PartyOnChain, TrialOnChain, World
from verify_cases import LyingNode, Made, failing, finding, made, one, regulator, run_honestly, sponsor, trial, w

from trialseal.documents.canonical import document_digest
from trialseal.documents.identifiers import date_code
from trialseal.evidence.domain import DomainAnswer
from trialseal.ledger.codes import Milestone
from trialseal.report.trial import verifying
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Status

__all__ = ["made", "regulator", "sponsor", "trial", "w"]


# ----- time -----


def test_sealed_late_is_a_fact_and_fails_no_one(w: World, trial: TrialOnChain) -> None:
    enrolled = w.day(-30)
    trial.register()
    trial.milestone("first-participant-enrolled", enrolled)
    verdict = one(w, trial.folder / "protocol.json")
    assert failing(verdict) == []
    assert verdict.exit_code == 2
    assert "none fails, but this cannot be determined: protocol version 1 was sealed" in verdict.sentence
    assert f"after first participant enrolled {enrolled}" in verdict.sentence


def test_start_date_moved_after_late_registration(w: World, trial: TrialOnChain) -> None:
    early = w.day(-30)
    trial.register()
    w.wait(9)
    trial.milestone("first-participant-enrolled", early)
    trial.milestone("first-participant-enrolled", w.day())
    verdict = one(w, trial.folder / "protocol.json")
    assert failing(verdict) == []
    assert finding(verdict, "protocol-sealed-first").status is Status.UNDETERMINED
    assert len(finding(verdict, "protocol-sealed-first").facts) == 2


def test_enrolment_on_the_day_of_the_seal_cannot_be_told(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.milestone("first-participant-enrolled", w.day())
    verdict = one(w, trial.folder / "protocol.json")
    assert verdict.exit_code == 2
    assert "cannot be determined: protocol version 1 was sealed" in verdict.sentence


def test_enrolment_never_stated(w: World, trial: TrialOnChain) -> None:
    trial.register()
    assert finding(one(w, trial.folder / "protocol.json"), "protocol-sealed-first").status is Status.DOES_NOT_APPLY
    trial.milestone("completion", w.day())
    assert finding(one(w, trial.folder / "protocol.json"), "protocol-sealed-first").status is Status.UNDETERMINED


def test_endpoint_added_after_the_data(w: World, trial: TrialOnChain) -> None:
    trial.register()
    w.wait(5)
    trial.milestone("first-participant-enrolled", w.day())
    trial.milestone("data-cut-off", w.day())
    w.wait(5)
    document = trial.document("protocol-v2.json")
    document["endpoints"].append({"id": "NEW", "role": "primary", "measurement_variable": "What came out well"})
    trial.amend(document)
    results = trial.results_document()
    results["results"] = [{**results["results"][1], "endpoint": "NEW", "stage": "interim"}]
    verdict = one(w, trial.report(results))
    assert failing(verdict) == ["endpoints-before-data"]
    assert "endpoint NEW stands in protocol version 2" in verdict.sentence
    (trial.folder / "documents" / "protocol-v1.json").unlink()
    blind = one(w, trial.folder / "results.json")
    assert finding(blind, "endpoints-before-data").status is Status.UNDETERMINED


def test_results_without_any_data_milestone(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    verdict = one(w, trial.report(trial.results_document()))
    assert finding(verdict, "endpoints-before-data").status is Status.UNDETERMINED
    assert finding(verdict, "protocol-sealed-first").status is Status.UNDETERMINED


def test_amendment_with_unblinded_data_seen(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend(blinding="unblinded")
    assert failing(one(w, trial.folder / "protocol.json")) == ["amended-blinded"]
    trial.amend(blinding="not-stated")
    assert finding(one(w, trial.folder / "protocol.json"), "amended-blinded").status is Status.UNDETERMINED


def test_amendment_called_blinded_after_the_unblinding(w: World, trial: TrialOnChain) -> None:
    trial.register()
    w.wait(5)
    trial.milestone("unblinding", w.day())
    w.wait(5)
    trial.amend(blinding="blinded")
    verdict = one(w, trial.folder / "protocol.json")
    assert failing(verdict) == ["amended-blinded"]
    assert "its act says: blinded" in verdict.sentence


def test_unblinding_on_the_day_of_the_amendment_cannot_be_told(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.milestone("unblinding", w.day())
    trial.amend()
    found = finding(one(w, trial.folder / "protocol.json"), "amended-blinded")
    assert found.status is Status.UNDETERMINED
    assert "cannot be told" in found.sentence


# ----- who -----


def test_party_accredited_by_nobody_trusted(w: World, made: Made, regulator: PartyOnChain) -> None:
    stranger = w.party("Stranger")
    trial = made(by=stranger)
    trial.register()
    verdict = one(w, trial.folder / "protocol.json", accreditors=[regulator.id])
    assert failing(verdict) == ["party-accredited"]
    assert finding(one(w, trial.folder / "protocol.json"), "party-accredited").status is Status.DOES_NOT_APPLY


def test_party_accredited_only_after_the_act(w: World, made: Made, regulator: PartyOnChain) -> None:
    party = w.party("Latecomer")
    trial = made(by=party)
    trial.register()
    w.wait(2)
    w.attest(regulator, "accreditation", "sponsor", party.id)
    verdict = one(w, trial.folder / "protocol.json", accreditors=[regulator.id])
    assert failing(verdict) == ["party-accredited"]
    assert "only" in verdict.sentence and "vouched for as" not in verdict.sentence.split(";")[0]


def test_accreditation_withdrawn_before_and_after_the_act(w: World, made: Made, regulator: PartyOnChain) -> None:
    party = w.party("Fallen")
    w.attest(regulator, "accreditation", "sponsor", party.id)
    before, after = made(by=party), made(by=party)
    before.register()
    w.wait(2)
    w.withdraw(regulator, party.id)
    w.wait(2)
    after.register()
    held = one(w, before.folder / "protocol.json", accreditors=[regulator.id])
    assert held.exit_code == 0
    assert "withdrew that later" in finding(held, "party-accredited").sentence
    assert "which withdrew that" in held.sentence
    assert failing(one(w, after.folder / "protocol.json", accreditors=[regulator.id])) == ["party-accredited"]


def test_key_stated_to_be_stolen_before_the_act(w: World, made: Made) -> None:
    party = w.party("Robbed")
    stolen, trial = w.now(), made(by=party)
    trial.register()
    party.sender.send("Parties", "declareCompromise", [(party.id, party.sender.address, stolen)])
    verdict = one(w, trial.folder / "protocol.json")
    assert failing(verdict) == ["key-trusted"]
    assert "was in the wrong hands since" in verdict.sentence


def test_key_revoked_after_the_act_is_shown(w: World, made: Made) -> None:
    party = w.party("Careful")
    second = w.sender()
    party.sender.send("Parties", "addKey", [(party.id, second.address, 2)])
    trial = made(by=PartyOnChain(party.id, second, party.profile))
    trial.register()
    w.wait(2)
    party.sender.send("Parties", "revokeKey", [(party.id, second.address)])
    verdict = one(w, trial.folder / "protocol.json")
    assert verdict.exit_code == 0
    assert any("after the act" in fact for fact in finding(verdict, "key-trusted").facts)


def test_appointed_party_reports(w: World, trial: TrialOnChain) -> None:
    cro = w.party("Test CRO")
    trial.register()
    trial.amend()
    act = (trial.id, trial.sponsor.id, cro.id, bytes(32), 1 << 4, 0, w.now() + 10**7)
    trial.sponsor.sender.send("TrialRegistry", "appoint", [act])
    w.wait(3)
    verdict = one(w, trial.report(trial.results_document(), actor=cro))
    assert finding(verdict, "acting-party").sentence.endswith("was appointed by the sponsor (act 3)")


def test_impostor_under_a_known_registry_number(w: World, made: Made) -> None:
    thief = w.party("Demo sponsor (re-enactment)")
    trial = made(by=thief, number="NCT99999903")
    trial.register()
    record = trial.document("protocol-v1.json")
    record = {
        "format": "trialseal/1", "kind": "registry-record", "registry": "ClinicalTrials.gov", "number": "NCT99999903",
        "trial": {"sponsor": "BioNTech SE", "registry_ids": ["NCT99999903"]},
        "secondary_sponsors": [{"name": "Pfizer"}],
    }  # fmt: skip
    trial.write("documents/registry-record-v1.json", record)
    verdict = one(w, trial.folder / "protocol.json")
    assert verdict.exit_code == 2
    assert 'names "BioNTech SE" and "Pfizer", not a party that calls itself "Demo sponsor (re' in verdict.sentence
    record["trial"]["sponsor"] = "Demo Sponsor (re-enactment) Inc."
    trial.write("documents/registry-record-v1.json", record)
    assert finding(one(w, trial.folder / "protocol.json"), "party-named").status is Status.HOLDS
    record["trial"]["sponsor"] = f"somebody ({thief.id.hex()})"
    trial.write("documents/registry-record-v1.json", record)
    assert "holds the id" in finding(one(w, trial.folder / "protocol.json"), "party-named").sentence


@pytest.mark.parametrize(
    ("named", "fault", "status"),
    [(True, None, Status.HOLDS), (False, None, Status.FAILS), (False, "no route to host", Status.UNDETERMINED)],
)
def test_domain_that_does_not_name_the_party(
    w: World, made: Made, monkeypatch: pytest.MonkeyPatch, named: bool, fault: str | None, status: Status
) -> None:
    party = w.party("Somebody", domain="somebody.example")
    trial = made(by=party)
    trial.register()
    answer = DomainAnswer("somebody.example", frozenset({party.id.hex()} if named else ()), fault)
    monkeypatch.setattr(verifying, "ask_domain", lambda domain: answer)
    assert finding(one(w, trial.folder / "protocol.json", check_domain=True), "party-named").status is status


def test_profile_that_is_not_the_chains_gives_no_name(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.write("sponsor.json", {**trial.sponsor.profile, "legal_name": "World Health Organization"})
    verdict = one(w, trial.folder / "protocol.json")
    assert f"by party {trial.sponsor.id.hex()[:8]}…" in verdict.sentence
    assert "World" not in verdict.sentence
    assert one(w, trial.folder / "sponsor.json").exit_code == 1


def test_the_profile_beside_a_file_names_its_party(w: World, trial: TrialOnChain, tmp_path: Path) -> None:
    run_honestly(trial)
    (tmp_path / "sent").mkdir()
    for name in ("results.json", "sponsor.json"):
        (tmp_path / "sent" / name).write_bytes((trial.folder / name).read_bytes())
    verdict = one(w, tmp_path / "sent" / "results.json")
    assert "Test sponsor" in verdict.sentence
    (tmp_path / "sent" / "sponsor.json").rename(tmp_path / "of-the-sponsor.json")
    assert "Test sponsor" not in one(w, tmp_path / "sent" / "results.json").sentence
    given = verify(w.chain, [tmp_path / "sent" / "results.json", tmp_path / "of-the-sponsor.json"])
    assert "Test sponsor" in given[0].sentence


def test_approval_refused(w: World, made: Made, regulator: PartyOnChain) -> None:
    committee, trial = w.party("Test committee"), made()
    w.attest(regulator, "accreditation", "ethics-committee", committee.id)
    w.wait(1)
    trial.register()
    digest = document_digest(trial.versions[1])
    w.attest(committee, "approval", "refused", trial.id, digest)
    path = trial.folder / "protocol.json"
    assert failing(one(w, path, accreditors=[regulator.id])) == ["approvals"]
    assert finding(one(w, path), "approvals").status is Status.DOES_NOT_APPLY
    w.withdraw(committee, trial.id, digest)
    withdrawn = one(w, path, accreditors=[regulator.id])
    assert failing(withdrawn) == ["approvals"]
    assert "does another decision stand?" in finding(withdrawn, "approvals").sentence
    w.attest(committee, "approval", "approved", trial.id, digest)
    assert one(w, path, accreditors=[regulator.id]).exit_code == 0
    stranger = w.party("Stranger")
    other = made()
    other.register()
    w.attest(stranger, "approval", "refused", other.id, document_digest(other.versions[1]))
    unheeded = one(w, other.folder / "protocol.json", accreditors=[regulator.id])
    assert finding(unheeded, "approvals").status is Status.DOES_NOT_APPLY


# ----- keys that a party disagrees about, and attestations with an end -----


def test_a_contested_compromise_cannot_be_determined(w: World, trial: TrialOnChain) -> None:
    """The thief of a key states that the owner's key was stolen; the owner contests it."""
    sponsor, thief = trial.sponsor, w.sender()
    sponsor.sender.send("Parties", "addKey", [(sponsor.id, thief.address, 1)])
    w.wait(1)
    trial.register()
    w.wait(1)
    since = w.chain.history(trial.id).acts[0].time
    path = trial.folder / "protocol.json"
    thief.send("Parties", "declareCompromise", [(sponsor.id, sponsor.sender.address, since)])
    assert finding(one(w, path), "key-trusted").status is Status.FAILS
    sponsor.sender.send("Parties", "contestCompromise", [(sponsor.id, sponsor.sender.address)])
    verdict = one(w, path)
    assert finding(verdict, "key-trusted").status is Status.UNDETERMINED and verdict.exit_code == 2
    assert "disagrees with itself about this key" in finding(verdict, "key-trusted").sentence
    # Stated anew, it is not contested any more.
    thief.send("Parties", "declareCompromise", [(sponsor.id, sponsor.sender.address, since - 1)])
    assert finding(one(w, path), "key-trusted").status is Status.FAILS


@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, Status.FAILS), (0, Status.FAILS), (1, Status.HOLDS)], ids=["before", "at", "after"]
)
def test_an_accreditation_ends_before_at_and_after_the_act(
    w: World, made: Made, regulator: PartyOnChain, seconds: int, status: Status
) -> None:
    sponsor = w.party("Short sponsor")
    trial = made(by=sponsor)
    node = LyingNode(w.chain, lambda h: h)
    w.attest(regulator, "accreditation", "sponsor", sponsor.id, until=w.now() + 10 * DAY)
    w.wait(1)
    trial.register()
    act = w.chain.history(trial.id).acts[0]
    [accredited] = w.chain.attestations(sponsor.id)
    moved = replace(accredited, until=act.time + seconds)
    node.attestations = lambda *about: [moved]  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"], accreditors=[regulator.id])
    assert finding(verdict, "party-accredited").status is status


def test_a_committee_is_judged_as_of_its_decision(w: World, made: Made, regulator: PartyOnChain) -> None:
    """Accredited only after it approved counts for nothing; withdrawn years after it refused changes nothing."""
    committee, trial = w.party("Early committee"), made()
    trial.register()
    digest = document_digest(trial.versions[1])
    path = trial.folder / "protocol.json"
    w.attest(committee, "approval", "approved", trial.id, digest)
    w.wait(1)
    w.attest(regulator, "accreditation", "ethics-committee", committee.id)
    assert finding(one(w, path, accreditors=[regulator.id]), "approvals").status is Status.DOES_NOT_APPLY
    w.wait(1)
    w.attest(committee, "approval", "refused", trial.id, digest)
    assert finding(one(w, path, accreditors=[regulator.id]), "approvals").status is Status.FAILS
    w.wait(700)
    w.withdraw(regulator, committee.id)
    assert finding(one(w, path, accreditors=[regulator.id]), "approvals").status is Status.FAILS


def test_a_corrected_enrolment_is_shown_and_no_longer_judged(w: World, trial: TrialOnChain) -> None:
    w.wait(10)
    trial.register()
    path = trial.folder / "protocol.json"
    trial.milestone("first-participant-enrolled", "2020-01-15")
    assert finding(one(w, path), "protocol-sealed-first").status is Status.UNDETERMINED
    w.wait(30)
    code = Milestone.FIRST_PARTICIPANT_ENROLLED
    statement = (trial.id, trial.sponsor.id, 0, code, date_code(w.day(-10)), 2, ZERO)
    trial.sponsor.sender.send("TrialRegistry", "recordMilestone", [statement])
    found = finding(one(w, path), "protocol-sealed-first")
    assert found.status is Status.HOLDS
    assert any("act 2 stated first participant enrolled 2020-01-15; act 3 corrected it" in fact for fact in found.facts)
