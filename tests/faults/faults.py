"""Seeded runs of an office against everything that goes wrong: make faults [RUNS=1000] [SEED=1], make soak.

Each run has fifty acts of a table, carried out by real processes on a real anvil through a faulty proxy. Processes are
killed from outside at any moment, two offices work at once, and the chain takes blocks back. In the end the network is
honest, the same command is run until it ends well, and then every act must stand exactly once, with a receipt that is
true.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faulty_proxy import Fault, FaultyProxy

from trialseal.cli import main
from trialseal.ledger import accounts, networks
from trialseal.ledger.chain import Chain

ACTS: Final = 50
_DISTURBED: Final = 6  # runs of the command in which anything may happen
_MOST: Final = 12  # further runs in which the network is honest, and one of which must end well
_TIMEOUT: Final = 120.0
# How long it may take until nothing is under way, seconds, and how many looks in a row must find it so.
_REST: Final = 10.0
_CALM: Final = 3


@dataclass
class Seen:
    """What one run met, and what was wrong in the end."""

    seed: int
    wrong: list[str] = field(default_factory=list)
    killed: int = 0
    reorganised: int = 0
    together: int = 0
    commands: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)


class Office:
    """A home with an account and a party, and a devnet; each run has a trial of its own on it."""

    def __init__(self, place: Path, port: int) -> None:
        self.place, self.home = place, place / "home"
        self.trial = place / "trial-0"
        self.first_block = 0
        self.home.mkdir(parents=True)
        password = self.home / "password"
        password.write_text("correct horse")
        self.environment = {
            **os.environ, "TRIALSEAL_HOME": str(self.home), "TRIALSEAL_PASSWORD_FILE": str(password),
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        os.environ.update(TRIALSEAL_HOME=str(self.home), TRIALSEAL_PASSWORD_FILE=str(password))
        accounts.new(self.home, "office", "correct horse", light=True)
        self._do("devnet", "up", "--port", str(port))
        self._do("devnet", "fund", "office")
        self._do("deploy", "--account", "office")
        self._do("party", "create", "--name", "Office", "--account", "office")
        self.url = networks.resolve("devnet", self.home).url

    def begin(self, seed: int) -> None:
        """Registers the trial of a run; no block before that is ever taken back."""
        self.trial = self.place / f"trial-{seed}"
        self.trial.mkdir()
        example = Path(__file__).parents[2] / "trials" / "first-use" / "more-trials" / "walking" / "protocol.json"
        protocol = json.loads(example.read_text())
        protocol["trial"]["code"] = f"RUN-{seed}"
        (self.trial / "protocol.json").write_text(json.dumps(protocol))
        self._do("register", str(self.trial), "--account", "office", "--yes")
        self.first_block = int(self.rpc("eth_blockNumber"), 16)

    def _do(self, *words: str) -> None:
        with open(os.devnull, "w") as nowhere, _said_to(nowhere):
            assert main(list(words)) == 0, words

    def rpc(self, method: str, *params: Any) -> Any:
        """What the node itself answers."""
        return Chain(networks.resolve("devnet", self.home)).rpc.call(method, list(params))

    def start(self, url: str, table: Path) -> subprocess.Popen[bytes]:
        """The command, as its own process."""
        command = [
            sys.executable, "-m", "trialseal", "milestone", "--from", str(table), "--account", "office", "--yes",
            "--network", url,
        ]  # fmt: skip
        return subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def close(self) -> None:
        """Ends the devnet."""
        self._do("devnet", "down")


@contextmanager
def _said_to(file: Any) -> Iterator[None]:
    before, sys.stdout = sys.stdout, file
    try:
        yield
    finally:
        sys.stdout = before


def run(office: Office, seed: int) -> Seen:
    """One seeded run."""
    plan, seen = random.Random(seed), Seen(seed)
    office.begin(seed)
    tables = _tables(office, plan)
    proxy = FaultyProxy(office.url, seed, share=plan.choice((0.02, 0.08, 0.2)))
    try:
        for _ in range(_DISTURBED):
            at_once = plan.sample(tables, plan.choice((1, 1, len(tables))))
            seen.together += len(at_once) > 1
            _disturbed(office, proxy.url, at_once, plan, seen)
            if plan.random() < 0.3:
                depth = plan.randint(1, 3)
                if _at_rest(office, proxy) and _reorganised(office, depth):
                    seen.reorganised += 1
        proxy.calm.set()
        for table in tables:
            _until_done(office, proxy.url, table, seen)
    finally:
        proxy.close()
    seen.faults.update(proxy.counts)
    seen.wrong += _wrong(office)
    return seen


def _tables(office: Office, plan: random.Random) -> list[Path]:
    """Fifty milestones in one table, or in two of two offices that share the account."""
    days = [date(2024, 1, 1) + timedelta(number) for number in range(ACTS)]
    parts = [days] if plan.random() < 0.5 else [days[::2], days[1::2]]
    found = []
    for number, part in enumerate(parts):
        path = office.place / f"acts-{number}.csv"
        rows = "".join(f"{office.trial},interim-look,{day}\n" for day in part)
        path.write_text(f"trial,milestone,on\n{rows}")
        found.append(path)
    return found


def _disturbed(office: Office, url: str, tables: list[Path], plan: random.Random, seen: Seen) -> None:
    running = [office.start(url, table) for table in tables]
    seen.commands += len(running)
    deadlines = [time.monotonic() + plan.choice((_TIMEOUT, plan.uniform(0.2, 4.0))) for _ in running]
    for process, deadline in zip(running, deadlines, strict=True):
        try:
            _, errors = process.communicate(timeout=max(deadline - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            _, errors = process.communicate()
            seen.killed += 1
            continue
        if b"Traceback" in errors or process.returncode not in (0, 1, 2, 3):
            seen.wrong.append(f"exit code {process.returncode}: {errors.decode(errors='replace')[-400:]}")


def _at_rest(office: Office, proxy: FaultyProxy) -> bool:
    """Waits until nothing is under way: anvil, if it makes a block meanwhile, keeps blocks that it has taken back."""
    deadline = time.monotonic() + _REST
    calm = 0
    while calm < _CALM and time.monotonic() < deadline:
        time.sleep(0.02)
        calm = calm + 1 if proxy.is_idle and office.rpc("txpool_status")["pending"] == "0x0" else 0
    return calm == _CALM


def _reorganised(office: Office, depth: int) -> bool:
    """Takes the last blocks back, none of those that the run began with; the node forgets what was in them."""
    later = int(office.rpc("eth_blockNumber"), 16) - office.first_block
    if later < 1:
        return False
    office.rpc("anvil_reorg", min(depth, later), [])
    return True


def _until_done(office: Office, url: str, table: Path, seen: Seen) -> None:
    for _ in range(_MOST):
        process = office.start(url, table)
        seen.commands += 1
        try:
            out, errors = process.communicate(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            seen.wrong.append(f"{table.name} hangs with an honest network")
            return
        if process.returncode == 0:
            return
        if b"Traceback" in errors or process.returncode == 4:
            break
    seen.wrong.append(f"{table.name} never ends well: {process.returncode} {out[-300:]!r} {errors[-300:]!r}")


def _wrong(office: Office) -> list[str]:
    """What is not as it must be: each act once, in one receipt that says what the chain says."""
    command = [sys.executable, "-m", "trialseal", "history", str(office.trial), "--json"]
    answered = subprocess.run(command, env=office.environment, capture_output=True, timeout=_TIMEOUT, check=False)
    if answered.returncode != 0:
        said = (answered.stderr + answered.stdout).decode()[-600:]
        return [f"the history cannot be read, exit code {answered.returncode}: {said}"]
    acts = [one for one in json.loads(answered.stdout)["acts"] if one.get("date")]
    dates = Counter(one["date"] for one in acts)
    wrong = [f"act of {day} stands {number} times" for day, number in dates.items() if number != 1]
    if len(dates) != ACTS:
        wrong.append(f"{ACTS - len(dates)} acts are missing")
    receipts = {}
    for path in office.trial.glob("receipts/*/*-milestone-*.json"):
        value = json.loads(path.read_text())
        receipts[value["number"]] = value
    for one in acts:
        kept = receipts.get(one["number"])
        if kept is None:
            wrong.append(f"act {one['number']} has no receipt")
        elif kept["details"].get("date") not in (one["date"], str(one["date"])):
            wrong.append(f"the receipt of act {one['number']} is of another act: {kept['details']}")
        elif one.get("transaction") and kept["transaction"] != one["transaction"]:
            wrong.append(f"the receipt of act {one['number']} names another transaction")
    return wrong + [f"there is a receipt of act {number}, which the chain has not" for number in
                    set(receipts) - {one["number"] for one in acts}]  # fmt: skip


def _kept(office: Office, seen: Seen, keep: Path) -> None:
    """Leaves what a wrong run may be understood by: the outbox, the trial's folder, and what the node says of both."""
    place = keep / str(seen.seed)
    shutil.copytree(office.trial, place / "trial", dirs_exist_ok=True)
    shutil.copy(office.home / "pending" / "outbox.sqlite", place)
    [(_, address)] = accounts.list_accounts(office.home)
    newest = int(office.rpc("eth_blockNumber"), 16)
    said = {
        "wrong": seen.wrong,
        "nonces": [office.rpc("eth_getTransactionCount", address, tag) for tag in ("latest", "pending")],
        "pool": office.rpc("txpool_content"),
        "blocks": [
            office.rpc("eth_getBlockByNumber", hex(number), False) for number in range(office.first_block, newest + 1)
        ],
    }
    (place / "node.json").write_text(json.dumps(said, indent=1))


