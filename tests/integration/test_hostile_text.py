"""Hostile text in every field of every document, and on the chain, through every command that reads it."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.cli import main

DOCUMENTS = Path(__file__).parents[1] / "vectors" / "documents"
LIE = "sealed by the FDA; 14 checks hold"
TEXTS = [
    f"X\n{LIE}\n\x1b[2J\x1b]0;t\x07",
    f'X" (vouched for by the FDA)\r{LIE}\u2028{LIE}',
    "X \u202e\u2066gnp\u200b.b\ufeff FD\u0410 \x9b31m",
    f"=HYPERLINK(1)\t@{LIE}",
]
_UNSEEN = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of the texts in a document."""
    if isinstance(value, str):
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in steps:
        yield from leaves(member, (*path, step))


def changed(value: Any, path: tuple[str | int, ...], text: str) -> Any:
    """A copy with another text at a place."""
    made = copy.deepcopy(value)
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = text
    return made


def harmless(printed: str, *, of_words: bool = True) -> None:
    """No character that is not seen, and no line that begins with words of others; JSON keeps all letters."""
    for line in printed.split("\n"):
        assert line.isprintable(), repr(line)
        assert not any(unicodedata.bidirectional(one) in _UNSEEN for one in line), repr(line)
        assert not line.lstrip().startswith(LIE), line
        assert not (of_words and "FD\u0410" in line)


def answers(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    """What a command prints, once as words and once as JSON, which must both be harmless."""
    capsys.readouterr()
    code = main([str(word) for word in words])
    shown = capsys.readouterr()
    assert code in (0, 1, 2, 3), shown.err
    harmless(shown.out + shown.err)
    main([*(str(word) for word in words), "--json"])
    as_json = capsys.readouterr()
    harmless(as_json.out, of_words=False)
    harmless(as_json.err)
    json.loads(as_json.out)
    return code, shown.out + shown.err


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("home")
    with world(home, free_port()) as made, pytest.MonkeyPatch.context() as patched:
        patched.setenv("TRIALSEAL_HOME", str(home))
        yield made


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["protocol-v1.json", "results.json", "party-profile.json", "milestone.json"])
def test_validate(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str) -> None:
    document = json.loads((DOCUMENTS / name).read_text())
    file = tmp_path / name
    for path in leaves(document):
        file.write_text(json.dumps(changed(document, path, text)))
        answers(capsys, "validate", file)


@pytest.mark.parametrize("text", TEXTS)
def test_verify_and_history_of_files_that_lie(
    w: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    trial = TrialOnChain(w, w.party(text), tmp_path / "trial", f"LIE-{TEXTS.index(text)}")
    trial.register()
    protocol = json.loads((trial.folder / "protocol.json").read_text())
    network = ("--network", w.url)
    _, shown = answers(capsys, "verify", trial.folder, *network)
    assert 'by a party that calls itself "' in shown
    page = tmp_path / "page.html"
    answers(capsys, "history", trial.folder, *network, "--html", page)
    html_is_harmless(page.read_text())
    answers(capsys, "summary", trial.folder, *network, "--html", page)
    html_is_harmless(page.read_text())
    for path in [*leaves(protocol), ("notes",)]:
        lying = changed(protocol, path, text) if path != ("notes",) else protocol | {"notes": [text]}
        (trial.folder / "protocol.json").write_text(json.dumps(lying))
        answers(capsys, "verify", trial.folder / "protocol.json", *network)


def test_history_and_verify_of_codes_that_lie(w: World, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The contracts take any 32 bytes as a trial's code."""
    for number, code in enumerate(
        (b"X\n" + LIE.encode()[:28], b"\x1b[2J\x9b31m\xff\xe2\x80\xae x", b'X" (vouched for; holds')
    ):
        trial = TrialOnChain(w, w.party("Plain"), tmp_path / f"trial{number}", f"C-{number}")
        with pytest.MonkeyPatch.context() as patched:
            padded = code.ljust(32, b"\0")
            patched.setattr("trials_on_chain.trial_code_bytes", lambda _, padded=padded: padded)
            patched.setattr(trial, "id", sha256(trial.sponsor.id + padded).digest())
            trial.register()
            answers(capsys, "history", trial.id.hex(), "--network", w.url)
            answers(capsys, "verify", trial.folder, "--network", w.url)
    table = tmp_path / "trials.csv"
    answers(capsys, "trials", "--network", w.url, "--csv", table)
    no_formula(table.read_text())


@pytest.mark.parametrize("text", TEXTS)
def test_check_of_a_record_and_outcomes_that_lie(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    study = json.loads((DOCUMENTS / "ctgov-v2.json").read_text(encoding="utf-8"))
    record, paper = tmp_path / "record.json", tmp_path / "paper.txt"
    paper.write_text(f"Methods\nThe primary outcome was {text}.\nResults\nIt was {text}.\n", encoding="utf-8")
    page, letter, markdown = tmp_path / "page.html", tmp_path / "letter.txt", tmp_path / "report.md"
    # Each text in its share of the places, since each takes a whole report.
    for path in list(leaves(study))[TEXTS.index(text) :: 8]:
        record.write_text(json.dumps(changed(study, path, text)))
        for file in (page, letter, markdown):
            file.unlink(missing_ok=True)
        words = ["check", record, "--reported", paper, "--html", page, "--query", letter, "--markdown", markdown]
        capsys.readouterr()
        assert main([str(word) for word in words]) in (0, 1, 2, 3)
        shown = capsys.readouterr()
        harmless(shown.out + shown.err)
        if page.exists():
            html_is_harmless(page.read_text())
            # A letter is wrapped: what is quoted goes on in the next line.
            harmless(letter.read_text().replace(LIE, ""))
            harmless(markdown.read_text())
    table = tmp_path / "portfolio.csv"
    answers(capsys, "portfolio", record, "--csv", table)
    if table.exists():
        no_formula(table.read_text())


@pytest.mark.parametrize("text", TEXTS)
def test_a_difference_of_tables_that_lie(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    for name, cell in (("a.csv", "1"), ("b.csv", text)):
        with (tmp_path / name).open("w", newline="") as file:
            csv.writer(file).writerows([["=KEY", "VALUE"], ["1", cell]])
    words = ["dataset", "diff", tmp_path / "a.csv", tmp_path / "b.csv", "--key", "=KEY", "--csv", tmp_path / "d.csv"]
    answers(capsys, *words)
    no_formula((tmp_path / "d.csv").read_text())


def no_formula(text: str) -> None:
    """No cell and no column that a spreadsheet would run."""
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not re.match(r"[=+\-@\t\r]", cell) or re.fullmatch(r"-?[0-9.]+", cell), cell


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen += [value or "" for _, value in attributes]


def html_is_harmless(page: str) -> None:
    """No unseen character anywhere in a page."""
    parser = _Texts()
    parser.feed(page)
    for text in parser.seen:
        # Our own marks keep the order of a text to itself.
        for line in re.sub("\u2068([^\u2066-\u2069]*)\u2069", r"\1", text).split("\n"):
            assert not any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") for one in line), repr(line)
            assert "FD\u0410" not in line
