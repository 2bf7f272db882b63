"""What is found of results: proven, reported, called what they are, and counted."""

from __future__ import annotations

from typing import Any

import pytest
from acted_cases import acts, case_of, reading, with_evidence, with_gap, with_trial
from kept_findings import Cases, kept, titles, written
from result_cases import (
    CORRECTED,
    DOCUMENT,
    LATE,
    OTHER,
    P2,
    P3,
    POST_HOC,
    S1,
    amended,
    of_results,
    report,
    result,
    stated,
    text,
)
from sealed_cases import digest

from trialseal.evidence.trials import NumberEvidence
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import DocumentKind
from trialseal.ledger.records import TrialState
from trialseal.rules.finding import Case, Status
from trialseal.rules.results import (
    all_counted,
    other_results,
    post_hoc_named,
    primary_reported,
    reports_listed,
    results_proven,
)
from trialseal.values import replace

FAR = b"\5" * 32
"""Another sponsor."""
BYTES = of_results(report(), file=reading(None))
PROTOCOL = case_of(*acts(amended(2)))
UNREADABLE = text(agrees=False)


def counted(
    *made: Any, document: dict[str, Any] | None = None, at_hand: tuple[bytes, ...] = (), numbers: bool = False
) -> Case:
    """What the trial sealed, of which some is given, beside another trial on its number."""
    claim = ("RegistryIdClaimed", {"registryId": b"NCT01234567".ljust(32, b"\0")})
    case = case_of(*acts(*made, claim))
    if numbers:
        others = tuple(TrialState(bytes([n]) * 32, FAR, 1, 1, None, {1: n}) for n in (7, 0))
        [one] = numbers_of(case.trial.history.acts)
        case = with_trial(case, numbers=(NumberEvidence(one.number, one, others),))
    return with_evidence(with_trial(case, at_hand=frozenset(at_hand)), file=reading(document))


