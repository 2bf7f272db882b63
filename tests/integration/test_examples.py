"""`example`: what is listed, what is laid out, and what stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.test_command import User
from tests.integration.test_init import alone

from trialseal.cli.init import examples

__all__ = ["alone"]
TRIALS = Path(__file__).parents[2] / "trials"


def test_without_a_name_every_example_is_listed(alone: User) -> None:
    told = alone("example", "--json").value
    assert set(told) == {place.name for place in TRIALS.iterdir()}
    assert told["first-use"] == "First use"


def test_an_example_is_laid_out_whole_and_never_over_another(alone: User) -> None:
    alone("example", "first-use", "a place/初")
    there = Path("a place/初")
    wanted = {one.relative_to(TRIALS / "first-use"): one.read_bytes() for one in files(TRIALS / "first-use")}
    assert {one.relative_to(there): one.read_bytes() for one in files(there)} == wanted
    assert "is there already: name a new folder" in alone("example", "first-use", there, code=3).err
    assert "did you mean first-use?" in alone("example", "first-ude", code=3).err
    assert not Path("first-ude").exists()


def test_an_installation_without_examples_says_so(alone: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples.trialseal, "__file__", str(tmp_path / "src" / "trialseal" / "__init__.py"))
    assert "this installation has no examples" in alone("example", code=3).err
    laid = tmp_path / "src" / "trialseal" / "examples" / "one"
    laid.mkdir(parents=True)
    (laid / "README.md").write_text("# One\n")
    assert alone("example", "--json").value == {"one": "One"}


def files(place: Path) -> list[Path]:
    return [one for one in place.rglob("*") if one.is_file()]
