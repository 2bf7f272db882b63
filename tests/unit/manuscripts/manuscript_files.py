"""Small manuscripts made for the tests: PDF by hand, Word by python-docx."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence


def pdf(pages: Sequence[Sequence[str]], *, extra: Sequence[bytes] = (), compressed: bool = False) -> bytes:
    """A PDF with lines of Helvetica; an empty page draws a grey box, as a scan's picture would be."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        drawn = b"0.8 g 72 72 450 650 re f"
        if lines:
            rows = [b"(" + _escaped(line) + b") Tj T*" for line in lines]
            drawn = b"BT /F1 11 Tf 14 TL 60 780 Td\n" + b"\n".join(rows) + b"\nET"
        head = b""
        if compressed:
            drawn, head = zlib.compress(drawn), b" /Filter /FlateDecode"
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(drawn), head, drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % len(objects)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    objects.extend(extra)
    return _file(objects)


def drawn_pdf(pieces: Sequence[tuple[float, float, float, str]]) -> bytes:
    """A PDF of one page with texts of Helvetica, each at x and y points from the lower left, of a size in points."""
    drawn = b"\n".join(
        b"BT /F1 %g Tf %g %g Td (%s) Tj ET" % (size, x, y, _escaped(text)) for x, y, size, text in pieces
    )
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents 4 0 R >>",
        ]
    )


def _file(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _escaped(line: str) -> bytes:
    data = line.encode("cp1252", "replace")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def word(blocks: Sequence[tuple[str, str] | Sequence[Sequence[str]]]) -> bytes:
    """A .docx of (style, text) paragraphs and of tables, which are rows of cells."""
    from docx import Document

    document = Document()
    for block in blocks:
        if isinstance(block, tuple) and isinstance(block[0], str) and isinstance(block[1], str):
            document.add_paragraph(block[1], style=block[0] or None)
        else:
            table = document.add_table(rows=len(block), cols=len(block[0]))
            for row, cells in zip(table.rows, block, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PAPER = """A made-up trial of a made-up treatment
Abstract
BACKGROUND
Nobody knows whether A is better than B.
METHODS
We assigned 120 adults to A or B. The primary outcome was pain at 12 weeks.
RESULTS
Pain was 3.1 with A and 4.0 with B.
CONCLUSIONS
A was better. ClinicalTrials.gov number, NCT01234567.
Introduction
An earlier trial (NCT07654321) was stopped early.
Methods
Trial design
The trial was double-blind. Patients were enrolled between March 3, 2021, and June 30, 2022.
Outcomes
The primary outcome was the change from baseline in pain, measured on a numeric rating scale from 0 to 10, at 12 weeks.
Secondary outcomes included quality of life at 12 weeks, days off work, and serious adverse events.
The protocol was amended once: after enrolment had begun, days off work became a secondary outcome.
Statistical analysis
One interim analysis was planned. Analyses were by intention to treat.
Results
The primary outcome was lower in the A group (P=0.02).
Discussion
We compared A and B.
Data sharing
De-identified individual participant data will be made available on request.
References
1. Other A. A trial. J Med 2001 (NCT00000001).
"""
"""A short manuscript, as plain text."""


def jats() -> bytes:
    """PAPER as JATS XML, with a DTD that is not there, an entity of it and a reference in a sentence."""
    lines = PAPER.replace("&", "&amp;").splitlines()
    at = lines.index
    abstract = "".join(
        f"<sec><title>{lines[n]}</title><p>{lines[n + 1]}</p></sec>"
        for n in range(at("BACKGROUND"), at("Introduction"), 2)
    )
    sections = ""
    for name, until in (
        ("Introduction", "Methods"),
        ("Methods", "Results"),
        ("Results", "Discussion"),
        ("Discussion", "Data sharing"),
    ):
        inner = ""
        for line in lines[at(name) + 1 : at(until)]:
            inner += (
                f"<title>{line}</title>"
                if len(line) < 24
                else f"<p>{line}<xref ref-type='bibr'><sup>3</sup></xref></p>"
            )
        sections += f"<sec><title>{name}</title>{inner}</sec>"
    doctype = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2//EN" "jats.dtd">'
    sharing = lines[at("Data sharing") + 1].replace(" ", "&nbsp;", 1)
    return (
        f'<?xml version="1.0"?>{doctype}<article><front><article-meta><title-group><article-title>{lines[0]}'
        f"</article-title></title-group><abstract>{abstract}</abstract></article-meta></front><body>{sections}</body>"
        f"<back><sec><title>Data sharing</title><p>{sharing}</p></sec><ref-list><ref><mixed-citation>{lines[-1]}"
        "</mixed-citation></ref></ref-list></back></article>"
    ).encode()
