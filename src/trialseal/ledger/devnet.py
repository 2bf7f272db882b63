"""The local chain: an anvil process that keeps its state between runs, and whose operator sets the clock."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import write_json
from trialseal.ledger.chain import Chain
from trialseal.ledger.networks import DEVNET, DEVNET_PORT, Network
from trialseal.ledger.rpc import RpcError

CHAIN_ID = 31337
HARDFORK = "osaka"
# How long anvil may take to answer after its start, and to write its state at its end; usually far below a
# second.
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class _Record:
    """What is written down of the devnet's last start."""

    pid: int | None
    port: int
    first: int | None = None  # time of the chain's first block, Unix seconds


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the devnet runs, and where."""

    running: bool
    url: str
    chain_id: int | None
    block: int | None  # number of the newest


def up(home: Path, port: int = DEVNET_PORT, timestamp: int | None = None) -> Status:
    """Starts the devnet, with the state that it had, and waits until it answers; nothing if it runs already.

    `timestamp` (Unix seconds) is the time of the first block of a chain without a state yet.
    """
    folder = home / DEVNET
    record = _recorded(folder)
    if record.pid is not None and _runs(record.pid, folder):
        if record.port != port:
            raise UsageError(
                f"the devnet runs already, at port {record.port}: stop it with trialseal devnet down to move it"
            )
        return _answering(folder, record)
    if not 0 < port < 65536:
        raise UsageError(f"there is no port {port}: choose one from 1024 to 65535")
    if _is_taken(port):
        raise UsageError(f"port {port} is in use by another program: choose another with --port")
    command = [
        str(anvil()),
        *("--host", "127.0.0.1"),
        *("--port", str(port)),
        *("--chain-id", str(CHAIN_ID)),
        *("--hardfork", HARDFORK),
        *("--state", str(_state(folder))),
        *("--state-interval", "1"),  # what a crash may cost
        *("--order", "fifo"),
        "--quiet",
    ]
    # anvil makes a first block at every start, which is the one in its state only if it has the same time. A chain
    # whose first block changed would be taken for another one.
    resumed = _first_time(folder, record)
    first = timestamp if resumed is None else resumed
    if first is not None:
        command += ["--timestamp", str(first)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "anvil.log").open("wb") as log:
            # Its own session, so that Ctrl-C in this terminal does not end it.
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
    except OSError as error:
        raise UndeterminedError(f"anvil cannot be started: {error.strerror or error}") from None
    _write(folder, _Record(process.pid, port, first))
    status = _answering(folder, _Record(process.pid, port, first))
    chain = _chain(port)
    if resumed is not None:
        _catch_up(chain)
    elif first is None and (block := chain.block(0)):
        _write(folder, _Record(process.pid, port, block["timestamp"]))
    return status


def down(home: Path) -> Status:
    """Stops the devnet and waits until its state is written; nothing if it does not run."""
    folder = home / DEVNET
    record = _recorded(folder)
    pid = record.pid
    if pid is not None and _runs(pid, folder):
        try:
            os.kill(pid, signal.SIGTERM)
        except OSError as error:
            raise UndeterminedError(f"the devnet (process {pid}) cannot be stopped: {error.strerror}") from None
        deadline = time.monotonic() + PATIENCE
        while _runs(pid, folder):
            if time.monotonic() > deadline:
                raise UndeterminedError(f"the devnet (process {pid}) does not end: stop it by hand")
            time.sleep(0.01)
    if pid is not None:
        _write(folder, replace(record, pid=None))
    return Status(False, _url(record.port), None, None)


def status(home: Path) -> Status:
    """Whether the devnet runs, and its newest block."""
    folder = home / DEVNET
    record = _recorded(folder)
    if record.pid is None or not _runs(record.pid, folder):
        return Status(False, _url(record.port), None, None)
    chain = _chain(record.port)
    return Status(True, _url(record.port), chain.chain_id(), chain.newest())


def fund(chain: Chain, address: str, ether: int) -> None:
    """Gives an address at least so much ether; FailedError on a chain that is no devnet."""
    import re

    if not re.fullmatch("0x[0-9a-fA-F]{40}", address):
        raise UsageError(f"{address} is neither an address (0x and 40 hexadecimal digits) nor an account here")
    if ether < 0:
        raise UsageError("an amount of ether cannot be below 0")
    balance = int(chain.rpc.call("eth_getBalance", [address, "latest"]), 16)
    try:
        chain.rpc.call("anvil_setBalance", [address, hex(max(balance, ether * 10**18))])
    except RpcError:
        raise FailedError(
            f"chain {chain.chain_id()} at {chain.rpc.shown} is no devnet, and makes no ether for the "
            "asking: buy it, or use a test network's faucet"
        ) from None


def set_time(chain: Chain, seconds: int) -> None:
    """Sets the clock for the next block (Unix seconds), as a re-enactment needs; it only moves forward."""
    try:
        chain.rpc.call("evm_setNextBlockTimestamp", [seconds])
    except RpcError as error:
        latest = chain.block()
        raise FailedError(
            f"the clock of chain {chain.chain_id()} cannot be set to {seconds}, its newest block is of "
            f"{latest['timestamp'] if latest else 'unknown time'}: a chain's clock only moves forward, and "
            f"only a devnet's can be set ({error.message})"
        ) from None


def mine(chain: Chain) -> None:
    """Makes one block, whether or not there is anything to record."""
    chain.rpc.call("evm_mine")


def anvil() -> Path:
    """The anvil program: $TRIALSEAL_ANVIL, on the PATH, or in this project's own tools."""
    named = os.environ.get("TRIALSEAL_ANVIL") or shutil.which("anvil")
    if named:
        return Path(named)
    for parent in Path(__file__).resolve().parents:
        candidate = parent / ".toolchain" / "bin" / "anvil"
        if candidate.exists():
            return candidate
    raise UsageError(
        "anvil, the local chain, is not on this computer: run make setup in trialseal's folder, or install "
        "Foundry and put anvil on the PATH"
    )


