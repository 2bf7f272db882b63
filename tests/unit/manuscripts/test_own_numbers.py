"""Which numbers a paper gives as its own: not another trial's, and one that lacks digits as its registry finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialseal.manuscripts import read_manuscript, read_paper
from trialseal.manuscripts.numbers import FoundNumber


def numbers(tmp_path: Path, text: str) -> dict[str, FoundNumber]:
    (tmp_path / "paper.txt").write_text(text, encoding="utf-8")
    return {one.number: one for one in read_paper(read_manuscript(tmp_path / "paper.txt")).numbers.found}


@pytest.mark.parametrize(
    ("sentence", "another"),
    [
        ("Methods\nThe trial was registered as NCT01234567.", False),
        ("Methods\nThe drug is tested in a separate clinical trial (B-1; ClinicalTrials.gov: NCT01234567).", True),
        ("Methods\nDoses were those of an earlier phase 2 study (ClinicalTrials.gov number, NCT01234567).", True),
        ("Methods\nUnlike other trials, ours measured pain. It is registered as NCT01234567.", False),
        ("Methods\nWe did it.\nDiscussion\nA trial of the same drug goes on (NCT01234567).", True),
        ("Methods\nWe did it.\nDiscussion\nThis trial was registered at ClinicalTrials.gov (NCT01234567).", False),
        ("Introduction\nA trial of the same drug found nothing (NCT01234567).\nMethods\nWe did it.", True),
        ("Introduction\nOthers did (NCT01234567).\nMethods\nThe trial was registered as NCT01234567.", False),
    ],
)
def test_a_number_named_only_as_another_trials_is_not_the_papers_own(
    tmp_path: Path, sentence: str, another: bool
) -> None:
    found = numbers(tmp_path, sentence)["NCT01234567"]
    assert found.another_trials is another
    assert not (found.likely_own and another)


@pytest.mark.parametrize(
    ("written", "number"),
    [("NCT001715", "NCT00001715"), ("NCT171599", "NCT00171599"), ("ISRCTN123456", "ISRCTN00123456")],
)
def test_a_number_that_lacks_digits_is_the_one_that_its_registry_finds(
    tmp_path: Path, written: str, number: str
) -> None:
    found = numbers(tmp_path, f"Methods\nRegistered as {written}.")
    assert found[number].written == written
    assert found[number].likely_own


def test_a_number_with_all_its_digits_is_as_written(tmp_path: Path) -> None:
    assert numbers(tmp_path, "Methods\nRegistered as NCT00001715.")["NCT00001715"].written is None
    assert numbers(tmp_path, "Methods\nRegistered as NCT0171599.") == {}  # a digit lost, as likely
    assert "NCT00000012" not in numbers(tmp_path, "Methods\nSee NCT12 and section 4.")
