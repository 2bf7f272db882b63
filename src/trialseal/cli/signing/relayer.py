"""`relayer`: a service that takes signed acts by HTTP, sends them, and pays."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from trialseal.acts.desk import name_of
from trialseal.acts.relayer import Carrier, Counter
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.handed_in import Queue, Quota
from trialseal.ledger.network_file import GWEI
from trialseal.ledger.sending import Sender
from trialseal.values import replace

# A round that is under way when the service is told to end is waited for so long; the next start goes on with it.
_LAST_ROUND: Final = 20.0


def relayer(session: Session) -> int:
    """Serves until it is told to end; what it took is carried by the next start."""
    from trialseal.cli.signing.relayer_http import Service, serve

    args, out = session.args, session.out
    host, port = _place(args.listen)
    network = networks.resolve(args.network, session.home)
    if args.max_fee is not None:
        most = int(args.max_fee * GWEI)
        network = replace(network, most_per_gas=min(most, network.most_per_gas or most))
    chain, second = Chain(network), Chain(network)
    chain.expect_deployed()
    signing, box, quota = session.own.signing, session.outbox, Quota(args.quota, args.total)
    queue = Queue(box, name_of(chain), quota)
    with _alone(session, signing.address):
        signing.unlock()
        sender = Sender(chain, signing)
        slot = box.slot(f"{name_of(chain)}/{session.account}/relayer")
        carrier = Carrier(sender, box, slot, queue, out.log)
        service = Service(Counter(second, sender.address, queue), queue, carrier, Chain(network), sender.address)
        asyncio.run(_run(service, serve, carrier, host, port, out))
    return 0


async def _run(service: Any, serve: Any, carrier: Carrier, host: str, port: int, out: Any) -> None:
    stop, ended = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows, where Ctrl-C ends the loop itself
            loop.add_signal_handler(number, ended.set)
    carrying = threading.Thread(target=carrier.run, args=(stop,), daemon=True)
    async with serve(service, host, port) as bound:
        shown = f"[{host}]" if ":" in host else host
        out.log(f"takes signed acts at http://{shown}:{bound}/acts; how it is: http://{shown}:{bound}/health")
        out.log("it speaks plain HTTP: put a proxy with TLS before it, which also bounds requests by sender")
        carrying.start()
        await ended.wait()
    stop.set()
    await asyncio.to_thread(carrying.join, _LAST_ROUND)
    out.log("ended; what waits is sent after the next start")


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        address, number = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host), int(port)
        if not 0 <= number <= 65535:
            raise ValueError
    except ValueError:
        raise UsageError(f"--listen {text} is not a place: give an address and a port, like 127.0.0.1:8550") from None
    return str(address), number


@contextmanager
def _alone(session: Session, address: str) -> Iterator[None]:
    """UsageError if another relayer of this home sends with the same account."""
    try:
        import fcntl
    except ImportError:  # not there on Windows, where two at once stay the user's own care
        yield
        return
    path = session.outbox.path.with_name(f"relayer-{address}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                f"another relayer sends with account {session.account} already: end that one, or name another account"
            ) from None
        yield