def _answering(folder: Path, record: _Record) -> Status:
    """The status once the node answers; UndeterminedError with its last words if it ends instead."""
    port = record.port
    deadline = time.monotonic() + PATIENCE
    while True:
        if record.pid is None or not _runs(record.pid, folder):
            _write(folder, replace(record, pid=None))
            state = _state(folder)
            hint = f"try again; if {state} is damaged, move it away to begin anew" if state.exists() else "try again"
            raise UndeterminedError(f"anvil ended at its start ({_last_words(folder / 'anvil.log')}): {hint}")
        try:
            chain = _chain(port)
            return Status(True, _url(port), chain.chain_id(), chain.newest())
        except UndeterminedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _last_words(log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    error = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "it says nothing")
    return error[:300]


def _catch_up(chain: Chain) -> None:
    """Sets the clock of a resumed chain to the present, or to its newest block where that is later."""
    latest = chain.block()
    chain.rpc.call("evm_setTime", [max(int(time.time()), latest["timestamp"] if latest else 0)])


def _first_time(folder: Path, record: _Record) -> int | None:
    """The time of the first block of the chain whose state is kept; None if there is no state, or none to be read."""
    state = _state(folder)
    if not state.exists() or record.first is not None:
        return record.first if state.exists() else None
    try:
        headers = [block["header"] for block in json.loads(state.read_bytes())["blocks"]]
        return min(int(header["timestamp"], 16) for header in headers if int(header["number"], 16) == 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # anvil will say what is wrong with it


def _recorded(folder: Path) -> _Record:
    """The last start as written down."""
    try:
        entry = json.loads((folder / "devnet.json").read_bytes())
        pid, port, first = entry["pid"], entry["port"], entry.get("first_block_time")
        known = isinstance(pid, int) and pid > 0
        return _Record(pid if known else None, int(port), first if isinstance(first, int) else None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Record(None, DEVNET_PORT)


def _write(folder: Path, record: _Record) -> None:
    entry = {"pid": record.pid, "port": record.port, "first_block_time": record.first}
    write_json(folder / "devnet.json", entry)


def _state(folder: Path) -> Path:
    return folder.absolute() / "state.json"


def _runs(pid: int, folder: Path) -> bool:
    """Whether that process is this devnet's anvil: after a restart of the computer it may be anything."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # an ended child of this very process stays listed until waited for
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # nobody's, or another user's
        return False
    listed = Path(f"/proc/{pid}/cmdline")
    try:
        command = listed.read_bytes()
    except OSError:  # no Linux
        command = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False).stdout
    return os.fsencode(_state(folder)) in command


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as anvil does: remains of old connections
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _chain(port: int) -> Chain:
    return Chain(Network(DEVNET, _url(port)), timeout=5.0)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
