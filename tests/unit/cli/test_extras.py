"""What the core does without the extras, on any system; and what is said where an extra is missing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.without import examples

import trialseal
from trialseal import extras
from trialseal.errors import UsageError

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
BUNDLE = ROOT / "tests" / "vectors" / "bundles" / "2026-11.trialseal"
KNOWN = json.loads(BUNDLE.with_suffix(".json").read_text())
RECORD = ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
VERIFY = ["verify", str(BUNDLE), "--block-hash", KNOWN["block_hash"]]
# What a Python on Windows does not have.
POSIX = [
    "_posixshmem",
    "_posixsubprocess",
    "fcntl",
    "grp",
    "posix_ipc",
    "pty",
    "pwd",
    "resource",
    "syslog",
    "termios",
    "tty",
]
LACKING = {
    "os": [
        "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getpgid", "getuid", "killpg", "mkfifo",
        "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "pread", "pwrite", "register_at_fork",
        "sched_getaffinity", "sendfile", "setsid", "statvfs", "sysconf", "uname", "WNOHANG",
    ],
    "signal": [
        "SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "alarm", "pthread_sigmask", "setitimer",
    ],
}  # fmt: skip


def without(blocked: list[str], lines: list[list[str]], place: Path, lacking: Any = None) -> list[tuple[str, int, str]]:
    """Of each command line in a process that lacks these: the line, its exit code, what it says."""
    asked = {"blocked": blocked, "lacking": lacking or {}, "lines": lines}
    done = subprocess.run(
        [sys.executable, str(HERE / "without.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=place,
        env={"PATH": "", "PYTHONPATH": str(ROOT / "src"), "TRIALSEAL_HOME": str(place / "home")},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(" ".join(words), code, said) for words, code, said in json.loads(done.stdout)]


def test_the_core_verifies_a_bundle_with_nothing_of_an_extra_and_of_posix(tmp_path: Path) -> None:
    [(_, code, said)] = without([*extras.EXTRAS, *POSIX], [[*VERIFY, "--json"]], tmp_path, LACKING)
    verdicts = json.loads(said)
    assert code == KNOWN["exit_code"]
    assert {one["file"]: one["exit_code"] for one in verdicts} == KNOWN["verdicts"]


# What is typed, and the extra that it needs.
NEEDS = {
    f"check {RECORD}": "journal",
    f"check {RECORD} --batch papers": "journal",
    f"check {RECORD} --reported papers/NCT99999901.pdf": "journal",
    f"portfolio {RECORD} --csv rows.csv": "journal",
    "account new alice --password-file password": "sponsor",
    "backup -o all.age --password-file password": "sponsor",
    "dataset seal table.csv --offline": "data",
    "timestamp table.csv --authority http://127.0.0.1:1": "timestamp",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, str]]:
    """Every command's example, and what needs an extra, without the extras."""
    place = tmp_path_factory.mktemp("core")
    (place / "password").write_text("secret")
    (place / "table.csv").write_text("id,age\n1,34\n")
    (place / "papers").mkdir()
    (place / "papers" / "NCT99999901.pdf").write_bytes(b"%PDF-1.4\n")
    (place / "home" / "keystore").mkdir(parents=True)
    (place / "home" / "keystore" / "a.json").write_text(json.dumps({"address": "00" * 20}))
    return without(sorted(extras.EXTRAS), [*(one.split() for one in NEEDS), *examples()], place)


def test_no_command_without_the_extras_is_a_fault_of_the_program(answers: list[tuple[str, int, str]]) -> None:
    assert len(answers) > 100
    assert [one for one in answers if one[1] not in (0, 1, 2, 3)] == []
    assert [one for one in answers if "No module named" in one[2]] == []


@pytest.mark.parametrize(("line", "extra"), NEEDS.items(), ids=lambda one: one.split()[0])
def test_what_needs_an_extra_says_what_to_type(line: str, extra: str, answers: list[tuple[str, int, str]]) -> None:
    [(code, said)] = [one[1:] for one in answers if one[0] == line]
    assert code == 3
    assert re.fullmatch(
        rf'trialseal: this needs the package \w+, which is not installed: pip install "trialseal\[{extra}\]"\n', said
    )


def test_the_library_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r'pip install "trialseal\[data\]"$'):
        trialseal.frame([])


def test_a_package_of_a_package_a_module_of_python_and_our_own() -> None:
    assert str(extras.missing("cffi.api")).endswith('cffi, which is not installed: pip install "trialseal[all]"')
    assert str(extras.missing("pydantic.types")).endswith('pip install "trialseal"')
    assert "another Python" in str(extras.missing("sqlite3"))
    assert extras.missing("trialseal.nothing") is extras.missing(None) is None


def imported() -> set[str]:
    """The top of every module that the source imports anywhere."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    line = re.compile(r"^ *(?:from (\w+)[\w.]* import |import (\w+)[\w.]*(?: as \w+)?$)", re.MULTILINE)
    return {name for text in texts for names in line.findall(text) for name in names if name}


def test_every_package_that_is_imported_is_in_the_core_or_in_an_extra() -> None:
    # Faster ways of one hash, and the system's keyring: each done without where it is not installed.
    optional = {"Crypto", "keyring", "sha3"}
    ours = imported() - sys.stdlib_module_names - {"trialseal", "typing_extensions"} - optional
    assert ours <= extras.CORE | extras.EXTRAS.keys()
    assert extras.EXTRAS.keys() <= ours


def test_the_extras_are_those_of_the_package() -> None:
    through = {"numpy": "pandas", "eth_utils": "eth_account", "lxml": "python_docx", "cryptography": "rfc3161_client"}
    packages = packages_distributions()
    for name, extra in [*dict.fromkeys(extras.CORE, "").items(), *extras.EXTRAS.items()]:
        listed = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
        wanted = {re.split(r"[<>=]", one)[0].replace("-", "_").replace(".", "_") for one in listed}
        brought = {one.lower().replace("-", "_").replace(".", "_") for one in packages[name]}
        through = {
            "numpy": "pandas",
            "eth_utils": "eth_account",
            "lxml": "python_docx",
            "cryptography": "rfc3161_client",
        }
        assert brought & wanted or through.get(name, "pydantic") in wanted, name
