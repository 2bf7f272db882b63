"""Arguments of the commands about chains and keys: devnet, deploy, account."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command, network_option, port, signing_options, sub, trust_options


def add(commands: Any) -> None:
    devnet = command(
        commands,
        "devnet",
        "networks:devnet",
        "start, stop or fund a practice chain on this computer",
        "devnet up",
        network=False,
    )
    group = devnet.add_subparsers(dest="devnet", metavar="up|down|status|fund", required=True)
    up = sub(group, "up", "start it with the state that it had", "devnet up")
    up.add_argument("--port", type=port, default=8545, help="port on this computer [8545]")
    sub(group, "down", "stop it and keep its state", "devnet down")
    sub(group, "status", "say whether it runs", "devnet status")
    fund = sub(group, "fund", "give an account ether to pay with", "devnet fund alice")
    fund.add_argument("name", metavar="ACCOUNT", help="account of this computer, or address")
    fund.add_argument("--ether", type=int, default=100, help="amount to give [100]")

    deploy = command(
        commands,
        "deploy",
        "networks:deploy",
        "deploy the contracts on a chain",
        "deploy --network devnet --account alice",
    )
    signing_options(deploy, party=False, apart=False)
    deploy.add_argument(
        "--plan", action="store_true", help="send nothing: say addresses, gas and cost; no account is needed"
    )

    checkpoint = command(
        commands,
        "checkpoint",
        "checkpointing:checkpoint",
        "sign a block's hash, for readers who trust you",
        "checkpoint --network devnet --account alice --block 1 --output checkpoints.json",
    )
    checkpoint.add_argument(
        "--block", metavar="N", type=int, help="number of the block (default: the newest final one)"
    )
    checkpoint.add_argument(
        "--output", "-o", metavar="FILE", required=True, help="checkpoint file to write; one that is there is added to"
    )
    signer = checkpoint.add_argument_group("who signs")
    signer.add_argument(
        "--account", metavar="NAME", help="account of this computer (default: the only one, or $TRIALSEAL_ACCOUNT)"
    )
    signer.add_argument(
        "--password-file",
        metavar="FILE",
        help="file that holds its password (default: $TRIALSEAL_PASSWORD_FILE, else you are asked)",
    )

    account = command(
        commands,
        "account",
        "networks:account",
        "make, import or list keys",
        "account new alice",
        network=False,
    )
    group = account.add_subparsers(dest="account_command", metavar="new|import|list", required=True)
    new = sub(group, "new", "make a new key, encrypted with a password", "account new alice")
    bring = sub(
        group,
        "import",
        "import a key, typed unseen or from a file",
        "account import alice --key-file key.txt",
    )
    bring.add_argument("--key-file", metavar="FILE", help="file that holds the private key")
    for one in (new, bring):
        one.add_argument("name", metavar="NAME", help="name for the account")
        one.add_argument("--password-file", metavar="FILE", help="file that holds the password")
    sub(group, "list", "list accounts and their addresses", "account list")

    backup = command(
        commands,
        "backup",
        "backing_up:backup",
        "encrypt keys, parties, secrets and trials' folders into one file",
        "backup my-trial -o /media/disk/office.age",
        network=False,
    )
    backup.add_argument("trials", metavar="FOLDER", nargs="*", help="trials' folders, with their streams and secrets")
    backup.add_argument("--output", "-o", metavar="FILE", required=True, help="file to write; best on another disk")
    backup.add_argument(
        "--to",
        metavar="age1…",
        action="append",
        default=[],
        help="encrypt for this key instead of by a password, whatever the size; may be repeated",
    )
    backup.add_argument("--password-file", metavar="FILE", help="file that holds the backup's password")
    restore = command(
        commands,
        "restore",
        "backing_up:restore",
        "write a backup's files into a new folder",
        "restore office.age --into restored --home",
        network=False,
    )
    restore.add_argument("file", metavar="FILE", help="file that backup wrote")
    restore.add_argument("--into", metavar="FOLDER", required=True, help="new folder to write to")
    restore.add_argument(
        "--home",
        action="store_true",
        help="put accounts and parties where this computer looks for them, if it has none",
    )
    restore.add_argument(
        "--identity", metavar="KEYFILE", action="append", default=[], help="age's key file, for a backup made with --to"
    )
    restore.add_argument("--password-file", metavar="FILE", help="file that holds the backup's password")

    doctor = command(
        commands,
        "doctor",
        "doctor:doctor",
        "what works on this computer and on the network, what does not, and what to type",
        "doctor --network sepolia",
        network=False,
    )
    network_option(doctor)
    trust_options(doctor)
    doctor.set_defaults(reads=False)  # whom you trust is one of the things that are told

    command(
        commands,
        "selftest",
        "selftest.command:selftest",
        "show on this installation that hashes, proofs and a bundle come out as published",
        "selftest",
        network=False,
    )
