"""What somebody sees first: the demonstration, a reviewer's clean install, the scripts under brownie."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.test_command import free_port

from trialseal.cli import main
from trialseal.ledger import accounts, networks

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "trials").glob("*/acts.json"))


def run(*words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def sealed_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path, str]]:
    """A home with a devnet, a registered trial's folder, and the node's address."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "password").write_text("correct horse")
    monkeypatch.setenv("TRIALSEAL_HOME", str(home))
    monkeypatch.setenv("TRIALSEAL_PASSWORD_FILE", str(home / "password"))
    monkeypatch.delenv("TRIALSEAL_ACCOUNT", raising=False)
    trial = shutil.copytree(ROOT / "trials" / "fictitious-late-registration", tmp_path / "trial")
    try:
        assert main(["devnet", "up", "--port", str(free_port())]) == 0
        accounts.new(home, "alice", "correct horse", light=True)
        assert main(["devnet", "fund", "alice"]) == 0
        assert main(["deploy"]) == 0
        assert main(["party", "create", "--profile", str(trial / "sponsor.json")]) == 0
        assert main(["register", str(trial)]) == 0
        yield home, Path(trial), networks.resolve("devnet", home).url
    finally:
        main(["devnet", "down"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_demo_replays_every_example_and_finds_both_alterations(example: Path) -> None:
    shown = run(sys.executable, "scripts/demo.py", example.relative_to(ROOT))
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "complete: " in shown.stdout
    altered = shown.stdout.split("One byte of the results altered")[1]
    assert altered.count("is not sealed here") >= 2
    assert altered.count("first difference") >= 2
    page = (ROOT / ".toolchain" / "demo" / "timeline.html").read_text()
    notices = json.loads((example / "acts.json").read_text())["notice"]
    assert all(notice in shown.stdout for notice in notices)
    assert len(re.findall("is not sealed here", page)) >= 2


def test_demo_says_in_every_act_that_the_companies_sealed_nothing() -> None:
    shown = run(sys.executable, "scripts/demo.py").stdout
    acts = re.findall(r"^act \d+: .*\n(.*)$", shown, re.MULTILINE)
    assert len(acts) == 16
    assert all("the companies that ran NCT04368728 sealed nothing" in below for below in acts)
    assert all("clock was set by hand" in below for below in acts)
    for command in ("$ trialseal verify", "$ trialseal history"):
        for answer in shown.split(command)[1:]:
            assert "sealed nothing" in answer.split("$ trialseal")[0]
            assert "clock was set by hand" in answer.split("$ trialseal")[0]


def test_clean_install_verifies_without_brownie_or_node(sealed_trial: tuple[Path, Path, str], tmp_path: Path) -> None:
    _, trial, url = sealed_trial
    python = tmp_path / "venv" / "bin" / "python"
    assert run(sys.executable, "-m", "venv", tmp_path / "venv").returncode == 0
    installed = run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ".")
    assert installed.returncode == 0, installed.stderr
    packages = run(python, "-m", "pip", "list", "--format", "freeze").stdout
    assert "trialseal" in packages
    assert "brownie" not in packages
    assert "web3" not in packages
    reviewer = {
        "HOME": str(tmp_path / "nobody"),
        "TRIALSEAL_HOME": str(tmp_path / "nobody" / "trialseal"),
        "PATH": "/usr/bin:/bin",
    }
    command = tmp_path / "venv" / "bin" / "trialseal"
    [protocol] = (trial / "documents" / "sealed").glob("0001-protocol-v1-*.json")
    shown = run(command, "verify", protocol, "--network", url, "--trust-node", **reviewer)
    assert "is protocol version 1" in shown.stdout, shown.stdout + shown.stderr
    page = tmp_path / "timeline.html"
    shown = run(command, "history", trial, "--network", url, "--trust-node", "--html", page, **reviewer)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "</html>" in page.read_text()
    assert not (tmp_path / "nobody").exists(), "reading needs no file of one's own"


def test_where_brownie_finds_no_script_a_sentence_says_why(tmp_path: Path) -> None:
    place = tmp_path / "with.a.dot"
    (place / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "run", place / "tools" / "run")
    refused = run(place / "tools" / "run", "brownie", "run", "show_history", "main", "my-trial")
    assert refused.returncode == 3
    assert f"finds none in {place}, whose path has a dot in it" in refused.stderr
    assert run(place / "tools" / "run", "echo", "run").stdout == "run\n", "all else runs anywhere"


@pytest.mark.skipif("." in str(ROOT), reason="brownie runs no script in a folder whose path has a dot")
def test_scripts_act_on_the_network_of_brownie(sealed_trial: tuple[Path, Path, str], tmp_path: Path) -> None:
    _, trial, url = sealed_trial
    home = tmp_path / "brownie-home"
    kept = ROOT / ".toolchain" / "home" / ".brownie" / "network-config.yaml"
    target = home / ".brownie" / "network-config.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(kept.read_text().replace("http://127.0.0.1:8545\n    id: devnet", f"{url}\n    id: devnet"))
    brownie = (Path(sys.executable).with_name("brownie"), "run")
    network = ("--network", "devnet", "--silent")
    sent = run(*brownie, "record_milestone", "main", trial, "data-lock", "on=2021-03-01", *network, HOME=str(home))
    assert "act 2: milestone data-lock on 2021-03-01" in sent.stdout, sent.stdout + sent.stderr
    shown = run(*brownie, "show_history", "main", trial, *network, HOME=str(home))
    assert "complete: 2 acts" in shown.stdout, shown.stdout + shown.stderr
    wrong = run(*brownie, "record_milestone", "main", trial, "nonsense", "on=2021-03-01", *network, HOME=str(home))
    assert wrong.returncode != 0
    assert "there is no milestone" in wrong.stderr
