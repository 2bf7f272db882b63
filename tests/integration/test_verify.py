"""What `verify` says of honest trials, and of every attack that it should show, on a real local chain."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trials_on_chain import DAY, ZERO, PartyOnChain, TrialOnChain, World, world

from trialseal.documents.canonical import canonical_bytes, document_digest
from trialseal.documents.identifiers import date_code
from trialseal.ledger.acts import Act
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import Milestone
from trialseal.ledger.records import History
from trialseal.report.trial import verdict as verdicts
from trialseal.report.trial.verdict import Verdict, as_json, verify
from trialseal.rules.finding import Finding, Status

Made = Callable[..., TrialOnChain]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with world(tmp_path_factory.mktemp("home"), port) as made:
        yield made


@pytest.fixture(scope="module")
def regulator(w: World) -> PartyOnChain:
    return w.party("Test regulator")


@pytest.fixture(scope="module")
def sponsor(w: World, regulator: PartyOnChain) -> PartyOnChain:
    party = w.party("Test sponsor")
    w.attest(regulator, "accreditation", "sponsor", party.id)
    return party


@pytest.fixture
def made(w: World, sponsor: PartyOnChain, tmp_path: Path) -> Made:
    """Makes trials with codes of their own, each a day after the last thing that happened."""
    count = iter(range(100))

    def make(by: PartyOnChain = sponsor, code: str | None = None, number: str | None = None) -> TrialOnChain:
        w.wait(1)
        name = f"{abs(hash(tmp_path)) % 10**10}-{next(count)}"
        return TrialOnChain(w, by, tmp_path / name, code or name, number)

    return make


@pytest.fixture
def trial(made: Made) -> TrialOnChain:
    return made()


def run_honestly(trial: TrialOnChain) -> Path:
    """A trial as it should be, up to its results."""
    w = trial.world
    trial.register()
    w.wait(5)
    trial.milestone("first-participant-enrolled", w.day())
    w.wait(5)
    trial.amend()
    w.wait(5)
    trial.milestone("data-cut-off", w.day())
    trial.milestone("data-lock", w.day())
    w.wait(5)
    return trial.report(trial.results_document())


def one(w: World, path: Path, **settings: Any) -> Verdict:
    [verdict] = verify(w.chain, [path], **settings)
    assert "  " not in verdict.sentence and "\n" not in verdict.sentence
    return verdict


def finding(verdict: Verdict, rule: str) -> Finding:
    [found] = [found for found in verdict.findings if found.rule == rule]
    return found


def failing(verdict: Verdict) -> list[str]:
    return [found.rule for found in verdict.findings if found.status is Status.FAILS]


# ----- what holds -----


def test_honest_results_hold(w: World, trial: TrialOnChain, regulator: PartyOnChain) -> None:
    path = run_honestly(trial)
    trial.write("parties/regulator.json", regulator.profile)
    verdict = one(w, path, accreditors=[regulator.id])
    assert verdict.exit_code == 0, verdict
    holding = sum(one.status is Status.HOLDS for one in verdict.findings)
    assert verdict.sentence == (
        f"results.json is the results document of trial {trial.code} for endpoints P1 and S1 of protocol version 2 "
        f'and 1 post hoc result, sealed {w.day()} by a party that calls itself "Test sponsor" (accredited as sponsor '
        f'by a party that calls itself "Test regulator"); {holding} checks hold, none fails, as of block '
        f"{w.chain.as_of().number:,} (chain 31337 is a devnet: its operator sets the clock)"
    )
    assert finding(verdict, "results-proven").status is Status.HOLDS
    assert finding(verdict, "endpoints-before-data").status is Status.HOLDS
    assert finding(verdict, "history-complete").status is Status.HOLDS
    assert json.loads(json.dumps(as_json(verdict)))["exit_code"] == 0


def test_every_file_of_an_honest_folder_is_known(w: World, trial: TrialOnChain) -> None:
    run_honestly(trial)
    found = {verdict.file.name: verdict for verdict in verify(w.chain, [trial.folder])}
    assert set(found) == {"protocol.json", "protocol-v1.json", "protocol-v2.json", "results.json", "sponsor.json"}
    assert all(verdict.exit_code == 0 for verdict in found.values())
    assert "is the profile of party" in found["sponsor.json"].sentence


def test_a_superseded_version_is_no_fault(w: World, trial: TrialOnChain) -> None:
    run_honestly(trial)
    verdict = one(w, trial.folder / "documents" / "protocol-v1.json")
    assert verdict.exit_code == 0
    assert "was followed by 1 version; the next, sealed" in finding(verdict, "version-standing").sentence


def test_key_order_and_white_space_of_a_document_do_not_matter(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = json.loads((trial.folder / "protocol.json").read_bytes())
    trial.write("protocol.json", canonical_bytes(dict(reversed(document.items()))))
    assert one(w, trial.folder / "protocol.json").exit_code == 0


# ----- other content -----


def test_altered_digit_of_an_endpoint(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = deepcopy(trial.versions[1])
    document["endpoints"][0]["time_points"][0]["value"] += 1
    verdict = one(w, trial.write("protocol.json", document))
    assert verdict.exit_code == 1
    assert "is not sealed here: it has other content than protocol version 1" in verdict.sentence
    assert "(first difference: endpoints[0].time_points[0].value was 12, is 13)" in verdict.sentence


def test_altered_byte_of_the_results(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    path.write_bytes(path.read_bytes().replace(b'"events": 3', b'"events": 2'))
    verdict = one(w, path)
    assert verdict.exit_code == 1
    assert "not sealed here: it has the name of results document 1" in verdict.sentence
    assert "but other content" in verdict.sentence


def test_unknown_file(w: World, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing of ours")
    verdict = one(w, tmp_path / "a.txt")
    assert (verdict.exit_code, verdict.sentence) == (
        1,
        "a.txt is not sealed here: no act that this node shows carries its digest",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "only in line endings"),
        (lambda data: data.replace(b"\n", b"\r"), "only in line endings"),
        (lambda data: b"\xef\xbb\xbf" + data, "only in a byte order mark"),
        (lambda data: data + b"\n", "only in a trailing newline"),
        (lambda data: data.rstrip(b"\n"), "only in a trailing newline"),
        (
            lambda data: b"\xef\xbb\xbf" + data.rstrip(b"\n").replace(b"\n", b"\r\n"),
            "only in line endings, a byte order mark and a trailing newline",
        ),
        (lambda data: data.decode().encode("utf-16"), "only in the character encoding"),
    ],
)
def test_text_in_another_dress(w: World, trial: TrialOnChain, change: Callable[[bytes], bytes], words: str) -> None:
    trial.register()
    path = trial.write("documents/charter.txt", "Charter of the böard\n\nOne member may stop the trial.\n".encode())
    trial.seal(path, "charter")
    assert one(w, path).exit_code == 0
    path.write_bytes(change(path.read_bytes()))
    verdict = one(w, path)
    assert verdict.exit_code == 1
    assert verdict.sentence.startswith("charter.txt is not sealed here: differs from the file sealed ")
    assert verdict.sentence.endswith(words)


def test_json_laid_out_anew(w: World, trial: TrialOnChain) -> None:
    trial.register()
    path = trial.write("documents/registry.json", b'{"b": 1, "a": [1, 2]}')
    trial.seal(path, "other", document_digest({"b": 1, "a": [1, 2]}))
    assert one(w, path).sentence.endswith("only in key order or white space")
    other = trial.write("documents/other.json", b'{\n  "b": 1,\n  "a": 2\n}')
    trial.seal_again(other, "other", 2)
    other.write_bytes(b'{"b":1,"a":2}')
    assert one(w, other).sentence.endswith("only in white space")


def test_document_with_a_byte_order_mark(w: World, trial: TrialOnChain) -> None:
    trial.register()
    path = trial.folder / "protocol.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert one(w, path).sentence.endswith("only in a byte order mark")


# ----- other trials -----


def test_sealed_under_another_trial(w: World, made: Made) -> None:
    mine, other = made(), made()
    mine.register()
    other.register()
    verdict = one(w, mine.folder / "protocol.json", trial=other.id)
    assert verdict.exit_code == 1
    assert f"it is sealed, but under another trial ({mine.id.hex()[:8]}…)" in verdict.sentence


def test_digest_copied_by_a_thief_first(w: World, made: Made, sponsor: PartyOnChain, regulator: PartyOnChain) -> None:
    thief = w.party("Thief")
    theirs, mine = made(by=thief, code="COPIED"), made(code="COPIED")
    document = mine.document("protocol-v1.json")
    theirs.document = lambda name: deepcopy(document)  # type: ignore[method-assign]
    theirs.register()
    mine.register()
    elsewhere = mine.folder.parent / "protocol.json"
    elsewhere.write_bytes((mine.folder / "protocol.json").read_bytes())
    unsure = one(w, elsewhere)
    assert unsure.exit_code == 2
    assert finding(unsure, "this-trial").status is Status.UNDETERMINED
    for verdict in (
        one(w, elsewhere, trial=mine.id),
        one(w, elsewhere, accreditors=[regulator.id]),
        one(w, mine.folder / "protocol.json"),
    ):
        assert verdict.trial == mine.id
        assert finding(verdict, "this-trial").status is Status.HOLDS
        assert finding(verdict, "this-trial").facts[0].startswith(f"trial {theirs.id.hex()}")


def test_registry_number_claimed_twice(w: World, made: Made, regulator: PartyOnChain) -> None:
    thief = w.party("Thief")
    mine, theirs = made(number="NCT99999902"), made(by=thief, number="NCT99999902")
    for trial in (mine, theirs):
        trial.register()
        trial.claim()
    verdict = one(w, mine.folder / "protocol.json")
    assert finding(verdict, "number-claimants").status is Status.UNDETERMINED
    assert "is claimed by 1 other trial too" in finding(verdict, "number-claimants").sentence
    assert any(theirs.id.hex() in fact for fact in finding(verdict, "all-counted").facts)
    vouched = one(w, mine.folder / "protocol.json", accreditors=[regulator.id])
    assert finding(vouched, "number-claimants").status is Status.HOLDS
    assert vouched.exit_code == 0


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
    assert "only" in verdict.sentence and "accredited as" not in verdict.sentence.split(";")[0]


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
    answer = verdicts.DomainAnswer("somebody.example", frozenset({party.id.hex()} if named else ()), fault)
    monkeypatch.setattr(verdicts, "ask_domain", lambda domain: answer)
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


# ----- what the document says, and what was sealed -----


def test_protocol_sealed_with_another_endpoint_set(w: World, trial: TrialOnChain) -> None:
    trial.register(root=bytes(31) + b"\1")
    verdict = one(w, trial.folder / "protocol.json")
    assert failing(verdict) == ["endpoint-set"]
    assert "against which endpoints were results proven?" in verdict.sentence


def test_document_sealed_as_another_kind(w: World, made: Made) -> None:
    mine, other = made(), made()
    mine.register()
    other.register()
    path = mine.write("documents/foreign.json", other.versions[1])
    mine.seal(path, "other", document_digest(other.versions[1]))
    verdict = one(w, path, trial=mine.id)
    assert failing(verdict) == ["says-what-was-sealed"]
    assert "calls itself protocol, and was sealed as other" in verdict.sentence
    assert any("names trial" in fact for fact in finding(verdict, "says-what-was-sealed").facts)


def test_version_sealed_under_another_number(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = trial.document("protocol-v2.json")
    document["version"] = 7
    path = trial.write("documents/v7.json", document)
    trial.seal_document(document, 2)
    verdict = one(w, path)
    assert failing(verdict) == ["says-what-was-sealed"]
    assert "calls itself version 7, and was sealed as version 2" in verdict.sentence


def test_planned_result_that_no_act_reports(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    verdict = one(w, trial.report(trial.results_document(), only=[0, 2]))
    assert failing(verdict) == ["results-proven"]
    assert "results[1], endpoint S1 of protocol version 2: no act reports it" in verdict.sentence


def test_paper_that_reports_other_outcomes_than_the_primary(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    document = trial.results_document()
    document["results"] = document["results"][1:]
    verdict = one(w, trial.report(document))
    assert failing(verdict) == ["primary-reported"]
    assert "no document here reports the primary endpoint P1 of protocol version 2" in verdict.sentence
    trial.report(trial.results_document(), only=[0], name="documents/results-v2.json")
    assert failing(one(w, trial.folder / "results.json")) == []


def test_primary_endpoint_without_a_result_so_far_is_named(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = trial.document("protocol-v2.json")
    document["endpoints"].append({"id": "P2", "role": "primary", "measurement_variable": "What takes a year"})
    trial.amend(document)
    found = finding(one(w, trial.report(trial.results_document())), "primary-reported")
    assert found.status is Status.HOLDS
    assert found.sentence.endswith("no result so far for P2 of protocol version 2")


def test_secondary_results_of_another_part_say_nothing_of_the_primary(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    document = trial.results_document()
    document["results"] = [{**document["results"][1], "endpoint": "S2", "part": "sodium"}]
    assert failing(one(w, trial.report(document))) == []


def test_endpoint_specified_when_unblinded_data_had_been_seen(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = trial.document("protocol-v2.json")
    document["endpoints"].append({"id": "NEW", "role": "secondary", "measurement_variable": "What was seen"})
    trial.amend(document, blinding="unblinded")
    w.wait(5)
    trial.milestone("first-participant-enrolled", w.day())
    trial.milestone("data-cut-off", w.day())
    results = trial.results_document()
    results["results"] = [{**results["results"][1], "endpoint": "NEW", "stage": "interim"}]
    verdict = one(w, trial.report(results))
    assert failing(verdict) == ["endpoints-before-data"]
    assert "in an amendment made when unblinded data had been seen" in verdict.sentence


def test_cut_off_on_the_day_of_the_seal_cannot_be_told(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    results = trial.results_document()
    results["results"] = results["results"][:1]
    results["results"][0]["cut_off"] = w.day()
    found = finding(one(w, trial.report(results)), "endpoints-before-data")
    assert found.status is Status.UNDETERMINED
    assert "which came first cannot be told" in found.sentence


def test_part_described_only_in_a_version_not_at_hand(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    w.wait(5)
    trial.milestone("first-participant-enrolled", w.day(), part=2)
    path = trial.folder / "protocol.json"
    assert finding(one(w, path), "protocol-sealed-first").status is Status.HOLDS
    (trial.folder / "documents" / "protocol-v1.json").unlink()
    assert finding(one(w, path), "protocol-sealed-first").status is Status.UNDETERMINED


def test_report_that_the_document_does_not_hold(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    full = trial.results_document()
    short = deepcopy(full)
    short["results"] = full["results"][:1]
    trial.report(short)
    trial.report_as(short, full["results"][1])
    verdict = one(w, trial.folder / "results.json")
    assert failing(verdict) == ["reports-listed"]
    assert any("endpoint S1" in fact for fact in finding(verdict, "reports-listed").facts)


def test_planned_in_the_document_post_hoc_in_the_act(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    document = trial.results_document()
    document["results"] = document["results"][:1]
    verdict = one(w, trial.report(document, post_hoc=True))
    assert failing(verdict) == ["results-proven", "post-hoc-named"]
    assert "its act reports it as post hoc" in finding(verdict, "results-proven").sentence


def test_endpoint_that_the_version_does_not_have(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    document = trial.results_document()
    document["results"] = [document["results"][1]]
    real = deepcopy(document["results"][0])
    document["results"][0]["endpoint"] = "S9"
    trial.report_as(document, real)
    verdict = one(w, trial.write("results.json", document))
    assert "results-proven" in failing(verdict)
    assert "that version has no such endpoint" in finding(verdict, "results-proven").sentence


def test_results_without_their_protocol_are_not_called_proven(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    alone = trial.folder.parent / "alone.json"
    alone.write_bytes(path.read_bytes())
    verdict = one(w, alone)
    assert verdict.exit_code == 2
    assert "put the sealed document of protocol version 2 beside it" in verdict.sentence
    assert finding(verdict, "reports-listed").status is Status.UNDETERMINED
    assert finding(verdict, "primary-reported").status is Status.UNDETERMINED


def test_second_results_for_an_endpoint_are_counted(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    second = trial.results_document()
    second["results"][0]["estimate"]["value"] = -5
    trial.report(second, name="documents/second.json")
    found = finding(one(w, path), "other-results")
    assert found.sentence == "1 other document reports results for the same endpoints, as counted here"
    assert document_digest(second).hex() in found.facts[0]
    (trial.folder / "documents" / "second.json").unlink()
    counted = finding(one(w, path), "all-counted")
    assert "2 results documents; 1 of them not given" in counted.sentence
    assert document_digest(second).hex() in counted.facts[0]


def test_post_hoc_result_that_no_act_reports(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    verdict = one(w, trial.report(trial.results_document(), only=[0, 1]))
    assert failing(verdict) == ["post-hoc-named"]
    assert "results[2] is post hoc, and no act reports it as such" in verdict.sentence


def test_result_of_a_version_never_sealed(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    document = trial.results_document()
    reported = deepcopy(document["results"][1])
    document["results"] = [{**reported, "protocol_version": 9}]
    trial.report_as(document, reported)
    verdict = one(w, trial.write("results.json", document))
    assert finding(verdict, "endpoints-before-data").sentence == "no sealed protocol version given holds endpoint S1"
    assert finding(verdict, "endpoints-before-data").status is Status.UNDETERMINED


def test_sealed_document_whose_endpoints_are_none(w: World, trial: TrialOnChain) -> None:
    trial.register()
    document = {**trial.document("protocol-v2.json"), "endpoints": ["x"]}
    trial.seal_document(document, 2, root=b"\1" * 32)
    verdict = one(w, trial.write("documents/v2.json", document))
    assert failing(verdict) == ["endpoint-set"]
    assert "its endpoints cannot be read: endpoints[0] is not an object" in verdict.sentence


# ----- nodes that show less, or other things -----


class LyingNode:
    """A node that changes what it shows of a trial."""

    def __init__(self, chain: Chain, change: Callable[[History], History], *, logs: bool = True) -> None:
        self._chain, self._change, self._logs = chain, change, logs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def history(self, trial: bytes) -> History:
        return self._change(self._chain.history(trial))

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        return self._chain.acts_by_subject(subjects) if self._logs else {}


def test_node_that_drops_an_act(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    node = LyingNode(
        w.chain, lambda h: replace(h, acts=h.acts[:-1], gap="the contract counts 8 acts, and 7 were shown")
    )
    [verdict] = verify(node, [path])
    assert verdict.exit_code == 2
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert finding(verdict, "amended-blinded").status is Status.UNDETERMINED
    fewer = LyingNode(w.chain, lambda h: replace(h, acts=h.acts[:6], gap="the node shows 6 of 8 acts"))
    [verdict] = verify(fewer, [path])
    assert finding(verdict, "results-proven").status is Status.UNDETERMINED
    assert failing(verdict) == []
    [verdict] = verify(node, [path])
    for rule in ("history-complete", "protocol-sealed-first", "endpoints-before-data", "other-results", "all-counted"):
        assert finding(verdict, rule).status is Status.UNDETERMINED, rule
    assert failing(verdict) == []


def test_node_that_alters_an_act(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    node = LyingNode(w.chain, lambda h: replace(h, gap="the 8 acts do not lead to the rolling digest"))
    [verdict] = verify(node, [path])
    assert failing(verdict) == [] and verdict.exit_code == 2
    assert finding(verdict, "history-complete").status is Status.UNDETERMINED


def _by_another(history: History, number: int) -> tuple[Act, ...]:
    return tuple(replace(act, actor=b"\7" * 32) if act.number == number else act for act in history.acts)


def test_node_that_shows_an_act_of_somebody_never_appointed(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    path = trial.folder / "protocol.json"
    [verdict] = verify(LyingNode(w.chain, lambda h: replace(h, acts=_by_another(h, 2))), [path])
    assert "acting-party" in failing(verdict)
    cut = LyingNode(w.chain, lambda h: replace(h, acts=_by_another(h, 2)[1:], gap="1 of 2 acts"))
    [verdict] = verify(cut, [path])
    assert verdict.exit_code == 2 and failing(verdict) == []
    assert finding(verdict, "acting-party").status is Status.DOES_NOT_APPLY  # no act is believed, state is asked
    assert finding(verdict, "key-trusted").status is Status.DOES_NOT_APPLY


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_until": 1}, "the key had been revoked 1970-01-01"),
        ({"valid_from": 10**10}, "the key is valid only from 2286-11-20"),
    ],
)
def test_node_that_shows_an_act_with_a_key_not_valid_then(
    w: World, trial: TrialOnChain, changes: dict[str, int], words: str
) -> None:
    trial.register()
    node = LyingNode(w.chain, lambda h: h)
    record = w.chain.party(trial.sponsor.id)
    assert record is not None
    node.party = lambda party: replace(record, keys=(replace(record.keys[0], **changes),))  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert failing(verdict) == ["key-trusted"]
    assert words in verdict.sentence


@pytest.mark.parametrize(
    ("finality", "status"),
    [
        ("final", Status.HOLDS),
        ("safe", Status.UNDETERMINED),
        ("not yet final: the node's final block is 1", Status.UNDETERMINED),
        ("not known to be final: the node names no final block", Status.UNDETERMINED),
    ],
)
def test_act_that_a_chain_can_still_undo(w: World, trial: TrialOnChain, finality: str, status: Status) -> None:
    trial.register()
    node = LyingNode(w.chain, lambda h: h)
    node.is_devnet, node.finality = lambda: False, lambda block: finality  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert finding(verdict, "settled").status is status
    assert "devnet" not in verdict.sentence


def test_accreditation_in_the_second_of_the_act(w: World, trial: TrialOnChain, regulator: PartyOnChain) -> None:
    trial.register()
    node = LyingNode(w.chain, lambda h: h)
    [accreditation] = w.chain.attestations(trial.sponsor.id)
    node.attestations = lambda *about: [replace(accreditation, time=w.now())]  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"], accreditors=[regulator.id])
    assert finding(verdict, "party-accredited").status is Status.UNDETERMINED


def test_node_that_has_pruned_its_logs(w: World, trial: TrialOnChain) -> None:
    run_honestly(trial)
    node = LyingNode(w.chain, lambda h: replace(h, acts=(), gap="none can be seen"), logs=False)
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert verdict.exit_code == 2
    assert verdict.sentence.startswith("protocol.json is protocol version 2 of trial ")
    assert finding(verdict, "endpoint-set").status is Status.UNDETERMINED
    node.is_devnet = lambda: False  # type: ignore[attr-defined]
    [public] = verify(node, [trial.folder / "protocol.json"])
    assert finding(public, "settled").status is Status.UNDETERMINED
    assert "none fails, but this cannot be determined" in verdict.sentence
    assert "it stands in the contract's state" in finding(verdict, "sealed-here").facts[1]


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
