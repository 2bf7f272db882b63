"""What programs import: which names there are, and that the page about them runs as it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.test_command import User, home, registered, trial, user

import trialseal
from trialseal import api
from trialseal.errors import FailedError, UsageError

__all__ = ["home", "registered", "trial", "user"]
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_names_are_those_of_the_page_and_none_is_taken_away() -> None:
    """Names may be added here; whoever takes one away breaks programs."""
    named = set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))
    assert named | {"Trials"} == set(trialseal.__all__) == set(api.__all__)
    assert {"bundle", "chain", "check", "due", "frame", "history", "portfolio", "record", "trials", "verify"} <= named
    assert all(getattr(trialseal, name).__doc__ for name in named)
    with pytest.raises(AttributeError):
        _ = trialseal.nothing


def test_importing_it_loads_nothing_heavy() -> None:
    heavy = ("trialseal.", "pandas", "pydantic")
    code = f"import sys, trialseal; print(sum(one.startswith({heavy!r}) for one in sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert shown.stdout == "0\n"


def test_the_page_runs_without_a_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "trials" / "first-use" / "NCT99999901.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(BLOCKS[0], {})
    shown = capsys.readouterr().out
    assert "does-not-apply" in shown and "NCT99999901" in shown


def test_the_page_runs_with_a_chain(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(registered, registered.parent / "my-trial", dirs_exist_ok=True)
    monkeypatch.chdir(registered.parent)
    exec(BLOCKS[1], {})
    assert "protocol version 1" in capsys.readouterr().out


def test_a_bundle_is_read_as_a_chain_is(user: User, registered: Path, tmp_path: Path) -> None:
    user("bundle", registered, "--out", tmp_path / "trial.trialseal", "--trust-node")
    node = trialseal.chain(own_node=True)
    carried = trialseal.bundle(tmp_path / "trial.trialseal", block_hash=node.as_of().hash)
    [first] = [one for one in trialseal.trials(node).registered if registered_id(user, registered) == one.trial.hex()]
    assert len(trialseal.history(first.trial, carried).acts) == 1
    assert carried.vouching().vouched and trialseal.trials(carried).gap


def registered_id(user: User, folder: Path) -> str:
    return str(user("history", folder, "--json").value["trial"])


def test_what_is_not_there_is_one_sentence(user: User, registered: Path) -> None:
    source = trialseal.chain(own_node=True)
    with pytest.raises(FailedError, match="has claimed NCT99999999"):
        trialseal.history("NCT99999999", source)
    with pytest.raises(FailedError, match="there is no trial"):
        trialseal.history("00" * 32, source)
    with pytest.raises(UsageError, match="0x and 64 hexadecimal digits"):
        trialseal.chain(block_hash="0x12")
