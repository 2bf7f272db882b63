"""Which section of a manuscript each line stands in, by the headings that journals use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from trialseal.manuscripts.model import Line, Section

# A heading is a short line. Numbers in front of it ("2.1 Outcomes") and a colon behind it do not count.
_LONGEST = 90
# A line as long as this is a full one, which the next one goes on with.
_FULL_LINE = 45
_NUMBERING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.)\s+")

_HEADINGS: tuple[tuple[Section, str], ...] = (
    ("abstract", r"(?:structured )?(?:abstract|summary|synopsis)"),
    ("introduction", r"introduction|background(?: and (?:objectives?|aims?|rationale))?|rationale"),
    (
        "methods",
        r"(?:(?:materials?|patients?|participants?|subjects?|trial|study|(?:research |study |trial )?designs?) and )?"
        r"methods?(?: and (?:materials?|analysis))?|experimental(?: section| procedures?)?|methodology"
        r"|methods?/designs?|procedures?"
        r"|(?:trial|study) (?:design|procedures?|oversight|population|conduct)(?: and (?:\w+ ?){1,3})?"
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


# The headings of the parts of a paper, against those of what is told within them.
_PARTS: dict[Section, re.Pattern[str]] = {
    "introduction": re.compile(r"introduction|background|rationale", re.IGNORECASE),
    "methods": re.compile(
        r"(?:(?:online |star |experimental )?"
        r"(?:materials?|patients?|participants?|subjects?|(?:research |study |trial )?designs?) and )?methods?"
        r"(?: and (?:materials?|patients?|participants?))?|experimental(?: section| procedures?)?|methodology"
        r"|methods?/designs?",
        re.IGNORECASE,
    ),
    "results": re.compile(r"results?|findings|results? and discussion", re.IGNORECASE),
    "discussion": re.compile(r"discussion|conclusions?|interpretation", re.IGNORECASE),
}
# 'Me thods', 'R e s u l t s': letter-spaced and small capitals come apart.
_SPACED = {
    "methods": "methods", "method": "methods", "materialsandmethods": "methods", "patientsandmethods": "methods",
    "results": "results", "discussion": "discussion", "conclusions": "conclusions", "conclusion": "conclusion",
    "introduction": "introduction", "background": "background", "references": "references", "abstract": "abstract",
    "summary": "summary", "acknowledgments": "acknowledgments", "acknowledgements": "acknowledgements",
    "statisticalanalysis": "statistical analysis", "trialdesign": "trial design", "studydesign": "study design",
    "endpoints": "end points", "outcomes": "outcomes", "primaryoutcome": "primary outcome",
    "primaryendpoint": "primary end point", "secondaryoutcomes": "secondary outcomes", "patients": "patients",
    "secondaryendpoints": "secondary end points", "outcomemeasures": "outcome measures",
}  # fmt: skip


class Placed(NamedTuple):
    """A line, its section, and the last heading above it."""

    line: Line
    section: Section
    heading: str
    is_heading: bool


class _Heading(NamedTuple):
    section: Section
    words: str
    opens: bool
    """Whether it is the heading of a part of the paper, such as 'Methods', not of something told within one."""


def place_lines(lines: Sequence[Line]) -> list[Placed]:
    """Each line with its section. What stands before the first heading is the front.

    An abstract may have headings of its own, and none above it. It ends where the introduction begins, where a
    heading comes a second time, or with what follows its conclusions.
    """
    headings = [_heading(line, lines[number - 1] if number else None) for number, line in enumerate(lines)]
    abstract_from = _unnamed_abstract(lines, headings)
    placed: list[Placed] = []
    section: Section = "front"
    heading = ""
    in_abstract: set[Section] | None = None
    for number, (line, found) in enumerate(zip(lines, headings, strict=True)):
        if number == abstract_from:
            section, in_abstract = "abstract", set()
        if line.section is not None:
            # The file says it; a heading is a heading, whatever it is called.
            section, in_abstract = line.section, None
            if line.kind == "heading":
                heading = line.text
            placed.append(Placed(line, section, heading, line.kind == "heading"))
            continue
        if found is None:
            if line.kind == "heading":
                heading = line.text
            placed.append(Placed(line, section, heading, line.kind == "heading"))
            continue
        kind, heading = found.section, found.words
        if kind == "abstract" and section == "front":
            section, in_abstract = "abstract", set()
        elif in_abstract is not None and _within_abstract(kind, heading, in_abstract, number == abstract_from):
            in_abstract.add(kind)
        elif section != "references" or kind not in ("methods", "introduction"):
            # After the references only appendices come, but "Methods" in a table of them is none.
            section, in_abstract = _next(section, found), None
        placed.append(Placed(line, section, heading, True))
    return placed


def heading_of(line: Line) -> tuple[Section, str] | None:
    """The section that a line opens and its words, if it is one of the headings known here."""
    found = _heading(line, None)
    return found and (found.section, found.words)


def _heading(line: Line, before: Line | None) -> _Heading | None:
    if line.kind == "row" or len(line.text) > _LONGEST:
        return None
    if line.kind != "heading" and before is not None and _goes_on(before, line):
        return None
    text = _NUMBERING.sub("", line.text).strip(" .:*#_")
    text = _SPACED.get("".join(text.split()).casefold(), text).strip() if " " in text else text
    for section, pattern in _KNOWN:
        if pattern.fullmatch(text) and (line.kind == "heading" or line.text.strip(" .:*#_0123456789")[:1].isupper()):
            opens = section not in _PARTS or _PARTS[section].fullmatch(text) is not None
            return _Heading(section, text, opens)
    return None


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line ends the sentence of the line before it: '… in the Supplementary' and 'Appendix.'."""
    return (
        before.kind not in ("heading", "row")
        and before.page == line.page
        and not before.ends
        and before.number + 1 == line.number
        and before.text[-1:] not in '.!?:;)]"”'
        and (before.text[-1:] in ",-" or line.text.endswith(".") or len(before.text) >= _FULL_LINE)
        and not _known(before.text)
    )


