"""Two hundred kits from their maker to three sites, each party with a stream of its own, audited together.

python scripts/demo_kits.py: the example is trials/fictitious-kits, of which everything is made up. A kit is lost on its
way, a shipment was too warm, a lot is recalled, a participant is unblinded; a few things do not add up, and are asked.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from demo import PASSWORD, create_party, free_port, seconds
from demo_streams import append
from trialseal.acts import streams, trials
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.desk import agree
from trialseal.acts.lines import trial_line
from trialseal.acts.own import open_desk
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger import accounts, deployment, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import ActCode
from trialseal.ledger.sending import Sender
from trialseal.streams import config as configs
from trialseal.streams import pseudonyms
from trialseal.streams.store import StreamStore, create_stream

EXAMPLE = Path("trials/fictitious-kits")
PLACE = Path(".toolchain/demo-kits")
PARTIES = ("sponsor", "maker", "depot", "site-de-01", "site-de-02", "site-at-01", "unblinded")
REGISTERED, ANCHORED, JUDGED = "2026-01-05T09:00:00+00:00", "2026-06-30T09:00:00+00:00", "2026-07-01"


def main() -> int:
    """The whole demonstration; 0 if what was put in on purpose is found, and nothing else."""
    shutil.rmtree(PLACE, ignore_errors=True)
    trial, home = PLACE / "trial", PLACE / "home"
    shutil.copytree(EXAMPLE, trial, ignore=shutil.ignore_patterns("receipts"))
    home.mkdir()
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    os.environ |= {"TRIALSEAL_HOME": str(home), "TRIALSEAL_PASSWORD_FILE": str(home / "password")}
    os.environ.pop("TRIALSEAL_ACCOUNT", None)
    print("NOTE: Everything here is made up: the trial, its kits, its places and its participants.")
    devnet.up(home, port=free_port(), timestamp=seconds(REGISTERED))
    try:
        prepare(home, trial)
        return show(trial)
    finally:
        devnet.down(home)


def prepare(home: Path, trial: Path) -> None:
    """Registers the trial; opens, fills and anchors the stream of each party, for which the sponsor appoints it."""
    chain = Chain(networks.resolve("devnet", home))
    for name in PARTIES:
        accounts.new(home, name, PASSWORD, light=True)
        devnet.fund(chain, dict(accounts.list_accounts(home))[name], 10)
    deployment.deploy(Sender(chain, accounts.unlock(home, PARTIES[0], PASSWORD)))
    ids = {name: create_party(home, name, trial / "parties" / f"{name}.json") for name in PARTIES}
    desk = open_desk(account="sponsor", ask=agree)
    folder = TrialFolder.open(trial)
    registered = carry_out(desk, trials.register(desk.party, folder.protocol()), folder)
    print(trial_line(registered))
    key = pseudonyms.site_key(home / "site-key")
    stores = []
    for name in PARTIES:
        config = configs.StreamConfig(
            trial=registered.act.about, writer=ids[name], name=f"kits-{name}",
            salt=secrets.token_bytes(configs.SALT_BYTES), registered_at=registered.time, created_at=int(time.time()),
            schedule=None,
        )  # fmt: skip
        if name != "sponsor":
            carry_out(
                desk,
                trials.appoint(config.trial, desk.party, ids[name], [ActCode.OPEN_STREAM], stream=config.id),
                folder,
            )
        store = create_stream(trial / "streams" / config.name, config)
        writer = open_desk(account=name, ask=agree)
        print(
            trial_line(carry_out(writer, trials.open_stream(config.trial, ids[name], config.id, config.name), folder))
        )
        append(store, trial / "data" / f"{name}.csv", key)
        stores.append(store)
    devnet.set_time(chain, seconds(ANCHORED))
    for name, store in zip(PARTIES, stores, strict=True):
        anchor(name, store)
    print(f"{sum(store.size for store in stores)} events of {len(PARTIES)} parties, each anchored in its own stream")


def anchor(name: str, store: StreamStore) -> None:
    """Puts the first head of a party's stream on the chain."""
    desk, config = open_desk(account=name, ask=agree), store.config
    head = streams.extend(config.trial, config.writer, config.id, store.size, store.root(store.size), [], config.name)
    carry_out(desk, head)


def show(trial: Path) -> int:
    """What an auditor sees who was given every stream and the list of kits."""
    page, life = PLACE / "kits.html", PLACE / "kit.html"
    read = ("--as-of", JUDGED, "--trust-node", "--list", str(trial / "data" / "kits.csv"))
    audit = ["kits", "audit", str(trial), *read, "--transit-days", "7", "--html", str(page)]
    audit += ["--unblinded", str(trial / "data" / "kits-unblinded.csv"), "--csv", str(PLACE / "accountability.csv")]
    codes = [said(audit), said(["kits", "trace", str(trial), "--lot", "B26-02", *read])]
    codes.append(said(["kits", "trace", str(trial), "K-1001", *read, "--html", str(life)]))
    ok = codes == [1, 1, 0] and page.is_file()
    print(f"\nOpen {page.resolve()} in a browser." if ok else "\nSomething did not go as it should: see above.")
    return 0 if ok else 1


def said(words: list[str]) -> int:
    """Types a command; its exit code."""
    print(f"\n$ trialseal {' '.join(words)}", flush=True)
    return subprocess.run([sys.executable, "-m", "trialseal", *words], check=False, timeout=300).returncode


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
