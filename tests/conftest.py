"""A chain of its own for every run of the tests: brownie would attach to whatever listens on its port already."""

from __future__ import annotations

import socket

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Gives brownie's development network a port that nobody uses."""
    from brownie._config import CONFIG

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        CONFIG.networks["development"]["cmd_settings"]["port"] = probe.getsockname()[1]
