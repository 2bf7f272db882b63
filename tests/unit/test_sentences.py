"""Every sentence that a person can read, in one file, build/sentences.txt; and what none of them may say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LONGEST = 30  # words
FEWEST = 4
# Turns of phrase that readers stumbled over, and what says the same.
REFUSED = {
    r"\bis said to,": "is reported",
    r"\bfor whom nobody vouches whom\b": "no party you trust vouches for it",
    r"\bsays not\b": "does not say",
    r"\bstands there already\b": "is there already",
    r"\b1 versions\b": "1 version",
    r"\w\(s\)(?!\w)": "a number that agrees",
    r"\bwrong use\b": "correct an argument, file or password",
    r"\bnotaris": "date-stamp",
    r"\bnot at hand\b": "not given, not found",
    r"\bpass(?:es|ed) over\b": "skips",
    r"\bis no (?:text|spreadsheet|number)\b": "is not a",
    r"\bbetray": "reveals",
    r"\b(?:do|does|is|are|can|will|has|have)n't\b": "no contractions",
    r"\bof one's own\b": "your",
    r"\btakes nothing back\b": "deletes nothing",
    # --accredited-by, party-accredited and kind accreditation are names that stay.
    r"(?i)(?<![-_`])(?<!kind )\baccredit(?!ation, approval)": "vouch for",
}
# What is long and no sentence: a list of forms that are read, and of exit codes.
NO_SENTENCES = {"registries/reading.py", "cli/parser.py"}
# Words of the house that a page or a message uses, each of which docs/words.md has to explain.
HOUSE = (
    "participant", "sponsor", "ethics committee", "party", "account", "act", "outcome", "endpoint", "seal",
    "fingerprint", "vouch for", "date-stamp", "stream", "head", "anchor", "reference block", "receipt", "answer",
    "open question", "permit", "hand-over", "bundle", "summary page", "practice chain", "tombstone", "draft",
    "chain", "node", "block", "ether", "gas", "key", "managing key", "attestation",
)  # fmt: skip


@cache
def messages() -> tuple[tuple[str, str], ...]:
    """Where, and what, in the program: texts that are no docstrings; what is filled in is N."""
    found = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        name = path.relative_to(ROOT / "src" / "trialseal").as_posix()
        for line, words in _texts(ast.parse(path.read_text(encoding="utf-8"))):
            plain = " ".join(words.split())
            if re.search(r"[.,:;a-z]", plain) and not re.search(r"[<>{}\\^$|]|^[A-Z -]+$", plain):
                found += [(f"{name}:{line}", one) for one in _sentences(plain)]
    return tuple(found)


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    aside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "N" for one in node.values]
            aside.update(ast.walk(node))
            yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in aside:
            yield node.lineno, node.value


def _sentences(text: str) -> list[str]:
    """The sentences of a text, and the halves that a colon or semicolon makes."""
    return [one for one in re.split(r"(?<=[.?!:;])\s+", text) if len(one.split()) >= FEWEST]


@cache
def written(page: Path) -> tuple[str, ...]:
    """The sentences of a page and of its tables' cells, without code and headings; code in a line is one word."""
    text = re.sub(r"```.*?```", "\n\n", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = []
    for part in re.split(r"\n\s*\n|\n(?=[-|#*] ?)|\n(?=\d+\. )", text):
        plain = re.sub(r"`[^`]*`", "CODE", " ".join(part.split()))
        if not plain.startswith(("#", "![", "<!--")):
            cells = re.split(r"(?<!\\)\|", plain) if plain.startswith("|") else [plain]
            found += [one for cell in cells for one in _sentences(cell.strip())]
    return tuple(found)


def test_every_sentence_is_in_one_file_and_none_is_refused() -> None:
    listed = [*messages(), *((page.name, one) for page in PAGES for one in written(page))]
    place = ROOT / "build" / "sentences.txt"
    place.parent.mkdir(exist_ok=True)
    place.write_text("".join(f"{where}\t{one}\n" for where, one in listed), encoding="utf-8")
    assert len(listed) > 5_000
    refused = [
        f"{where}: {one!r} (say: {instead})"
        for pattern, instead in REFUSED.items()
        for where, one in listed
        if re.search(pattern, one)
    ]
    assert not refused, "\n".join(refused)


def test_no_message_has_a_sentence_of_more_than_thirty_words() -> None:
    long = [
        f"{where}: {one}"
        for where, one in messages()
        if len(one.split()) > LONGEST and where.partition(":")[0] not in NO_SENTENCES and re.search(r"[,.;:'] ", one)
    ]
    assert not [one for one in long if not re.search(r"CREATE TABLE|AND 020", one)], "\n".join(long)


@pytest.mark.parametrize("page", PAGES[:1], ids=lambda page: page.name)
def test_no_sentence_of_the_readme_has_more_than_thirty_words(page: Path) -> None:
    long = [one for one in written(page) if len(one.split()) > LONGEST]
    assert not long, "\n".join(long)


def test_the_words_of_the_house_are_explained() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "words.md").read_text(encoding="utf-8"), re.MULTILINE)
    explained = {word.strip() for row in rows for word in row.split(",")}
    assert set(HOUSE) <= explained
    others = [page.read_text(encoding="utf-8") for page in PAGES if page.name != "words.md"]
    said = " ".join([*others, *(one for _, one in messages())]).casefold()
    assert not [word for word in HOUSE if word not in said]
