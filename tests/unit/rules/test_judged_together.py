"""Thousands of files that nobody sealed are judged together, and each gets what it would get alone."""

from __future__ import annotations

from itertools import product

from sealed_cases import sealed

from trialseal.evidence.seals import FileEvidence
from trialseal.folder.reading import FileReading
from trialseal.rules.catalogue import judge, judge_all


def test_many_files_get_what_each_would_get_alone() -> None:
    base = sealed().cases[0]
    cases = [base]
    for number, (canonical, unseen, diagnosis) in enumerate(
        product((None, b"\6" * 32), (None, "one node is silent", "another hides"), (None, "it is a copy"))
    ):
        file = FileReading(f"{number}.dat", bytes([number]) * 32, canonical, None, 1)
        cases.append(base._replace(evidence=FileEvidence(file, unseen=unseen, diagnosis=diagnosis)))
    later = FileReading("later.json", b"\7" * 32, b"\6" * 32, None, 1, "a later version made it", later=True)
    cases.append(base._replace(evidence=FileEvidence(later)))
    cases += cases
    assert list(judge_all(cases)) == [judge(one) for one in cases]
