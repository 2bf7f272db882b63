"""Commands where a terminal is narrow and knows no UTF-8, paths are odd, and there is no home that can be written."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trialseal.cli import main

ROOT = Path(__file__).parents[3]
TRIAL = "c544807dd76869f6fbbf5fc220f9f8bb0eb7e39ede152ba899456a85b68f8cc4"
BUNDLE = "束 1.trialseal"
# What is typed in a folder of such names, the code, and the page or table that it writes.
LINES = [
    (["verify", BUNDLE], 2, None),
    (["verify", "my trial", "--bundle", BUNDLE], 2, None),
    (["verify", "my trial", "--bundle", BUNDLE, "--json"], 2, None),
    (["history", TRIAL, "--bundle", BUNDLE, "--html", "頁 1.html"], 2, "頁 1.html"),
    (["validate", "my trial"], 0, None),
    (["check", "記録.json", "--html", "検.html"], 2, "検.html"),
    (["due", "記録.json", "--as-of", "2026-07-02"], 0, None),
    (["portfolio", "記録.json", "--csv", "結.csv"], 0, "結.csv"),
    (["import", "記録.json", "--out", "新 b"], 0, "新 b/registry-record.json"),
    (["dataset", "seal", "table 1.csv", "--offline"], 0, "table 1.csv.seal.json"),
    (["account", "new", "alice", "--password-file", "鍵.txt"], 0, None),
    (["selftest"], 0, None),
    (["help"], 0, None),
    (["verify", "無い.json", "--bundle", BUNDLE], 3, None),
]
# Those that are tried without a home too.
_HOMELESS = {"account", "dataset", "help", "selftest", "validate", "verify"}
PROGRAM = """
import sys
from trialseal.cli import main
words, codes = sys.argv[2:], []
while words:
    end = words.index("END")
    try:
        codes.append(main(words[:end]))
    except SystemExit as ended:
        codes.append(ended.code)
    words = words[end + 1 :]
with open(sys.argv[1], "w") as file:
    print(*codes, file=file)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder whose name has a space and Chinese characters, and files with such names in it."""
    found = tmp_path / "試験 a"
    found.mkdir()
    shutil.copytree(ROOT / "trials" / "fictitious-outcome-switch", found / "my trial")
    shutil.copy(ROOT / "tests" / "vectors" / "bundles" / "2026-11.trialseal", found / BUNDLE)
    shutil.copy(ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json", found / "記録.json")
    (found / "table 1.csv").write_text("größe,note\n1,ä\n", encoding="utf-8")
    (found / "鍵.txt").write_text("secret")
    return found


def test_a_narrow_terminal_without_utf8_in_a_folder_with_an_odd_name(place: Path) -> None:
    typed = [word for words, _, _ in LINES for word in [*words, "END"]]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "codes", *typed],
        cwd=place,
        capture_output=True,
        check=False,
        env={
            "COLUMNS": "40", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii",
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "TRIALSEAL_HOME": "家 h",
        },
    )  # fmt: skip
    out, err = done.stdout.decode("ascii"), done.stderr.decode("ascii")
    assert done.returncode == 0 and "Traceback" not in out + err, err
    assert (place / "codes").read_text().split() == [str(code) for _, code, _ in LINES]
    for _, _, written in LINES:
        assert written is None or (place / written).read_text(encoding="utf-8")
    assert err.count("does not exist: check the name") == 1
    listed = out.partition("\ncommands:\n")[2].partition("\nexit codes:\n")[0]
    assert listed and max(map(len, listed.splitlines())) <= 40


@pytest.mark.parametrize("kind", ["none", "no folder", "a file"])
def test_without_a_home_what_keeps_nothing_works_and_the_rest_says_what_to_do(
    kind: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    for name in ("TRIALSEAL_HOME", "TRIALSEAL_ACCOUNT", "TRIALSEAL_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    if kind == "none":
        monkeypatch.setattr(Path, "home", _unknown)
    else:
        (place / "file").write_text("")
        monkeypatch.setenv("HOME", str(place / ("nowhere" if kind == "no folder" else "file")))
    for words, code, _ in (line for line in LINES if line[0][0] in _HOMELESS):
        expected = 3 if words[0] == "account" and kind == "a file" else code
        if kind == "none":  # said at once, with what to set
            expected = 0 if words[0] == "help" else 3
        try:
            answer: int | str | None = main(words)
        except SystemExit as ended:
            answer = ended.code
        said = capsys.readouterr()
        assert answer == expected, (words, said.err)
        if answer == 3 and words[0] != "verify":
            assert "TRIALSEAL_HOME to a folder" in said.err and said.err.count("\n") == 1
    assert (place / "nowhere").exists() == (kind == "no folder")


def _unknown() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_only_a_process_that_ends_is_not_searched_for_cycles(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append("all"))
    monkeypatch.setattr(sys, "argv", ["trialseal", "doctor", "--nothing"])
    assert main(["doctor", "--nothing"]) == 3 and not frozen
    assert main() == 3 and frozen == ["all"]
