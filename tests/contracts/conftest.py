"""brownie starts one chain for all of these tests; each module deploys anew, each test starts from there."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import brownie
import pytest
from brownie._config import CONFIG

from .stage import Stage


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# brownie attaches to whatever listens on its port: somebody's own chain, or another run of these tests.
CONFIG.networks["development"]["cmd_settings"]["port"] = _free_port()


@pytest.fixture(scope="module")
def stage(module_isolation: None) -> Stage:
    """The contracts deployed, the parties founded, one trial registered; see `Stage`."""
    return Stage.set(brownie.project.get_loaded_projects()[0], brownie.accounts)


@pytest.fixture(autouse=True)
def from_the_same_state(stage: Stage, fn_isolation: None) -> Iterator[None]:
    """Puts the chain back to what `stage` made of it."""
    yield
