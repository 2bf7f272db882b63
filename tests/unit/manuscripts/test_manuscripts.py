"""Reading manuscripts: the same paper in four formats, and files that no journal wants to open."""

from __future__ import annotations

import io
import textwrap
import zipfile
from pathlib import Path

import pytest
from manuscript_files import PAPER, jats, pdf, word

from trialseal.errors import UndeterminedError, UsageError
from trialseal.manuscripts import Paper, read_manuscript, read_paper
from trialseal.manuscripts import pdf as pdf_reader
from trialseal.manuscripts import word as word_reader

HEADINGS = {
    "Abstract", "BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS", "Introduction", "Methods", "Trial design",
    "Outcomes", "Statistical analysis", "Results", "Discussion", "Data sharing", "References",
}  # fmt: skip
LINES = [row for line in PAPER.splitlines() for row in textwrap.wrap(line, 70)]
FILES = {
    "paper.pdf": pdf([LINES[:22], LINES[22:]], compressed=True),
    "paper.docx": word([("Heading 1" if line in HEADINGS else "", line) for line in PAPER.splitlines()]),
    "paper.txt": PAPER.encode(),
    "paper.xml": jats(),
}


def paper_of(folder: Path, name: str, data: bytes) -> Paper:
    (folder / name).write_bytes(data)
    return read_paper(read_manuscript(folder / name))


@pytest.fixture(scope="module", params=FILES)
def paper(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    return paper_of(tmp_path_factory.mktemp("papers"), request.param, FILES[request.param])


def test_outcomes_are_those_of_the_methods(paper: Paper) -> None:
    assert [(one.role, one.measure) for one in paper.outcomes.outcomes] == [
        ("primary", "change from baseline in pain"),
        ("secondary", "quality of life at 12 weeks"),
        ("secondary", "days off work"),
        ("secondary", "serious adverse events"),
    ]
    assert paper.outcomes.outcomes[0].time_frame == "at 12 weeks"
    assert paper.outcomes.outcomes[0].description.startswith("measured on a numeric rating scale")
    assert paper.outcomes.outcomes[0].quote.startswith("The primary outcome was the change from baseline in pain")
    assert all(one.certain for one in paper.outcomes.outcomes)


def test_what_the_abstract_states_is_kept_beside(paper: Paper) -> None:
    assert [one.measure for one in paper.outcomes.elsewhere] == ["pain at 12 weeks"]


def test_its_own_number_comes_first_and_cited_ones_are_marked(paper: Paper) -> None:
    found = paper.numbers.found
    assert [one.number for one in found] == ["NCT01234567", "NCT07654321", "NCT00000001"]
    assert [one.likely_own for one in found] == [True, False, False]
    assert [one.in_references_only for one in found] == [False, False, True]


def test_statements_come_with_their_item(paper: Paper) -> None:
    said = {one.subject: one.quote for one in paper.statements}
    assert said["changes"].startswith("The protocol was amended once")
    assert said["interim"] == "One interim analysis was planned."
    assert said["blinding"] == "The trial was double-blind."
    assert "March 3, 2021" in said["recruitment-dates"]
    assert "made available on request" in said["data-sharing"]
    assert "stopped" not in said, "an introduction speaks of other trials"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("paper.pdf", "page 1, lines 19 to 20"),
        ("paper.docx", "paragraph 17"),
        ("paper.txt", "line 17"),
    ],
)
def test_places_are_those_a_reader_finds(tmp_path: Path, name: str, place: str) -> None:
    assert paper_of(tmp_path, name, FILES[name]).outcomes.outcomes[0].place == place


# ----- PDF -----


def test_a_scan_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf([[], []]))
    with pytest.raises(UndeterminedError, match="2 pages without text, as a scan does"):
        read_manuscript(tmp_path / "scan.pdf")


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "mixed.pdf").write_bytes(pdf([LINES, []]))
    assert read_manuscript(tmp_path / "mixed.pdf").notes == (
        f"no text on page 2 of {tmp_path / 'mixed.pdf'}: pictures or scans are not read",
    )


def test_sentences_go_on_over_pages_and_running_heads_do_not(tmp_path: Path) -> None:
    head = "J Made-up Med 2024;12:1-9"
    pages = [
        [head, "Methods", "The primary outcome was progression-", "free survival and was not partici-"],
        [head, "pants' weight at 6", "months. Progression-free is a word. We thank all participants."],
        [head, "Results", "Nothing of interest is told on this page of the paper."],
    ]
    paper = paper_of(tmp_path, "paper.pdf", pdf(pages))
    stated = paper.outcomes.outcomes[0]
    assert stated.measure == "progression-free survival and was not participants' weight at 6 months"
    assert stated.place == "page 1, line 3 to page 2, line 3"


