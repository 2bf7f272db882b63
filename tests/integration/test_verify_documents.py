"""What `verify` says of documents against what was sealed of them, on a real local chain."""

from __future__ import annotations

from copy import deepcopy

from trials_on_chain import TrialOnChain, World
from verify_cases import Made, failing, finding, made, one, regulator, run_honestly, sponsor, trial, w

from trialseal.documents.canonical import document_digest
from trialseal.rules.finding import Status

__all__ = ["made", "regulator", "sponsor", "trial", "w"]


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
