"""A table of a trial shared with two parties: packed without who withdrew, permitted, opened, audited.

python scripts/demo_sharing.py: the example is trials/fictitious-sharing, of which everything is made up. One permit
ends, and nobody says what became of the data; a participant withdraws when the data have gone out already.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from demo import PASSWORD, create_party, free_port, seconds
from demo_kits import anchor, said
from demo_streams import append
from trialseal.acts import trials
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.desk import agree
from trialseal.acts.lines import trial_line
from trialseal.acts.own import open_desk
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger import accounts, deployment, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.sending import Sender
from trialseal.streams import config as configs
from trialseal.streams import pseudonyms
from trialseal.streams.store import create_stream, open_stream

EXAMPLE = Path("trials/fictitious-sharing")
PLACE = Path(".toolchain/demo-sharing")
PARTIES = ("sponsor", "committee", "university", "hospital")
REGISTERED, PACKED, LATER, JUDGED = (
    f"2026-{day}T09:00:00+00:00" for day in ("01-05", "03-02", "04-10", "07-01")
)  # fmt: skip


def main() -> int:
    """The whole demonstration; 0 if what was put in on purpose is found, and nothing else."""
    shutil.rmtree(PLACE, ignore_errors=True)
    trial, home = PLACE / "trial", PLACE / "home"
    shutil.copytree(EXAMPLE, trial, ignore=shutil.ignore_patterns("receipts"))
    home.mkdir()
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    os.environ |= {"TRIALSEAL_HOME": str(home), "TRIALSEAL_PASSWORD_FILE": str(home / "password")}
    os.environ["TRIALSEAL_ACCOUNT"] = "sponsor"
    print("NOTE: Everything here is made up: the trial, its participants and its parties.")
    devnet.up(home, port=free_port(), timestamp=seconds(REGISTERED))
    try:
        prepare(home, trial)
        codes = share(home, trial)
    finally:
        devnet.down(home)
    # The audit asks two things; the hospital's permit has ended.
    ok = codes == [*[0] * 9, 1, 0, 1]
    print("" if ok else f"\nSomething did not go as it should: {codes}")
    return 0 if ok else 1


def prepare(home: Path, trial: Path) -> None:
    """Registers the trial, opens the streams of consents and accesses, and writes who vouches into the terms."""
    chain = Chain(networks.resolve("devnet", home))
    for name in PARTIES:
        accounts.new(home, name, PASSWORD, light=True)
        devnet.fund(chain, dict(accounts.list_accounts(home))[name], 10)
    deployment.deploy(Sender(chain, accounts.unlock(home, PARTIES[0], PASSWORD)))
    for name in ("university", "hospital"):
        said(["share", "key", str(PLACE / f"{name}.key"), "--profile", str(trial / "parties" / f"{name}.json")])
    ids = {name: create_party(home, name, trial / "parties" / f"{name}.json") for name in PARTIES}
    desk = open_desk(account="sponsor", ask=agree)
    folder = TrialFolder.open(trial)
    registered = carry_out(desk, trials.register(desk.party, folder.protocol()), folder)
    print(trial_line(registered))
    for name in ("consents", "access"):
        config = configs.StreamConfig(
            trial=registered.act.about, writer=ids["sponsor"], name=name, salt=secrets.token_bytes(configs.SALT_BYTES),
            registered_at=registered.time, created_at=int(time.time()), schedule=None,
        )  # fmt: skip
        store = create_stream(trial / "streams" / name, config)
        carry_out(desk, trials.open_stream(config.trial, ids["sponsor"], config.id, name), folder)
        if name == "consents":
            append(store, trial / "data" / "consents.csv", pseudonyms.site_key(home / "site-key"))
    fill(trial / "policy.json", vouching=[{"condition": "IRB", "by": [ids["committee"].hex()]}])
    for name in ("university", "hospital"):
        fill(trial / f"application-{name}.json", recipient=ids[name].hex())
    devnet.set_time(chain, seconds(PACKED))


def fill(path: Path, **members: object) -> None:
    """Writes into a document what is known only now: ids of parties."""
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **members}, indent=2), encoding="utf-8")


def share(home: Path, trial: Path) -> list[int]:
    """What the sponsor and the recipients type; the exit code of each command."""
    package, table = str(PLACE / "knee-2026"), str(trial / "data" / "knee.csv")
    folder, chain = str(trial), Chain(networks.resolve("devnet", home))
    terms = ["--policy", f"{folder}/policy.json", "--out", package]
    codes = [said(["share", "pack", folder, table, "--subject", "USUBJID", *terms])]
    for name in ("university", "hospital"):
        application, permit = f"{folder}/application-{name}.json", ["--file", str(PLACE / f"{name}.permit")]
        codes.append(said(["share", "request", folder, application]))
        approval = ["attest", "approval", folder, "--code", "approved", "--digest", entered(trial, name)]
        codes.append(said([*approval, "--account", "committee"]))
        codes.append(said(["share", "permit", folder, package, "--application", application, "--yes", *permit]))
    codes.append(said(opening(package, "university")))
    for name in ("consents", "access"):
        anchor("sponsor", open_stream(trial / "streams" / name))
    devnet.set_time(chain, seconds(LATER))
    later = open_stream(trial / "streams" / "consents")
    append(later, trial / "data" / "later.csv", pseudonyms.site_key(home / "site-key"))
    codes.append(said(["events", "anchor", folder, "consents"]))
    devnet.set_time(chain, seconds(JUDGED))
    devnet.mine(chain)
    codes.append(said(opening(package, "hospital", "again")))
    codes.append(said(["share", "list", folder, "--trust-node"]))
    written = ["--csv", str(PLACE / "sharing.csv"), "--html", str(PLACE / "sharing.html")]
    codes.append(said(["share", "audit", folder, "--trust-node", *written]))
    return codes


def entered(trial: Path, name: str) -> str:
    """The digest of a recipient's application, which the committee approves."""
    project = json.loads((trial / f"application-{name}.json").read_text(encoding="utf-8"))["project"]
    documents = (trial / "sharing" / "documents").glob("*.json")
    return next(one.stem for one in documents if json.loads(one.read_text(encoding="utf-8")).get("project") == project)


def opening(package: str, name: str, out: str = "opened") -> list[str]:
    """How a recipient opens a package."""
    permit, key = str(PLACE / f"{name}.permit"), str(PLACE / f"{name}.key")
    return ["share", "open", package, "--permit", permit, "--key", key, "--out", str(PLACE / out), "--trust-node"]


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
