"""What is found of order in time: protocols before enrolment, endpoints before the data, amendments while blinded."""

from __future__ import annotations

from typing import Any

import pytest
from acted_cases import AT, acts, case_of, with_evidence, with_gap, with_trial
from kept_findings import Cases, kept, titles, written
from result_cases import (
    COMPLETED,
    CORRECTED,
    CUT_OFF,
    DAY,
    EARLY,
    ENROLLED,
    LATE,
    LOCK,
    POST_HOC,
    UNBLINDED,
    amended,
    of_results,
    report,
    result,
    stated,
    text,
)
from sealed_cases import SPONSOR

from trialseal.evidence.sealings import Sealing
from trialseal.evidence.trials import ProtocolText
from trialseal.ledger.codes import Blinding
from trialseal.rules.finding import Case, Status
from trialseal.rules.timing import amended_blinded, endpoints_before_data, prospective, protocol_sealed_first


def begun(*made: Any, sealing: int = 0, kind: int = 1, texts: tuple[ProtocolText, ...] = ()) -> Case:
    case = with_trial(case_of(*acts(*made), sealing=sealing), protocols={one.version: one for one in texts})
    return with_evidence(case, sealing=case.sealing._replace(kind=kind))


def changed(*made: Any, blinding: Blinding = Blinding.BLINDED, version: int = 2, kind: int = 1) -> Case:
    """An amendment, sealed by the second act."""
    case = case_of(*acts(amended(2, time=AT), *made), sealing=1)
    return with_evidence(case, sealing=case.sealing._replace(kind=kind, version=version, blinding=blinding))


SECOND = Sealing(1, 2, AT, SPONSOR, 2)

