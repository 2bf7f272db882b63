"""Word manuscripts as people make them: content controls, tables in tables, boxes, hidden and struck words, raised
numbers."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from manuscript_files import word

from trialseal.manuscripts import Manuscript, read_manuscript, read_paper

BOX = (
    '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent>'
    "</v:textbox></v:shape></w:pict></w:r>"
)


def run(words: str, properties: str = "") -> str:
    """A run of words with properties."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    """A paragraph of runs."""
    return f"<w:p>{''.join(runs)}</w:p>"


def table(*cells: str) -> str:
    """A table of one row."""
    return f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"


def read(tmp_path: Path, body: str) -> Manuscript:
    """A Word file whose body holds these blocks behind the heading 'Methods'."""
    path = tmp_path / "paper.docx"
    marker = "<w:p><w:r><w:t>BODY</w:t></w:r></w:p>"
    with (
        zipfile.ZipFile(io.BytesIO(word([("Heading 1", "Methods"), ("", "BODY")]))) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for member in old.namelist():
            data = old.read(member)
            if member == "word/document.xml":
                assert marker.encode() in data
                data = data.replace(marker.encode(), body.encode())
            new.writestr(member, data)
    return read_manuscript(path)


def lines(manuscript: Manuscript) -> list[tuple[str, str]]:
    """The kinds and texts behind the heading."""
    return [(line.kind, line.text) for line in manuscript.lines[1:]]


@pytest.mark.parametrize(
    "around",
    [
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:customXml><w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt></w:customXml>",
    ],
)
def test_what_stands_in_a_content_control_is_read(tmp_path: Path, around: str) -> None:
    inner = paragraph(run("The primary outcome was pain at 12 weeks.")) + table(
        paragraph(run("a")), paragraph(run("b"))
    )
    manuscript = read(tmp_path, around.format(inner))
    assert lines(manuscript) == [("text", "The primary outcome was pain at 12 weeks."), ("row", "a\tb")]
    assert [one.measure for one in read_paper(manuscript).outcomes.outcomes] == ["pain at 12 weeks"]


def test_rows_and_cells_in_content_controls_and_tables_in_cells_are_read(tmp_path: Path) -> None:
    row = "<w:tr><w:sdt><w:sdtContent><w:tc>{}</w:tc></w:sdtContent></w:sdt></w:tr>"
    inner = paragraph(run("outer")) + table(paragraph(run("in")), paragraph(run("ner")))
    whole = f"<w:tbl><w:sdt><w:sdtContent>{row.format(inner)}</w:sdtContent></w:sdt></w:tbl>"
    assert lines(read(tmp_path, whole)) == [("row", "outer"), ("row", "in\tner")]


def test_a_box_is_none_of_the_words_of_the_paragraph_on_which_it_hangs(tmp_path: Path) -> None:
    body = paragraph(run("Pain is "), BOX.format(paragraph(run("Key points"))), run("common."))
    manuscript = read(tmp_path, body)
    assert lines(manuscript) == [("text", "Pain is common."), ("text", "Key points")]
    assert [line.number for line in manuscript.lines] == [1, 2, 2]


@pytest.mark.parametrize("mark", ["vanish", "strike", "dstrike"])
def test_hidden_and_struck_words_are_left_out_and_that_is_told(tmp_path: Path, mark: str) -> None:
    body = paragraph(run("The primary outcome was "), run("mortality ", f"<w:{mark}/>"), run("pain at 12 weeks."))
    manuscript = read(tmp_path, body)
    assert lines(manuscript) == [("text", "The primary outcome was pain at 12 weeks.")]
    assert manuscript.notes == (f"{manuscript.name} holds words that are hidden or struck through: they were left out",)
    shown = read(tmp_path, body.replace(f"<w:{mark}/>", f'<w:{mark} w:val="0"/>'))
    assert lines(shown) == [("text", "The primary outcome was mortality pain at 12 weeks.")]
    assert not shown.notes


@pytest.mark.parametrize(
    ("before", "raised", "after", "said"),
    [
        ("pain at 12 weeks.", "12", "", "pain at 12 weeks."),
        ("pain", "3,4–7", " at 12 weeks", "pain at 12 weeks"),
        ("BMI (kg/m", "2", ")", "BMI (kg/m2)"),
        ("10", "9", " cells", "109 cells"),
        ("the 4", "th", " visit", "the 4th visit"),
    ],
)
def test_raised_numbers_of_references_are_left_out(
    tmp_path: Path, before: str, raised: str, after: str, said: str
) -> None:
    body = paragraph(run(before), run(raised, '<w:vertAlign w:val="superscript"/>'), run(after))
    assert lines(read(tmp_path, body)) == [("text", said)]


def test_a_soft_hyphen_is_no_part_of_a_word(tmp_path: Path) -> None:
    body = paragraph(run("The primary outcome was pain inten\u00adsity."))
    assert lines(read(tmp_path, body)) == [("text", "The primary outcome was pain intensity.")]
