"""Words in one spelling, abbreviations as a record explains them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.outcomes.words import expanded, glossary, squashed, stem, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tumours", "tumor"),
        ("Haemoglobin", "hemoglobin"),
        ("hospitalisations", "hospitalization"),
        ("subjects", "Participant"),
        ("mortality", "deaths"),
        ("twelve", "12"),
        ("proportion", "Percentage"),
    ],
)
def test_two_spellings_are_one_word(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_that_look_alike_stay_apart() -> None:
    assert stem("systolic") != stem("diastolic")
    assert stem("primary") != stem("progression")


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("FEV 1", ["fev1"]),
        ("FEV1", ["fev1"]),
        ("HbA 1c", ["hba1c"]),
        ("EORTC QLQ-C30", ["eortc", "qlqc30"]),
        ("IL-6", ["il6"]),
        ("AEs", ["ae"]),
        ("血压", ["血", "压"]),
        ("≥ 50%", [">=", "50", "proportion"]),
    ],
)
def test_tokens(text: str, forms: list[str]) -> None:
    assert [token.form for token in tokens(text)] == forms


def test_a_record_explains_its_abbreviations_before_custom_does() -> None:
    own = glossary(["Patient-Focused Score (PFS) at week 4", "OSDI (Ocular Surface Disease Index)"])
    assert own["pfs"] == tuple(stem(word) for word in ("patient", "focused", "score"))
    assert own["osdi"] == tuple(stem(word) for word in ("ocular", "surface", "disease", "index"))
    assert set(expanded(tokens("PFS"), {})) == {stem(word) for word in ("progression", "free", "survival")}


@pytest.mark.parametrize(
    ("everyday", "clinical"),
    [
        ("nosebleeds", "epistaxis"),
        ("hair loss", "alopecia"),
        ("heart attacks", "myocardial infarction"),
        ("shortness of breath", "dyspnoea"),
        ("bed-wetting", "enuresis"),
    ],
)
def test_everyday_names_are_read_as_clinical_ones(everyday: str, clinical: str) -> None:
    assert expanded(tokens(everyday), {}) == expanded(tokens(clinical), {})
    assert expanded(tokens(f"number of {everyday} at week 4"), {}) == expanded(
        tokens(f"number of {clinical} at week 4"), {}
    )


def test_names_that_share_a_word_stay_apart() -> None:
    assert expanded(tokens("toothache"), {}) != expanded(tokens("headache"), {})
    assert expanded(tokens("weight loss"), {}) != expanded(tokens("hair loss"), {})


def test_layout_is_squashed() -> None:
    assert squashed("Overall  SURVIVAL (OS).") == squashed("overall survival os")
    assert squashed("< 50") != squashed("> 50")


@given(st.text(max_size=60))
def test_every_token_is_a_stretch_of_the_text(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end]
