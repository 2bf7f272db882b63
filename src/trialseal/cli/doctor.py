"""`doctor`: what works on this computer and on the network that is asked, what does not, and what to type."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from trialseal import __version__, escaping, extras
from trialseal.acts.own import password_in
from trialseal.cli.session import Session
from trialseal.cli.settings import FILE
from trialseal.cli.signs import Health, Sign, told
from trialseal.cli.trusting import choice_of
from trialseal.core import library
from trialseal.errors import TrialsealError
from trialseal.evidence.wording import count
from trialseal.files import SMALL, read_small
from trialseal.folder.layout import LAST_BACKUP
from trialseal.kept_json import value_of
from trialseal.ledger import accounts, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.fees import ether
from trialseal.ledger.outbox import State

_OLD_BACKUP = 30 * 86_400  # seconds, after which another is due
_OLD_BLOCK = 60  # minutes, after which a chain may stand still
_BEST = 3  # managing keys of a party


def doctor(session: Session) -> int:
    """Looks at everything; 1 if something fails, else 0."""
    looks = (_program, _home, _settings, _accounts, _keeping, _network)
    return told(session.out, (sign for look in looks for sign in _looked_at(session, look)))


def _looked_at(session: Session, look: Callable[[Session], Iterator[Sign]]) -> Iterator[Sign]:
    """What is seen, up to the first thing that stops the looking."""
    try:
        yield from look(session)
    except TrialsealError as error:
        yield Sign(look.__name__.removeprefix("_"), Health.FAILS, str(error))
    except OSError as error:  # a home, or a file in it, to which this user has no access
        where = f"{escaping.path(error.filename)}: " if error.filename else ""
        words = f"{where}{error.strerror or error}: give access to it, or name another place with TRIALSEAL_HOME"
        yield Sign(look.__name__.removeprefix("_"), Health.FAILS, words)


def _program(session: Session) -> Iterator[Sign]:
    python = sys.version.split()[0]
    yield Sign("trialseal", Health.WORKS, f"{__version__}, Python {python} on {sys.platform}")
    core = library.state()
    yield Sign("hashing", Health.LOOK if core.is_broken else Health.WORKS, core.words)
    for extra in sorted(set(extras.EXTRAS.values())):
        lacking = extras.lacking(extra)
        words = f"without {', '.join(lacking)}: {extras.to_type(extra)}" if lacking else "installed"
        yield Sign(f"extra {extra}", Health.LOOK if lacking else Health.WORKS, words)


def _home(session: Session) -> Iterator[Sign]:
    home = session.home
    if not home.exists():
        yield Sign("home", Health.LOOK, f"{escaping.path(home)} is not there yet: trialseal account new NAME makes it")
        return
    writable = os.access(home, os.W_OK | os.X_OK)
    words = str(escaping.path(home)) + ("" if writable else ": it cannot be written to: give yourself access")
    yield Sign("home", Health.WORKS if writable else Health.FAILS, words)
    mode = home.stat().st_mode & 0o077
    keystore = home / "keystore"
    if keystore.is_dir() and keystore.stat().st_mode & 0o077 & mode:
        yield Sign("keystore", Health.LOOK, f"others may read {escaping.path(keystore)}: chmod 700 {keystore}")


def _settings(session: Session) -> Iterator[Sign]:
    path = escaping.path(session.home / FILE)
    there = (session.home / FILE).exists()
    words = session.settings.words if there else "none: network, account and whom you trust can be set there"
    yield Sign("settings", Health.WORKS, f"{path}: {words}")


def _accounts(session: Session) -> Iterator[Sign]:
    known = accounts.list_accounts(session.home)
    if not known:
        yield Sign("accounts", Health.LOOK, "none: reading needs none; to act, type trialseal account new NAME")
        return
    parties = {one.account: one.legal_name for one in session.parties}
    for name, address in known:
        speaks = f", for {escaping.name(parties[name])}" if name in parties else ", for no party"
        yield Sign(f"account {name}", Health.WORKS, f"{address}{speaks}")
    if named := session.password_file:
        password_in(Path(named))
        yield Sign("password file", Health.WORKS, str(escaping.path(named)))
    for where, chosen in (
        ("TRIALSEAL_ACCOUNT", os.environ.get("TRIALSEAL_ACCOUNT")), (FILE, session.settings.account),
    ):  # fmt: skip
        if chosen and chosen not in dict(known):
            yield Sign(where, Health.FAILS, f"there is no account {escaping.name(chosen)}: name another")


def _keeping(session: Session) -> Iterator[Sign]:
    """The last backup, and what was signed and is not recorded."""
    if not accounts.list_accounts(session.home):
        return
    yield last_backup(session.home)
    waiting = session.outbox.sendings(State.WAITING)
    yield Sign(
        "outbox", Health.LOOK if waiting else Health.WORKS,
        f"{count(len(waiting), 'sending')} waiting: trialseal outbox list" if waiting else "nothing waits",
    )  # fmt: skip


def last_backup(home: Path) -> Sign:
    """When a home was last backed up, and where to."""
    path = home / LAST_BACKUP
    how = "trialseal backup FOLDER… -o FILE, on another disk"
    if not path.exists():
        return Sign("backup", Health.LOOK, f"none was made here: whoever loses this computer loses its keys; {how}")
    try:
        kept = value_of(read_small(path, SMALL))
        made = datetime.strptime(kept["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        days = int((time.time() - made.timestamp()) // 86_400)
        old = days * 86_400 > _OLD_BACKUP
        words = f"the last one is {count(days, 'day')} old, {escaping.path(kept['file'])}"
        return Sign("backup", Health.LOOK if old else Health.WORKS, words + (f": {how}" if old else ""))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Sign("backup", Health.LOOK, f"{escaping.path(path)} cannot be read: {how}")


def _network(session: Session) -> Iterator[Sign]:
    left: list[str] = []
    chain = Chain(
        networks.resolve(session.args.network or session.settings.network, session.home),
        choice=choice_of(session.settings.trusting(session.args)),
        said=left.append,
    )
    name = chain.network.name
    yield Sign("network", Health.WORKS, f"{name}, chain {chain.chain_id()}, at {chain.source}")
    yield from (Sign("another node", Health.LOOK, words.removeprefix("note: ")) for words in left)
    if not chain.network.tried:
        yield Sign("network file", Health.LOOK, f"nobody has run trialseal on {name} yet, as its entry says")
    chain.require_deployed()
    yield Sign("contracts", Health.WORKS, "all of them are deployed, with this version's code")
    now = chain.as_of()
    minutes = max(int(time.time()) - now.time, 0) // 60
    clock = ", by its operator's clock" if now.is_devnet else ""
    stands = minutes > _OLD_BLOCK and not now.is_devnet
    words = f"{now.number}, {count(minutes, 'minute')} old{clock}"
    yield Sign("newest block", Health.LOOK if stands else Health.WORKS, words)
    vouching = chain.vouching()
    nobody = "you have named nobody: until you do, answers are 'cannot be determined' (docs/networks.md)"
    by = "; ".join(one.words for one in vouching.vouchers)
    yield Sign("who vouches for it", Health.WORKS if vouching.vouched else Health.LOOK, by or nobody)
    for account, address in accounts.list_accounts(session.home):
        balance = int(chain.rpc.call("eth_getBalance", [address, "latest"]), 16)
        how = f", or trialseal devnet fund {escaping.argument(account)}" if now.is_devnet else ""
        poor = "" if balance else f": it cannot pay; others may for it (--sign-only){how}"
        yield Sign(f"ether of {account}", Health.LOOK if poor else Health.WORKS, f"{ether(balance)}{poor}")
    for own in session.parties:
        record = chain.party(own.party)
        if record is not None:
            managing = sum(1 for key in record.keys if key.manages and not key.valid_until)
            few = "" if managing >= _BEST else ": three are best (trialseal party add-key KEY --purposes manage)"
            words = f"{count(managing, 'managing key')}{few}"
            yield Sign(f"party {escaping.name(own.legal_name)}", Health.LOOK if few else Health.WORKS, words)
