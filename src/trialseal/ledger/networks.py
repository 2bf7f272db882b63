"""Which chain is meant: the local devnet, a network of `networks.json`, or a URL."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.files import SMALL, read_small
from trialseal.kept_json import value_of
from trialseal.ledger.network_file import Network, network
from trialseal.shipped import beside

DEVNET = "devnet"
DEVNET_PORT = 8545
_LIKE_ADDRESS = re.compile("[@/:]")


def home() -> Path:
    """The folder of accounts, networks and the devnet: $TRIALSEAL_HOME, or ~/.trialseal."""
    named = os.environ.get("TRIALSEAL_HOME")
    if named:
        return Path(named)
    try:
        return Path.home() / ".trialseal"
    except RuntimeError:
        raise UsageError("no home folder is known: set TRIALSEAL_HOME to a folder of your choice") from None


def resolve(name: str | None, home: Path) -> Network:
    """The network called so; None is the devnet. UsageError if there is none, with those that there are."""
    if name is None or name == DEVNET:
        return Network(DEVNET, f"http://127.0.0.1:{devnet_port(home)}", mine=devnet_is_mine(home))
    if name.lower().startswith(("http://", "https://")):
        return Network(host_of(name), name)
    path = home / "networks.json"
    known = _named(path)
    if name in known:
        if not known[name].url:
            raise UsageError(
                f'no node of {name} is known: name one in {path}, like {{"{name}": {{"url": "https://…"}}}}'
            )
        return known[name]
    # What looks like an address may hold a password.
    called = "with a name like an address" if _LIKE_ADDRESS.search(name) else f"called {escaping.quoted(name)}"
    raise UsageError(
        f"there is no network {called}: name one of {', '.join([DEVNET, *map(escaping.quoted, sorted(known))])}, give "
        f"a URL that begins with http:// or https://, or describe it in {path}"
    )


def devnet_port(home: Path) -> int:
    """The port that `devnet up` recorded, 8545 if it never did."""
    port = _devnet(home).get("port")
    return port if isinstance(port, int) and 0 < port < 65536 else DEVNET_PORT


def devnet_is_mine(home: Path) -> bool:
    """Whether `devnet up` started the devnet's node on this computer, so that it is the reader's own."""
    return _devnet(home).get("mine") is True


def _devnet(home: Path) -> dict[str, Any]:
    try:
        record = value_of(read_small(home / DEVNET / "devnet.json", SMALL))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _named(path: Path) -> dict[str, Network]:
    """Those that the package knows, and those of `networks.json`, which says what it says of the same name."""
    known = json.loads(beside(__name__, "known_networks.json"))
    entries = _entries(path)
    for name, entry in entries.items():
        # Of a chain that the package knows, id and first block need not be written again.
        known[name] = {**known.get(name, {}), **entry} if isinstance(entry, dict) else entry
    return {name: network(str(path), name, entry) for name, entry in known.items()}


def _entries(path: Path) -> dict[str, Any]:
    try:
        entries = value_of(read_small(path, SMALL))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path} is not JSON ({error}): correct it") from None
    if not isinstance(entries, dict):
        raise UsageError(f"{path} must hold one JSON object, with a network's name before each entry")
    return entries


def host_of(url: str) -> str:
    """What an unnamed network is called: host and port, since the rest of a URL may be secret."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:
        raise UsageError("the network's URL cannot be read: write it like http://127.0.0.1:8545") from None
