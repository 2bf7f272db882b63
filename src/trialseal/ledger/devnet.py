"""The local chain: an anvil process that keeps its state between runs, and whose operator sets the clock."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import write_json
from trialseal.kept_json import value_of
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.networks import DEVNET, DEVNET_PORT
from trialseal.ledger.rpc import RpcError

CHAIN_ID = 31337
HARDFORK = "osaka"
# How long anvil may take to answer after its start, and to write its state at its end; usually far below a
# second.
PATIENCE = 20.0
# How long a process that was just started may have no command yet, seconds; usually under a thousandth.
_SHOWN_AFTER = 1.0
_NO_LOCK = -1
_MOST_ETHER: Final = 10**15  # far above all there is, far below what 256 bits hold


@dataclass(frozen=True, slots=True)
class _Record:
    """What is written down of the devnet's last start."""

    pid: int | None
    port: int
    first: int | None = None  # time of the chain's first block, Unix seconds


@dataclass(frozen=True, slots=True)
class DevnetState:
    """Whether the devnet runs, and where."""

    running: bool
    url: str
    chain_id: int | None
    block: int | None  # number of the newest


def up(home: Path, port: int = DEVNET_PORT, timestamp: int | None = None) -> DevnetState:
    """Starts the devnet, with the state that it had, and waits until it answers; nothing if it runs already.

    `timestamp` (Unix seconds) is the time of the first block of a chain without a state yet.
    """
    folder = home / DEVNET
    deadline = time.monotonic() + PATIENCE
    while True:
        with _held(folder) as lock:
            record = _recorded(folder)
            if record.pid is not None and _runs(record.pid, folder):
                if record.port != port:
                    raise UsageError(
                        f"the devnet runs already, at port {record.port}: stop it with trialseal devnet down to move it"
                    )
                return _answering(folder, record)
            if lock is not None:
                return _start(folder, record, port, timestamp, lock)
        # Another command is starting it, or it is about to end.
        if time.monotonic() > deadline:
            raise _used(folder)
        time.sleep(0.02)


def _start(folder: Path, record: _Record, port: int, timestamp: int | None, lock: int) -> DevnetState:
    """Starts anvil, which holds the lock as long as it lives, and waits until it answers."""
    if not 0 < port < 65536:
        raise UsageError(f"{port} is not a port: choose one from 1024 to 65535")
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
        with (folder / "anvil.log").open("wb") as log:
            # Its own session, so that Ctrl-C in this terminal does not end it.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[lock] if lock != _NO_LOCK else [],
            )
    except OSError as error:
        raise UndeterminedError(f"anvil cannot be started: {error.strerror or error}") from None
    try:
        _write(folder, _Record(process.pid, port, first))
    except BaseException:  # nobody would know of it
        process.terminate()
        process.wait()
        raise
    status = _answering(folder, _Record(process.pid, port, first), process)
    chain = _chain(port)
    if resumed is not None:
        _catch_up(chain)
    elif first is None and (block := chain.block(0)):
        _write(folder, _Record(process.pid, port, block["timestamp"]))
    return status


def down(home: Path) -> DevnetState:
    """Stops the devnet and waits until its state is written; nothing if it does not run."""
    folder = home / DEVNET
    record = _recorded(folder)
    pid = record.pid
    deadline = time.monotonic() + PATIENCE
    if pid is not None and _runs(pid, folder):
        try:
            os.kill(pid, signal.SIGTERM)
        except OSError as error:
            raise UndeterminedError(f"the devnet (process {pid}) cannot be stopped: {error.strerror}") from None
        while _runs(pid, folder):
            if time.monotonic() > deadline:
                raise UndeterminedError(f"the devnet (process {pid}) does not end: stop it by hand")
            time.sleep(0.01)
    while folder.is_dir():
        with _held(folder) as lock:
            if lock is not None:
                if pid is not None:
                    _write(folder, replace(record, pid=None))
                break
        # A process that ends shows no command any more a moment before it lets go of its files.
        if time.monotonic() > deadline:
            raise _used(folder)
        time.sleep(0.01)
    return DevnetState(False, _url(record.port), None, None)


def status(home: Path) -> DevnetState:
    """Whether the devnet runs, and its newest block."""
    folder = home / DEVNET
    record = _recorded(folder)
    if record.pid is None or not _runs(record.pid, folder):
        return DevnetState(False, _url(record.port), None, None)
    chain = _chain(record.port)
    return DevnetState(True, _url(record.port), chain.chain_id(), chain.newest())


