"""The local chain as a process: it keeps its state, its clock obeys, its port may be taken."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep, time

import pytest

from conftest import free_port
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.networks import resolve

SOMEBODY = "0x" + "ab" * 20


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose devnet does not outlive the test."""
    yield tmp_path
    devnet.down(tmp_path)


def balance(chain: Chain) -> int:
    return int(chain.rpc.call("eth_getBalance", [SOMEBODY, "latest"]), 16)


def test_up_down_and_up_again_keeps_the_state(home: Path) -> None:
    port = free_port()
    assert not devnet.status(home).running
    up = devnet.up(home, port, timestamp=1_587_945_600)
    assert up == devnet.status(home) == devnet.up(home, port)
    assert (up.running, up.chain_id, up.block) == (True, 31337, 0)
    chain = Chain(resolve(None, home))  # the devnet is found where it was started
    devnet.fund(chain, SOMEBODY, 5)
    genesis, latest = chain.block(0), chain.block()
    assert genesis and genesis["timestamp"] == 1_587_945_600
    assert devnet.down(home).running is False
    assert not devnet.status(home).running
    assert devnet.down(home).running is False  # twice is once
    devnet.up(home, port)
    again = Chain(resolve(None, home))
    assert (again.block(0), again.block(1)) == (genesis, latest)
    assert balance(again) == 5 * 10**18


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "from its state"])
@pytest.mark.parametrize("timestamp", [None, 1_587_945_600])
def test_a_chain_keeps_its_first_block_however_often_it_is_stopped(
    home: Path, timestamp: int | None, recorded: bool
) -> None:
    """Receipts and journals are named by it. anvil makes another at each start unless told its time."""
    port = free_port()
    devnet.up(home, port, timestamp)
    first = Chain(resolve(None, home)).block(0)
    assert first and first["timestamp"] == (timestamp or first["timestamp"])
    sleep(1.1)  # until the clock's second is another
    for _ in range(4):
        devnet.mine(Chain(resolve(None, home)))
        devnet.down(home)
        record = home / "devnet" / "devnet.json"
        if not recorded:  # as an older version left it
            record.write_text(json.dumps({"pid": None, "port": port}))
        devnet.up(home, port)
        assert Chain(resolve(None, home)).block(0) == first


def test_a_resumed_chain_goes_on_with_the_present_and_never_goes_back(home: Path) -> None:
    port = free_port()
    devnet.up(home, port, timestamp=1_587_945_600)
    devnet.mine(Chain(resolve(None, home)))
    devnet.down(home)
    devnet.up(home, port)
    chain = Chain(resolve(None, home))
    devnet.mine(chain)
    present = chain.block()
    assert present and abs(present["timestamp"] - time()) < 60
    devnet.set_time(chain, present["timestamp"] + 86_400)
    devnet.mine(chain)
    devnet.down(home)
    devnet.up(home, port)
    chain = Chain(resolve(None, home))
    devnet.mine(chain)
    later = chain.block()
    assert later and later["timestamp"] >= present["timestamp"] + 86_400


def test_a_state_that_was_moved_away_is_another_chain(home: Path) -> None:
    port = free_port()
    devnet.up(home, port, timestamp=1_587_945_600)
    devnet.down(home)
    (home / "devnet" / "state.json").unlink()
    devnet.up(home, port, timestamp=1_600_000_000)
    first = Chain(resolve(None, home)).block(0)
    assert first and first["timestamp"] == 1_600_000_000


def test_the_clock_moves_forward_only(home: Path) -> None:
    devnet.up(home, free_port(), timestamp=1_587_945_600)
    chain = Chain(resolve(None, home))
    devnet.set_time(chain, 1_588_000_000)
    devnet.mine(chain)
    latest = chain.block()
    assert latest and latest["timestamp"] == 1_588_000_000
    with pytest.raises(FailedError, match="newest block is of 1588000000: a chain's clock only moves forward"):
        devnet.set_time(chain, 1_587_999_999)


def test_funding_never_takes_away(home: Path) -> None:
    devnet.up(home, free_port())
    chain = Chain(resolve(None, home))
    devnet.fund(chain, SOMEBODY, 5)
    devnet.fund(chain, SOMEBODY, 3)
    assert balance(chain) == 5 * 10**18
    with pytest.raises(UsageError, match="neither an address"):
        devnet.fund(chain, "alice", 1)


