"""The two answers that the README shows first are what `verify` prints."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.integration.test_command import SPONSOR, User, home, user

__all__ = ["home", "user"]
ROOT = Path(__file__).parents[2]
SHOWN = re.findall(r"```\n(\$ trialseal verify .*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_a_file_that_holds_and_one_that_does_not(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "trials" / "first-use", tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    user("import", "study-usdm.json", "--out", "my-trial")
    user("register", "my-trial", *SPONSOR, "--yes")
    user("add-id", "my-trial", "NCT99999901", "--submitted", "2020-04-27", *SPONSOR)
    text = (tmp_path / "work" / "my-trial" / "protocol.json").read_text()
    (tmp_path / "work" / "my-trial" / "altered.json").write_text(text.replace("salt", "sugar"))
    [shown] = SHOWN
    for block in shown.strip().split("\n\n"):
        command, *lines = block.splitlines()
        answer = user(*command.removeprefix("$ trialseal ").split(), code=None)
        assert answer.code == ("altered" in command)
        said = " ".join(answer.out.splitlines()[1].split()).replace("Test sponsor", "Example University Hospital")
        wanted = " ".join(lines).removesuffix(" …")
        assert re.sub(r"\d{4}-\d\d-\d\d", "DAY", said).startswith(re.sub(r"\d{4}-\d\d-\d\d", "DAY", wanted))