def table_of(found: list[Seen], seconds: float) -> str:
    """The counts as run, as docs/reliability.md shows them."""
    faults: Counter[Fault] = sum((one.faults for one in found), Counter())
    wrong = [one for one in found if one.wrong]
    rows = [
        ("runs, of 50 acts each", len(found)),
        ("acts recorded, each exactly once", ACTS * (len(found) - len(wrong))),
        ("commands run", sum(one.commands for one in found)),
        ("processes killed", sum(one.killed for one in found)),
        ("times two offices worked at once", sum(one.together for one in found)),
        ("reorganisations", sum(one.reorganised for one in found)),
        *((f"requests {fault}", number) for fault, number in sorted(faults.items(), key=lambda one: -one[1])),
        ("runs in which something was wrong", len(wrong)),
        ("minutes", round(seconds / 60)),
    ]
    return "\n".join(["| what | times |", "|---|---:|", *(f"| {what} | {number:,} |" for what, number in rows)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no run after so many minutes [no end]")
    parser.add_argument("--port", type=int, default=8699)
    parser.add_argument("--keep", type=Path, help="a folder for what is left of runs in which something was wrong")
    return parser.parse_args()


def _main() -> int:
    asked, started, found = _arguments(), time.monotonic(), list[Seen]()
    with tempfile.TemporaryDirectory() as place:
        office = Office(Path(place), asked.port)
        try:
            for seed in range(asked.seed, asked.seed + asked.runs):
                if asked.minutes and time.monotonic() - started > asked.minutes * 60:
                    break
                seen = run(office, seed)
                found.append(seen)
                if seen.wrong:
                    print(f"seed {seed}: {'; '.join(seen.wrong[:3])}", flush=True)
                    if asked.keep:
                        _kept(office, seen, asked.keep)
                elif len(found) % 25 == 0:
                    print(f"{len(found)} runs …", flush=True)
        finally:
            office.close()
    print(table_of(found, time.monotonic() - started))
    return 1 if any(one.wrong for one in found) else 0


if __name__ == "__main__":
    sys.exit(_main())
