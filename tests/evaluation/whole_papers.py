"""Scores how completely outcomes are read from whole articles, against a key, and writes its section of the report.

The articles are not part of this repository: `papers/articles.csv` names each with its digest, and FOLDER holds them as
ARTICLE.nxml; `papers/outcomes.csv` is the key. An article whose digest is another is not scored. A word of the key may
have alternatives ('|'); several words ('+') must all stand in the row.

Every row is held against the article, whether its words are stretches of it. With `--pdf FOLDER` its PDF files are read
too: as ARTICLE.pdf they are held against what is read of the same article.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from trialseal.errors import TrialsealError
from trialseal.manuscripts.jats import read_jats
from trialseal.manuscripts.paper import Paper, read_paper
from trialseal.manuscripts.pdf import read_pdf
from trialseal.manuscripts.stated import StatedOutcome

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "papers"
NOTES = DATA / "notes.md"
SECTION = DATA / "section.md"
REPORT = ROOT / "docs" / "evaluation.md"
BEGIN, END = "## Whole papers", "## What was learnt"


class Wanted(NamedTuple):
    """An outcome of the key."""

    role: str
    needed: bool
    words: str

    def is_in(self, row: str) -> bool:
        return all(any(word in row for word in words.split("|")) for words in self.words.split("+"))


class Counts(NamedTuple):
    """Of one article or of many: outcomes named of those needed, rows right of those found, articles without fault."""

    needed: int = 0
    named: int = 0
    rows: int = 0
    right: int = 0

    def __add__(self, other: object) -> Counts:
        assert isinstance(other, Counts)
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def is_exact(self) -> bool:
        return self.needed == self.named and self.rows == self.right


def counted(rows: Sequence[str], wanted: Sequence[Wanted]) -> Counts:
    """The rows matched one to one with the key, the needed outcomes first."""
    held: dict[int, int] = {}

    def match(number: int, tried: set[int]) -> bool:
        for place, row in enumerate(rows):
            if place in tried or not wanted[number].is_in(row):
                continue
            tried.add(place)
            if place not in held or match(held[place], tried):
                held[place] = number
                return True
        return False

    for number in sorted(range(len(wanted)), key=lambda one: not wanted[one].needed):
        match(number, set())
    needed = sum(one.needed for one in wanted)
    return Counts(needed, sum(wanted[number].needed for number in held.values()), len(rows), len(held))


def main() -> int:
    """Scores, prints, writes the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the articles as ARTICLE.nxml")
    parser.add_argument("--pdf", type=Path, action="append", default=[], help="a folder of PDF files; may be repeated")
    args = parser.parse_args()
    folder: Path = args.folder
    key: dict[str, list[Wanted]] = defaultdict(list)
    for line in _lines(DATA / "outcomes.csv"):
        key[line["article"]].append(Wanted(line["role"], line["needed"] == "yes", line["words"]))
    found: dict[str, list[dict[str, Counts]]] = defaultdict(list)
    missing = 0
    read: dict[str, Paper] = {}
    for line in _lines(DATA / "articles.csv"):
        path = folder / f"{line['article']}.nxml"
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != line["sha256"]:
            missing += 1
            continue
        read[line["article"]] = paper = read_paper(read_jats(data, path.name))
        found[line["share"]].append(_scored(paper, key[line["article"]]))
    if not found:
        print(f"{folder} holds none of the articles: see {DATA / 'articles.csv'}", file=sys.stderr)
        return 3
    verbatim = [f"{len(read)} articles: {_words_kept([*read.values()])}."]
    section = "\n".join([*_written(found, missing), "", *verbatim, *_of_pdfs(args.pdf, read)]) + "\n"
    SECTION.write_text(section, encoding="utf-8")
    report = REPORT.read_text(encoding="utf-8")
    begin = report.find(BEGIN) if BEGIN in report else report.index(END)
    REPORT.write_text(report[:begin] + section + "\n" + report[report.index(END) :], encoding="utf-8")
    print(section)
    return 0


