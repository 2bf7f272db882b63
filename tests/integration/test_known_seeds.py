"""Seeds of `make faults` that once found something wrong: each is run again, with real processes on a real chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.faults import Office, run
from tests.integration.test_command import free_port


@pytest.mark.parametrize("seed", [30011])  # receipts named transactions of blocks that a reorganisation had dropped
def test_a_seed_that_found_something_finds_nothing_now(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TRIALSEAL_HOME", "TRIALSEAL_PASSWORD_FILE"):
        monkeypatch.setenv(name, "")  # put back afterwards
    monkeypatch.delenv("TRIALSEAL_ACCOUNT", raising=False)
    office = Office(tmp_path, free_port())
    try:
        assert run(office, seed).wrong == []
    finally:
        office.close()
