"""brownie starts one chain for all of these tests; the contracts are deployed once, and each test starts from there."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import brownie
import pytest
from brownie._config import CONFIG

from .chain import undone
from .stage import Stage


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# brownie attaches to whatever listens on its port: somebody's own chain, or another run of these tests.
CONFIG.networks["development"]["cmd_settings"]["port"] = _free_port()


@pytest.fixture(scope="session")
def stage() -> Stage:
    """The contracts deployed, the parties founded, one trial registered; see `Stage`."""
    return Stage.set(brownie.project.get_loaded_projects()[0], brownie.accounts)


# brownie's own isolation does the same at five times the cost: it looks through all objects and stack frames each time.
@pytest.fixture(scope="module", autouse=True)
def module_starts_from_the_stage(stage: Stage) -> Iterator[None]:
    """Undoes what a module's own fixtures did."""
    with undone():
        yield


@pytest.fixture(autouse=True)
def test_starts_from_the_stage(module_starts_from_the_stage: None) -> Iterator[None]:
    """Undoes what a test did."""
    with undone():
        yield
