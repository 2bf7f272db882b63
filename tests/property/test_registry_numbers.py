"""For every registry: all spellings of a number are that number, in the same fold; no other number is."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialseal.registries.number_forms import EU_CTR, FORMS, PARTS, Form, part
from trialseal.registries.numbers import fold, read, same

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
SEPARATORS = [*DASHES, " ", "\u00a0", ".", ":", "/"]
INVISIBLE = ["\u200b", "\u00ad", "\ufeff", "\u2060", "\u180e", "\u034f", "\x00"]
FORM_NAMES = [f"{form.template}" for form in FORMS]
KINDS = (
    "case",
    "dashes",
    "removed",
    "inside",
    "head",
    "fewer zeros",
    "more zeros",
    "invisible",
    "wide",
    "label",
    "tail",
    "page",
)
SAME_FOLD = {"case", "removed", "inside", "head", "fewer zeros", "more zeros"}
LABELS = ("ClinicalTrials.gov: ", "Trial registration no. ", "WHO ICTRP ", "UTN ", "Registered: ")
EUROPEAN_LABELS = ("EudraCT ", "EUCTR", "EudraCT number: ", "EU", "EU CT ", "EUDRACT-Nr. ", "EUCTRNO")


def numbers_of(form: Form) -> st.SearchStrategy[str]:
    return st.from_regex(re.compile(form.pattern, re.ASCII), fullmatch=True)


def spell(draw: st.DrawFn, form: Form, number: str, kinds: set[str]) -> str:
    """The number with variations of these kinds."""
    match = re.fullmatch(
        "".join(f"({part(p).pattern})" if i % 2 else f"({re.escape(p)})" for i, p in enumerate(form.pieces)), number
    )
    assert match
    pieces = list(match.groups())
    digit_parts = [i for i in range(1, len(pieces), 2) if pieces[i].isdigit()]
    several = len(digit_parts) > 1 and form.registry != "IRCT"
    for i in digit_parts:
        kind = part(form.pieces[i])
        if "fewer zeros" in kinds and kind.width:
            pieces[i] = pieces[i].lstrip("0") or "0"
        if "more zeros" in kinds and (kind.width or kind.longest):
            pieces[i] = "0" * draw(st.integers(1, 2)) + pieces[i]
    separator = draw(st.sampled_from(SEPARATORS))
    for i in range(0, len(pieces), 2):
        if i == 0 and not pieces[0].strip("-/"):
            continue
        if "dashes" in kinds:
            pieces[i] = re.sub("[-/]", separator, pieces[i])
        if "removed" in kinds and (i == 0 or not (several and kinds & {"fewer zeros", "more zeros"})):
            pieces[i] = re.sub("[-/]", "", pieces[i])
    if "inside" in kinds and not several:
        for i in digit_parts:
            place = draw(st.integers(0, len(pieces[i])))
            pieces[i] = pieces[i][:place] + draw(st.sampled_from("- .")) + pieces[i][place:]
    if "head" in kinds and len(pieces[0]) > 1:
        place = draw(st.integers(1, len(pieces[0])))
        pieces[0] = pieces[0][:place] + draw(st.sampled_from("-./ ")) + pieces[0][place:]
    text = "".join(pieces)
    if "case" in kinds:
        text = draw(st.sampled_from([text.upper(), text.lower(), text.swapcase()]))
    if "tail" in kinds and form.registry not in ("ReBEC", "CTIS"):
        # PACTR has numbers of fifteen and of sixteen digits: a digit behind may be one of the number's.
        tails = ["/", ".", "/DE", *([] if form.registry == "PACTR" else ["/1"])]
        text += draw(st.sampled_from([*tails, *(["-GB", "/3rd"] if form.registry == EU_CTR else [])]))
    if "label" in kinds:
        text = draw(st.sampled_from(EUROPEAN_LABELS if form.pieces[0] == "" else LABELS)) + text
    if "page" in kinds and not kinds & {"dashes", "head", "inside"}:
        text = f"https://trialsearch.who.int/Trial2.aspx?TrialID={text}&lang=en"
    if "invisible" in kinds:
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(INVISIBLE)) + text[place:]
    if "wide" in kinds:
        text = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() and one.isascii() else one for one in text)
    return text


@pytest.mark.parametrize("form", FORMS, ids=FORM_NAMES)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_spellings_of_a_number_are_that_number(form: Form, data: st.DataObject) -> None:
    number = data.draw(numbers_of(form))
    kinds = data.draw(st.sets(st.sampled_from(KINDS), max_size=3), label="kinds")
    if form.pieces[0] == "" and kinds & {"fewer zeros", "more zeros"}:
        kinds.add("label")  # without letters in front, fewer digits may be a day
    spelling = data.draw(st.composite(spell)(form, number, kinds), label="spelling")
    found = read(spelling)
    assert (found.registry, found.number) == (form.registry, number)
    assert same(spelling, number)
    if kinds <= SAME_FOLD and len(spelling) <= 32:
        assert fold(spelling) == found.fold == fold(number)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_two_numbers_are_two(data: st.DataObject) -> None:
    """Above all those whose fold is one: digits of one number, with zeros elsewhere."""
    form = data.draw(st.sampled_from(FORMS))
    one = data.draw(numbers_of(form))
    other_form = data.draw(st.sampled_from([form, *FORMS]))
    other = data.draw(numbers_of(other_form))
    assume(one != other)
    assert not same(one, other)
    zeros = [place for place, digit in enumerate(one) if digit == "0"]
    if zeros:
        place = data.draw(st.sampled_from(zeros))
        rest = one[:place] + one[place + 1 :]
        there = data.draw(st.integers(0, len(rest)))
        moved = rest[:there] + "0" + rest[there:]
        if moved != one and re.fullmatch(form.pattern, moved):
            assert fold(moved) == fold(one) and not same(moved, one)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_number_has_one_form(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMS))
    number = data.draw(numbers_of(form))
    assert [one for one in FORMS if re.fullmatch(one.pattern, number)] == [form]


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[A-Z]{0,6}[-/ ]?[0-9]{1,14}[-/A-Za-z0-9 ]{0,12}", fullmatch=True))
def test_reading_again_changes_nothing(text: str) -> None:
    assume(any(one.isalnum() for one in text))
    try:
        found = read(text)
    except Exception as error:
        assert "is not a registry number" in str(error)
        return
    again = read(found.number)
    assert again == found and again.number == found.number


def test_named_parts_are_used() -> None:
    assert set(PARTS) == {name for form in FORMS for name in form.pieces[1::2] if name in PARTS}
