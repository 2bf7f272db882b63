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
from trialseal.values import Value

DEVNET = "devnet"
DEVNET_PORT = 8545
_LIKE_ADDRESS = re.compile("[@/:]")


class Network(Value):
    """A chain's node: its URL, the id that the chain must have, the first block that may hold our logs."""

    name: str
    url: str
    chain_id: int | None = None
    start_block: int = 0
    genesis: str | None = None  # hash that the chain's first block must have
    currency: str | None = None  # in which costs are shown beside ether, such as EUR
    per_ether: float | None = None  # what an ether costs in it


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
        return Network(DEVNET, f"http://127.0.0.1:{devnet_port(home)}")
    if name.lower().startswith(("http://", "https://")):
        return Network(_host(name), name)
    known = _named(home / "networks.json")
    if name in known:
        return known[name]
    # What looks like an address may hold a password.
    called = "with a name like an address" if _LIKE_ADDRESS.search(name) else f"called {escaping.quoted(name)}"
    raise UsageError(
        f"there is no network {called}: name one of {', '.join([DEVNET, *map(escaping.quoted, sorted(known))])}, give "
        f"a URL that begins with http:// or https://, or describe it in {home / 'networks.json'}"
    )


def devnet_port(home: Path) -> int:
    """The port that `devnet up` recorded, 8545 if it never did."""
    try:
        port = json.loads(read_small(home / DEVNET / "devnet.json", SMALL))["port"]
    except (OSError, ValueError, KeyError, TypeError):
        return DEVNET_PORT
    return port if isinstance(port, int) and 0 < port < 65536 else DEVNET_PORT


def _named(path: Path) -> dict[str, Network]:
    """Those of `networks.json`: {"sepolia": {"url": "https://…", "chain_id": 11155111, "start_block": 0}}."""
    try:
        entries = json.loads(read_small(path, SMALL))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path} is not JSON ({error}): correct it") from None
    if not isinstance(entries, dict):
        raise UsageError(f"{path} must hold one JSON object, with a network's name before each entry")
    return {name: _network(path, name, entry) for name, entry in entries.items()}


def _network(path: Path, name: str, entry: Any) -> Network:
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise UsageError(f'{path}: {name} needs a URL: {{"url": "https://…", "chain_id": 11155111}}')
    if not entry["url"].lower().startswith(("http://", "https://")):
        raise UsageError(f"{path}: the URL of {name} must begin with http:// or https://")
    unknown = sorted(set(entry) - {"url", "chain_id", "start_block", "genesis", "currency", "per_ether"})
    if unknown:
        raise UsageError(
            f"{path}: {name} has {unknown[0]}, which is none of url, chain_id, start_block, genesis, currency and "
            "per_ether"
        )
    numbers = {}
    for key in ("chain_id", "start_block"):
        value = entry.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise UsageError(f"{path}: {key} of {name} must be a whole number")
        numbers[key] = value
    genesis = entry.get("genesis")
    if genesis is not None and not (isinstance(genesis, str) and re.fullmatch("0x[0-9a-fA-F]{64}", genesis)):
        raise UsageError(f"{path}: genesis of {name} must be the hash of the chain's first block, 0x and 64 digits")
    currency, per_ether = entry.get("currency"), entry.get("per_ether")
    if (currency is None) != (per_ether is None) or not (currency is None or re.fullmatch("[A-Z]{3}", str(currency))):
        raise UsageError(f'{path}: {name} needs both currency and per_ether, like "currency": "EUR", "per_ether": 2500')
    if per_ether is not None and (isinstance(per_ether, bool) or not isinstance(per_ether, int | float)):
        raise UsageError(f"{path}: per_ether of {name} must be a number, what an ether costs in {currency}")
    return Network(
        name,
        entry["url"],
        numbers["chain_id"],
        numbers["start_block"] or 0,
        genesis,
        currency,
        None if per_ether is None else float(per_ether),
    )


def _host(url: str) -> str:
    """What an unnamed network is called: host and port, since the rest of a URL may be secret."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:
        raise UsageError("the network's URL cannot be read: write it like http://127.0.0.1:8545") from None
