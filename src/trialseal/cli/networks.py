"""The chain and the keys: devnet up|down|status|fund, deploy, account new|import|list."""

from __future__ import annotations

import sys
from pathlib import Path

from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.ledger.fees import ether


def devnet(session: Session) -> int:
    """Starts, stops, describes or funds on the local chain."""
    from trialseal.ledger import devnet as local

    args, out = session.args, session.out
    if args.devnet == "up":
        status = local.up(session.home, port=args.port)
        out.say(f"devnet is up at {status.url}, chain {status.chain_id}, block {status.block}")
        out.say("  its operator sets the clock and can rewrite it: good for trying out, no proof to others")
    elif args.devnet == "down":
        status = local.down(session.home)
        out.say("devnet is down; its state is kept for the next time")
    elif args.devnet == "fund":
        from trialseal.ledger import accounts

        address = dict(accounts.list_accounts(session.home)).get(args.name, args.name)
        session.args.network = "devnet"
        local.fund(session.chain, address, args.ether)
        out.say(f"{args.name} ({address}) has {args.ether} ether on the devnet")
        out.value({"address": address, "ether": args.ether})
        return 0
    else:
        status = local.status(session.home)
        if status.running:
            out.say(f"devnet is up at {status.url}, chain {status.chain_id}, block {status.block}")
        else:
            out.say("devnet is down: trialseal devnet up starts it")
    out.value({"running": status.running, "url": status.url, "chain_id": status.chain_id, "block": status.block})
    return 0


def deploy(session: Session) -> int:
    """Deploys the contracts, at the same addresses as on every chain."""
    from trialseal.ledger import deployment

    if session.args.dry_run or session.args.plan:
        return _planned_deployment(session)
    rows = []
    for name, address, new in deployment.deploy(session.sender, progress=session.out.progress, outbox=session.outbox):
        session.out.say(f"{name:14} {address}  {'deployed' if new else 'already deployed'}")
        rows.append({"contract": name, "address": address, "deployed": new})
    session.out.value({"chain_id": session.chain.chain_id(), "contracts": rows})
    return 0


def _planned_deployment(session: Session) -> int:
    """What a deployment would add and cost, in gas, ether and money; no account is needed for it."""
    from trialseal.acts.cost import Cost
    from trialseal.ledger import accounts, deployment

    chain, out, network = session.chain, session.out, session.chain.network
    nobody = not accounts.list_accounts(session.home) and not session.args.account
    payer = None if nobody else session.own.signing.address
    rows = []
    whole = Cost(0, 0, 0, network.currency, network.per_ether)
    for one in deployment.planned(chain, payer):
        cost = whole._replace(gas=one.gas, likely=one.likely, most=one.most)
        whole += cost
        out.say(f"{one.name:14} {one.address}  {cost.words if one.gas else 'already deployed'}")
        rows.append({"contract": one.name, "address": one.address, **(cost.value if one.gas else {"gas": None})})
    out.say(f"together: {whole.words}" if whole.gas else "nothing is left to deploy")
    if payer is not None and whole.gas:
        balance = int(chain.rpc.call("eth_getBalance", [payer, "latest"]), 16)
        enough = "that is enough" if balance >= whole.most else f"that lacks up to {ether(whole.most - balance)}"
        out.say(f"account {session.account} has {ether(balance)}: {enough}")
    out.say(f"chain {chain.chain_id()}: nothing was sent; trialseal deploy does it")
    out.value({"dry_run": True, "chain_id": chain.chain_id(), "contracts": rows, "together": whole.value})
    return 0


def account(session: Session) -> int:
    """Makes, imports or lists the keys of this computer."""
    from trialseal.ledger import accounts

    args, out = session.args, session.out
    if args.account_command == "list":
        rows = [{"account": name, "address": address} for name, address in accounts.list_accounts(session.home)]
        if rows:
            out.table(rows)
        else:
            out.say("there is no account: make one with trialseal account new NAME")
        out.value(rows)
        return 0
    accounts.require_free(session.home, args.name)
    if args.account_command == "new":
        address = accounts.new(session.home, args.name, session.own.password(args.name, new=True))
    else:
        key = _typed_key(args.key_file)
        address = accounts.import_key(session.home, args.name, key, session.own.password(args.name, new=True))
    out.say(f"account {args.name} is {address}")
    out.say(
        f"  its key is encrypted in {session.home / 'keystore'}: if the file or the password is lost, so is the key"
    )
    out.value({"account": args.name, "address": address})
    return 0


def _typed_key(path: str | None) -> str:
    """A private key from a file or typed unseen; never an argument, which other users of a machine could read."""
    if path:
        try:
            return Path(path).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"the key file {path} cannot be read: it must hold 64 hexadecimal digits") from None
    import getpass

    if not sys.stdin.isatty():
        raise UsageError("type the private key at a terminal, or name a file with --key-file: it is never an argument")
    return getpass.getpass("Private key (64 hexadecimal digits): ")
