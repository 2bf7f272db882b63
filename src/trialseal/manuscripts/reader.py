"""Reading a manuscript, whichever format it has: told by its content, not by its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from trialseal.documents.web_pages import is_web_page
from trialseal.errors import UndeterminedError, UsageError
from trialseal.files import read_file
from trialseal.manuscripts.model import MAX_BYTES, Manuscript

_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LATEX = re.compile(rb"^[ \t]*\\(?:documentclass|documentstyle|begin\{document\})", re.MULTILINE)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")


def read_manuscript(path: str | os.PathLike[str]) -> Manuscript:
    """The text of a PDF, Word (.docx), JATS XML or plain text file.

    UsageError in one sentence for a file that is damaged, encrypted, too large or of another format;
    UndeterminedError for one that holds no text, such as a scan.
    """
    data = _bytes(Path(path))
    manuscript = _read(data, str(path))
    if not any(line.text for line in manuscript.lines):
        raise UndeterminedError(f"{path} holds no text: get the authors' own file")
    return manuscript


def _read(data: bytes, name: str) -> Manuscript:
    head = data[:1024].lstrip()
    if b"%PDF-" in data[:1024]:  # the standard lets other bytes stand before it
        from trialseal.manuscripts.pdf import read_pdf

        return read_pdf(data, name)
    if data.startswith(b"PK\x03\x04"):
        from trialseal.manuscripts.word import read_word

        return read_word(data, name)
    if data.startswith(_OLD_WORD):
        raise UsageError(f"{name} is an old or an encrypted Word file: save it as .docx or PDF, without a password")
    if head.startswith(b"{\\rtf"):
        raise UsageError(f"{name} is an RTF file: save it as .docx, PDF or plain text")
    if is_web_page(head) or _is_web_archive(head):
        raise UsageError(f"{name} is a web page: download the article's PDF or JATS XML, or print the page as a PDF")
    if data.startswith(_PICTURES):
        raise UsageError(f"{name} is a picture: get the manuscript as a PDF or Word file with its text")
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"<") or data.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<")):
        from trialseal.manuscripts.jats import read_jats

        return read_jats(data, name)
    if _LATEX.search(data):
        raise UsageError(f"{name} is a LaTeX source: give the PDF that is made from it")
    from trialseal.manuscripts.plain_text import read_plain

    return read_plain(data, name)


def _is_web_archive(head: bytes) -> bool:
    """Whether a browser saved a page with its pictures as one file, as a mail of several parts."""
    return head.startswith((b"From: ", b"MIME-Version:", b"Content-Type:")) and b"multipart/related" in head


def _bytes(path: Path) -> bytes:
    data = read_file(path, MAX_BYTES, too_large=": save the manuscript without its pictures")
    if not data.strip():
        raise UsageError(f"{path} is empty: get a whole copy of the manuscript")
    return data
