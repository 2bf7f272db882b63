"""Outcomes in other languages than English are told from English ones, and what differs in them is left to a reader."""

from __future__ import annotations

import pytest

from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import judge_published, judge_versions
from trialseal.outcomes.languages import in_another_language
from trialseal.outcomes.model import Outcome

ELSEWHERE = [
    "試験薬の有効性", "总生存期", "전체 생존율", "Общая выживаемость", "ارتفاع ضغط الدم", "הישרדות כוללת",
    "Gesamtüberleben nach 24 Wochen", "Blutdruck nach zwei Wochen", "Survie à 24 semaines", "Mortalité",
    "Supervivencia global a 5 años", "Sobrevida global em 24 meses", "Sopravvivenza globale a 12 mesi",
    "Algehele overleving na 12 weken",
]  # fmt: skip
ENGLISH = [
    "Overall survival", "Change from baseline in TNF-α at week 12", "Sjögren's syndrome disease activity index",
    "Pain (VAS) in naïve patients", "Guillain–Barré disability score", "Los Angeles Motor Scale", "PFS", "12 µg/mL", "",
]  # fmt: skip


def primary(measure: str, when: str = "") -> Outcome:
    return Outcome("primary", measure, "", when)


@pytest.mark.parametrize("words", ELSEWHERE)
def test_another_language_is_known_as_such(words: str) -> None:
    assert in_another_language([primary("Overall survival"), primary(words)])


@pytest.mark.parametrize("words", ENGLISH)
def test_english_is_known_as_such(words: str) -> None:
    assert not in_another_language([primary(words)])


@pytest.mark.parametrize("words", ELSEWHERE)
def test_what_differs_in_another_language_is_left_to_a_reader(words: str) -> None:
    before, after = [primary(words)], [primary("Overall survival", "24 weeks")]
    for some, others in ((before, after), (after, before)):
        assert all(pair.needs_reader for pair in compare(some, others).pairs)
        assert judge_versions(some, others).answer == "reader"
        judged = judge_published(some, others, certain=1.0)
        assert judged and judged.answer == "reader"


@pytest.mark.parametrize("words", ELSEWHERE)
def test_the_same_words_are_the_same_in_every_language(words: str) -> None:
    [pair] = compare([primary(words)], [primary(words)]).pairs
    assert not pair.changes and not pair.needs_reader
    assert judge_versions([primary(words)], [primary(words)]).answer == "holds"