@pytest.mark.parametrize("damage", ["cut", "header only", "encrypted"])
def test_a_damaged_pdf_is_one_sentence(tmp_path: Path, damage: str) -> None:
    whole = pdf([LINES])
    data = {
        "cut": whole[:300],
        "header only": b"%PDF-1.7\n",
        "encrypted": whole.replace(
            b"/Root 1 0 R",
            b"/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /Length 40 "
            b"/O <" + b"aa" * 32 + b"> /U <" + b"bb" * 32 + b"> >>",
        ),
    }[damage]
    (tmp_path / "bad.pdf").write_bytes(data)
    with pytest.raises((UsageError, UndeterminedError), match="encrypted" if damage == "encrypted" else "damaged"):
        read_manuscript(tmp_path / "bad.pdf")


def test_a_pdf_that_unpacks_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "MAX_SECONDS", 4)
    import zlib

    bomb = zlib.compress(b"\0" * (64 << 20), 9)
    bomb = zlib.compress(bomb * 40, 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    data = pdf([LINES], extra=[stream]).replace(b"/Contents 4 0 R", b"/Contents 6 0 R")
    (tmp_path / "bomb.pdf").write_bytes(data)
    with pytest.raises((UsageError, UndeterminedError)):
        read_manuscript(tmp_path / "bomb.pdf")


def test_a_pdf_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "MAX_SECONDS", 0.01)
    (tmp_path / "slow.pdf").write_bytes(FILES["paper.pdf"])
    with pytest.raises(UsageError, match="could not be read in"):
        read_manuscript(tmp_path / "slow.pdf")


# ----- Word -----


def test_lists_and_tables_of_outcomes(tmp_path: Path) -> None:
    data = word(
        [
            ("Heading 1", "Methods"),
            ("", "The secondary outcomes were:"),
            ("List Bullet", "Overall survival, at 2 years"),
            ("List Bullet", "Response rate"),
            [["Outcome", "Measure", "When"], ["Primary outcome", "Progression-free survival", "Up to 24 months"]],
            [["Primary outcome", "12 (10.1)", "14 (11.9)"]],
        ]
    )
    paper = paper_of(tmp_path, "lists.docx", data)
    assert [(one.role, one.measure, one.time_frame) for one in paper.outcomes.outcomes] == [
        ("primary", "Progression-free survival", "Up to 24 months"),
        ("secondary", "Overall survival, at 2 years", "at 2 years"),
        ("secondary", "Response rate", ""),
    ]
    assert paper.outcomes.outcomes[0].place == "paragraph 6"


def test_tracked_changes_are_taken_as_accepted_and_told(tmp_path: Path) -> None:
    data = word([("", "The primary outcome was KEEP.")])
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    inserted = '<w:ins w:id="1" w:author="x"><w:r><w:t>death</w:t></w:r></w:ins>'
    deleted = '<w:del w:id="2" w:author="x"><w:r><w:delText>pain</w:delText></w:r></w:del>'
    changed = xml.replace(
        "<w:t>The primary outcome was KEEP.</w:t>",
        '<w:t xml:space="preserve">The primary outcome was </w:t></w:r>' + inserted + deleted + "<w:r><w:t>.</w:t>",
    )
    assert changed != xml
    paper = paper_of(tmp_path, "tracked.docx", _with_member(data, "word/document.xml", changed.encode()))
    assert [one.measure for one in paper.outcomes.outcomes] == ["death"]
    assert paper.manuscript.notes == (
        f"{tmp_path / 'tracked.docx'} holds tracked changes: it was read as if all were accepted",
    )


def _with_member(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
        if name not in old.namelist():
            new.writestr(name, content)
    return out.getvalue()


def test_a_zip_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_reader, "MAX_UNPACKED", 4 << 20)
    (tmp_path / "bomb.docx").write_bytes(_with_member(word([("", "x")]), "word/media/a.bin", b"\0" * (8 << 20)))
    with pytest.raises(UsageError, match="unpacks to 8 MiB .* it was not opened"):
        read_manuscript(tmp_path / "bomb.docx")


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    honest = _with_member(word([("", "x")]), "word/document.xml", b" " * (32 << 20))
    size = (32 << 20).to_bytes(4, "little")
    (tmp_path / "liar.docx").write_bytes(honest.replace(size, (64).to_bytes(4, "little")))
    with pytest.raises(UsageError, match="damaged"):
        read_manuscript(tmp_path / "liar.docx")


