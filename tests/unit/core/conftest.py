"""The C core as its sources are now, whatever was built before."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from ctypes import CDLL
from pathlib import Path
from types import ModuleType

import pytest

from trialseal.core import library

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def building() -> ModuleType:
    """What builds it; skips where there is no compiler."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def core_file(building: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("core") / "core.so"
    assert building.build(ROOT, path, ["-O1", "-Werror"]) is None
    return path


@pytest.fixture(scope="session")
def core(core_file: Path) -> CDLL:
    return library.loaded(core_file)


@pytest.fixture(params=[0, 1, 2], ids=["plain", "best", "many"])
def hashing_core(request: pytest.FixtureRequest, core: CDLL) -> Iterator[CDLL]:
    """The core, hashing in plain C, by the best for single messages, and by the best for many."""
    core.trialseal_choose(request.param)
    yield core
    core.trialseal_choose(2)


@pytest.fixture
def compiled(building: ModuleType, tmp_path: Path) -> Callable[[str], Path]:
    """Makes a core of other sources."""

    def compile(text: str) -> Path:
        folder = tmp_path / "src" / "trialseal" / "core"
        folder.mkdir(parents=True)
        (folder / "one.c").write_text(text)
        assert building.build(tmp_path, tmp_path / "one.so", ["-O0"]) is None
        return tmp_path / "one.so"

    return compile
