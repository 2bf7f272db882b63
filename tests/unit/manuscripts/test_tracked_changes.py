"""Word manuscripts with tracked changes: what is read of them, and which outcomes the changes touch."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from manuscript_files import word

from trialseal.cli.check.paper_remarks import remarks_on_tracked_changes
from trialseal.manuscripts import Paper, read_manuscript, read_paper

_RUN = '</w:t></w:r>{}<w:r><w:t xml:space="preserve">'


def _change(tag: str, words: str) -> str:
    text = "delText" if tag == "del" else "t"
    inner = f'<w:r><w:{text} xml:space="preserve">{words}</w:{text}></w:r>'
    return _RUN.format(f'<w:{tag} w:id="1" w:author="x">{inner}</w:{tag}>')


def tracked(tmp_path: Path, *paragraphs: str) -> Paper:
    """Paragraphs under 'Methods'; {+inserted+}, {-deleted-}, {<moved away<} and {>moved here>} are tracked, and a
    paragraph that ends in {¶} has its end deleted."""
    xml_of = {}
    plain_paragraphs: list[tuple[str, str]] = [("Heading 1", "Methods")]
    for number, words in enumerate(paragraphs):
        marker = f"PARAGRAPH{number}"
        plain_paragraphs.append(("", marker))
        for sign, tag in (("+", "ins"), ("-", "del"), ("<", "moveFrom"), (">", "moveTo")):
            while (begin := words.find("{" + sign)) >= 0:
                end = words.index(sign + "}", begin)
                words = words[:begin] + _change(tag, words[begin + 2 : end]) + words[end + 2 :]
        xml_of[marker] = words
    data = word(plain_paragraphs)
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        xml = old.read("word/document.xml").decode()
        for marker, words in xml_of.items():
            if words.endswith("{¶}"):
                mark = '<w:pPr><w:rPr><w:del w:id="9" w:author="x"/></w:rPr></w:pPr>'
                xml = xml.replace(f"<w:p><w:r><w:t>{marker}", f"<w:p>{mark}<w:r><w:t>{marker}")
                assert mark in xml
            xml = xml.replace(marker, words.removesuffix("{¶}"))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as new:
            for member in old.namelist():
                new.writestr(member, xml.encode() if member == "word/document.xml" else old.read(member))
    (tmp_path / "tracked.docx").write_bytes(out.getvalue())
    return read_paper(read_manuscript(tmp_path / "tracked.docx"))


def test_an_outcome_in_inserted_text_counts_and_one_in_deleted_text_is_told(tmp_path: Path) -> None:
    paper = tracked(tmp_path, "The primary outcome was {-pain-}{+death+}. Secondary outcomes were sleep and cost.")
    assert [one.measure for one in paper.outcomes.outcomes] == ["death", "sleep", "cost"]
    assert [one.measure for one in paper.tracked.inserted] == ["death"]
    assert [one.measure for one in paper.tracked.deleted] == ["pain"]
    assert remarks_on_tracked_changes(paper, "a.docx") == [
        "the tracked changes of a.docx put in or change the primary outcome “death” (paragraph 2)",
        "the tracked changes of a.docx take out or change the primary outcome “pain” (paragraph 2)",
    ]


def test_a_changed_time_or_role_is_a_change_of_the_outcome(tmp_path: Path) -> None:
    paper = tracked(tmp_path, "The {-primary-}{+secondary+} outcome was pain at week {-6-}{+12+}.")
    assert [(one.role, one.measure) for one in paper.tracked.inserted] == [("secondary", "pain at week 12")]
    assert [(one.role, one.measure) for one in paper.tracked.deleted] == [("primary", "pain at week 6")]


def test_changes_that_touch_no_outcome_are_told_as_such(tmp_path: Path) -> None:
    paper = tracked(tmp_path, "The primary outcome was pain. {+We thank all.+}")
    assert paper.tracked == ((), ())
    assert remarks_on_tracked_changes(paper, "a.docx") == [
        "the tracked changes of a.docx change none of the outcomes that were found"
    ]


@pytest.mark.parametrize("moved", ["The primary outcome was pain.", "We thank all."])
def test_moved_text_is_read_once(tmp_path: Path, moved: str) -> None:
    paper = tracked(tmp_path, "{<" + moved + "<}", "Randomisation was central. {>" + moved + ">}")
    text = [line.text for line in paper.manuscript.lines]
    assert text == ["Methods", f"Randomisation was central. {moved}"]
    assert paper.tracked == ((), ())


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next(tmp_path: Path) -> None:
    paper = tracked(tmp_path, "The primary outcome was pain{¶}", "at week 6.")
    assert [line.text for line in paper.manuscript.lines] == ["Methods", "The primary outcome was pain at week 6."]
    assert [line.text for line in paper.manuscript.before_changes][1:] == [
        "The primary outcome was pain",
        "at week 6.",
    ]


def test_a_manuscript_without_tracked_changes_has_none(tmp_path: Path) -> None:
    paper = tracked(tmp_path, "The primary outcome was pain.")
    assert paper.manuscript.before_changes == ()
    assert remarks_on_tracked_changes(paper, "a.docx") == []
