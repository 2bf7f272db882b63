"""Signs a block's hash for readers who trust the signer: checkpoint."""

from __future__ import annotations

from pathlib import Path

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.documents.canonical import read_json
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import write_json
from trialseal.ledger.proofs.header import Header, HeaderError, from_json
from trialseal.ledger.reference import checkpoints
from trialseal.ledger.reference.checkpoints import Checkpoint


def checkpoint(session: Session) -> int:
    """Signs the hash, number and time of a block as this node shows it, and adds it to a file."""
    args, chain, out = session.args, session.chain, session.out
    path = Path(args.output)
    header = _header(session)
    if not chain.genesis():
        raise UndeterminedError(f"{chain.source} does not show the chain's first block: ask another node")
    signer = session.own.signing.address.lower()
    kept = _kept(path, signer, chain.chain_id(), header)
    made = Checkpoint(chain.chain_id(), chain.genesis().lower(), header.number, header.hash, header.time, signer)
    value = checkpoints.as_json(made, session.own.signing.sign_message(checkpoints.message_of(made)))
    write_json(path, [*kept, value])
    out.say(f"block {header.number:,} (0x{header.hash.hex()}) is signed in {escaping.path(path)}")
    out.say(f"  whoever trusts you reads with --checkpoints FILE --checkpoint-key {signer}")
    out.value(value)
    return 0


def _header(session: Session) -> Header:
    """The header of the block that is meant, its hash computed."""
    chain, number = session.chain, session.args.block
    if number is None:
        final = chain.as_of().finalized.block
        if final is None:
            raise UndeterminedError(f"{chain.source} names no final block: name one with --block")
        number = final["number"]
        if not number:  # as short practice chains answer
            raise UndeterminedError(f"{chain.source} calls no block final but the first: name one with --block")
    if number < 0:
        raise UsageError("--block needs a block's number, 0 or more")
    block = chain.rpc.call("eth_getBlockByNumber", [hex(number), False])
    if block is None:
        raise UndeterminedError(f"{chain.source} has no block {number:,}: name an earlier one with --block")
    try:
        header = from_json(block)
    except HeaderError as error:
        raise UndeterminedError(
            f"what {chain.source} gives as block {number:,} is not a block header: {error}; ask another node"
        ) from None
    if header.number != number:
        raise UndeterminedError(f"{chain.source} gives block {header.number:,} for block {number:,}: ask another node")
    return header


def _kept(path: Path, signer: str, chain_id: int, header: Header) -> list[object]:
    """What the file holds already, whoever signed it; FailedError if this signer named another hash for the block."""
    if not path.exists():
        return []
    content = read_json(path)
    listed = content if isinstance(content, list) else [content]
    signers = {str(one.get("signer")) for one in listed if isinstance(one, dict)}
    for one in checkpoints.read(content, escaping.path(path), frozenset(signers)):
        if (one.signer, one.chain_id, one.block) == (signer, chain_id, header.number) and one.hash != header.hash:
            raise FailedError(
                f"{escaping.path(path)} holds your checkpoint of block {one.block:,} with the hash 0x{one.hash.hex()}, "
                f"and this node shows 0x{header.hash.hex()}: nothing was signed"
            )
    return listed
