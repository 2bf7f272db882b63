"""Whom the reader trusts for the block as of which a chain is read: the arguments, the first line, the exit code."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.evidence.bundle.named import is_bundle
from trialseal.ledger.block import AsOf
from trialseal.ledger.moments import moment
from trialseal.ledger.reference import checkpoints
from trialseal.ledger.reference.asking import Vouching
from trialseal.ledger.reference.attested import Attestations
from trialseal.ledger.reference.checkpoints import Checkpoint
from trialseal.ledger.reference.vouching import Choice

FAILS, UNDETERMINED = 1, 2
_LONGEST_BLOCK = 15
_HASH, _KEY = re.compile("(?:0x)?[0-9a-fA-F]{64}"), re.compile("(?:0x)?[0-9a-fA-F]{40}")


def choice_of(args: argparse.Namespace) -> Choice:
    """What the reader named as trusted; UsageError in one sentence for what cannot be read."""
    if args.quorum is not None and args.quorum < 2:
        raise UsageError("--quorum needs 2 operators or more: for a node of your own say --trust-node")
    bundles = [path for path in args.checkpoints if is_bundle(path)]
    signed = [path for path in args.checkpoints if path not in bundles]
    if signed and not args.checkpoint_key:
        raise UsageError("name the key whose checkpoints you trust with --checkpoint-key 0x…")
    if bundles and not args.checkpoint_party:
        raise UsageError("name the party whose attested checkpoints you trust with --checkpoint-party PARTY")
    found = _checkpoints(signed, args.checkpoint_key)
    return Choice(
        own_node=args.trust_node,
        block_hash=_digits(args.block_hash, _HASH, "--block-hash", 64) if args.block_hash is not None else None,
        checkpoints=found,
        quorum=args.quorum or 0,
        attested=_attested(bundles, args, found),
    )


def time_named(text: str, block_time: Callable[[int], int | None]) -> int:
    """The time that `--at` names, Unix seconds: the last second of a day, a moment, or a block's time.

    `block_time` gives that, or None if there is no such block. UsageError for anything else.
    """
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_BLOCK:
        time = block_time(int(text))
        if time is None:
            raise UsageError(f"--at {text}: there is no such block")
        return time
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "--at needs a day like 2020-04-27, a moment like 2020-04-27T12:00:00Z, or a block's number"
        ) from None
    if len(text) == len("2020-04-27"):
        day = day.replace(hour=23, minute=59, second=59)
    return int((day if day.tzinfo else day.replace(tzinfo=UTC)).timestamp())


def first_lines(now: AsOf, vouching: Vouching, at: int | None) -> list[str]:
    """As of which block all that follows is, and who vouches for it; or what to do where nobody does."""
    place = f"as of block {now.number:,} (0x{now.hash.removeprefix('0x')}, {moment(now.time, exact=True)}, {_age(now)})"
    if at is not None:
        place = f"as it stood {moment(at, exact=True)}, {place}"
    if vouching.contradiction is not None:
        return [f"{place}: {vouching.contradiction.words}", *_doubts(vouching)]
    if vouching.vouchers:
        words = "; ".join(escaping.visible(one.words) for one in vouching.vouchers)
        warnings = [f"note: {escaping.visible(one)}" for voucher in vouching.vouchers for one in voucher.warnings]
        return [f"{place}, vouched for by {words}", *warnings, *_doubts(vouching)]
    own = "" if now.carried else "; if the node is your own, type --trust-node"  # a bundle asks no node
    return [
        f"{place}, vouched for by nobody whom you trust: what follows cannot be determined yet",
        *_doubts(vouching),
        f"  look up block {now.number:,} at a source that you trust, a block explorer or a colleague's node: if all 64 "
        f"digits of its hash are those above, type --block-hash and what you read there{own}",
    ]


def code_with(code: int, vouching: Vouching) -> int:
    """An exit code as far as the reference block carries it: members who disagree fail; without a voucher nothing is
    determined, neither what holds nor what fails."""
    if vouching.contradiction is not None:
        return FAILS
    if not vouching.vouched and code in (0, FAILS):
        return UNDETERMINED
    return code


def _doubts(vouching: Vouching) -> list[str]:
    return [f"note: {escaping.visible(one)}" for one in (*vouching.doubts, *vouching.notes)]


def _age(now: AsOf) -> str:
    if now.is_devnet:
        return "by a clock that its operator sets"
    if now.carried:
        return "out of a bundle: what was done since is not seen"
    if now.is_ahead:
        return f"{_span(-now.age)} ahead of this computer's clock: one of the two is wrong"
    if now.is_behind:
        return f"{_span(now.age)} old by this computer's clock: what was done since is not seen"
    return f"{_span(max(now.age, 0))} old"


def _span(seconds: int) -> str:
    for size, thing in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = seconds // size
            return f"{number:,} {thing}{'' if number == 1 else 's'}"
    return "0 seconds"


def _digits(text: str, form: re.Pattern[str], option: str, digits: int) -> bytes:
    if not form.fullmatch(text):
        raise UsageError(f"{option} needs {digits} hexadecimal digits, with or without 0x before them")
    return bytes.fromhex(text.removeprefix("0x"))


def _attested(bundles: Sequence[str], args: argparse.Namespace, signed: tuple[Checkpoint, ...]) -> Attestations:
    """The checkpoints in bundles of another chain, whose own block a typed hash or a signed checkpoint vouches for."""
    if not bundles:
        return Attestations()
    from trialseal.cli.attested_checkpoints import attested_in

    typed = args.checkpoint_block
    other = Choice(
        block_hash=_digits(typed, _HASH, "--checkpoint-block", 64) if typed is not None else None,
        checkpoints=signed,
    )
    parties = {_digits(one, _HASH, "--checkpoint-party", 64) for one in args.checkpoint_party}
    each = [attested_in(path, parties, other) for path in bundles]
    return Attestations(
        tuple(found for one in each for found in one.found), tuple(doubt for one in each for doubt in one.doubts)
    )


def _checkpoints(paths: Sequence[str], keys: Sequence[str]) -> tuple[Checkpoint, ...]:
    if not paths:
        return ()
    from trialseal.documents.canonical import read_json

    signers = frozenset("0x" + _digits(key, _KEY, "--checkpoint-key", 40).hex() for key in keys)
    return tuple(one for path in paths for one in checkpoints.read(read_json(Path(path)), escaping.path(path), signers))
