"""Which section of a manuscript each line stands in, by the headings that journals use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from trialseal.manuscripts.model import Line, Section

# A heading is a short line. Numbers in front of it ("2.1 Outcomes") and a colon behind it do not count.
_LONGEST = 90
_NUMBERING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.)\s+")

_HEADINGS: tuple[tuple[Section, str], ...] = (
    ("abstract", r"(?:structured )?(?:abstract|summary|synopsis)"),
    ("introduction", r"introduction|background(?: and (?:objectives?|aims?|rationale))?|rationale"),
    (
        "methods",
        r"(?:(?:materials?|patients?|participants?|subjects?|trial|study) and )?methods?"
        r"(?: and (?:materials?|analysis))?"
        r"|(?:trial|study) (?:design|procedures?|oversight|population|conduct)(?: and (?:\w+ ?){1,3})?|procedures?"
        r"|(?:trial |study )?(?:end ?points?|outcomes?)(?: measures?)?(?: and (?:\w+ ?){1,3})?"
        r"|(?:primary|secondary|main|key secondary|exploratory|safety|efficacy)(?: (?:and|or) \w+)?(?: \w+)? "
        r"(?:end ?points?|outcomes?)(?: measures?)?(?: and (?:\w+ ?){1,3})?"
        r"|statistical (?:analys[ie]s|methods|considerations)(?: plan)?|sample size(?: \w+){0,2}"
        r"|randomi[sz]ation(?: and (?:\w+ ?){1,3})?"
        r"|assessments?|outcome measures?|interventions?|participants|patients|blinding|masking",
    ),
    ("results", r"results?|findings|results? and discussion"),
    ("discussion", r"discussion|conclusions?|interpretation|limitations|comment|discussion and conclusions?"),
    ("references", r"references?|bibliography|literature cited|works cited"),
    (
        "back",
        r"acknowledge?ments?|funding(?: statement| sources?)?|(?:author )?contributions?|authors['’] contributions?"
        r"|(?:declarations?|conflicts?) of (?:competing )?interests?|competing interests?|disclosures?|declarations"
        r"|data (?:sharing|availability)(?: statement| plan)?|availability of data(?: and materials?)?"
        r"|ethics(?: approval)?(?: and (?:\w+ ?){1,4})?|supplementary (?:material|appendix|information)"
        r"|appendix(?: \w+)?"
        r"|trial registration(?: number)?|registration|supporting information",
    ),
)
_KNOWN = tuple((section, re.compile(rf"(?:{pattern})\s*[.:]?", re.IGNORECASE)) for section, pattern in _HEADINGS)
# "METHODS We randomised …", "Main outcome measures: …": headings that run on, as structured abstracts have them.
_RUN_IN = re.compile(
    r"^(?P<head>background|introduction|importance|objectives?|aims?|context"
    r"|design(?:,? setting,? and participants)?|setting|participants|patients|interventions?|exposures?"
    r"|main outcomes?(?: and measures?| measures?)?|outcomes?(?: measures?)?|measurements?|methods?"
    r"|patients and methods|results?|findings|conclusions?(?: and relevance)?|interpretation|funding"
    r"|(?:clinical )?trial registration(?: number)?|registration)\s*(?P<sign>[:.–—]|(?<=[A-Z])\s(?=[A-Z]))\s*",
    re.IGNORECASE,
)


class Placed(NamedTuple):
    """A line, its section, and the last heading above it."""

    line: Line
    section: Section
    heading: str
    is_heading: bool


def place_lines(lines: Sequence[Line]) -> list[Placed]:
    """Each line with its section. What stands before the first heading is the front.

    An abstract may have headings of its own. It ends where the introduction begins, where a heading comes a second
    time, or with what follows its conclusions.
    """
    placed: list[Placed] = []
    section: Section = "front"
    heading = ""
    in_abstract: set[Section] | None = None
    for line in lines:
        found = heading_of(line)
        if line.section is not None and line.kind != "heading":
            placed.append(Placed(line, line.section, heading, False))
            continue
        if found is None:
            if line.kind == "heading":
                heading = line.text
            placed.append(Placed(line, line.section or section, heading, line.kind == "heading"))
            continue
        kind, heading = found
        if line.section is not None:
            pass
        elif kind == "abstract" and section == "front":
            section, in_abstract = "abstract", set()
        elif in_abstract is not None and _within_abstract(kind, heading, in_abstract):
            in_abstract.add(kind)
        elif section != "references" or kind not in ("methods", "introduction"):
            # After the references only appendices come, but "Methods" in a table of them is none.
            section, in_abstract = _next(section, kind), None
        placed.append(Placed(line, line.section or section, heading, True))
    return placed


def heading_of(line: Line) -> tuple[Section, str] | None:
    """The section that a line opens and its words, if it is one of the headings known here."""
    if line.kind == "row" or len(line.text) > _LONGEST:
        return None
    text = _NUMBERING.sub("", line.text).strip(" .:*#_")
    for section, pattern in _KNOWN:
        if pattern.fullmatch(text) and (line.kind == "heading" or text[:1].isupper()):
            return section, text
    return None


def run_in_heading(text: str) -> tuple[str, str] | None:
    """'Main outcome measures: overall survival' as heading and rest."""
    found = _RUN_IN.match(text)
    if not found:
        return None
    head = found["head"]
    if found["sign"].strip() in (":", "–", "—") or head.isupper():
        return head, text[found.end() :]
    return None


def _within_abstract(kind: Section, heading: str, seen: set[Section]) -> bool:
    if kind in ("references", "abstract"):
        return False
    if kind == "introduction":
        return heading.lower().startswith("background") and not seen
    if kind == "methods":
        return "results" not in seen and "discussion" not in seen
    if kind in ("results", "discussion"):
        return kind not in seen or kind == "discussion"
    return True


def _next(section: Section, kind: Section) -> Section:
    """Sub-headings of the methods that results have too ("Primary outcome") stay where they are."""
    if kind == "methods" and section in ("results", "discussion", "back"):
        return section
    return kind