def _lines(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _scored(paper: Paper, key: Sequence[Wanted]) -> dict[str, Counts]:
    outcomes = paper.outcomes.outcomes
    return {
        role: counted(
            [f"{one.measure} {one.description} {one.time_frame}".casefold() for one in outcomes if one.role == role],
            [one for one in key if one.role == role],
        )
        for role in ("primary", "secondary")
    }


def is_verbatim(outcome: StatedOutcome, source: str) -> bool:
    """Whether an outcome's words are stretches of the sentence quoted, and that is one of the source.

    Both but for white space, and for the hyphens at the ends of a PDF's lines.
    """
    quote = " ".join(outcome.quote.split())
    words = [outcome.measure, outcome.description, *outcome.time_frame.split("; ")]
    return _squeezed(quote) in source and all(" ".join(one.split()) in quote for one in words)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", text)


def _words_kept(papers: Sequence[Paper]) -> str:
    rows = right = 0
    for paper in papers:
        source = _squeezed("".join(line.text for line in paper.manuscript.lines))
        rows += len(paper.outcomes.outcomes)
        right += sum(is_verbatim(one, source) for one in paper.outcomes.outcomes)
    return f"{right} of {rows} rows are stretches of the article, word for word"


def _of_pdfs(folders: Sequence[Path], read: dict[str, Paper]) -> list[str]:
    """What is read of PDF files, and how much of it is read of the same article too."""
    papers: dict[str, Paper] = {}
    for path in sorted(path for folder in folders for path in folder.glob("*.pdf")):
        try:
            papers[path.stem] = read_paper(read_pdf(path.read_bytes(), path.name))
        except TrialsealError as error:
            print(error, file=sys.stderr)
    if not papers:
        return []
    both = [(read[name], paper) for name, paper in papers.items() if name in read]
    lines = [f"{len(papers)} PDF files: {_words_kept([*papers.values()])}."]
    for role in ("primary", "secondary"):
        same = jats = pdf = 0
        for one, other in both:
            these, those = ({_letters(row.measure) for row in paper.outcomes.outcomes if row.role == role}
                            for paper in (one, other))  # fmt: skip
            same, jats, pdf = same + len(these & those), jats + len(these), pdf + len(those)
        if both:
            lines.append(
                f"{len(both)} of them have their article beside them: of the {role} rows of the article"
                f" {_part(same, jats)} are read from its PDF, of those of the PDF {_part(same, pdf)} from the article."
            )
    return lines


def _letters(text: str) -> str:
    """A measure without what a citation or a line's end leaves in it."""
    return "".join(sign for sign in text.casefold() if sign.isalpha())


def _written(found: dict[str, list[dict[str, Counts]]], missing: int) -> list[str]:
    lines = [
        *NOTES.read_text(encoding="utf-8").splitlines(),
        "",
        "As read now (the shares were all looked at by now, so that these figures flatter):",
        "",
        "| share | articles | primary named | primary rows right | secondary named | secondary rows right"
        " | articles without fault |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    everything = [one for articles in found.values() for one in articles]
    for share, articles in [*sorted(found.items()), ("all", everything)]:
        primary = sum((one["primary"] for one in articles), Counts())
        secondary = sum((one["secondary"] for one in articles), Counts())
        exact = sum(all(counts.is_exact for counts in one.values()) for one in articles)
        lines.append(
            f"| {share} | {len(articles)} | {_part(primary.named, primary.needed)}"
            f" | {_part(primary.right, primary.rows)} | {_part(secondary.named, secondary.needed)}"
            f" | {_part(secondary.right, secondary.rows)} | {_part(exact, len(articles))} |"
        )
    if missing:
        lines += ["", f"{missing} of the listed articles were not there, or had another digest."]
    return lines


def _part(some: int, of: int) -> str:
    return f"{some / of:.2f} ({some} of {of})" if of else "none"


if __name__ == "__main__":
    sys.exit(main())
