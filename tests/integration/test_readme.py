"""Every command of the README, run as it stands there, in the order of its sections."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.test_command import free_port

from trialseal.cli import main
from trialseal.ledger import networks

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VECTORS = ROOT / "tests" / "vectors" / "documents"


def commands(section: str) -> list[list[str]]:
    """The words of each `trialseal` line in a section's code blocks, comments taken off."""
    [text] = re.findall(rf"^## {section}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    found = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            words = re.findall(r'"([^"]*)"|(\S+)', line.split("  #")[0])
            plain = [quoted or bare for quoted, bare in words]
            if plain and plain[0] == "trialseal":
                found.append(plain[1:])
    assert found, f"the section {section!r} shows no command"
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder with the files that the README speaks of, and a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "password").write_text("correct horse")
    monkeypatch.setenv("TRIALSEAL_HOME", str(home))
    monkeypatch.setenv("TRIALSEAL_PASSWORD_FILE", str(home / "password"))
    monkeypatch.delenv("TRIALSEAL_ACCOUNT", raising=False)
    work = tmp_path / "work"
    (work / "my-trial" / "documents").mkdir(parents=True)
    shutil.copy(VECTORS / "usdm-v4.json", work / "study-usdm.json")
    shutil.copy(VECTORS / "ctgov-v2.json", work / "NCT04368728.json")
    (work / "my-trial" / "documents" / "sap.pdf").write_bytes(b"%PDF-1.4 a plan")
    (work / "letter.pdf").write_bytes(b"%PDF-1.4 a letter")
    monkeypatch.chdir(work)
    yield work
    main(["devnet", "down"])


def before(words: list[str], place: Path) -> None:
    """What the reader does by hand before a command."""
    trial = place / "my-trial"
    if words[0] == "amend":
        protocol = json.loads((trial / "protocol.json").read_text())
        protocol["endpoints"][0]["domain"] = "written more clearly"
        (trial / "protocol.json").write_text(json.dumps(protocol))
    if words[0] == "results":
        protocol = json.loads((trial / "protocol.json").read_text())
        result = {"endpoint": protocol["endpoints"][0]["id"], "protocol_version": protocol["version"]}
        result |= {"planning": "planned", "stage": "final", "statement": "no difference was seen"}
        document = {"format": "trialseal/1", "kind": "results", "trial": protocol["trial"], "version": 1}
        (trial / "results.json").write_text(json.dumps({**document, "results": [result]}))


def test_readme_sections_run_as_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = place.parent / "home"
    spoken = ""
    for section in (
        "For a sponsor",
        "For an ethics committee, a regulator, a registry",
        "For a reviewer",
        "For a meta-researcher",
    ):
        for words in commands(section):
            if words[:2] == ["devnet", "up"]:
                words += ["--port", str(free_port())]
            if "URL" in words:
                words[words.index("URL")] = networks.resolve("devnet", home).url
            if "PARTY" in words:
                rows = json.loads((home / "parties.json").read_text())
                words[words.index("PARTY")] = rows[0]["party"]
            before(words, place)
            code = main(words)
            captured = capsys.readouterr()
            spoken += f"$ trialseal {' '.join(words)}\n{captured.out}{captured.err}"
            # The README's enrolment was in 2020 and this chain's clock is today's, which verify must not pass over.
            late = words[0] == "verify" and "after first participant enrolled 2020-04-29" in captured.out
            assert code == (1 if late else 0), spoken
    assert "is the results document of NCT04368728 for endpoint" in spoken
    assert "complete: " in spoken
    assert (place / "timeline.html").is_file()
    assert (place / "trials.csv").is_file()


def test_readme_names_only_commands_that_exist() -> None:
    from trialseal.cli.parser import build_parser

    [group] = [action for action in build_parser()._actions if action.dest == "command"]
    named = set(re.findall(r"`?trialseal ([a-z-]+)", README)) - {"lets"}
    assert named <= set(group.choices)  # type: ignore[call-overload]


def test_readme_names_only_files_that_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
