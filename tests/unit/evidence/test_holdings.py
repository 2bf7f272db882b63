"""Which version held an endpoint first, whose endpoint set it is, which trial is meant, and which reports stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from held_cases import (
    FIRST,
    OTHER,
    REGULATOR,
    SECOND,
    THIRD,
    TRIAL,
    ZERO,
    Chain,
    Crowd,
    crowd,
    file,
    more,
    protocol,
    root,
    sealed,
)

from recorded_acts import recorded
from trialseal.documents.canonical import document_digest
from trialseal.documents.endpoints import endpoint_leaves
from trialseal.errors import FailedError
from trialseal.evidence.profiles import Names
from trialseal.evidence.reported import results_evidence
from trialseal.evidence.seals import seals_of, trial_seals
from trialseal.evidence.trials import protocols_at_hand
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.ledger.records import History
from trialseal.rules.finding import Case, Status
from trialseal.rules.results import primary_reported, reports_listed
from trialseal.rules.sealing import endpoint_set, this_trial


def first_holding(endpoint: str, *at_hand: dict[str, Any]) -> tuple[int | None, bool]:
    """The version known to hold an endpoint first, by a result that names version 3; and whether that is sure."""
    chain = Chain(sealed(FIRST, SECOND, THIRD))
    trial, _ = trial_seals(chain, TRIAL, Names(chain, {}), files=[file(one) for one in at_hand])
    reported = {"results": [{"endpoint": endpoint, "protocol_version": 3, "planning": "planned"}]}
    [result], _ = results_evidence(reported, b"\7" * 32, trial)
    assert result.first_sealed is None or result.first_sealed.version == result.first_version
    return result.first_version, result.first_is_certain


@pytest.mark.parametrize(
    ("endpoint", "at_hand", "first"),
    [
        ("P1", [FIRST, SECOND, THIRD], (1, True)),
        ("NEW", [FIRST, SECOND, THIRD], (2, True)),
        ("LAST", [FIRST, SECOND, THIRD], (3, True)),
        ("NEW", [SECOND, THIRD], (2, False)),  # version 1 may hold it too
        ("P1", [SECOND, THIRD], (2, False)),
        ("LAST", [FIRST, THIRD], (3, False)),
        ("P1", [FIRST, THIRD], (1, True)),
        ("P1", [], (3, False)),
    ],
)
def test_which_version_held_an_endpoint_first(
    endpoint: str, at_hand: list[dict[str, Any]], first: tuple[int | None, bool]
) -> None:
    assert first_holding(endpoint, *at_hand) == first


@pytest.mark.parametrize(("count", "agrees"), [(0, False), (1, True), (2, False)])
def test_a_set_is_the_sealed_one_by_root_and_number(count: int, agrees: bool) -> None:
    [act] = sealed(FIRST)
    stated = recorded("TrialRegistered", act.subject, number=1, trial=TRIAL, **(root(FIRST) | {"endpointCount": count}))
    chain = Chain([stated])
    found = protocols_at_hand(chain.history(TRIAL), [file(FIRST)])
    assert found[1].set_agrees is agrees
    names = Names(chain, {})
    _, [evidence] = trial_seals(chain, TRIAL, names, files=[file(FIRST)])
    assert endpoint_set.answer(Case(evidence, names)).status is (Status.HOLDS if agrees else Status.FAILS)


def test_of_several_trials_with_one_digest_the_earliest_is_shown() -> None:
    """A later one may be a copy; that it is a choice is said."""
    early, late = sealed(FIRST), sealed(FIRST, trial=OTHER, time=1_600_500_000)
    for trials in ((early, late), (late, early)):
        chain = Chain(*trials)
        [found] = seals_of(chain, [file(protocol(1, "P1") | {"x": 1})], None, Names(chain, {}), [None])
        assert found.sealing is None
        bare = FileReading("x", document_digest(FIRST), None, None, 1)  # names no code
        [found] = seals_of(chain, [bare], None, Names(chain, {}), [None])
        assert found.trial and found.trial.trial == TRIAL
        assert [one.trial for one in found.elsewhere] == [OTHER]
        assert this_trial.answer(Case(found, Names(chain, {}))).status is Status.UNDETERMINED


@pytest.mark.parametrize(("made", "chosen"), [(-1, OTHER), (0, None), (1, None)])
def test_a_trusted_accreditation_decides_only_from_before_the_act(made: int, chosen: bytes | None) -> None:
    copier = b"\6" * 32
    early = sealed(FIRST)
    late = [recorded("TrialRegistered", early[0].subject, number=1, time=2_000_000_000, trial=OTHER, actor=copier)]
    vouching = AttestationRecord(
        1, REGULATOR, AttestationKind.ACCREDITATION, Role.SPONSOR, 0, 0, late[0].time + made, 0, 0, ZERO, copier, ZERO
    )
    chain = Chain(early, late, attested=[vouching])
    bare = FileReading("x", early[0].subject, None, None, 1)
    [found] = seals_of(chain, [bare], None, Names(chain, {}), [None], accreditors=[REGULATOR])
    assert found.trial is not None
    assert (found.trial.chosen_by is not None) is (chosen is not None)
    assert chosen is None or found.trial.trial == chosen


RESULTS = {"format": "trialseal/1", "kind": "results", "trial": {"sponsor": "Example Sponsor", "code": "CODE"}}


def test_a_report_that_was_corrected_reports_nothing() -> None:
    document = RESULTS | {
        "results": [{"endpoint": "P1", "protocol_version": 1, "planning": "planned", "stage": "final"}]
    }
    digest = document_digest(document)
    [leaf] = endpoint_leaves(FIRST)
    reported = more(sealed(FIRST), "ResultReported", digest, endpoint=leaf, protocolVersion=1)
    foreign = more(reported, "ResultReported", digest, endpoint=rb"\9" * 32, protocolVersion=1)
    corrected = more(foreign, "MilestoneRecorded", milestone=20, act=3)

    def ask(acts: list[Act]) -> tuple[Status, Status]:
        chain = Chain(acts)
        names = Names(chain, {})
        _, found = trial_seals(chain, TRIAL, names, files=[file(FIRST), file(document)])
        case = Case(found[-1], names)
        return reports_listed.answer(case).status, primary_reported.answer(case).status

    assert ask(reported) == (Status.HOLDS, Status.HOLDS)
    assert ask(foreign) == (Status.FAILS, Status.HOLDS)
    assert ask(corrected) == (Status.HOLDS, Status.HOLDS)  # the mistake is marked, and no longer a question
    assert ask(more(corrected, "MilestoneRecorded", milestone=20, act=2))[1] is Status.FAILS


@pytest.mark.parametrize(("trials", "files"), [(201, 1), (201, 500), (3000, 10)])
def test_of_too_many_trials_nothing_is_called_unsealed(trials: int, files: int) -> None:
    """However many files: what was not looked at is not denied."""
    chain = Crowd(*crowd(trials))
    readings = [file(protocol(9, f"P{number}")) for number in range(files)]
    found = seals_of(chain, readings, None, Names(chain, {}), [None] * files)  # type: ignore[arg-type]
    assert all(one.unseen and f"{trials:,} trials" in one.unseen and "--trial" in one.unseen for one in found)
    found = seals_of(chain, readings, (1).to_bytes(32, "big"), Names(chain, {}), [None] * files)  # type: ignore[arg-type]
    assert not any(one.unseen for one in found)


def test_of_trials_read_whole_it_can_be_told() -> None:
    chain = Crowd(*crowd(200))
    [one] = seals_of(chain, [file(SECOND)], None, Names(chain, {}), [None])  # type: ignore[arg-type]
    assert one.sealing is None and one.unseen is None
    chain = Crowd(*crowd(200), hidden=[b"\0" * 31 + b"\7"])
    [one] = seals_of(chain, [file(SECOND)], None, Names(chain, {}), [None])  # type: ignore[arg-type]
    assert one.unseen is not None and "not all acts of 1 trial of this chain" in one.unseen


def test_a_trial_elsewhere_counts_only_if_its_own_digest_confirms_the_act() -> None:
    honest, thief = sealed(FIRST), sealed(FIRST, trial=OTHER)
    told = seals_of(Crowd(honest, thief), [file(FIRST)], TRIAL, Names(Crowd(), {}), [None])  # type: ignore[arg-type]
    assert {act.trial for act in told[0].elsewhere} == {OTHER}
    lying = Crowd(honest, thief, hidden=[OTHER])
    told = seals_of(lying, [file(FIRST)], TRIAL, Names(lying, {}), [None])  # type: ignore[arg-type]
    assert told[0].sealing is not None and not told[0].elsewhere


def test_a_file_whose_receipts_name_no_trial_of_this_chain_may_be_sealed_in_any() -> None:
    """Receipts are claims: one of a trial that is not here does not make an honest file unsealed."""

    class Folder:
        path, files, trials = Path("f"), (), frozenset({OTHER})

    class Without(Crowd):
        def history(self, trial: bytes) -> History:
            if trial == OTHER:
                raise FailedError("no such trial")
            return super().history(trial)

    chain = Without(*crowd(2), hidden=[b"\0" * 31 + b"\1"])
    [one] = seals_of(chain, [file(SECOND)], None, Names(chain, {}), [Folder()])  # type: ignore[arg-type, list-item]
    assert one.unseen is not None


@pytest.mark.parametrize("kind", ["sap", "results", None])
def test_what_was_sealed_as_a_protocol_and_calls_itself_otherwise_is_none(kind: str | None) -> None:
    chain = Chain(sealed(FIRST, SECOND))
    otherwise = file(FIRST)._replace(document=FIRST | {"kind": kind})
    assert list(protocols_at_hand(chain.history(TRIAL), [file(SECOND), otherwise])) == [2]
    assert list(protocols_at_hand(chain.history(TRIAL), [file(SECOND), file(FIRST)])) == [1, 2]


@pytest.mark.parametrize(
    ("event", "members"),
    [("MilestoneRecorded", {"milestone": 1}), ("DocumentSealed", {"kind": 2, "version": 1})],
)
def test_what_was_sealed_as_anything_else_is_no_protocol(event: str, members: dict[str, int]) -> None:
    chain = Chain(more(sealed(FIRST), event, document_digest(SECOND), **members))
    assert protocols_at_hand(chain.history(TRIAL), [file(SECOND)]) == {}


@pytest.mark.parametrize(
    ("stated", "version"), [(1, 1), (2, 2), ("1", None), (1.0, None), (True, None), (None, None), ([1], None)]
)
def test_a_version_is_a_whole_number(stated: object, version: int | None) -> None:
    chain = Chain(sealed(FIRST, SECOND))
    trial, _ = trial_seals(chain, TRIAL, Names(chain, {}))
    [result], _ = results_evidence({"results": [{"endpoint": "P1", "protocol_version": stated}]}, b"\7" * 32, trial)
    assert result.version == version


def test_a_report_that_the_contract_accepted_tells_which_version_held_its_endpoint() -> None:
    """And of no other endpoint's, whatever its version."""
    first, new = list(endpoint_leaves(SECOND))
    acts = more(
        sealed(FIRST, SECOND), "ResultReported", b"\x08" * 32, endpoint=bytes(bytearray(first)), protocolVersion=1
    )
    acts = more(acts, "ResultReported", b"\x08" * 32, endpoint=new, protocolVersion=0)
    chain = Chain(acts)
    trial, _ = trial_seals(chain, TRIAL, Names(chain, {}), files=[file(SECOND)])
    for endpoint, found in (("P1", (1, True)), ("NEW", (2, False))):
        named = {"results": [{"endpoint": endpoint, "protocol_version": 2}]}
        [result], _ = results_evidence(named, b"\7" * 32, trial)
        assert (result.first_version, result.first_is_certain) == found
