"""What erasing a participant rests on and what of them must usually be kept: one list for events and for tables.

`python -m trialseal.documents.erasing` writes docs/erasing.md; the commands show the same before they ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

PAGE = Path(__file__).parents[3] / "docs" / "erasing.md"

LEGAL_BASES: Final[dict[str, str]] = {
    "GDPR 5(1)(d)": "the data are wrong, such as a participant who was entered by mistake",
    "GDPR 17(1)(a)": "the data are no longer needed for what they were collected for",
    "GDPR 17(1)(b)": "consent was withdrawn, and the data have no other legal ground",
    "GDPR 17(1)(c)": "the participant objects, and no overriding ground for keeping the data exists",
    "GDPR 17(1)(d)": "the data were unlawfully processed, such as of someone who never consented",
    "GDPR 17(1)(e)": "a law of the Union or of a Member State obliges to erase",
    "GDPR 58(2)(g)": "the supervisory authority ordered it",
    "FADP 32(2)(c)": "Swiss law: a claim that personal data be deleted",
    "court order": "a court ordered it",
    "not personal data": "nobody's data, such as a test entry",
}
"""Of an erasure: what a tombstone may name, and what each means. GDPR: Regulation (EU) 2016/679."""


class Kept(NamedTuple):
    """What must usually be kept though a participant asks for erasure, and who says so."""

    what: str
    why: str
    source: str
    types: tuple[str, ...] = ()
    """Of events."""


KEPT: Final = (
    Kept(
        "safety data",
        "reporting and assessing safety is a legal duty, not a matter of consent",
        "EDPB Opinion 3/2019; GDPR 17(3)(b) and (c); 21 CFR 312.62(b)",
        ("adverse-event",),
    ),
    Kept(
        "data collected before a withdrawal of consent",
        "a withdrawal does not affect what was done and obtained before it",
        "Regulation (EU) 536/2014, 28(3); GDPR 7(3)",
        ("visit", "device-reading", "image-reference", "participation-end", "deviation"),
    ),
    Kept(
        "who consented, was enrolled, randomised and treated, and with what",
        "it is essential to judge the trial, and part of the case history",
        "21 CFR 312.62(a) and (b); Regulation (EU) 536/2014, 57",
        ("consent", "withdrawal", "enrolment", "randomisation", "allocation", "dispensing"),
    ),
    Kept(
        "the trial master file",
        "it is archived for at least 25 years after the end of the trial, medical files as national law says",
        "Regulation (EU) 536/2014, 58",
    ),
    Kept(
        "records under an IND",
        "2 years after marketing approval, or after the investigation ended and FDA was notified",
        "21 CFR 312.57(c) and 312.62(c)",
    ),
    Kept(
        "data that research in the public interest rests on",
        "erasure may be refused where it would make the research impossible or seriously impair it",
        "GDPR 17(3)(d) and 89(1)",
    ),
)
"""Not legal advice: what a data protection officer will ask."""


_ASKED: Final = frozenset(("adverse-event", "randomisation", "allocation"))


def basis_words(basis: str) -> str:
    """GDPR 17(1)(b): consent was withdrawn, …"""
    return f"{basis}: {LEGAL_BASES[basis]}" if basis in LEGAL_BASES else basis


def kept_of(types: Iterable[str]) -> tuple[Kept, ...]:
    """Of the rows of KEPT that are of certain types of events, those of these types."""
    given = frozenset(types)
    return tuple(one for one in KEPT if given & set(one.types))


def must_be_asked(types: Iterable[str]) -> list[str]:
    """Of types of events those of which an audit asks whether they had to be kept: safety and randomisation."""
    return sorted(set(types) & _ASKED)


def page() -> str:
    """docs/erasing.md."""
    lines = [
        "# Erasing a participant",
        "",
        "<!-- Made by python -m trialseal.documents.erasing: change the lists there, not this page. -->",
        "",
        "`events forget` erases a participant from a stream, `dataset forget` from sealed tables: their secret and",
        "their rows. Proofs of all others hold. A tombstone stays, with the office that did it, the reason and the",
        "legal basis, and every audit names it. First the command says what would be destroyed, and asks.",
        "",
        "## What must usually be kept",
        "",
        "Ask the data protection officer before you erase any of this. Of an erased safety event or randomised",
        "participant every audit says that it cannot be determined whether it had to be kept.",
        "",
        "| what | why | source |",
        "|---|---|---|",
        *(f"| {one.what} | {one.why} | {one.source} |" for one in KEPT),
        "",
        "## Legal bases",
        "",
        "`--legal-basis` takes one of these:",
        "",
        "| legal basis | what it means |",
        "|---|---|",
        *(f"| `{name}` | {words} |" for name, words in LEGAL_BASES.items()),
        "",
        "## What a tombstone does not reach",
        "",
        "Backups, copies, proofs that were handed out, the files that the data came from, and other streams and",
        "tables: they are yours to erase.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
