"""Tests run on all cores where all of them are run; each worker has chains of its own, on ports of its own."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine draws examples, and runs them, depends on what else it does: no test may.
settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("any-machine")

# Each worker has chains beside it, and the longest file of tests bounds what more of them could save.
_MOST_WORKERS = 4


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Gives brownie's development network a port that nobody uses: it would attach to whatever listens on its own."""
    from brownie._config import CONFIG

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        CONFIG.networks["development"]["cmd_settings"]["port"] = probe.getsockname()[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many workers `-n auto` means: one a core for all tests, none for those that are named."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    return min(os.cpu_count() or 1, _MOST_WORKERS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Loads the contracts anew from what brownie has just compiled, if it has.

    It deletes, on loading, what it does not keep; a worker would do so while another reads, and the workers' list of
    contracts, by which brownie knows their reports, would be another than ours.
    """
    core = config.pluginmanager.get_plugin("brownie-core")
    if core is None:  # run without brownie's plugin
        return
    project = core.project
    project.close()
    project.load()
    core.contracts = {name: built["bytecodeSha1"] for name, built in project._build.items() if built.get("bytecode")}