def _known(text: str) -> bool:
    plain = _NUMBERING.sub("", text).strip(" .:*#_")
    return any(pattern.fullmatch(plain) for _, pattern in _KNOWN)


def _unnamed_abstract(lines: Sequence[Line], headings: Sequence[_Heading | None]) -> int | None:
    """Where an abstract begins over which no such heading stands: methods, results and conclusions come there, and
    then once more."""
    if any(line.section is not None for line in lines):
        return None
    opening = [(number, one.section) for number, one in enumerate(headings) if one is not None and one.opens]
    kinds = [kind for _, kind in opening]
    if "abstract" in kinds[:2] or kinds.count("methods") < 2:
        return None
    first, second = (
        (number for number, kind in opening if kind == "methods")
        if kinds.count("methods") == 2
        else ([number for number, kind in opening if kind == "methods"][:2])
    )
    between = [kind for number, kind in opening if first < number < second]
    if "results" not in between:
        return None
    introduced = [number for number, kind in opening if kind == "introduction" and number < first]
    return introduced[0] if introduced else first


def run_in_heading(text: str) -> tuple[str, str] | None:
    """'Main outcome measures: overall survival' as heading and rest."""
    found = _RUN_IN.match(text)
    if not found:
        return None
    head = found["head"]
    if found["sign"].strip() in (":", "–", "—") or head.isupper():
        return head, text[found.end() :]
    return None


def _within_abstract(kind: Section, heading: str, seen: set[Section], first: bool) -> bool:
    if kind in ("references", "abstract"):
        return False
    if kind == "introduction":
        return first or (heading.lower().startswith("background") and not seen)
    if kind == "methods":
        return "results" not in seen and "discussion" not in seen
    if kind in ("results", "discussion"):
        return kind not in seen or kind == "discussion"
    return True


def _next(section: Section, found: _Heading) -> Section:
    """Sub-headings of the methods that results have too ("Primary outcome") stay where they are."""
    if found.section == "methods" and not found.opens and section in ("results", "discussion", "back"):
        return section
    return found.section
