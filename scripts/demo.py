"""Replays an example trial on a local chain of its own, verifies it, and lets one byte and one digit be altered.

python scripts/demo.py [FOLDER]: the folder is one of trials/, by default the re-enactment of NCT04368728.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_evidence import checked_without_network, lie_is_caught
from trialseal.acts import parties
from trialseal.acts.act import ZERO
from trialseal.acts.carrying_out import carry_out, carry_out_all
from trialseal.acts.described import described
from trialseal.acts.desk import Desk, agree
from trialseal.acts.lines import other_line, trial_line
from trialseal.acts.own import Own, OwnParty, open_desk
from trialseal.acts.trials import trial_in
from trialseal.files import write_bytes
from trialseal.folder.reading import read
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger import accounts, deployment, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.moments import moment
from trialseal.ledger.sending import Sender
from trialseal.report.trial.timeline import timeline_html
from trialseal.report.trial.trial_view import timeline_view
from trialseal.report.trial.verdict import Verdict, as_shown
from trialseal.report.trial.verifying import verify
from trialseal.report.words import act_words

EXAMPLE = Path("trials/nct04368728-reenactment")
PLACE = Path(".toolchain/demo")
PASSWORD = "the keys of a demonstration guard nothing"
DAY = 86_400
# The words of a command that stand without an option's name; for most the trial alone.
PLAIN = {
    "add-id": ("trial", "id"),
    "milestone": ("trial", "milestone"),
    "seal": ("file",),
    "accredit": ("party",),
}


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


def replay(home: Path, trial: Path, story: dict[str, Any], chain: Chain, url: str) -> int:
    """The acts at their times, then the verdicts; 0 if all went as it should."""
    print(f"\nA chain of its own at {url}, with an account and a party for everyone:")
    for name in story["parties"]:
        accounts.new(home, name, PASSWORD, light=True)
        devnet.fund(chain, dict(accounts.list_accounts(home))[name], 10)
    first = next(iter(story["parties"]))
    for contract, address, _ in deployment.deploy(Sender(chain, accounts.unlock(home, first, PASSWORD))):
        print(f"{contract:14} {address}  deployed")
    words = {"trial": str(trial)}
    for name, profile in story["parties"].items():
        words[name] = create_party(home, name, trial / profile).hex()

    for act in story["acts"]:
        devnet.set_time(chain, seconds(act["at"]))
        print(f"\n[{act['at'][:10]}] {act['fact']} ({act['source']})")
        print("$ trialseal " + " ".join(quoted(word.format(**words)) for word in act["command"]), flush=True)
        carry_out_described(entry([word.format(**words) for word in act["command"]]), act["by"])

    print("\nWhat a reader sees, with nothing but the address of a node:")
    results, protocol = trial / "results.json", sorted((trial / "documents" / "sealed").glob("*-protocol-*.json"))[-1]
    trusted = [bytes.fromhex(words["accreditor"])] if "accreditor" in words else []
    show_verdicts(chain, trial, [results, protocol], trusted)

    print("\nOne byte of the results altered, and one digit of an endpoint:")
    (trial / "altered").mkdir()
    altered = [trial / "altered" / results.name, trial / "altered" / protocol.name]
    alter_digit(results, altered[0], '"results"')
    alter_digit(protocol, altered[1], '"endpoints"')
    found_out = all(one.exit_code == 1 for one in show_verdicts(chain, trial, altered, []))

    print("\nEverything that was done, and whether that is all:")
    page = PLACE / "timeline.html"
    complete = show_history(chain, trial, page, [results, protocol, *altered])

    print("\nAll of it in one file, checked where there is no network:")
    block = chain.block()
    bundle = PLACE / f"{trial.name}.trialseal"
    offline = block is not None and checked_without_network(trial, bundle, block["hash"])

    print("\nA node that lies:")
    caught = lie_is_caught(url, trial)
    for note in TrialFolder.open(trial).notes:
        print(f"note: {note}")
    ok = found_out and complete and offline and caught
    print(f"\nOpen {page.resolve()} in a browser." if ok else "\nSomething did not go as it should: see above.")
    return 0 if ok else 1


def create_party(home: Path, account: str, path: Path) -> bytes:
    """Creates the party whose profile lies at `path`, and keeps that in the home; its id."""
    own = Own(home, account=account)
    desk = Desk(Chain(networks.resolve("devnet", home)), home, account, own.signing, ZERO)
    profile = read(path, keep=True)
    name = str((profile.document or {})["legal_name"])
    act = parties.create(desk.address, secrets.token_bytes(32), profile.digest, name)
    print(other_line(carry_out(desk, act)))
    write_bytes(home / "parties" / f"{act.about.hex()}.json", profile.data or b"")
    own.remember_party(OwnParty(act.about, account, name))
    return act.about


def entry(words: Sequence[str]) -> dict[str, str]:
    """A command's words as `acts.described` takes them."""
    name, *rest = words
    plain = [word for at, word in enumerate(rest) if not word.startswith("--") and not rest[at - 1].startswith("--")]
    named = {word[2:]: rest[at + 1] for at, word in enumerate(rest) if word.startswith("--")}
    found = {"act": name, **dict(zip(PLAIN.get(name, ("trial",)), plain, strict=True)), **named}
    if name == "seal":
        found["trial"] = str(Path(found["file"]).parents[1])
        found["file"] = str(Path(found["file"]).relative_to(found["trial"]))
    return found


