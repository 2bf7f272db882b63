"""A batch whose process is killed: wherever that was, the same command goes on, and each act is recorded once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.acts.desk import outbox_of
from trialseal.ledger.outbox import State

__all__ = ["home", "registered", "trial", "user"]

# Kills itself before the so-many-th change of a file or request to the node, counted from the first change.
KILLED = """import os, signal, sys
left, begun = int(sys.argv.pop(1)), False
CHANGES = ("os.rename", "os.link", "os.remove", "os.mkdir", "sqlite3.connect")
def count(event, arguments):
    global left, begun
    changes = event in CHANGES or event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    begun = begun or bool(changes)
    if changes or begun and event == "http.client.send":
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.dont_write_bytecode = True
from trialseal.cli import main
sys.addaudithook(count)
sys.exit(main(sys.argv[1:]))"""


def killed_at(point: int, *words: str | Path) -> bool:
    """Whether the command was killed at this point; if not, it ended well before."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(point), *map(str, words)], capture_output=True, timeout=60, check=False
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode != 0


def test_a_batch_killed_anywhere_goes_on(user: User, home: Path, registered: Path, tmp_path: Path) -> None:
    day, point, stated = date(2022, 1, 1), 0, list[str]()
    said = set[str]()
    file = tmp_path / "acts.ndjson"
    killed = True
    while killed:
        point += 1
        days = [str(day + timedelta(2 * point + more)) for more in (0, 1)]
        stated += days
        lines = [{"act": "milestone", "trial": str(registered), "milestone": "interim-look", "on": one} for one in days]
        file.write_text("\n".join(map(json.dumps, lines)))
        killed = killed_at(point, "batch", file, "--yes", *SPONSOR)
        again = user("batch", file, "--yes", *SPONSOR)
        said |= {"sent"} if "2 acts in 1 transaction" in again.out else {"found"}
        assert "2 of 2 acts are on the chain" in again.out
        assert not outbox_of(home).sendings(State.WAITING)
    acts = user("history", registered, "--json", code=None).value["acts"]
    assert [act["date"] for act in acts[1:]] == [int(one.replace("-", "")) for one in stated], "each once, in its order"
    receipts = sorted((registered / "receipts").glob("*/*-milestone-*.json"))
    assert [json.loads(one.read_text())["number"] for one in receipts] == list(range(2, len(stated) + 2))
    assert point > 15 and said == {"sent", "found"}
