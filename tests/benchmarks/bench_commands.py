"""How soon `verify` answers, for one file and for thousands."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from running import ROOT, TRIALSEAL, Row, compare, run

RUNS = 9
FILES, SIZE = 10_000, 4096
# The command where neither safe-pysha3 nor pycryptodome can be imported.
WITHOUT_KECCAK = [
    sys.executable,
    "-c",
    "import sys; sys.modules['sha3'] = sys.modules['Crypto'] = None; sys.argv[0] = 'trialseal'; "
    "from trialseal.cli import main; sys.exit(main())",
]
HASH_ALL = """
import hashlib, os, sys
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        hashlib.sha256(file.read()).digest()
"""


def measure(place: Path) -> list[Row]:
    """`verify` beside the start of Python and of web3, and beside bare hashing."""
    with registered_trial(place) as trial:
        [protocol] = (trial / "documents" / "sealed").glob("0001-protocol-v1-*.json")
        verify = [*TRIALSEAL, "verify"]
        rows = [
            compare(
                "`trialseal verify FILE`, cold, against a local node",
                lambda: run([*verify, protocol], (0, 2)),
                "`python -c 'import web3'`",
                lambda: run([sys.executable, "-c", "import web3"]),
                RUNS,
            ),
            compare(
                "the same",
                lambda: run([*verify, protocol], (0, 2)),
                "`python -c pass`",
                lambda: run([sys.executable, "-c", "pass"]),
                RUNS,
            ),
        ]
        bundle = place / "trial.trialseal"
        run([*TRIALSEAL, "bundle", trial, "--out", bundle])
        for what, command in (
            ("the same, without a Keccak in C", [*WITHOUT_KECCAK, "verify", protocol]),
            ("`trialseal verify BUNDLE`, cold, without a node", [*verify, bundle]),
            ("the same, without a Keccak in C", [*WITHOUT_KECCAK, "verify", bundle]),
        ):
            rows.append(
                compare(
                    what,
                    lambda command=command: run(command, (0, 2)),  # type: ignore[misc]
                    "`python -c 'import web3'`",
                    lambda: run([sys.executable, "-c", "import web3"]),
                    RUNS,
                )
            )
        folder = place / "files"
        folder.mkdir()
        for number in range(FILES):
            (folder / f"{number:05}.dat").write_bytes(hashlib.sha256(str(number).encode()).digest() * (SIZE // 32))
        shutil.copy(protocol, folder)
        rows.append(
            compare(
                f"`trialseal verify FOLDER` of {FILES:,} files of {SIZE // 1024} KiB",
                lambda: run([*verify, folder], (0, 1)),
                "reading and hashing them with hashlib",
                lambda: run([sys.executable, "-c", HASH_ALL, folder]),
                RUNS,
            )
        )
    return rows


@contextmanager
def registered_trial(place: Path) -> Iterator[Path]:
    """The folder of a fictitious trial, registered on a chain of its own by an account `bench`."""
    home = place / "home"
    home.mkdir()
    (home / "password").write_text("bench")
    os.environ |= {"TRIALSEAL_HOME": str(home), "TRIALSEAL_PASSWORD_FILE": str(home / "password")}
    trial = shutil.copytree(ROOT / "trials" / "fictitious-late-registration", place / "trial")
    run([*TRIALSEAL, "devnet", "up", "--port", str(free_port())])
    try:
        make = "import sys; from pathlib import Path; from trialseal.ledger import accounts; "
        run([sys.executable, "-c", make + "accounts.new(Path(sys.argv[1]), 'bench', 'bench', light=True)", home])
        run([*TRIALSEAL, "devnet", "fund", "bench"])
        run([*TRIALSEAL, "deploy"])
        run([*TRIALSEAL, "party", "create", "--profile", trial / "sponsor.json"])
        run([*TRIALSEAL, "register", trial])
        yield trial
    finally:
        run([*TRIALSEAL, "devnet", "down"])


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
