"""A core that is there, is not, or is none: work goes on, and what is wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from trialseal.core.library import INTERFACE, SWITCH, examined

NAMES = ("each", "parents", "root", "salt", "join", "rows", "split", "column", "choose")
STUBS = "#include <stdlib.h>\n#pragma GCC visibility push(default)\n" + "".join(
    f"int trialseal_{name}(void) {{ return 0; }}\n" for name in NAMES
)


def test_the_core_that_is_built_is_taken(core_file: Path) -> None:
    state = examined(core_file)
    assert state.library is not None and not state.is_broken
    assert state.words.startswith("C core, SHA-256 by ")


def test_without_a_core_python_works_and_nothing_is_broken(tmp_path: Path) -> None:
    state = examined(tmp_path / "none.so")
    assert (state.library, state.is_broken) == (None, False)
    assert "set up again where there is a C compiler" in state.words


def test_the_switch_leaves_a_core_alone(core_file: Path) -> None:
    assert examined(core_file, "python")[::2] == (None, False)
    assert SWITCH in examined(core_file, "python").words


def test_a_file_that_is_no_library_is_named_broken(tmp_path: Path) -> None:
    (tmp_path / "core.so").write_bytes(b"\x7fELF of another machine")
    state = examined(tmp_path / "core.so")
    assert (state.library, state.is_broken) == (None, True)
    assert state.words.startswith("Python, since the C core cannot be used (")


@pytest.mark.parametrize(
    ("interface", "fault"),
    [
        ("abort();", "it ends a process with signal 6"),
        ("return *(volatile int *)0;", "it ends a process with signal 11"),
        (f"return {INTERFACE + 1};", "it is of another version of trialseal"),
        (f"return {INTERFACE};", "it hashes 1 bytes wrongly"),
    ],
)
def test_a_core_that_crashes_or_errs_costs_nothing(interface: str, fault: str, compiled: Callable[[str], Path]) -> None:
    state = examined(compiled(f"{STUBS}int trialseal_interface(void) {{ {interface} }}"))
    assert (state.library, state.is_broken) == (None, True)
    assert fault in state.words


def test_a_core_that_lacks_a_function_is_not_taken(compiled: Callable[[str], Path]) -> None:
    assert "undefined symbol" in examined(compiled("int unrelated(void) { return 0; }")).words


def test_a_compiler_that_fails_is_no_harm(
    building: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "core.so"
    for compiler, fault in (
        ("false", "false ended with 1"),
        ("no-such-compiler -m32", "no-such-compiler does not run"),
    ):
        target.write_bytes(b"of before")
        monkeypatch.setenv("CC", compiler)
        assert building.build(Path(__file__).parents[3], target).startswith(fault)
        assert not target.exists()
