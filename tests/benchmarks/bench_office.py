"""An office with many trials: registrations sent beside other ways to send them and read beside web3.py; drafts."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_commands import free_port
from bench_journals import write_records
from bench_scale import chain_of
from running import HERE, TRIALSEAL, Row, Run, compare, row, run

from trialseal.ledger import deployment, devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.sending import Sender

ACTS = int(os.environ.get("BENCH_ACTS", "10000"))
RECORDS = int(os.environ.get("BENCH_RECORDS", "1000"))
SINGLE = max(1, ACTS // 50)
EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
# Slow peers send fewer, each of their own party, and their seconds are multiplied.
_PEERS = (
    ("a loop of brownie, waiting for each", "brownie", 100),
    ("a loop of web3.py, signing and waiting for each", "web3", 20),
    ("transactions signed before the clock starts, 100 to a JSON-RPC batch", "presigned", 5),
)
_RUNS = 3
_COPY_ALL = """
import json, pathlib, sys
for path in pathlib.Path(sys.argv[1]).glob("*.json"):
    folder = pathlib.Path(sys.argv[2]) / path.stem
    folder.mkdir(parents=True)
    (folder / path.name).write_text(json.dumps(json.loads(path.read_bytes())))
"""


def measure(place: Path) -> list[Row]:
    """Each way to send on a chain of its own; the acts are made before the clock starts."""
    many = f"{ACTS:,} registrations, from typed acts to receipts: judged, signed, sent in batches, awaited"
    ours = sent(place / "ours", "trialseal", ACTS)
    rows = []
    for peer, name, share in _PEERS:
        number = max(1, ACTS // share)
        theirs = sent(place / name, name, number)
        scaled = Run(theirs.seconds * ACTS / number, theirs.megabytes)
        said = f"{peer} ({number:,} sent, seconds of {ACTS:,})" if number < ACTS else peer
        rows.append(row(many, ours, said, scaled))
    return [*rows, from_folders(place), one_by_one(place), *read(), drafted(place)]


def from_folders(place: Path) -> Row:
    """Both read each folder's protocol, hash it with the same code, send, and force receipt and copy to disk there."""
    many = (
        f"{ACTS:,} registrations, from folders to receipts on disk: read, hashed, judged, signed, sent, awaited, kept"
    )
    number = max(1, ACTS // 100)
    ours = sent(place / "folders", "folders", ACTS)
    theirs = sent(place / "brownie-folders", "brownie-folders", number)
    peer = f"a loop of brownie over such folders, read, hashed and kept alike ({number:,} sent, seconds of {ACTS:,})"
    return row(many, ours, peer, Run(theirs.seconds * ACTS / number, theirs.megabytes))


def one_by_one(place: Path) -> Row:
    """Each kept on disk, sent and awaited before the next, on both sides; ours is looked for, judged and signed too."""
    ours, theirs = (sent(place / f"{name}-single", name, SINGLE) for name in ("singly", "presigned-singly"))
    peer = "transactions signed before the clock starts, each kept on disk, sent, awaited and its receipt kept in turn"
    return row(f"{SINGLE:,} registrations one by one, each judged, signed, sent and awaited", ours, peer, theirs)


def drafted(place: Path) -> Row:
    """Folders made of a registry's downloads, each time new ones."""
    write_records(place / "records", RECORDS)
    made = iter(range(2 * _RUNS))
    ours = [*TRIALSEAL, "init", "--from", place / "records"]
    return compare(
        f"`trialseal init --from` of {RECORDS:,} records, a folder with its drafts for each",
        lambda: run([*ours, place / f"made-{next(made)}"]),
        "reading the same files with json, and writing each into a folder of its own",
        lambda: run([sys.executable, "-c", _COPY_ALL, place / "records", place / f"made-{next(made)}"]),
        _RUNS,
        warm=False,
    )


def read() -> list[Row]:
    """A chain's registrations, read to the last by us, proven complete and only decoded, and by web3.py."""
    ways = (
        (f"reading {EVENTS:,} registrations page by page, proven complete", "read-ours"),
        ("the same, asked for at once and decoded, nothing proven", "read-unproven"),
    )
    peer = "web3.py's `get_logs` of the event, 2,000 blocks a call, nothing proven"
    with chain_of(EVENTS) as (url, _, _):

        def reading(name: str) -> Callable[[], Run]:
            return lambda: run([sys.executable, HERE / "office_programs.py", name, url])

        return [compare(what, reading(name), peer, reading("read-web3"), _RUNS, warm=False) for what, name in ways]


def sent(place: Path, name: str, number: int) -> Run:
    """One way to send so many registrations, on a chain with nothing else."""
    with office(place) as (url, key):
        return run([sys.executable, HERE / "office_programs.py", f"send-{name}", url, key, str(number), place])


@contextmanager
def office(place: Path) -> Iterator[tuple[str, str]]:
    """A chain with the contracts, and the key of an account with ether."""
    place.mkdir()
    url = devnet.up(place, free_port()).url
    try:
        from eth_account import Account

        account = Account.from_key(secrets.token_bytes(32))
        chain = Chain(Network("devnet", url))
        devnet.fund(chain, account.address, 10_000)
        deployment.deploy(Sender(chain, account))
        yield url, bytes(account.key).hex()
    finally:
        devnet.down(place)