CASES: Cases = {
    "not results": (results_proven, PROTOCOL),
    "no results read": (results_proven, BYTES),
    "none planned": (results_proven, of_results(report(), results=(POST_HOC,))),
    "proven": (results_proven, of_results(report(), results=(result(),))),
    "two proven": (results_proven, of_results(report(), report(S1), results=(result(), result(1, "S1")))),
    "no act": (results_proven, of_results(results=(result(),))),
    "no act of two": (results_proven, of_results(results=(result(), result(1, "S1")))),
    "no act, one hidden": (results_proven, with_gap(of_results(results=(result(),)))),
    "proven against another version": (results_proven, of_results(report(version=2), results=(result(),))),
    "reported as post hoc": (results_proven, of_results(report(version=0), results=(result(),))),
    "of another part": (results_proven, of_results(report(part=2), results=(result(),))),
    "of its part": (results_proven, of_results(report(part=2), results=(result(parts=frozenset({1, 2})),))),
    "of a part not known": (results_proven, of_results(report(), results=(result(parts=None),))),
    "no such endpoint": (results_proven, of_results(report(), results=(result(leaf=None),))),
    "its version not given": (results_proven, of_results(report(), results=(result(leaf=None),), texts=())),
    "its version has others": (results_proven, of_results(results=(result(leaf=None),), texts=(UNREADABLE,))),
    "two not known, one proven": (
        results_proven,
        of_results(report(S1), results=(result(leaf=None), result(1, leaf=None), result(2, "S1")), texts=()),
    ),
    "no final results": (primary_reported, of_results(report(), results=(result(final=False),))),
    "every primary endpoint": (primary_reported, of_results(report(), report(P2), report(P3), results=(result(),))),
    "one of three": (primary_reported, of_results(report(), results=(result(),))),
    "none of them": (primary_reported, of_results(report(S1), results=(result(0, "S1"),))),
    "none seen, some hidden": (primary_reported, with_gap(of_results(report(S1), results=(result(0, "S1"),)))),
    "none in its part": (primary_reported, of_results(report(P3), results=(result(0, "P2"),))),
    "of the part it names": (primary_reported, of_results(report(P3), results=(result(0, "P1", part="B"),))),
    "a report corrected": (primary_reported, of_results(report(), CORRECTED, results=(result(),))),
    "no version given": (primary_reported, of_results(report(), results=(result(),), texts=())),
    "a version with others": (primary_reported, of_results(report(), results=(result(),), texts=(UNREADABLE,))),
    "no primary endpoint": (
        primary_reported,
        of_results(
            report(S1),
            results=(result(0, "S1", part="C"),),
            texts=(text()._replace(document={"endpoints": [{"id": "S1"}]}, leaves=(S1,)),),
        ),
    ),
    "not of results": (reports_listed, PROTOCOL),
    "of bytes": (reports_listed, BYTES),
    "each is a result": (
        reports_listed,
        of_results(report(), report(S1), report(of=OTHER), results=(result(), result(1, "S1"))),
    ),
    "one is none": (reports_listed, of_results(report(), report(P2), results=(result(),), foreign=(3,))),
    "two are none": (
        reports_listed,
        of_results(report(b"\7" * 32), report(P2), results=(result(),), foreign=(2, 3)),
    ),
    "some not known": (reports_listed, of_results(report(), results=(result(), result(1, leaf=None)))),
    "post hoc, not results": (post_hoc_named, PROTOCOL),
    "post hoc, of bytes": (post_hoc_named, BYTES),
    "none is post hoc": (post_hoc_named, of_results(report(), results=(result(),))),
    "one is post hoc": (post_hoc_named, of_results(report(digest("post hoc"), 0), results=(result(), POST_HOC))),
    "a post hoc endpoint": (
        post_hoc_named,
        of_results(report(S1, 0), results=(result(0, "S1", planned=False), POST_HOC._replace(leaf=None))),
    ),
    "post hoc, not reported": (post_hoc_named, of_results(results=(result(), POST_HOC))),
    "post hoc, may be reported": (post_hoc_named, with_gap(of_results(results=(POST_HOC,)))),
    "planned here, post hoc there": (post_hoc_named, of_results(report(version=0), results=(result(),))),
    "planned, and both there": (post_hoc_named, of_results(report(version=0), report(), results=(result(),))),
    "no others": (other_results, of_results(report(), report(P2, of=OTHER))),
    "of no results": (other_results, PROTOCOL),
    "one other": (other_results, of_results(report(), report(of=OTHER))),
    "two others": (other_results, of_results(report(), report(of=OTHER), report(of=digest("third")), report(S1))),
    "one other, corrected": (other_results, of_results(report(of=OTHER), report(), CORRECTED)),
    "others may be hidden": (other_results, with_gap(of_results(report(), report(of=OTHER)))),
    "an endpoint not given": (other_results, of_results(report(FAR), report(FAR, of=OTHER))),
    "the registration alone": (all_counted, counted()),
    "all given": (all_counted, counted(report(), at_hand=(digest("p"), DOCUMENT))),
    "of each kind": (
        all_counted,
        counted(
            amended(2),
            amended(1, 2),
            amended(3, 8),
            report(),
            report(of=OTHER),
            stated(8, LATE, subject=digest("m")),
            at_hand=(OTHER,),
        ),
    ),
    "twelve not given": (all_counted, counted(*(amended(n) for n in range(2, 13)))),
    "fourteen not given": (all_counted, counted(*(amended(n) for n in range(2, 15)))),
    "other trials": (all_counted, counted(numbers=True)),
    "counted, some hidden": (all_counted, with_gap(counted(numbers=True))),
    "numbers not claimed": (
        all_counted,
        counted(
            document={"trial": {"registry_ids": ["NCT1234567", "ISRCTN12345678", 7, "x y", "DRKS00012345"]}},
            numbers=True,
        ),
    ),
    "no list of numbers": (all_counted, counted(document={"trial": {"registry_ids": "ISRCTN12345678"}})),
    "no trial": (all_counted, counted(document={"trial": "ISRCTN12345678"})),
}


@pytest.mark.parametrize("title", CASES)
def test_word_for_word(title: str) -> None:
    assert written({title: CASES[title]}) == kept("result", title)


def test_nothing_else_is_kept() -> None:
    assert titles("result") == list(CASES)


def test_of_acts_of_which_none_is_seen_nothing_is_counted() -> None:
    case = with_gap(counted())
    answer = all_counted.answer(with_trial(case, history=replace(case.trial.history, acts=())))
    assert answer.status is Status.UNDETERMINED
    assert answer.sentence == "not all acts can be seen, so they cannot be counted"


@pytest.mark.parametrize("kind", [one for one in DocumentKind if one is not DocumentKind.RESULTS], ids=str)
def test_acts_that_report_from_no_results_document_are_no_question_of_it(kind: DocumentKind) -> None:
    case = of_results(report(), foreign=(2,))
    assert reports_listed(case).status is Status.FAILS
    assert reports_listed(with_evidence(case, sealing=case.sealing._replace(kind=kind))).status is Status.DOES_NOT_APPLY