def carry_out_described(described_act: dict[str, str], account: str) -> None:
    """Carries out an act in the words of the story, and says when it was sealed. The story's awkward acts are meant."""
    desk = open_desk(account=account, ask=agree)
    made = described(desk, described_act, described_act["act"])
    for done in carry_out_all(desk, made.acts, made.folder):
        in_trial = done.act.contract == "TrialRegistry"
        print(trial_line(done) if in_trial else other_line(done))
        if in_trial and made.folder and made.folder.notes:
            print(f"  the protocol notes: {' '.join(made.folder.notes)}")


def show_verdicts(chain: Chain, trial: Path, files: Sequence[Path], accreditors: Sequence[bytes]) -> list[Verdict]:
    """What a reader is told of files."""
    print("$ trialseal verify " + " ".join(map(str, files)))
    chain.renew()
    verdicts = verify(chain, files, accreditors=accreditors, profile_folders=[trial, trial / "parties"])
    for one in verdicts:
        print(one.sentence)
    for note in TrialFolder.open(trial).notes:
        print(f"note: {note}")
    return verdicts


def show_history(chain: Chain, trial: Path, page: Path, files: Sequence[Path]) -> bool:
    """The timeline of the trial on a page and in lines; whether it holds all of its acts."""
    print(f"$ trialseal history {trial} --html {page}")
    chain.renew()
    folder = TrialFolder.open(trial)
    shown = timeline_view(chain, PLACE / "home", trial_in(folder, bytes), folder)
    verdicts = verify(chain, files, profile_folders=[trial, trial / "parties"])
    write_bytes(page, timeline_html(replace(shown.page, verdicts=tuple(as_shown(one) for one in verdicts))).encode())
    for notice in shown.page.notices:
        print(f"note: {notice}")
    for act in shown.history.acts:
        print(f"{act.number:>4}  {moment(act.time)}  {act_words(act, shown.names)}")
    for one in verdicts:
        print(one.sentence)
    print(shown.page.completeness)
    return shown.history.complete


def quoted(word: str) -> str:
    """A word as a shell needs it."""
    return f'"{word}"' if " " in word else word


def alter_digit(source: Path, target: Path, after: str) -> None:
    """Copies a file with the first digit behind `after` raised by one, 9 to 8."""
    text = source.read_text(encoding="utf-8")
    start = text.index('"value": ', text.index(after)) + len('"value": ')
    place = next(i for i in range(start, len(text)) if text[i].isdigit())
    other = "8" if text[place] == "9" else str(int(text[place]) + 1)
    target.write_text(text[:place] + other + text[place + 1 :], encoding="utf-8")
    line = text.count("\n", 0, place) + 1
    print(f"{target}: line {line}, {text[place]} became {other}")


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