def test_a_port_in_use_is_said_so(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use by another program"):
            devnet.up(home, port)
    with pytest.raises(UsageError, match="70000 is not a port"):
        devnet.up(home, 70000)


def test_a_devnet_moves_only_after_it_was_stopped(home: Path) -> None:
    port = free_port()
    devnet.up(home, port)
    with pytest.raises(UsageError, match=f"runs already, at port {port}"):
        devnet.up(home, free_port())


def test_a_killed_devnet_starts_again(home: Path) -> None:
    port = free_port()
    devnet.up(home, port)
    record = home / "devnet" / "devnet.json"
    pid = json.loads(record.read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert devnet.up(home, port).running


def test_another_process_under_the_recorded_number_is_left_alone(home: Path) -> None:
    (home / "devnet").mkdir()
    (home / "devnet" / "devnet.json").write_text(json.dumps({"pid": os.getpid(), "port": 8545}))
    assert not devnet.status(home).running
    assert not devnet.down(home).running  # and this test goes on


def test_the_devnet_of_another_home_is_left_alone(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    up = devnet.up(home, free_port())
    other = tmp_path_factory.mktemp("other")
    (other / "devnet").mkdir()
    (other / "devnet" / "devnet.json").write_bytes((home / "devnet" / "devnet.json").read_bytes())
    assert not devnet.down(other).running
    assert devnet.status(home) == up


def test_a_process_whose_command_is_not_shown_yet_is_still_the_devnet(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux shows an empty command line for a moment after a start."""
    shown = Path.read_bytes
    unseen: dict[Path, int] = {}

    def read_bytes(path: Path) -> bytes:
        if path.name == "cmdline" and unseen.setdefault(path, 0) < 3:
            unseen[path] += 1
            return b""
        return shown(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    port = free_port()
    up = devnet.up(home, port)
    assert up.running
    unseen.clear()
    assert devnet.status(home).running
    unseen.clear()
    assert devnet.up(home, port) == up


@pytest.mark.parametrize("record", [None, "", '{"pid": null, "port": 8545}', '{"pid": 1, "port": 8545}'])
def test_a_second_devnet_never_writes_over_the_first_ones_state(
    home: Path, record: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = devnet.up(home, free_port())
    monkeypatch.setattr(devnet, "PATIENCE", 0.3)  # that of those that are to be refused
    devnet.mine(Chain(resolve(up.url, home)))
    written = home / "devnet" / "devnet.json"
    kept = written.read_bytes()
    written.unlink() if record is None else written.write_text(record)  # the record was lost or damaged
    for again in (home, home / ".." / home.name):  # also where the folder is named in another way
        with pytest.raises((UndeterminedError, UsageError), match="uses|runs already"):
            devnet.up(again, free_port())
    written.write_bytes(kept)
    monkeypatch.undo()
    devnet.down(home)
    devnet.up(home, free_port())
    assert devnet.status(home).block == 1


def test_of_two_starts_at_once_one_starts_it(home: Path) -> None:
    port = free_port()
    program = (
        "import sys; from pathlib import Path; from trialseal.ledger import devnet; "
        "print(devnet.up(Path(sys.argv[1]), int(sys.argv[2])).running)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(home), str(port)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [one.communicate(timeout=60)[0] for one in started] == [b"True\n"] * 4


def test_an_anvil_that_ends_at_its_start_has_the_last_word(home: Path) -> None:
    (home / "devnet").mkdir()
    (home / "devnet" / "state.json").write_text("damaged")
    with pytest.raises(
        UndeterminedError, match=r"anvil ended at its start \(.*invalid value.*\): .*state\.json is damaged"
    ):
        devnet.up(home, free_port())
    assert not devnet.status(home).running


def test_anvil_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIALSEAL_ANVIL", str(tmp_path / "anvil"))
    assert devnet.anvil() == tmp_path / "anvil"
    with pytest.raises(UndeterminedError, match="anvil cannot be started"):
        devnet.up(tmp_path, free_port())
    monkeypatch.delenv("TRIALSEAL_ANVIL")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(devnet, "__file__", str(tmp_path / "devnet.py"))
    with pytest.raises(UsageError, match="anvil, the local chain, is not on this computer"):
        devnet.anvil()
