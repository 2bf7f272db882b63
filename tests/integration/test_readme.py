"""Every command of the README, run as it stands there, in the order of its sections."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.test_command import free_port

from trialseal.cli import main
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

# What a command of the README answers, where that is not 0.
WORST = {
    "dataset diff": 1,  # the tables differ
    "consent audit": 2,  # the one participant was erased
    "share audit": 2,  # the tombstone of that is not anchored yet
    "check": 2,  # a paper of five lines leaves things open
    "replay": 2,  # and so does a record
}


def commands(section: str) -> list[list[str]]:
    """The words of each `trialseal` or `export` line in a section's code blocks, comments taken off."""
    [text] = re.findall(rf"^## {section}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    found = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            words = re.findall(r'"([^"]*)"|(\S+)', line.split("  #")[0])
            plain = [quoted or bare for quoted, bare in words]
            if plain and plain[0] == "trialseal":
                found.append(plain[1:])
            if plain and plain[0] == "export":
                found.append(plain)
    assert found, f"the section {section!r} shows no command"
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the files that the README names, and a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "password").write_text("correct horse")
    monkeypatch.setenv("TRIALSEAL_HOME", str(home))
    monkeypatch.setenv("TRIALSEAL_PASSWORD_FILE", str(home / "password"))
    monkeypatch.delenv("TRIALSEAL_ACCOUNT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert "trialseal example first-use\ncd first-use\n" in README
    assert main(["example", "first-use"]) == 0
    work = tmp_path / "first-use"
    monkeypatch.chdir(work)
    yield work
    main(["devnet", "down"])


def before(words: list[str], place: Path) -> None:
    """What the reader does by hand before a command."""
    trial = place / "my-trial"
    if words[0] == "amend":
        assert "Edit\n`my-trial/endpoints.csv` before you type `amend`" in README
        sheet = trial / "endpoints.csv"
        sheet.write_text(sheet.read_text().replace("Systolic blood pressure, mmHg", "Systolic pressure, seated, mmHg"))
    if words[0] == "approve":
        for version in ("1", "2"):
            [copy] = (trial / "documents" / "sealed").glob(f"*-protocol-v{version}-*.json")
            shutil.copy(copy, place / f"protocol-v{version}.json")
    if "--update" in words:  # months later
        Chain(networks.resolve("devnet", place.parent / "home")).rpc.call("evm_mine", [])
    if "january.trialseal" in words:
        for month in ("january", "june"):
            shutil.copy(place / "trial.trialseal", place / f"{month}.trialseal")
    if words[:2] == ["events", "append"]:
        for line, made in re.findall(r"^((?:printf|sed) .* > (\S+\.csv))$", README, re.MULTILINE):
            if not (place / made).exists():
                subprocess.run(["sh", "-c", line], cwd=place, check=True, timeout=10)


def test_readme_sections_run_as_written(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = place.parent / "home"
    spoken = ""
    for section in (
        "For a sponsor",
        "For an ethics committee, a regulator, a registry",
        "Without ether",
        "An office with many trials",
        "For a data manager",
        "For a monitor, or an ethics committee: was everybody asked first\\?",
        "For a depot or a site pharmacist: where is every kit\\?",
        "For an inspector: does it add up\\?",
        "For a secondary researcher: asking for data",
        "For a data access committee: who gets what, for what, until when\\?",
        "For a secondary researcher: opening what was permitted",
        "For a reviewer",
        "For a journal",
        "For a registry, a watchdog, a meta-researcher",
    ):
        for words in commands(section):
            if words[0] == "export":
                monkeypatch.setenv(*words[1].split("="))
                continue
            if words[:2] == ["devnet", "up"]:
                words += ["--port", str(free_port())]
            before(words, place)
            if "URL" in words:
                words[words.index("URL")] = networks.resolve("devnet", home).url
            if "HASH" in words:
                block = Chain(networks.resolve("devnet", home)).block()
                assert block is not None
                words[words.index("HASH")] = block["hash"]
            if "PARTY" in words:
                rows = json.loads((home / "parties.json").read_text())
                words[words.index("PARTY")] = rows[0]["party"]
            # At a terminal the reader answers yes: enrolment was in 2020, and this chain's clock is today's.
            acts = ("register", "milestone", "amend", "results", "batch", "sign")
            asked = words[0] in acts or words[1:2] == ["forget"]
            code = main([*words, "--yes"] if asked else words)
            captured = capsys.readouterr()
            spoken += f"$ trialseal {' '.join(words)}\n{captured.out}{captured.err}"
            # The README's enrolment was in 2020 and this chain's clock is today's: sealed late, which fails no one.
            late = words[0] == "verify" and "after first participant enrolled 2020-04-29" in captured.out
            assert code == (2 if late else WORST.get(" ".join(words[:2]), WORST.get(words[0], 0))), spoken
    assert "is the results document of NCT99999901 for endpoint" in spoken
    assert "complete: " in spoken
    assert "the last of 1 entry 20" in spoken
    assert (place / "timeline.html").is_file()
    assert (place / "trials.csv").is_file()


def test_readme_names_only_commands_that_exist() -> None:
    from trialseal.cli.parser import build_parser

    [group] = [action for action in build_parser()._actions if action.dest == "command"]
    named = set(re.findall(r"(?<!\.)\btrialseal ([a-z][a-z-]*)", README)) - {"lets", "for", "puts", "recognises"}
    assert named <= set(group.choices)  # type: ignore[call-overload]


def test_readme_names_only_files_that_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