def test_entities_in_a_word_file_are_not_expanded(tmp_path: Path) -> None:
    data = word([("", "KEEP")])
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    lol = "<!DOCTYPE w [" + '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    ) + "]>"  # fmt: skip
    body = xml.index("<w:document")
    evil = (xml[:body] + lol + xml[body:]).replace("KEEP", "&j;")
    (tmp_path / "lol.docx").write_bytes(_with_member(data, "word/document.xml", evil.encode()))
    try:
        text = "".join(line.text for line in read_manuscript(tmp_path / "lol.docx").lines)
        assert len(text) < 1_000
    except (UsageError, UndeterminedError):
        pass


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old or an encrypted Word file"),
        ("a.rtf", b"{\\rtf1 hello}", "an RTF file"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "is a picture"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 90, "damaged ZIP or Word file"),
        ("a.txt", b"", "is empty"),
        ("a.bin", bytes(range(32)) * 90, "is not text"),
        ("a.xml", b"<note>x</note>", "no JATS article .its root is note"),
        ("a.xml", b"<article><p>", "damaged XML"),
        ("a.xml", b"<set><article/><article/></set>", "holds 2 articles"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=words):
        read_manuscript(tmp_path / name)


def test_an_xlsx_and_an_odt_are_named_for_what_they_are(tmp_path: Path) -> None:
    for member, words in (
        ("xl/workbook.xml", "an Excel file: save its sheet"),
        ("content.xml", "an OpenDocument file"),
    ):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr(member, "x")
        with pytest.raises(UsageError, match=words):
            read_manuscript(tmp_path / "x.zip")


# ----- JATS -----


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    (tmp_path / "lol.xml").write_text(f"<!DOCTYPE article [{entities}]><article><body><p>&j;</p></body></article>")
    with pytest.raises(UsageError, match="defines XML entities"):
        read_manuscript(tmp_path / "lol.xml")


def test_no_file_of_this_computer_is_read_for_an_article(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "xxe.xml").write_text(
        f'<!DOCTYPE article [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><article><body><p>&x;</p></body></article>'
    )
    with pytest.raises(UsageError, match="defines XML entities"):
        read_manuscript(tmp_path / "xxe.xml")


def test_deep_xml_does_not_crash(tmp_path: Path) -> None:
    (tmp_path / "deep.xml").write_text("<article><body>" + "<sec>" * 50_000 + "</sec>" * 50_000 + "</body></article>")
    with pytest.raises((UsageError, UndeterminedError)):
        read_manuscript(tmp_path / "deep.xml")


# ----- text -----


def test_other_scripts_keep_their_letters(tmp_path: Path) -> None:
    text = "方法\n主要結果は12週の痛み。NCT01234567\nالنتيجة الأولية هي الألم بعد 12 أسبوعا\n"
    paper = paper_of(tmp_path, "cjk.txt", text.encode("utf-16"))
    assert [line.text for line in paper.manuscript.lines] == text.split("\n")[:-1]
    assert [one.number for one in paper.numbers.found] == ["NCT01234567"]


def test_windows_text_is_read_and_noted(tmp_path: Path) -> None:
    manuscript = paper_of(tmp_path, "w.txt", "The primary outcome was “pain” – at 6 weeks.".encode("cp1252")).manuscript
    assert "“pain” –" in manuscript.lines[0].text
    assert "Windows-1252" in manuscript.notes[0]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ISRCTN registry, ISRCTN 50189673.", ["ISRCTN50189673"]),
        ("EudraCT number 2020-002641-42 and NCT04368728", ["NCT04368728", "2020-002641-42"]),
        ("registered: NCT0436\n8728 on a date", ["NCT04368728"]),
        ("registered: NCT0436-\n8728 on a date", ["NCT04368728"]),
        ("EudraCT 2020\u2013002641\u201342", ["2020-002641-42"]),
        ("CTRI/2020/03/024402, ChiCTR2000029308", ["CTRI/2020/03/024402", "ChiCTR2000029308"]),
        ("Japan: UMIN000040211, jRCT2031190264", ["UMIN000040211", "jRCT2031190264"]),
        ("DRKS00021238; ACTRN12620000470976", ["DRKS00021238", "ACTRN12620000470976"]),
        ("no number, 2020-2021, phone 0800-123456-78", []),
    ],
)  # fmt: skip
def test_registry_numbers_in_any_spelling(tmp_path: Path, text: str, numbers: list[str]) -> None:
    found = paper_of(tmp_path, "n.txt", f"Trial registration\n{text}\n".encode()).numbers.found
    assert sorted(one.number for one in found) == sorted(numbers)


def test_what_looks_like_a_number_and_is_none_is_told(tmp_path: Path) -> None:
    numbers = paper_of(tmp_path, "n.txt", b"registered as NCT0436872.\n").numbers
    assert numbers.found == ()
    assert numbers.malformed == (("NCT0436872", "line 1"),)