CASES: Cases = {
    "no enrolment": (protocol_sealed_first, begun()),
    "of another kind": (protocol_sealed_first, begun(stated(ENROLLED, LATE), kind=8)),
    "of a plan": (protocol_sealed_first, begun(stated(ENROLLED, LATE), kind=2)),
    "enrolled later": (protocol_sealed_first, begun(stated(ENROLLED, LATE))),
    "enrolled before": (protocol_sealed_first, begun(stated(ENROLLED, EARLY))),
    "enrolled that day": (protocol_sealed_first, begun(stated(ENROLLED, DAY))),
    "enrolled, no day": (protocol_sealed_first, begun(stated(ENROLLED, 0))),
    "enrolled some day that year": (protocol_sealed_first, begun(stated(ENROLLED, 20200000))),
    "enrolled twice": (protocol_sealed_first, begun(stated(ENROLLED, LATE), stated(ENROLLED, EARLY))),
    "enrolled, corrected": (protocol_sealed_first, begun(stated(ENROLLED, EARLY), CORRECTED)),
    "completed": (protocol_sealed_first, begun(stated(COMPLETED, LATE))),
    "reported": (protocol_sealed_first, begun(report())),
    "enrolment may be hidden": (protocol_sealed_first, with_gap(begun(stated(ENROLLED, LATE)))),
    "a part, one version": (protocol_sealed_first, begun(stated(ENROLLED, LATE, part=2))),
    "a part, described at first": (
        protocol_sealed_first,
        begun(amended(2), stated(ENROLLED, LATE, part=2), texts=(text(),)),
    ),
    "a part, described later": (
        protocol_sealed_first,
        begun(amended(2), stated(ENROLLED, LATE, part=3), texts=(text(), text(2, parts=("A", "B", "C")))),
    ),
    "a part, nowhere described": (
        protocol_sealed_first,
        begun(amended(2), stated(ENROLLED, LATE, part=3), texts=(text(), text(2))),
    ),
    "a part, text not given": (
        protocol_sealed_first,
        begun(amended(2), stated(ENROLLED, LATE, part=3), texts=(text(2),)),
    ),
    "no number, no registry": (prospective, begun(stated(ENROLLED, LATE))),
    "nothing planned": (endpoints_before_data, of_results(results=(POST_HOC,))),
    "no data stated": (endpoints_before_data, of_results(report(), results=(result(),))),
    "data later": (endpoints_before_data, of_results(stated(LOCK, LATE), results=(result(),))),
    "data later, two endpoints": (
        endpoints_before_data,
        of_results(stated(LOCK, LATE), results=(result(), result(1, "S1"), result(2))),
    ),
    "data before": (endpoints_before_data, of_results(stated(CUT_OFF, EARLY), results=(result(),))),
    "data that day": (endpoints_before_data, of_results(stated(UNBLINDED, DAY), results=(result(),))),
    "its own cut-off later": (endpoints_before_data, of_results(results=(result(cut_off="2021-01"),))),
    "its own cut-off before": (endpoints_before_data, of_results(results=(result(cut_off="2020-06-01"),))),
    "its own cut-off is no date": (endpoints_before_data, of_results(results=(result(cut_off="soon"),))),
    "not in a version given": (endpoints_before_data, of_results(results=(result(first_sealed=None),))),
    "data may be hidden": (endpoints_before_data, with_gap(of_results(stated(LOCK, LATE), results=(result(),)))),
    "data before, an earlier version not given": (
        endpoints_before_data,
        of_results(stated(LOCK, EARLY), results=(result(first_is_certain=False),)),
    ),
    "data between two versions": (
        endpoints_before_data,
        of_results(
            stated(LOCK, LATE),
            amended(2, time=AT + 86_400 * 200),
            results=(result(first_sealed=SECOND._replace(time=AT + 86_400 * 200)),),
        ),
    ),
    "data before both versions": (
        endpoints_before_data,
        of_results(stated(LOCK, EARLY), amended(2), results=(result(first_sealed=SECOND),)),
    ),
    "added when unblinded": (
        endpoints_before_data,
        of_results(stated(LOCK, LATE), results=(result(first_sealed=SECOND._replace(blinding=Blinding.UNBLINDED)),)),
    ),
    "one in time, one not known": (
        endpoints_before_data,
        of_results(stated(LOCK, LATE), results=(result(), result(1, "S1", first_sealed=None))),
    ),
    "the first version": (amended_blinded, changed(version=1)),
    "no protocol": (amended_blinded, changed(kind=8)),
    "a plan, blinded": (amended_blinded, changed(kind=2)),
    "blinded": (amended_blinded, changed()),
    "blinded, unblinded later": (amended_blinded, changed(stated(UNBLINDED, LATE))),
    "blinded, unblinded that day": (amended_blinded, changed(stated(UNBLINDED, DAY))),
    "blinded, unblinded before all": (amended_blinded, changed(stated(UNBLINDED, EARLY))),
    "unblinded": (amended_blinded, changed(stated(UNBLINDED, LATE), blinding=Blinding.UNBLINDED)),
    "not stated": (amended_blinded, changed(blinding=Blinding.NOT_STATED)),
    "blinded, something hidden": (amended_blinded, with_gap(changed())),
}


@pytest.mark.parametrize("title", CASES)
def test_word_for_word(title: str) -> None:
    assert written({title: CASES[title]}) == kept("order", title)


def test_nothing_else_is_kept() -> None:
    assert titles("order") == list(CASES)


@pytest.mark.parametrize(("part", "status"), [(0, Status.HOLDS), (1, Status.UNDETERMINED), (2, Status.UNDETERMINED)])
def test_that_a_version_describes_the_whole_trial_is_certain(part: int, status: Status) -> None:
    case = begun(amended(2), stated(ENROLLED, LATE, part=part))
    assert protocol_sealed_first.answer(case).status is status


def test_a_version_with_more_parts_describes_an_earlier_one() -> None:
    texts = (text(parts=("A",)), text(2, parts=("A", "B", "C")))
    answer = protocol_sealed_first.answer(begun(amended(2), stated(ENROLLED, LATE, part=2), texts=texts))
    assert answer.status is Status.HOLDS and answer.sentence.startswith("protocol version 2 was sealed")
