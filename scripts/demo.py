"""Replays an example trial on a local chain of its own, verifies it, and lets one byte and one digit be altered.

python scripts/demo.py [FOLDER]: the folder is one of trials/, by default the re-enactment of NCT04368728.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from datetime import datetime
from pathlib import Path

from trialseal.cli import main as trialseal
from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain

EXAMPLE = Path("trials/nct04368728-reenactment")
PLACE = Path(".toolchain/demo")
PASSWORD = "the keys of a demonstration guard nothing"
DAY = 86_400


def main(folder: Path = EXAMPLE) -> int:
    """The whole demonstration; 0 if every step ended as it should."""
    shutil.rmtree(PLACE, ignore_errors=True)
    trial = PLACE / folder.name
    shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("receipts"))
    story = json.loads((trial / "acts.json").read_text(encoding="utf-8"))
    home = PLACE / "home"
    home.mkdir()
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    os.environ |= {"TRIALSEAL_HOME": str(home), "TRIALSEAL_PASSWORD_FILE": str(home / "password")}
    for notice in story["notice"]:
        print(f"NOTE: {notice}")
    first = seconds(story["acts"][0]["at"])
    status = devnet.up(home, port=free_port(), timestamp=first - DAY)
    try:
        return replay(home, trial, story, Chain(networks.resolve("devnet", home)), status.url)
    finally:
        devnet.down(home)


def replay(home: Path, trial: Path, story: dict[str, object], chain: Chain, url: str) -> int:
    """The acts at their times, then the verdicts; 0 if all went as it should."""
    print(f"\nA chain of its own at {url}, with an account and a party for everyone:")
    for name in story["parties"]:
        accounts.new(home, name, PASSWORD, light=True)
        devnet.fund(chain, dict(accounts.list_accounts(home))[name], 10)
    ok = run("deploy", "--account", next(iter(story["parties"])))
    for name, profile in story["parties"].items():
        ok &= run("party", "create", "--profile", str(trial / profile), "--account", name)
    words = {"trial": str(trial), **{name: party.hex() for name, party in parties_by_account(home).items()}}

    for act in story["acts"]:
        devnet.set_time(chain, seconds(act["at"]))
        print(f"\n[{act['at'][:10]}] {act['fact']} ({act['source']})")
        ok &= run(*(word.format(**words) for word in act["command"]), "--account", act["by"])

    print("\nWhat a reader sees, with nothing but the address of a node:")
    page = PLACE / "timeline.html"
    results, protocol = trial / "results.json", sorted((trial / "documents" / "sealed").glob("*-protocol-*.json"))[-1]
    trusted = ["--accredited-by", words["accreditor"]] if "accreditor" in words else []
    ok &= run("verify", str(results), str(protocol), *trusted, code=None)

    print("\nOne byte of the results altered, and one digit of an endpoint:")
    (trial / "altered").mkdir()
    altered_results, altered_protocol = trial / "altered" / results.name, trial / "altered" / protocol.name
    alter_digit(results, altered_results, '"results"')
    alter_digit(protocol, altered_protocol, '"endpoints"')
    ok &= run("verify", str(altered_results), str(altered_protocol), code=1)

    print("\nEverything that was done, and whether that is all:")
    shown = [str(path) for path in (results, protocol, altered_results, altered_protocol)]
    ok &= run("history", str(trial), "--html", str(page), "--verify", *shown, code=1)
    print(f"\nOpen {page.resolve()} in a browser." if ok else "\nSomething did not go as it should: see above.")
    return 0 if ok else 1


def run(*words: str, code: int | None = 0) -> bool:
    """One command as a user types it; whether its exit code is the expected one (None: any)."""
    print("$ trialseal " + " ".join(f'"{word}"' if " " in word else word for word in words), flush=True)
    answered = trialseal(words)
    if answered:
        print(f"  (exit code {answered})")
    return code is None or answered == code


def alter_digit(source: Path, target: Path, after: str) -> None:
    """Copies a file with the first digit behind `after` raised by one, 9 to 8."""
    text = source.read_text(encoding="utf-8")
    start = text.index('"value": ', text.index(after)) + len('"value": ')
    place = next(i for i in range(start, len(text)) if text[i].isdigit())
    other = "8" if text[place] == "9" else str(int(text[place]) + 1)
    target.write_text(text[:place] + other + text[place + 1 :], encoding="utf-8")
    line = text.count("\n", 0, place) + 1
    print(f"{target}: line {line}, {text[place]} became {other}")


def parties_by_account(home: Path) -> dict[str, bytes]:
    """The party that each account created."""
    rows = json.loads((home / "parties.json").read_text(encoding="utf-8"))
    return {row["account"]: bytes.fromhex(row["party"]) for row in rows}


def seconds(moment: str) -> int:
    """Unix seconds of an ISO 8601 time."""
    return int(datetime.fromisoformat(moment).timestamp())


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
