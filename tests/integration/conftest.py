"""A local chain with the contracts on it, for tests of the ledger room."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from eth_account import Account
from gateway import Gateway

from trialseal.ledger import deployment, devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.outbox import Outbox, Slot
from trialseal.ledger.sending import Sender

NO_KEY = "0x" + "00" * 20
GENESIS = 1_590_969_600  # 1 June 2020


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def ledger_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a devnet with the contracts deployed, shared by the tests of this run."""
    home = tmp_path_factory.mktemp("ledger")
    status = devnet.up(home, free_port(), GENESIS)
    chain = Chain(Network("devnet", status.url))
    deployer = Account.create()
    devnet.fund(chain, deployer.address, 100)
    deployment.deploy(Sender(chain, deployer))
    yield status.url
    devnet.down(home)


@pytest.fixture
def chain(ledger_url: str) -> Chain:
    """The chain, by a connection of its own."""
    return Chain(Network("devnet", ledger_url))


@pytest.fixture
def new_sender(chain: Chain) -> Callable[[], Sender]:
    """Makes a new account with money."""

    def make() -> Sender:
        account = Account.create()
        devnet.fund(chain, account.address, 100)
        return Sender(chain, account)

    return make


@pytest.fixture
def new_party(new_sender: Callable[[], Sender]) -> Callable[[], tuple[bytes, Sender]]:
    """Makes a new party with a key of its own."""

    def make() -> tuple[bytes, Sender]:
        sender, salt = new_sender(), secrets.token_bytes(32)
        sender.send("Parties", "createParty", [(salt, b"\7" * 32, NO_KEY, 0, NO_KEY, 0)])
        return sha256(bytes.fromhex(sender.address[2:]) + salt).digest(), sender

    return make


@pytest.fixture
def gateway(ledger_url: str) -> Iterator[Gateway]:
    """A gateway to the chain."""
    made = Gateway(ledger_url)
    yield made
    made.close()


@pytest.fixture
def slot(tmp_path: Path) -> Slot:
    """Where an act that is being sent is kept."""
    return Outbox(tmp_path / "outbox.sqlite").slot("act")