def fund(chain: Chain, address: str, ether: int) -> None:
    """Gives an address at least so much ether; FailedError on a chain that is not a devnet."""
    import re

    if not re.fullmatch("0x[0-9a-fA-F]{40}", address):
        raise UsageError(f"{address} is neither an address (0x and 40 hexadecimal digits) nor an account here")
    if not 0 <= ether <= _MOST_ETHER:
        raise UsageError(f"--ether takes 0 to {_MOST_ETHER:,}")
    balance = int(chain.rpc.call("eth_getBalance", [address, "latest"]), 16)
    try:
        chain.rpc.call("anvil_setBalance", [address, hex(max(balance, ether * 10**18))])
        # anvil changes the state of its newest block, whose header no longer agrees with it: the next one does.
        chain.rpc.call("evm_mine")
    except RpcError:
        raise FailedError(
            f"chain {chain.chain_id()} at {chain.rpc.shown} is not a devnet, where ether is not "
            "given on request: buy it, or use a test network's faucet"
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


@contextmanager
def _held(folder: Path) -> Iterator[int | None]:
    """The devnet's lock as an open file, None if another process holds it: anvil itself does, as long as it lives.

    Two anvils would each write the whole state, so that what the other recorded is lost. What a process's number or
    its listed command tells is not enough: they are reused, shown late, or written otherwise.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "devnet.lock").open("a")
    except OSError as error:
        raise UsageError(f"{folder} cannot be used for the devnet: {error.strerror or error}") from None
    with file:
        try:
            import fcntl
        except ImportError:  # not there on Windows, where the process's number must do
            yield _NO_LOCK
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        yield file.fileno()


def _used(folder: Path) -> UndeterminedError:
    return UndeterminedError(
        f"another process uses {folder}, and {folder / 'devnet.json'} does not say which: stop the anvil that runs "
        "there by hand, or set TRIALSEAL_HOME to another folder"
    )


def _answering(folder: Path, record: _Record, process: subprocess.Popen[bytes] | None = None) -> DevnetState:
    """The status once the node answers; UndeterminedError with its last words if it ends instead."""
    port = record.port
    deadline = time.monotonic() + PATIENCE
    while True:
        # Of its own child a process knows for certain whether it has ended.
        ended = process.poll() is not None if process else record.pid is None or not _runs(record.pid, folder)
        if ended:
            _write(folder, replace(record, pid=None))
            state = _state(folder)
            hint = f"try again; if {state} is damaged, move it away to begin anew" if state.exists() else "try again"
            raise UndeterminedError(f"anvil ended at its start ({_last_words(folder / 'anvil.log')}): {hint}")
        try:
            chain = _chain(port)
            return DevnetState(True, _url(port), chain.chain_id(), chain.newest())
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
        headers = [block["header"] for block in value_of(state.read_bytes())["blocks"]]
        return min(int(header["timestamp"], 16) for header in headers if int(header["number"], 16) == 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # anvil will say what is wrong with it


def _recorded(folder: Path) -> _Record:
    """The last start as written down."""
    try:
        entry = value_of((folder / "devnet.json").read_bytes())
        pid, port, first = entry["pid"], entry["port"], entry.get("first_block_time")
        known = isinstance(pid, int) and pid > 0
        return _Record(pid if known else None, int(port), first if isinstance(first, int) else None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Record(None, DEVNET_PORT)


def _write(folder: Path, record: _Record) -> None:
    # The node runs on this computer, by this command: 'this node is mine'.
    entry = {"pid": record.pid, "port": record.port, "first_block_time": record.first, "mine": True}
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
    deadline = time.monotonic() + _SHOWN_AFTER
    # A process that is just being started has no command yet.
    while not (command := _command(pid)) and time.monotonic() < deadline:
        time.sleep(0.005)
    return os.fsencode(_state(folder)) in command


def _command(pid: int) -> bytes:
    """A process's command line; one blank for what has none and gets none."""
    try:
        if Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[:1] == [b"Z"]:
            return b" "  # it has ended, and was not waited for
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():  # it has ended meanwhile
            return b" "
    except OSError:
        return b" "
    return subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False).stdout or b" "


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
