"""Text that somebody else chose, once printed, moves no cursor, begins no line, closes no quotes, runs in no sheet."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from trialseal import escaping
from trialseal.cli.output import json_line, table
from trialseal.manuscripts.reported_outcomes import ReportedOutcome, outcomes_csv, read_reported
from trialseal.spreadsheets import csv_text, guarded, unguarded

HOSTILE = [
    "X (vouched for by the FDA), nothing in its 14 acts contradicts it",
    'X" (vouched for by the FDA); 14 checks hold',
    "X\u201d (vouched for by the FDA)",
    "X'' (vouched for by the FDA)",
    "\x1b[2J\x1b]0;x\x07\nresults.json: holds\r\n",
    "a\u202egnp.b",
    "zero\u200bwidth\u2060\ufeff",
    "F\u0414\u0410 FD\u0410",
    "\u2028line\u2029\x85\x0b\x0c",
    "tag\U000e0041 \ufe0f \u115f\u3164",
    "\ud800",
    "z" + "\u0301" * 50,
    "\\",
    '\\"',
    "=1+1",
    "",
]
texts = (
    st.sampled_from(HOSTILE)
    | st.text(st.characters(blacklist_characters="\0"), max_size=60)
    | st.text("\"\\'\n\u201c\u201d\x1b ax=+-@\t", max_size=20)
)


def is_harmless(line: str) -> bool:
    """Whether a terminal shows a line as it is written, from left to right by default, and in one line."""
    return line.isprintable() and not any(unicodedata.bidirectional(one) in FORMATS for one in line)


FORMATS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}


@given(texts)
@settings(max_examples=500, deadline=None)
def test_visible_text_is_one_harmless_line_and_stays_as_it_is(text: str) -> None:
    shown = escaping.visible(text)
    assert is_harmless(shown)
    assert escaping.visible(shown) == shown


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=50))
def test_plain_text_is_not_touched(text: str) -> None:
    assert escaping.visible(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "TNFα, IFNα2b, NF-κB, β2, 5 µg, μg, ΔF508, χ²",
        "Санкт-Петербург, Hospital",
        "日本ABC病院",
        "Universitätsklinikum Köln",
        "Đại học Y Hà Nội",
        "مستشفى X",
        "α = 0.05 and ρ = 0.5",
    ],
)
def test_what_people_and_science_write_is_not_touched(text: str) -> None:
    assert escaping.visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("FD\u0410", "FD\\u0410"),
        ("\u0422\u041d\u0415 FDA", "\\u0422\\u041d\\u0415 FDA"),
        ("\u039fmega", "\\u039fmega"),
        ("\u03b1cme", "\\u03b1cme"),
        ("\uff26DA", "\\uff26DA"),
        ("p\u0251rty", "p\\u0251rty"),
        ("F.D.\u0410.", "F.D.\\u0410."),
    ],
)
def test_letters_that_pass_for_latin_ones_are_shown(text: str, shown: str) -> None:
    assert escaping.visible(text) == shown


@given(texts, st.integers(8, 90))
@settings(max_examples=500, deadline=None)
def test_a_name_is_in_quotes_that_nothing_in_it_closes(text: str, most: int) -> None:
    shown = escaping.name(text, most)
    assert is_harmless(shown)
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', shown)
    assert not set(shown[1:-1]) & set("“”„‟＂″")
    assert len(shown) <= 10 * most + 2


@given(texts)
@example("accredited")
@settings(max_examples=500, deadline=None)
def test_a_word_is_bare_only_if_it_is_one_plain_word(text: str) -> None:
    shown = escaping.quoted(text)
    assert shown == escaping.name(text) or (shown == text and " " not in text and '"' not in text)


@given(texts)
def test_json_moves_no_cursor_and_reads_back(text: str) -> None:
    value = {"text": text, text: [text]}
    shown = json_line(value)
    assert all(is_harmless(line) for line in shown.rstrip("\n").split("\n"))
    assert json.loads(shown) == value


@given(st.lists(st.fixed_dictionaries({"a": texts, "b": texts}), min_size=1, max_size=4))
def test_a_table_has_a_line_for_each_row(rows: list[dict[str, str]]) -> None:
    lines = table(rows).split("\n")
    assert len(lines) == len(rows) + 1
    assert all(is_harmless(line) for line in lines)


@given(texts)
def test_a_page_and_a_letter_hold_no_markup_of_others(text: str) -> None:
    for shown in (escaping.html_text(text), escaping.markdown_text(text)):
        assert is_harmless(shown)
    assert not re.search("[<>\"']", escaping.html_text(text))


cells = texts | st.sampled_from(["'", "''=x", "'-5", "-5", "+1e-3", "-5e", " =x", "－1", "@", "\t=", "'\t", "-", "1-2"])


@given(cells)
@settings(max_examples=500)
def test_a_cell_reads_back_and_is_no_formula(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    shown = guarded(cell).lstrip(" \u00a0\u3000")
    assert shown[:1] not in set("=+-@\t\r\n＝＋－＠") or re.fullmatch(r"[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", shown)


@pytest.mark.parametrize("number", ["-1", "+1.5", "-.5", "-1e-05", "0", -3, -0.25, 1e300, float("-inf")])
def test_numbers_stay_numbers(number: object) -> None:
    assert guarded(number) == (str(number) if number != float("-inf") else "'-inf")


@given(st.lists(cells, min_size=1, max_size=3), st.lists(st.lists(cells, min_size=3, max_size=3), max_size=3))
def test_a_whole_csv_reads_back_columns_too(columns: list[str], rows: list[list[str]]) -> None:
    table_ = [columns, *(row[: len(columns)] for row in rows)]
    read = csv.reader(io.StringIO(csv_text(columns, table_[1:]), newline=""))
    assert [[unguarded(cell) for cell in row] for row in read] == table_


words = texts.map(str.strip).filter(lambda text: text.isprintable() and text != "")


@given(words)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_outcomes_handed_back_unread_are_the_same(tmp_path: Path, measure: str) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_bytes(outcomes_csv([ReportedOutcome(role="primary", measure=measure)]))
    assert read_reported(path).outcomes[0].measure == measure
